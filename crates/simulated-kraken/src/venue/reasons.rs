//! Why an order was canceled, in Kraken's words. `User requested` is recorded, `Order replaced` and
//! `Post only order` are documented
//! (<https://docs.kraken.com/api/docs/rest-api/edit-order>, read on 2026-11-21); the others are
//! guesses in the same tone.

use trading_types::CancelReason;

pub(crate) const USER_REQUESTED: &str = "User requested";
pub(crate) const ORDER_REPLACED: &str = "Order replaced";
pub(crate) const POST_ONLY: &str = "Post only order";
pub(crate) const SELF_TRADE: &str = "Self trade prevention";
pub(crate) const INSUFFICIENT_FUNDS: &str = "Insufficient funds";
pub(crate) const PRICE_PROTECTION: &str = "Market price protection";
pub(crate) const NOT_FILLED_AT_ONCE: &str = "Immediate order not filled";
pub(crate) const SWITCH: &str = "Cancel all orders after timeout";
pub(crate) const VENUE: &str = "Canceled by Kraken";
pub(crate) const EXPIRED: &str = "Order expired";

/// The words for a reason of the matching. The rest of a market order fell to the protection of its
/// price, the rest of another one found nobody at its limit.
pub(crate) const fn words(reason: CancelReason, is_market: bool) -> &'static str {
    match reason {
        CancelReason::Requested => USER_REQUESTED,
        CancelReason::PostOnlyWouldTake => POST_ONLY,
        CancelReason::NothingLeftToTake if is_market => PRICE_PROTECTION,
        CancelReason::NothingLeftToTake => NOT_FILLED_AT_ONCE,
        CancelReason::SelfTrade => SELF_TRADE,
        CancelReason::InsufficientFunds => INSUFFICIENT_FUNDS,
        CancelReason::Venue => VENUE,
    }
}
