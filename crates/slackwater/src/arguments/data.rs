//! What `slackwater data` is asked.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use trading_types::{Interval, PairRules, Timestamp};

use super::kraken::KrakenArguments;
use crate::value_text::parse_pair;

const EXAMPLES: &str = "\
Examples:
  slackwater data fetch --pair BTC/USD --interval 60       the last 720 candles, or what is new
  slackwater data fetch --pair BTC/USD --trades --from 2024-01-01
  slackwater backtest --data slackwater-data/history --pair BTC/USD --strategy sma_cross";

/// What is wanted of price history.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DataArguments {
    #[command(subcommand)]
    pub(crate) command: DataCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    /// Fetch candles or trades from Kraken and add them to a file, as `backtest` reads it.
    ///
    /// Asked again it fetches only what is new. It can be interrupted at any time; the next run
    /// goes on where this one stopped. Kraken's OHLC reaches back 720 candles, its trades to the
    /// first day.
    #[command(after_help = EXAMPLES)]
    Fetch(FetchArguments),
}

/// What is to be fetched.
#[derive(Debug, Args)]
pub(crate) struct FetchArguments {
    /// The pair, for instance BTC/USD.
    #[arg(long, value_parser = parse_pair)]
    pub(crate) pair: PairRules,
    /// The length of the candles in minutes.
    #[arg(long, default_value = "60", value_parser = super::parse_interval)]
    pub(crate) interval: Interval,
    /// Every single trade instead of candles.
    #[arg(long, conflicts_with = "interval")]
    pub(crate) trades: bool,
    /// Begin here (a date or an RFC 3339 time), where the file has nothing yet. Trades only.
    #[arg(long, value_name = "TIME", requires = "trades")]
    pub(crate) from: Option<Timestamp>,
    /// End before this (a date or an RFC 3339 time). Trades only.
    #[arg(long, value_name = "TIME", requires = "trades")]
    pub(crate) to: Option<Timestamp>,
    /// The file; by itself it is below the data folder and named as in Kraken's archives.
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) kraken: KrakenArguments,
    /// Print one JSON document and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}
