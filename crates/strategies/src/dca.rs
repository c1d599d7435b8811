//! Cost averaging: buy for the same amount at regular intervals, whatever the price.

use trading_engine::{RestoreError, Strategy, View, Wish};
use trading_types::{Amount, Candle};

use crate::{
    catalog::BuiltIn,
    indicators::PERIOD_MAX,
    settings::{BuildError, Given, Setting, SettingKind},
    state,
};

const EVERY: Setting = Setting {
    name: "every",
    default: "24",
    meaning: "candles from one purchase to the next",
    kind: SettingKind::Count { min: 1, max: PERIOD_MAX },
};
const AMOUNT: Setting = Setting {
    name: "amount",
    default: "100",
    meaning: "quote asset to spend on each purchase",
    kind: SettingKind::Amount {
        // A hundred-millionth up to a million millions.
        min: Amount::from_units(10_i128.pow(10)),
        max: Amount::from_units(10_i128.pow(30)),
    },
};

/// Its row in the catalog.
pub(crate) const BUILT_IN: BuiltIn = BuiltIn {
    name: "dca",
    summary: "buy for the same amount at regular intervals and never sell",
    settings: &[EVERY, AMOUNT],
    build: from_given,
};

/// Wishes to buy for `amount` at every `every`-th candle, the first time at candle number `every`.
/// At all other candles it wishes for nothing. It counts candles, not hours: an interval in which
/// nothing traded has no candle and is not counted.
#[derive(Clone, Debug)]
pub struct Dca {
    every: usize,
    amount: Amount,
    /// Candles since the last purchase, below `every`.
    waited: usize,
}

impl Dca {
    /// Buys for `amount`, in quote asset, at every `every`-th candle.
    pub fn new(every: usize, amount: Amount) -> Result<Self, BuildError> {
        let (every, amount) = (EVERY.check_count(every)?, AMOUNT.check_amount(amount)?);
        Ok(Self { every, amount, waited: 0 })
    }
}

fn from_given(given: &Given<'_>) -> Result<Box<dyn Strategy>, BuildError> {
    Ok(Box::new(Dca::new(given.count(&EVERY)?, given.amount(&AMOUNT)?)?))
}

impl Strategy for Dca {
    fn name(&self) -> &str {
        BUILT_IN.name
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![EVERY.with(&self.every), AMOUNT.with(&self.amount)]
    }

    fn warm_up(&self) -> usize {
        self.every
    }

    fn handle_candle(&mut self, _candle: &Candle, _view: &View) -> Wish {
        self.waited += 1;
        if self.waited < self.every {
            return Wish::Nothing;
        }
        self.waited = 0;
        Wish::Add(self.amount)
    }

    fn save(&self) -> Vec<u8> {
        state::save(self, &self.waited)
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), RestoreError> {
        let waited: usize = state::restore(self, bytes)?;
        if self.every <= waited {
            let reason = format!("it waited {waited} candles of {}", self.every);
            return Err(state::refused(self, reason));
        }
        self.waited = waited;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
