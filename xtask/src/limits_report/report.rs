//! The rows of the report, as JSON and as a table.

use std::fmt::Write;

use serde_json::{Value, json};
use simulated_limits::Tier;

use super::{
    client::Profile,
    figures::Figures,
    scenarios::{REALISTIC, RECONNECT, SATURATION, TRADING},
};

/// How one client does under one profile, on one tier.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) who: &'static str,
    pub(crate) profile: Profile,
    pub(crate) tier: Tier,
    /// One for each scenario of the profile.
    pub(crate) figures: Vec<Figures>,
}

impl Row {
    fn scenario(&self, name: &str) -> &Figures {
        let found = self.figures.iter().find(|figures| figures.scenario == name);
        found.expect("every profile has the scenarios that a row is made of")
    }

    /// Refusals while the network and Kraken's counters are as expected.
    pub(crate) fn violations(&self) -> u64 {
        let names = [SATURATION, REALISTIC, RECONNECT];
        names.iter().map(|name| self.scenario(name).violations_total()).sum()
    }

    /// Refusals in any scenario.
    pub(crate) fn violations_anywhere(&self) -> u64 {
        self.figures.iter().map(Figures::violations_total).sum()
    }

    /// One object of the report.
    pub(crate) fn as_json(&self) -> Value {
        let saturation = self.scenario(SATURATION);
        let realistic = self.scenario(REALISTIC).delay("order");
        let reconnect = self.scenario(RECONNECT);
        let trading = self.figures.iter().find(|figures| figures.scenario == TRADING);
        let trading = |kind| trading.and_then(|figures| figures.delay(kind));
        json!({
            "who": self.who,
            "profile": self.profile.name(),
            "tier": self.tier.name(),
            "violations": self.violations(),
            "budget_used": saturation.budget_used,
            "order_delay_p99_s": realistic.map(|delay| delay.p99_s),
            "reconnect_burst_s": reconnect.account_done_s,
            "violations_anywhere": self.violations_anywhere(),
            "violations_per_hour": saturation.violations_per_hour,
            "first_trip_s": saturation.first_trip_s,
            "calls_per_minute": saturation.calls_per_minute,
            "accepted_per_minute": saturation.accepted_per_minute,
            "counter_peak": saturation.counter_peak,
            "order_delay_p50_s": realistic.map(|delay| delay.p50_s),
            "order_delay_max_s": realistic.map(|delay| delay.max_s),
            "reconnect_order_delay_s": reconnect.delay("order").map(|delay| delay.max_s),
            "cancel_delay_p99_s": trading("cancel").map(|delay| delay.p99_s),
            "halt_delay_max_s": trading("halt").map(|delay| delay.max_s),
            "scenarios": self.figures.iter().map(Figures::as_json).collect::<Vec<_>>(),
        })
    }

    fn cells(&self) -> [String; HEADS.len()] {
        let saturation = self.scenario(SATURATION);
        let realistic = self.scenario(REALISTIC).delay("order");
        let pair_budget = self.figures.iter().find(|figures| figures.scenario == TRADING);
        let seconds = |seconds: Option<f64>| {
            seconds.map_or_else(|| "-".to_owned(), |seconds| format!("{seconds:.3}"))
        };
        [
            self.who.to_owned(),
            self.profile.name().to_owned(),
            self.tier.name().to_owned(),
            self.violations().to_string(),
            self.violations_anywhere().to_string(),
            format!("{:.0}", saturation.violations_per_hour),
            seconds(saturation.first_trip_s),
            format!("{:.1}", saturation.accepted_per_minute),
            format!("{:.4}", saturation.budget_used),
            pair_budget
                .and_then(|figures| figures.pair_budget_used)
                .map_or_else(|| "-".to_owned(), |used| format!("{used:.4}")),
            seconds(realistic.map(|delay| delay.p99_s)),
            seconds(self.scenario(RECONNECT).account_done_s),
        ]
    }
}

const HEADS: [&str; 12] = [
    "who",
    "profile",
    "tier",
    "violations",
    "anywhere",
    "an hour",
    "first s",
    "calls/min",
    "budget",
    "pair budget",
    "order p99 s",
    "reconnect s",
];

const EXPLANATION: &str = "\
violations: calls Kraken refused for a limit in saturation, an ordinary day and a reconnect; \
anywhere: also with a bad network,
counters that decay in steps, restarts and busy trading; an hour and first s: in saturation. \
calls/min and budget: what saturation
got through, and its share of what Kraken grants; pair budget: the same of the pairs' counters. \
order p99: how long an order waited
on an ordinary day; reconnect: until the last of eleven looks at the account was sent.
";

/// All rows as one document.
pub(crate) fn as_json(rows: &[Row]) -> Value {
    rows.iter().map(Row::as_json).collect()
}

/// All rows for people: texts to the left, numbers to the right.
pub(crate) fn as_table(rows: &[Row]) -> String {
    let heads = HEADS.map(str::to_owned);
    let lines: Vec<_> = std::iter::once(heads).chain(rows.iter().map(Row::cells)).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].len()).max().unwrap_or(0);
    let widths: [usize; HEADS.len()] = std::array::from_fn(width);
    let mut table = String::new();
    for line in &lines {
        let cells = line.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
            if column < 3 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        let _ = writeln!(table, "{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
    let _ = write!(table, "\n{EXPLANATION}");
    table
}
