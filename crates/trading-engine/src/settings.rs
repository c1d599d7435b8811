//! What an engine is told once, at its start. Written into the journal's header, so that a replay
//! is told the same.

use std::{ops::RangeInclusive, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::{Asset, Fraction, Interval, Pair, PairRules};

use crate::{kill_switch::KillLimits, risk::RiskLimits, sizing::Sizing};

/// An engine's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineSettings {
    /// Shared by the ids of all orders of this engine; different for each account and start from
    /// an empty journal.
    pub session: u64,
    /// The asset equity is counted in: the quote asset of every pair.
    pub quote: Asset,
    /// The length of the candles the strategies see.
    pub interval: Interval,
    /// The pairs that are traded, one strategy each.
    pub pairs: Vec<PairRules>,
    /// How entries are sized.
    pub sizing: Sizing,
    /// How much worse than wished orders are expected to trade.
    pub slippage: Fraction,
    /// Pre-trade limits.
    pub risk: RiskLimits,
    /// How much may be lost before everything stops.
    pub kill: KillLimits,
    /// How long a position that wants a stop may be without one at the venue.
    pub stop_deadline: Duration,
    /// Every order carries a deadline this far ahead, so that one whose answer is lost is provably
    /// dead soon: [`ORDER_DEADLINE`], or more where the clock runs faster than the machine.
    pub order_deadline: Duration,
}

/// The deadline of an order in real time. Kraken takes 2 to 60 seconds
/// (<https://docs.kraken.com/api/docs/rest-api/add-order>, read on 2026-11-21).
pub const ORDER_DEADLINE: Duration = Duration::from_secs(5);
/// The deadlines that Kraken takes.
const ORDER_DEADLINES: RangeInclusive<Duration> = Duration::from_secs(2)..=Duration::from_mins(1);

/// Which strategy trades a pair, by the names the catalog of strategies knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrategySpec {
    /// Its name.
    pub name: String,
    /// Its settings, by name.
    pub settings: Vec<(String, String)>,
}

/// Settings that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Nothing to trade.
    #[error("no pair is to be traded")]
    NoPairs,
    /// More pairs than the journal can number.
    #[error("{0} pairs are more than the {PAIRS_MAX} an engine can trade")]
    TooManyPairs(usize),
    /// As many strategies as pairs are needed.
    #[error("{pairs} pairs need as many strategies, not {strategies}")]
    StrategyCount {
        /// How many pairs.
        pairs: usize,
        /// How many strategies.
        strategies: usize,
    },
    /// A pair stands twice.
    #[error("{0} is to be traded twice")]
    RepeatedPair(Pair),
    /// Equity cannot be counted.
    #[error("{pair} is not paid in {quote}, in which the equity is counted")]
    OtherQuote {
        /// The pair.
        pair: Pair,
        /// The asset equity is counted in.
        quote: Asset,
    },
    /// The venue would refuse every order.
    #[error("orders with a deadline {0:?} ahead are refused by kraken: it takes 2 to 60 seconds")]
    OrderDeadline(Duration),
}

/// The most pairs one engine trades.
pub const PAIRS_MAX: usize = 255;

impl EngineSettings {
    /// Whether an engine with `strategies` strategies can be made of them.
    pub fn check(&self, strategies: usize) -> Result<(), SettingsError> {
        let pairs = self.pairs.len();
        if pairs == 0 {
            return Err(SettingsError::NoPairs);
        }
        if PAIRS_MAX < pairs {
            return Err(SettingsError::TooManyPairs(pairs));
        }
        if pairs != strategies {
            return Err(SettingsError::StrategyCount { pairs, strategies });
        }
        if !ORDER_DEADLINES.contains(&self.order_deadline) {
            return Err(SettingsError::OrderDeadline(self.order_deadline));
        }
        for (at, rules) in self.pairs.iter().enumerate() {
            if rules.pair.quote != self.quote {
                return Err(SettingsError::OtherQuote { pair: rules.pair, quote: self.quote });
            }
            if self.pairs[..at].iter().any(|earlier| earlier.pair == rules.pair) {
                return Err(SettingsError::RepeatedPair(rules.pair));
            }
        }
        Ok(())
    }
}
