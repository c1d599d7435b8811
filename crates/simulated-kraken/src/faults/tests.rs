//! Which occasions a fault takes: its own stream, its rules, its seconds.

use proptest::prelude::*;
use trading_types::Timestamp;

use super::*;

mod client;
mod scenarios;
mod table;

fn probability(text: &str) -> Probability {
    text.parse().unwrap()
}

fn struck(faults: &mut Faults, fault: Fault, occasions: usize) -> Vec<bool> {
    (0..occasions).map(|_| faults.strikes(fault, "AddOrder")).collect()
}

#[test]
fn probabilities() {
    for (text, units) in [("0", 0), ("1", 100_000_000), ("0.05", 5_000_000), ("1.0", 100_000_000)] {
        assert_eq!(probability(text).fraction().units(), units, "{text}");
    }
    for text in ["", "-0.1", "1.1", "5%", "x", "0.000000001"] {
        let error = text.parse::<Probability>().unwrap_err().to_string();
        let wanted = "is not a probability; write a number from 0 to 1, for instance 0.05";
        assert_eq!(error, format!("`{text}` {wanted}"));
    }
}

#[test]
fn a_fault_that_is_off_never_strikes() {
    let mut faults = Faults::new(1, &[]);
    assert!(faults.is_idle() && faults.is_asleep());
    for fault in Fault::all() {
        assert!(!faults.strikes(fault, ""));
    }
    assert!(faults.counts().all(|(_, count)| count == 0));
    assert!(faults.streams.is_empty(), "nothing is drawn");
}

#[test]
fn a_fault_that_is_used_up_is_off() {
    let mut faults = Faults::new(1, &[]);
    let rule = Rule { count: Some(2), ..Rule::new(Fault::LostAnswer, Probability::ALWAYS) };
    faults.switch_on(rule);
    assert_eq!(struck(&mut faults, Fault::LostAnswer, 4), [true, true, false, false]);
    assert!(faults.is_idle());
}

#[test]
fn a_fault_for_one_endpoint_leaves_the_others_alone() {
    let mut faults = Faults::new(1, &[]);
    let only = Some("add_order".to_owned());
    faults.switch_on(Rule { on: only, ..Rule::new(Fault::LostAnswer, Probability::ALWAYS) });
    for (target, strikes) in [("AddOrder", true), ("add_order", true), ("AddOrderBatch", false)] {
        assert_eq!(faults.strikes(Fault::LostAnswer, target), strikes, "{target}");
    }
}

#[test]
fn a_rule_that_is_taken_back_leaves_the_others_on() {
    let mut faults = Faults::new(1, &[(Fault::BadNonce, Probability::ALWAYS)]);
    let second = faults.switch_on(Rule::new(Fault::BadNonce, Probability::ALWAYS));
    faults.switch_off(Fault::BadNonce, second);
    assert!(faults.strikes(Fault::BadNonce, "Balance"));
}

#[test]
fn of_a_torn_batch_some_are_left_and_not_all() {
    let mut faults = Faults::new(3, &[(Fault::BatchTorn, Probability::ALWAYS)]);
    assert_eq!(faults.torn(&[1, 2, 3]), [1, 2, 3]);
    let mut lengths = std::collections::BTreeSet::new();
    for _ in 0..50 {
        faults.tear_batch();
        lengths.insert(faults.torn(&[1, 2, 3, 4]).len());
    }
    assert_eq!(lengths.into_iter().collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn seconds_come_one_by_one_and_only_for_faults_that_need_them() {
    let at = |seconds| Timestamp::from_seconds(seconds).unwrap();
    let mut faults = Faults::new(1, &[(Fault::LostAnswer, Probability::ALWAYS)]);
    faults.begin(at(10));
    assert!(!faults.next_second(at(20)) && faults.next_timeout().is_none());
    faults.begin(at(20));
    faults.switch_on(Rule::new(Fault::Maintenance, Probability::ALWAYS));
    assert_eq!(faults.next_timeout(), Some(at(21)));
    let come = (0..5).filter(|_| faults.next_second(at(23))).count();
    assert_eq!((come, faults.next_timeout()), (3, Some(at(24))));
}

proptest! {
    /// Which occasions a fault takes is decided by its seed and its own occasions alone.
    #[test]
    fn faults_do_not_know_of_each_other(
        seed: u64,
        first in 0_usize..46,
        other in 0_usize..46,
        part in 1_u32..100,
    ) {
        prop_assume!(first != other);
        let fault = |index: usize| Fault::all().nth(index % Fault::all().count()).unwrap();
        let (first, other) = (fault(first), fault(other));
        prop_assume!(first != other);
        let half = probability(&format!("0.{part:02}"));
        let mut alone = Faults::new(seed, &[(first, half)]);
        let mut both = Faults::new(seed, &[(other, half), (first, half)]);
        let wanted = struck(&mut alone, first, 100);
        let seen: Vec<bool> = (0..100)
            .map(|_| {
                if both.strikes(other, "AddOrder") {
                    both.how(other).next();
                }
                let strikes = both.strikes(first, "AddOrder");
                if strikes {
                    both.how(first).next();
                }
                strikes
            })
            .collect();
        prop_assert_eq!(wanted, seen);
    }

    /// About as often as it was told.
    #[test]
    fn a_fault_strikes_as_often_as_it_should(seed: u64) {
        let mut faults = Faults::new(seed, &[(Fault::LostAnswer, probability("0.3"))]);
        let count = struck(&mut faults, Fault::LostAnswer, 2_000);
        let count = count.into_iter().filter(|strikes| *strikes).count();
        prop_assert!((450..750).contains(&count), "{count}");
    }
}
