//! What the exchange tells about our orders.

use trading_types::{Amount, Liquidity, Quantity, Side, Timestamp};

use super::command::OrderNumber;

/// News of one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayReport {
    /// Which order.
    pub number: OrderNumber,
    /// When it happened at the exchange.
    pub time: Timestamp,
    /// What happened.
    pub news: ReplayNews,
}

/// What happened to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayNews {
    /// It has arrived and is valid.
    Accepted,
    /// It has arrived and is not valid; it never was an order.
    Refused(ReplayRefusal),
    /// A part of it, or all, has traded.
    Filled(ReplayFill),
    /// Its rest is off the book.
    Canceled {
        /// What did not trade.
        rest: Quantity,
    },
    /// It was not there to be canceled.
    CancelRefused,
    /// It has been changed.
    Amended {
        /// Its limit now, in steps.
        steps: i64,
        /// What is left of it.
        rest: Quantity,
    },
    /// It stays as it was.
    AmendRefused(ReplayRefusal),
}

/// A trade of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayFill {
    /// Which side of it we are.
    pub side: Side,
    /// The price, in steps.
    pub steps: i64,
    /// How much base asset.
    pub quantity: Quantity,
    /// Quote asset that changes hands.
    pub cost: Amount,
    /// The fee, in quote asset.
    pub fee: Amount,
    /// Whether we rested or took.
    pub liquidity: Liquidity,
    /// What is left of the order.
    pub rest: Quantity,
}

/// Why a command had no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum ReplayRefusal {
    /// The account has not enough that is free.
    #[error("insufficient funds")]
    InsufficientFunds,
    /// Below the pair's smallest quantity.
    #[error("order minimum not met")]
    BelowQuantityMinimum,
    /// Below the pair's smallest value.
    #[error("cost minimum not met")]
    BelowCostMinimum,
    /// A price that is not above zero, or beyond every bound.
    #[error("invalid price")]
    InvalidPrice,
    /// A quantity that is no multiple of the lot or not above zero.
    #[error("invalid volume")]
    InvalidQuantity,
    /// A post-only order would have taken from the book.
    #[error("post only order")]
    PostOnlyWouldTake,
    /// It would have traded with another order of ours.
    #[error("self trade")]
    SelfTrade,
    /// No such order rests.
    #[error("unknown order")]
    UnknownOrder,
    /// Too many orders rest.
    #[error("orders limit exceeded")]
    OrdersLimitExceeded,
}
