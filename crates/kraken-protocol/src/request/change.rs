//! Calls that change or cancel what is open: amend, cancel, the dead-man switch
//! (<https://docs.kraken.com/exchange/guides/general/amends>, read on 2026-11-21).

use std::time::Duration;

use trading_types::{Amendment, ClientOrderId, Pair, Price, Quantity, Timestamp, VenueOrderId};

use super::{Parameters, Request, RequestError, check_count, encoding, milliseconds};
use crate::endpoint::Endpoint;

/// How many orders one `CancelOrderBatch` takes.
const BATCH: (usize, usize) = (2, 50);
/// The longest that the dead-man switch waits: a day.
const SWITCH_MAX: Duration = Duration::from_hours(24);

/// Which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderName {
    /// By our name for it.
    Ours(ClientOrderId),
    /// By Kraken's.
    Krakens(VenueOrderId),
}

/// A change to an open order. What is `None` stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amend {
    /// Which order.
    pub order: OrderName,
    /// The new total quantity, what has already traded included.
    pub quantity: Option<Quantity>,
    /// How much of an iceberg is shown.
    pub displayed: Option<Quantity>,
    /// The new limit price.
    pub limit: Option<Price>,
    /// The new trigger price.
    pub trigger: Option<Price>,
    /// Whether the change is refused if the order would then take.
    pub post_only: bool,
    /// Kraken must not make the change after this time.
    pub deadline: Option<Timestamp>,
}

impl From<Amendment> for Amend {
    fn from(amendment: Amendment) -> Self {
        let Amendment { order, quantity, limit, trigger } = amendment;
        let order = OrderName::Ours(order);
        let (displayed, deadline) = (None, None);
        Self { order, quantity, displayed, limit, trigger, post_only: false, deadline }
    }
}

impl OrderName {
    fn parameter(self) -> (&'static str, String) {
        match self {
            Self::Ours(id) => ("cl_ord_id", id.to_string()),
            Self::Krakens(id) => ("txid", id.to_string()),
        }
    }
}

impl Request {
    /// Changes an open order of `pair` in place.
    pub fn amend_order(amend: &Amend, pair: Pair) -> Result<Self, RequestError> {
        let quantity = Quantity::is_positive;
        let changes = [
            change("order_qty", "quantity", amend.quantity, quantity)?,
            change("display_qty", "displayed quantity", amend.displayed, quantity)?,
            change("limit_price", "limit price", amend.limit, Price::is_positive)?,
            change("trigger_price", "trigger price", amend.trigger, Price::is_positive)?,
        ];
        let changes: Parameters = changes.into_iter().flatten().collect();
        if changes.is_empty() {
            return Err(RequestError::NothingToAmend);
        }
        let mut parameters = vec![amend.order.parameter()];
        parameters.extend(changes);
        parameters.extend(amend.post_only.then(|| ("post_only", "true".to_owned())));
        parameters.extend(amend.deadline.map(|time| ("deadline", milliseconds(time))));
        Ok(Self::form(Endpoint::AmendOrder, parameters).on(pair))
    }

    /// Cancels an open order of `pair`.
    pub fn cancel_order(order: OrderName, pair: Pair) -> Self {
        Self::form(Endpoint::CancelOrder, vec![order.parameter()]).on(pair)
    }

    /// Cancels 2 to 50 open orders, of any pairs.
    pub fn cancel_order_batch(orders: &[OrderName]) -> Result<Self, RequestError> {
        let (min, max) = BATCH;
        check_count("orders", orders.len(), min, max)?;
        let mut json = String::new();
        for (field, wanted) in [("orders", "txid"), ("cl_ord_ids", "cl_ord_id")] {
            let names = orders.iter().map(|order| order.parameter());
            let names = names.filter(|(kind, _)| *kind == wanted);
            let names: Vec<String> = names.map(|(_, name)| encoding::text(&name)).collect();
            if !names.is_empty() {
                encoding::field(field, &encoding::list(names), &mut json);
            }
        }
        Ok(Self::json(Endpoint::CancelOrderBatch, json))
    }

    /// Cancels every open order of the account, whoever placed it.
    pub fn cancel_all() -> Self {
        Self::form(Endpoint::CancelAll, Vec::new())
    }

    /// The dead-man switch: cancels every open order of the account unless this is called again
    /// within `timeout`; whole seconds, zero to switch it off.
    pub fn cancel_all_orders_after(timeout: Duration) -> Result<Self, RequestError> {
        if SWITCH_MAX < timeout {
            return Err(RequestError::TooLong(SWITCH_MAX));
        }
        // Rounded up: less than a second is not zero, which would switch it off.
        let seconds = timeout.as_millis().div_ceil(1_000);
        let parameters = vec![("timeout", seconds.to_string())];
        Ok(Self::form(Endpoint::CancelAllOrdersAfter, parameters))
    }
}

/// A changed value as a parameter, if it is changed and above zero.
fn change<T: Copy + ToString>(
    parameter: &'static str,
    what: &'static str,
    value: Option<T>,
    is_positive: fn(T) -> bool,
) -> Result<Option<(&'static str, String)>, RequestError> {
    match value {
        Some(value) if !is_positive(value) => Err(RequestError::NotPositive(what)),
        Some(value) => Ok(Some((parameter, value.to_string()))),
        None => Ok(None),
    }
}
