//! What can be seen of a market: trades, best prices, book levels.

use serde::{Deserialize, Serialize};

use crate::{order::Side, pair::Pair, price::Price, quantity::Quantity, time::Timestamp};

/// Whether a trade's order rested on the book or took from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Liquidity {
    /// It rested; the other side came to it.
    Maker,
    /// It took what rested.
    Taker,
}

/// A trade between others, as the public feed shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trade {
    /// When it happened, by the venue's clock.
    pub time: Timestamp,
    /// At which price.
    pub price: Price,
    /// How much base asset.
    pub quantity: Quantity,
    /// What the taker did.
    pub taker_side: Side,
}

/// A price and how much rests there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookLevel {
    /// The price.
    pub price: Price,
    /// Base asset resting there; zero removes the level in an update.
    pub quantity: Quantity,
}

/// The best bid and ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The highest price somebody pays.
    pub bid: BookLevel,
    /// The lowest price somebody asks.
    pub ask: BookLevel,
}

impl Quote {
    /// The price halfway between bid and ask.
    pub fn mid(&self) -> Price {
        self.bid.price.midpoint(self.ask.price)
    }

    /// Whether it can be believed: bid below ask, both above zero.
    pub fn is_sane(&self) -> bool {
        self.bid.price.is_positive() && self.bid.price < self.ask.price
    }
}

/// A price the engine wants to hear of, should the market reach it before a candle closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceWatch {
    /// On which pair.
    pub pair: Pair,
    /// The price.
    pub price: Price,
    /// From which side it is reached.
    pub direction: Direction,
}

/// The way a price moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Up to the level or above it.
    Rising,
    /// Down to the level or below it.
    Falling,
}

/// A change of the book, or all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookUpdate {
    /// Whether the levels replace all that was known before.
    pub is_snapshot: bool,
    /// Changed buy levels.
    pub bids: Vec<BookLevel>,
    /// Changed sell levels.
    pub asks: Vec<BookLevel>,
}
