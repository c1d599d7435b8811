//! One side of the model's book: levels that follow the best price, close together near it and
//! further apart, and larger, away from it.
#![expect(clippy::float_arithmetic, reason = "the model is an opinion, not money")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use trading_types::{Amount, BookLevel, PairRules, Price, Quantity, Side};

use super::{
    MarketModelSettings,
    chance::Chance,
    fair_price::{real, whole},
};

/// So many levels next to the best price are alike; and of each so many, one is redrawn each time.
const NEAR: usize = 10;
/// The mean gap between these, as a part of the price: two hundredths of a percent.
const GAP: f64 = 0.000_2;
/// Levels far away are at most so many times as large, and as far apart, as those near.
const GROWTH_MAX: f64 = 3.0;
/// A far level that is nearer to the one before it than this part of the gap may go.
const CROWDED: f64 = 0.25;

/// The levels of one side, best first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Ladder {
    side: Side,
    tick: Price,
    lot: Quantity,
    quantity_min: Quantity,
    level_value: Amount,
    /// How many levels there are.
    depth: usize,
    /// What there is of what there usually is.
    thickness: f64,
    levels: Vec<Level>,
    /// Levels that changed, by price in ticks, and what they offer now.
    changed: BTreeMap<i64, Quantity>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Level {
    ticks: i64,
    quantity: Quantity,
}

impl Ladder {
    pub(super) fn new(side: Side, settings: &MarketModelSettings) -> Self {
        let MarketModelSettings { rules, level_value, levels: depth, .. } = settings;
        assert!(0 < *depth, "a side has a best level");
        Self {
            side,
            tick: rules.tick,
            lot: rules.lot,
            quantity_min: rules.quantity_min,
            level_value: *level_value,
            depth: *depth,
            thickness: 1.0,
            levels: Vec::with_capacity(depth + 1),
            changed: BTreeMap::new(),
        }
    }

    /// Moves so that the best level is at `best`, and redraws what one of the levels offers.
    pub(super) fn follow(&mut self, best: i64, chance: &mut Chance) {
        let passed = self.levels.iter().take_while(|it| self.is_better(it.ticks, best)).count();
        for level in self.levels.drain(..passed) {
            self.changed.insert(level.ticks, Quantity::ZERO);
        }
        if self.levels.first().is_none_or(|level| level.ticks != best) {
            let level = self.draw(0, best, chance);
            self.levels.insert(0, level);
        }
        while self.depth < self.levels.len() {
            let level = self.levels.remove(self.most_dispensable());
            self.changed.insert(level.ticks, Quantity::ZERO);
        }
        self.fill_up(chance);
        let last = u64::try_from(self.levels.len() - 1).expect("a few levels");
        for _ in 0..(self.levels.len() / NEAR).max(1) {
            let index = usize::try_from(chance.between(0, last)).expect("a few levels");
            self.levels[index] = self.draw(index, self.levels[index].ticks, chance);
        }
        // The best is always told: who took from it finds it whole again.
        let Level { ticks, quantity } = self.levels[0];
        self.changed.insert(ticks, quantity);
    }

    /// Adds levels behind the last one until there are enough.
    fn fill_up(&mut self, chance: &mut Chance) {
        while self.levels.len() < self.depth {
            let last = self.levels.last().expect("the best level is there").ticks;
            let gap = whole(gap(self.levels.len(), last) * chance.skewed()).max(1);
            let ticks = match self.side {
                Side::Buy => last - gap,
                Side::Sell => last + gap,
            };
            if ticks <= 0 {
                break;
            }
            let level = self.draw(self.levels.len(), ticks, chance);
            self.levels.push(level);
        }
    }

    /// The level that goes when there is one too many: a far one that stands close behind another,
    /// or the last.
    fn most_dispensable(&self) -> usize {
        let is_crowded = |index: &usize| {
            let [before, level] = [self.levels[index - 1].ticks, self.levels[*index].ticks];
            real((level - before).abs()) < CROWDED * gap(*index, level)
        };
        let last = self.levels.len() - 1;
        (NEAR..last).find(is_crowded).unwrap_or(last)
    }

