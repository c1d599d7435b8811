//! A simulated Kraken without a socket: Kraken's REST and WebSocket v2 in front of a
//! [`BookExchange`](exchange_simulator::BookExchange), with its limits and, on request, its faults.
//!
//! **Law.** It was built from Kraken's documentation and recorded traffic, never from our own
//! client: this crate does not name `kraken-protocol`, so that what the client gets wrong is wrong
//! here in no case for the same reason. Nothing here reads a clock or opens a socket; chance is a
//! seed, and the same inputs give the same bytes out.
//!
//! | Part | for |
//! |---|---|
//! | [`SimulatedKraken`] | the machine: requests, connections and frames in, answers and frames out
//! |
//! | `venue` | accounts, orders, trades, ledger, market data, the trading counters |
//! | `keys` | keys and their permissions, signatures, nonces, tokens, the counter of a key |
//! | `rest` | Kraken's REST interface |
//! | `socket` | Kraken's WebSocket v2 |
//! | `faults` | what can go wrong, by name, each with its own chance and its own count |

mod faults;
#[cfg(test)]
mod fixture;
mod json;
mod keys;
mod kraken_error;
mod message;
mod names;
mod rest;
mod scenario;
mod settings;
mod simulated_kraken;
mod socket;
mod statistics;
mod under_way;
mod venue;
mod world;

pub use simulated_limits::{Boundary, DecayMode, Tier};

pub use crate::{
    faults::{Fault, ParseProbabilityError, Probability},
    keys::{KeyDescription, Permission},
    message::{
        Answer, ConnectionId, Door, Ending, Frame, HttpAnswer, HttpRequest, Input, Output,
        RequestId,
    },
    scenario::{Scenario, ScenarioError},
    settings::{AccountSettings, LimitProfile, MarketSettings, MarketSource, Settings},
    simulated_kraken::{
        SimulatedKraken,
        state::{OtherSettings, StateError},
        truth::{Happened, TrueMove, TrueOrder, TrueTrade},
    },
};
