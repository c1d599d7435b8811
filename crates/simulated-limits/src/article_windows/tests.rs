//! Clock minutes, at their edges.

use super::*;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_nanos(millis * 1_000_000)
}

#[test]
fn a_minute_has_so_many_calls_and_the_next_as_many_again() {
    let mut windows = ArticleWindows::default();
    let public = |windows: &mut ArticleWindows, millis| {
        (0..50).filter(|_| windows.public_call("192.0.2.1", 1, at(millis)).is_ok()).count()
    };
    assert_eq!(public(&mut windows, 59_999), 15);
    assert_eq!(public(&mut windows, 60_000), 15);
    assert_eq!(public(&mut windows, 119_999), 0);
    assert_eq!([0, 1, 2].map(|minute| windows.public_units("192.0.2.1", minute)), [15, 15, 0]);

    let private = (0..50).filter(|_| windows.private_call("account", 1, at(0)).is_ok()).count();
    assert_eq!(private, 20);
    assert_eq!(windows.private_units("account", 0), 20);
}

#[test]
fn a_refusal_names_the_next_minute() {
    let mut windows = ArticleWindows::default();
    assert!(windows.public_call("192.0.2.1", 15, at(61_000)).is_ok());
    let until = at(120_000);
    let refused = windows.public_call("192.0.2.1", 1, at(61_000));
    assert_eq!(refused, Err(Exceeded::ArticlePublic { until }));
    let refused = windows.private_call("account", 21, at(119_999));
    assert_eq!(refused, Err(Exceeded::ArticlePrivate { until }));
}

#[test]
fn a_call_of_two_units_takes_two() {
    let mut windows = ArticleWindows::default();
    let taken = (0..50).filter(|_| windows.private_call("account", 2, at(0)).is_ok()).count();
    assert_eq!(taken, 10);
    assert_eq!(windows.private_left("account", at(59_999)), 0);
    assert_eq!(windows.private_left("account", at(60_000)), 20);
    assert_eq!(windows.private_left("another", at(0)), 20);
    assert_eq!(windows.public_left("192.0.2.1", at(0)), 15);
}

#[test]
fn old_minutes_are_forgotten() {
    let mut windows = ArticleWindows::default();
    for minute in 0..5_000 {
        windows.public_call("192.0.2.1", 1, at(minute * 60_000)).unwrap();
    }
    assert_eq!(windows.public.units.len(), 1_441);
    assert_eq!(windows.public_units("192.0.2.1", 0), 0);
    assert_eq!(windows.public_units("192.0.2.1", 4_000), 1);
}
