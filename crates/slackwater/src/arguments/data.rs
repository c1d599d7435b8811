//! What `slackwater data` is asked.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Subcommand, ValueEnum};
use kraken_protocol::stream::book::BookDepth;
use trading_types::{Interval, PairRules, Timestamp};

use super::kraken::KrakenArguments;
use crate::value_text::{parse_duration, parse_pair};

const EXAMPLES: &str = "\
Examples:
  slackwater data import Kraken_OHLCVT.zip                 all that is in it
  slackwater data import Kraken_OHLCVT.zip --pair BTC/USD --interval 60
  slackwater data fetch --pair BTC/USD --interval 60       what is new since then
  slackwater data list
  slackwater data verify
  slackwater backtest --pair BTC/USD --strategy sma_cross  reads the store by itself";

const IMPORT_EXAMPLES: &str = "\
Examples:
  slackwater data import Kraken_OHLCVT.zip                 all pairs and lengths
  slackwater data import Kraken_OHLCVT.zip --pair BTC/USD --pair ETH/USD --interval 60
  slackwater data import Kraken_Trading_History.zip --pair BTC/USD
  slackwater data import candles.csv --pair BTC/USD --interval 60
  slackwater data import slackwater-data/recordings/2026-11-22T10-00-00Z.jsonl";

const FETCH_EXAMPLES: &str = "\
Examples:
  slackwater data fetch --pair BTC/USD --interval 60       the last 720 candles, or what is new
  slackwater data fetch --pair BTC/USD --trades --from 2024-01-01
  slackwater data fetch --pair BTC/USD --out XBTUSD_60.csv into a file instead of the store";

const RECORD_EXAMPLES: &str = "\
Examples:
  slackwater data record --pair BTC/USD --pair ETH/USD --for 1h
  slackwater data import slackwater-data/recordings/2026-11-22T10-00-00Z.jsonl";

const EXPORT_EXAMPLES: &str = "\
Examples:
  slackwater data export --pair BTC/USD --interval 60 --out XBTUSD_60.csv
  slackwater data export --pair BTC/USD --trades --from 2024-01-01 --out trades.arrow";

const RESAMPLE_EXAMPLES: &str = "\
Example:
  slackwater data resample --pair BTC/USD --interval 240   from the stored candles that fit";

/// What is wanted of price history.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DataArguments {
    #[command(subcommand)]
    pub(crate) command: DataCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    /// Add files to the history store: Kraken's archives as downloaded, CSV files, recordings.
    ///
    /// Understands candles (OHLCVT) and both forms of time and sales, by their names in Kraken's
    /// archives or as --pair and --interval say. What is there already is not added twice; what
    /// contradicts it is an error. It can be interrupted at any time: each series has the old state
    /// or the new one.
    #[command(after_help = IMPORT_EXAMPLES)]
    Import(ImportArguments),
    /// Fetch candles or trades from Kraken and add them to the history store.
    ///
    /// Asked again it fetches only what is new. It can be interrupted at any time; the next run
    /// goes on where this one stopped. Kraken's OHLC reaches back 720 candles, its trades to the
    /// first day.
    #[command(after_help = FETCH_EXAMPLES)]
    Fetch(FetchArguments),
    /// What the history store has: pairs, lengths, times, rows, gaps.
    List(ListArguments),
    /// Read everything and compute every hash again; list holes and what is strange.
    ///
    /// Exit status 1 when something is not as it was written.
    Verify(ListArguments),
    /// Write a series to one file: CSV as in Kraken's archives, or Arrow.
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(ExportArguments),
    /// Put longer candles together and store them.
    ///
    /// A backtest does that by itself while it reads; stored once it is faster. What is made from
    /// is the longest stored candles that divide the length, or trades.
    #[command(after_help = RESAMPLE_EXAMPLES)]
    Resample(ResampleArguments),
    /// Record every frame of Kraken's market data, as it came and when.
    ///
    /// Books are proved by their checksums while they are recorded; a pair that fails is asked for
    /// again, alone. One JSON line a frame; full files are put aside.
    #[command(after_help = RECORD_EXAMPLES)]
    Record(RecordArguments),
}

/// Where the store is.
#[derive(Debug, Args)]
pub(crate) struct StoreArguments {
    /// The data folder; the store is in its folder `store`.
    #[arg(long, default_value = "slackwater-data", value_name = "DIR")]
    pub(crate) data_dir: PathBuf,
    /// Print one JSON document and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What is to be imported.
#[derive(Debug, Args)]
pub(crate) struct ImportArguments {
    /// Archives, CSV files, folders of them, recordings.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Only this pair; may be repeated. For a CSV file whose name does not say it, its pair.
    #[arg(long = "pair", value_parser = parse_pair)]
    pub(crate) pairs: Vec<PairRules>,
    /// Only candles of so many minutes; may be repeated. For a CSV file whose name does not say it,
    /// the length of its candles.
    #[arg(long = "interval", value_parser = super::parse_interval)]
    pub(crate) intervals: Vec<Interval>,
    /// Where the files and the store do not say the same, believe the files.
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// Which series are looked at.
#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// Only this pair.
    #[arg(long, value_parser = parse_pair)]
    pub(crate) pair: Option<PairRules>,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

/// What is to be exported.
#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// The pair, for instance BTC/USD.
    #[arg(long, value_parser = parse_pair)]
    pub(crate) pair: PairRules,
    /// The length of the candles in minutes.
    #[arg(long, default_value = "60", value_parser = super::parse_interval)]
    pub(crate) interval: Interval,
    /// Every single trade instead of candles.
    #[arg(long, conflicts_with = "interval")]
    pub(crate) trades: bool,
    /// Begin here (a date or an RFC 3339 time).
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<Timestamp>,
    /// End before this (a date or an RFC 3339 time).
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<Timestamp>,
    /// The form of the file; by itself what the end of its name says.
    #[arg(long)]
    pub(crate) format: Option<FormatArgument>,
    /// The file; one that exists is replaced.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArgument {
    /// As in Kraken's archives.
    Csv,
    /// One Arrow IPC file, as in the store.
    Arrow,
}

/// What is to be put together.
#[derive(Debug, Args)]
pub(crate) struct ResampleArguments {
    /// The pair, for instance BTC/USD.
    #[arg(long, value_parser = parse_pair)]
    pub(crate) pair: PairRules,
    /// The length of the candles that are made, in minutes.
    #[arg(long, value_parser = super::parse_interval)]
    pub(crate) interval: Interval,
    /// Where the store has other candles of that length, replace them.
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
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
    /// Begin here (a date or an RFC 3339 time), where there is nothing yet. Trades only.
    #[arg(long, value_name = "TIME", requires = "trades")]
    pub(crate) from: Option<Timestamp>,
    /// End before this (a date or an RFC 3339 time). Trades only.
    #[arg(long, value_name = "TIME", requires = "trades")]
    pub(crate) to: Option<Timestamp>,
    /// A CSV file instead of the store, named as you like and written as in Kraken's archives.
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) kraken: KrakenArguments,
    /// Print one JSON document and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}
