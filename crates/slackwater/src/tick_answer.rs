//! What a replay of the order book says: JSON for machines, lines for people, fills as CSV.
#![expect(clippy::float_arithmetic, reason = "a drawdown is a statistic, not money")]

use std::{collections::BTreeMap, fmt::Write};

use backtester::tick_backtest::{EquityPoint, FillRecord};
use serde::Serialize;
use trading_types::{Amount, Liquidity, Pair, PairRules, Price, Quantity, Timestamp};

use crate::{failure::Failure, output};

/// The answer.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    pub(crate) pair: Pair,
    pub(crate) ticks: u64,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    pub(crate) strategy: String,
    pub(crate) settings: BTreeMap<String, String>,
    /// Of a recording; a file of ticks does not tell.
    pub(crate) trades_seen: Option<u64>,
    pub(crate) book_messages: Option<u64>,
    pub(crate) levels_shown: Option<u32>,
    pub(crate) other_lines: Option<u64>,
    pub(crate) cash_start: Amount,
    pub(crate) base_start: Quantity,
    pub(crate) cash_end: Amount,
    pub(crate) base_end: Quantity,
    /// Cash, and base asset at the best bid.
    pub(crate) equity_start: Amount,
    pub(crate) equity_end: Amount,
    /// What the base asset gained by itself included.
    pub(crate) net_profit: Amount,
    pub(crate) fees: Amount,
    pub(crate) turnover: Amount,
    pub(crate) commands: u64,
    pub(crate) fills: u64,
    pub(crate) maker_fills: u64,
    pub(crate) taker_fills: u64,
    pub(crate) refused: u64,
    pub(crate) max_drawdown: f64,
    pub(crate) elapsed_cpu_s: f64,
}

impl Answer {
    /// For people.
    pub(crate) fn print(&self) -> Result<(), Failure> {
        let Self { pair, ticks, from, to, strategy, .. } = self;
        output::line(format_args!("{strategy} on {pair}, {ticks} ticks from {from} to {to}"))?;
        let quote = pair.quote;
        let money = |amount: Amount| format!("{amount} {quote}");
        let rows = [
            ("equity at the start", money(self.equity_start)),
            ("equity at the end", money(self.equity_end)),
            ("profit after all costs", money(self.net_profit)),
            ("fees", money(self.fees)),
            ("turnover", money(self.turnover)),
            ("cash at the end", money(self.cash_end)),
            ("holds at the end", format!("{} {}", self.base_end, pair.base)),
            (
                "fills, as maker, as taker",
                format!("{}, {}, {}", self.fills, self.maker_fills, self.taker_fills),
            ),
            ("commands, of which refused", format!("{}, {}", self.commands, self.refused)),
            ("deepest drawdown", format!("~{:.2} %", self.max_drawdown * 100.0)),
        ];
        for (name, value) in rows {
            output::line(format_args!("  {name:<28}{value:>40}"))?;
        }
        if let Some(levels) = self.levels_shown {
            output::line(format_args!("the recording shows {levels} levels of each side"))?;
        }
        Ok(())
    }
}

/// The deepest fall from a peak, as a part of the peak.
pub(crate) fn max_drawdown(equity: &[EquityPoint]) -> f64 {
    let mut peak = Amount::ZERO;
    let mut deepest = 0.0_f64;
    for point in equity {
        peak = peak.max(point.equity);
        if peak.is_positive() {
            deepest = deepest.max(1.0 - point.equity.to_f64() / peak.to_f64());
        }
    }
    deepest
}

/// Each fill as a row.
pub(crate) fn csv(fills: &[FillRecord], rules: &PairRules) -> String {
    let mut csv = "time,order,side,price,quantity,cost,fee,liquidity\n".to_owned();
    for FillRecord { time, order, fill } in fills {
        let price = Price::from_units(fill.steps * rules.tick.units());
        let liquidity = match fill.liquidity {
            Liquidity::Maker => "maker",
            Liquidity::Taker => "taker",
        };
        let (side, quantity, cost, fee) = (fill.side, fill.quantity, fill.cost, fill.fee);
        let number = order.0;
        writeln!(csv, "{time},{number},{side},{price},{quantity},{cost},{fee},{liquidity}")
            .expect("a text takes everything");
    }
    csv
}