    /// From now on there is `part` of what there usually is.
    pub(super) fn thin(&mut self, part: f64) {
        assert!(0.0 < part, "a book without anything is none");
        let factor = part / self.thickness;
        self.thickness = part;
        for level in &mut self.levels {
            let lots = real(level.quantity.units() / self.lot.units()) * factor;
            level.quantity = lots_of(lots, self.lot);
            self.changed.insert(level.ticks, level.quantity);
        }
    }

    /// Makes sure that the best level offers `quantity`.
    pub(super) fn have(&mut self, quantity: Quantity) {
        let level = &mut self.levels[0];
        level.quantity = level.quantity.max(quantity);
        self.changed.insert(level.ticks, level.quantity);
    }

    /// Takes up to `quantity` from the best level. The last level is never taken away.
    pub(super) fn take_best(&mut self, quantity: Quantity) -> (Price, Quantity) {
        let is_last = self.levels.len() == 1;
        let level = &mut self.levels[0];
        let taken = quantity.min(level.quantity);
        let price = price(level.ticks, self.tick);
        if taken < level.quantity || is_last {
            level.quantity = (level.quantity - taken).max(self.lot);
            self.changed.insert(level.ticks, level.quantity);
        } else {
            self.changed.insert(level.ticks, Quantity::ZERO);
            self.levels.remove(0);
        }
        (price, taken)
    }

    /// What `part` of a value buys at the best price, at least the smallest order.
    pub(super) fn quantity_worth(&self, part: f64, value: Amount) -> Quantity {
        self.quantity(part, value, self.levels[0].ticks).max(self.quantity_min)
    }

    /// The levels that changed since this was last asked, best first.
    pub(super) fn take_changes(&mut self) -> Vec<BookLevel> {
        let changed = std::mem::take(&mut self.changed).into_iter();
        let level = |(ticks, quantity)| BookLevel { price: price(ticks, self.tick), quantity };
        match self.side {
            Side::Buy => changed.rev().map(level).collect(),
            Side::Sell => changed.map(level).collect(),
        }
    }

    fn is_better(&self, ticks: i64, than: i64) -> bool {
        match self.side {
            Side::Buy => than < ticks,
            Side::Sell => ticks < than,
        }
    }

    fn draw(&mut self, index: usize, ticks: i64, chance: &mut Chance) -> Level {
        let part = chance.skewed() * growth(index) * self.thickness;
        let quantity = self.quantity(part, self.level_value, ticks);
        self.changed.insert(ticks, quantity);
        Level { ticks, quantity }
    }

    fn quantity(&self, part: f64, value: Amount, ticks: i64) -> Quantity {
        worth(part, value, ticks, (self.tick, self.lot))
    }
}

/// What `part` of a value buys at a price.
pub(super) fn quantity_worth(part: f64, value: Amount, ticks: i64, rules: &PairRules) -> Quantity {
    worth(part, value, ticks, (rules.tick, rules.lot))
}

fn worth(part: f64, value: Amount, ticks: i64, (tick, lot): (Price, Quantity)) -> Quantity {
    lots_of(part * value.to_f64() / (real(ticks) * tick.to_f64()) / lot.to_f64(), lot)
}

/// So many lots, at least one.
fn lots_of(lots: f64, lot: Quantity) -> Quantity {
    let lots = whole(lots).clamp(1, i64::MAX / 2 / lot.units());
    Quantity::from_units(lots * lot.units())
}

/// The mean gap before a level, in ticks.
fn gap(index: usize, ticks: i64) -> f64 {
    real(ticks) * GAP * growth(index)
}

/// How many times as large, and as far from the one before it, a level is as those near the best.
fn growth(index: usize) -> f64 {
    let near = i64::try_from(NEAR).expect("ten");
    let index = i64::try_from(index).unwrap_or(i64::MAX).max(near);
    (real(index) / real(near)).sqrt().min(GROWTH_MAX)
}

fn price(ticks: i64, tick: Price) -> Price {
    Price::from_units(ticks.checked_mul(tick.units()).expect("a price fits 64 bits"))
}

#[cfg(test)]
mod tests;
