//! Why a venue refused a command, sorted by what the caller does next.

use serde::{Deserialize, Serialize};

use crate::venue_status::VenueStatus;

/// A venue's no. The command had no effect.
///
/// An answer that leaves open whether the command had an effect is not a refusal; such an order is
/// *unknown* and is looked up, never assumed and never repeated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    // Drop it: the command itself is wrong or has become pointless.
    /// The account has not enough free balance.
    #[error("insufficient funds")]
    InsufficientFunds,
    /// Below the pair's smallest quantity.
    #[error("order minimum not met")]
    BelowQuantityMinimum,
    /// Below the pair's smallest value.
    #[error("cost minimum not met")]
    BelowCostMinimum,
    /// A price that is no multiple of the tick or not above zero.
    #[error("invalid price")]
    InvalidPrice,
    /// A quantity that is no multiple of the lot or not above zero.
    #[error("invalid volume")]
    InvalidQuantity,
    /// The flags contradict each other, or the venue does not have this kind of order.
    #[error("invalid order ({0})")]
    InvalidOrder(String),
    /// A post-only order would have taken from the book.
    #[error("post only order")]
    PostOnlyWouldTake,
    /// The order arrived after its deadline.
    #[error("deadline elapsed")]
    DeadlineElapsed,
    /// The venue does not trade this pair.
    #[error("unknown asset pair")]
    UnknownPair,

    // Look again: our picture and the venue's differ.
    /// The order is not open.
    #[error("unknown order")]
    UnknownOrder,
    /// An open order has the same client id: an earlier request did arrive.
    #[error("client order id already in use")]
    DuplicateClientOrderId,

    // Wait: the same command may do later.
    /// A rate counter is full. Our estimate should have prevented this.
    #[error("rate limit exceeded")]
    RateLimited,
    /// Too many open orders on the pair.
    #[error("orders limit exceeded")]
    OrdersLimitExceeded,
    /// The market does not take this command in its present state.
    #[error("market in {0} mode")]
    MarketMode(VenueStatus),

    // Stop: a person has to look.
    /// The key may not do this.
    #[error("permission denied")]
    PermissionDenied,
    /// A text no table knows.
    #[error("unrecognized refusal ({0})")]
    Unrecognized(String),

    // Look again whether it is still wanted. New variants stand at the end, whatever the reader
    // does next: a journal knows them by their number.
    /// It never left this machine: there was no way to the venue before its deadline.
    #[error("it was never sent ({0})")]
    NotSent(String),
}
