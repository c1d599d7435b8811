//! The Donchian channel: the highest high and the lowest low of the last n candles.

use serde::{Deserialize, Serialize};
use trading_types::{Candle, Price};

use super::{
    IndicatorError, StoredStateError,
    extreme::{End, Extreme},
};

/// The range of the last `period` candles, the newest included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct DonchianChannel {
    highest: Extreme,
    lowest: Extreme,
}

type Stored = (Extreme, Extreme);

/// The two exact prices between which everything traded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channel {
    /// The highest high.
    pub highest: Price,
    /// The lowest low.
    pub lowest: Price,
}

impl DonchianChannel {
    /// A channel over `period` candles, which has seen none.
    pub fn new(period: usize) -> Result<Self, IndicatorError> {
        Ok(Self {
            highest: Extreme::new(End::Highest, period)?,
            lowest: Extreme::new(End::Lowest, period)?,
        })
    }

    /// Takes the next candle.
    pub fn update(&mut self, candle: &Candle) {
        self.highest.update(candle.high);
        self.lowest.update(candle.low);
    }

    /// The channel.
    pub fn value(&self) -> Option<Channel> {
        Some(Channel { highest: self.highest.value()?, lowest: self.lowest.value()? })
    }

    /// How many candles it looks at.
    pub fn period(&self) -> usize {
        self.highest.period()
    }

    /// How many candles it must see before it has a value: its period.
    pub fn warm_up(&self) -> usize {
        self.period()
    }
}

impl TryFrom<Stored> for DonchianChannel {
    type Error = StoredStateError;

    fn try_from((highest, lowest): Stored) -> Result<Self, StoredStateError> {
        let refused = |reason| Err(StoredStateError::inconsistent("Donchian channel", reason));
        if (highest.end(), lowest.end()) != (End::Highest, End::Lowest) {
            return refused("its two ends are not a highest and a lowest");
        }
        if (highest.period(), highest.seen()) != (lowest.period(), lowest.seen()) {
            return refused("its two ends did not see the same candles");
        }
        Ok(Self { highest, lowest })
    }
}

impl From<DonchianChannel> for Stored {
    fn from(channel: DonchianChannel) -> Self {
        (channel.highest, channel.lowest)
    }
}

#[cfg(test)]
mod tests;
