//! What a venue tells: the market, the account, the link to it.

use serde::{Deserialize, Serialize};

use crate::{
    amount::Amount,
    candle::Candle,
    command::Amendment,
    ids::{ClientOrderId, TradeId, VenueOrderId},
    market::{BookUpdate, Liquidity, Quote, Trade},
    order::Side,
    pair::{Asset, Pair},
    price::Price,
    quantity::Quantity,
    refusal::Refusal,
    time::Timestamp,
    venue_status::VenueStatus,
};

/// Anything a venue tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum VenueEvent {
    /// About a market, the same for everybody.
    Market(MarketEvent),
    /// About our account.
    Account(AccountEvent),
    /// About the connection and the venue as a whole.
    Link(LinkEvent),
}

/// Something happened on a market.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarketEvent {
    /// A candle closed.
    Candle {
        /// On which pair.
        pair: Pair,
        /// The closed candle.
        candle: Candle,
    },
    /// Others traded.
    Trade {
        /// On which pair.
        pair: Pair,
        /// The trade.
        trade: Trade,
    },
    /// The best bid or ask changed.
    Quote {
        /// On which pair.
        pair: Pair,
        /// The new best prices.
        quote: Quote,
    },
    /// The book changed.
    Book {
        /// On which pair.
        pair: Pair,
        /// The change.
        update: BookUpdate,
    },
    /// The price reached a level the engine watches, somewhere inside a candle that is not yet
    /// closed. Only a candle feed says this; a live feed shows the trade itself.
    Reached {
        /// On which pair.
        pair: Pair,
        /// The level.
        price: Price,
    },
}

impl MarketEvent {
    /// The pair it is about.
    #[inline]
    pub const fn pair(&self) -> Pair {
        match self {
            Self::Candle { pair, .. }
            | Self::Trade { pair, .. }
            | Self::Quote { pair, .. }
            | Self::Book { pair, .. }
            | Self::Reached { pair, .. } => *pair,
        }
    }
}

/// Something happened on our account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountEvent {
    /// All balances, held amounts included.
    Balances(Vec<(Asset, Amount)>),
    /// A deposit, withdrawal, reward or correction: a balance moved without a trade of ours.
    Moved {
        /// Which asset.
        asset: Asset,
        /// By how much; negative when it left.
        change: Amount,
    },
    /// An order is on the book, or armed and waiting for its trigger.
    Accepted {
        /// Our name for it.
        order: ClientOrderId,
        /// The venue's name for it.
        venue_order: VenueOrderId,
    },
    /// An order was refused; it never rested.
    Rejected {
        /// Our name for it.
        order: ClientOrderId,
        /// Why.
        refusal: Refusal,
    },
    /// A trigger order's price was reached; it is now a market or limit order.
    Triggered {
        /// Our name for it.
        order: ClientOrderId,
    },
    /// A look-up has proved that an order whose outcome was unknown never reached the venue.
    NeverExisted {
        /// Our name for it.
        order: ClientOrderId,
    },
    /// Some of an order traded.
    Traded(Fill),
    /// All of an order has traded. Kraken says so in a report of its own after the last trade.
    Completed {
        /// Our name for it.
        order: ClientOrderId,
    },
    /// An order left the book, perhaps after partial fills.
    Canceled {
        /// Our name for it.
        order: ClientOrderId,
        /// Why.
        reason: CancelReason,
    },
    /// An order reached its end time.
    Expired {
        /// Our name for it.
        order: ClientOrderId,
    },
    /// An order was changed in place.
    Amended(Amendment),
    /// A change was refused; the order stays as it was.
    AmendRejected {
        /// Our name for it.
        order: ClientOrderId,
        /// Why.
        refusal: Refusal,
    },
    /// A cancel was refused; usually the order was no longer open.
    CancelRejected {
        /// Our name for it.
        order: ClientOrderId,
        /// Why.
        refusal: Refusal,
    },
    /// Nobody knows what came of sending an order: the answer is lost or leaves it open. It is
    /// looked up, never assumed and never sent again.
    Unclear {
        /// Our name for it.
        order: ClientOrderId,
    },
}

/// Our part in one trade. The amounts are the venue's, rounded by its rules; the ledger takes them
/// as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fill {
    /// The order that traded.
    pub order: ClientOrderId,
    /// The venue's id of the trade, by which a repeated report is recognized.
    pub trade: TradeId,
    /// On which pair.
    pub pair: Pair,
    /// Whether we bought or sold.
    pub side: Side,
    /// At which price.
    pub price: Price,
    /// How much base asset.
    pub quantity: Quantity,
    /// Quote asset that changed hands, before fees.
    pub cost: Amount,
    /// The fee; negative when it is a rebate.
    pub fee: Amount,
    /// The asset the fee was taken in: the pair's base or quote.
    pub fee_asset: Asset,
    /// Whether our order rested or took.
    pub liquidity: Liquidity,
    /// When, by the venue's clock.
    pub time: Timestamp,
}

/// Why an order left the book before it was filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// We asked for it.
    Requested,
    /// It was post-only and would have taken.
    PostOnlyWouldTake,
    /// The rest of an order that fills at once or not at all, or of a market order.
    NothingLeftToTake,
    /// It would have traded against our own order.
    SelfTrade,
    /// The funds ran out while it filled.
    InsufficientFunds,
    /// The dead-man switch or the venue itself.
    Venue,
}

/// Something happened to the connection or to the venue as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkEvent {
    /// Events flow.
    Connected,
    /// Events may have been missed.
    Disconnected,
    /// The venue's state changed.
    Status(VenueStatus),
    /// The state of one pair changed.
    PairStatus {
        /// Which.
        pair: Pair,
        /// What it takes now.
        status: VenueStatus,
    },
}
