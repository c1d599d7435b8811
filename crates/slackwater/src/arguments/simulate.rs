//! What `slackwater simulate` is asked.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};
use simulated_kraken::{Fault, LimitProfile, Probability, Settings, Tier};
use trading_types::{
    Amount, Asset, KrakenPairs, PairRules, Price, Timestamp, kraken_pairs::archive_asset,
};

use crate::{
    config::check_start_price,
    value_text::{nearest, parse_cash, parse_duration, parse_pair},
};

const EXAMPLES: &str = "\
Examples:
  slackwater simulate                                   ten markets and more, Kraken's own limits
  slackwater simulate --fault lost_answer=0.05 --fault disconnect=0.01 --seed 7
  slackwater simulate --speed 60 --tier pro --limits article --json
  slackwater simulate --state kraken.state --warm-history 60h
  slackwater simulate --history XBTUSD_60.csv --from 2017-12-01 --balance USD=1000";

/// Which Kraken is to be simulated.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that people type")]
#[command(after_help = EXAMPLES)]
pub(crate) struct SimulateArguments {
    /// Where to listen; port 0 is any that is free.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    pub(crate) listen: SocketAddr,
    /// Encrypt with a certificate of its own that no one vouches for.
    #[arg(long)]
    pub(crate) tls: bool,
    /// Write that certificate to this file, for clients that want to check it.
    #[arg(long, value_name = "FILE.pem", requires = "tls")]
    pub(crate) certificate: Option<PathBuf>,
    /// The tier of all accounts.
    #[arg(long, default_value = "starter")]
    pub(crate) tier: TierArgument,
    /// Which limits are enforced.
    #[arg(long, default_value = "documented")]
    pub(crate) limits: SimulatedLimitsArgument,
    /// Charge a call nothing that was refused for its rate. Kraken's pages can be read both ways;
    /// without this it is charged.
    #[arg(long)]
    pub(crate) refused_calls_are_free: bool,
    /// How many times faster than real time the simulation runs.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) speed: u32,
    /// Decides what is left to chance, keys included.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// What goes wrong, and how likely at each occasion (without a number, always); may be
    /// repeated. --list-faults lists the names.
    #[arg(long = "fault", value_name = "NAME[=PROBABILITY]", value_parser = parse_fault)]
    pub(crate) faults: Vec<(Fault, Probability)>,
    /// A file that says what goes wrong when.
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) scenario: Option<PathBuf>,
    /// List what can go wrong, and end.
    #[arg(long)]
    pub(crate) list_faults: bool,
    /// A market, for instance SOL/EUR or SOL/EUR=150 with its first price; may be repeated. Without
    /// any there are a dozen well-known ones.
    #[arg(long = "pair", value_name = "PAIR[=PRICE]", value_parser = parse_market)]
    pub(crate) pairs: Vec<(PairRules, Option<Price>)>,
    /// Candles that the price of their pair follows, named as in Kraken's archives:
    /// `XBTUSD_60.csv`; may be repeated.
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) history: Vec<PathBuf>,
    /// Follow these candles from here on (a date or an RFC 3339 time).
    #[arg(long, value_name = "TIME", requires = "history")]
    pub(crate) from: Option<Timestamp>,
    /// How long before the start the markets began, at most 30d: so much of what clients see of the
    /// past is of the same making as what comes. Candles of --history lie in it too: those
    /// of this time before --from.
    #[arg(long, value_name = "DURATION", value_parser = parse_past)]
    pub(crate) warm_history: Option<Duration>,
    /// Markets with a few events a minute and small books, for a high --speed.
    #[arg(long)]
    pub(crate) quiet_markets: bool,
    /// Keep the simulation in this file: it goes on where it was when it last ended, with the same
    /// accounts, orders, prices and keys, at the same moment of its own time. All that decides what
    /// is simulated must be as it was; a file that is not there is begun.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// How often it is written to that file while it runs, in real time: what is lost by a crash.
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = parse_duration)]
    pub(crate) save_every: Duration,
    /// What each account begins with; may be repeated, and is then all that it has.
    #[arg(long = "balance", value_name = "ASSET=AMOUNT", value_parser = parse_balance)]
    pub(crate) balances: Vec<(Asset, Amount)>,
    /// How many accounts there are, each with its own keys.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(crate) accounts: u8,
    /// Stop by itself after this much real time: 90s, 10m, 2h, 7d.
    #[arg(long = "for", value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) serve_for: Option<Duration>,
    /// Print one JSON line when it is ready and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TierArgument {
    /// The lowest.
    Starter,
    /// The middle one.
    Intermediate,
    /// The highest.
    Pro,
}

