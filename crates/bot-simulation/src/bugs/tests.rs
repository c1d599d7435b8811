//! Every row has a bug of its own, and a few of the bank are found at once. The whole bank is
//! planted by `cargo xtask simulate --bug all`.

use std::collections::BTreeSet;

use super::*;
use crate::campaign::found_by;

#[test]
fn every_row_is_another_bug() {
    let bugs: BTreeSet<Bug> = BANK.iter().map(|row| row.bug).collect();
    let names: BTreeSet<&str> = BANK.iter().map(|row| row.name).collect();
    assert_eq!((bugs.len(), names.len()), (BANK.len(), BANK.len()));
    for row in &BANK {
        assert_eq!(Bug::named(row.name), Some(row.bug));
        assert!(row.incidents.iter().all(|number| (1..=54).contains(number)), "{}", row.name);
    }
}

/// One of a few seeds finds it.
#[track_caller]
fn check(bug: Bug) {
    let length = Duration::from_mins(20);
    let found = (0..4).find_map(|seed| found_by(bug.row(), seed, length));
    assert!(found.is_some(), "{bug:?} is not found");
}

#[test]
fn orders_that_leave_before_they_are_durable_are_found() {
    check(Bug::AckedBeforeDurable);
}

#[test]
fn orders_that_leave_as_others_are_found() {
    check(Bug::QuantityChanged);
    check(Bug::DeadlineDropped);
}

#[test]
fn a_secret_is_found() {
    check(Bug::SecretShown);
}
