//! What `slackwater run` is asked.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use simulated_kraken::{Fault, Probability};

use super::simulate::parse_fault;
use crate::value_text::parse_duration;

pub(crate) const EXAMPLES: &str = "\
Examples:
  slackwater run                              watch the demo, a minute of market each second
  slackwater run --for 60s --speed 200        three hours of market in one minute
  slackwater run --fault lost_answer=0.05     every twentieth answer is lost
  slackwater run --config bot.toml --json     your own settings, one JSON line per event
  slackwater run --venue kraken --mode paper --config bot.toml
                                              Kraken's prices, made-up money; needs no key
  slackwater run --venue kraken --mode live --config bot.toml --key-file keys.toml
                                              real money, as far as `slackwater ladder` allows";

/// How the bot is to run.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RunArguments {
    /// The config file; `slackwater config init` writes one to begin with.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Where to trade.
    #[arg(long, default_value = "simulated")]
    pub(crate) venue: VenueArgument,
    /// With what money at Kraken. There is no default: real money is asked for by name.
    #[arg(long)]
    pub(crate) mode: Option<ModeArgument>,
    /// Stop by itself after this much real time: 90s, 10m, 2h, 7d.
    #[arg(long = "for", value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) run_for: Option<Duration>,
    /// How many times faster than real time the simulated market runs.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) speed: Option<u32>,
    /// Which simulated market; the same seed is the same market.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// What goes wrong at the simulated Kraken, and how likely at each occasion (without a number,
    /// always); may be repeated. `slackwater simulate --list-faults` lists the names.
    #[arg(long = "fault", value_name = "NAME[=PROBABILITY]", value_parser = parse_fault)]
    pub(crate) faults: Vec<(Fault, Probability)>,
    /// Where the journal is kept, and everything else of this bot.
    #[arg(long, default_value = "slackwater-data", value_name = "DIR")]
    pub(crate) data_dir: PathBuf,
    /// The file with keys, instead of the config's; systemd's credentials go before it.
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Another address than Kraken's: that of a simulated Kraken on this machine, for instance
    /// `http://127.0.0.1:40123`.
    #[arg(long, value_name = "URL")]
    pub(crate) rest: Option<String>,
    /// Take a halt back that the journal remembers, and say why that is right.
    #[arg(long, value_name = "REASON")]
    pub(crate) resume: Option<String>,
    /// Put a journal aside that is damaged or lost its end, and begin anew with what Kraken says;
    /// say why. Nothing is deleted. What the old journal's bot held is from then on the account's
    /// own business, and its resting orders count as somebody else's: look at both first.
    #[arg(long, value_name = "REASON", conflicts_with = "resume")]
    pub(crate) rebuild: Option<String>,
    /// Do not open the dashboard. There is none yet; scripts may say so already.
    #[arg(long)]
    pub(crate) no_dashboard: bool,
    /// The dashboard's address. There is none yet; scripts may say so already.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    /// One JSON line per event and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VenueArgument {
    /// A simulated Kraken that is started on this machine.
    Simulated,
    /// Kraken.
    Kraken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeArgument {
    /// Kraken's prices, fills that are made up, no money.
    Paper,
    /// Real money, as far as the ladder allows.
    Live,
}
