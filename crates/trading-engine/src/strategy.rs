//! The one trait a strategy implements. It sees the market and its own position, and utters
//! wishes; it cannot reach the venue.

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Candle, Price, Quantity, Timestamp};

use crate::terms::Terms;

/// Decides, candle by candle, what position it would like to have.
///
/// A strategy must be a pure function of the candles and views it was given: no clock, no chance.
/// Its state can be stored and restored, so that a restart goes on where it stopped. It may move
/// to another thread, so that many can be tried at once.
pub trait Strategy: Send {
    /// Its name, as the command line knows it.
    fn name(&self) -> &str;

    /// Its settings as texts, for reports and for the journal's header, in a fixed order.
    fn settings(&self) -> Vec<(&'static str, String)>;

    /// How many candles it must see before its first wish can be anything but
    /// [`Wish::Nothing`]. While it warms up it must wish for nothing.
    fn warm_up(&self) -> usize;

    /// Looks at a closed candle.
    fn handle_candle(&mut self, candle: &Candle, view: &View) -> Wish;

    /// Its state, to be given to [`Strategy::restore`] later.
    fn save(&self) -> Vec<u8>;

    /// Takes up a state that [`Strategy::save`] of the same strategy with the same settings gave.
    fn restore(&mut self, state: &[u8]) -> Result<(), RestoreError>;
}

/// What a strategy may know of its own account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// The moment the candle closed.
    pub now: Timestamp,
    /// Base asset it holds.
    pub position: Quantity,
    /// What it paid for that per unit on average, fees not included.
    pub entry_price: Option<Price>,
    /// Quote asset that is free to spend.
    pub cash_free: Amount,
    /// What everything would be worth if sold now, in quote asset.
    pub equity: Amount,
}

/// What a strategy would like. Wishing the same again changes nothing: one uninterrupted row of
/// [`Wish::BeLong`] or [`Wish::BeLongOn`] is one signal, and one signal enters at most once. After
/// a stop the strategy has to wish to be flat, or to keep what there is, before it can enter again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wish {
    /// Leave everything as it is.
    Nothing,
    /// Hold a position, its size chosen by the engine.
    BeLong(Exits),
    /// Hold nothing.
    BeFlat,
    /// Buy for this much quote asset on top of what is held. Each such wish is a signal of its own.
    Add(Amount),
    /// Hold a position on these terms.
    BeLongOn(Terms),
    /// Keep what is held, its stop raised to this price if it is below. A row of wishes to be long
    /// ends here: the next one is a signal of its own.
    Keep(Option<Price>),
}

/// Where a position is given up besides at a signal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exits {
    /// A loss is taken at this price: an order that rests at the venue.
    pub stop: Option<Price>,
    /// A profit is taken at this price: watched by the engine.
    pub target: Option<Price>,
}

/// A stored state that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stored state is not one of {strategy} with these settings ({reason})")]
pub struct RestoreError {
    /// The strategy that was to take it up.
    pub strategy: String,
    /// What does not fit.
    pub reason: String,
}
