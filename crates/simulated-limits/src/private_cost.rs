//! What a private call costs on the counter of its key, by the last word of its path.
//!
//! Kraken's page excludes two calls by name, charges two points for the trade history and the
//! ledger, and one for every other call
//! (<https://docs.kraken.com/exchange/guides/rest/ratelimits>, read on 2026-11-21). A name that is
//! not in the table is a call like any other.

use crate::points::Points;

#[rustfmt::skip] // A table.
const COSTS: [(&str, u32); 5] = [
    ("AddOrder",      0),
    ("CancelOrder",   0),
    ("TradesHistory", 2),
    ("Ledgers",       2),
    // The page says "ledger"; Kraken's own command line tool charges two for this one as well.
    ("QueryLedgers",  2),
];

/// The cost of one call, for instance of `Balance`. Public calls are not on this counter: do not
/// ask for them.
pub fn private_cost(endpoint: &str) -> Points {
    let cost = COSTS.iter().find(|(name, _)| *name == endpoint).map_or(1, |(_, cost)| *cost);
    Points::whole(cost)
}

/// The cost of looking orders up by the client's own id. Kraken's own Rust SDK (0.1.0 of
/// 2026-08-14) charges two points for it, the documentation names no exception.
pub fn private_look_up_cost(endpoint: &str) -> Points {
    match endpoint {
        "OpenOrders" | "ClosedOrders" => Points::whole(2),
        endpoint => private_cost(endpoint),
    }
}

#[cfg(test)]
mod tests;
