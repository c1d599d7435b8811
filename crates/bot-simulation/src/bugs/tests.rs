//! Every row has a bug of its own, and every bug is found, as `cargo xtask simulate --bug all` does.

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

/// One of a few seeds finds each, and does not without it.
#[test]
fn the_whole_bank_is_found() {
    let length = Duration::from_hours(2);
    for row in &BANK {
        let found = (0..SEEDS_PER_BUG).find_map(|seed| found_by(row, seed, length));
        assert!(found.is_some(), "`{}` is not found", row.name);
    }
}
