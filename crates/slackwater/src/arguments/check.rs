//! What `slackwater check` is asked.

use std::path::PathBuf;

use clap::Args;

use super::kraken::KrakenArguments;

const EXAMPLES: &str = "\
Examples:
  slackwater check --config bot.toml            asks Kraken about the key and the connection
  slackwater check --config bot.toml --offline  only what is on this machine";

/// What is to be checked.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CheckArguments {
    /// The config file of the bot; without one, the built-in demo.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The file with keys; systemd's credentials go before it.
    #[arg(long, default_value = "slackwater-keys.toml", value_name = "FILE")]
    pub(crate) key_file: PathBuf,
    /// Ask nobody: what only Kraken knows is then not yet known.
    #[arg(long)]
    pub(crate) offline: bool,
    #[command(flatten)]
    pub(crate) kraken: KrakenArguments,
    /// Print one JSON document and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}
