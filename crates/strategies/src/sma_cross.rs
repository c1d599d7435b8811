//! Moving-average cross: long while the fast average is above the slow one.

use trading_engine::{Exits, RestoreError, Strategy, View, Wish};
use trading_types::{Candle, Price};

use crate::{
    catalog::BuiltIn,
    indicators::window::Window,
    settings::{BuildError, Given, PERIOD, Relation, Setting},
    state,
};

const FAST: Setting = Setting {
    name: "fast",
    default: "20",
    meaning: "candles in the fast average, fewer than in the slow one",
    kind: PERIOD,
};
const SLOW: Setting =
    Setting { name: "slow", default: "50", meaning: "candles in the slow average", kind: PERIOD };

/// Its row in the catalog.
pub(crate) const BUILT_IN: BuiltIn = BuiltIn {
    name: "sma_cross",
    summary: "hold while the fast moving average is above the slow one",
    settings: &[FAST, SLOW],
    build: from_given,
};

/// Wishes to be long while the simple moving average of the last `fast` closes is strictly above
/// that of the last `slow` closes, and flat otherwise. A tie is flat. The comparison is exact.
///
/// Until the slow average is warm it wishes for nothing.
#[derive(Clone, Debug)]
pub struct SmaCross {
    fast: Window<Price>,
    slow: Window<Price>,
    /// The fast sum times the slow period less the slow sum times the fast period, in units of the
    /// price: above zero where the fast average is above the slow one. At most 10^10 × 2^63.
    lead: i128,
    /// How often a price counts in it that enters both averages, that falls out of the slow one,
    /// and that falls out of the fast one.
    weights: [i64; 3],
}

impl SmaCross {
    /// Averages over `fast` and `slow` closes, where `fast` is below `slow`.
    pub fn new(fast: usize, slow: usize) -> Result<Self, BuildError> {
        let window = |setting: &Setting, period| {
            Window::new(period).map_err(|_| setting.out_of_range(&period))
        };
        let (fast, slow) = (window(&FAST, fast)?, window(&SLOW, slow)?);
        if slow.length() <= fast.length() {
            let low = FAST.with(&fast.length());
            return Err(Relation::Below.broken(low, SLOW.with(&slow.length())));
        }
        Ok(Self::of(fast, slow))
    }

    /// What follows from the windows.
    fn of(fast: Window<Price>, slow: Window<Price>) -> Self {
        let length = |window: &Window<Price>| {
            i64::try_from(window.length()).expect("a period is at most PERIOD_MAX")
        };
        let sum = |window: &Window<Price>| -> i128 {
            window.iter().map(|price| i128::from(price.units())).sum()
        };
        let (of_fast, of_slow) = (length(&fast), length(&slow));
        let lead = sum(&fast) * i128::from(of_slow) - sum(&slow) * i128::from(of_fast);
        Self { fast, slow, lead, weights: [of_slow - of_fast, of_fast, -of_slow] }
    }
}

fn from_given(given: &Given<'_>) -> Result<Box<dyn Strategy>, BuildError> {
    Ok(Box::new(SmaCross::new(given.count(&FAST)?, given.count(&SLOW)?)?))
}

impl Strategy for SmaCross {
    fn name(&self) -> &str {
        BUILT_IN.name
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![FAST.with(&self.fast.length()), SLOW.with(&self.slow.length())]
    }

    fn warm_up(&self) -> usize {
        self.slow.length()
    }

    #[inline]
    fn handle_candle(&mut self, candle: &Candle, _view: &View) -> Wish {
        let Self { fast, slow, lead, weights } = self;
        let pushed = |window: &mut Window<Price>| window.push(candle.close).unwrap_or(Price::ZERO);
        let (from_fast, from_slow) = (pushed(fast), pushed(slow));
        let times = |price: Price, weight: i64| i128::from(price.units()) * i128::from(weight);
        *lead += times(candle.close, weights[0])
            + times(from_slow, weights[1])
            + times(from_fast, weights[2]);
        if !slow.is_full() {
            return Wish::Nothing;
        }
        if 0 < *lead { Wish::BeLong(Exits::default()) } else { Wish::BeFlat }
    }

    /// The windows are all there is to know.
    fn save(&self) -> Vec<u8> {
        state::save(self, &(&self.fast, &self.slow))
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), RestoreError> {
        let (fast, slow): (Window<Price>, Window<Price>) = state::restore(self, bytes)?;
        state::check_period(self, fast.length(), self.fast.length())?;
        state::check_period(self, slow.length(), self.slow.length())?;
        if fast.count() != slow.count().min(fast.length()) {
            let reason = "its averages have not seen the same candles";
            return Err(state::refused(self, reason.to_owned()));
        }
        *self = Self::of(fast, slow);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
