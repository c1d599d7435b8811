//! An order as a client describes it on the socket
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/add_order>, read on
//! 2026-11-21), put into our words.
//!
//! The invariant: what the description does not say is Kraken's default, and what it says is never
//! left out silently but for the fields that Kraken ignores, too.

use std::{borrow::Cow, time::Duration};

use trading_types::{
    ClientOrderId, ConditionalClose, FeeCurrency, NewOrder, OrderKind, OrderQuantity, Pair, Price,
    SelfTradePrevention, Side, TimeInForce, Timestamp, Trigger, TriggerSource,
};

use super::{
    fields::{Fields, missing},
    refused::Refused,
    relative_price::PriceType,
};
use crate::{kraken_error::KrakenError, venue::requests::PlaceRequest};

/// What of a market decides prices that are stated as a distance.
#[derive(Clone, Copy, Debug)]
pub(super) struct MarketNow {
    pub(super) pair: Pair,
    pub(super) last: Option<Price>,
    pub(super) tick: Price,
}

/// The fields of an order in a batch.
pub(super) const BATCH_FIELDS: &[&str] = &[
    "order_type",
    "side",
    "order_qty",
    "limit_price",
    "limit_price_type",
    "triggers",
    "trigger",
    "stop_price",
    "time_in_force",
    "margin",
    "post_only",
    "reduce_only",
    "effective_time",
    "expire_time",
    "cl_ord_id",
    "order_userref",
    "conditional",
    "display_qty",
    "fee_preference",
    "no_mpp",
    "stp_type",
    "cash_order_qty",
    "sender_sub_id",
    "broker",
];

/// The fields that stand beside those of the orders, for one order or for a batch.
pub(super) const COMMON_FIELDS: &[&str] = &["symbol", "token", "validate", "deadline"];

const TRIGGER_FIELDS: &[&str] = &["reference", "price", "price_type"];
const CONDITIONAL_FIELDS: &[&str] = &[
    "order_type",
    "limit_price",
    "limit_price_type",
    "trigger_price",
    "trigger_price_type",
    "stop_price",
];

/// Reads an order without its deadline.
pub(super) fn read(fields: &Fields<'_>, market: &MarketNow) -> Result<PlaceRequest, Refused> {
    refuse_margin(fields)?;
    let side = side(fields)?;
    let close = fields.object("conditional")?.map(|close| conditional(&close, side, market));
    let order = NewOrder {
        id: ClientOrderId::new(0, 0),
        pair: market.pair,
        side,
        kind: kind(fields, side, market)?,
        quantity: quantity(fields)?,
        time_in_force: time_in_force(fields)?,
        post_only: fields.flag("post_only", false)?,
        fee_currency: fee_currency(fields)?,
        self_trade: self_trade(fields)?,
        deadline: None,
        start: fields.time("effective_time")?,
        close: close.transpose()?,
    };
    // It is read and ignored, as Kraken has done since 2026.
    fields.flag("no_mpp", false)?;
    let client_id = fields.text("cl_ord_id")?.map(Cow::into_owned);
    Ok(PlaceRequest { order, client_id, userref: userref(fields)?, validate_only: false })
}

/// The client's own number for an order, of 32 bits.
pub(super) fn userref(fields: &Fields<'_>) -> Result<Option<i64>, Refused> {
    let userref = fields.integer("order_userref")?;
    match userref {
        Some(number) if i32::try_from(number).is_err() => {
            Err(KrakenError::invalid("order_userref").into())
        }
        Some(_) | None => Ok(userref),
    }
}

/// The accounts here have no margin.
fn refuse_margin(fields: &Fields<'_>) -> Result<(), Refused> {
    if fields.flag("margin", false)? {
        return Err(KrakenError::fixed("EOrder:Margin allowance exceeded").into());
    }
    if fields.flag("reduce_only", false)? {
        return Err(KrakenError::fixed("EOrder:Reduce only:No position exists").into());
    }
    Ok(())
}

fn side(fields: &Fields<'_>) -> Result<Side, Refused> {
    match fields.needed_text("side")?.as_ref() {
        "buy" => Ok(Side::Buy),
        "sell" => Ok(Side::Sell),
        _ => Err(KrakenError::invalid("side").into()),
    }
}

