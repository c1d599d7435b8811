//! How an order is written: every kind and every flag of [`NewOrder`]
//! (<https://docs.kraken.com/api/docs/rest-api/add-order>, read on 2026-11-21).

use trading_types::{
    FeeCurrency, Fraction, NewOrder, OrderKind, OrderQuantity, Price, SelfTradePrevention, Side,
    TimeInForce, TrailingOffset, Trigger, TriggerSource,
};

use super::{Parameters, Request, RequestError, check_count, encoding, milliseconds};
use crate::{endpoint::Endpoint, rest::PairName};

/// How many orders one `AddOrderBatch` takes.
const BATCH: (usize, usize) = (2, 15);

impl Request {
    /// Places an order.
    pub fn add_order(order: &NewOrder, pair: PairName) -> Result<Self, RequestError> {
        if order.close.is_some() {
            return Err(RequestError::ClientIdWithClose);
        }
        let id = Some(("cl_ord_id", order.id.to_string()));
        Self::add(order, pair, id)
    }

    /// Places an order without our name for it, which is the only way to have a conditional close.
    /// Should its outcome be unclear, it cannot be looked up by name.
    pub fn add_nameless_order(order: &NewOrder, pair: PairName) -> Result<Self, RequestError> {
        Self::add(order, pair, None)
    }

    fn add(
        order: &NewOrder,
        pair: PairName,
        id: Option<(&'static str, String)>,
    ) -> Result<Self, RequestError> {
        let mut parameters = vec![("pair", name(order, pair)?)];
        parameters.extend(fields(order)?);
        parameters.extend(id);
        parameters.extend(order.deadline.map(|time| ("deadline", milliseconds(time))));
        Ok(Self::form(Endpoint::AddOrder, parameters).on(order.pair))
    }

    /// Places 2 to 15 orders of one pair at once. The earliest of their deadlines holds for all.
    pub fn add_order_batch(orders: &[NewOrder], pair: PairName) -> Result<Self, RequestError> {
        let (min, max) = BATCH;
        check_count("orders", orders.len(), min, max)?;
        let rows: Result<Vec<String>, RequestError> =
            orders.iter().map(|order| row(order, pair)).collect();
        let deadline = orders.iter().filter_map(|order| order.deadline).min();
        let mut json = String::new();
        encoding::field("pair", &encoding::text(pair.as_str()), &mut json);
        encoding::field("orders", &encoding::list(rows?), &mut json);
        if let Some(deadline) = deadline {
            encoding::field("deadline", &encoding::text(&milliseconds(deadline)), &mut json);
        }
        Ok(Self::json(Endpoint::AddOrderBatch, json).on(pair.pair()))
    }

    /// The same orders, to be checked and not placed.
    pub fn check_only(mut self) -> Self {
        let adds = matches!(self.endpoint, Endpoint::AddOrder | Endpoint::AddOrderBatch);
        assert!(adds, "only an order can be checked without being placed");
        self.is_check_only = true;
        self.with_flag("validate")
    }
}

fn name(order: &NewOrder, pair: PairName) -> Result<String, RequestError> {
    if order.pair == pair.pair() {
        Ok(pair.as_str().to_owned())
    } else {
        Err(RequestError::OtherPair { order: order.pair, named: pair.pair() })
    }
}

fn row(order: &NewOrder, pair: PairName) -> Result<String, RequestError> {
    name(order, pair)?;
    if order.close.is_some() {
        return Err(RequestError::ClientIdWithClose);
    }
    let mut parameters = fields(order)?;
    parameters.push(("cl_ord_id", order.id.to_string()));
    Ok(encoding::object(&parameters))
}

/// Everything about an order but its pair, its name and its deadline.
fn fields(order: &NewOrder) -> Result<Parameters, RequestError> {
    order.check_flags()?;
    let kind = written(&order.kind, order.side)?;
    let mut parameters = vec![
        ("type", order.side.to_string()),
        ("ordertype", kind.word.to_owned()),
        ("volume", volume(order.quantity)?),
    ];
    parameters.extend(kind.price.map(|price| ("price", price)));
    parameters.extend(kind.price2.map(|price| ("price2", price)));
    parameters.extend(kind.displayed.map(|displayed| ("displayvol", displayed)));
    let (source, close) = close(order, kind.source)?;
    parameters.extend(source.map(|source| ("trigger", source_word(source).to_owned())));
    parameters.push(("oflags", flags(order)));
    parameters.extend(self_trade(order.self_trade).map(|word| ("stptype", word.to_owned())));
    parameters.extend(time_in_force(order.time_in_force));
    parameters.extend(order.start.map(|start| ("starttm", start.seconds().to_string())));
    parameters.extend(close);
    Ok(parameters)
}

/// A kind in Kraken's words.
struct Written {
    word: &'static str,
    price: Option<String>,
    price2: Option<String>,
    displayed: Option<String>,
    source: Option<TriggerSource>,
}

#[rustfmt::skip] // A table.
fn written(kind: &OrderKind, side: Side) -> Result<Written, RequestError> {
    use OrderKind as K;
    let limit = |price| above_zero(price, "limit price").map(Some);
    let at = |trigger: &Trigger| {
        above_zero(trigger.price, "trigger price").map(Some)
    };
    let (price, price2) = match kind {
        K::Market                             => (None, None),
        K::Limit { price }                    => (limit(*price)?, None),
        K::Iceberg { price, .. }              => (limit(*price)?, None),
        K::StopLoss { trigger }               => (at(trigger)?, None),
        K::StopLossLimit { trigger, price }   => (at(trigger)?, limit(*price)?),
        K::TakeProfit { trigger }             => (at(trigger)?, None),
        K::TakeProfitLimit { trigger, price } => {
            (at(trigger)?, limit(*price)?)
        }
        K::TrailingStop { offset, .. }        => (behind(*offset)?, None),
        K::TrailingStopLimit { offset, limit_offset, .. } => {
            (behind(*offset)?, Some(from_trigger(*limit_offset, side)))
        }
    };
    let displayed = kind.displayed().map(|quantity| quantity.to_string());
    Ok(Written { word: kind.name(), price, price2, displayed, source: source(kind) })
}

fn source(kind: &OrderKind) -> Option<TriggerSource> {
    match kind {
        OrderKind::TrailingStop { source, .. } | OrderKind::TrailingStopLimit { source, .. } => {
            Some(*source)
        }
        OrderKind::StopLoss { trigger }
        | OrderKind::StopLossLimit { trigger, .. }
        | OrderKind::TakeProfit { trigger }
        | OrderKind::TakeProfitLimit { trigger, .. } => Some(trigger.source),
        OrderKind::Market | OrderKind::Limit { .. } | OrderKind::Iceberg { .. } => None,
    }
}

const fn source_word(source: TriggerSource) -> &'static str {
    match source {
        TriggerSource::Last => "last",
        TriggerSource::Index => "index",
    }
}

