//! The channels `ticker`, `trade`, `ohlc`, `instrument` and `status`: what a market and the venue
//! look like, as frames
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/ticker> and its neighbors,
//! read on 2026-11-21).
//!
//! The invariant: numbers have all the decimals of their pair, as recorded frames have.

use trading_types::{Amount, Interval, Pair, Price, Rounding, Timestamp, VenueStatus};

use super::{
    fixed::Decimals,
    moment::{Micros, Nanos},
};
use crate::{
    json::Json,
    message::Frame,
    names::Names,
    venue::{Venue, candle_series::FullCandle, notice::TapeTrade},
};

/// Recorded snapshots have so many candles.
const SNAPSHOT_CANDLES: usize = 10;
/// Kraken's snapshot of a tape
/// (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/trade>, read on 2026-11-21).
const SNAPSHOT_TRADES: usize = 50;
const VERSION: &str = "2.0.10";

/// The decimals of a pair.
pub(super) fn decimals(names: &Names, pair: Pair) -> Decimals {
    Decimals {
        price: names.price_decimals(pair),
        quantity: names.lot_decimals(pair),
        cost: names.cost_decimals(pair),
    }
}

/// Whether a frame is the first of its subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameKind {
    Snapshot,
    Update,
}

impl FrameKind {
    /// Kraken's name for it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Update => "update",
        }
    }
}

/// A frame of a channel.
pub(super) fn frame(channel: &str, kind: FrameKind, data: impl std::fmt::Display) -> Frame {
    let frame = Json::object().text("channel", channel).text("type", kind.name());
    Frame::new(frame.raw("data", data).close())
}

/// The state of the venue, and the number of the connection that is told.
pub(super) fn status(status: VenueStatus, connection: u64) -> Frame {
    let state = Json::object()
        .text("api_version", "v2")
        .raw("connection_id", connection)
        .text("system", status)
        .text("version", VERSION);
    frame("status", FrameKind::Update, Json::array().push_raw(state.close()).close())
}

/// Nothing else was said for a second.
pub(super) fn heartbeat() -> Frame {
    Frame::new(Json::object().text("channel", "heartbeat").close())
}

/// Best prices, last price, and what traded in 24 hours.
pub(super) fn ticker(venue: &Venue, pair: Pair, kind: FrameKind, now: Timestamp) -> Option<Frame> {
    let decimals = decimals(venue.names(), pair);
    let day = venue.market(pair)?.day(now);
    let quote = venue.quote(pair);
    let (bid, ask) = (quote.map(|quote| quote.bid), quote.map(|quote| quote.ask));
    let price = |price: Option<Price>| decimals.price(price.unwrap_or(Price::ZERO));
    let quantity = |level: Option<trading_types::BookLevel>| {
        decimals.quantity(level.map(|level| level.quantity).unwrap_or_default())
    };
    let traded = day.last_24_hours;
    let data = Json::object()
        .text("symbol", pair)
        .raw("bid", price(bid.map(|level| level.price)))
        .raw("bid_qty", quantity(bid))
        .raw("ask", price(ask.map(|level| level.price)))
        .raw("ask_qty", quantity(ask))
        .raw("last", decimals.price(day.last.trade.price))
        .raw("volume", volume(decimals, traded.volume))
        .raw("vwap", decimals.price(traded.vwap))
        .raw("low", decimals.price(traded.low))
        .raw("high", decimals.price(traded.high))
        .raw("change", decimals.price(day.change))
        .raw("change_pct", percent(day.change, day.before))
        .text("timestamp", Micros(now));
    Some(frame("ticker", kind, Json::array().push_raw(data.close()).close()))
}

/// A change in percent of what was before, to two decimals.
fn percent(change: Price, before: Price) -> String {
    let hundredths = match i128::from(before.units()) {
        0 => 0,
        before => i128::from(change.units()) * 10_000 / before,
    };
    let sign = if hundredths < 0 { "-" } else { "" };
    let hundredths = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
}

fn volume(decimals: Decimals, volume: Amount) -> String {
    let volume = volume.round_to_decimals(decimals.quantity, Rounding::Down);
    format!("{volume:.*}", usize::from(decimals.quantity))
}

