//! Trading methods as the texts that leave the socket. A price or quantity is always a plain JSON
//! number: never a text, never an exponent, never rounded.
//!
//! Fields and limits: <https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/add_order>
//! and its neighbors, read on 2026-11-21. The writers append to a buffer of the caller's, so that
//! writing an order allocates nothing.

mod changes;
mod plain_limit;
pub(crate) mod text;

use trading_types::{
    ClientOrderId, FeeCurrency, NewOrder, OrderKind, OrderQuantity, SelfTradePrevention, Side,
    TimeInForce, TrailingOffset, Trigger, TriggerSource, VenueOrderId,
};

use self::plain_limit::PlainLimit;
use self::text::{push_amount, push_price, push_quantity, push_text, push_time, push_units};
use crate::stream::token::Token;

pub use self::changes::{
    AmendRequest, write_amend, write_batch_cancel, write_cancel, write_cancel_all,
    write_cancel_all_after,
};

/// Fewest and most orders in one `batch_add`
/// (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/batch_add>, read on
/// 2026-11-21).
pub const BATCH_ADD_MIN: usize = 2;
/// Most orders in one `batch_add`.
pub const BATCH_ADD_MAX: usize = 15;

/// An order, by the name we gave it or by the venue's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderName {
    /// Ours.
    Ours(ClientOrderId),
    /// The venue's, for orders that are not ours.
    Venue(VenueOrderId),
}

/// Why a command cannot be said on the socket. Nothing has been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotExpressible {
    /// The socket has no `fok`.
    #[error("the socket has no fill-or-kill: send the order over REST")]
    FillOrKill,
    /// Kraken refuses a conditional close on an order that has a client id, and ours all have.
    #[error("an order with a client id cannot carry a conditional close: place it after the fill")]
    ConditionalClose,
    /// The price or quantity is zero or below.
    #[error("the {0} is not above zero: correct the order")]
    NotPositive(&'static str),
    /// A batch with too few or too many entries.
    #[error("a batch holds {least} to {most} orders, not {count}: split it")]
    BatchSize {
        /// How many it has.
        count: usize,
        /// The fewest it may have.
        least: usize,
        /// The most it may have.
        most: usize,
    },
    /// A batch is for one pair, and this one is for several.
    #[error("a batch is for one pair: split it by pair")]
    SeveralPairs,
    /// A batch has one deadline, and these orders have several.
    #[error("a batch has one deadline: give every order of it the same")]
    SeveralDeadlines,
    /// A change that changes nothing.
    #[error("the amendment changes nothing: leave it out")]
    NothingToChange,
    /// A dead-man switch beyond a day.
    #[error("the dead-man switch takes at most 86400 seconds: choose a shorter time")]
    SwitchTooLong,
}

/// Whether the venue is to place an order or only to look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Place it.
    Place,
    /// Check it and place nothing (`validate`).
    Check,
}

