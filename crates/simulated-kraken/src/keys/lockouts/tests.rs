//! Runs of failures and what ends them.

use std::time::Duration;

use trading_types::Timestamp;

use super::{CULPRITS_MAX, Culprit, FAILURES_MAX, LOCKOUT, Lockouts};

const START: Timestamp = Timestamp::from_nanos(1_700_000_000_000_000_000);

fn address(text: &str) -> Culprit {
    Culprit::Address(text.to_owned())
}

#[test]
fn a_run_of_failures_locks_out_for_fifteen_minutes() {
    let mut lockouts = Lockouts::default();
    let culprit = address("10.0.0.1");
    for _ in 1..FAILURES_MAX {
        assert!(!lockouts.fail(culprit.clone(), START));
    }
    assert!(!lockouts.is_locked(&culprit, START));
    assert!(lockouts.fail(culprit.clone(), START));
    assert!(lockouts.is_locked(&culprit, START + LOCKOUT - Duration::from_nanos(1)));
    assert!(!lockouts.is_locked(&culprit, START + LOCKOUT));
    assert!(!lockouts.is_locked(&address("10.0.0.2"), START));
    assert!(!lockouts.fail(culprit, START + LOCKOUT), "a new run begins");
}

#[test]
fn a_success_forgives() {
    let mut lockouts = Lockouts::default();
    let culprit = Culprit::Key("K".to_owned());
    for _ in 0..5 {
        for _ in 1..FAILURES_MAX {
            assert!(!lockouts.fail(culprit.clone(), START));
        }
        lockouts.succeed(&culprit);
    }
}

#[test]
fn memory_is_bounded() {
    let mut lockouts = Lockouts::default();
    for number in 0..CULPRITS_MAX * 3 {
        lockouts.fail(address(&number.to_string()), START);
    }
    assert!(lockouts.culprits.len() <= CULPRITS_MAX + 1);
}
