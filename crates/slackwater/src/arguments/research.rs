//! What sweeps and walk-forwards are asked.

use std::{path::PathBuf, time::Duration};

use clap::{Arg, Args, builder::RangedI64ValueParser};
use strategy_research::{Metric, SearchKind};
use trading_types::Fraction;

use super::BacktestArguments;
use crate::value_text::{nearest, parse_duration, parse_percent};

const SWEEP_EXAMPLES: &str = "\
Examples:
  slackwater sweep --data Kraken_OHLCVT.zip --pair BTC/USD --strategy sma_cross \\
      --grid fast=5..50:5 --grid slow=60..240:20 --metric sharpe
  slackwater sweep --data XBTUSD_60.csv --pair BTC/USD --strategy donchian \\
      --grid entry=10..100:5 --grid 'stop=2*atr(14),3*atr(14),5%' --size risk:1% --rows all.csv
  slackwater sweep … --search tpe --samples 300 --resume my.rows

Ctrl-C keeps what is done and says how to go on.";

const WALK_EXAMPLES: &str = "\
Examples:
  slackwater walk-forward --data Kraken_OHLCVT.zip --pair BTC/USD --strategy sma_cross \\
      --grid fast=5..50:5 --grid slow=60..240:20 --train 180d --test 30d
  slackwater walk-forward … --anchored --purge 1d --embargo 1d --metric calmar";

/// Options that are about one backtest, of candles or of ticks.
const OF_ONE_BACKTEST: [&str; 10] = [
    "journal",
    "trades_json",
    "columns",
    "column",
    "ticks",
    "latency",
    "feed_latency",
    "queue",
    "fills",
    "base",
];

fn hide_of_one_backtest(argument: Arg) -> Arg {
    let is_of_one = OF_ONE_BACKTEST.contains(&argument.get_id().as_str());
    if is_of_one { argument.hide(true) } else { argument }
}

fn help(examples: &str) -> String {
    format!("{examples}\n\n{}", crate::value_text::strategies_help())
}

/// What a sweep is asked.
#[derive(Debug, Args)]
#[command(after_help = SWEEP_EXAMPLES, after_long_help = help(SWEEP_EXAMPLES))]
#[command(mut_args(hide_of_one_backtest))]
pub(crate) struct SweepArguments {
    #[command(flatten)]
    pub(crate) backtest: BacktestArguments,
    #[command(flatten)]
    pub(crate) research: ResearchArguments,
    /// How many of the best are shown.
    #[arg(long, default_value = "20", value_name = "COUNT")]
    pub(crate) top: usize,
}

/// What a walk-forward is asked.
#[derive(Debug, Args)]
#[command(after_help = WALK_EXAMPLES, after_long_help = help(WALK_EXAMPLES))]
#[command(mut_args(hide_of_one_backtest))]
pub(crate) struct WalkForwardArguments {
    #[command(flatten)]
    pub(crate) backtest: BacktestArguments,
    #[command(flatten)]
    pub(crate) research: ResearchArguments,
    /// How long the windows are in which the best is chosen.
    #[arg(long, default_value = "180d", value_parser = parse_duration)]
    pub(crate) train: Duration,
    /// How long the windows are in which it is traded.
    #[arg(long, default_value = "30d", value_parser = parse_duration)]
    pub(crate) test: Duration,
    /// Always choose from the beginning of the history on.
    #[arg(long)]
    pub(crate) anchored: bool,
    /// Leave this much out at the end of each window that is chosen in.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) purge: Option<Duration>,
    /// Leave this much out before each window that is traded in, besides.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) embargo: Option<Duration>,
}

/// What both are asked.
#[derive(Debug, Args)]
pub(crate) struct ResearchArguments {
    /// A setting and what it may be: fast=5..104:1, or stop=2%,5%; may be repeated.
    #[arg(long = "grid", value_name = "KEY=VALUES", required = true)]
    pub(crate) grid: Vec<String>,
    /// What makes one variant better than another.
    #[arg(long, default_value = "net_profit", value_parser = parse_metric)]
    pub(crate) metric: Metric,
    /// How variants are chosen from the grid: grid (all of them), random, sobol, tpe or cma-es.
    #[arg(long, default_value = "grid", value_parser = parse_search)]
    pub(crate) search: SearchKind,
    /// How many variants are tried, when not all are.
    #[arg(long, default_value = "1000", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) samples: u64,
    /// How many threads work; all there are without it. The result is the same.
    #[arg(long, value_name = "COUNT", value_parser = threads())]
    pub(crate) threads: Option<u32>,
    /// The last part of the history, which is kept apart and not looked at.
    #[arg(long, default_value = "20%", value_name = "PERCENT", value_parser = parse_holdout)]
    #[arg(allow_hyphen_values = true)]
    pub(crate) holdout: Fraction,
    /// Look at the part that is kept apart. That is remembered: a second look proves less.
    #[arg(long)]
    pub(crate) open_holdout: bool,
    /// Keep finished rows in this file, and go on from it where it has some.
    #[arg(long, value_name = "FILE")]
    pub(crate) resume: Option<PathBuf>,
    /// Write every variant that was tried, or every window that was walked, to this CSV file.
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) rows: Option<PathBuf>,
    /// Where it is remembered what was ever tried: the folder `research` in it. Candles come from
    /// the store in it where --data names no others.
    #[arg(long, default_value = "slackwater-data", value_name = "DIR")]
    pub(crate) data_dir: PathBuf,
}

fn threads() -> RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=1_024)
}

fn parse_metric(text: &str) -> Result<Metric, String> {
    let names = Metric::ALL.iter().map(|(name, _)| *name);
    text.parse().map_err(|error| with_meant(&error, nearest(text, names)))
}

fn parse_search(text: &str) -> Result<SearchKind, String> {
    let names = SearchKind::ALL.iter().map(|(name, _)| *name);
    text.parse().map_err(|error| with_meant(&error, nearest(text, names)))
}

fn with_meant(error: &impl std::fmt::Display, meant: Option<&str>) -> String {
    match meant {
        Some(meant) => format!("{error}; did you mean `{meant}`?"),
        None => error.to_string(),
    }
}

/// From nothing to half.
fn parse_holdout(text: &str) -> Result<Fraction, String> {
    let part = parse_percent(text)?;
    if Fraction::ZERO <= part && part <= Fraction::from_basis_points(5_000) {
        Ok(part)
    } else {
        Err(format!("`{text}` is not a part between 0% and 50%"))
    }
}
