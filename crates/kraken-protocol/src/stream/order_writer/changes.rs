//! Trading methods that change or take away what is there: amend, cancel, and the dead-man switch.
//!
//! A client id is a text in an amend and an array in a cancel.

use std::time::Duration;

use trading_types::{Amendment, Timestamp};

use super::{
    NotExpressible, OrderName, push_name, push_token,
    text::{push_client_id, push_price, push_quantity, push_text, push_time, push_units},
};
use crate::stream::token::Token;

/// Fewest orders in one `batch_cancel`
/// (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/batch_cancel>, read on
/// 2026-11-21).
const BATCH_CANCEL_MIN: usize = 2;
/// Most orders in one `batch_cancel`, and in one `cancel_order`, for which no number is given.
const BATCH_CANCEL_MAX: usize = 50;
/// The longest time the dead-man switch takes, in seconds.
const SWITCH_SECONDS_MAX: u32 = 86_400;

/// A change to an open order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmendRequest {
    /// Which order, and what of it changes.
    pub amendment: Amendment,
    /// The venue must not make the change after this time.
    pub deadline: Option<Timestamp>,
    /// Whether the change is refused when the order would then take. It does not make the order
    /// post-only.
    pub post_only: bool,
}

/// Appends the frame that changes an order in place.
pub fn write_amend(
    out: &mut String,
    request: &AmendRequest,
    token: &Token,
    number: u32,
) -> Result<(), NotExpressible> {
    let Amendment { order, quantity, limit, trigger } = request.amendment;
    let broken = [
        (quantity.is_some_and(|it| !it.is_positive()), NotExpressible::NotPositive("quantity")),
        (limit.is_some_and(|it| !it.is_positive()), NotExpressible::NotPositive("price")),
        (trigger.is_some_and(|it| !it.is_positive()), NotExpressible::NotPositive("trigger")),
        (
            quantity.is_none() && limit.is_none() && trigger.is_none(),
            NotExpressible::NothingToChange,
        ),
    ];
    if let Some((_, why)) = broken.into_iter().find(|(is_broken, _)| *is_broken) {
        return Err(why);
    }
    out.push_str(r#"{"method":"amend_order","params":{"#);
    push_name(out, OrderName::Ours(order));
    if let Some(quantity) = quantity {
        out.push_str(r#","order_qty":"#);
        push_quantity(out, quantity);
    }
    if let Some(limit) = limit {
        out.push_str(r#","limit_price":"#);
        push_price(out, limit);
    }
    if let Some(trigger) = trigger {
        out.push_str(r#","trigger_price":"#);
        push_price(out, trigger);
        out.push_str(r#","trigger_price_type":"static""#);
    }
    if request.post_only {
        out.push_str(r#","post_only":true"#);
    }
    if let Some(deadline) = request.deadline {
        out.push_str(r#","deadline":"#);
        push_time(out, deadline);
    }
    push_token(out, token, number);
    Ok(())
}

/// Appends the frame that cancels 1 to 50 orders, each of which gets an answer of its own.
pub fn write_cancel(
    out: &mut String,
    orders: &[OrderName],
    token: &Token,
    number: u32,
) -> Result<(), NotExpressible> {
    check_count(orders, 1)?;
    out.push_str(r#"{"method":"cancel_order","params":{"#);
    push_names(out, orders, "order_id");
    push_token(out, token, number);
    Ok(())
}

/// Appends the frame that cancels 2 to 50 orders with one answer for all.
pub fn write_batch_cancel(
    out: &mut String,
    orders: &[OrderName],
    token: &Token,
    number: u32,
) -> Result<(), NotExpressible> {
    check_count(orders, BATCH_CANCEL_MIN)?;
    out.push_str(r#"{"method":"batch_cancel","params":{"#);
    push_names(out, orders, "orders");
    push_token(out, token, number);
    Ok(())
}

/// Appends the frame that cancels every open order of the account.
pub fn write_cancel_all(out: &mut String, token: &Token, number: u32) {
    out.push_str(r#"{"method":"cancel_all","params":{"#);
    push_token(out, token, number);
}

/// Appends the frame that has the venue cancel every order of the account after `wait`, unless it
/// is sent again before; no wait at all switches it off.
pub fn write_cancel_all_after(
    out: &mut String,
    wait: Duration,
    token: &Token,
    number: u32,
) -> Result<(), NotExpressible> {
    // Part of a second would be cut to none at all, which switches it off.
    let seconds = wait.as_nanos().div_ceil(1_000_000_000);
    let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
    if SWITCH_SECONDS_MAX < seconds {
        return Err(NotExpressible::SwitchTooLong);
    }
    out.push_str(r#"{"method":"cancel_all_orders_after","params":{"timeout":"#);
    push_units(out, i64::from(seconds), 0);
    push_token(out, token, number);
    Ok(())
}

fn check_count(orders: &[OrderName], least: usize) -> Result<(), NotExpressible> {
    let (count, most) = (orders.len(), BATCH_CANCEL_MAX);
    if (least..=most).contains(&count) {
        Ok(())
    } else {
        Err(NotExpressible::BatchSize { count, least, most })
    }
}

/// Appends the arrays of names, the venue's under the name this method has for them.
fn push_names(out: &mut String, orders: &[OrderName], venue_field: &str) {
    let ours = orders.iter().filter_map(|name| match name {
        OrderName::Ours(id) => Some(*id),
        OrderName::Venue(_) => None,
    });
    let venues = orders.iter().filter_map(|name| match name {
        OrderName::Venue(id) => Some(*id),
        OrderName::Ours(_) => None,
    });
    let mut opening = r#""cl_ord_id":[""#;
    for id in ours.clone() {
        out.push_str(opening);
        push_client_id(out, id);
        opening = r#"",""#;
    }
    if ours.clone().next().is_some() {
        out.push_str(r#""]"#);
    }
    let mut separator = if ours.clone().next().is_some() { "," } else { "" };
    let mut opening = format!(r#""{venue_field}":["#);
    for id in venues.clone() {
        out.push_str(separator);
        out.push_str(&opening);
        push_text(out, id.as_str());
        separator = ",";
        opening.clear();
    }
    if venues.clone().next().is_some() {
        out.push(']');
    }
}

#[cfg(test)]
mod tests;
