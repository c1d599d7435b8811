//! A strategy that has seen what came before its window, and trades from its first candle on.
//!
//! The one invariant: before the window it wishes for nothing, from then on exactly what the
//! strategy inside wishes for.

use trading_engine::{RestoreError, Strategy, View, Wish};
use trading_types::{Candle, Timestamp};

pub(crate) struct Warmed {
    inside: Box<dyn Strategy>,
    from: Timestamp,
}

impl Warmed {
    /// `inside`, trading at the close of candles that begin at `from` or later.
    pub(crate) fn new(inside: Box<dyn Strategy>, from: Timestamp) -> Self {
        Self { inside, from }
    }
}

impl Strategy for Warmed {
    fn name(&self) -> &str {
        self.inside.name()
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        self.inside.settings()
    }

    fn warm_up(&self) -> usize {
        self.inside.warm_up()
    }

    fn handle_candle(&mut self, candle: &Candle, view: &View) -> Wish {
        let wish = self.inside.handle_candle(candle, view);
        if candle.start < self.from { Wish::Nothing } else { wish }
    }

    fn save(&self) -> Vec<u8> {
        self.inside.save()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), RestoreError> {
        self.inside.restore(state)
    }
}
