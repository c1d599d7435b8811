//! One side of the model's book: ten levels that follow the best price.
#![expect(clippy::float_arithmetic, reason = "the model is an opinion, not money")]

use std::collections::BTreeMap;

use trading_types::{Amount, BookLevel, Price, Quantity, Side};

use super::{
    MarketModelSettings,
    chance::Chance,
    fair_price::{real, whole},
};

/// Levels on a side.
const LEVELS: usize = 10;
/// The mean gap between levels, as a part of the price: two hundredths of a percent.
const GAP: f64 = 0.000_2;

/// The levels of one side, best first.
#[derive(Clone, Debug)]
pub(super) struct Ladder {
    side: Side,
    tick: Price,
    lot: Quantity,
    quantity_min: Quantity,
    level_value: Amount,
    levels: Vec<Level>,
    /// Levels that changed, by price in ticks, and what they offer now.
    changed: BTreeMap<i64, Quantity>,
}

#[derive(Clone, Copy, Debug)]
struct Level {
    ticks: i64,
    quantity: Quantity,
}

impl Ladder {
    pub(super) fn new(side: Side, settings: &MarketModelSettings) -> Self {
        let MarketModelSettings { rules, level_value, .. } = settings;
        Self {
            side,
            tick: rules.tick,
            lot: rules.lot,
            quantity_min: rules.quantity_min,
            level_value: *level_value,
            levels: Vec::with_capacity(LEVELS + 1),
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
            let level = self.draw(best, chance);
            self.levels.insert(0, level);
        }
        for level in self.levels.drain(LEVELS.min(self.levels.len())..) {
            self.changed.insert(level.ticks, Quantity::ZERO);
        }
        while self.levels.len() < LEVELS {
            let last = self.levels.last().expect("the best level is there").ticks;
            let gap = whole(real(last) * GAP * chance.skewed()).max(1);
            let ticks = match self.side {
                Side::Buy => last - gap,
                Side::Sell => last + gap,
            };
            if ticks <= 0 {
                break;
            }
            let level = self.draw(ticks, chance);
            self.levels.push(level);
        }
        let last = u64::try_from(self.levels.len() - 1).expect("ten levels");
        let index = usize::try_from(chance.between(0, last)).expect("ten levels");
        self.levels[index] = self.draw(self.levels[index].ticks, chance);
        // The best is always told: who took from it finds it whole again.
        let Level { ticks, quantity } = self.levels[0];
        self.changed.insert(ticks, quantity);
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

    fn draw(&mut self, ticks: i64, chance: &mut Chance) -> Level {
        let quantity = self.quantity(chance.skewed(), self.level_value, ticks);
        self.changed.insert(ticks, quantity);
        Level { ticks, quantity }
    }

    fn quantity(&self, part: f64, value: Amount, ticks: i64) -> Quantity {
        let lots = part * value.to_f64() / (real(ticks) * self.tick.to_f64()) / self.lot.to_f64();
        let lots = whole(lots).clamp(1, i64::MAX / 2 / self.lot.units());
        Quantity::from_units(lots * self.lot.units())
    }
}

fn price(ticks: i64, tick: Price) -> Price {
    Price::from_units(ticks.checked_mul(tick.units()).expect("a price fits 64 bits"))
}

#[cfg(test)]
mod tests;
