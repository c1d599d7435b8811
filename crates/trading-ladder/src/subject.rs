//! What climbs the ladder: a strategy with its settings on a pair, under limits. Its hash is its
//! identity; whatever would make it trade differently makes it another.
//!
//! The program's version is no part of it. A program that decides differently is found out by a
//! replay and by the tracking; one that reads or writes its journal differently is another subject.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trading_types::{Interval, Pair};

use crate::digest::Digest;

/// What trades, in canonical text: the caller writes values as they were understood, defaults
/// filled in, so that `5%` and `5.0%` are one setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// The strategy's name.
    pub strategy: String,
    /// Its settings, defaults and exits included.
    pub settings: BTreeMap<String, String>,
    /// What it trades.
    pub pair: Pair,
    /// The candles it sees.
    pub interval: Interval,
    /// The tables of the config that decide how much is bought and when it stops: size, risk, kill.
    pub tables: BTreeMap<String, BTreeMap<String, String>>,
    /// The form of the engine's journal.
    pub journal_format: u32,
}

impl Subject {
    /// The hash that stands for it: SHA-256 of its JSON, whose maps are sorted.
    pub fn identity(&self) -> Digest {
        Digest::of(&serde_json::to_vec(self).expect("a subject is always JSON"))
    }

    /// What differs in `other`, one line for each: `kill.drawdown: 0.2, now 0.5`.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let (before, after) = (self.flat(), other.flat());
        let names: std::collections::BTreeSet<&String> =
            before.keys().chain(after.keys()).collect();
        let shown = |it: Option<&String>| it.map_or("nothing", String::as_str).to_owned();
        names
            .into_iter()
            .filter(|name| before.get(*name) != after.get(*name))
            .map(|name| {
                let (was, is) = (shown(before.get(name)), shown(after.get(name)));
                format!("{name}: {was}, now {is}")
            })
            .collect()
    }

    fn flat(&self) -> BTreeMap<String, String> {
        let mut flat = BTreeMap::from([
            ("strategy".to_owned(), self.strategy.clone()),
            ("pair".to_owned(), self.pair.to_string()),
            ("interval".to_owned(), self.interval.to_string()),
            ("journal format".to_owned(), self.journal_format.to_string()),
        ]);
        let settings = self.settings.iter();
        flat.extend(settings.map(|(name, it)| (format!("strategy.{name}"), it.clone())));
        for (table, rows) in &self.tables {
            flat.extend(rows.iter().map(|(name, it)| (format!("{table}.{name}"), it.clone())));
        }
        flat
    }
}

#[cfg(test)]
mod tests;