fn above_zero(price: Price, what: &'static str) -> Result<String, RequestError> {
    price.is_positive().then(|| price.to_string()).ok_or(RequestError::NotPositive(what))
}

/// How far a trailing stop stays behind: always with its sign, which Kraken demands.
fn behind(offset: TrailingOffset) -> Result<Option<String>, RequestError> {
    let (is_positive, text) = match offset {
        TrailingOffset::Price(price) => (price.is_positive(), format!("+{price}")),
        TrailingOffset::Fraction(part) => (part.is_positive(), format!("+{}", percent(part))),
    };
    is_positive.then_some(Some(text)).ok_or(RequestError::NotPositive("trailing offset"))
}

fn percent(fraction: Fraction) -> String {
    format!("{}%", fraction.percent())
}

/// A limit relative to the trigger. Ours is negative for a worse price; Kraken's is negative for a
/// lower one, and a buyer is worse off with a higher one.
fn from_trigger(limit_offset: Price, side: Side) -> String {
    let offset = match side {
        Side::Sell => limit_offset,
        Side::Buy => Price::ZERO - limit_offset,
    };
    let sign = if offset < Price::ZERO { "" } else { "+" };
    format!("{sign}{offset}")
}

fn volume(quantity: OrderQuantity) -> Result<String, RequestError> {
    let (is_positive, text) = match quantity {
        OrderQuantity::Base(quantity) => (quantity.is_positive(), quantity.to_string()),
        OrderQuantity::Quote(amount) => (amount.is_positive(), amount.to_string()),
    };
    is_positive.then_some(text).ok_or(RequestError::NotPositive("quantity"))
}

/// The currency of the fee is always said: what Kraken takes by itself differs by side.
fn flags(order: &NewOrder) -> String {
    let fee = match order.fee_currency {
        FeeCurrency::Quote => "fciq",
        FeeCurrency::Base => "fcib",
    };
    let post = order.post_only.then_some("post");
    let in_quote = matches!(order.quantity, OrderQuantity::Quote(_)).then_some("viqc");
    let all = [Some(fee), post, in_quote];
    all.into_iter().flatten().collect::<Vec<_>>().join(",")
}

const fn self_trade(prevention: SelfTradePrevention) -> Option<&'static str> {
    match prevention {
        SelfTradePrevention::CancelNewest => None,
        SelfTradePrevention::CancelOldest => Some("cancel-oldest"),
        SelfTradePrevention::CancelBoth => Some("cancel-both"),
    }
}

fn time_in_force(time_in_force: TimeInForce) -> Parameters {
    let word = |word: &str| ("timeinforce", word.to_owned());
    match time_in_force {
        TimeInForce::GoodTilCanceled => Vec::new(),
        TimeInForce::ImmediateOrCancel => vec![word("IOC")],
        TimeInForce::FillOrKill => vec![word("FOK")],
        TimeInForce::GoodTilDate(end) => vec![word("GTD"), ("expiretm", end.seconds().to_string())],
    }
}

/// The conditional close, and which price is watched: Kraken has one word for the order and its
/// close.
fn close(
    order: &NewOrder,
    own: Option<TriggerSource>,
) -> Result<(Option<TriggerSource>, Parameters), RequestError> {
    let Some(close) = order.close else { return Ok((own, Vec::new())) };
    let close = written(&close.kind, order.side.opposite())?;
    let source = match (own, close.source) {
        (Some(own), Some(other)) if own != other => return Err(RequestError::TwoTriggerSources),
        (own, other) => own.or(other),
    };
    let mut parameters = vec![("close[ordertype]", close.word.to_owned())];
    parameters.extend(close.price.map(|price| ("close[price]", price)));
    parameters.extend(close.price2.map(|price| ("close[price2]", price)));
    Ok((source, parameters))
}
