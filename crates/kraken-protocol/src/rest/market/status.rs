//! What `SystemStatus` tells: what Kraken takes, and what it has announced.
//!
//! **Law.** What was announced is never passed over: it is read, or it is said that it could not
//! be. And an announcement that cannot be read never costs us the status.
//!
//! Kraken's reference has `upcoming_maintenance`, within 72 hours, and `emergency`, both optional
//! (<https://docs.kraken.com/api-reference/market-data/get-system-status>, read on 2026-11-21), and
//! shows an element with `expected_start_utc`, `expected_end_utc`, `cancel_before_utc` and
//! `affected_services`
//! (<https://docs.kraken.com/api-reference/market-data/get-maintenance-schedule>, read on
//! 2026-11-22). It says of neither that they stay so, so times are found by what they look like and
//! by what the words around them mean.

use serde_json::Value as Json;
use trading_types::{Timestamp, VenueStatus};

use crate::rest::fields::{DecodeError, Value, whole};

/// How much of a text that people read is kept.
const TEXT_LENGTH_MAX: usize = 300;
/// How deep in an announcement times are looked for.
const DEPTH_MAX: usize = 4;
/// How many announcements are looked at.
const ANNOUNCEMENTS_MAX: usize = 100;
/// A number of seconds below this is no time but a length: it would be in 2001.
const SECONDS_MIN: u64 = 1_000_000_000;

/// What `SystemStatus` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemStatus {
    /// What Kraken takes. A word we do not know counts as maintenance.
    pub status: VenueStatus,
    /// The word itself.
    pub word: String,
    /// Since when, or as of when.
    pub time: Option<Timestamp>,
    /// The next maintenance that is announced.
    pub maintenance: Option<Maintenance>,
    /// An incident, in Kraken's words.
    pub emergency: Option<String>,
    /// Something was announced that cannot be read: a person has to.
    pub unreadable: Option<String>,
}

/// The services that a spot bot can do without. An announcement about nothing else is not for us;
/// what names none, or one we do not know, is.
const OTHER_SERVICES: [&str; 5] =
    ["spot_fix", "futures_ws", "futures_rest", "futures_fix", "futures_trading"];

/// Maintenance that is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Maintenance {
    /// From then on Kraken will be away, or wants nothing to be open any more.
    pub begins: Timestamp,
    /// Until then, as far as it knows.
    pub ends: Option<Timestamp>,
}

/// Reads the result of `SystemStatus`.
pub fn system_status(result: &str) -> Result<SystemStatus, DecodeError> {
    let fields = whole(result)?.object()?;
    let word = fields.read("status", Value::string)?;
    let status = match word.as_str() {
        "online" => VenueStatus::Online,
        "post_only" => VenueStatus::PostOnly,
        "limit_only" => VenueStatus::LimitOnly,
        "cancel_only" => VenueStatus::CancelOnly,
        _ => VenueStatus::Maintenance,
    };
    let time = fields.read_if_any("timestamp", Value::parsed)?;
    // It is JSON, or the fields would not have been read.
    let advice: Json = serde_json::from_str(result).unwrap_or_default();
    let (maintenance, unreadable) = announced(&advice["upcoming_maintenance"]);
    let emergency = text_of(&advice["emergency"]);
    Ok(SystemStatus { status, word, time, maintenance, emergency, unreadable })
}

/// The next maintenance in what is announced, and what cannot be read of it.
fn announced(what: &Json) -> (Option<Maintenance>, Option<String>) {
    let entries = what.as_array().map_or(std::slice::from_ref(what), Vec::as_slice);
    let entries = entries.iter().filter(|it| !says_nothing(it) && is_for_us(it));
    let entries = entries.take(ANNOUNCEMENTS_MAX);
    let (mut next, mut unreadable) = (None::<Maintenance>, None);
    for entry in entries {
        match window(entry) {
            Some(window) => next = Some(next.map_or(window, |it| it.min(window))),
            None => unreadable = unreadable.or_else(|| text_of(entry)),
        }
    }
    (next, unreadable)
}

