//! Rows and verdicts for reading, and rows as CSV.
#![expect(clippy::float_arithmetic, reason = "percentages for reading")]

use std::fmt::Write;

use strategy_research::{Finding, Grade, Grid, Verdict, sweep::Tried};
use trading_types::{Amount, Rounding};

use super::document::{RowView, SweepDocument};
use crate::{failure::Failure, output};

/// The best rows under a line of names.
pub(crate) fn print(document: &SweepDocument) -> Result<(), Failure> {
    let SweepDocument { strategy, pair, candles, from, to, tried, impossible, .. } = document;
    output::line(format_args!("{strategy} on {pair}, {candles} candles from {from} to {to}"))?;
    let skipped = match impossible {
        0 => String::new(),
        count => format!(", {count} passed over (their values do not fit together)"),
    };
    let partial = if document.partial { ", stopped before the end" } else { "" };
    let ever = document.tried_ever;
    output::line(format_args!(
        "{tried} {} tried{skipped}{partial}; {ever} ever on this data",
        if *tried == 1 { "variant" } else { "variants" },
    ))?;
    output::line(&document.evaluated)?;
    let settings: Vec<String> = document.rows.iter().map(settings_text).collect();
    let width = settings.iter().map(|it| it.chars().count()).max().unwrap_or(0).max(8);
    output::line(format_args!(
        "  {:>4}  {:<width$}{:>16}{:>8}{:>9}{:>9}{:>10}{:>8}",
        "rank", "settings", "net profit", "trades", "Sharpe", "Calmar", "drawdown", "held",
    ))?;
    for (at, (row, settings)) in document.rows.iter().zip(&settings).enumerate() {
        let ratio = |it: Option<f64>| it.map_or("none".to_owned(), |it| format!("~{it:.2}"));
        let percent =
            |it: Option<f64>| it.map_or("none".to_owned(), |it| format!("~{:.1}%", it * 100.0));
        output::line(format_args!(
            "  {:>4}  {settings:<width$}{:>16}{:>8}{:>9}{:>9}{:>10}{:>8}",
            at + 1,
            money(row.net_profit),
            row.trades,
            ratio(row.sharpe),
            ratio(row.calmar),
            percent(row.max_drawdown),
            percent(row.exposure),
        ))?;
    }
    document.verdict.as_ref().map_or(Ok(()), verdict)
}

/// What is said, and what it rests on.
pub(crate) fn verdict(verdict: &Verdict) -> Result<(), Failure> {
    output::line("")?;
    for Finding { about, grade, text, .. } in &verdict.findings {
        let mark = match grade {
            Grade::Holds => "holds",
            Grade::Doubtful => "doubtful",
            Grade::Fails => "FAILS",
            Grade::Told => "-",
        };
        output::line(format_args!("  {mark:<9}{about:<12} {text}"))?;
    }
    output::line("")?;
    output::line(&verdict.summary)
}

fn settings_text(row: &RowView) -> String {
    let parts: Vec<String> =
        row.settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
    parts.join(" ")
}

/// Money to the cent, marked where something was cut off.
pub(crate) fn money(amount: Amount) -> String {
    let cut = amount.round_to_decimals(2, Rounding::Down);
    let mark = if cut == amount { "" } else { "~" };
    format!("{mark}{cut:.2}")
}

/// Figures of a row in the CSV file, by name.
const FIGURES: &str = "\
net_profit,equity_end,gross_profit_before_costs,fees,slippage_cost,trades,wins,\
profit_factor,sharpe,sortino,calmar,yearly_growth,max_drawdown,exposure";

/// Every variant that was tried, in the order of the grid.
pub(crate) fn csv(grid: &Grid, tried: &[Tried]) -> String {
    let keys: Vec<String> = grid.axes().iter().map(|it| quoted(&it.key)).collect();
    let mut text = format!("{},{FIGURES}\n", keys.join(","));
    for tried in tried {
        for (_, value) in &tried.variant.settings {
            let _ = write!(text, "{},", quoted(value));
        }
        let _ = writeln!(text, "{}", figures(&RowView::of(tried)));
    }
    text
}

pub(crate) fn figures(row: &RowView) -> String {
    let number = |it: Option<f64>| it.map(|it| it.to_string()).unwrap_or_default();
    let RowView { net_profit, equity_end, gross_profit_before_costs, fees, .. } = row;
    let RowView { slippage_cost, trades, wins, .. } = row;
    let ratios = [
        row.profit_factor,
        row.sharpe,
        row.sortino,
        row.calmar,
        row.yearly_growth,
        row.max_drawdown,
        row.exposure,
    ];
    format!(
        "{net_profit},{equity_end},{gross_profit_before_costs},{fees},{slippage_cost},{trades},\
         {wins},{}",
        ratios.map(number).join(",")
    )
}

/// A field that may hold anything.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
