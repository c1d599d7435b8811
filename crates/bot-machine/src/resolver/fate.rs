//! What an order that was found comes to, in the words of the engine.
//!
//! **Law.** What has traded is what the order's own trades say, never its status: a canceled order
//! may have traded. Nothing is told before its trades come to what it says has been executed.

use kraken_protocol::{
    rest::orders::{Order, OrderStatus, StatedPrice},
    stream::executions::cancel_reason,
};
use trading_types::{
    AccountEvent, Amendment, NewOrder, OrderKind, OrderQuantity, Price, Quantity, TimeInForce,
};

use super::case::{Case, Question};
use crate::{books::Books, history};

/// Whether the trades that have been read are all of them.
pub(super) fn is_complete(order: &Order, traded: Option<Quantity>) -> bool {
    // One that lives may have traded since it was shown.
    if order.is_live() {
        traded.is_some_and(|traded| order.executed <= traded)
    } else {
        traded == Some(order.executed)
    }
}

/// What the engine is to be told of an order that exists and whose trades are complete.
pub(super) fn events(case: &Case, order: &Order, books: &dyn Books) -> Vec<AccountEvent> {
    let id = case.order.id;
    let mut events = vec![AccountEvent::Accepted { order: id, venue_order: order.id }];
    events.extend(change_seen(case, order).map(AccountEvent::Amended));
    let mut trades: Vec<_> = case.trades.values().cloned().collect();
    history::sort(&mut trades);
    let new = trades.iter().filter(|trade| !books.has_trade(&trade.id));
    let fills = new.map(|trade| history::fill(trade, id, case.order.pair));
    events.extend(fills.map(AccountEvent::Traded));
    events.extend(end(&case.order, order));
    events
}

/// The evidence in words.
pub(super) fn evidence(order: &Order, trades: usize) -> String {
    let state = match &order.status {
        OrderStatus::Pending => "pending",
        OrderStatus::Open => "open",
        OrderStatus::Closed => "closed",
        OrderStatus::Canceled => "canceled",
        OrderStatus::Expired => "expired",
        OrderStatus::Other(word) => word,
    };
    format!("found as {}: {state}, {} traded in {trades} trades", order.id, order.executed)
}

/// How it ended, if it has.
fn end(ours: &NewOrder, theirs: &Order) -> Option<AccountEvent> {
    if theirs.is_live() {
        return None;
    }
    let order = ours.id;
    let is_whole = match theirs.quantity {
        OrderQuantity::Base(quantity) => quantity <= theirs.executed,
        // Only the venue knows when it has spent enough.
        OrderQuantity::Quote(_) => theirs.status == OrderStatus::Closed,
    };
    if is_whole {
        return Some(AccountEvent::Completed { order });
    }
    if theirs.status == OrderStatus::Expired {
        return Some(AccountEvent::Expired { order });
    }
    let is_immediate = matches!(ours.kind, OrderKind::Market)
        || matches!(ours.time_in_force, TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill);
    let reason = cancel_reason(theirs.reason.as_deref(), is_immediate);
    Some(AccountEvent::Canceled { order, reason })
}

/// The change that was asked for, if the order shows that it was made.
fn change_seen(case: &Case, theirs: &Order) -> Option<Amendment> {
    let Question::Amendment { amendment, .. } = case.question else { return None };
    shows(theirs, &case.order.kind, &amendment).then_some(amendment)
}

/// Whether an order stands as a change would have it.
pub(super) fn shows(theirs: &Order, kind: &OrderKind, amendment: &Amendment) -> bool {
    let is = |stated: &Option<StatedPrice>, price: Price| *stated == Some(StatedPrice::At(price));
    let terms = &theirs.terms;
    let has_limit = |price: Price| {
        let stated = if kind.waits_for_trigger() { &terms.price2 } else { &terms.price };
        is(stated, price) || theirs.limit_price == Some(price)
    };
    let has_trigger = |price: Price| is(&terms.price, price) || theirs.stop_price == Some(price);
    amendment.quantity.is_none_or(|quantity| theirs.quantity == OrderQuantity::Base(quantity))
        && amendment.limit.is_none_or(has_limit)
        && amendment.trigger.is_none_or(has_trigger)
}
