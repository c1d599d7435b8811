//! Cancels, one by one and all together
//! (<https://docs.kraken.com/api-reference/trading/cancel-order>, read on 2026-11-21).

use std::time::Duration;

use trading_types::VenueStatus;

use crate::{
    json::Json,
    kraken_error::KrakenError,
    rest::{
        envelope::Outcome, order_form::is_client_id, parameters::Parameters, private::Call,
        time_text::whole_seconds,
    },
    venue::requests::OrderSelector,
};

/// Orders in a batch, at most.
const ORDERS_MAX: usize = 50;
/// The dead man's switch is wound up for a day at most.
const TIMEOUT_MAX: u64 = 86_400;

/// `CancelOrder`
pub(crate) fn cancel_order(call: &mut Call<'_>) -> Outcome {
    let selector = selector(call.parameters)?;
    let count = call.world.cancel(call.account, &selector, call.now)?;
    Ok(counted(count))
}

/// `CancelAll`
pub(crate) fn cancel_all(call: &mut Call<'_>) -> Outcome {
    Ok(counted(call.world.cancel_all(call.account, call.now)?))
}

/// `CancelOrderBatch`
pub(crate) fn cancel_order_batch(call: &mut Call<'_>) -> Outcome {
    let by_txid = call.parameters.list("orders")?.into_iter().map(by_txid);
    let by_client = call.parameters.list("cl_ord_ids")?.into_iter().map(by_client);
    let selectors = by_txid.chain(by_client).collect::<Result<Vec<_>, _>>()?;
    if selectors.is_empty() || ORDERS_MAX < selectors.len() {
        return Err(KrakenError::invalid("orders").into());
    }
    Ok(counted(call.world.cancel_batch(call.account, &selectors, call.now)?))
}

/// `CancelAllOrdersAfter`
pub(crate) fn cancel_all_after(call: &mut Call<'_>) -> Outcome {
    let timeout = call.parameters.parsed::<u64>("timeout")?;
    let timeout = timeout.filter(|timeout| *timeout <= TIMEOUT_MAX);
    let timeout = timeout.ok_or(KrakenError::invalid("timeout"))?;
    if call.world.venue.status() == VenueStatus::Maintenance {
        return Err(KrakenError::UNAVAILABLE.into());
    }
    let timeout = (timeout != 0).then_some(Duration::from_secs(timeout));
    let at = call.world.cancel_all_after(call.account, timeout, call.now);
    let object = Json::object()
        .text("currentTime", whole_seconds(call.now))
        .text("triggerTime", at.map_or("0".to_owned(), whole_seconds));
    Ok(object.close())
}

/// Which order is meant: `txid`, which may be a `userref`, or `cl_ord_id`.
pub(crate) fn selector(parameters: &Parameters) -> Result<OrderSelector, KrakenError> {
    match (parameters.text("txid")?, parameters.text("cl_ord_id")?) {
        (Some(text), _) => by_txid(text),
        (None, Some(text)) => by_client(text),
        (None, None) => Err(KrakenError::invalid("txid")),
    }
}

fn by_txid(text: &str) -> Result<OrderSelector, KrakenError> {
    let by_number = || text.parse::<i32>().ok().map(|n| OrderSelector::Userref(n.into()));
    let by_name = || text.parse().ok().map(OrderSelector::Txid);
    by_number().or_else(by_name).ok_or(KrakenError::UNKNOWN_ORDER)
}

fn by_client(text: &str) -> Result<OrderSelector, KrakenError> {
    if is_client_id(text) {
        Ok(OrderSelector::ClientId(text.to_owned()))
    } else {
        Err(KrakenError::invalid("cl_ord_id"))
    }
}

fn counted(count: u32) -> String {
    Json::object().raw("count", count).close()
}
