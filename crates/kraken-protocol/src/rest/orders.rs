//! Orders as Kraken keeps them: `OpenOrders`, `ClosedOrders`, `QueryOrders`, `OrderAmends`
//! (<https://docs.kraken.com/exchange/api-reference>, read on 2026-11-21).
//!
//! Whether an order has traded is read from what was executed and never from its status: a canceled
//! order can have traded too, and one that trades is still called open.

use trading_types::{
    Amount, ClientOrderId, FeeCurrency, OrderQuantity, Pair, Price, Quantity, Side, Timestamp,
    TradeId, VenueOrderId,
};

use super::{
    fields::{DecodeError, Fields, Read, Value, whole},
    pair_names::PairNames,
};

/// An order, ours or somebody else's on the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Kraken's name for it.
    pub id: VenueOrderId,
    /// The client id, whoever chose it.
    pub client_id: Option<String>,
    /// The number its sender tagged it with.
    pub userref: Option<i64>,
    /// Its state.
    pub status: OrderStatus,
    /// Why it was closed.
    pub reason: Option<String>,
    /// What it asked for.
    pub terms: Terms,
    /// How much, in base or (with `viqc`) in quote asset.
    pub quantity: OrderQuantity,
    /// How much base asset has traded.
    pub executed: Quantity,
    /// What was paid or received for it, before the fee.
    pub cost: Amount,
    /// The fee, in quote asset whatever it was taken in.
    pub fee: Amount,
    /// The average price of what has traded; decimals after the tenth are cut off.
    pub average_price: Option<Price>,
    /// The trigger price as it stands now, which moves with a trailing stop.
    pub stop_price: Option<Price>,
    /// The limit price after the trigger.
    pub limit_price: Option<Price>,
    /// When it was opened.
    pub opened: Timestamp,
    /// When it becomes active, if not at once.
    pub starts: Option<Timestamp>,
    /// When it ends by itself.
    pub expires: Option<Timestamp>,
    /// When it was closed.
    pub closed: Option<Timestamp>,
    /// Flags as Kraken lists them.
    pub flags: Vec<String>,
    /// What happened to it: `stopped`, `touched`, `liquidated`, `partial`, `amended`.
    pub marks: Vec<String>,
    /// Its trades, if they were asked for.
    pub trades: Vec<TradeId>,
}

/// What an order asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// On which pair, where its name is known.
    pub pair: Option<Pair>,
    /// The pair in Kraken's spelling.
    pub pair_text: String,
    /// Buy or sell.
    pub side: Side,
    /// The kind in Kraken's word, for instance `stop-loss-limit`.
    pub kind: String,
    /// The first price: a limit or a trigger.
    pub price: Option<StatedPrice>,
    /// The second price: the limit after a trigger.
    pub price2: Option<StatedPrice>,
    /// The leverage, for instance `2:1`. Nothing on a spot order.
    pub leverage: Option<String>,
    /// The order in Kraken's sentence.
    pub description: String,
    /// Its conditional close in Kraken's sentence.
    pub close: Option<String>,
}

/// A price as an order states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatedPrice {
    /// This price.
    At(Price),
    /// Relative to another, for instance `+50.0000%`.
    Relative(String),
}

/// The state of an order, by Kraken's words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is Kraken's own word")]
pub enum OrderStatus {
    Pending,
    Open,
    Closed,
    Canceled,
    Expired,
    /// A word we do not know.
    Other(String),
}

/// A page of closed orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedOrders {
    /// At most fifty orders.
    pub orders: Vec<Order>,
    /// How many there are on all pages.
    pub count: Option<u64>,
}

/// A change of an order, as `OrderAmends` lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmendRecord {
    /// Kraken's name for the change.
    pub id: String,
    /// `original`, `user` or `restated`, the last without having been asked.
    pub kind: String,
    /// The quantity from then on.
    pub quantity: Option<Quantity>,
    /// What was left to trade.
    pub remaining: Option<Quantity>,
    /// The limit price from then on.
    pub limit: Option<Price>,
    /// The trigger price from then on.
    pub trigger: Option<Price>,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub time: Timestamp,
}

impl Order {
    /// Our name for it, if it has the form of ours.
    pub fn our_id(&self) -> Option<ClientOrderId> {
        self.client_id.as_deref().and_then(|id| id.parse().ok())
    }

    /// Whether it may still trade.
    pub fn is_live(&self) -> bool {
        match self.status {
            OrderStatus::Pending | OrderStatus::Open => true,
            OrderStatus::Closed | OrderStatus::Canceled | OrderStatus::Expired => false,
            OrderStatus::Other(_) => self.closed.is_none(),
        }
    }

    /// Whether it may only rest.
    pub fn is_post_only(&self) -> bool {
        self.has_flag("post")
    }

    /// The currency its fee is taken in, where it says so.
    pub fn fee_currency(&self) -> Option<FeeCurrency> {
        let quote = self.has_flag("fciq").then_some(FeeCurrency::Quote);
        quote.or_else(|| self.has_flag("fcib").then_some(FeeCurrency::Base))
    }

    fn has_flag(&self, wanted: &str) -> bool {
        self.flags.iter().any(|flag| flag == wanted)
    }
}

/// Reads the result of `OpenOrders`.
pub fn open_orders(result: &str, names: &PairNames) -> Result<Vec<Order>, DecodeError> {
    whole(result)?.object()?.read("open", |open| all(open, names))
}

/// Reads the result of `ClosedOrders`.
pub fn closed_orders(result: &str, names: &PairNames) -> Result<ClosedOrders, DecodeError> {
    let fields = whole(result)?.object()?;
    Ok(ClosedOrders {
        orders: fields.read("closed", |closed| all(closed, names))?,
        count: fields.read_if_any("count", Value::integer)?,
    })
}

