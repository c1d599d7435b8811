//! What the resolver and the reconciler may ask of our own books: balances, orders by the venue's
//! names, trades that have been counted. The bot implements it over the engine and its own maps.
//!
//! **Law.** The answer is that of this very moment: what has been told is in the books before
//! anything is asked of them again.

use trading_types::{Amount, Asset, ClientOrderId, TradeId, VenueOrderId};

/// Our own books.
pub trait Books {
    /// Whether the opening balances are in them.
    fn are_open(&self) -> bool;

    /// What we believe to own, by asset, held amounts included. An asset may be left out when
    /// there is nothing of it.
    fn totals(&self) -> Vec<(Asset, Amount)>;

    /// Whose order the venue calls so: ours by this name, or nothing when we have never seen the
    /// venue call an order of ours so.
    fn order_called(&self, venue_order: &VenueOrderId) -> Option<ClientOrderId>;

    /// Whether an order of this name was ever ours.
    fn has_order(&self, order: ClientOrderId) -> bool;

    /// Whether the trade has been counted.
    fn has_trade(&self, trade: &TradeId) -> bool;

    /// Which fee of a trade has been counted; nothing where that is not known any more.
    fn fee_of(&self, trade: &TradeId) -> Option<(Asset, Amount)>;
}
