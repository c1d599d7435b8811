//! Trading over the socket: placing, changing and canceling orders
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/add_order> and its neighbors,
//! read on 2026-11-21).
//!
//! The invariant: a request that is refused for how it is written, or for who sends it, never
//! reaches the venue. What it costs on the pair's counter is the venue's business.

use std::{borrow::Cow, time::Duration};

use exchange_simulator::AccountId;
use trading_types::{Pair, Timestamp, VenueOrderId};

use super::{
    changing,
    fields::{Fields, missing},
    moment::Seconds,
    order::{self, BATCH_FIELDS, COMMON_FIELDS, MarketNow},
    refused::Refused,
    reply::Reply,
    request::{Method, Request},
    session::{Rights, session},
};
use crate::{
    json::Json,
    kraken_error::KrakenError,
    message::Frame,
    venue::requests::{OrderSelector, PlaceRequest},
    world::World,
};

/// Orders in one `batch_add`.
const BATCH_ADD: std::ops::RangeInclusive<usize> = 2..=15;
/// Orders in one `batch_cancel`.
const BATCH_CANCEL: std::ops::RangeInclusive<usize> = 2..=50;
/// The dead man's switch can be set to a day
/// (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/cancel_after>, read on
/// 2026-11-21).
const SWITCH_SECONDS_MAX: i64 = 86_400;

/// Carries out a request. Mostly there is one answer; a `cancel_order` has one for each order.
pub(super) fn answers(request: &Request<'_>, reply: Reply<'_>, world: &mut World) -> Vec<Frame> {
    let (fields, now) = (&request.params, reply.now);
    let done = match request.method {
        Method::AddOrder => add(fields, world, now),
        Method::AmendOrder => changing::amend(fields, world, now),
        Method::EditOrder => changing::edit(fields, world, now),
        Method::CancelAll => cancel_all(fields, world, now),
        Method::CancelAllOrdersAfter => cancel_all_after(fields, world, now),
        Method::BatchAdd => batch_add(fields, world, now),
        Method::BatchCancel => batch_cancel(fields, world, now),
        Method::CancelOrder => return cancel(fields, world, reply),
        Method::Ping | Method::Subscribe | Method::Unsubscribe => {
            unreachable!("these are not about orders")
        }
    };
    vec![match done {
        Ok(result) => reply.done(result),
        Err(refused) => reply.refused(&refused),
    }]
}

fn add(fields: &Fields<'_>, world: &mut World, now: Timestamp) -> Result<String, Refused> {
    fields.only(&[BATCH_FIELDS, COMMON_FIELDS], "add_order")?;
    let pair = pair(fields, world)?;
    let request = placement(fields, fields, world, (pair, now))?;
    let account = session(fields, world, Rights::Place, now)?;
    let txid = world.place(account, &request, now)?;
    Ok(placed(&request, txid))
}

/// The order that `row` describes, with what is common to a batch.
fn placement(
    row: &Fields<'_>,
    common: &Fields<'_>,
    world: &World,
    (pair, now): (Pair, Timestamp),
) -> Result<PlaceRequest, Refused> {
    let mut request = order::read(row, &market(world, pair))?;
    request.order.deadline =
        world.deadline(now, |shown| order::deadline(common, shown).map(Some))?;
    request.validate_only = common.flag("validate", false)?;
    Ok(request)
}

fn placed(request: &PlaceRequest, txid: Option<VenueOrderId>) -> String {
    let txid = txid.map(|txid| txid.to_string()).unwrap_or_default();
    let result = Json::object().text("order_id", txid);
    let result = match &request.client_id {
        Some(client_id) => result.text("cl_ord_id", client_id),
        None => result,
    };
    match request.userref {
        Some(userref) => result.raw("order_userref", userref).close(),
        None => result.close(),
    }
}

/// The pair that a request names.
pub(super) fn pair(fields: &Fields<'_>, world: &World) -> Result<Pair, Refused> {
    let text = fields.needed_text("symbol")?;
    known_pair(&text, world).ok_or_else(|| not_supported(&text).into())
}

/// A pair that is served, spelled exactly as the socket spells it.
pub(super) fn known_pair(text: &str, world: &World) -> Option<Pair> {
    text.parse().ok().filter(|pair| world.venue.rules(*pair).is_some())
}

/// There is no such pair.
pub(super) fn not_supported(text: &str) -> KrakenError {
    KrakenError::new(format!("Currency pair not supported {text}"))
}

/// What decides prices that are stated as a distance.
pub(super) fn market(world: &World, pair: Pair) -> MarketNow {
    let tick = world.venue.rules(pair).expect("the pair is served").tick;
    MarketNow { pair, last: world.venue.last_price(pair), tick }
}

fn batch_add(fields: &Fields<'_>, world: &mut World, now: Timestamp) -> Result<String, Refused> {
    fields.only(&[&["orders"], COMMON_FIELDS], "batch_add")?;
    let pair = pair(fields, world)?;
    let rows = fields.list("orders")?.ok_or_else(|| missing("orders"))?;
    if !BATCH_ADD.contains(&rows.len()) {
        return Err(KrakenError::invalid("orders").into());
    }
    let mut requests = Vec::with_capacity(rows.len());
    for row in rows {
        let row = Fields::of(row.get()).ok_or_else(|| missing("orders"))?;
        row.only(&[BATCH_FIELDS], "batch_add")?;
        requests.push(placement(&row, fields, world, (pair, now))?);
    }
    let account = session(fields, world, Rights::Place, now)?;
    let carried_out = world.faults.torn(&requests);
    let results = world.venue.place_batch(account, pair, carried_out, now)?;
    let rows = requests.iter().zip(results).map(|(request, result)| match result {
        Ok(txid) => placed(request, txid),
        Err(error) => Json::object().text("error", error).close(),
    });
    Ok(rows.fold(Json::array(), Json::push_raw).close())
}

