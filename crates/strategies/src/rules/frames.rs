//! Candles of higher time frames, put together out of the candles a strategy is shown.
//!
//! A higher candle is over when the candle that ends with it closes, or, where that one is missing,
//! when the next one does. Until then nobody sees anything of it. The very first one counts only
//! if it was seen from its beginning.

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Candle, Timestamp};

/// Puts the candles of one higher frame together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HigherCandles {
    /// Seconds of a candle of the base frame, and of one of this frame.
    base: u64,
    length: u64,
    /// The number of the higher candle that the last candle belonged to, counted from the epoch.
    number: Option<u64>,
    /// What is known of that one; nothing if it is over, or if its beginning was not seen.
    begun: Option<Candle>,
}

impl HigherCandles {
    /// Candles of `length` seconds out of such of `base` seconds.
    pub(super) fn new(base: u64, length: u64) -> Self {
        Self { base, length, number: None, begun: None }
    }

    /// Whether it is the same frame as another one.
    pub(super) fn fits(&self, other: &Self) -> bool {
        (self.base, self.length) == (other.base, other.length)
    }

    /// Takes the next candle; the higher candles that are over now, the earlier one first.
    pub(super) fn add(&mut self, candle: &Candle) -> [Option<Candle>; 2] {
        let seconds = candle.start.seconds();
        let number = seconds / self.length;
        let start = number * self.length;
        let (mut before, known) = (None, self.number.replace(number));
        if known == Some(number) {
            self.begun = self.begun.map(|begun| joined(begun, candle));
        } else {
            let is_whole = known.is_some() || seconds == start;
            let start = Timestamp::from_seconds(start).unwrap_or(candle.start);
            before = self.begun.take();
            self.begun = is_whole.then_some(Candle { start, ..*candle });
        }
        let is_over = start.saturating_add(self.length) <= seconds.saturating_add(self.base);
        [before, if is_over { self.begun.take() } else { None }]
    }
}

/// A candle that goes on.
fn joined(begun: Candle, candle: &Candle) -> Candle {
    let volume = begun.volume.units().saturating_add(candle.volume.units());
    Candle {
        start: begun.start,
        open: begun.open,
        high: begun.high.max(candle.high),
        low: begun.low.min(candle.low),
        close: candle.close,
        volume: Amount::from_units(volume),
        trades: begun.trades.saturating_add(candle.trades),
    }
}
