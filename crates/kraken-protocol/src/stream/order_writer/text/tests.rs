//! Tests of the texts: what is written reads back as what was given.

use proptest::prelude::*;

use super::*;

fn written(push: impl FnOnce(&mut String)) -> String {
    let mut out = String::new();
    push(&mut out);
    out
}

#[test]
fn numbers_are_plain_and_short() {
    let price = |text: &str| written(|out| push_price(out, text.parse().unwrap()));
    for text in ["0", "1", "-1", "37500", "0.1", "0.0000000001", "-0.5", "922337203.6854775807"] {
        assert_eq!(price(text), text);
    }
    assert_eq!(price("37500.10"), "37500.1");
    assert_eq!(price("10"), "10");
    assert_eq!(written(|out| push_units(out, i64::MIN, 10)), "-922337203.6854775808");
    assert_eq!(written(|out| push_amount(out, "0.000000000000000001".parse().unwrap())), {
        "0.000000000000000001"
    });
}

#[test]
fn times_have_three_decimals_and_are_never_late() {
    let check = |time: &str, wanted: &str| {
        let time: Timestamp = time.parse().unwrap();
        assert_eq!(written(|out| push_time(out, time)), format!("\"{wanted}\""));
    };
    check("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z");
    check("2026-11-21T09:08:07.006Z", "2026-11-21T09:08:07.006Z");
    check("2024-02-29T23:59:59.999999999Z", "2024-02-29T23:59:59.999Z");
    check("2100-03-01T00:00:00Z", "2100-03-01T00:00:00.000Z");
    check("2400-02-29T12:00:00Z", "2400-02-29T12:00:00.000Z");
}

#[test]
fn a_quote_in_a_name_does_not_end_the_text() {
    for text in ["BTC", "a\"b", "a\\b", "a\nb", "ä€"] {
        let written = written(|out| push_text(out, text));
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}

proptest! {
    #[test]
    fn every_number_reads_back(units: i64, decimals in prop::sample::select(vec![0, 8, 10])) {
        let text = written(|out| push_units(out, units, decimals));
        prop_assert!(!text.contains(['e', 'E', '+']));
        match decimals {
            8 => prop_assert_eq!(text.parse::<Quantity>().unwrap().units(), units),
            10 => prop_assert_eq!(&text, &Price::from_units(units).to_string()),
            _ => prop_assert_eq!(text.parse::<i64>().unwrap(), units),
        }
    }

    #[test]
    fn every_time_reads_back_to_the_millisecond(nanos: u64) {
        let time = Timestamp::from_nanos(nanos);
        let text = written(|out| push_time(out, time));
        let back: Timestamp = text.trim_matches('"').parse().unwrap();
        prop_assert_eq!(back.nanos(), nanos / 1_000_000 * 1_000_000);
    }
}