fn cancel(fields: &Fields<'_>, world: &mut World, reply: Reply<'_>) -> Vec<Frame> {
    let asked = cancel_selectors(fields).and_then(|selectors| {
        let account = session(fields, world, Rights::Cancel, reply.now)?;
        Ok((account, selectors))
    });
    let (account, selectors) = match asked {
        Ok(asked) => asked,
        Err(refused) => return vec![reply.refused(&refused)],
    };
    let mut answers = Vec::new();
    for selector in selectors {
        for (selector, result) in single(account, selector, world) {
            answers.push(match world.cancel(account, &selector, reply.now) {
                Ok(_) => reply.done(result),
                Err(error) => reply.refused(&error.into()),
            });
        }
    }
    answers
}

/// The orders to be canceled one by one, each with what is answered. A number may mean several.
fn single(
    account: AccountId,
    selector: OrderSelector,
    world: &World,
) -> Vec<(OrderSelector, String)> {
    let named = |txid: VenueOrderId| Json::object().text("order_id", txid).close();
    match &selector {
        OrderSelector::Txid(txid) => vec![(selector.clone(), named(*txid))],
        OrderSelector::ClientId(id) => {
            vec![(selector.clone(), Json::object().text("cl_ord_id", id).close())]
        }
        OrderSelector::Userref(_) => {
            let found = world.venue.find(account, &selector);
            let all: Vec<_> = found.iter().map(|order| order.txid).collect();
            match all.as_slice() {
                [] => vec![(selector, String::new())],
                all => all.iter().map(|id| (OrderSelector::Txid(*id), named(*id))).collect(),
            }
        }
    }
}

fn cancel_selectors(fields: &Fields<'_>) -> Result<Vec<OrderSelector>, Refused> {
    fields.only(&[&["order_id", "cl_ord_id", "order_userref", "token"]], "cancel_order")?;
    let mut all = Vec::new();
    for id in fields.texts("order_id")?.unwrap_or_default() {
        all.push(txid(&id)?);
    }
    let clients = fields.texts("cl_ord_id")?.unwrap_or_default();
    all.extend(clients.into_iter().map(Cow::into_owned).map(OrderSelector::ClientId));
    let numbers = fields.integers("order_userref")?.unwrap_or_default();
    all.extend(numbers.into_iter().map(OrderSelector::Userref));
    if all.is_empty() { Err(missing("order_id")) } else { Ok(all) }
}

/// The order of this name. What cannot be a name is an order that there is not.
pub(super) fn txid(text: &str) -> Result<OrderSelector, Refused> {
    text.parse().map(OrderSelector::Txid).map_err(|_| KrakenError::UNKNOWN_ORDER.into())
}

fn cancel_all(fields: &Fields<'_>, world: &mut World, now: Timestamp) -> Result<String, Refused> {
    fields.only(&[&["token"]], "cancel_all")?;
    let account = session(fields, world, Rights::Cancel, now)?;
    let count = world.cancel_all(account, now)?;
    Ok(Json::object().raw("count", count).close())
}

fn cancel_all_after(
    fields: &Fields<'_>,
    world: &mut World,
    now: Timestamp,
) -> Result<String, Refused> {
    fields.only(&[&["timeout", "token"]], "cancel_all_orders_after")?;
    let seconds = fields.integer("timeout")?.ok_or_else(|| missing("timeout"))?;
    if !(0..=SWITCH_SECONDS_MAX).contains(&seconds) {
        return Err(KrakenError::invalid("timeout").into());
    }
    let account = session(fields, world, Rights::Cancel, now)?;
    let timeout = Duration::from_secs(seconds.unsigned_abs());
    let trigger = world.cancel_all_after(account, Some(timeout), now);
    let result = Json::object().text("currentTime", Seconds(now));
    let trigger = trigger.map_or_else(|| "0".to_owned(), |at| Seconds(at).to_string());
    Ok(result.text("triggerTime", trigger).close())
}

fn batch_cancel(fields: &Fields<'_>, world: &mut World, now: Timestamp) -> Result<String, Refused> {
    fields.only(&[&["orders", "cl_ord_id", "token"]], "batch_cancel")?;
    let mut all = Vec::new();
    for row in fields.list("orders")?.unwrap_or_default() {
        all.push(if let Ok(userref) = serde_json::from_str::<i64>(row.get()) {
            OrderSelector::Userref(userref)
        } else {
            let text: String = serde_json::from_str(row.get()).map_err(|_| missing("orders"))?;
            txid(&text)?
        });
    }
    let clients = fields.texts("cl_ord_id")?.unwrap_or_default();
    all.extend(clients.into_iter().map(Cow::into_owned).map(OrderSelector::ClientId));
    if !BATCH_CANCEL.contains(&all.len()) {
        return Err(KrakenError::invalid("orders").into());
    }
    let account = session(fields, world, Rights::Cancel, now)?;
    let count = world.cancel_batch(account, &all, now)?;
    Ok(Json::object().raw("count", count).close())
}

#[cfg(test)]
mod tests;
