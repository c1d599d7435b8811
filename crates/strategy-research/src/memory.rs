//! Every variant that was ever run on a data set, in a file that only grows.
//!
//! **Law.** Nothing is forgotten, and nothing counts twice: running the same variant over the same
//! window again adds nothing. What is said about the best of many counts all of them, also those of
//! other days and other strategies.
//!
//! A data set is a pair and a candle length; a variant counts when its window overlaps the one in
//! question and the candles agree where both have them. So a file that has grown by a day does not
//! wipe the memory, and made-up candles under the same name do not fill it.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use std::{collections::BTreeMap, path::Path};

use backtest_statistics::{Trials, functions::real_len};
use serde::{Deserialize, Serialize};
use trading_types::{Candle, Interval, Pair, Price, Timestamp};

use crate::line_file::{LineFile, LineFileError, hash};

/// Why a variant was run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// One of a sweep.
    Sweep,
    /// One of those that a walk-forward chose from.
    WalkForward,
    /// A whole walk-forward: one procedure.
    Procedure,
    /// The part that is kept apart was looked at.
    HoldoutOpened,
}

/// A variant that was run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Why.
    pub kind: EntryKind,
    /// The strategy.
    pub strategy: String,
    /// The hash of its settings, its exits and its size.
    pub settings_hash: String,
    /// When the first candle of the window began.
    pub from: Timestamp,
    /// When the last one began.
    pub to: Timestamp,
    /// The first close.
    pub first_close: Price,
    /// The last close.
    pub last_close: Price,
    /// By what the best was chosen, and how much of it this one had.
    pub metric: String,
    /// That figure.
    pub value: Option<f64>,
    /// The Sharpe ratio per candle.
    pub sharpe: Option<f64>,
    /// When it was run.
    pub tried_at: Timestamp,
}

/// What is remembered of one data set.
#[derive(Debug)]
pub struct Memory {
    file: LineFile,
    entries: BTreeMap<Key, Entry>,
    /// How often the part that is kept apart was looked at.
    openings: Vec<Entry>,
    /// Lines that were torn or changed, and so count no more.
    pub damaged: u64,
}

/// What makes two entries the same.
type Key = (EntryKind, String, String, Timestamp, Timestamp);

/// The memory cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct MemoryError(#[from] pub LineFileError);

impl Entry {
    fn key(&self) -> Key {
        let Self { kind, strategy, settings_hash, from, to, .. } = self;
        // A variant is the same trial whoever asked for it.
        let kind = if *kind == EntryKind::WalkForward { EntryKind::Sweep } else { *kind };
        (kind, strategy.clone(), settings_hash.clone(), *from, *to)
    }

    fn overlaps(&self, candles: &[Candle]) -> bool {
        let (Some(first), Some(last)) = (candles.first(), candles.last()) else { return false };
        let agrees = |at: Timestamp, close: Price| {
            let found = candles.binary_search_by_key(&at, |it| it.start);
            found.map_or(true, |found| candles[found].close == close)
        };
        first.start <= self.to
            && self.from <= last.start
            && agrees(self.from, self.first_close)
            && agrees(self.to, self.last_close)
    }
}

impl Memory {
    /// Opens or begins the memory of a data set in `folder`.
    pub fn open(folder: &Path, pair: Pair, interval: Interval) -> Result<Self, MemoryError> {
        let name = format!("{}_{}.tried", pair.to_string().replace('/', "-"), interval.minutes());
        let (file, lines) = LineFile::open(&folder.join(name))?;
        let mut memory =
            Self { file, entries: BTreeMap::new(), openings: Vec::new(), damaged: lines.damaged };
        for text in &lines.texts {
            match serde_json::from_str::<Entry>(text) {
                Ok(entry) => memory.take(entry),
                Err(_) => memory.damaged += 1,
            }
        }
        Ok(memory)
    }

    /// Remembers these, as far as they are new.
    pub fn remember(&mut self, entries: Vec<Entry>) -> Result<(), MemoryError> {
        let is_known = |entry: &Entry| {
            let known = self.entries.get(&entry.key());
            known.is_some_and(|known| {
                known.sharpe.map(f64::to_bits) == entry.sharpe.map(f64::to_bits)
            })
        };
        let new: Vec<Entry> = entries.into_iter().filter(|it| !is_known(it)).collect();
        let texts = new.iter().map(|it| serde_json::to_string(it).expect("it can be JSON"));
        self.file.append(&texts.collect::<Vec<_>>())?;
        for entry in new {
            self.take(entry);
        }
        Ok(())
    }

    fn take(&mut self, entry: Entry) {
        if entry.kind == EntryKind::HoldoutOpened {
            self.openings.push(entry);
        } else {
            self.entries.insert(entry.key(), entry);
        }
    }

    /// How many variants were tried on these candles, and how far their Sharpe ratios lie apart.
    pub fn trials(&self, candles: &[Candle]) -> Trials {
        self.of(candles, |kind| matches!(kind, EntryKind::Sweep | EntryKind::WalkForward))
    }

    /// How many whole walk-forwards were tried on these candles.
    pub fn procedures(&self, candles: &[Candle]) -> Trials {
        self.of(candles, |kind| kind == EntryKind::Procedure)
    }

    /// How many variants of sweeps have seen any of these candles.
    pub fn seen(&self, candles: &[Candle]) -> u64 {
        self.trials(candles).count
    }

    /// How often the part that is kept apart was looked at, where it overlaps these candles.
    pub fn openings(&self, candles: &[Candle]) -> u64 {
        self.openings.iter().filter(|it| it.overlaps(candles)).count() as u64
    }

    fn of(&self, candles: &[Candle], is_wanted: fn(EntryKind) -> bool) -> Trials {
        let entries = self.entries.values().filter(|it| is_wanted(it.kind) && it.overlaps(candles));
        let entries: Vec<&Entry> = entries.collect();
        // One that never moved has no ratio; what it won is nothing.
        let ratios: Vec<f64> = entries.iter().map(|it| it.sharpe.unwrap_or(0.0)).collect();
        let count = real_len(ratios.len().max(1));
        let mean = ratios.iter().sum::<f64>() / count;
        let squares: f64 = ratios.iter().map(|it| (it - mean) * (it - mean)).sum();
        let variance = if ratios.len() < 2 { 0.0 } else { squares / (count - 1.0) };
        Trials { count: entries.len() as u64, variance }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.file.path()
    }
}

/// The hash of what makes a variant what it is: strategy, settings and size, not costs.
pub fn settings_hash(strategy: &str, settings: &[(String, String)], size: &str) -> String {
    let mut sorted: Vec<String> =
        settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
    sorted.sort();
    hash(&format!("{strategy}\n{}\n{size}", sorted.join("\n")))
}

#[cfg(test)]
mod tests;
