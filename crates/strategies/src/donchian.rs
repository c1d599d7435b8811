//! Donchian breakout: long above the highest price of the last candles, flat below the lowest.

use trading_engine::{Exits, RestoreError, Strategy, View, Wish};
use trading_types::Candle;

use crate::{
    catalog::BuiltIn,
    indicators::DonchianChannel,
    settings::{BuildError, Given, PERIOD, Setting},
    state,
};

const ENTRY: Setting = Setting {
    name: "entry",
    default: "20",
    meaning: "candles whose highest price a close must exceed to enter",
    kind: PERIOD,
};
const EXIT: Setting = Setting {
    name: "exit",
    default: "10",
    meaning: "candles whose lowest price a close must undercut to leave",
    kind: PERIOD,
};

/// Its row in the catalog.
pub(crate) const BUILT_IN: BuiltIn = BuiltIn {
    name: "donchian",
    summary: "buy when the price breaks out upward, sell when it breaks out downward",
    settings: &[ENTRY, EXIT],
    build: from_given,
};

/// Wishes to be long when a close is strictly above the highest high of the `entry` candles before
/// it, and to be flat when a close is strictly below the lowest low of the `exit` candles before
/// it. In between, and when a close equals one of the two, it wishes for nothing. Both at once
/// cannot happen: no high is below a low. The comparisons are exact.
///
/// Until both channels are warm it wishes for nothing.
#[derive(Clone, Debug)]
pub struct Donchian {
    entry: DonchianChannel,
    exit: DonchianChannel,
}

impl Donchian {
    /// Enters on a breakout from `entry` candles and leaves on one from `exit` candles.
    pub fn new(entry: usize, exit: usize) -> Result<Self, BuildError> {
        let channel = |setting: &Setting, period| {
            DonchianChannel::new(period).map_err(|_| setting.out_of_range(&period))
        };
        Ok(Self { entry: channel(&ENTRY, entry)?, exit: channel(&EXIT, exit)? })
    }
}

fn from_given(given: &Given<'_>) -> Result<Box<dyn Strategy>, BuildError> {
    Ok(Box::new(Donchian::new(given.count(&ENTRY)?, given.count(&EXIT)?)?))
}

impl Strategy for Donchian {
    fn name(&self) -> &str {
        BUILT_IN.name
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![ENTRY.with(&self.entry.period()), EXIT.with(&self.exit.period())]
    }

    /// One candle more than the longer channel: the one that breaks out of it.
    fn warm_up(&self) -> usize {
        self.entry.warm_up().max(self.exit.warm_up()) + 1
    }

    fn handle_candle(&mut self, candle: &Candle, _view: &View) -> Wish {
        let before = (self.entry.value(), self.exit.value());
        self.entry.update(candle);
        self.exit.update(candle);
        let (Some(entry), Some(exit)) = before else { return Wish::Nothing };
        if entry.highest < candle.close {
            Wish::BeLong(Exits::default())
        } else if candle.close < exit.lowest {
            Wish::BeFlat
        } else {
            Wish::Nothing
        }
    }

    fn save(&self) -> Vec<u8> {
        state::save(self, &(&self.entry, &self.exit))
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), RestoreError> {
        let (entry, exit): (DonchianChannel, DonchianChannel) = state::restore(self, bytes)?;
        state::check_period(self, entry.period(), self.entry.period())?;
        state::check_period(self, exit.period(), self.exit.period())?;
        (self.entry, self.exit) = (entry, exit);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
