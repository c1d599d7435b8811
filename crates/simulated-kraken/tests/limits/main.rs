//! Kraken's limits through the public machine: they bite exactly where the documentation says, at
//! each tier, counted from outside in calls and orders.
//!
//! Numbers: <https://docs.kraken.com/exchange/guides/rest/ratelimits> and
//! <https://docs.kraken.com/exchange/guides/general/ratelimits>, read on 2026-11-21.

mod article;
mod bans;
mod client;
mod private_calls;
mod public_calls;
mod trading;
mod under_way;
