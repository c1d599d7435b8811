//! What `slackwater ladder` is asked.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use trading_ladder::Rung;
use trading_types::{Price, Timestamp};

const EXAMPLES: &str = "\
Examples:
  slackwater ladder show --config bot.toml
  slackwater ladder backtest --config bot.toml --data Kraken_OHLCVT.zip
  slackwater ladder advance --config bot.toml --reason 'out of sample it holds'";

/// What is wanted of the ladder.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LadderArguments {
    #[command(subcommand)]
    pub(crate) command: LadderCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LadderCommand {
    /// Where the bot stands, how large its entries may be, and what the next rung asks.
    ///
    /// Looks and changes nothing.
    Show(ShowArguments),
    /// Prove the config's strategy on the candles that came last, and file the result.
    ///
    /// The first 70% of the time is in sample, the rest out of sample. Fees are those of the lowest
    /// tier, and once more half as high again. Whether it is enough, `ladder advance` says.
    Backtest(ProofArguments),
    /// Compare what the bot did on its rung with a backtest of the same candles, and file the
    /// result.
    ///
    /// Both are read from the bot's own journal, also while it runs. Fills far from the backtest's
    /// take a rung away.
    Track(TrackArguments),
    /// Go up one rung, if everything it asks has been shown.
    ///
    /// Exit status 1 when something is missing; each thing is named with what there is and what is
    /// needed.
    Advance(AdvanceArguments),
    /// Everything that happened to the ladder, proved line by line.
    History(HistoryArguments),
}

/// Whose ladder, and where it lies.
#[derive(Debug, Args)]
pub(crate) struct WhichLadder {
    /// The config file of the bot; without one, the built-in demo.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Where the bot keeps its files; the ladder is `ladder.jsonl` there.
    #[arg(long, default_value = "slackwater-data", value_name = "DIR")]
    pub(crate) data_dir: PathBuf,
    /// Print one JSON document and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What is to be shown.
#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    #[command(flatten)]
    pub(crate) which: WhichLadder,
}

/// On what it is to be proved.
#[derive(Debug, Args)]
pub(crate) struct ProofArguments {
    #[command(flatten)]
    pub(crate) which: WhichLadder,
    /// Kraken's OHLCVT zip as downloaded, one of its CSV files, or a folder of them.
    #[arg(long, value_name = "PATH")]
    pub(crate) data: PathBuf,
    /// Begin here (a date or an RFC 3339 time).
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<Timestamp>,
    /// End before this (a date or an RFC 3339 time).
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<Timestamp>,
    /// Give up the rung that another strategy or other settings have reached in this folder.
    #[arg(long)]
    pub(crate) start_again: bool,
    /// Who files it; the user of this machine unless said otherwise.
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
}

/// Whose days are to be compared.
#[derive(Debug, Args)]
pub(crate) struct TrackArguments {
    #[command(flatten)]
    pub(crate) which: WhichLadder,
    /// Who files it; the user of this machine unless said otherwise.
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
}

/// Who wants to go up, and why.
#[derive(Debug, Args)]
pub(crate) struct AdvanceArguments {
    #[command(flatten)]
    pub(crate) which: WhichLadder,
    /// Why; it is written down.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// The rung that is meant, so that the same command twice is one step: paper, tiny, scaled:1.
    #[arg(long, value_name = "RUNG")]
    pub(crate) to: Option<Rung>,
    /// What the base asset costs now, for the size of tiny entries; the last price of the backtest
    /// on file unless said otherwise.
    #[arg(long, value_name = "PRICE")]
    pub(crate) price: Option<Price>,
    /// Who asks; the user of this machine unless said otherwise.
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
}

/// Which ladder's history.
#[derive(Debug, Args)]
pub(crate) struct HistoryArguments {
    /// Where the bot keeps its files.
    #[arg(long, default_value = "slackwater-data", value_name = "DIR")]
    pub(crate) data_dir: PathBuf,
    /// Print one JSON document and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}
