//! Mean reversion by Bollinger bands: long below the lower band, flat above the middle.

use std::cmp::Ordering;

use trading_engine::{Exits, RestoreError, Strategy, View, Wish};
use trading_types::{Candle, Fraction};

use crate::{
    catalog::BuiltIn,
    indicators::{BollingerBands, DEVIATIONS_MAX},
    settings::{BuildError, Given, PERIOD, Setting, SettingKind},
    state,
};

const LENGTH: Setting =
    Setting { name: "period", default: "20", meaning: "closes in the middle line", kind: PERIOD };
const DEVIATIONS: Setting = Setting {
    name: "deviations",
    default: "2",
    meaning: "standard deviations from the middle line to the lower band",
    kind: SettingKind::Decimal { min: Fraction::from_units(1), max: DEVIATIONS_MAX },
};

/// Its row in the catalog.
pub(crate) const BUILT_IN: BuiltIn = BuiltIn {
    name: "bollinger",
    summary: "buy below the lower Bollinger band, sell above the middle line",
    settings: &[LENGTH, DEVIATIONS],
    build: from_given,
};

/// Wishes to be long when the close is strictly below the lower band, and to be flat when it is
/// strictly above the middle line. In between, and when it equals one of the two, it wishes for
/// nothing; so it does in a market that does not move, where all lines meet in the price. The
/// close is itself among the closes that make the bands. The comparison with the middle is exact.
///
/// Until the bands are warm it wishes for nothing.
#[derive(Clone, Debug)]
pub struct Bollinger {
    bands: BollingerBands,
}

impl Bollinger {
    /// Bands of `period` closes, `deviations` standard deviations wide to each side.
    pub fn new(period: usize, deviations: Fraction) -> Result<Self, BuildError> {
        let deviations = DEVIATIONS.check_decimal(deviations)?;
        let bands = BollingerBands::new(period, deviations);
        Ok(Self { bands: bands.map_err(|_| LENGTH.out_of_range(&period))? })
    }
}

fn from_given(given: &Given<'_>) -> Result<Box<dyn Strategy>, BuildError> {
    let period = given.count(&LENGTH)?;
    Ok(Box::new(Bollinger::new(period, given.decimal(&DEVIATIONS)?)?))
}

impl Strategy for Bollinger {
    fn name(&self) -> &str {
        BUILT_IN.name
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![LENGTH.with(&self.bands.period()), DEVIATIONS.with(&self.bands.deviations())]
    }

    fn warm_up(&self) -> usize {
        self.bands.warm_up()
    }

    fn handle_candle(&mut self, candle: &Candle, _view: &View) -> Wish {
        self.bands.update(candle.close);
        let is_below_lower = self.bands.is_below_lower(candle.close);
        let middle = self.bands.compare_to_middle(candle.close);
        if is_below_lower == Some(true) {
            Wish::BeLong(Exits::default())
        } else if middle == Some(Ordering::Greater) {
            Wish::BeFlat
        } else {
            Wish::Nothing
        }
    }

    fn save(&self) -> Vec<u8> {
        state::save(self, &self.bands)
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), RestoreError> {
        let bands: BollingerBands = state::restore(self, bytes)?;
        let stored = (bands.period(), bands.deviations());
        state::check_period(self, stored, (self.bands.period(), self.bands.deviations()))?;
        self.bands = bands;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
