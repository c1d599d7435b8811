//! Each piece of the proof: missing, too early, too close to the other.

use std::time::Duration;

use kraken_protocol::clock_offset::Ahead;
use trading_types::Timestamp;

use super::{Absence, Lack, Look, Rule};
use crate::venue_clock::VenueClock;

const RULE: Rule = Rule { margin: Duration::from_secs(2), distance: Duration::from_secs(2) };

/// Seconds after the deadline, and thousandths.
fn at(millis: u64) -> Timestamp {
    deadline() + Duration::from_millis(millis)
}

fn deadline() -> Timestamp {
    Timestamp::EPOCH + Duration::from_hours(1_000)
}

/// The venue's clock is that of ours, or up to so many milliseconds behind.
fn clock(behind: i128) -> VenueClock {
    let mut clock = VenueClock::default();
    clock.learn(Ahead { least: -behind * 1_000_000, most: 0 }, at(0));
    clock
}

struct Evidence {
    looks: Vec<(u64, u64)>,
    no_trade: Option<u64>,
    renewed: Option<u64>,
}

/// Enough for a proof.
fn enough() -> Evidence {
    Evidence {
        looks: vec![(2_100, 2_300), (4_200, 4_400)],
        no_trade: Some(4_500),
        renewed: Some(2_500),
    }
}

fn check(evidence: &Evidence, behind: i128, expected: Option<Lack>) {
    let clock = clock(behind);
    let mut absence = Absence::default();
    for (open, ended) in &evidence.looks {
        absence.add(Look { open: at(*open), ended: at(*ended) }, deadline(), RULE, &clock);
    }
    absence.no_trade = evidence.no_trade.map(at);
    let proof = absence.proof(Some(deadline()), evidence.renewed.map(at), RULE, &clock);
    assert_eq!(proof.err(), expected);
}

#[test]
fn everything_together_is_a_proof() {
    check(&enough(), 0, None);
    check(&enough(), 50, None);
}

#[test]
fn no_piece_may_be_missing() {
    check(&Evidence { looks: vec![], ..enough() }, 0, Some(Lack::Look));
    check(&Evidence { looks: vec![(2_100, 2_300)], ..enough() }, 0, Some(Lack::SecondLook));
    check(&Evidence { no_trade: None, ..enough() }, 0, Some(Lack::Trades));
    check(&Evidence { renewed: None, ..enough() }, 0, Some(Lack::Stream));
}

#[test]
fn no_piece_may_be_too_early() {
    // Deadline, margin and the clock's error have to be over; at that very moment is too early.
    check(&Evidence { no_trade: Some(2_000), ..enough() }, 0, Some(Lack::Trades));
    check(&Evidence { renewed: Some(2_000), ..enough() }, 0, Some(Lack::Stream));
    check(
        &Evidence { looks: vec![(2_000, 2_300), (4_400, 4_600)], ..enough() },
        0,
        Some(Lack::SecondLook),
    );
    check(&enough(), 101, Some(Lack::SecondLook));
    check(&enough(), 2_401, Some(Lack::Look));
    check(
        &Evidence { looks: vec![(2_700, 2_800), (4_800, 4_900)], ..enough() },
        600,
        Some(Lack::Stream),
    );
}

#[test]
fn the_looks_are_far_enough_apart() {
    let apart = |open, ended| Evidence { looks: vec![(2_100, 2_300), (open, ended)], ..enough() };
    check(&apart(4_100, 4_300), 0, None);
    check(&apart(4_099, 4_300), 0, Some(Lack::SecondLook));
    check(&apart(4_100, 4_299), 0, Some(Lack::SecondLook));
    // A third look counts with the first.
    let mut third = apart(3_000, 3_100);
    check(&third, 0, Some(Lack::SecondLook));
    third.looks.push((4_100, 4_300));
    check(&third, 0, None);
}

#[test]
fn without_a_deadline_or_a_clock_nothing_is_proved() {
    let mut absence = Absence::default();
    for (open, ended) in enough().looks {
        absence.add(Look { open: at(open), ended: at(ended) }, deadline(), RULE, &clock(0));
    }
    absence.no_trade = Some(at(4_500));
    let renewed = Some(at(2_500));
    let proof = |deadline, clock: &VenueClock| absence.proof(deadline, renewed, RULE, clock);
    assert!(proof(Some(deadline()), &clock(0)).is_ok());
    assert_eq!(proof(None, &clock(0)), Err(Lack::Deadline));
    assert_eq!(proof(Some(deadline()), &VenueClock::default()), Err(Lack::Look));
    // The clock turned out to be wrong: what was looked at before does not count any more.
    assert_eq!(proof(Some(deadline()), &clock(3_000)), Err(Lack::Look));
}

#[test]
fn the_evidence_says_when() {
    let mut absence = Absence::default();
    for (open, ended) in enough().looks {
        absence.add(Look { open: at(open), ended: at(ended) }, deadline(), RULE, &clock(0));
    }
    absence.no_trade = Some(at(4_500));
    let told = absence.proof(Some(deadline()), Some(at(2_500)), RULE, &clock(0)).unwrap();
    for moment in [0, 2_100, 2_300, 4_200, 4_400, 4_500, 2_500] {
        assert!(told.contains(&at(moment).to_string()), "{told}");
    }
}
