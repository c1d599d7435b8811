//! Moving-average cross: long while the fast average is above the slow one.

use std::cmp::Ordering;

use trading_engine::{Exits, RestoreError, Strategy, View, Wish};
use trading_types::Candle;

use crate::{
    catalog::BuiltIn,
    indicators::SimpleMovingAverage,
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
    fast: SimpleMovingAverage,
    slow: SimpleMovingAverage,
}

impl SmaCross {
    /// Averages over `fast` and `slow` closes, where `fast` is below `slow`.
    pub fn new(fast: usize, slow: usize) -> Result<Self, BuildError> {
        let average = |setting: &Setting, period| {
            SimpleMovingAverage::new(period).map_err(|_| setting.out_of_range(&period))
        };
        let (fast, slow) = (average(&FAST, fast)?, average(&SLOW, slow)?);
        if slow.period() <= fast.period() {
            let low = FAST.with(&fast.period());
            return Err(Relation::Below.broken(low, SLOW.with(&slow.period())));
        }
        Ok(Self { fast, slow })
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
        vec![FAST.with(&self.fast.period()), SLOW.with(&self.slow.period())]
    }

    fn warm_up(&self) -> usize {
        self.slow.warm_up()
    }

    #[inline]
    fn handle_candle(&mut self, candle: &Candle, _view: &View) -> Wish {
        self.fast.update(candle.close);
        self.slow.update(candle.close);
        match self.fast.compare(&self.slow) {
            None => Wish::Nothing,
            Some(Ordering::Greater) => Wish::BeLong(Exits::default()),
            Some(Ordering::Equal | Ordering::Less) => Wish::BeFlat,
        }
    }

    fn save(&self) -> Vec<u8> {
        state::save(self, &(&self.fast, &self.slow))
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), RestoreError> {
        let (fast, slow): (SimpleMovingAverage, SimpleMovingAverage) = state::restore(self, bytes)?;
        state::check_period(self, fast.period(), self.fast.period())?;
        state::check_period(self, slow.period(), self.slow.period())?;
        (self.fast, self.slow) = (fast, slow);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
