//! A strategy that trades often and knows nothing: long for some candles, flat for some.

use trading_engine::{Exits, RestoreError, Strategy, View, Wish};
use trading_types::{Candle, Fraction, Price, Rounding};

/// Holds for `hold` candles, rests for `rest`, with a stop this far below.
pub(crate) struct Churn {
    pub(crate) hold: u32,
    pub(crate) rest: u32,
    pub(crate) tick: Price,
    pub(crate) seen: u32,
}

impl Strategy for Churn {
    fn name(&self) -> &'static str {
        "churn"
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![("hold", self.hold.to_string()), ("rest", self.rest.to_string())]
    }

    fn warm_up(&self) -> usize {
        0
    }

    fn handle_candle(&mut self, candle: &Candle, _: &View) -> Wish {
        let at = self.seen % (self.hold + self.rest);
        self.seen += 1;
        if self.hold <= at {
            return Wish::BeFlat;
        }
        let below = candle.close.moved_by(-Fraction::from_basis_points(200), Rounding::Down);
        let stop = Some(below.round_to(self.tick, Rounding::Down));
        Wish::BeLong(Exits { stop, target: None })
    }

    fn save(&self) -> Vec<u8> {
        self.seen.to_le_bytes().to_vec()
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), RestoreError> {
        self.seen = u32::from_le_bytes(state.try_into().expect("four bytes"));
        Ok(())
    }
}
