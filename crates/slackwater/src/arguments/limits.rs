//! What `slackwater limits` is asked.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Subcommand, ValueEnum};
use kraken_protocol::{
    Endpoint,
    limits::{Profile, Tier},
    plan::PlannedCall,
};

use crate::value_text::parse_pair;

const EXAMPLES: &str = "\
Examples:
  slackwater limits plan Balance@1s OpenOrders@1s --tier starter
  slackwater limits plan Ticker@500ms TradesHistory@60s BTC/USD@2s/10s --tier pro --json
  slackwater limits show --data-dir slackwater-data";

/// What is wanted of the limits.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LimitsArguments {
    #[command(subcommand)]
    pub(crate) command: LimitsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LimitsCommand {
    /// Say whether a polling plan would trip one of Kraken's limits, when, and what would fit.
    ///
    /// The plan is played call by call against the limits themselves. Exit status 1 when it trips.
    #[command(after_help = EXAMPLES)]
    Plan(PlanArguments),
    /// Show how full every budget is that a bot on this machine has written down.
    Show(ShowArguments),
}

/// A polling plan.
#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    /// What is called how often, as Balance@1s; or a pair with how often an order is placed and how
    /// old it is when it is canceled, as BTC/USD@10s/5s.
    #[arg(value_name = "CALL@EVERY", required = true, value_parser = parse_call)]
    pub(crate) calls: Vec<PlannedCall>,
    /// The account's tier.
    #[arg(long, default_value = "starter", value_parser = parse_tier)]
    pub(crate) tier: Tier,
    /// Whose rules.
    #[arg(long, default_value = "documented")]
    pub(crate) limits: LimitsArgument,
    /// Print one JSON document and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which budgets are to be shown.
#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// Where the bot keeps its files.
    #[arg(long, default_value = "slackwater-data", value_name = "DIR")]
    pub(crate) data_dir: PathBuf,
    /// Print one JSON document and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The rules that are kept.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LimitsArgument {
    /// Kraken's own pages.
    Documented,
    /// Fixed minutes: 15 public and 20 private calls in each.
    Article,
    /// Both at once.
    Strictest,
}

impl From<LimitsArgument> for Profile {
    fn from(argument: LimitsArgument) -> Self {
        match argument {
            LimitsArgument::Documented => Self::Documented,
            LimitsArgument::Article => Self::Article,
            LimitsArgument::Strictest => Self::Strictest,
        }
    }
}

pub(crate) fn parse_tier(text: &str) -> Result<Tier, String> {
    text.parse().map_err(|error: kraken_protocol::limits::UnknownTier| error.to_string())
}

fn parse_call(text: &str) -> Result<PlannedCall, String> {
    let (name, times) = text.split_once('@').ok_or_else(|| {
        format!("`{text}` says not how often; write it like Balance@1s or BTC/USD@10s/5s")
    })?;
    if name.contains('/') {
        let pair = parse_pair(name)?.pair;
        let (every, canceled_after) = times.split_once('/').ok_or_else(|| {
            format!("`{text}` says not when orders are canceled; write it like {name}@10s/5s")
        })?;
        let (every, canceled_after) = (period(every)?, duration(canceled_after)?);
        return Ok(PlannedCall::Cycle { pair, every, canceled_after });
    }
    Ok(PlannedCall::Poll { endpoint: endpoint(name)?, every: period(times)? })
}

fn period(text: &str) -> Result<Duration, String> {
    let every = duration(text)?;
    if every.is_zero() { Err("a period of nothing never ends".to_owned()) } else { Ok(every) }
}

/// A plan says milliseconds, too, and that an order is canceled at once.
fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a duration up to a day; write 500ms, 90s, 10m or 2h");
    let digits = text.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let unit = match &text[digits.len()..] {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(wrong()),
    };
    let milliseconds = number.checked_mul(unit).filter(|it| *it <= 86_400_000);
    milliseconds.map(Duration::from_millis).ok_or_else(wrong)
}

fn endpoint(name: &str) -> Result<Endpoint, String> {
    let known = Endpoint::all().find(|known| known.name().eq_ignore_ascii_case(name));
    known.ok_or_else(|| {
        let distance = |known: &&str| strsim::damerau_levenshtein(known, name);
        let nearest = Endpoint::all().map(Endpoint::name).min_by_key(distance);
        let nearest = nearest.unwrap_or("Balance");
        format!("`{name}` is no endpoint this program calls; did you mean {nearest}?")
    })
}

#[cfg(test)]
mod tests;
