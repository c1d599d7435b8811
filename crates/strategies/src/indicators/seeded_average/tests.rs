//! The seeded average: what is refused when read back.

use super::*;

#[track_caller]
fn check(stored: (usize, usize, f64), expect: Result<Option<f64>, &str>) {
    let average = SeededAverage::try_from(stored);
    let actual = average.map(|it| it.value()).map_err(|error| error.to_string());
    assert_eq!(actual, expect.map_err(str::to_owned));
}

#[test]
fn nonsense_is_refused() {
    check((2, 2, 5.0), Ok(Some(5.0)));
    check((2, 1, 5.0), Ok(None));
    check((2, 0, 0.0), Ok(None));
    check((0, 0, 0.0), Err("a period of 0 candles has no value; give one from 1 to 100000"));
    let start = "the stored average is inconsistent: ";
    check((2, 3, 5.0), Err(&format!("{start}it counts more values than its period")));
    check((2, 2, f64::NAN), Err(&format!("{start}its value is not a number")));
    check((2, 2, f64::INFINITY), Err(&format!("{start}its value is not a number")));
    check((2, 0, 5.0), Err(&format!("{start}it has a value without having seen one")));
}

#[test]
fn both_ways_of_smoothing() {
    let mut exponential = SeededAverage::new(3).unwrap();
    let mut wilder = exponential.clone();
    for value in [1.0, 2.0, 6.0, 7.0] {
        exponential.update(value, Smoothing::Exponential);
        wilder.update(value, Smoothing::Wilder);
    }
    // The seed is 3 in both; then (3 + 7) ÷ 2 and (3 × 2 + 7) ÷ 3.
    assert_eq!(exponential.value(), Some(5.0));
    assert_eq!(wilder.value(), Some(13.0 / 3.0));
}
