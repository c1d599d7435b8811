//! The ladder in words and tables.
#![expect(clippy::float_arithmetic, reason = "percentages for reading")]

use trading_ladder::{
    BacktestEvidence, Breach, Demand, EntryCap, Figures, Record, Rung, TrackingEvidence,
};
use trading_types::{Amount, Rounding};

use super::Standing;
use crate::{config::Config, failure::Failure, output};

/// Decimals of money for reading.
const DECIMALS: u8 = 2;

pub(crate) fn print_standing(standing: &Standing<'_>, config: &Config) -> Result<(), Failure> {
    if !standing.changed.is_empty() {
        let changed = standing.changed.join("; ");
        output::word(format_args!(
            "this config is not the one that climbed here, so it is shown at the bottom: {changed}"
        ));
    }
    let strategy = &config.strategy.name;
    let pair = config.rules.pair;
    output::line(format_args!("bot       {strategy} on {pair}, {}", &standing.identity[..12]))?;
    let since = standing.entered.map(|it| format!(", since {it}")).unwrap_or_default();
    output::line(format_args!("rung      {}{since}", standing.rung))?;
    let cap = standing.entry_cap.map_or(EntryCap::NoEntry, EntryCap::UpTo);
    output::line(format_args!("entries   {}", cap_words(cap, config)))?;
    if standing.rung.mode().is_some() {
        let days = standing.days;
        let (clean, other, trades) = (days.clean_days, days.other_days, days.trades);
        output::line(format_args!("days      {clean} clean, {other} not; {trades} trades"))?;
    }
    if 1 < standing.trials {
        let trials = standing.trials;
        output::line(format_args!("tried     {trials} backtests; the more, the less one proves"))?;
    }
    print_demands(standing.rung, &standing.demands)
}

/// The table of what the next rung asks.
pub(crate) fn print_demands(rung: Rung, demands: &[Demand]) -> Result<(), Failure> {
    output::line(format_args!("to {}:", rung.above()))?;
    let (what, have) = demands.iter().fold((0, 0), |(what, have), it| {
        (what.max(it.what.words().len()), have.max(it.have.len()))
    });
    for Demand { what: name, have: has, need, is_met } in demands {
        let mark = if *is_met { "done   " } else { "missing" };
        let name = name.words();
        output::line(format_args!("  {mark}  {name:<what$}  {has:<have$}  {need}"))?;
    }
    if demands.iter().all(|it| it.is_met) {
        output::line("everything is there: slackwater ladder advance --reason '…'")?;
    }
    Ok(())
}

pub(crate) fn print_missing(rung: Rung, missing: &[Demand]) -> Result<(), Failure> {
    output::line(format_args!("refused: it stays on {rung}"))?;
    for demand in missing {
        output::line(format_args!("  {demand}"))?;
    }
    Ok(())
}

pub(crate) fn print_rung(rung: Rung, cap: EntryCap, config: &Config) -> Result<(), Failure> {
    output::line(format_args!("rung      {rung}"))?;
    output::line(format_args!("entries   {}", cap_words(cap, config)))
}

fn cap_words(cap: EntryCap, config: &Config) -> String {
    match cap {
        EntryCap::NoEntry => "none with real money".to_owned(),
        EntryCap::UpTo(amount) => format!("at most {amount} {} each", config.rules.pair.quote),
        EntryCap::Unlimited => "as large as the config says".to_owned(),
    }
}

