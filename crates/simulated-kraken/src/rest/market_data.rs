//! `Ticker` and `Depth` (<https://docs.kraken.com/api-reference/market-data/>, read on
//! 2026-11-21).
//!
//! The invariant: prices have at least five decimals here, whatever the pair has, as recorded
//! answers do.

use trading_types::{Amount, BookLevel, Price, Timestamp};

use crate::{
    json::Json,
    kraken_error::KrakenError,
    rest::{envelope::Outcome, public::Query},
    venue::market_desk::{DayStatistics, Traded},
};

/// Levels of the book that are told on each side, where nothing is asked for,
const DEPTH_USUAL: usize = 100;
/// and at most.
const DEPTH_MAX: usize = 500;

/// `Ticker`
pub(crate) fn ticker(query: &Query<'_>) -> Outcome {
    let venue = &query.world.venue;
    let mut all = Json::object();
    for pair in query.pairs()? {
        let Some(desk) = venue.market(pair) else { continue };
        let quote = venue.quote(pair);
        let side = |level: Option<BookLevel>| best(level);
        let object = Json::object()
            .raw("a", side(quote.map(|quote| quote.ask)))
            .raw("b", side(quote.map(|quote| quote.bid)));
        let object = day(object, &desk.day(query.now));
        all = all.raw(query.key(pair), object.close());
    }
    Ok(all.close())
}

/// Price, whole lots, lots.
fn best(level: Option<BookLevel>) -> String {
    let Some(BookLevel { price, quantity }) = level else {
        return r#"["0.00000","0","0.000"]"#.to_owned();
    };
    let whole = quantity.units() / 10_i64.pow(8);
    Json::array()
        .push_text(format_args!("{price:.5}"))
        .push_text(whole.max(1))
        .push_text(format_args!("{quantity:.3}"))
        .close()
}

fn day(object: Json, day: &DayStatistics) -> Json {
    let DayStatistics { open, last, today, last_24_hours, .. } = day;
    let last = Json::array()
        .push_text(format_args!("{:.5}", last.trade.price))
        .push_text(format_args!("{:.8}", last.trade.quantity));
    let both = |text: fn(&Traded) -> String| {
        Json::array().push_text(text(today)).push_text(text(last_24_hours)).close()
    };
    let counts = Json::array().push_raw(today.trades).push_raw(last_24_hours.trades);
    object
        .raw("c", last.close())
        .raw("v", both(|traded| volume(traded.volume)))
        .raw("p", both(|traded| price(traded.vwap)))
        .raw("t", counts.close())
        .raw("l", both(|traded| price(traded.low)))
        .raw("h", both(|traded| price(traded.high)))
        .text("o", price(*open))
}

fn price(price: Price) -> String {
    format!("{price:.5}")
}

fn volume(volume: Amount) -> String {
    format!("{volume:.8}")
}

/// `Depth`
pub(crate) fn depth(query: &Query<'_>) -> Outcome {
    let pair = query.pair()?;
    let count = query.parameters.parsed::<usize>("count")?.unwrap_or(DEPTH_USUAL);
    if !(1..=DEPTH_MAX).contains(&count) {
        return Err(KrakenError::invalid("count").into());
    }
    let venue = &query.world.venue;
    let book = venue.book(pair).ok_or(KrakenError::UNKNOWN_PAIR)?;
    let side = |levels: &[BookLevel]| levels_json(&levels[..count.min(levels.len())], query.now);
    let sides = Json::object().raw("asks", side(&book.asks)).raw("bids", side(&book.bids));
    Ok(Json::object().raw(query.key(pair), sides.close()).close())
}

fn levels_json(levels: &[BookLevel], now: Timestamp) -> String {
    let level = |BookLevel { price, quantity }: &BookLevel| {
        Json::array()
            .push_text(format_args!("{price:.5}"))
            .push_text(format_args!("{quantity:.3}"))
            .push_raw(now.seconds())
            .close()
    };
    levels.iter().map(level).fold(Json::array(), Json::push_raw).close()
}