impl From<TierArgument> for Tier {
    fn from(argument: TierArgument) -> Self {
        match argument {
            TierArgument::Starter => Self::Starter,
            TierArgument::Intermediate => Self::Intermediate,
            TierArgument::Pro => Self::Pro,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SimulatedLimitsArgument {
    /// Kraken's own pages, read strictly.
    Documented,
    /// Fixed minutes: 15 public and 20 private calls in each, and HTTP status 429.
    Article,
    /// None, for measuring speed.
    Off,
}

impl SimulatedLimitsArgument {
    /// For people.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Documented => "documented limits",
            Self::Article => "the article's limits",
            Self::Off => "no limits",
        }
    }
}

impl From<SimulatedLimitsArgument> for LimitProfile {
    fn from(argument: SimulatedLimitsArgument) -> Self {
        match argument {
            SimulatedLimitsArgument::Documented => Self::Documented,
            SimulatedLimitsArgument::Article => Self::Article,
            SimulatedLimitsArgument::Off => Self::Off,
        }
    }
}

/// A fault as `NAME` or `NAME=PROBABILITY`.
pub(crate) fn parse_fault(text: &str) -> Result<(Fault, Probability), String> {
    let (name, probability) = match text.split_once('=') {
        Some((name, probability)) => {
            (name, probability.parse().map_err(|error| format!("{error}"))?)
        }
        None => (text, Probability::ALWAYS),
    };
    let fault = Fault::named(name).ok_or_else(|| {
        let name: String = name.chars().take(40).collect();
        let meant = nearest(&name, Fault::all().map(Fault::name));
        let meant = meant.map(|it| format!("; did you mean `{it}`?")).unwrap_or_default();
        format!("`{name}` is no fault{meant}; give one of those that --list-faults lists")
    })?;
    Ok((fault, probability))
}

/// A length of the past.
fn parse_past(text: &str) -> Result<Duration, String> {
    let past = parse_duration(text)?;
    if Settings::HISTORY_MAX < past {
        return Err(format!("`{text}` is too long; write 30d or less"));
    }
    Ok(past)
}

/// A market as `PAIR` or `PAIR=PRICE`.
fn parse_market(text: &str) -> Result<(PairRules, Option<Price>), String> {
    let Some((pair, price)) = text.split_once('=') else { return Ok((parse_pair(text)?, None)) };
    let rules = parse_pair(pair)?;
    let wrong = |what: String| format!("the first price: {what}; write a price like SOL/EUR=150");
    let price: Price = price
        .parse()
        .map_err(|error: trading_types::ParseDecimalError| wrong(error.to_string()))?;
    check_start_price(price, &rules).map_err(wrong)?;
    Ok((rules, Some(price)))
}

/// A balance as `ASSET=AMOUNT`.
fn parse_balance(text: &str) -> Result<(Asset, Amount), String> {
    let (name, amount) = text
        .split_once('=')
        .ok_or_else(|| format!("`{text}` is not a balance; write it like USD=100000"))?;
    let wanted = name.to_ascii_uppercase();
    let pairs: Vec<_> = KrakenPairs::recorded().pairs().collect();
    let asset = pairs
        .iter()
        .flat_map(|pair| [pair.base, pair.quote])
        .find(|asset| asset.as_str() == wanted || archive_asset(asset) == wanted);
    let name: String = name.chars().take(40).collect();
    let asset = asset.ok_or_else(|| {
        format!("`{name}` is not an asset that Kraken trades; write one like USD=100000")
    })?;
    Ok((asset, parse_cash(amount)?))
}

#[cfg(test)]
mod tests;