/// Trades.
pub(super) fn trades<'a>(
    names: &Names,
    pair: Pair,
    kind: FrameKind,
    trades: impl Iterator<Item = &'a TapeTrade>,
) -> Frame {
    let decimals = decimals(names, pair);
    let data = trades.fold(Json::array(), |all, TapeTrade { number, trade, is_limit }| {
        let one = Json::object()
            .text("symbol", pair)
            .text("side", trade.taker_side)
            .raw("price", decimals.price(trade.price))
            .raw("qty", decimals.quantity(trade.quantity))
            .text("ord_type", if *is_limit { "limit" } else { "market" })
            .raw("trade_id", number)
            .text("timestamp", Micros(trade.time));
        all.push_raw(one.close())
    });
    frame("trade", kind, data.close())
}

/// The last trades of a pair.
pub(super) fn tape(venue: &Venue, pair: Pair) -> Option<Frame> {
    let tape = venue.market(pair)?.tape();
    let last = tape.range(tape.len().saturating_sub(SNAPSHOT_TRADES)..);
    Some(trades(venue.names(), pair, FrameKind::Snapshot, last))
}

/// The last candles of a pair, or the one that is forming.
pub(super) fn candles(
    venue: &Venue,
    pair: Pair,
    interval: Interval,
    kind: FrameKind,
    now: Timestamp,
) -> Option<Frame> {
    let count = match kind {
        FrameKind::Snapshot => SNAPSHOT_CANDLES,
        FrameKind::Update => 1,
    };
    let mut last: Vec<_> = venue.market(pair)?.candles(interval).rev().take(count).collect();
    last.reverse();
    let decimals = decimals(venue.names(), pair);
    let data = last
        .into_iter()
        .fold(Json::array(), |all, one| all.push_raw(candle(decimals, pair, interval, one)));
    let frame = Json::object().text("channel", "ohlc").text("type", kind.name());
    let frame = frame.text("timestamp", Nanos(now)).raw("data", data.close());
    Some(Frame::new(frame.close()))
}

fn candle(decimals: Decimals, pair: Pair, interval: Interval, candle: &FullCandle) -> String {
    Json::object()
        .text("symbol", pair)
        .raw("open", decimals.price(candle.open))
        .raw("high", decimals.price(candle.high))
        .raw("low", decimals.price(candle.low))
        .raw("close", decimals.price(candle.close))
        .raw("trades", candle.trades)
        .raw("volume", volume(decimals, candle.volume))
        .raw("vwap", decimals.price(candle.vwap))
        .text("interval_begin", Nanos(candle.start))
        .raw("interval", interval.minutes())
        .text("timestamp", Micros(candle.start + interval.duration()))
        .close()
}

/// All assets and pairs.
pub(super) fn instruments(venue: &Venue) -> Frame {
    let names = venue.names();
    let assets = names.assets().fold(Json::array(), |all, asset| {
        let asset = Json::object()
            .text("id", asset)
            .text("status", "enabled")
            .raw("precision", names.asset_decimals(&asset))
            .raw("precision_display", names.display_decimals(&asset))
            .raw("borrowable", "false")
            .raw("collateral_value", "0.00");
        all.push_raw(asset.close())
    });
    let data = Json::object().raw("assets", assets.close());
    let data = data.raw("pairs", instrument_pairs(venue, venue.pairs()));
    frame("instrument", FrameKind::Snapshot, data.close())
}

/// Pairs whose rules or state have changed.
pub(super) fn changed_instruments(venue: &Venue, pairs: impl Iterator<Item = Pair>) -> Frame {
    let data = Json::object().raw("assets", "[]").raw("pairs", instrument_pairs(venue, pairs));
    frame("instrument", FrameKind::Update, data.close())
}

fn instrument_pairs(venue: &Venue, pairs: impl Iterator<Item = Pair>) -> String {
    let all = pairs.filter_map(|pair| venue.rules(pair)).fold(Json::array(), |all, rules| {
        let pair = rules.pair;
        let decimals = decimals(venue.names(), pair);
        let one = Json::object()
            .text("symbol", pair)
            .text("base", pair.base)
            .text("quote", pair.quote)
            .text("status", venue.pair_status(pair))
            .raw("qty_precision", decimals.quantity)
            .raw("qty_increment", decimals.quantity(rules.lot))
            .raw("price_precision", decimals.price)
            .raw("cost_precision", decimals.cost)
            .raw("marginable", "false")
            .raw("has_index", "true")
            .raw("cost_min", rules.cost_min)
            .raw("tick_size", decimals.price(rules.tick))
            .raw("price_increment", decimals.price(rules.tick))
            .raw("qty_min", decimals.quantity(rules.quantity_min));
        all.push_raw(one.close())
    });
    all.close()
}
