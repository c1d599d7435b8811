//! `cargo xtask limits-report`: our scheduler, and what other programs have in its place, each
//! against Kraken's limits, in virtual time.
//!
//! Kraken's side is `simulated-limits`, which shares no line with the client's side. A report is a
//! function of its options: the same seed gives the same bytes.

use std::time::Duration;

use simulated_limits::Tier;

use client::{Client, Profile, Setup};
use peers::{
    ccxt_async::CcxtAsync, ccxt_sync::CcxtSync, hummingbot::Hummingbot, kraken_sdk::KrakenSdk,
    nautilus::Nautilus, no_limiter::NoLimiter,
};
use report::Row;
pub(crate) use scenarios::Behind;
use slackwater::Slackwater;

mod client;
mod figures;
mod network;
mod peers;
mod prng;
mod record;
mod report;
mod scenarios;
mod simulation;
mod slackwater;
mod venue;
mod wire_venue;
mod workload;

/// What to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// How long each run lasts, in virtual time.
    pub(crate) length: Duration,
    /// What chance makes of the network and of what is wanted.
    pub(crate) seed: u64,
    /// What stands behind the network.
    pub(crate) behind: Behind,
}

/// How long runs last unless told otherwise.
pub(crate) const LENGTH: Duration = Duration::from_hours(24);
/// How long they last where a look is enough.
pub(crate) const LENGTH_QUICK: Duration = Duration::from_mins(10);

/// Something that decides when calls are sent.
struct Contender {
    who: &'static str,
    new: fn(Setup) -> Box<dyn Client>,
}

/// Ours goes first, as one row here. Its name is what decides whether the report passes.
const OURS: &str = "slackwater";

#[rustfmt::skip] // A table.
const CONTENDERS: [Contender; 7] = [
    Contender { who: OURS,         new: |setup| Box::new(Slackwater::new(setup)) },
    Contender { who: "ccxt async", new: |_| Box::new(CcxtAsync::default()) },
    Contender { who: "ccxt sync",  new: |_| Box::new(CcxtSync::default()) },
    Contender { who: "nautilus",   new: |_| Box::new(Nautilus::default()) },
    Contender { who: "hummingbot", new: |setup| Box::new(Hummingbot::new(setup.tier)) },
    Contender { who: "kraken sdk", new: |setup| Box::new(KrakenSdk::new(setup.tier)) },
    Contender { who: "no limiter", new: |_| Box::new(NoLimiter::default()) },
];

/// The article knows no tiers; its rows stand for all of them.
const CASES: [(Profile, Tier); 4] = [
    (Profile::Documented, Tier::Starter),
    (Profile::Documented, Tier::Intermediate),
    (Profile::Documented, Tier::Pro),
    (Profile::Article, Tier::Starter),
];

/// The report, and whether ours kept every limit.
pub(crate) struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// Runs everything; tells `progress` what it is about to run.
    pub(crate) fn new(options: Options, mut progress: impl FnMut(&str)) -> Self {
        let mut rows = Vec::new();
        for Contender { who, new } in CONTENDERS {
            for (profile, tier) in CASES {
                progress(&format!("{who}, {}, {tier}", profile.name()));
                let figures = scenarios::of(profile, options.behind)
                    .map(|scenario| scenario.run(new, tier, options))
                    .collect();
                rows.push(Row { who, profile, tier, figures });
            }
        }
        Self { rows }
    }

    /// Whether Kraken refused ours nothing, anywhere.
    pub(crate) fn passed(&self) -> bool {
        let ours = self.rows.iter().filter(|row| row.who == OURS);
        ours.map(Row::violations_anywhere).sum::<u64>() == 0
    }

    /// For programs.
    pub(crate) fn as_json(&self) -> serde_json::Value {
        report::as_json(&self.rows)
    }

    /// For people.
    pub(crate) fn as_table(&self) -> String {
        report::as_table(&self.rows)
    }
}

#[cfg(test)]
mod tests;
