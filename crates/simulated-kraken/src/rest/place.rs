//! `AddOrder` (<https://docs.kraken.com/api-reference/trading/add-order>, read on 2026-11-21).

use crate::{
    json::Json,
    names::Names,
    rest::{
        description::Description, envelope::Outcome, order_form, price_text::PriceForm,
        private::Call,
    },
    venue::requests::PlaceRequest,
};

/// `AddOrder`; an order that is only checked has no `txid`.
pub(crate) fn add_order(call: &mut Call<'_>) -> Outcome {
    let form = PriceForm::find(call.world, call.parameters.required("pair")?)?;
    let terms = call.terms()?;
    let request = order_form::read(call.parameters, &form, terms, call.now)?;
    let txid = call.world.place(call.account, &request, call.now)?;
    let object = Json::object().raw("descr", descr(&request, call.world.venue.names()));
    Ok(match txid {
        Some(txid) => object.raw("txid", Json::array().push_text(txid).close()).close(),
        None => object.close(),
    })
}

/// The object `descr` of an order that was asked for.
pub(crate) fn descr(request: &PlaceRequest, names: &Names) -> String {
    let order = &request.order;
    let description = Description {
        pair: order.pair,
        side: order.side,
        kind: order.kind,
        quantity: order.quantity,
        close: order.close,
    };
    description.to_short_json(names)
}
