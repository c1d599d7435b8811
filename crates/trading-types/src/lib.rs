//! The words every other crate speaks: exact numbers, pairs, orders, candles, and the two enums
//! through which the engine and a venue meet.
//!
//! **Law.** Nothing here reads a clock, a file or a random source, and money is an integer: a
//! [`Price`] times a [`Quantity`] is an [`Amount`] with nothing rounded and nothing that can
//! overflow. Text becomes a number exactly or is refused.
//!
//! A story in four lines. A [`VenueEvent`] arrives: a candle closed, an order was filled. The
//! engine thinks. A [`VenueCommand`] leaves: place this [`NewOrder`], cancel that one. Backtest,
//! paper, live and replay differ only in who fills in the first enum and who obeys the second.

pub mod amount;
pub mod candle;
pub mod command;
mod decimal;
pub mod event;
pub mod fees;
pub mod fraction;
pub mod ids;
pub mod kraken_pairs;
pub mod market;
pub mod order;
pub mod pair;
pub mod pair_rules;
pub mod price;
pub mod quantity;
pub mod refusal;
pub mod text;
pub mod time;
pub mod venue_status;

pub use crate::{
    amount::Amount,
    candle::{Candle, CandleError, Interval},
    command::{Amendment, VenueCommand},
    decimal::{ParseDecimalError, Rounding},
    event::{AccountEvent, CancelReason, Fill, LinkEvent, MarketEvent, VenueEvent},
    fees::{FeeSchedule, FeeTier},
    fraction::Fraction,
    ids::{ClientOrderId, TradeId, VenueOrderId},
    kraken_pairs::{KrakenPairs, UnknownPair},
    market::{BookLevel, BookUpdate, Direction, Liquidity, PriceWatch, Quote, Trade},
    order::{
        ConditionalClose, FeeCurrency, NewOrder, OrderContradiction, OrderKind, OrderQuantity,
        SelfTradePrevention, Side, TimeInForce, TrailingOffset, Trigger, TriggerSource,
    },
    pair::{Asset, Pair, ParsePairError},
    pair_rules::PairRules,
    price::Price,
    quantity::Quantity,
    refusal::Refusal,
    text::Ascii,
    time::{ParseTimeError, Timestamp},
    venue_status::VenueStatus,
};
