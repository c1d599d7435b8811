//! All faults at once: the machine keeps its promises whatever goes wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::client::{Client, Run, day};
use crate::{faults::Fault, fixture, message::Output, settings::Settings};

fn storm(seed: u64, probability: &str) -> Run {
    let probability = probability.parse().unwrap();
    let faults = Fault::all().map(|fault| (fault, probability)).collect();
    day(Client::new(Settings { seed, faults, ..fixture::settings() }))
}

/// Each request is answered once or not yet, each knock once, and nothing is said after an end.
fn check(run: &Run) {
    let mut answered: BTreeMap<u64, u32> = BTreeMap::new();
    let (mut open, mut knocks) = (BTreeSet::new(), BTreeMap::new());
    for (at, output) in &run.heard {
        match output {
            Output::Answer { id, .. } => *answered.entry(id.0).or_default() += 1,
            Output::LetIn { id } => {
                *knocks.entry(*id).or_insert(0) += 1;
                open.insert(*id);
            }
            Output::Refuse { id, .. } => *knocks.entry(*id).or_insert(0) += 1,
            Output::Send { id, frame } => {
                assert!(open.contains(id), "{at}: {} on a dead connection", frame.as_str());
            }
            Output::End { id, .. } => assert!(open.remove(id), "{at}: an end of nothing"),
        }
    }
    assert!(answered.values().all(|count| *count == 1), "{answered:?}");
    assert!(knocks.values().all(|count| *count == 1), "{knocks:?}");
    assert!(answered.len() <= run.requests());
}

#[test]
fn promises_are_kept_in_a_storm() {
    for (seed, probability) in [(1, "0.02"), (2, "0.05"), (3, "0.1"), (4, "0.3"), (5, "1")] {
        let run = storm(seed, probability);
        check(&run);
        assert_eq!(run, storm(seed, probability), "the same to the byte");
    }
}
