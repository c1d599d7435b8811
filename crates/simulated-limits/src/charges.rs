//! A counter that decays, kept the slow and obvious way: every charge is remembered with its
//! moment, and the level is worked out anew whenever somebody asks.
//!
//! The level at a moment is the largest backlog over any stretch of time that ends there: what was
//! charged in the stretch, less what it drained. Stretches that drained more than was charged
//! count as nothing, which is exactly what "a counter does not fall below zero" means.

use serde::{Deserialize, Serialize};
use trading_types::Timestamp;

use crate::{decay::Decay, points::Points};

/// Past this many, the remembered charges are replaced by one charge of their present level, which
/// decays as they would have: a counter knows only its level.
const REMEMBERED_MAX: usize = 16;

/// Everything charged that may still weigh.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Charges {
    decay: Decay,
    remembered: Vec<Charge>,
    peak: Points,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Charge {
    at: Timestamp,
    cost: Points,
}

impl Charges {
    pub(crate) const fn new(decay: Decay) -> Self {
        Self { decay, remembered: Vec::new(), peak: Points::ZERO }
    }

    /// The counter at `now`.
    pub(crate) fn level(&self, now: Timestamp) -> Points {
        let mut charged = Points::ZERO;
        let mut level = Points::ZERO;
        for charge in self.remembered.iter().rev() {
            charged += charge.cost;
            level = level.max(charged.minus(self.decay.drained(charge.at, now)));
        }
        level
    }

    /// The highest level there ever was.
    pub(crate) const fn peak(&self) -> Points {
        self.peak
    }

    /// Adds a charge.
    pub(crate) fn charge(&mut self, cost: Points, now: Timestamp) {
        let now = self.remembered.last().map_or(now, |last| now.max(last.at));
        let level = self.level(now);
        if level == Points::ZERO {
            self.remembered.clear();
        } else if self.remembered.len() == REMEMBERED_MAX {
            self.remembered = vec![Charge { at: now, cost: level }];
        }
        if cost != Points::ZERO {
            self.remembered.push(Charge { at: now, cost });
        }
        self.peak = self.peak.max(level + cost);
    }

    /// Adds a charge, but only as much of it as brings the counter to `max`.
    pub(crate) fn charge_up_to(&mut self, max: Points, cost: Points, now: Timestamp) {
        let room = max.minus(self.level(now));
        self.charge(cost.min(room), now);
    }
}

#[cfg(test)]
mod tests;
