//! The figures of a backtest, as `slackwater backtest --json` prints them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Pair, Timestamp};

use crate::trade_list::TradeRecord;

/// The figures of a backtest. Money is decimal text in JSON, statistics are numbers, times are
/// RFC 3339.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BacktestResult {
    /// The pair.
    pub pair: Pair,
    /// Candles tested on.
    pub candles: u64,
    /// When the first candle began.
    pub from: Timestamp,
    /// When the last candle began.
    pub to: Timestamp,
    /// The strategy.
    pub strategy: String,
    /// Its settings, defaults included.
    pub settings: BTreeMap<String, String>,
    /// Quote asset at the start.
    pub cash_start: Amount,
    /// What everything was worth at the end, everything sold, all costs paid.
    pub equity_end: Amount,
    /// What was won after all costs.
    pub net_profit: Amount,
    /// What would have been won had there been neither fees nor slippage on the same trades.
    pub gross_profit_before_costs: Amount,
    /// Fees paid.
    pub fees: Amount,
    /// Lost to slippage.
    pub slippage_cost: Amount,
    /// What the cash would have become had it bought at the first open and sold at the last close,
    /// with fees.
    pub buy_and_hold_end: Amount,
    /// Round trips.
    pub trades: u64,
    /// Round trips that won after fees.
    pub wins: u64,
    /// The deepest fall of the equity from a peak, at candle closes.
    pub max_drawdown: f64,
    /// Yearly Sharpe ratio of the returns per candle.
    pub sharpe: Option<f64>,
    /// Yearly Sortino ratio of the returns per candle.
    pub sortino: Option<f64>,
    /// The part of the candles at whose close something was held.
    pub exposure: f64,
    /// What was won divided by what was lost.
    pub profit_factor: Option<f64>,
    /// Orders the exchange accepted.
    pub orders: u64,
    /// Fills.
    pub fills: u64,
    /// Orders that were wanted and kept back, by the sizing, a risk rule or the exchange.
    pub refused: u64,
    /// Candles in which the order of events was unknown and mattered; the worse was assumed.
    pub ambiguous_candles: u64,
    /// Intervals between the first and the last candle that have none; nothing was invented for
    /// them.
    pub missing_candles: u64,
    /// Quote asset that changed hands.
    pub traded: Amount,
    /// Why the kill switch halted, if it did.
    pub halted: Option<String>,
    /// When it did.
    pub halted_at: Option<Timestamp>,
    /// The hash of everything that went in and out of the engine.
    pub journal_hash: String,
    /// CPU seconds the whole process has used.
    pub elapsed_cpu_s: f64,
    /// Every round trip, where asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trade_list: Option<Vec<TradeRecord>>,
}
