//! Every fault there is has a strength, and seeds differ in kind.

use std::collections::BTreeSet;

use super::*;

#[test]
fn every_fault_has_a_strength() {
    let known: BTreeSet<Fault> = STRENGTHS.iter().map(|(fault, _)| *fault).collect();
    let missing: Vec<_> = Fault::all().filter(|fault| !known.contains(fault)).collect();
    assert_eq!(missing, []);
    assert_eq!(known.len(), STRENGTHS.len());
}

#[test]
fn a_seed_draws_the_same_and_seeds_differ_in_kind() {
    let draw = |seed| Options::draw(Seed(seed), Duration::from_hours(1));
    assert_eq!(draw(7), draw(7));
    let counts: Vec<usize> = (0..200).map(|seed| draw(seed).faults.len()).collect();
    let (least, most) = (counts.iter().min(), counts.iter().max());
    assert!(least < Some(&8) && Some(&35) < most, "{least:?} to {most:?}");
    let every: BTreeSet<Fault> =
        (0..200).flat_map(|seed| draw(seed).faults).map(|(fault, _)| fault).collect();
    assert_eq!(every.len(), STRENGTHS.len());
}

#[test]
fn nothing_goes_wrong_in_a_calm_world() {
    let calm = Options::calm(Duration::from_hours(1));
    assert_eq!(calm.faults, []);
    assert_eq!((calm.net.lost_answers, calm.net.reset_every), (0, Duration::ZERO));
    assert_eq!((calm.process.crash_every, calm.process.crash_at_output), (Duration::ZERO, 0));
}
