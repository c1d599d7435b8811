//! What `slackwater data` is asked.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Subcommand, ValueEnum};
use kraken_protocol::stream::book::BookDepth;
use trading_types::{Interval, PairRules, Timestamp};

use super::kraken::KrakenArguments;
use crate::value_text::{parse_duration, parse_pair};

const EXAMPLES: &str = "\
Examples:
  slackwater data fetch --pair BTC/USD --interval 60       the last 720 candles, or what is new
  slackwater data fetch --pair BTC/USD --trades --from 2024-01-01
  slackwater data record --pair BTC/USD --pair ETH/USD --for 1h
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
    /// Record every frame of Kraken's market data, as it came and when.
    ///
    /// Books are proved by their checksums while they are recorded; a pair that fails is asked for
    /// again, alone. One JSON line a frame; full files are put aside.
    #[command(after_help = EXAMPLES)]
    Record(RecordArguments),
}

/// What is to be recorded.
#[derive(Debug, Args)]
pub(crate) struct RecordArguments {
    /// A pair, for instance BTC/USD; may be repeated.
    #[arg(long = "pair", required = true, value_parser = parse_pair)]
    pub(crate) pairs: Vec<PairRules>,
    /// What of it; may be repeated. Without any: books and trades.
    #[arg(long = "channel", value_name = "CHANNEL")]
    pub(crate) channels: Vec<ChannelArgument>,
    /// Levels of each side of a book: 10, 25, 100, 500 or 1000. A checksum covers ten, so ten leave
    /// no room for what is missed.
    #[arg(long, default_value = "25", value_parser = parse_depth)]
    pub(crate) depth: BookDepth,
    /// Stop by itself after this much time: 90s, 10m, 2h, 7d.
    #[arg(long = "for", value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) record_for: Option<Duration>,
    /// The file; by itself it is below the data folder.
    #[arg(long, value_name = "FILE.jsonl")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) kraken: KrakenArguments,
    /// Print one JSON document at the end and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChannelArgument {
    /// Price levels.
    Book,
    /// Single trades.
    Trade,
    /// Best prices and the day's figures.
    Ticker,
    /// Candles of a minute.
    Ohlc,
}

fn parse_depth(text: &str) -> Result<BookDepth, String> {
    let depth = text.parse().ok().and_then(BookDepth::from_levels);
    depth.ok_or_else(|| format!("`{text}` is no depth; write 10, 25, 100, 500 or 1000"))
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
