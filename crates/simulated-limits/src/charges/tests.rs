//! The counter against a second one, which keeps its level up to date instead of remembering.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::decay::DecayMode;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_nanos(millis * 1_000_000)
}

#[track_caller]
fn check(charged: &[(u64, u32)], asked_millis: u64, expect: &str) {
    let mut counter = Charges::new(Decay::new(100, DecayMode::Continuous));
    for (millis, points) in charged {
        counter.charge(Points::whole(*points), at(*millis));
    }
    assert_eq!(counter.level(at(asked_millis)).to_string(), expect, "{charged:?}");
}

#[test]
fn charges_add_up_and_drain_to_nothing_but_not_below() {
    check(&[], 1_000, "0");
    check(&[(0, 3)], 0, "3");
    check(&[(0, 3)], 1_000, "2");
    check(&[(0, 3)], 3_000, "0");
    check(&[(0, 3)], 9_000, "0");
    check(&[(0, 3), (0, 4)], 500, "6.5");
    check(&[(0, 3), (9_000, 4)], 9_000, "4");
    check(&[(0, 1), (9_000, 4)], 10_000, "3");
}

#[test]
fn a_moment_before_the_last_one_counts_as_the_last_one() {
    check(&[(5_000, 3), (1_000, 3)], 5_000, "6");
    check(&[(5_000, 3)], 1_000, "3");
}

#[test]
fn the_peak_is_the_highest_level_of_all() {
    let mut charges = Charges::new(Decay::new(100, DecayMode::Continuous));
    for millis in [0, 500, 60_000] {
        charges.charge(Points::whole(2), at(millis));
    }
    assert_eq!(charges.peak().to_string(), "3.5");
    assert_eq!(charges.level(at(60_000)).to_string(), "2");
}

#[test]
fn a_charge_stops_at_the_highest_level_allowed() {
    let mut charges = Charges::new(Decay::new(100, DecayMode::Continuous));
    for (millis, expect) in [(0, "8"), (1_000, "10"), (1_500, "10"), (3_500, "10")] {
        charges.charge_up_to(Points::whole(10), Points::whole(8), at(millis));
        assert_eq!(charges.level(at(millis)).to_string(), expect, "at {millis} ms");
    }
    assert_eq!(charges.peak(), Points::whole(10));
}

/// Keeps the level itself, from step to step.
struct Kept {
    decay: Decay,
    level: Points,
    at: Timestamp,
}

impl Kept {
    fn charge(&mut self, cost: Points, now: Timestamp) {
        self.level = self.level.minus(self.decay.drained(self.at, now)) + cost;
        self.at = now;
    }
}

fn any_mode() -> impl Strategy<Value = DecayMode> {
    let steps = (1_u64..=3_000, 0_u64..4_000).prop_map(|(tick, phase)| DecayMode::Stepwise {
        tick: Duration::from_millis(tick),
        phase: Duration::from_millis(phase),
    });
    prop_oneof![Just(DecayMode::Continuous), steps]
}

proptest! {
    /// Long enough that remembered charges are folded, several times over.
    #[test]
    fn what_is_remembered_gives_the_level_that_was_kept(
        mode in any_mode(),
        rate in 1_u32..400,
        charged in prop::collection::vec((0_u64..4_000, 0_u32..20), 0..400),
    ) {
        let decay = Decay::new(rate, mode);
        let mut charges = Charges::new(decay);
        let mut kept = Kept { decay, level: Points::ZERO, at: Timestamp::EPOCH };
        let mut millis = 0;
        for (pause, halves) in charged {
            millis += pause;
            charges.charge(Points::halves(halves), at(millis));
            kept.charge(Points::halves(halves), at(millis));
            prop_assert_eq!(charges.level(at(millis)), kept.level);
            prop_assert!(charges.remembered.len() <= REMEMBERED_MAX + 1);
        }
    }
}
