//! Calls of a key at once.

use std::time::Duration;

use simulated_kraken::{Fault, LimitProfile, Probability};
use simulated_limits::Tier;

use crate::client::{Client, settings};

/// A client whose every answer is slow.
fn slow(limits: LimitProfile) -> Client {
    let mut settings = settings(Tier::Pro);
    settings.faults = vec![(Fault::SlowAnswer, Probability::ALWAYS)];
    settings.limits = limits;
    Client::new(settings)
}

#[test]
fn one_call_too_many_at_once_is_told_when_to_come_back() {
    let mut client = slow(LimitProfile::Documented);
    // These cost nothing on the counter of the key.
    for _ in 0..20 {
        assert!(client.begin("CancelOrder").is_none(), "it is under way");
    }
    let throttled = client.begin("CancelOrder").expect("it is refused at once");
    let until = client.now().seconds() + 5;
    assert_eq!(throttled.error, format!("EService: Throttled: {until}"));
    assert_eq!(client.statistic("/private_rejected_rate"), 1);
    // Before the answers have left, and after.
    client.pass(Duration::from_secs(4));
    assert!(client.begin("CancelOrder").is_some_and(|told| told.error == throttled.error));
    client.pass(Duration::from_secs(70));
    assert!(client.begin("CancelOrder").is_none(), "it is under way");
}

#[test]
fn without_limits_there_may_be_any_number() {
    let mut client = slow(LimitProfile::Off);
    for _ in 0..100 {
        assert!(client.begin("CancelOrder").is_none());
    }
}
