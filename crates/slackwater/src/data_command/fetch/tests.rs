//! The rows of the two kinds of files, there and back.

use trading_types::{Side, Trade};

use super::*;

fn row(nanos: u64, number: Option<u64>) -> TradesRow {
    let trade = Trade {
        time: Timestamp::from_nanos(nanos),
        price: "30243.4".parse().unwrap(),
        quantity: "0.34507674".parse().unwrap(),
        taker_side: Side::Buy,
    };
    TradesRow { trade, is_market: true, number }
}

#[test]
fn a_trade_is_written_so_that_it_is_found_again() {
    for (row, line) in [
        (
            row(1_688_669_597_827_768_700, Some(61_044_952)),
            "30243.4,0.34507674,1688669597.8277687,b,m,,61044952",
        ),
        (row(1_688_669_597_000_000_001, None), "30243.4,0.34507674,1688669597.000000001,b,m,,"),
    ] {
        let mut lines = String::new();
        add_trade(&mut lines, &stored(&row));
        assert_eq!(lines.trim_end(), line);
        assert_eq!(last_trade(Path::new("f"), line).unwrap(), Mark::of(&row));
    }
}

#[test]
fn a_trade_on_two_pages_is_new_once() {
    let last = |nanos, number| Some(Mark::of(&row(nanos, number)));
    assert!(is_new(&row(5, Some(7)), None));
    assert!(is_new(&row(5, Some(8)), last(5, Some(7))));
    assert!(!is_new(&row(5, Some(7)), last(5, Some(7))));
    assert!(!is_new(&row(5, None), last(5, None)));
    assert!(is_new(&row(6, None), last(5, Some(7))));
    // The last trade of the complete archive, whose times are whole seconds.
    assert!(!is_new(&row(2_999_999_999, Some(8)), last(2_000_000_000, None)));
    assert!(is_new(&row(3_000_000_000, Some(8)), last(2_000_000_000, None)));
}

#[test]
fn a_line_of_something_else_is_refused() {
    for line in ["", "a,b,c", "1,2,3,4,5,6", "1,2,soon,b,m,,7", "1,2,3.12345678901,b,m,,7"] {
        assert!(last_trade(Path::new("f"), line).is_err(), "{line}");
    }
    for line in ["", "soon,1,2", "-1,1,2", "99999999999999999999,1"] {
        assert!(last_start(Path::new("f"), line).is_err(), "{line}");
    }
}
