//! How the page writes numbers, and the tables that several pages share.
#![expect(clippy::float_arithmetic, reason = "percentages for reading")]

use backtest_report::{Figure, Finding, FindingKind, Rows, Table, Tone};
use backtester::BacktestSettings;
use exchange_simulator::CandleFill;
use strategy_research::costs::CostRow;
use trading_types::{Amount, Liquidity, Rounding};

use crate::arguments::BacktestArguments;

/// Decimals of money. What does not end within them is marked with `≈`: a
/// `~` before a minus reads as two of them.
const DECIMALS: u8 = 2;

/// Money to the cent, losses up and gains down, its thousands apart.
pub(crate) fn money(amount: Amount) -> String {
    let cut = amount.round_to_decimals(DECIMALS, Rounding::Down);
    let mark = if cut == amount { "" } else { "≈" };
    format!("{mark}{}", grouped(&format!("{cut:.2}")))
}

fn grouped(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("−", digits),
        None => ("", text),
    };
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(a, b)| (a, Some(b)));
    let mut grouped = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if 0 < at && (whole.len() - at).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    if let Some(part) = part {
        grouped.push('.');
        grouped.push_str(part);
    }
    grouped
}

/// A part of one as a percentage.
pub(crate) fn percent(part: f64) -> String {
    let sign = if part < 0.0 { "−" } else { "" };
    format!("{sign}{:.1}\u{202f}%", part.abs() * 100.0)
}

/// A ratio to two digits.
pub(crate) fn ratio(value: Option<f64>) -> String {
    value.map_or("none".to_owned(), |it| {
        let sign = if it < 0.0 { "−" } else { "" };
        format!("{sign}{:.2}", it.abs())
    })
}

/// What `change` is of `whole`.
pub(crate) fn change(change: Amount, whole: Amount) -> String {
    let part = change.to_f64() / whole.to_f64();
    let sign = if part < 0.0 { "" } else { "+" };
    format!("{sign}{}", percent(part))
}

/// The first day of a time.
pub(crate) fn day(time: trading_types::Timestamp) -> String {
    time.to_string().chars().take(10).collect()
}

pub(crate) fn figure(label: &str, value: String, note: String) -> Figure {
    Figure { label: label.to_owned(), value, note, tone: Tone::Plain }
}

pub(crate) const fn tone_of(amount: Amount) -> Tone {
    if amount.is_positive() { Tone::Good } else { Tone::Bad }
}

pub(crate) fn finding(about: &str, kind: FindingKind, text: String) -> Finding {
    Finding { kind, about: about.to_owned(), text, figure: None }
}

pub(crate) const fn kind(holds: bool) -> FindingKind {
    if holds { FindingKind::Holds } else { FindingKind::Fails }
}

/// The same trades' rules with other costs.
pub(crate) fn cost_table(rows: &[CostRow], quote: &str) -> Table {
    let row = |row: &CostRow| {
        let times = f64::from(row.percent) / 100.0;
        vec![format!("{times}×"), money(row.costs), money(row.net_profit), ratio(row.sharpe)]
    };
    let of = |what: &str| format!("{what}, {quote}");
    Table {
        title: "If costs were other".to_owned(),
        note: "The whole backtest again, with fees and slippage multiplied.".to_owned(),
        columns: vec![
            "Fees and slippage".to_owned(),
            of("Paid"),
            of("Profit after costs"),
            "Sharpe a year".to_owned(),
        ],
        rows: rows.iter().map(row).collect(),
    }
}

/// How orders were sized, filled and charged.
pub(crate) fn account(arguments: &BacktestArguments, settings: &BacktestSettings) -> Rows {
    let quote = settings.rules.pair.quote;
    let fees =
        |liquidity| format!("{} %", settings.rules.fees.rate(Amount::ZERO, liquidity).percent());
    let tiers = settings.rules.fees.tiers().len();
    let by_volume = if 1 < tiers { ", less with volume" } else { "" };
    let (taker, maker) = (fees(Liquidity::Taker), fees(Liquidity::Maker));
    let fill = match settings.fill {
        CandleFill::NextOpen => "at the next open",
        CandleFill::Close => "at the close",
    };
    let rows = [
        ("Cash at the start", format!("{} {quote}", money(settings.cash))),
        ("Size of entries", arguments.size.clone()),
        ("Fees, taker and maker", format!("{taker} and {maker}{by_volume}")),
        ("Slippage", format!("{} %", settings.slippage.percent())),
        ("Orders trade", fill.to_owned()),
        ("Seed", settings.seed.to_string()),
    ];
    rows_of("Account", rows)
}

pub(crate) fn rows_of<const N: usize>(title: &str, rows: [(&str, String); N]) -> Rows {
    let rows = rows.into_iter().map(|(label, value)| (label.to_owned(), value)).collect();
    Rows { title: title.to_owned(), rows }
}

#[cfg(test)]
mod tests;
