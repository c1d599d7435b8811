//! The settings a simulated Kraken was made with, as far as they decide what it is.
//!
//! The invariant: two that differ in anything but their faults and their history are told apart,
//! and which part differs is named.

use serde::{Deserialize, Serialize};
use simulated_limits::{Boundary, DecayMode, Tier};
use trading_types::{Amount, Asset, Candle, Pair, Price};

use crate::{
    faults::{Fault, Probability},
    settings::{LimitProfile, MarketSource, Settings},
};

/// Which settings differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OtherSettings {
    /// [`Settings::seed`].
    #[error("another seed")]
    Seed,
    /// [`Settings::tier`].
    #[error("another tier")]
    Tier,
    /// [`Settings::limits`], and how they are read.
    #[error("other limits")]
    Limits,
    /// Other pairs, or in another order.
    #[error("other markets")]
    Markets,
    /// A market of another kind, that began at another price, or with other candles.
    #[error("another source of prices")]
    Sources,
    /// Another number of accounts, or other names.
    #[error("other accounts")]
    Accounts,
    /// Accounts that began with something else.
    #[error("other first balances")]
    Balances,
}

/// What decides what a simulated Kraken is.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MadeWith {
    seed: u64,
    tier: Tier,
    limits: (LimitProfile, bool, DecayMode, Boundary),
    /// Their rules are no part of it: they may have changed since, here or in Kraken's table.
    markets: Vec<Pair>,
    sources: Vec<Source>,
    accounts: Vec<String>,
    balances: Vec<Vec<(Asset, Amount)>>,
    faults: Vec<(Fault, Probability)>,
}

/// Where the prices of a market came from.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Source {
    Model(Price),
    Quiet(Price),
    Still(Price),
    /// Of candles how many there are, and the two at the ends: there may be a million.
    History(usize, Option<(Candle, Candle)>),
}

impl From<&MarketSource> for Source {
    fn from(source: &MarketSource) -> Self {
        match source {
            MarketSource::Model { start_price } => Self::Model(*start_price),
            MarketSource::Quiet { start_price } => Self::Quiet(*start_price),
            MarketSource::Still { price } => Self::Still(*price),
            MarketSource::History { candles } => {
                Self::History(candles.len(), candles.first().copied().zip(candles.last().copied()))
            }
        }
    }
}

impl From<&Settings> for MadeWith {
    fn from(settings: &Settings) -> Self {
        let Settings {
            seed,
            tier,
            limits,
            refused_calls_count,
            decay,
            boundary,
            markets,
            accounts,
            history: _,
            faults,
        } = settings;
        Self {
            seed: *seed,
            tier: *tier,
            limits: (*limits, *refused_calls_count, *decay, *boundary),
            markets: markets.iter().map(|market| market.rules.pair).collect(),
            sources: markets.iter().map(|market| Source::from(&market.source)).collect(),
            accounts: accounts.iter().map(|account| account.name.clone()).collect(),
            balances: accounts.iter().map(|account| account.balances.clone()).collect(),
            faults: faults.clone(),
        }
    }
}

impl MadeWith {
    /// Whether the faults are the same; they may be others.
    pub(super) fn has_faults(&self, faults: &[(Fault, Probability)]) -> bool {
        self.faults == faults
    }

    /// Whether these settings are the same but for what may change.
    pub(super) fn check(&self, settings: &Settings) -> Result<(), OtherSettings> {
        let other = Self::from(settings);
        let differ = [
            (self.seed != other.seed, OtherSettings::Seed),
            (self.tier != other.tier, OtherSettings::Tier),
            (self.limits != other.limits, OtherSettings::Limits),
            (self.markets != other.markets, OtherSettings::Markets),
            (self.sources != other.sources, OtherSettings::Sources),
            (self.accounts != other.accounts, OtherSettings::Accounts),
            (self.balances != other.balances, OtherSettings::Balances),
        ];
        differ.into_iter().find(|(differs, _)| *differs).map_or(Ok(()), |(_, what)| Err(what))
    }
}
