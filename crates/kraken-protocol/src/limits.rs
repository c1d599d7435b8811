//! Every limit Kraken sets, each as a small machine that never counts below Kraken's own.
//!
//! | limit | scope | machine |
//! |---|---|---|
//! | private REST calls | key | [`Counter`] by [`Tier::rest_counter`] |
//! | trading commands and open orders | account and pair | [`PairBudget`] |
//! | public REST calls | address, and address and pair | [`Counter`] |
//! | connection attempts, messages, level 3 | address, connection | [`Window`] |
//! | calls in a minute of the clock | address, account | [`MinuteWindow`] |
//! | after a refusal | whatever was refused | [`Pause`] |

mod counter;
mod feedback;
mod key_role;
mod minute_window;
mod pair_budget;
mod pause;
mod points;
mod profile;
mod tier;
pub mod trading_cost;
mod window;

pub use self::{
    counter::{Charge, Counter, CounterRule, Room},
    feedback::Feedback,
    key_role::{KeyRole, UnknownRole},
    minute_window::{MinuteCharge, MinuteWindow},
    pair_budget::{CommandCharge, CommandOutcome, PairBudget, TradingAction},
    pause::Pause,
    points::Points,
    profile::{Bucket, Profile},
    tier::{Tier, UnknownTier},
    window::Window,
};
