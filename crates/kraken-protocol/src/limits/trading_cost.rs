//! What a trading command costs on the counter of its pair, by the age of its order
//! (<https://docs.kraken.com/exchange/guides/general/ratelimits>, read on 2026-11-21).
//!
//! The age runs from the moment an order was placed or last amended. A boundary belongs to the
//! older side: at exactly five seconds a cancel costs six.

use std::time::Duration;

use super::points::Points;

/// Ages at which costs change, in seconds.
const AGES: [u64; 6] = [5, 10, 15, 45, 90, 300];

//                       younger than: 5  10  15  45  90  300  or older
const CANCEL: [u32; AGES.len() + 1] = [8, 6, 5, 4, 2, 1, 0];
const AMEND: [u32; AGES.len() + 1] = [3, 2, 1, 0, 0, 0, 0];
const EDIT: [u32; AGES.len() + 1] = [6, 5, 4, 2, 1, 0, 0];

/// The most that canceling one order can cost: that of a young one.
pub const CANCEL_MAX: Points = Points::whole(CANCEL[0]);

/// Placing so many orders with one command: a point for one, half a point each for a batch.
pub fn place(orders: usize) -> Points {
    match orders {
        1 => Points::whole(1),
        batch => Points::from_halves(u32::try_from(batch).unwrap_or(u32::MAX)),
    }
}

/// Canceling an order of this age.
pub fn cancel(age: Duration) -> Points {
    Points::whole(by_age(CANCEL, age))
}

/// Amending an order of this age: a point, and more while it is young.
pub fn amend(age: Duration) -> Points {
    Points::whole(1 + by_age(AMEND, age))
}

/// Editing an order of this age, which cancels it and places another. We never do; the planner can
/// count it.
pub fn edit(age: Duration) -> Points {
    Points::whole(1 + by_age(EDIT, age))
}

/// The next age at which canceling becomes cheaper.
pub fn next_cheaper_age(age: Duration) -> Option<Duration> {
    AGES.into_iter().map(Duration::from_secs).find(|step| age < *step)
}

fn by_age(costs: [u32; AGES.len() + 1], age: Duration) -> u32 {
    let step = AGES.iter().take_while(|step| **step <= age.as_secs()).count();
    costs[step]
}

#[cfg(test)]
mod tests;
