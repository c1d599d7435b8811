//! `AmendOrder`, which changes an order in place, and `EditOrder`, which replaces it
//! (<https://docs.kraken.com/exchange/guides/general/amends>, read on 2026-11-21).

use trading_types::{Price, Quantity, Side};

use crate::{
    json::Json,
    kraken_error::KrakenError,
    rest::{
        cancel::selector,
        description::{Description, quantity_text},
        envelope::{Outcome, Refused},
        order_form,
        parameters::Parameters,
        price_text::{Place, PriceForm, Way},
        private::Call,
    },
    venue::{
        changing::{EditRefused, Edited},
        records::OrderRecord,
        requests::{AmendRequest, EditRequest, OrderSelector},
    },
};

/// `AmendOrder`
pub(crate) fn amend_order(call: &mut Call<'_>) -> Outcome {
    let selector = selector(call.parameters)?;
    let prices = Prices::of(call, &selector)?;
    let request = AmendRequest {
        selector,
        quantity: quantity(call.parameters, "order_qty")?,
        displayed: quantity(call.parameters, "display_qty")?,
        limit: prices.read(call.parameters, "limit_price", Place::Primary)?,
        trigger: prices.read(call.parameters, "trigger_price", Place::Primary)?,
        post_only: call.parameters.flag("post_only")?,
        deadline: call.deadline()?,
    };
    let id = call.world.venue.amend(call.account, &request, call.now)?;
    Ok(Json::object().text("amend_id", id).close())
}

/// `EditOrder`
pub(crate) fn edit_order(call: &mut Call<'_>) -> Outcome {
    let selector = selector(call.parameters)?;
    let prices = Prices::of(call, &selector)?;
    let pair = PriceForm::find(call.world, call.parameters.required("pair")?)?.pair;
    if pair != prices.form.pair {
        return Err(KrakenError::invalid("pair").into());
    }
    let request = EditRequest {
        selector,
        quantity: quantity(call.parameters, "volume")?,
        displayed: quantity(call.parameters, "displayvol")?,
        price: prices.read(call.parameters, "price", Place::Primary)?,
        secondary_price: prices.read(call.parameters, "price2", Place::Secondary)?,
        post_only: order_form::post_only(call.parameters)?,
        userref: order_form::userref(call.parameters)?,
        deadline: call.deadline()?,
        validate_only: call.parameters.flag("validate")?,
    };
    match call.world.venue.edit(call.account, &request, call.now) {
        Ok(edited) => Ok(edited_json(call, edited)),
        Err(EditRefused { error, is_canceled }) => {
            let object = Json::object()
                .text("status", "err")
                .raw("orders_cancelled", u8::from(is_canceled))
                .text("error_message", &error);
            Err(Refused { error, result: is_canceled.then(|| object.close()) })
        }
    }
}

/// How prices of the order that is changed are read.
struct Prices {
    form: PriceForm,
    side: Side,
}

impl Prices {
    fn of(call: &Call<'_>, selector: &OrderSelector) -> Result<Self, KrakenError> {
        let venue = &call.world.venue;
        let found = venue.find(call.account, selector);
        let [order] = found.as_slice() else { return Err(KrakenError::UNKNOWN_ORDER) };
        let form = PriceForm::find(call.world, venue.names().pair_id(order.pair()))?;
        Ok(Self { form, side: order.side() })
    }

    fn read(
        &self,
        parameters: &Parameters,
        name: &str,
        place: Place,
    ) -> Result<Option<Price>, KrakenError> {
        let Some(text) = parameters.text(name)? else { return Ok(None) };
        let sense = match self.side {
            Side::Buy => Way::Below,
            Side::Sell => Way::Above,
        };
        let stated = self.form.read(text, place)?;
        self.form.resolve(stated, sense, self.form.last).map(Some)
    }
}

fn quantity(parameters: &Parameters, name: &str) -> Result<Option<Quantity>, KrakenError> {
    let quantity = parameters.parsed::<Quantity>(name)?;
    if quantity.is_some_and(|quantity| !quantity.is_positive()) {
        return Err(KrakenError::invalid(name));
    }
    Ok(quantity)
}

fn edited_json(call: &Call<'_>, Edited { old, new }: Edited) -> String {
    let venue = &call.world.venue;
    let names = venue.names();
    let object = Json::object().text("status", "ok");
    let object = match &new {
        Some(txid) => object.text("txid", txid),
        None => object,
    };
    let object = object.text("originaltxid", old);
    let Some(order) = new.or(Some(old)).and_then(|txid| venue.order(&txid)) else {
        return object.close();
    };
    let userrefs = [("newuserref", Some(order)), ("olduserref", venue.order(&old))];
    let object = userrefs.into_iter().fold(object, |object, (name, order)| {
        match order.and_then(|order: &OrderRecord| order.userref) {
            Some(number) => object.text(name, number),
            None => object,
        }
    });
    let description = Description::of(order);
    let prices = description.prices(names);
    let volume = quantity_text(order.quantity, names.lot_decimals(order.pair()));
    let object = object.text("volume", volume).text("price", prices.price);
    let object = match prices.secondary.as_str() {
        "0" => object,
        secondary => object.text("price2", secondary),
    };
    object
        .raw("orders_cancelled", u8::from(new.is_some()))
        .raw("descr", description.to_short_json(names))
        .close()
}
