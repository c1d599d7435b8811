//! Orders: every kind and flag that Kraken has for spot
//! (<https://docs.kraken.com/api/docs/rest-api/add-order>, read on 2026-11-21).
//!
//! Margin has no word here: there is no leverage and no reduce-only.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    amount::Amount, fraction::Fraction, ids::ClientOrderId, pair::Pair, price::Price,
    quantity::Quantity, time::Timestamp,
};

/// Buy or sell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Pay quote asset, get base asset.
    Buy,
    /// Pay base asset, get quote asset.
    Sell,
}

impl Side {
    /// The other one.
    #[inline]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Buy => "buy",
            Self::Sell => "sell",
        })
    }
}

/// An order to be placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOrder {
    /// Our name for it, never used twice.
    pub id: ClientOrderId,
    /// On which pair.
    pub pair: Pair,
    /// Buy or sell.
    pub side: Side,
    /// Market, limit, stop and so on, with the prices each needs.
    pub kind: OrderKind,
    /// How much.
    pub quantity: OrderQuantity,
    /// How long it may rest.
    pub time_in_force: TimeInForce,
    /// Whether it must rest and never take (`oflags=post`).
    pub post_only: bool,
    /// The currency the fee is taken in. Always sent: Kraken's own default differs by side.
    pub fee_currency: FeeCurrency,
    /// What happens when it would trade against another order of ours (`stptype`).
    pub self_trade: SelfTradePrevention,
    /// The venue must not accept it after this time.
    pub deadline: Option<Timestamp>,
    /// When it becomes active, if not at once (`starttm`).
    pub start: Option<Timestamp>,
    /// An order of the opposite side that the venue places for each fill. Kraken refuses it
    /// together with a client id, so our own entries never carry one.
    pub close: Option<ConditionalClose>,
}

/// The kind of an order and its prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderKind {
    /// At the best prices there are, now.
    Market,
    /// At this price or better.
    Limit {
        /// The worst price.
        price: Price,
    },
    /// A limit order that shows only a part of itself.
    Iceberg {
        /// The worst price.
        price: Price,
        /// How much is shown, at least a fifteenth of the whole.
        displayed: Quantity,
    },
    /// A market order once the price has moved against us as far as the trigger.
    StopLoss {
        /// When.
        trigger: Trigger,
    },
    /// A limit order once the price has moved against us as far as the trigger.
    StopLossLimit {
        /// When.
        trigger: Trigger,
        /// The worst price.
        price: Price,
    },
    /// A market order once the price has moved in our favor as far as the trigger.
    TakeProfit {
        /// When.
        trigger: Trigger,
    },
    /// A limit order once the price has moved in our favor as far as the trigger.
    TakeProfitLimit {
        /// When.
        trigger: Trigger,
        /// The worst price.
        price: Price,
    },
    /// A market order once the price has come back from its best by the offset.
    TrailingStop {
        /// How far.
        offset: TrailingOffset,
        /// Which price is watched.
        source: TriggerSource,
    },
    /// A limit order once the price has come back from its best by the offset.
    TrailingStopLimit {
        /// How far.
        offset: TrailingOffset,
        /// Which price is watched.
        source: TriggerSource,
        /// The limit price, this far from the trigger; negative is a worse price for us.
        limit_offset: Price,
    },
}

impl OrderKind {
    /// The worst price it can trade at, where it has one from the start.
    #[inline]
    pub const fn limit(&self) -> Option<Price> {
        match self {
            Self::Limit { price }
            | Self::Iceberg { price, .. }
            | Self::StopLossLimit { price, .. }
            | Self::TakeProfitLimit { price, .. } => Some(*price),
            Self::Market
            | Self::StopLoss { .. }
            | Self::TakeProfit { .. }
            | Self::TrailingStop { .. }
            | Self::TrailingStopLimit { .. } => None,
        }
    }

    /// How much of it is shown, where it shows only a part.
    #[inline]
    pub const fn displayed(&self) -> Option<Quantity> {
        match self {
            Self::Iceberg { displayed, .. } => Some(*displayed),
            Self::Market
            | Self::Limit { .. }
            | Self::StopLoss { .. }
            | Self::StopLossLimit { .. }
            | Self::TakeProfit { .. }
            | Self::TakeProfitLimit { .. }
            | Self::TrailingStop { .. }
            | Self::TrailingStopLimit { .. } => None,
        }
    }

    /// Kraken's name for it, the same over REST and on the socket.
    #[inline]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Market => "market",
            Self::Limit { .. } => "limit",
            Self::Iceberg { .. } => "iceberg",
            Self::StopLoss { .. } => "stop-loss",
            Self::StopLossLimit { .. } => "stop-loss-limit",
            Self::TakeProfit { .. } => "take-profit",
            Self::TakeProfitLimit { .. } => "take-profit-limit",
            Self::TrailingStop { .. } => "trailing-stop",
            Self::TrailingStopLimit { .. } => "trailing-stop-limit",
        }
    }

    /// The price that wakes it, where it has a fixed one.
    #[inline]
    pub const fn trigger(&self) -> Option<Trigger> {
        match self {
            Self::StopLoss { trigger }
            | Self::StopLossLimit { trigger, .. }
            | Self::TakeProfit { trigger }
            | Self::TakeProfitLimit { trigger, .. } => Some(*trigger),
            Self::Market
            | Self::Limit { .. }
            | Self::Iceberg { .. }
            | Self::TrailingStop { .. }
            | Self::TrailingStopLimit { .. } => None,
        }
    }

    /// Whether it waits for a price before it becomes an order on the book.
    #[inline]
    pub const fn waits_for_trigger(&self) -> bool {
        !matches!(self, Self::Market | Self::Limit { .. } | Self::Iceberg { .. })
    }
}

