//! What it costs to touch a young order: the table of ages.
//!
//! An age runs from the moment an order was created or last amended, and the limits of the rows are
//! exclusive (<https://docs.kraken.com/exchange/guides/general/ratelimits>, read on 2026-11-21).

use std::time::Duration;

use crate::points::Points;

/// What is done to an order that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touch {
    Amend,
    Edit,
    Cancel,
}

struct Row {
    age_below_s: u64,
    amend: u32,
    edit: u32,
    cancel: u32,
}

const fn row(age_below_s: u64, amend: u32, edit: u32, cancel: u32) -> Row {
    Row { age_below_s, amend, edit, cancel }
}

#[rustfmt::skip] // A table.
const PENALTIES: [Row; 6] = [
    //  below  amend  edit  cancel
    row(  5,     3,     6,    8),
    row( 10,     2,     5,    6),
    row( 15,     1,     4,    5),
    row( 45,     0,     2,    4),
    row( 90,     0,     1,    2),
    row(300,     0,     0,    1),
];

/// What is added to the fixed cost of touching an order of this age.
pub(crate) fn penalty(touch: Touch, age: Duration) -> Points {
    let row = PENALTIES.iter().find(|row| age < Duration::from_secs(row.age_below_s));
    Points::whole(row.map_or(0, |row| match touch {
        Touch::Amend => row.amend,
        Touch::Edit => row.edit,
        Touch::Cancel => row.cancel,
    }))
}

#[cfg(test)]
mod tests;
