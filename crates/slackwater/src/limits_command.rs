//! `slackwater limits`: the budgets now, and whether a plan would trip them.

use std::time::Duration;

use kraken_client::state;
use kraken_protocol::{
    limits::Profile,
    plan::{Limit, LimitReport, PlanReport, Suggestion, check_plan},
    scheduler::{Gauge, Scheduler, SchedulerSettings},
};
use serde::Serialize;
use trading_types::Timestamp;

use crate::{
    arguments::limits::{LimitsArguments, LimitsCommand, PlanArguments, ShowArguments},
    clock,
    failure::Failure,
    output,
};

pub(crate) fn limits(arguments: &LimitsArguments) -> Result<(), Failure> {
    match &arguments.command {
        LimitsCommand::Plan(it) => plan(it),
        LimitsCommand::Show(it) => show(it),
    }
}

/// The answer to a plan.
#[derive(Debug, Serialize)]
struct PlanAnswer {
    tier: String,
    profile: &'static str,
    fits: bool,
    limits: Vec<LimitAnswer>,
    suggestions: Vec<SuggestionAnswer>,
    words: Vec<String>,
}

#[derive(Debug, Serialize)]
struct LimitAnswer {
    limit: String,
    points_per_minute: f64,
    allowed_per_minute: f64,
    trips_after_s: Option<f64>,
    calls_before: u64,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum SuggestionAnswer {
    Slower { call: String, every_s: f64 },
    Socket { instead_of: String, channel: &'static str },
    Tier { tier: String },
    Amend { call: String },
}

fn plan(arguments: &PlanArguments) -> Result<(), Failure> {
    let profile = Profile::from(arguments.limits);
    let report = check_plan(&arguments.calls, profile, arguments.tier);
    let words = words(&report, arguments);
    if arguments.json {
        output::json(&PlanAnswer {
            tier: arguments.tier.to_string(),
            profile: profile.name(),
            fits: report.fits(),
            limits: report.limits.iter().map(limit_answer).collect(),
            suggestions: report.suggestions.iter().map(suggestion_answer).collect(),
            words,
        })?;
    } else {
        for line in words {
            output::line(line)?;
        }
    }
    if report.fits() { Ok(()) } else { Err(Failure::No) }
}

fn limit_answer(report: &LimitReport) -> LimitAnswer {
    LimitAnswer {
        limit: limit_name(report.limit),
        points_per_minute: thousandths(report.millipoints_each_minute),
        allowed_per_minute: thousandths(report.allowed_each_minute),
        trips_after_s: report.trips_after.map(|after| after.as_secs_f64()),
        calls_before: report.calls_before,
    }
}

fn suggestion_answer(suggestion: &Suggestion) -> SuggestionAnswer {
    match suggestion {
        Suggestion::Slower { name, every } => {
            SuggestionAnswer::Slower { call: name.clone(), every_s: every.as_secs_f64() }
        }
        Suggestion::Socket { endpoint, channel } => {
            SuggestionAnswer::Socket { instead_of: endpoint.to_string(), channel }
        }
        Suggestion::Tier { tier } => SuggestionAnswer::Tier { tier: tier.to_string() },
        Suggestion::Amend { name } => SuggestionAnswer::Amend { call: name.clone() },
    }
}

fn words(report: &PlanReport, arguments: &PlanArguments) -> Vec<String> {
    let tier = arguments.tier;
    let mut words: Vec<String> = report.limits.iter().map(limit_words).collect();
    if report.fits() {
        words.push(format!("fits: nothing trips on tier {tier}"));
        return words;
    }
    words.push("what would fit:".to_owned());
    words.extend(report.suggestions.iter().map(|suggestion| match suggestion {
        Suggestion::Slower { name, every } => format!("  {name} every {}", seconds(*every)),
        Suggestion::Socket { endpoint, channel } => {
            format!(
                "  no {endpoint} at all: the WebSocket channel `{channel}` tells it for nothing"
            )
        }
        Suggestion::Tier { tier } => format!("  the plan as it is, on tier {tier}"),
        Suggestion::Amend { name } => {
            format!("  {name}: amend the order instead, which costs less than half of a new one")
        }
    }));
    words
}

fn limit_words(report: &LimitReport) -> String {
    let name = limit_name(report.limit);
    let (uses, allows) =
        (thousandths(report.millipoints_each_minute), thousandths(report.allowed_each_minute));
    let uses = format!("{name}: {uses:.1} points a minute of {allows:.1}");
    match report.trips_after {
        None => format!("{uses}; never trips"),
        Some(after) => format!(
            "{uses}; trips after {} ({} calls go through before)",
            seconds(after),
            report.calls_before
        ),
    }
}

fn limit_name(limit: Limit) -> String {
    match limit {
        Limit::Public => "public calls of one address".to_owned(),
        Limit::Private => "private calls with one key".to_owned(),
        Limit::Trading(pair) => format!("trading on {pair}"),
    }
}

fn seconds(duration: Duration) -> String {
    let tenths = duration.as_millis().div_ceil(100);
    format!("{}.{} s", tenths / 10, tenths % 10)
}

#[expect(clippy::cast_precision_loss, reason = "a figure for reading")]
#[expect(clippy::float_arithmetic, reason = "a figure for reading")]
fn thousandths(count: u64) -> f64 {
    count as f64 / 1_000.0
}

/// The budgets of a bot, as it wrote them down last.
#[derive(Debug, Serialize)]
struct BudgetsAnswer {
    tier: String,
    time: Timestamp,
    budgets: Vec<GaugeAnswer>,
}

#[derive(Debug, Serialize)]
struct GaugeAnswer {
    name: String,
    used: String,
    limit: String,
}

fn show(arguments: &ShowArguments) -> Result<(), Failure> {
    let folder = &arguments.data_dir;
    let saved = state::budgets(folder).map_err(Failure::wrong)?.ok_or_else(|| {
        Failure::wrong_hint(
            format_args!("{}: no bot has written down budgets there", folder.display()),
            "name the bot's folder with --data-dir",
        )
    })?;
    let now = clock::now();
    let scheduler = Scheduler::restore(SchedulerSettings::default(), saved, now);
    let gauges = scheduler.gauges(now);
    if arguments.json {
        let budgets = gauges.iter().map(gauge_answer).collect();
        let tier = scheduler.tier().to_string();
        return output::json(&BudgetsAnswer { tier, time: now, budgets });
    }
    output::line(format_args!("tier {}", scheduler.tier()))?;
    let width = gauges.iter().map(|gauge| gauge.name.len()).max().unwrap_or(0);
    for gauge in &gauges {
        output::line(format_args!("{:width$}  {}", gauge.name, bar(gauge)))?;
    }
    Ok(())
}

fn gauge_answer(gauge: &Gauge) -> GaugeAnswer {
    GaugeAnswer {
        name: gauge.name.clone(),
        used: gauge.used.to_string(),
        limit: gauge.limit.to_string(),
    }
}

/// A gauge to look at: twenty marks wide.
fn bar(gauge: &Gauge) -> String {
    const WIDTH: u32 = 20;
    let limit = gauge.limit.halves().max(1);
    let marks = (gauge.used.halves() * WIDTH).div_ceil(limit).min(WIDTH) as usize;
    let empty = WIDTH as usize - marks;
    format!("[{}{}] {} of {}", "#".repeat(marks), ".".repeat(empty), gauge.used, gauge.limit)
}

#[cfg(test)]
mod tests;
