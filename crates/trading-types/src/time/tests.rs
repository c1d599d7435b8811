//! Timestamps: dates in, RFC 3339 out.

use super::*;

#[track_caller]
fn check(text: &str, expect: Option<&str>) {
    let actual = text.parse::<Timestamp>().ok().map(|it| it.to_string());
    assert_eq!(actual.as_deref(), expect);
}

#[test]
fn reads_dates_and_times() {
    check("2017-03-01", Some("2017-03-01T00:00:00Z"));
    check("2017-03-01T12:30:00Z", Some("2017-03-01T12:30:00Z"));
    check("2017-03-01T12:30:00.123456789+02:00", Some("2017-03-01T10:30:00.123456789Z"));
}

#[test]
fn refuses_what_is_no_date() {
    for wrong in ["2017-02-30", "2017-13-01", "yesterday", "", "1969-12-31", "2017-03-01T25:00:00Z"]
    {
        check(wrong, None);
    }
    assert_eq!(Timestamp::from_seconds(u64::MAX), None);
}

#[test]
fn time_between() {
    let early = Timestamp::from_seconds(100).unwrap();
    let late = early + Duration::from_millis(1_500);
    assert_eq!(late.since(early), Duration::from_millis(1_500));
    assert_eq!(early.since(late), Duration::ZERO);
    assert_eq!(late - Duration::from_millis(1_500), early);
}
