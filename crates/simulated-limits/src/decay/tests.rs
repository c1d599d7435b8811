//! Both ways of draining, at the edges of their steps.

use super::*;

const STEPS: DecayMode =
    DecayMode::Stepwise { tick: Duration::from_secs(2), phase: Duration::from_millis(500) };

#[track_caller]
fn check(mode: DecayMode, from_millis: u64, to_millis: u64, expect: &str) {
    let at = |millis: u64| Timestamp::from_nanos(millis * 1_000_000);
    let decay = Decay::new(33, mode);
    let drained = decay.drained(at(from_millis), at(to_millis));
    assert_eq!(drained.to_string(), expect, "from {from_millis} ms to {to_millis} ms");
}

#[test]
fn an_even_decay_drains_with_every_nanosecond() {
    check(DecayMode::Continuous, 1_000, 1_000, "0");
    check(DecayMode::Continuous, 1_000, 2_000, "0.33");
    check(DecayMode::Continuous, 0, 100_000, "33");
    check(DecayMode::Continuous, 2_000, 1_000, "0");
    let nanosecond = Timestamp::from_nanos(1);
    let drained = Decay::new(33, DecayMode::Continuous).drained(Timestamp::EPOCH, nanosecond);
    assert_eq!(drained.to_string(), "0.00000000033");
}

#[test]
fn a_stepwise_decay_drains_at_its_steps_and_nowhere_else() {
    check(STEPS, 500, 2_499, "0");
    check(STEPS, 500, 2_500, "0.66");
    check(STEPS, 499, 500, "0.66");
    check(STEPS, 0, 499, "0");
    check(STEPS, 2_499, 6_500, "1.98");
    check(STEPS, 6_500, 2_499, "0");
}

#[test]
fn over_whole_steps_both_drain_the_same() {
    for from in [0, 77, 500, 1_999] {
        for steps in 0..5 {
            let to = from + 2_000 * steps;
            let expect = format!("{}", Points::from_pieces(u128::from(33 * 2_000_000_000 * steps)));
            check(STEPS, from, to, &expect);
            check(DecayMode::Continuous, from, to, &expect);
        }
    }
}

#[test]
fn a_phase_longer_than_a_step_is_that_phase_within_it() {
    let far =
        DecayMode::Stepwise { tick: Duration::from_secs(2), phase: Duration::from_millis(6_500) };
    for (from, to) in [(499, 500), (0, 2_500), (0, 2_499)] {
        let at = |millis: u64| Timestamp::from_nanos(millis * 1_000_000);
        assert_eq!(
            Decay::new(100, far).drained(at(from), at(to)),
            Decay::new(100, STEPS).drained(at(from), at(to))
        );
    }
}
