//! What of a config makes a subject of the ladder: everything that decides what is bought, how much
//! of it, and when it stops. The simulated market is no part of it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use strategies::from_spec;
use trading_engine::{Journal, JournalHeader, Keep};
use trading_ladder::{Requirements, Subject};

use crate::config::Config;

/// The subject that a config describes, its values as they were understood.
pub(crate) fn subject(config: &Config) -> Subject {
    let strategy = from_spec(&config.strategy, config.rules.tick);
    let settings = strategy.expect("the config was checked").settings();
    let engine = &config.engine;
    let tables = [
        ("size", table("size", &engine.sizing)),
        ("slippage", table("slippage", &engine.slippage)),
        ("risk", table("risk", &engine.risk)),
        ("kill", table("kill", &engine.kill)),
        ("stop_deadline", table("stop_deadline", &engine.stop_deadline)),
    ];
    Subject {
        strategy: config.strategy.name.clone(),
        settings: settings.into_iter().map(|(name, it)| (name.to_owned(), it)).collect(),
        pair: config.rules.pair,
        interval: engine.interval,
        tables: tables.into_iter().map(|(name, rows)| (name.to_owned(), rows)).collect(),
        journal_format: journal_format(config),
    }
}

/// What is asked of a bot with this config.
pub(crate) fn requirements(config: &Config) -> Requirements {
    Requirements::for_kill_limit(config.engine.kill.drawdown)
}

/// The rows of a value: those of a table, or one of its own name.
fn table(name: &str, value: &impl Serialize) -> BTreeMap<String, String> {
    let text = |it: &Value| it.as_str().map_or_else(|| it.to_string(), str::to_owned);
    let value = serde_json::to_value(value).expect("settings are always JSON");
    match value.as_object() {
        Some(rows) => rows.iter().map(|(name, it)| (name.clone(), text(it))).collect(),
        None => BTreeMap::from([(name.to_owned(), text(&value))]),
    }
}

/// The form of the journal that this engine writes, as it stands in every journal's head.
fn journal_format(config: &Config) -> u32 {
    let settings = config.engine.clone();
    let header = JournalHeader { settings, strategies: vec![config.strategy.clone()] };
    let head = Journal::new(&header, Keep::Bytes).take_bytes();
    u32::from(u16::from_le_bytes([head[8], head[9]]))
}

#[cfg(test)]
mod tests;
