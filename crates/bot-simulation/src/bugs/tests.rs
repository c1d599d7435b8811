//! Every row has a bug of its own, and each is found, as `cargo xtask simulate --bug all` does.

use std::collections::BTreeSet;

use super::*;
use crate::campaign::{SEEDS_PER_BUG, found_by};

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

/// One of a few seeds finds each of these, and nothing without it. Two tests share the bank, so
/// that they run at once.
fn check(rows: impl Iterator<Item = &'static Row>) {
    let length = Duration::from_hours(1);
    for row in rows {
        let found = (0..SEEDS_PER_BUG).find_map(|seed| found_by(row, seed, length));
        assert!(found.is_some(), "`{}` is not found", row.name);
    }
}

#[test]
fn every_first_bug_is_found() {
    check(BANK.iter().step_by(2));
}

#[test]
fn every_second_bug_is_found() {
    check(BANK.iter().skip(1).step_by(2));
}