/// The figures of the three runs, side by side.
pub(crate) fn print_evidence(evidence: &BacktestEvidence, config: &Config) -> Result<(), Failure> {
    let quote = config.rules.pair.quote;
    let runs = [&evidence.in_sample, &evidence.out_of_sample, &evidence.stressed];
    output::line(format_args!("{} parted at {}", evidence.data.name, evidence.split))?;
    let stressed = format!("fees x{}", evidence.fee_stress);
    let row = |name: &str, cells: [String; 3]| {
        let [one, two, three] = cells;
        output::line(format_args!("  {name:<22}{one:>18}{two:>18}{three:>18}"))
    };
    row("", ["in sample".to_owned(), "out of sample".to_owned(), stressed])?;
    row("candles", runs.map(|it| it.candles.to_string()))?;
    row("trades", runs.map(|it| it.trades.to_string()))?;
    row("orders kept back", runs.map(|it| it.refused.to_string()))?;
    row(&format!("profit after costs, {quote}"), runs.map(|it| money(it.net_profit)))?;
    row(&format!("holding, {quote}"), runs.map(|it| money(it.buy_and_hold_profit)))?;
    row("part of holding", runs.map(part_of_holding))?;
    row(&format!("fees, {quote}"), runs.map(|it| money(it.fees)))?;
    row("deepest drawdown", runs.map(|it| format!("~{:.1} %", it.max_drawdown.to_f64() * 100.0)))
}

/// A comparison with a backtest.
pub(crate) fn print_tracking(evidence: &TrackingEvidence) -> Result<(), Failure> {
    let TrackingEvidence { from, to, tracking, .. } = evidence;
    let percent = |it: trading_types::Fraction| format!("{} %", it.percent());
    output::line(format_args!("compared from {from} to {to}"))?;
    for (name, value) in [
        ("orders both had", tracking.matched.to_string()),
        ("only the backtest", tracking.missed.to_string()),
        ("only the bot", tracking.extra.to_string()),
        ("slippage on average", percent(tracking.slippage_mean)),
        ("worst slippage", percent(tracking.slippage_worst)),
    ] {
        output::line(format_args!("  {name:<22}{value:>18}"))?;
    }
    Ok(())
}

/// How much of what holding would have won was won.
fn part_of_holding(figures: &Figures) -> String {
    if !figures.buy_and_hold_profit.is_positive() {
        return "holding lost".to_owned();
    }
    let part = figures.net_profit.to_f64() / figures.buy_and_hold_profit.to_f64();
    format!("~{:.0} %", part * 100.0)
}

/// Money to the cent, marked where something was cut off.
fn money(amount: Amount) -> String {
    let cut = amount.round_to_decimals(DECIMALS, Rounding::Down);
    let mark = if cut == amount { "" } else { "~" };
    format!("{mark}{cut:.2}")
}

/// What happened, in a line.
pub(crate) fn record(record: &Record) -> String {
    match record {
        Record::Begun { identity, subject, program, .. } => {
            let (name, pair) = (&subject.strategy, subject.pair);
            format!("begun: {name} on {pair}, {}, with slackwater {program}", identity.short())
        }
        Record::RequirementsChanged { .. } => {
            "what is asked has changed; the days of the rung start again".to_owned()
        }
        Record::ProgramChanged { program } => format!("runs with slackwater {program}"),
        Record::BacktestFiled { by, evidence } => {
            let BacktestEvidence { out_of_sample: it, data, .. } = &**evidence;
            let (trades, profit) = (it.trades, money(it.net_profit));
            let name = &data.name;
            format!("backtest filed by {by}: {trades} trades, {profit} out of sample, on {name}")
        }
        Record::TrackingFiled { by, evidence } => {
            let TrackingEvidence { tracking: it, .. } = &**evidence;
            let (orders, mean) = (it.expected(), it.slippage_mean.percent());
            format!("comparison filed by {by}: {orders} orders, {mean} % slippage on average")
        }
        Record::Day { day, blemishes } if blemishes.is_empty() => {
            format!("clean {} day {}, {} trades", day.mode, day.date, day.trades)
        }
        Record::Day { day, blemishes } => {
            let why: Vec<_> = blemishes.iter().map(ToString::to_string).collect();
            format!("{} day {} does not count: {}", day.mode, day.date, why.join("; "))
        }
        Record::Advanced { from, to, principal, reason, .. } => {
            format!("up from {from} to {to}, by {principal}: {reason}")
        }
        Record::Demoted { from, to, breach } => demoted(*from, *to, breach),
    }
}

fn demoted(from: Rung, to: Rung, breach: &Breach) -> String {
    format!("down from {from} to {to}: {breach}")
}
