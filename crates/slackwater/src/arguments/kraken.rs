//! Which Kraken a command talks to, and from where.

use std::path::PathBuf;

use clap::Args;

/// How Kraken is reached.
#[derive(Debug, Args)]
pub(crate) struct KrakenArguments {
    /// Another address than Kraken's: that of a simulated Kraken on this machine, for instance
    /// `http://127.0.0.1:40123`.
    #[arg(long, value_name = "URL")]
    pub(crate) rest: Option<String>,
    /// A proxy to go through, of the kind http, https or socks5.
    #[arg(long, value_name = "URL", conflicts_with = "local_address")]
    pub(crate) proxy: Option<String>,
    /// The address of this machine to go out from; Kraken counts public calls by address.
    #[arg(long, value_name = "IP")]
    pub(crate) local_address: Option<std::net::IpAddr>,
    /// Where budgets are written down, so that no restart forgets what was spent.
    #[arg(long, default_value = "slackwater-data", value_name = "DIR")]
    pub(crate) data_dir: PathBuf,
}
