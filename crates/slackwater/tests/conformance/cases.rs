//! What our client and the simulated Kraken have to agree on. Each case knows only the trait of a
//! line; facts about Kraken stand in the simulation and in the client, not here.

pub(crate) mod commands;
pub(crate) mod endpoints;
pub(crate) mod executions;
pub(crate) mod faults;
pub(crate) mod keys;
pub(crate) mod life;
pub(crate) mod market;
pub(crate) mod orders;