/// Reads the result of `QueryOrders`.
pub fn query_orders(result: &str, names: &PairNames) -> Result<Vec<Order>, DecodeError> {
    all(whole(result)?, names)
}

fn all(orders: Value<'_>, names: &PairNames) -> Read<Vec<Order>> {
    orders.object()?.each(|id, value| order(id, &value.object()?, names))
}

fn order(id: &str, fields: &Fields<'_>, names: &PairNames) -> Read<Order> {
    let flags = fields.read_if_any("oflags", list)?.unwrap_or_default();
    let in_quote = flags.iter().any(|flag| flag == "viqc");
    let quantity = |value: Value<'_>| {
        let base = || value.quantity().map(OrderQuantity::Base);
        if in_quote { value.amount().map(OrderQuantity::Quote) } else { base() }
    };
    let price = |name| fields.read_if_any(name, Value::price_if_any).map(Option::flatten);
    let time = |name| fields.read_if_any(name, Value::time_if_set).map(Option::flatten);
    let average = fields.read_if_any("price", Value::rough_price)?;
    Ok(Order {
        id: name(id)?,
        client_id: text_if_any(fields, "cl_ord_id")?,
        userref: fields.read_if_any("userref", Value::integer)?.filter(|number| *number != 0),
        status: fields.read("status", status)?,
        reason: text_if_any(fields, "reason")?,
        terms: fields.read("descr", |descr| terms(&descr.object()?, names))?,
        quantity: fields.read("vol", quantity)?,
        executed: fields.read("vol_exec", Value::quantity)?,
        cost: fields.read("cost", Value::amount)?,
        fee: fields.read("fee", Value::amount)?,
        average_price: average.filter(|price| !price.is_zero()),
        stop_price: price("stopprice")?,
        limit_price: price("limitprice")?,
        opened: fields.read("opentm", Value::time)?,
        starts: time("starttm")?,
        expires: time("expiretm")?,
        closed: time("closetm")?,
        marks: fields.read_if_any("misc", list)?.unwrap_or_default(),
        trades: fields.read_if_any("trades", |ids| ids.each(Value::parsed))?.unwrap_or_default(),
        flags,
    })
}

fn terms(fields: &Fields<'_>, names: &PairNames) -> Read<Terms> {
    let pair_text = fields.read("pair", Value::string)?;
    let leverage = text_if_any(fields, "leverage")?;
    Ok(Terms {
        pair: names.pair(&pair_text),
        pair_text,
        side: fields.read("type", side)?,
        kind: fields.read("ordertype", Value::string)?,
        price: fields.read_if_any("price", stated_price)?.flatten(),
        price2: fields.read_if_any("price2", stated_price)?.flatten(),
        leverage: leverage.filter(|leverage| leverage != "none"),
        description: text_if_any(fields, "order")?.unwrap_or_default(),
        close: text_if_any(fields, "close")?,
    })
}

/// A text that Kraken leaves empty where there is none.
pub(super) fn text_if_any(fields: &Fields<'_>, name: &str) -> Read<Option<String>> {
    Ok(fields.read_if_any(name, Value::string)?.filter(|text| !text.is_empty()))
}

/// The name of an entry that is filed under it.
pub(super) fn name<T: std::str::FromStr<Err: std::fmt::Display>>(id: &str) -> Read<T> {
    id.parse().map_err(|error: T::Err| DecodeError {
        field: String::new(),
        problem: super::Problem::Malformed(error.to_string()),
    })
}

/// Words with commas between them.
pub(super) fn list(value: Value<'_>) -> Read<Vec<String>> {
    let text = value.text()?;
    Ok(text.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect())
}

pub(super) fn side(value: Value<'_>) -> Read<Side> {
    match &*value.text()? {
        "buy" => Ok(Side::Buy),
        "sell" => Ok(Side::Sell),
        _ => Err(value.is_no("`buy` or `sell`")),
    }
}

fn status(value: Value<'_>) -> Read<OrderStatus> {
    Ok(match &*value.text()? {
        "pending" => OrderStatus::Pending,
        "open" => OrderStatus::Open,
        "closed" => OrderStatus::Closed,
        "canceled" => OrderStatus::Canceled,
        "expired" => OrderStatus::Expired,
        other => OrderStatus::Other(other.to_owned()),
    })
}

fn stated_price(value: Value<'_>) -> Read<Option<StatedPrice>> {
    let text = value.digits()?;
    if text.starts_with(['+', '-', '#']) || text.ends_with('%') {
        return Ok(Some(StatedPrice::Relative(text.into_owned())));
    }
    Ok(value.price_if_any()?.map(StatedPrice::At))
}

/// Reads the result of `OrderAmends`: the oldest state first.
pub fn order_amends(result: &str) -> Result<Vec<AmendRecord>, DecodeError> {
    whole(result)?.object()?.read("amends", |amends| {
        amends.each(|amend| {
            let fields = amend.object()?;
            let price = |name| fields.read_if_any(name, Value::price_if_any).map(Option::flatten);
            Ok(AmendRecord {
                id: fields.read("amend_id", Value::string)?,
                kind: fields.read("amend_type", Value::string)?,
                quantity: fields.read_if_any("order_qty", Value::quantity)?,
                remaining: fields.read_if_any("remaining_qty", Value::quantity)?,
                limit: price("limit_price")?,
                trigger: price("trigger_price")?,
                reason: text_if_any(&fields, "reason")?,
                time: fields.read("timestamp", Value::time_in_nanos)?,
            })
        })
    })
}

#[cfg(test)]
mod tests;
