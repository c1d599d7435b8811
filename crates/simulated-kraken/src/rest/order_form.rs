//! An order as a client writes it (<https://docs.kraken.com/api-reference/trading/add-order>, read
//! on 2026-11-21), made into an order as the exchange understands it.
//!
//! The invariant: what the text says is what is placed, digit for digit; whatever cannot be said is
//! refused with Kraken's words for it.

use trading_types::{
    ClientOrderId, FeeCurrency, NewOrder, OrderQuantity, SelfTradePrevention, Side, Timestamp,
};

use crate::{
    kraken_error::KrakenError,
    rest::{parameters::Parameters, price_text::PriceForm},
    venue::requests::PlaceRequest,
};

mod kind;
mod timing;

pub(crate) use timing::check_deadline;

/// Free texts of a client's own names are no longer than this.
const CLIENT_ID_MAX: usize = 18;

/// What holds for all orders of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    pub(crate) deadline: Option<Timestamp>,
    pub(crate) validate_only: bool,
}

/// The order that `parameters` describe.
pub(crate) fn read(
    parameters: &Parameters,
    form: &PriceForm,
    terms: Terms,
    now: Timestamp,
) -> Result<PlaceRequest, KrakenError> {
    let side = side(parameters)?;
    let flags = OrderFlags::read(parameters)?;
    let quantity = quantity(parameters, &flags)?;
    let kind = kind::read(parameters, form, side, quantity)?;
    let close = kind::close(parameters, form, side, &kind)?;
    let (client_id, userref) = (client_id(parameters)?, userref(parameters)?);
    if client_id.is_some() && (userref.is_some() || close.is_some()) {
        return Err(KrakenError::invalid("cl_ord_id"));
    }
    refuse_margin(parameters)?;
    let order = NewOrder {
        // The venue gives its own.
        id: ClientOrderId::new(0, 0),
        pair: form.pair,
        side,
        kind,
        quantity,
        time_in_force: timing::time_in_force(parameters, now)?,
        post_only: flags.post_only,
        fee_currency: flags.fee_currency,
        self_trade: self_trade(parameters)?,
        deadline: terms.deadline,
        start: timing::start(parameters, now)?,
        close,
    };
    if flags.post_only && kind.limit().is_none() || flags.is_in_quote && !is_market_buy(&order) {
        return Err(KrakenError::invalid("oflags"));
    }
    Ok(PlaceRequest { order, client_id, userref, validate_only: terms.validate_only })
}

fn is_market_buy(order: &NewOrder) -> bool {
    order.side == Side::Buy && matches!(order.kind, trading_types::OrderKind::Market)
}

fn side(parameters: &Parameters) -> Result<Side, KrakenError> {
    match parameters.required("type")? {
        "buy" => Ok(Side::Buy),
        "sell" => Ok(Side::Sell),
        _ => Err(KrakenError::invalid("type")),
    }
}

/// `oflags`
struct OrderFlags {
    post_only: bool,
    is_in_quote: bool,
    fee_currency: FeeCurrency,
}

impl OrderFlags {
    fn read(parameters: &Parameters) -> Result<Self, KrakenError> {
        // The documentation says that sells pay in base asset by default; recorded sells say
        // `fciq`, and so do Kraken's own examples.
        let mut flags =
            Self { post_only: false, is_in_quote: false, fee_currency: FeeCurrency::Quote };
        let list = parameters.list("oflags")?;
        for flag in &list {
            match *flag {
                "post" => flags.post_only = true,
                "viqc" => flags.is_in_quote = true,
                "fcib" => flags.fee_currency = FeeCurrency::Base,
                // Market price protection cannot be switched off any more.
                "fciq" | "nompp" => {}
                _ => return Err(KrakenError::invalid("oflags")),
            }
        }
        if list.contains(&"fcib") && list.contains(&"fciq") {
            return Err(KrakenError::invalid("oflags"));
        }
        Ok(flags)
    }
}

/// Whether the flags of an edit ask for `post`; nothing when it has none.
pub(crate) fn post_only(parameters: &Parameters) -> Result<Option<bool>, KrakenError> {
    let flags = OrderFlags::read(parameters)?;
    Ok(parameters.has("oflags").then_some(flags.post_only))
}

fn quantity(parameters: &Parameters, flags: &OrderFlags) -> Result<OrderQuantity, KrakenError> {
    let refused = || KrakenError::invalid("volume");
    let text = parameters.required("volume")?;
    let (quantity, is_positive) = if flags.is_in_quote {
        let amount: trading_types::Amount = text.parse().map_err(|_| refused())?;
        (OrderQuantity::Quote(amount), amount.is_positive())
    } else {
        let quantity: trading_types::Quantity = text.parse().map_err(|_| refused())?;
        (OrderQuantity::Base(quantity), quantity.is_positive())
    };
    if is_positive { Ok(quantity) } else { Err(refused()) }
}

/// A UUID, 32 hexadecimal digits, or a short text.
pub(crate) fn client_id(parameters: &Parameters) -> Result<Option<String>, KrakenError> {
    let Some(text) = parameters.text("cl_ord_id")? else { return Ok(None) };
    if is_client_id(text) {
        Ok(Some(text.to_owned()))
    } else {
        Err(KrakenError::invalid("cl_ord_id"))
    }
}

/// Whether a text has one of the three forms of a client's own name.
pub(crate) fn is_client_id(text: &str) -> bool {
    const DASHES: [usize; 4] = [8, 13, 18, 23];
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_uuid = text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| {
            if DASHES.contains(&place) { byte == b'-' } else { byte.is_ascii_hexdigit() }
        });
    let is_short = text.len() <= CLIENT_ID_MAX && text.is_ascii() && !text.contains('\0');
    is_uuid || text.len() == 32 && is_hex(text) || is_short
}

/// A number of 32 bits.
pub(crate) fn userref(parameters: &Parameters) -> Result<Option<i64>, KrakenError> {
    Ok(parameters.parsed::<i32>("userref")?.map(i64::from))
}

fn self_trade(parameters: &Parameters) -> Result<SelfTradePrevention, KrakenError> {
    match parameters.text("stptype")? {
        None | Some("cancel-newest") => Ok(SelfTradePrevention::CancelNewest),
        Some("cancel-oldest") => Ok(SelfTradePrevention::CancelOldest),
        Some("cancel-both") => Ok(SelfTradePrevention::CancelBoth),
        Some(_) => Err(KrakenError::invalid("stptype")),
    }
}

/// An account without margin has nothing to reduce and no allowance.
fn refuse_margin(parameters: &Parameters) -> Result<(), KrakenError> {
    if parameters.flag("reduce_only")? {
        return Err(KrakenError::fixed("EOrder:Reduce only:No position exists"));
    }
    match parameters.text("leverage")? {
        None | Some("none") => Ok(()),
        Some(_) => Err(KrakenError::fixed("EOrder:Margin allowance exceeded")),
    }
}

#[cfg(test)]
mod tests;