/// Appends the frame that places `order`.
pub fn write_add(
    out: &mut String,
    order: &NewOrder,
    intent: Intent,
    token: &Token,
    request: u32,
) -> Result<(), NotExpressible> {
    if let Some(plain) = PlainLimit::of(order) {
        plain.push(out);
    } else {
        check(order)?;
        out.push_str(r#"{"method":"add_order","params":{"#);
        push_order(out, order);
    }
    out.push_str(r#","symbol":"#);
    push_pair(out, order);
    if let Some(deadline) = order.deadline {
        out.push_str(r#","deadline":"#);
        push_time(out, deadline);
    }
    push_end(out, intent, token, request);
    Ok(())
}

/// Appends the frame that places 2 to 15 orders of one pair.
pub fn write_batch_add(
    out: &mut String,
    orders: &[NewOrder],
    token: &Token,
    request: u32,
) -> Result<(), NotExpressible> {
    check_batch(orders)?;
    let first = &orders[0];
    out.push_str(r#"{"method":"batch_add","params":{"symbol":"#);
    push_pair(out, first);
    let mut separator = r#","orders":[{"#;
    for order in orders {
        out.push_str(separator);
        push_order(out, order);
        separator = "},{";
    }
    out.push_str("}]");
    if let Some(deadline) = first.deadline {
        out.push_str(r#","deadline":"#);
        push_time(out, deadline);
    }
    push_end(out, Intent::Place, token, request);
    Ok(())
}

/// What the socket cannot say of an order.
pub(crate) fn check(order: &NewOrder) -> Result<(), NotExpressible> {
    use NotExpressible as N;
    let quantity = match order.quantity {
        OrderQuantity::Base(quantity) => quantity.is_positive(),
        OrderQuantity::Quote(amount) => amount.is_positive(),
    };
    let trigger = order.kind.trigger().is_none_or(|trigger| trigger.price.is_positive());
    let broken = [
        (order.time_in_force == TimeInForce::FillOrKill, N::FillOrKill),
        (order.close.is_some(), N::ConditionalClose),
        (!quantity, N::NotPositive("quantity")),
        (order.kind.limit().is_some_and(|limit| !limit.is_positive()), N::NotPositive("price")),
        (!trigger, N::NotPositive("trigger")),
        (!offset_is_positive(order.kind), N::NotPositive("trailing offset")),
        (order.kind.displayed().is_some_and(|it| !it.is_positive()), N::NotPositive("display")),
    ];
    broken.into_iter().find(|(is_broken, _)| *is_broken).map_or(Ok(()), |(_, why)| Err(why))
}

fn check_batch(orders: &[NewOrder]) -> Result<(), NotExpressible> {
    let (count, least, most) = (orders.len(), BATCH_ADD_MIN, BATCH_ADD_MAX);
    if !(least..=most).contains(&count) {
        return Err(NotExpressible::BatchSize { count, least, most });
    }
    if orders.iter().any(|order| order.pair != orders[0].pair) {
        return Err(NotExpressible::SeveralPairs);
    }
    if orders.iter().any(|order| order.deadline != orders[0].deadline) {
        return Err(NotExpressible::SeveralDeadlines);
    }
    orders.iter().try_for_each(check)
}

const fn offset_is_positive(kind: OrderKind) -> bool {
    match kind {
        OrderKind::TrailingStop { offset, .. } | OrderKind::TrailingStopLimit { offset, .. } => {
            match offset {
                TrailingOffset::Price(price) => price.is_positive(),
                TrailingOffset::Fraction(fraction) => fraction.is_positive(),
            }
        }
        OrderKind::Market
        | OrderKind::Limit { .. }
        | OrderKind::Iceberg { .. }
        | OrderKind::StopLoss { .. }
        | OrderKind::StopLossLimit { .. }
        | OrderKind::TakeProfit { .. }
        | OrderKind::TakeProfitLimit { .. } => true,
    }
}

/// What a batch and a single order have in common: everything but pair and deadline.
fn push_order(out: &mut String, order: &NewOrder) {
    out.push_str(r#""order_type":""#);
    out.push_str(order.kind.name());
    out.push_str(match order.side {
        Side::Buy => r#"","side":"buy""#,
        Side::Sell => r#"","side":"sell""#,
    });
    match order.quantity {
        OrderQuantity::Base(quantity) => {
            out.push_str(r#","order_qty":"#);
            push_quantity(out, quantity);
        }
        OrderQuantity::Quote(amount) => {
            out.push_str(r#","cash_order_qty":"#);
            push_amount(out, amount);
        }
    }
    push_prices(out, order.kind);
    push_time_in_force(out, order.time_in_force);
    if order.post_only {
        out.push_str(r#","post_only":true"#);
    }
    if let Some(start) = order.start {
        out.push_str(r#","effective_time":"#);
        push_time(out, start);
    }
    // Always said: the default differs by side, and recorded orders differ from the default.
    out.push_str(match order.fee_currency {
        FeeCurrency::Quote => r#","fee_preference":"quote""#,
        FeeCurrency::Base => r#","fee_preference":"base""#,
    });
    // Underscores here, hyphens on REST.
    out.push_str(match order.self_trade {
        SelfTradePrevention::CancelNewest => r#","stp_type":"cancel_newest""#,
        SelfTradePrevention::CancelOldest => r#","stp_type":"cancel_oldest""#,
        SelfTradePrevention::CancelBoth => r#","stp_type":"cancel_both""#,
    });
    out.push_str(r#","cl_ord_id":""#);
    text::push_client_id(out, order.id);
    out.push('"');
}

fn push_prices(out: &mut String, kind: OrderKind) {
    if let Some(price) = kind.limit() {
        out.push_str(r#","limit_price":"#);
        push_price(out, price);
    }
    match kind {
        OrderKind::Market | OrderKind::Limit { .. } => {}
        OrderKind::Iceberg { displayed, .. } => {
            out.push_str(r#","display_qty":"#);
            push_quantity(out, displayed);
        }
        OrderKind::StopLoss { trigger }
        | OrderKind::StopLossLimit { trigger, .. }
        | OrderKind::TakeProfit { trigger }
        | OrderKind::TakeProfitLimit { trigger, .. } => push_trigger(out, trigger),
        OrderKind::TrailingStop { offset, source } => push_trailing(out, offset, source),
        OrderKind::TrailingStopLimit { offset, source, limit_offset } => {
            out.push_str(r#","limit_price":"#);
            push_price(out, limit_offset);
            out.push_str(r#","limit_price_type":"quote""#);
            push_trailing(out, offset, source);
        }
    }
}

fn push_trigger(out: &mut String, trigger: Trigger) {
    push_trigger_source(out, trigger.source);
    out.push_str(r#","price":"#);
    push_price(out, trigger.price);
    out.push_str(r#","price_type":"static"}"#);
}

fn push_trailing(out: &mut String, offset: TrailingOffset, source: TriggerSource) {
    push_trigger_source(out, source);
    out.push_str(r#","price":"#);
    match offset {
        TrailingOffset::Price(price) => {
            push_price(out, price);
            out.push_str(r#","price_type":"quote"}"#);
        }
        TrailingOffset::Fraction(fraction) => {
            // In percent: two decimals fewer than the fraction has.
            push_units(out, fraction.units(), trading_types::Fraction::DECIMALS - 2);
            out.push_str(r#","price_type":"pct"}"#);
        }
    }
}

fn push_trigger_source(out: &mut String, source: TriggerSource) {
    out.push_str(match source {
        TriggerSource::Last => r#","triggers":{"reference":"last""#,
        TriggerSource::Index => r#","triggers":{"reference":"index""#,
    });
}

fn push_time_in_force(out: &mut String, time_in_force: TimeInForce) {
    match time_in_force {
        TimeInForce::GoodTilCanceled => out.push_str(r#","time_in_force":"gtc""#),
        TimeInForce::ImmediateOrCancel => out.push_str(r#","time_in_force":"ioc""#),
        TimeInForce::GoodTilDate(end) => {
            out.push_str(r#","time_in_force":"gtd","expire_time":"#);
            push_time(out, end);
        }
        TimeInForce::FillOrKill => unreachable!("refused before anything is written"),
    }
}

fn push_pair(out: &mut String, order: &NewOrder) {
    out.push('"');
    text::push_escaped(out, order.pair.base.as_str());
    out.push('/');
    text::push_escaped(out, order.pair.quote.as_str());
    out.push('"');
}

fn push_end(out: &mut String, intent: Intent, token: &Token, request: u32) {
    if intent == Intent::Check {
        out.push_str(r#","validate":true"#);
    }
    push_token(out, token, request);
}

/// The end every frame has: the token, the end of the parameters, and the number of the request.
fn push_token(out: &mut String, token: &Token, request: u32) {
    out.push_str(if out.ends_with('{') { r#""token":""# } else { r#","token":""# });
    out.push_str(token.text());
    out.push_str(r#""},"req_id":"#);
    push_units(out, i64::from(request), 0);
    out.push('}');
}

/// Appends `"name":"…"` for an order, in the form that names it alone.
fn push_name(out: &mut String, name: OrderName) {
    match name {
        OrderName::Ours(id) => {
            out.push_str(r#""cl_ord_id":""#);
            text::push_client_id(out, id);
            out.push('"');
        }
        OrderName::Venue(id) => {
            out.push_str(r#""order_id":"#);
            push_text(out, id.as_str());
        }
    }
}

#[cfg(test)]
mod tests;