/// The price that wakes an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// The price.
    pub price: Price,
    /// Which price is watched.
    pub source: TriggerSource,
}

/// Which price a trigger watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TriggerSource {
    /// The last trade on this pair.
    Last,
    /// An index over several venues.
    Index,
}

/// How far a trailing stop stays behind the best price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TrailingOffset {
    /// By so much quote asset.
    Price(Price),
    /// By this part of the best price.
    Fraction(Fraction),
}

/// How much an order is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderQuantity {
    /// So much base asset.
    Base(Quantity),
    /// As much base asset as this much quote asset buys, fees on top (`oflags=viqc`; market buys
    /// only).
    Quote(Amount),
}

/// How long an order may rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimeInForce {
    /// Until it is canceled (`GTC`).
    GoodTilCanceled,
    /// What cannot trade at once is canceled (`IOC`).
    ImmediateOrCancel,
    /// All of it at once, or none (`FOK`).
    FillOrKill,
    /// Until this time (`GTD`).
    GoodTilDate(Timestamp),
}

/// The currency a fee is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeCurrency {
    /// The quote asset (`oflags=fciq`).
    Quote,
    /// The base asset (`oflags=fcib`).
    Base,
}

/// What happens when an order would trade against another of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelfTradePrevention {
    /// The arriving order is canceled.
    CancelNewest,
    /// The resting order is canceled.
    CancelOldest,
    /// Both are canceled.
    CancelBoth,
}

/// An order of the opposite side, placed by the venue for each fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionalClose {
    /// Its kind and prices.
    pub kind: OrderKind,
}

/// Flags that cannot stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderContradiction {
    /// Post-only needs a limit price.
    #[error("only an order with a limit price can be post-only")]
    PostOnlyWithoutLimit,
    /// Post-only and immediate exclude each other.
    #[error("a post-only order cannot also be immediate-or-cancel or fill-or-kill")]
    PostOnlyImmediate,
    /// Only a market buy can be sized in quote asset.
    #[error("only a market buy can be sized in the quote currency")]
    QuoteQuantity,
    /// A market order never rests.
    #[error("a market order cannot have an end date")]
    MarketWithEndDate,
    /// An iceberg shows less than a fifteenth of itself, or more than all.
    #[error("an iceberg order shows between a fifteenth and all of its quantity")]
    IcebergDisplay,
}

/// An iceberg order shows at least one part in this many
/// (<https://docs.kraken.com/api/docs/rest-api/add-order>, read on 2026-11-21).
const ICEBERG_PARTS_MAX: i64 = 15;

impl NewOrder {
    /// An order that rests until canceled, with no flag set.
    #[inline]
    pub const fn new(
        id: ClientOrderId,
        pair: Pair,
        side: Side,
        kind: OrderKind,
        quantity: OrderQuantity,
    ) -> Self {
        Self {
            id,
            pair,
            side,
            kind,
            quantity,
            time_in_force: TimeInForce::GoodTilCanceled,
            post_only: false,
            fee_currency: FeeCurrency::Quote,
            self_trade: SelfTradePrevention::CancelNewest,
            deadline: None,
            start: None,
            close: None,
        }
    }

    /// The first contradiction among its flags, if there is one.
    pub fn check_flags(&self) -> Result<(), OrderContradiction> {
        use OrderContradiction as C;
        let immediate =
            matches!(self.time_in_force, TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill);
        let market = matches!(self.kind, OrderKind::Market);
        let in_quote = matches!(self.quantity, OrderQuantity::Quote(_));
        let end_date = matches!(self.time_in_force, TimeInForce::GoodTilDate(_));
        let broken = [
            (self.post_only && self.kind.limit().is_none(), C::PostOnlyWithoutLimit),
            (self.post_only && immediate, C::PostOnlyImmediate),
            (in_quote && !(market && self.side == Side::Buy), C::QuoteQuantity),
            (market && end_date, C::MarketWithEndDate),
            (self.hides_too_much(), C::IcebergDisplay),
        ];
        broken.into_iter().find(|(is_broken, _)| *is_broken).map_or(Ok(()), |(_, why)| Err(why))
    }

    fn hides_too_much(&self) -> bool {
        let (OrderKind::Iceberg { displayed, .. }, OrderQuantity::Base(whole)) =
            (self.kind, self.quantity)
        else {
            return false;
        };
        let parts = i128::from(displayed.units()) * i128::from(ICEBERG_PARTS_MAX);
        parts < i128::from(whole.units()) || whole < displayed
    }
}

#[cfg(test)]
mod tests;
