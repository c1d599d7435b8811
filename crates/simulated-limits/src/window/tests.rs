//! A rolling stretch, at its edges.

use super::*;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_nanos(millis * 1_000_000)
}

#[test]
fn an_event_counts_until_it_is_as_old_as_the_stretch() {
    let mut window = Window::new(3, Duration::from_secs(1));
    assert!(window.take(2, at(0)));
    assert!(!window.take(2, at(500)), "what does not fit is not recorded");
    assert!(window.take(1, at(500)));
    assert_eq!(window.used(at(999)), 3);
    assert!(!window.take(1, at(999)));
    assert!(window.take(2, at(1_000)));
    assert_eq!(window.used(at(1_499)), 3);
    assert_eq!(window.used(at(1_500)), 2);
    assert_eq!(window.remembered.len(), 2);
}

#[test]
fn what_costs_nothing_always_fits() {
    let mut window = Window::new(0, Duration::from_secs(1));
    assert!(window.take(0, at(0)));
    assert!(!window.take(1, at(0)));
    assert!(!window.take(u32::MAX, at(0)));
}
