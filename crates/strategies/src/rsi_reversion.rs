//! Mean reversion by relative strength: long after too much falling, flat after too much rising.

use trading_engine::{Exits, RestoreError, Strategy, View, Wish};
use trading_types::{Candle, Fraction};

use crate::{
    catalog::BuiltIn,
    indicators::RelativeStrengthIndex,
    settings::{BuildError, Given, PERIOD, Relation, Setting, SettingKind},
    state,
};

/// The whole range of the index.
const INDEX: SettingKind = SettingKind::Decimal {
    min: Fraction::ZERO,
    max: Fraction::from_units(100 * Fraction::ONE.units()),
};
const LENGTH: Setting = Setting {
    name: "period",
    default: "14",
    meaning: "changes that seed the relative strength index",
    kind: PERIOD,
};
const LOW: Setting =
    Setting { name: "low", default: "30", meaning: "index below which to buy", kind: INDEX };
const HIGH: Setting =
    Setting { name: "high", default: "70", meaning: "index above which to sell", kind: INDEX };

/// Its row in the catalog.
pub(crate) const BUILT_IN: BuiltIn = BuiltIn {
    name: "rsi_reversion",
    summary: "buy when the relative strength index is low, sell when it is high",
    settings: &[LENGTH, LOW, HIGH],
    build: from_given,
};

/// Wishes to be long when the relative strength index is strictly below `low`, and to be flat when
/// it is strictly above `high`. In between, and when it equals one of the two, it wishes for
/// nothing. So it does in a market that does not move, which has no strength either way.
///
/// Until the index is warm it wishes for nothing.
#[derive(Clone, Debug)]
pub struct RsiReversion {
    index: RelativeStrengthIndex,
    low: Fraction,
    high: Fraction,
}

impl RsiReversion {
    /// An index seeded by `period` changes, and the bounds from 0 to 100 at which to act. `low` is
    /// at most `high`.
    pub fn new(period: usize, low: Fraction, high: Fraction) -> Result<Self, BuildError> {
        let index = RelativeStrengthIndex::new(period).map_err(|_| LENGTH.out_of_range(&period))?;
        let (low, high) = (LOW.check_decimal(low)?, HIGH.check_decimal(high)?);
        if high < low {
            return Err(Relation::AtMost.broken(LOW.with(&low), HIGH.with(&high)));
        }
        Ok(Self { index, low, high })
    }
}

fn from_given(given: &Given<'_>) -> Result<Box<dyn Strategy>, BuildError> {
    let period = given.count(&LENGTH)?;
    Ok(Box::new(RsiReversion::new(period, given.decimal(&LOW)?, given.decimal(&HIGH)?)?))
}

impl Strategy for RsiReversion {
    fn name(&self) -> &str {
        BUILT_IN.name
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![LENGTH.with(&self.index.period()), LOW.with(&self.low), HIGH.with(&self.high)]
    }

    fn warm_up(&self) -> usize {
        self.index.warm_up()
    }

    fn handle_candle(&mut self, candle: &Candle, _view: &View) -> Wish {
        self.index.update(candle.close);
        let Some(index) = self.index.value().filter(|_| self.index.has_moved()) else {
            return Wish::Nothing;
        };
        if index < self.low.to_f64() {
            Wish::BeLong(Exits::default())
        } else if self.high.to_f64() < index {
            Wish::BeFlat
        } else {
            Wish::Nothing
        }
    }

    fn save(&self) -> Vec<u8> {
        state::save(self, &self.index)
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), RestoreError> {
        let index: RelativeStrengthIndex = state::restore(self, bytes)?;
        state::check_period(self, index.period(), self.index.period())?;
        self.index = index;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