fn quantity(fields: &Fields<'_>) -> Result<OrderQuantity, Refused> {
    let base = fields.quantity("order_qty")?.map(OrderQuantity::Base);
    let quote = fields.amount("cash_order_qty")?.map(OrderQuantity::Quote);
    quote.or(base).ok_or_else(|| missing("order_qty"))
}

/// FOK is known to REST alone
/// (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/add_order>, read on
/// 2026-11-21).
fn time_in_force(fields: &Fields<'_>) -> Result<TimeInForce, Refused> {
    match fields.text("time_in_force")?.as_deref() {
        None | Some("gtc" | "GTC") => Ok(TimeInForce::GoodTilCanceled),
        Some("ioc" | "IOC") => Ok(TimeInForce::ImmediateOrCancel),
        Some("gtd" | "GTD") => fields
            .time("expire_time")?
            .map(TimeInForce::GoodTilDate)
            .ok_or_else(|| missing("expire_time")),
        Some(_) => Err(KrakenError::invalid("time_in_force").into()),
    }
}

/// Recorded orders of both sides that say nothing have `fciq`, whatever the page says.
fn fee_currency(fields: &Fields<'_>) -> Result<FeeCurrency, Refused> {
    match fields.text("fee_preference")?.as_deref() {
        None | Some("quote") => Ok(FeeCurrency::Quote),
        Some("base") => Ok(FeeCurrency::Base),
        Some(_) => Err(KrakenError::invalid("fee_preference").into()),
    }
}

fn self_trade(fields: &Fields<'_>) -> Result<SelfTradePrevention, Refused> {
    match fields.text("stp_type")?.as_deref() {
        None | Some("cancel_newest") => Ok(SelfTradePrevention::CancelNewest),
        Some("cancel_oldest") => Ok(SelfTradePrevention::CancelOldest),
        Some("cancel_both") => Ok(SelfTradePrevention::CancelBoth),
        Some(_) => Err(KrakenError::invalid("stp_type").into()),
    }
}

/// The numbers that make a kind, wherever they stand.
struct Prices {
    limit: Option<Price>,
    limit_type: Option<PriceType>,
    trigger: Option<Price>,
    trigger_type: Option<PriceType>,
    source: TriggerSource,
    displayed: Option<trading_types::Quantity>,
}

fn kind(fields: &Fields<'_>, side: Side, market: &MarketNow) -> Result<OrderKind, Refused> {
    // `triggers` is what the page says, `trigger` is what it once was: a mere reference, or with
    // some clients the whole object.
    let triggers = match fields.object("triggers")? {
        Some(triggers) => triggers,
        None => fields.object("trigger").ok().flatten().unwrap_or_default(),
    };
    triggers.only(&[TRIGGER_FIELDS], "add_order")?;
    let old_reference = fields.text("trigger").ok().flatten();
    let reference = triggers.text("reference")?.or(old_reference);
    let trigger = triggers.price("price")?;
    let prices = Prices {
        limit: fields.price("limit_price")?,
        limit_type: read_type(fields, "limit_price_type")?,
        trigger: if trigger.is_some() { trigger } else { fields.price("stop_price")? },
        trigger_type: read_type(&triggers, "price_type")?,
        source: source(reference.as_deref())?,
        displayed: fields.quantity("display_qty")?,
    };
    prices.kind(&fields.needed_text("order_type")?, side, market)
}

fn conditional(
    fields: &Fields<'_>,
    side: Side,
    market: &MarketNow,
) -> Result<ConditionalClose, Refused> {
    fields.only(&[CONDITIONAL_FIELDS], "add_order")?;
    let trigger = fields.price("trigger_price")?;
    let prices = Prices {
        limit: fields.price("limit_price")?,
        limit_type: read_type(fields, "limit_price_type")?,
        trigger: if trigger.is_some() { trigger } else { fields.price("stop_price")? },
        trigger_type: read_type(fields, "trigger_price_type")?,
        source: TriggerSource::Last,
        displayed: None,
    };
    let kind = prices.kind(&fields.needed_text("order_type")?, side.opposite(), market)?;
    Ok(ConditionalClose { kind })
}

fn read_type(fields: &Fields<'_>, name: &str) -> Result<Option<PriceType>, Refused> {
    let is_said = fields.raw(name).is_some();
    PriceType::read(fields, name, PriceType::Static).map(|read| is_said.then_some(read))
}

