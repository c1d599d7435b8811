//! `OpenOrders`, `ClosedOrders`, `QueryOrders` and `OrderAmends`
//! (<https://docs.kraken.com/api-reference/account-data/>, read on 2026-11-21).

use trading_types::{OrderQuantity, VenueOrderId};

use crate::{
    json::Json,
    keys::Permission,
    kraken_error::KrakenError,
    rest::{
        envelope::Outcome,
        order_form,
        order_object::{self, Trades},
        page::{Page, Stretch},
        parameters::Parameters,
        private::Call,
    },
    venue::records::{AmendKind, AmendRecord, OrderRecord},
};

/// Orders that may be asked for at once.
const TXIDS_MAX: usize = 50;

/// Which orders are meant by the client's own names for them.
struct Whose {
    client_id: Option<String>,
    userref: Option<i64>,
}

impl Whose {
    fn read(parameters: &Parameters) -> Result<Self, KrakenError> {
        let client_id = order_form::client_id(parameters)?;
        Ok(Self { client_id, userref: order_form::userref(parameters)? })
    }

    fn means(&self, order: &OrderRecord) -> bool {
        let by_id = self.client_id.is_none() || self.client_id == order.client_id;
        by_id && (self.userref.is_none() || self.userref == order.userref)
    }
}

fn trades(parameters: &Parameters) -> Result<Trades, KrakenError> {
    let consolidate = parameters.optional_flag("consolidate_taker")?.unwrap_or(true);
    Ok(match (parameters.flag("trades")?, consolidate) {
        (false, _) => Trades::Omitted,
        (true, false) => Trades::Each,
        (true, true) => Trades::Consolidated,
    })
}

/// `OpenOrders`
pub(crate) fn open_orders(call: &mut Call<'_>) -> Outcome {
    let venue = &call.world.venue;
    let (whose, trades) = (Whose::read(call.parameters)?, trades(call.parameters)?);
    let meant = venue.open_orders(call.account).filter(|order| whose.means(order));
    let open = meant.fold(Json::object(), |open, order| {
        open.raw(order.txid.as_str(), order_object::write(order, venue, trades))
    });
    Ok(Json::object().raw("open", open.close()).close())
}

/// `ClosedOrders`
pub(crate) fn closed_orders(call: &mut Call<'_>) -> Outcome {
    let venue = &call.world.venue;
    let (whose, trades) = (Whose::read(call.parameters)?, trades(call.parameters)?);
    let own = |txid: &_| venue.order(txid).filter(|order| order.account == call.account);
    let stretch = Stretch::read(call.parameters, |txid| own(txid).map(|order| order.opened_at))?;
    let by = By::read(call.parameters)?;
    let page = Page::read(call.parameters)?.shifting(&mut call.world.faults);
    let meant = venue.closed_orders(call.account).rev();
    let meant = meant.filter(|order| whose.means(order) && by.lies_in(stretch, order));
    Ok(page.write("closed", meant, |order| {
        (order.txid.to_string(), order_object::write(order, venue, trades))
    }))
}

/// By which of its times an order is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Opening,
    Closing,
    Either,
}

impl By {
    fn read(parameters: &Parameters) -> Result<Self, KrakenError> {
        match parameters.text("closetime")? {
            None | Some("both") => Ok(Self::Either),
            Some("open") => Ok(Self::Opening),
            Some("close") => Ok(Self::Closing),
            Some(_) => Err(KrakenError::invalid("closetime")),
        }
    }

    fn lies_in(self, stretch: Stretch, order: &OrderRecord) -> bool {
        let opened = stretch.contains(order.opened_at);
        let closed = order.closed_at.is_some_and(|at| stretch.contains(at));
        match self {
            Self::Opening => opened,
            Self::Closing => closed,
            Self::Either => opened || closed,
        }
    }
}

/// `QueryOrders`: what nobody knows is not in the answer.
pub(crate) fn query_orders(call: &mut Call<'_>) -> Outcome {
    let venue = &call.world.venue;
    let (whose, trades) = (Whose::read(call.parameters)?, trades(call.parameters)?);
    let mut all = Json::object();
    for txid in txids(call.parameters, "txid", TXIDS_MAX)? {
        let own = venue.order(&txid).filter(|order| order.account == call.account);
        let Some(order) = own.filter(|order| whose.means(order)) else { continue };
        is_visible(call, order)?;
        all = all.raw(txid.as_str(), order_object::write(order, venue, trades));
    }
    Ok(all.close())
}

/// Names of orders, trades or ledger entries; the same one twice is one.
pub(crate) fn txids(
    parameters: &Parameters,
    name: &str,
    max: usize,
) -> Result<Vec<VenueOrderId>, KrakenError> {
    let texts = parameters.list(name)?;
    if texts.is_empty() || max < texts.len() {
        return Err(KrakenError::invalid(name));
    }
    let mut all: Vec<VenueOrderId> = Vec::new();
    for text in texts {
        let id = text.parse().map_err(|_| KrakenError::fixed("EOrder:Invalid order"))?;
        if !all.contains(&id) {
            all.push(id);
        }
    }
    Ok(all)
}

/// Live orders need one permission, ended ones another.
fn is_visible(call: &Call<'_>, order: &OrderRecord) -> Result<(), KrakenError> {
    let needed = if order.state.is_live() {
        Permission::QueryOpenTrades
    } else {
        Permission::QueryClosedTrades
    };
    if call.may(needed) { Ok(()) } else { Err(KrakenError::PERMISSION_DENIED) }
}

/// `OrderAmends`
pub(crate) fn order_amends(call: &mut Call<'_>) -> Outcome {
    let venue = &call.world.venue;
    let txid = call.parameters.required("order_id")?;
    let order = txid.parse().ok().and_then(|txid| venue.order(&txid));
    let own = order.filter(|order| order.account == call.account);
    let order = own.ok_or(KrakenError::UNKNOWN_ORDER)?;
    is_visible(call, order)?;
    let lot_decimals = usize::from(venue.names().lot_decimals(order.pair()));
    let price_decimals = usize::from(venue.names().price_decimals(order.pair()));
    let decimals = (lot_decimals, price_decimals);
    let amends = order.amends.iter().map(|amend| amend_json(amend, decimals));
    let object = Json::object()
        .raw("count", order.amends.len())
        .raw("amends", amends.fold(Json::array(), Json::push_raw).close());
    Ok(object.close())
}

fn amend_json(amend: &AmendRecord, (lot_decimals, price_decimals): (usize, usize)) -> String {
    let kind = match amend.kind {
        AmendKind::Original => "original",
        AmendKind::User => "user",
    };
    let quantity = match amend.quantity {
        OrderQuantity::Base(quantity) => format!("{quantity:.lot_decimals$}"),
        OrderQuantity::Quote(amount) => format!("{amount:.lot_decimals$}"),
    };
    let mut object = Json::object()
        .text("amend_id", amend.id)
        .text("amend_type", kind)
        .text("order_qty", quantity)
        .text("remaining_qty", format_args!("{:.lot_decimals$}", amend.remaining));
    if let Some(displayed) = amend.displayed {
        object = object.text("display_qty", format_args!("{displayed:.lot_decimals$}"));
    }
    for (name, price) in [("limit_price", amend.limit), ("trigger_price", amend.trigger)] {
        if let Some(price) = price {
            object = object.text(name, format_args!("{price:.price_decimals$}"));
        }
    }
    if let Some(reason) = &amend.reason {
        object = object.text("reason", reason);
    }
    object.raw("post_only", amend.post_only).raw("timestamp", amend.time.nanos()).close()
}
