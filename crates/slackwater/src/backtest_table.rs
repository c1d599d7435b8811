//! A backtest's figures for reading.
#![expect(clippy::float_arithmetic, reason = "percentages for reading")]

use backtester::{BacktestResult, BacktestSettings};
use strategies::from_spec;
use trading_types::{Amount, Rounding};

use crate::{failure::Failure, output};

/// Decimals of money in the table. What does not end within them is marked with `~`.
const DECIMALS: u8 = 2;

pub(crate) fn print(result: &BacktestResult, of: &BacktestSettings) -> Result<(), Failure> {
    let settings: Vec<_> =
        result.settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
    output::line(format_args!(
        "{} on {}, {} candles of {} from {} to {}",
        [result.strategy.as_str(), &settings.join(" ")].join(" "),
        result.pair,
        result.candles,
        of.interval,
        result.from,
        result.to,
    ))?;
    for (name, value) in rows(result) {
        output::line(format_args!("  {name:<26}{value:>34}"))?;
    }
    if let Some(reason) = &result.halted {
        let at = result.halted_at.map(|at| format!(" at {at}")).unwrap_or_default();
        output::line(format_args!("halted{at}: {reason}"))?;
    }
    output::line(verdict(result, of))
}

fn rows(result: &BacktestResult) -> Vec<(&'static str, String)> {
    let quote = result.pair.quote;
    let money = |amount: Amount| format!("{} {quote}", shown(amount));
    let ratio = |ratio: Option<f64>| ratio.map_or("none".to_owned(), |it| format!("~{it:.2}"));
    let percent = |part: f64| format!("~{:.1} %", part * 100.0);
    let won = if result.trades == 0 { 0.0 } else { part(result.wins, result.trades) };
    vec![
        ("cash at the start", money(result.cash_start)),
        ("equity at the end", money(result.equity_end)),
        ("profit after all costs", money(result.net_profit)),
        ("profit before costs", money(result.gross_profit_before_costs)),
        ("fees", money(result.fees)),
        ("slippage", money(result.slippage_cost)),
        ("buy and hold would have", money(result.buy_and_hold_end)),
        ("trades, of which won", format!("{}, {}", result.trades, percent(won))),
        ("deepest drawdown", percent(result.max_drawdown)),
        (
            "Sharpe, Sortino (yearly)",
            format!("{}, {}", ratio(result.sharpe), ratio(result.sortino)),
        ),
        ("profit factor", ratio(result.profit_factor)),
        ("time in the market", percent(result.exposure)),
        ("missing candles", result.missing_candles.to_string()),
        ("ambiguous candles", result.ambiguous_candles.to_string()),
        ("journal hash", result.journal_hash.clone()),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "counts for reading")]
fn part(of: u64, all: u64) -> f64 {
    of as f64 / all as f64
}

/// Money to the cent, marked where something was cut off.
fn shown(amount: Amount) -> String {
    let cut = amount.round_to_decimals(DECIMALS, Rounding::Down);
    let mark = if cut == amount { "" } else { "~" };
    format!("{mark}{cut:.2}")
}

/// What the figures say, in a sentence.
pub(crate) fn verdict(result: &BacktestResult, of: &BacktestSettings) -> String {
    if result.trades == 0 {
        return idle(result, of);
    }
    let is_profit = result.net_profit.is_positive();
    let beats_holding = result.buy_and_hold_end < result.equity_end;
    let before_costs = result.gross_profit_before_costs.is_positive();
    match (is_profit, beats_holding, before_costs) {
        (true, true, _) => "it made money after costs, and more than holding would have",
        (true, false, _) => "it made money after costs, but holding would have made more",
        (false, _, true) => "it lost money: the costs ate the profit",
        (false, true, false) => "it lost money, though less than holding would have",
        (false, false, false) => "it lost money even before costs",
    }
    .to_owned()
}

/// Why nothing was traded, where that is known.
fn idle(result: &BacktestResult, of: &BacktestSettings) -> String {
    let strategy = from_spec(&of.strategy, of.rules.tick);
    let warm_up = strategy.map_or(0, |it| it.warm_up() as u64);
    let candles = result.candles;
    if candles <= warm_up {
        return format!(
            "it never traded: its first decision is at the close of candle {warm_up}, and there \
             are {candles}"
        );
    }
    "it never traded".to_owned()
}
