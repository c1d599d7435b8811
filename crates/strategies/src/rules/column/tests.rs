//! Values of expressions, and what is refused.

use trading_types::{Amount, Price, Timestamp};

use super::*;

fn hours(minutes: u32) -> Interval {
    Interval::from_minutes(minutes).unwrap()
}

fn candle(hour: u64, close: i64) -> Candle {
    let start = Timestamp::from_seconds(hour * 3_600).unwrap();
    let price = Price::from_units(close * 10_i64.pow(10));
    let volume = Amount::from_units(10_i128.pow(18));
    Candle { start, open: price, high: price, low: price, close: price, volume, trades: 1 }
}

#[track_caller]
fn check(text: &str, parameters: &[(String, f64)], expected: &[Option<f64>]) {
    let mut column = Column::new(text, parameters, hours(60)).unwrap();
    for (at, expected) in expected.iter().enumerate() {
        let value = column.update(&candle(at as u64, [3, 5, 4, 8][at]));
        assert_eq!((!value.is_nan()).then_some(value), *expected, "{text} at {at}");
    }
}

#[track_caller]
fn check_refused(text: &str, words: &str) {
    let error = Column::new(text, &[], hours(60)).unwrap_err().to_string();
    assert!(error.starts_with("column:1:") && error.contains(words), "{error}");
}

#[test]
fn a_number_a_condition_a_constant_and_a_parameter() {
    check("sma(close, 2)", &[], &[None, Some(4.0), Some(4.5), Some(6.0)]);
    check("close > close[1]", &[], &[Some(0.0), Some(1.0), Some(0.0), Some(1.0)]);
    check("7", &[], &[Some(7.0); 4]);
    let parameters = [("n".to_owned(), 1.0), ("unused".to_owned(), 2.0)];
    check("change(close, n)", &parameters, &[None, Some(2.0), Some(-1.0), Some(4.0)]);
    check("h2.close", &[], &[None, Some(5.0), Some(5.0), Some(8.0)]);
}

#[test]
fn what_cannot_be_a_column() {
    check_refused("smaa(close, 2)", "did you mean `sma`?");
    check_refused("entry_price * 2", "a column cannot look at the position");
    check_refused("5%", "`%` belongs to stop");
    check_refused("", "");
    let many: Vec<_> = (0..30).map(|it| format!("sma(close, {})", 99_000 + it)).collect();
    check_refused(&many.join(" + "), "past values");
}
