//! Exits for strategies that have none of their own: a stop below the entry, a target above it.

use trading_engine::{Exits, RestoreError, Strategy, View, Wish};
use trading_types::{Candle, Price};

use crate::{
    distance::Distance,
    indicators::{AverageTrueRange, IndicatorError},
    state,
};

/// The setting that adds a stop to any strategy: a distance below the close.
pub const STOP: &str = "stop";
/// The setting that adds a target to any strategy: a distance above the close.
pub const TAKE_PROFIT: &str = "take_profit";

/// Which exits to add, and how far from the close.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Protection {
    /// How far below the close the stop is.
    pub stop: Option<Distance>,
    /// How far above the close the target is.
    pub target: Option<Distance>,
}

/// Why a strategy cannot be protected like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtectionError {
    /// The stop would be at or below zero whatever the close.
    #[error("a stop {0} below the close can never be reached; give less than 100%")]
    StopAtZero(Distance),
    /// Prices cannot be multiples of this.
    #[error("the price step {0} is not above zero; take it from the rules of the pair")]
    TickNotPositive(Price),
}

/// Another strategy, whose wishes to be long get a stop, a target or both where they have none.
///
/// The stop is the close less its distance, rounded down to the tick of the pair; the target is
/// the close plus its distance, rounded up. They are worked out anew at each candle; of a row of
/// wishes to be long, it is the first whose exits count.
///
/// It wishes for nothing where the other strategy wishes to be long and a stop would be at or
/// below zero or not below the close, or a target not above the close or too high for a price: a
/// position that cannot be protected as asked is not entered. Until all average true ranges it
/// needs are warm it wishes for nothing at all, though the other strategy sees every candle. All
/// other wishes are passed on as they are.
pub struct Protected {
    inner: Box<dyn Strategy>,
    stop: Option<Guard>,
    target: Option<Guard>,
    tick: Price,
}

/// A distance, with the range it is measured in.
struct Guard {
    distance: Distance,
    range: Option<AverageTrueRange>,
}

/// The stored form: the inner state and both ranges.
type Stored = (Vec<u8>, Option<AverageTrueRange>, Option<AverageTrueRange>);

impl Protected {
    /// Adds `protection` to `inner`; `tick` is what prices of the pair's orders are multiples of.
    pub fn new(
        inner: Box<dyn Strategy>,
        protection: Protection,
        tick: Price,
    ) -> Result<Self, ProtectionError> {
        let Protection { stop, target } = protection;
        if let Some(distance) = stop.filter(Distance::reaches_zero) {
            return Err(ProtectionError::StopAtZero(distance));
        }
        if !tick.is_positive() {
            return Err(ProtectionError::TickNotPositive(tick));
        }
        Ok(Self { inner, stop: stop.map(Guard::new), target: target.map(Guard::new), tick })
    }

    fn guards(&self) -> impl Iterator<Item = &Guard> {
        self.stop.iter().chain(&self.target)
    }

    /// The exits of a wish to be long at `close`, with those filled in that it does not have. None
    /// when one of them cannot be.
    fn complete(&self, exits: Exits, close: Price) -> Option<Exits> {
        let stop = match (exits.stop, &self.stop) {
            (Some(own), _) => Some(own),
            (None, Some(guard)) => Some(self.stop_at(guard, close)?),
            (None, None) => None,
        };
        let target = match (exits.target, &self.target) {
            (Some(own), _) => Some(own),
            (None, Some(guard)) => Some(self.target_at(guard, close)?),
            (None, None) => None,
        };
        Some(Exits { stop, target })
    }

    fn stop_at(&self, guard: &Guard, close: Price) -> Option<Price> {
        let exact = i128::from(close.units()).checked_sub(guard.units(close)?)?;
        let tick = i128::from(self.tick.units());
        let stop = price(exact.div_euclid(tick).checked_mul(tick)?)?;
        (stop.is_positive() && stop < close).then_some(stop)
    }

    fn target_at(&self, guard: &Guard, close: Price) -> Option<Price> {
        let exact = i128::from(close.units()).checked_add(guard.units(close)?)?;
        let tick = i128::from(self.tick.units());
        // Rounding up is rounding the negative down.
        let target = price(exact.checked_neg()?.div_euclid(tick).checked_mul(-tick)?)?;
        (close < target).then_some(target)
    }
}

fn price(units: i128) -> Option<Price> {
    i64::try_from(units).ok().map(Price::from_units)
}

impl Guard {
    fn new(distance: Distance) -> Self {
        let range = distance.range_period().map(AverageTrueRange::new);
        let range = range.map(|range: Result<_, IndicatorError>| {
            range.expect("a distance has a period that indicators accept")
        });
        Self { distance, range }
    }

    fn warm_up(&self) -> usize {
        self.range.as_ref().map_or(0, AverageTrueRange::warm_up)
    }

    fn is_warm(&self) -> bool {
        self.range.as_ref().is_none_or(|range| range.value().is_some())
    }

    fn update(&mut self, candle: &Candle) {
        if let Some(range) = &mut self.range {
            range.update(candle);
        }
    }

    fn units(&self, close: Price) -> Option<i128> {
        self.distance.units(close, self.range.as_ref().and_then(AverageTrueRange::value))
    }
}

impl Strategy for Protected {
    fn name(&self) -> &str {
        self.inner.name()
    }

    /// The inner strategy's, then [`STOP`] and [`TAKE_PROFIT`] where given.
    fn settings(&self) -> Vec<(&'static str, String)> {
        let mut settings = self.inner.settings();
        let named = [(STOP, &self.stop), (TAKE_PROFIT, &self.target)];
        for (name, guard) in named {
            settings.extend(guard.iter().map(|guard| (name, guard.distance.to_string())));
        }
        settings
    }

    fn warm_up(&self) -> usize {
        self.guards().map(Guard::warm_up).fold(self.inner.warm_up(), usize::max)
    }

    fn handle_candle(&mut self, candle: &Candle, view: &View) -> Wish {
        for guard in self.stop.iter_mut().chain(&mut self.target) {
            guard.update(candle);
        }
        let wish = self.inner.handle_candle(candle, view);
        if !self.guards().all(Guard::is_warm) {
            return Wish::Nothing;
        }
        match wish {
            Wish::BeLong(exits) => {
                self.complete(exits, candle.close).map_or(Wish::Nothing, Wish::BeLong)
            }
            Wish::Nothing | Wish::BeFlat | Wish::Add(_) | Wish::BeLongOn(_) | Wish::Keep(_) => wish,
        }
    }

    fn save(&self) -> Vec<u8> {
        let range = |guard: &Option<Guard>| guard.as_ref().and_then(|guard| guard.range.clone());
        state::save(self, &(self.inner.save(), range(&self.stop), range(&self.target)))
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), RestoreError> {
        let (inner, stop, target): Stored = state::restore(self, bytes)?;
        for (guard, range) in [(&self.stop, &stop), (&self.target, &target)] {
            let expected = guard.as_ref().and_then(|guard| guard.distance.range_period());
            let stored = range.as_ref().map(AverageTrueRange::period);
            state::check_period(self, stored, expected)?;
        }
        self.inner.restore(&inner)?;
        for (guard, range) in [(&mut self.stop, stop), (&mut self.target, target)] {
            if let Some(guard) = guard {
                guard.range = range;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
