//! What a run comes to, in the numbers that a report shows.

#![expect(clippy::float_arithmetic, reason = "statistics: nothing is decided on them")]

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use simulated_limits::Points;

use super::{client::Purpose, record::Record, simulation::Conditions, venue::Venue};

/// The calls that a trader waits for.
const ORDERS: &[Purpose] = &[Purpose::Place, Purpose::Amend, Purpose::Cancel];

/// The numbers of one run.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    /// Which run it was.
    pub(crate) scenario: &'static str,
    pub(crate) weather: &'static str,
    pub(crate) decay: &'static str,
    pub(crate) calls_per_minute: f64,
    pub(crate) accepted_per_minute: f64,
    /// How many calls the client would not send.
    pub(crate) declined: u64,
    /// How many calls Kraken refused for a limit, by the limit.
    pub(crate) violations: BTreeMap<&'static str, u64>,
    pub(crate) violations_per_hour: f64,
    /// Seconds to the first of them.
    pub(crate) first_trip_s: Option<f64>,
    /// The share of the key's counter, or of the article's windows, that was put to use.
    pub(crate) budget_used: f64,
    /// The same of the counters of the pairs that were traded.
    pub(crate) pair_budget_used: Option<f64>,
    pub(crate) counter_peak: Option<f64>,
    pub(crate) pair_counter_peak: Option<f64>,
    /// When the last look at the account was sent.
    pub(crate) account_done_s: Option<f64>,
    pub(crate) delays: Vec<Delay>,
    /// What the venue itself counted, where it does.
    pub(crate) statistics: Option<Value>,
}

/// How long calls waited until the client sent them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delay {
    /// `order` (placed, amended or canceled), `cancel`, `halt`, `account`, or `public`.
    pub(crate) kind: &'static str,
    pub(crate) p50_s: f64,
    pub(crate) p99_s: f64,
    pub(crate) max_s: f64,
}

#[rustfmt::skip] // A table.
const KINDS: [(&str, &[Purpose]); 5] = [
    ("order",   ORDERS),
    ("cancel",  &[Purpose::Cancel]),
    ("halt",    &[Purpose::Halt]),
    ("account", &[Purpose::Account]),
    ("public",  &[Purpose::Public]),
];

impl Figures {
    /// What a run came to.
    pub(crate) fn new(
        scenario: &'static str,
        decay: &'static str,
        conditions: &Conditions,
        record: &Record,
        venue: &dyn Venue,
    ) -> Self {
        let length = conditions.length;
        let violations = record.violations().clone();
        let per = |count: u64, unit: Duration| {
            rounded(whole(count) * unit.as_secs_f64() / length.as_secs_f64())
        };
        Self {
            scenario,
            weather: conditions.weather.name(),
            decay,
            calls_per_minute: per(record.calls_sent(), Duration::from_mins(1)),
            accepted_per_minute: per(record.calls_accepted(), Duration::from_mins(1)),
            declined: record.calls_declined(),
            violations_per_hour: per(violations.values().sum(), Duration::from_hours(1)),
            violations,
            first_trip_s: record.first_trip().map(seconds),
            budget_used: share(venue.used_millionths(conditions.start, length)),
            pair_budget_used: venue.traded_millionths(length).map(share),
            counter_peak: venue.private_peak().map(points),
            pair_counter_peak: venue.trading_peak().map(points),
            account_done_s: record.last_sent(Purpose::Account).map(seconds),
            statistics: venue.statistics(),
            delays: KINDS.iter().filter_map(|kind| Delay::new(*kind, record)).collect(),
        }
    }

    /// How many calls Kraken refused for a limit.
    pub(crate) fn violations_total(&self) -> u64 {
        self.violations.values().sum()
    }

    /// How long calls of one kind waited.
    pub(crate) fn delay(&self, kind: &str) -> Option<Delay> {
        self.delays.iter().find(|delay| delay.kind == kind).copied()
    }

    pub(crate) fn as_json(&self) -> Value {
        let delays: serde_json::Map<String, Value> = self
            .delays
            .iter()
            .map(|delay| {
                let Delay { kind, p50_s, p99_s, max_s } = *delay;
                (kind.to_owned(), json!({ "p50_s": p50_s, "p99_s": p99_s, "max_s": max_s }))
            })
            .collect();
        json!({
            "scenario": self.scenario,
            "network": self.weather,
            "decay": self.decay,
            "violations": self.violations_total(),
            "violations_by_limit": self.violations,
            "violations_per_hour": self.violations_per_hour,
            "first_trip_s": self.first_trip_s,
            "calls_per_minute": self.calls_per_minute,
            "accepted_per_minute": self.accepted_per_minute,
            "declined": self.declined,
            "budget_used": self.budget_used,
            "pair_budget_used": self.pair_budget_used,
            "counter_peak": self.counter_peak,
            "pair_counter_peak": self.pair_counter_peak,
            "delays": delays,
            "statistics": self.statistics,
        })
    }
}

impl Delay {
    fn new((kind, purposes): (&'static str, &[Purpose]), record: &Record) -> Option<Self> {
        let delays = record.delays(purposes);
        let percentile = |percent| delays.percentile(percent).map(seconds);
        Some(Self { kind, p50_s: percentile(50)?, p99_s: percentile(99)?, max_s: percentile(100)? })
    }
}

/// Seconds, to the tenth of a millisecond.
fn seconds(length: Duration) -> f64 {
    (length.as_secs_f64() * 10_000.0).round() / 10_000.0
}

fn share(millionths: u64) -> f64 {
    rounded(whole(millionths) / 1_000_000.0)
}

fn points(points: Points) -> f64 {
    let millionths = u64::try_from(points.millionths()).expect("a counter is small");
    rounded(whole(millionths) / 1_000_000.0)
}

fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}

/// A count as a number to reckon with.
fn whole(count: u64) -> f64 {
    f64::from(u32::try_from(count).expect("a run has less than four billion of anything"))
}
