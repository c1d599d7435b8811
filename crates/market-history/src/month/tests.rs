//! Months against the calendar.

use super::*;

#[test]
fn moments_are_in_the_months_of_the_calendar() {
    for (time, month) in [
        ("1970-01-01", "1970-01"),
        ("1999-12-31T23:59:59.999999999Z", "1999-12"),
        ("2000-02-29", "2000-02"),
        ("2000-03-01", "2000-03"),
        ("2018-01-11T05:00:00Z", "2018-01"),
        ("2024-02-29T23:00:00Z", "2024-02"),
        ("2100-03-01", "2100-03"),
    ] {
        assert_eq!(Month::of(time.parse().unwrap()).to_string(), month, "{time}");
    }
}

#[test]
fn months_follow_each_other_without_a_gap() {
    let mut month = Month::of(Timestamp::EPOCH);
    assert_eq!(month.start(), Timestamp::EPOCH);
    for _ in 0..12 * 200 {
        let end = month.end();
        assert_eq!(Month::of(end - std::time::Duration::from_nanos(1)), month);
        assert_eq!(month.to_string().parse(), Ok(month));
        month = Month::of(end);
        assert_eq!(month.start(), end);
        assert_eq!(format!("{month}-01").parse(), Ok(end));
    }
}

#[test]
fn what_is_no_month_is_refused() {
    for text in ["", "2018", "2018-1", "2018-13", "2018-00", "1969-12", "2018-01-01", "x-y"] {
        assert!(text.parse::<Month>().is_err(), "{text}");
    }
}
