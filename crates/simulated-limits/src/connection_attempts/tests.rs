//! The hundred and fifty-first attempt, and what follows.

use super::*;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(seconds).unwrap()
}

#[test]
fn one_attempt_too_many_is_a_ban_of_ten_minutes() {
    let mut attempts = ConnectionAttempts::default();
    for second in 0..150 {
        assert_eq!(attempts.attempt("192.0.2.1", at(second)), Ok(()));
    }
    assert_eq!(attempts.recent("192.0.2.1", at(150)), 150);
    let banned = Err(Exceeded::Connections { until: at(750) });
    assert_eq!(attempts.attempt("192.0.2.1", at(150)), banned);
    assert_eq!(attempts.attempt("192.0.2.1", at(749)), banned, "knocking does not prolong it");
    assert_eq!(attempts.attempt("192.0.2.2", at(749)), Ok(()));
    assert_eq!(attempts.attempt("192.0.2.1", at(750)), Ok(()));
}

#[test]
fn an_attempt_every_four_seconds_is_never_banned() {
    let mut attempts = ConnectionAttempts::default();
    for number in 0..2_000 {
        assert_eq!(attempts.attempt("192.0.2.1", at(number * 4)), Ok(()));
    }
}

#[test]
fn quiet_addresses_are_forgotten() {
    let mut attempts = ConnectionAttempts::default();
    for number in 0..5_000 {
        let _ = attempts.attempt(&format!("host {number}"), at(number));
    }
    assert!(attempts.addresses.len() <= ADDRESSES_MAX + 1);
}
