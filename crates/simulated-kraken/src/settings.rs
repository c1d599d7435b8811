//! How a simulated Kraken behaves.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use simulated_limits::{Boundary, DecayMode, Tier};
use trading_types::{Amount, Asset, Candle, PairRules, Price};

use crate::faults::{Fault, Probability};

/// How a simulated Kraken behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Decides everything that is left to chance.
    pub seed: u64,
    /// The tier of all accounts.
    pub tier: Tier,
    /// Which limits are enforced.
    pub limits: LimitProfile,
    /// Whether a refused private call is charged too, as far as the counter has room.
    pub refused_calls_count: bool,
    /// When the counters decay.
    pub decay: DecayMode,
    /// When a pair's counter refuses.
    pub boundary: Boundary,
    /// The markets.
    pub markets: Vec<MarketSettings>,
    /// How long before the start the markets began, at most [`Settings::HISTORY_MAX`]: so much of
    /// their past is trades of the same making as what comes, and candles of all lengths from them.
    /// What was before that is made up in any case, so that there are 720 candles of each length.
    pub history: Duration,
    /// The accounts, each with its keys.
    pub accounts: Vec<AccountSettings>,
    /// The faults that are switched on, and how often each strikes.
    pub faults: Vec<(Fault, Probability)>,
}

impl Settings {
    /// The longest past: 720 candles of an hour.
    pub const HISTORY_MAX: Duration = Duration::from_hours(720);
}

/// Which limits are enforced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LimitProfile {
    /// Kraken's, as documented.
    Documented,
    /// The article's: fixed clock minutes and HTTP status 429, on top of the pairs' counters.
    Article,
    /// None: for measuring speed.
    Off,
}

/// A market.
#[derive(Clone, Debug)]
pub struct MarketSettings {
    /// The pair and its rules.
    pub rules: PairRules,
    /// Where its prices come from.
    pub source: MarketSource,
}

/// Where the prices of a market come from.
#[derive(Clone, Debug)]
pub enum MarketSource {
    /// A seeded order flow that begins at this price: a busy pair.
    Model {
        /// The first price, that of [`Settings::history`] included.
        start_price: Price,
    },
    /// The same with a few events a minute and five levels a side, for months in minutes.
    Quiet {
        /// The first price, that of [`Settings::history`] included.
        start_price: Price,
    },
    /// Candles that are followed, the first one beginning when the simulation begins, or
    /// [`Settings::history`] before that.
    History {
        /// All of one length, in order of time.
        candles: Vec<Candle>,
    },
    /// A book that does not move by itself, ten levels a side around this price; for tests. Its
    /// past is made up, whatever the settings' history.
    Still {
        /// The price in the middle.
        price: Price,
    },
}

/// An account and what it begins with. Its keys are made from its name, see
/// [`KeyDescription`](crate::KeyDescription).
#[derive(Clone, Debug)]
pub struct AccountSettings {
    /// What the names of its keys begin with; empty for the first account.
    pub name: String,
    /// What it has.
    pub balances: Vec<(Asset, Amount)>,
}
