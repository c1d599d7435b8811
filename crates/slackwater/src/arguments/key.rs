//! What `slackwater key` is asked.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kraken_protocol::limits::KeyRole;

use super::kraken::KrakenArguments;

const EXAMPLES: &str = "\
Examples:
  slackwater key store --role trade            asks for both halves and writes a file of mode 0600
  slackwater key check --role trade            what Kraken says the key may do, and our verdict
  slackwater key list";

/// What is wanted of keys.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct KeyArguments {
    #[command(subcommand)]
    pub(crate) command: KeyCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Ask Kraken what a key may do, and say whether the bot will accept it.
    ///
    /// A key that could withdraw, deposit, lend or export is refused, and so is one that lacks what
    /// its role needs or works from any address. Exit status 1 when it is refused.
    Check(CheckArguments),
    /// Put a key into a file that only you can read.
    ///
    /// Both halves are read from the terminal without being shown, or from stdin, a line each. They
    /// are never taken from the command line, where other programs could see them.
    Store {
        #[command(flatten)]
        file: KeyFileArguments,
        /// What the key is for: trade, read or kill.
        #[arg(long, default_value = "trade", value_parser = parse_role)]
        role: KeyRole,
    },
    /// Say which keys there are, and where; of each the first four characters.
    List {
        #[command(flatten)]
        file: KeyFileArguments,
        /// Print one JSON document and nothing else.
        #[arg(long)]
        json: bool,
    },
}

/// Where keys are kept.
#[derive(Debug, Args)]
pub(crate) struct KeyFileArguments {
    /// The file with keys; systemd's credentials go before it.
    #[arg(long, default_value = "slackwater-keys.toml", value_name = "FILE")]
    pub(crate) key_file: PathBuf,
}

/// Which key is to be checked, and how strictly.
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) file: KeyFileArguments,
    /// What the key is for: trade, read or kill.
    #[arg(long, default_value = "trade", value_parser = parse_role)]
    pub(crate) role: KeyRole,
    /// Take keys from the environment, too: `KRAKEN_API_KEY` and `KRAKEN_API_SECRET`.
    #[arg(long)]
    pub(crate) environment: bool,
    /// Accept a key that works from any address. Whoever steals it can then use it.
    #[arg(long)]
    pub(crate) i_accept_any_address: bool,
    #[command(flatten)]
    pub(crate) kraken: KrakenArguments,
    /// Print one JSON document and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

fn parse_role(text: &str) -> Result<KeyRole, String> {
    text.parse().map_err(|error: kraken_protocol::limits::UnknownRole| error.to_string())
}
