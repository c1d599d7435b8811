//! `AddOrderBatch` (<https://docs.kraken.com/api-reference/trading/add-order-batch>, read on
//! 2026-11-21).
//!
//! The invariant: rows come back in the order in which they were sent. What cannot be understood
//! refuses the whole batch; what the exchange refuses, it refuses one by one.

use trading_types::VenueOrderId;

use crate::{
    json::Json,
    kraken_error::KrakenError,
    rest::{envelope::Outcome, order_form, place::descr, price_text::PriceForm, private::Call},
};

/// Orders in a batch: at least,
const ORDERS_MIN: usize = 2;
/// and at most.
const ORDERS_MAX: usize = 15;

/// `AddOrderBatch`
pub(crate) fn add_order_batch(call: &mut Call<'_>) -> Outcome {
    let form = PriceForm::find(call.world, call.parameters.required("pair")?)?;
    let terms = call.terms()?;
    let rows = call.parameters.rows("orders")?;
    if !(ORDERS_MIN..=ORDERS_MAX).contains(&rows.len()) {
        return Err(KrakenError::invalid("orders").into());
    }
    let read = |row| order_form::read(row, &form, terms, call.now);
    let requests = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let carried_out = call.world.faults.torn(&requests);
    let placed = call.world.venue.place_batch(call.account, form.pair, carried_out, call.now)?;
    let names = call.world.venue.names();
    let rows = requests.iter().map(|request| descr(request, names)).zip(placed).map(row);
    let orders = rows.fold(Json::array(), Json::push_raw);
    Ok(Json::object().raw("orders", orders.close()).close())
}

fn row((descr, placed): (String, Result<Option<VenueOrderId>, KrakenError>)) -> String {
    let object = Json::object();
    let object = match placed {
        Ok(Some(txid)) => object.text("txid", txid),
        Ok(None) => object,
        Err(error) => object.text("error", error),
    };
    object.raw("descr", descr).close()
}