fn source(reference: Option<&str>) -> Result<TriggerSource, Refused> {
    match reference {
        None | Some("last") => Ok(TriggerSource::Last),
        Some("index") => Ok(TriggerSource::Index),
        Some(_) => Err(KrakenError::invalid("reference").into()),
    }
}

impl Prices {
    fn kind(&self, name: &str, side: Side, market: &MarketNow) -> Result<OrderKind, Refused> {
        let limit = || self.limit(market.last, market);
        let trigger = || self.trigger(market);
        let behind = || self.limit(Some(self.trigger(market)?.price), market);
        Ok(match name {
            "market" => OrderKind::Market,
            "limit" => OrderKind::Limit { price: limit()? },
            "iceberg" => {
                let displayed = self.displayed.ok_or_else(|| missing("display_qty"))?;
                OrderKind::Iceberg { price: limit()?, displayed }
            }
            "stop-loss" => OrderKind::StopLoss { trigger: trigger()? },
            "stop-loss-limit" => OrderKind::StopLossLimit { trigger: trigger()?, price: behind()? },
            "take-profit" => OrderKind::TakeProfit { trigger: trigger()? },
            "take-profit-limit" => {
                OrderKind::TakeProfitLimit { trigger: trigger()?, price: behind()? }
            }
            "trailing-stop" => {
                OrderKind::TrailingStop { offset: self.offset()?, source: self.source }
            }
            "trailing-stop-limit" => OrderKind::TrailingStopLimit {
                offset: self.offset()?,
                source: self.source,
                limit_offset: self.limit_offset(side, market)?,
            },
            _ => return Err(KrakenError::invalid("ordertype").into()),
        })
    }

    fn limit(&self, base: Option<Price>, market: &MarketNow) -> Result<Price, Refused> {
        let value = self.limit.ok_or_else(|| missing("limit_price"))?;
        self.limit_type.unwrap_or(PriceType::Static).price(value, base, market.tick)
    }

    fn trigger(&self, market: &MarketNow) -> Result<Trigger, Refused> {
        let value = self.trigger.ok_or_else(|| missing("triggers"))?;
        let kind = self.trigger_type.unwrap_or(PriceType::Static);
        let price = kind.price(value, market.last, market.tick)?;
        Ok(Trigger { price, source: self.source })
    }

    fn offset(&self) -> Result<trading_types::TrailingOffset, Refused> {
        let value = self.trigger.ok_or_else(|| missing("triggers"))?;
        self.trigger_type.unwrap_or(PriceType::Quote).offset(value)
    }

    /// On the wire it is added to the trigger; in our words negative is worse for its owner.
    fn limit_offset(&self, side: Side, market: &MarketNow) -> Result<Price, Refused> {
        let invalid = || Refused::from(KrakenError::fixed("EOrder:Invalid price"));
        let value = self.limit.ok_or_else(|| missing("limit_price"))?;
        let added = match self.limit_type.unwrap_or(PriceType::Quote) {
            PriceType::Static => return Err(invalid()),
            PriceType::Quote => value,
            PriceType::Percent => {
                let moved = PriceType::Percent.price(value, market.last, market.tick)?;
                let last = market.last.ok_or_else(invalid)?;
                moved.round_to(market.tick, trading_types::Rounding::Down)
                    - last.round_to(market.tick, trading_types::Rounding::Down)
            }
        };
        match side {
            Side::Sell => Ok(added),
            Side::Buy => added.units().checked_neg().map(Price::from_units).ok_or_else(invalid),
        }
    }
}

const DEADLINE_DEFAULT: Duration = Duration::from_secs(5);
const DEADLINE_MIN: Duration = Duration::from_millis(500);
const DEADLINE_MAX: Duration = Duration::from_mins(1);

/// Until when a request may be carried out; on the socket there always is such a time.
pub(super) fn deadline(fields: &Fields<'_>, now: Timestamp) -> Result<Timestamp, Refused> {
    match fields.time("deadline")? {
        None => Ok(now + DEADLINE_DEFAULT),
        Some(at) if at <= now => Err(KrakenError::DEADLINE_ELAPSED.into()),
        Some(at) if at < now + DEADLINE_MIN || now + DEADLINE_MAX < at => {
            Err(KrakenError::invalid("deadline").into())
        }
        Some(at) => Ok(at),
    }
}

#[cfg(test)]
mod tests;
