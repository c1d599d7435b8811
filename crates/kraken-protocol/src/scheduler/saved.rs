//! What a restart must not forget, and what people want to see of it.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::{Pair, Timestamp};

use super::{Scheduler, SchedulerSettings, address_budget::AddressBudget, key_budget::KeyBudget};
use crate::{
    chance::Chance,
    limits::{KeyRole, MinuteWindow, PairBudget, Points, Tier},
};

/// Everything that was spent, to be written down often and read at the next start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedBudgets {
    /// When it was written down, by our clock.
    #[serde(default)]
    at: Timestamp,
    tier: Tier,
    keys: BTreeMap<KeyRole, KeyBudget>,
    account_minute: Option<MinuteWindow>,
    addresses: Vec<AddressBudget>,
    pairs: BTreeMap<Pair, PairBudget>,
    chance: Chance,
}

/// How full something is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gauge {
    /// What it is, for people.
    pub name: String,
    /// The most that may have been spent.
    pub used: Points,
    /// The most that may be.
    pub limit: Points,
}

impl SavedBudgets {
    /// What was written down `passed` ago, or longer ago, though our clock may say otherwise: it
    /// was set in between. By a clock that was set ahead nothing decays.
    #[must_use]
    pub fn saved_ago(mut self, passed: Duration, now: Timestamp) -> Self {
        let ahead = (now - passed).since(self.at);
        if ahead.is_zero() {
            return self;
        }
        self.at = self.at + ahead;
        self.keys.values_mut().for_each(|key| key.set_ahead(ahead));
        self.account_minute.iter_mut().for_each(|minute| minute.set_ahead(ahead));
        self.addresses.iter_mut().for_each(|address| address.set_ahead(ahead));
        self.pairs.values_mut().for_each(|pair| pair.set_ahead(ahead));
        self
    }
}

impl Scheduler {
    /// What must not be forgotten.
    pub fn save(&self, now: Timestamp) -> SavedBudgets {
        SavedBudgets {
            at: now,
            tier: self.tier,
            keys: self.keys.clone(),
            account_minute: self.account_minute.clone(),
            addresses: self.addresses.clone(),
            pairs: self.pairs.clone(),
            chance: self.chance,
        }
    }

    /// Goes on after a restart. Calls that were under way may have arrived, or may yet; nothing is
    /// forgotten, and rules that changed since hold from now on. Where our clock was set back
    /// since, a stop lasts as long as it would have then, and what was spent counts as spent now.
    pub fn restore(settings: SchedulerSettings, mut saved: SavedBudgets, now: Timestamp) -> Self {
        let keys = saved.keys.values_mut().map(|key| &mut key.pause);
        let addresses = saved.addresses.iter_mut().map(|address| &mut address.pause);
        for pause in keys.chain(addresses) {
            pause.set_back(saved.at, now);
        }
        let arrives_by = now + settings.late_arrival;
        let tier = saved.tier.max(settings.tier);
        let mut restored = Self::new(SchedulerSettings { tier, ..settings }, 0, now);
        restored.chance = saved.chance;
        for (role, key) in saved.keys {
            let fresh = KeyBudget::new(restored.settings.profile, tier, now);
            restored.keys.insert(role, fresh.restored(key, arrives_by, now));
        }
        restored.account_minute = match (restored.account_minute, saved.account_minute) {
            (Some(fresh), Some(saved)) => Some(fresh.restored(&saved, arrives_by, now)),
            (fresh, _) => fresh,
        };
        let clock_error = restored.settings.clock_error;
        for (address, saved) in restored.addresses.iter_mut().zip(saved.addresses) {
            let fresh = AddressBudget::new(restored.settings.profile, clock_error, now);
            *address = fresh.restored(saved, arrives_by, now);
        }
        let pairs = saved.pairs.into_iter();
        restored.pairs =
            pairs.map(|(pair, budget)| (pair, budget.restored(tier, arrives_by, now))).collect();
        restored
    }

    /// How full every counter is.
    pub fn gauges(&self, now: Timestamp) -> Vec<Gauge> {
        let mut gauges = Vec::new();
        for (role, key) in &self.keys {
            if let Some(counter) = &key.counter {
                let limit = counter.rule().limit;
                let name = format!("{role} key");
                gauges.push(Gauge { name, used: counter.estimate(now), limit });
            }
        }
        if let Some(minute) = &self.account_minute {
            gauges.push(calls("private calls this minute", (minute.calls(now), minute.limit())));
        }
        for (index, address) in self.addresses.iter().enumerate() {
            if let Some(minute) = address.minute(now) {
                gauges.push(calls(&format!("public calls this minute, address {index}"), minute));
            }
            let connections = (address.connections.spent(now), address.connections.limit());
            gauges
                .push(calls(&format!("connections in ten minutes, address {index}"), connections));
        }
        for (pair, budget) in &self.pairs {
            let (used, limit) = (budget.estimate(now), budget.limit());
            gauges.push(Gauge { name: format!("trading on {pair}"), used, limit });
            let name = format!("kept for cancels on {pair}");
            gauges.push(Gauge { name, used: budget.reserved(now), limit });
        }
        gauges
    }
}

fn calls(name: &str, (used, limit): (u32, u32)) -> Gauge {
    Gauge { name: name.to_owned(), used: Points::whole(used), limit: Points::whole(limit) }
}

#[cfg(test)]
mod tests;
