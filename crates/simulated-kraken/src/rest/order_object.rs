//! An order as `OpenOrders`, `ClosedOrders` and `QueryOrders` tell it
//! (<https://docs.kraken.com/api-reference/account-data/>, read on 2026-11-21).
//!
//! The invariant: every field stands there always, as recorded answers have it; only `trades`,
//! `closetm` and `trigger` come when there is something to say.

use trading_types::{
    FeeCurrency, Liquidity, OrderKind, OrderQuantity, Price, Rounding, TimeInForce, TradeId,
    TriggerSource,
};

use crate::{
    json::Json,
    names::Names,
    rest::{description::Description, time_text::Seconds},
    venue::{
        Venue,
        records::{OrderRecord, OrderState, TradeRecord},
    },
};

/// Whether an order's trades are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trades {
    Omitted,
    /// All of them.
    Each,
    /// What one order took at one moment counts as one trade.
    Consolidated,
}

/// An order.
pub(crate) fn write(record: &OrderRecord, venue: &Venue, trades: Trades) -> String {
    let names = venue.names();
    let object = names_and_times(record).raw("descr", Description::of(record).to_json(names));
    let object = amounts(object, record, names)
        .raw("margin", "false")
        .text("misc", misc(record))
        .text("oflags", flags(record));
    let object = match source(&record.order.kind) {
        Some(TriggerSource::Index) => object.text("trigger", "index"),
        Some(TriggerSource::Last) | None => object,
    };
    let object = if trades == Trades::Omitted || record.trades.is_empty() {
        object
    } else {
        let ids = trade_ids(record, venue, trades);
        object.raw("trades", ids.fold(Json::array(), Json::push_text).close())
    };
    let object = object.text_or_null("reason", record.reason.as_ref());
    match record.closed_at {
        Some(at) => object.raw("closetm", Seconds(at)).close(),
        None => object.close(),
    }
}

fn names_and_times(record: &OrderRecord) -> Json {
    let object = Json::object().text_or_null("refid", record.parent);
    let object = match record.userref {
        Some(number) => object.raw("userref", number),
        None => object.raw("userref", "null"),
    };
    let or_zero = |at: Option<_>| at.map_or("0".to_owned(), |at| Seconds(at).to_string());
    let end = match record.order.time_in_force {
        TimeInForce::GoodTilDate(end) => Some(end),
        TimeInForce::GoodTilCanceled | TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill => {
            None
        }
    };
    object
        .text_or_null("cl_ord_id", record.client_id.as_ref())
        .text("status", status(record.state))
        .raw("opentm", Seconds(record.opened_at))
        .raw("starttm", or_zero(record.order.start))
        .raw("expiretm", or_zero(end))
}

fn amounts(object: Json, record: &OrderRecord, names: &Names) -> Json {
    let lot_decimals = usize::from(names.lot_decimals(record.pair()));
    let cost_decimals = usize::from(names.cost_decimals(record.pair()));
    let price_decimals = names.price_decimals(record.pair());
    let cost_text =
        |price: Option<Price>| format!("{:.cost_decimals$}", price.unwrap_or(Price::ZERO));
    let average = match record.average_price() {
        Some(average) => price_text(average, price_decimals),
        None => cost_text(None),
    };
    let quantity = match record.quantity {
        OrderQuantity::Base(quantity) => format!("{quantity:.lot_decimals$}"),
        OrderQuantity::Quote(amount) => format!("{amount:.lot_decimals$}"),
    };
    let is_trailing =
        record.order.kind.waits_for_trigger() && record.order.kind.trigger().is_none();
    let stop = record.trigger.filter(|_| is_trailing);
    let limit = record.limit.filter(|_| record.is_triggered);
    object
        .text("vol", quantity)
        .text("vol_exec", format_args!("{:.lot_decimals$}", record.filled))
        .text("cost", format_args!("{:.cost_decimals$}", record.cost))
        .text("fee", format_args!("{:.cost_decimals$}", record.fees))
        .text("price", average)
        .text("stopprice", cost_text(stop))
        .text("limitprice", cost_text(limit))
}

/// A mean price, cut to the decimals of the pair.
pub(crate) fn price_text(price: Price, decimals: u8) -> String {
    let dropped = Price::DECIMALS.saturating_sub(usize::from(decimals));
    let step = 10_i64.pow(u32::try_from(dropped).expect("at most ten"));
    let cut = price.round_to(Price::from_units(step), Rounding::Down);
    format!("{cut:.decimals$}", decimals = usize::from(decimals))
}

const fn status(state: OrderState) -> &'static str {
    match state {
        OrderState::Pending => "pending",
        OrderState::Open => "open",
        OrderState::Closed => "closed",
        OrderState::Canceled => "canceled",
        OrderState::Expired => "expired",
    }
}

/// What else there is to say, with commas between.
pub(crate) fn misc(record: &OrderRecord) -> String {
    let is_profit = matches!(
        record.order.kind,
        OrderKind::TakeProfit { .. } | OrderKind::TakeProfitLimit { .. }
    );
    let is_whole = record.state == OrderState::Closed;
    let words = [
        ("stopped", record.is_triggered && !is_profit),
        ("touched", record.is_triggered && is_profit),
        ("partial", record.filled.is_positive() && !is_whole),
        ("amended", 1 < record.amends.len()),
    ];
    joined(words)
}

fn flags(record: &OrderRecord) -> String {
    let order = &record.order;
    joined([
        ("post", order.post_only),
        ("fcib", order.fee_currency == FeeCurrency::Base),
        ("fciq", order.fee_currency == FeeCurrency::Quote),
        ("viqc", matches!(order.quantity, OrderQuantity::Quote(_))),
    ])
}

fn joined<const N: usize>(words: [(&'static str, bool); N]) -> String {
    let words: Vec<_> = words.into_iter().filter(|(_, is_said)| *is_said).collect();
    words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(",")
}

const fn source(kind: &OrderKind) -> Option<TriggerSource> {
    match kind {
        OrderKind::TrailingStop { source, .. } | OrderKind::TrailingStopLimit { source, .. } => {
            Some(*source)
        }
        OrderKind::StopLoss { trigger }
        | OrderKind::TakeProfit { trigger }
        | OrderKind::StopLossLimit { trigger, .. }
        | OrderKind::TakeProfitLimit { trigger, .. } => Some(trigger.source),
        OrderKind::Market | OrderKind::Limit { .. } | OrderKind::Iceberg { .. } => None,
    }
}

/// The names of an order's trades, or of the first of each that belong together.
fn trade_ids<'a>(
    record: &'a OrderRecord,
    venue: &'a Venue,
    trades: Trades,
) -> impl Iterator<Item = &'a TradeId> {
    let mut before: Option<&TradeRecord> = None;
    record.trades.iter().filter(move |id| {
        let trade = venue.trade(id);
        let joins = before.zip(trade).is_some_and(|(before, trade)| are_one(before, trade));
        before = trade;
        trades == Trades::Each || !joins
    })
}

/// Whether two trades that follow on each other are one for who consolidates: one order took both
/// at the same moment.
pub(crate) fn are_one(one: &TradeRecord, next: &TradeRecord) -> bool {
    one.order == next.order
        && one.time == next.time
        && one.liquidity == Liquidity::Taker
        && next.liquidity == Liquidity::Taker
}