/// Whether an announcement is about anything that a spot bot needs.
fn is_for_us(entry: &Json) -> bool {
    let is_other = |it: &Json| it.as_str().is_some_and(|it| OTHER_SERVICES.contains(&it));
    let services = entry["affected_services"].as_array();
    services.is_none_or(|services| services.is_empty() || !services.iter().all(is_other))
}

/// When an announcement says that Kraken is away.
fn window(entry: &Json) -> Option<Maintenance> {
    let mut times = Vec::new();
    find_times("", entry, 0, &mut times);
    let of = |meaning| {
        let meant = times.iter().filter(move |(it, _)| *it == meaning);
        meant.map(|(_, time)| *time).min()
    };
    // Without a word that says so, what comes first is the beginning.
    let begins = of(Meaning::Begin).or_else(|| of(Meaning::Unknown))?;
    let later = |meaning| {
        let meant = times.iter().filter(move |(it, time)| *it == meaning && begins < *time);
        meant.map(|(_, time)| *time).max()
    };
    Some(Maintenance { begins, ends: later(Meaning::End).or_else(|| later(Meaning::Unknown)) })
}

/// What the name of a time says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Begin,
    End,
    /// When somebody wrote or changed the announcement.
    Writing,
    Unknown,
}

#[rustfmt::skip] // A table; the first word that is in a name decides.
const MEANINGS: [(&str, Meaning); 17] = [
    ("creat",    Meaning::Writing), ("updat",   Meaning::Writing), ("publi",  Meaning::Writing),
    ("announc",  Meaning::Writing), ("modif",   Meaning::Writing), ("post",   Meaning::Writing),
    ("notif",    Meaning::Writing),
    ("start",    Meaning::Begin),   ("begin",   Meaning::Begin),   ("from",   Meaning::Begin),
    ("scheduled_for", Meaning::Begin), ("cancel_before", Meaning::Begin),
    ("end",      Meaning::End),     ("until",   Meaning::End),     ("finish", Meaning::End),
    ("complet",  Meaning::End),     ("resum",   Meaning::End),
];

fn meaning(name: &str) -> Meaning {
    let name = name.to_ascii_lowercase();
    let known = MEANINGS.iter().find(|(part, _)| name.contains(part));
    known.map_or(Meaning::Unknown, |(_, meaning)| *meaning)
}

/// Every time in a value, each with what the names around it say.
fn find_times(name: &str, value: &Json, depth: usize, times: &mut Vec<(Meaning, Timestamp)>) {
    match value {
        Json::Object(fields) if depth < DEPTH_MAX => {
            for (inner, value) in fields {
                // The innermost name that says anything decides.
                let name = if meaning(inner) == Meaning::Unknown { name } else { inner };
                find_times(name, value, depth + 1, times);
            }
        }
        Json::Array(values) if depth < DEPTH_MAX => {
            for value in values {
                find_times(name, value, depth + 1, times);
            }
        }
        Json::String(text) => times.extend(time_in(text).map(|time| (meaning(name), time))),
        Json::Number(number) => {
            times.extend(time_in(&number.to_string()).map(|time| (meaning(name), time)));
        }
        Json::Object(_) | Json::Array(_) | Json::Null | Json::Bool(_) => (),
    }
}

/// A time as RFC 3339 or in seconds.
fn time_in(text: &str) -> Option<Timestamp> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    match whole.parse() {
        Ok(seconds) if SECONDS_MIN <= seconds => Timestamp::from_seconds(seconds),
        Ok(_) => None,
        Err(_) => text.parse().ok(),
    }
}

fn says_nothing(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(values) => values.iter().all(says_nothing),
        Json::Object(fields) => fields.is_empty(),
        Json::Bool(true) | Json::Number(_) => false,
    }
}

/// What a value says, for people: a text as it is, anything else as it was written.
fn text_of(value: &Json) -> Option<String> {
    if says_nothing(value) {
        return None;
    }
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Some(text.chars().filter(|it| !it.is_control()).take(TEXT_LENGTH_MAX).collect())
}

#[cfg(test)]
mod tests;
