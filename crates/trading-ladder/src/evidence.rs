//! What was shown: a backtest out of sample, and how well real or paper fills tracked a backtest of
//! the same days. Each piece says for whom it was made and what it rests on.

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Fraction, Price, Timestamp};

use crate::{digest::Digest, rung::TradingMode, tracking::Tracking};

/// What evidence rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What it is: a file's name, a journal's.
    pub name: String,
    /// The hash of its contents, as its maker writes it.
    pub hash: String,
}

/// A strategy proved on candles that its settings were not chosen on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BacktestEvidence {
    /// The subject that was tested.
    pub identity: Digest,
    /// The candles.
    pub data: Source,
    /// Candles before this are in sample, the others out of sample.
    pub split: Timestamp,
    /// Quote asset at the start of each run.
    pub cash: Amount,
    /// How much worse than the candle's price orders traded.
    pub slippage: Fraction,
    /// How many times the venue's fees were paid in the stressed run.
    pub fee_stress: Fraction,
    /// Before the split.
    pub in_sample: Figures,
    /// After it.
    pub out_of_sample: Figures,
    /// After it, at stressed fees.
    pub stressed: Figures,
    /// The last close.
    pub last_price: Price,
}

/// The figures of one run, after all costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    /// When the first candle began.
    pub from: Timestamp,
    /// When the last candle began.
    pub to: Timestamp,
    /// Candles.
    pub candles: u64,
    /// Round trips.
    pub trades: u64,
    /// Orders that a limit, the sizing or the exchange kept back.
    pub refused: u64,
    /// What was won after fees and slippage, in quote asset.
    pub net_profit: Amount,
    /// What holding would have won.
    pub buy_and_hold_profit: Amount,
    /// Fees paid.
    pub fees: Amount,
    /// The deepest fall of the equity from a peak, as a part of the peak, rounded up.
    pub max_drawdown: Fraction,
    /// The hash of the run's journal.
    pub journal: String,
}

/// How well what happened tracked a backtest of the same days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackingEvidence {
    /// The subject that traded.
    pub identity: Digest,
    /// With which money.
    pub mode: TradingMode,
    /// The beginning of the days that were compared.
    pub from: Timestamp,
    /// Their end.
    pub to: Timestamp,
    /// What happened: a journal.
    pub happened: Source,
    /// What was expected: the candles of the backtest.
    pub expected: Source,
    /// How far apart they are.
    pub tracking: Tracking,
}
