//! What people ask of a bot that runs, or that ran: status, halt, resume, why, history.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use trading_types::{PairRules, Timestamp};

use crate::value_text::parse_pair;

/// Which bot.
#[derive(Debug, Args)]
pub(crate) struct BotArguments {
    /// The bot's data folder.
    #[arg(long, default_value = "slackwater-data", value_name = "DIR")]
    pub(crate) data_dir: PathBuf,
    /// Print one JSON document and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) const STATUS_EXAMPLES: &str = "\
Examples:
  slackwater status
  slackwater status --data-dir /var/lib/slackwater --json";

/// Whose status.
#[derive(Debug, Args)]
#[command(after_help = STATUS_EXAMPLES)]
pub(crate) struct StatusArguments {
    #[command(flatten)]
    pub(crate) bot: BotArguments,
}

pub(crate) const HALT_EXAMPLES: &str = "\
Examples:
  slackwater halt --reason 'the news'          the running bot cancels, sells and stays halted
  slackwater halt --reason 'it hangs' --key-file kill-key.toml
                                               cancels at Kraken without the bot, too";

/// What is to be halted, and why.
#[derive(Debug, Args)]
#[command(after_help = HALT_EXAMPLES)]
pub(crate) struct HaltArguments {
    /// Why; it is written down and shown.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// A file with a key that may cancel (role `kill`): cancel every order at Kraken without the
    /// bot, and look whether nothing is open any more.
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Another address than Kraken's: that of a simulated Kraken on this machine.
    #[arg(long, value_name = "URL", requires = "key_file")]
    pub(crate) rest: Option<String>,
    #[command(flatten)]
    pub(crate) bot: BotArguments,
}

pub(crate) const RESUME_EXAMPLES: &str = "\
Examples:
  slackwater resume --reason 'looked through every order'
  slackwater resume --reason 'the spread is normal again' --pair ETH/USD";

/// What is to trade again, and why.
#[derive(Debug, Args)]
#[command(after_help = RESUME_EXAMPLES)]
pub(crate) struct ResumeArguments {
    /// Why that is right; it is written down.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Only this pair, where it was halted by itself.
    #[arg(long, value_parser = parse_pair)]
    pub(crate) pair: Option<PairRules>,
    #[command(flatten)]
    pub(crate) bot: BotArguments,
}

pub(crate) const WHY_EXAMPLES: &str = "\
Examples:
  slackwater why --pair BTC/USD
  slackwater why --pair BTC/USD --at 2026-01-01T08:15:00Z";

/// What is to be explained.
#[derive(Debug, Args)]
#[command(after_help = WHY_EXAMPLES)]
pub(crate) struct WhyArguments {
    /// The pair, for instance BTC/USD.
    #[arg(long, value_parser = parse_pair)]
    pub(crate) pair: PairRules,
    /// A moment that has passed (a date or an RFC 3339 time); the journal is run again up to it.
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<Timestamp>,
    #[command(flatten)]
    pub(crate) bot: BotArguments,
}

pub(crate) const HISTORY_EXAMPLES: &str = "\
Examples:
  slackwater history fills --newest 20
  slackwater history trades --csv > trades.csv
  slackwater history orders --pair BTC/USD --from 2026-01-01 --json";

/// What happened, and when.
#[derive(Debug, Args)]
#[command(after_help = HISTORY_EXAMPLES)]
pub(crate) struct HistoryArguments {
    /// What to list.
    pub(crate) listing: ListingArgument,
    /// Only this pair.
    #[arg(long, value_parser = parse_pair)]
    pub(crate) pair: Option<PairRules>,
    /// From this moment on (a date or an RFC 3339 time).
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<Timestamp>,
    /// Before this moment (a date or an RFC 3339 time).
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<Timestamp>,
    /// At most so many, the newest.
    #[arg(long, value_name = "COUNT")]
    pub(crate) newest: Option<u32>,
    /// As CSV, every figure to its last digit.
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
    #[command(flatten)]
    pub(crate) bot: BotArguments,
}

/// A table of what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListingArgument {
    /// Trades of our orders.
    Fills,
    /// Orders.
    Orders,
    /// What was bought and sold again, with its profit.
    Trades,
    /// Movements of balances.
    Ledger,
    /// What everything was worth.
    Equity,
    /// What the engine reported.
    Events,
    /// What the bot noted.
    Notes,
    /// What somebody was told.
    Alerts,
}
