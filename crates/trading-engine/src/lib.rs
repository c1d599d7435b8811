//! The deterministic engine: it turns what a venue tells into what a venue is told.
//!
//! **Law.** Nothing here reads a clock, a file, a thread or a random source; `now` is an argument.
//! The same inputs give the same outputs, byte for byte. Money is an integer. The engine knows no
//! venue: it meets one in the two enums of `trading-types`.
//!
//! The story of an entry. A candle closes; the [`strategy`] wishes to be long. [`sizing`] says how
//! much, the column of rules in [`risk`] lets the order through or names its refusal, the
//! [`ledger`] holds the money, and the order goes out with an id that is never used twice. What
//! comes back moves it along the table in [`order_life`]; its fills become lots in [`position`];
//! its stop is placed and kept as large as the position. All the while the [`kill_switch`] watches
//! the equity, and the [`journal`] writes everything down, so that [`mod@replay`] can show it
//! again.

pub mod engine;
pub mod journal;
pub mod kill_switch;
pub mod ledger;
pub mod order;
pub mod order_life;
pub mod pace;
pub mod position;
pub mod replay;
pub mod report;
pub mod risk;
pub mod settings;
pub mod sizing;
pub mod strategy;
pub mod terms;
pub mod venue_gate;
pub mod volume;

mod desk;
mod orders;
mod recent_prices;
mod results;
mod volatility;

#[cfg(test)]
mod test_values;

pub use crate::{
    engine::{
        Engine, EntryOutcome, Explanation, LastEntry, LastWish, LiveOrder, OrderExplanation,
        PairWorstCase, PositionExplanation, SizeExplanation, SizeStep, StateError, Stretch,
        Verdict, WorstCase,
    },
    journal::{Journal, JournalError, JournalHeader, JournalReader, Keep, Proof, Record},
    kill_switch::{KillLimits, KillReason},
    order::Role,
    order_life::{OrderState, Race},
    position::{ClosedLot, ExitReason, Position},
    replay::{Difference, Replay, replay},
    report::{Alarm, BlockCause, Input, OperatorCommand, Output, Report, ResidualCause},
    risk::{RiskLimits, RiskRefusal, RuleRow},
    settings::{EngineSettings, ORDER_DEADLINE, SettingsError, StrategySpec},
    sizing::{
        AcceptedRisk, RiskFraction, Size, SizeRefusal, SizeRequest, Sizing, TradeCosts, all_in,
    },
    strategy::{Exits, RestoreError, Strategy, View, Wish},
    terms::Terms,
};
