//! Numbers against the parsers of the types themselves.

use proptest::prelude::*;
use trading_types::{Amount, Price};

use super::*;

#[test]
fn numbers_are_read_exactly_or_not_at_all() {
    for (text, units) in [
        ("0", Some(0)),
        ("30243.4", Some(302_434_000_000_000)),
        ("0.0000000001", Some(1)),
        ("0.00000000010", Some(1)),
        ("0.00000000001", None),
        ("1E+1", Some(100_000_000_000)),
        ("2.1E+2", Some(2_100_000_000_000)),
        ("1E-10", Some(1)),
        ("1E-11", None),
        ("0E-30", Some(0)),
        ("1e5", None),
        ("1E5", None),
        ("", None),
        (".5", None),
        ("5.", None),
        ("-1", None),
        ("+1", None),
        ("1.2.3", None),
        (" 1", None),
        ("99999999999999999999999999999999999999", None),
        ("9999999999999999999999999999", Some(10_i128.pow(38) - 10_i128.pow(10))),
    ] {
        assert_eq!(decimal(text.as_bytes(), 10), units, "{text}");
    }
}

proptest! {
    #[test]
    fn what_the_types_read_is_read_alike(units in 0_i64.., volume in 0..10_i128.pow(37)) {
        let (price, volume) = (Price::from_units(units), Amount::from_units(volume));
        prop_assert_eq!(decimal(price.to_string().as_bytes(), 10), Some(i128::from(units)));
        prop_assert_eq!(decimal(volume.to_string().as_bytes(), 18), Some(volume.units()));
    }

    #[test]
    fn any_text_is_read_like_the_type_reads_it_or_refused(text in "[0-9.]{0,24}") {
        let parsed = text.parse::<Price>().ok().map(|price| i128::from(price.units()));
        let read = decimal(text.as_bytes(), 10).filter(|it| i64::try_from(*it).is_ok());
        prop_assert_eq!(read, parsed);
    }
}
