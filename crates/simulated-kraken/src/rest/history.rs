//! `OHLC`, `Trades` and `Spread` (<https://docs.kraken.com/api-reference/market-data/>, read on
//! 2026-11-21).
//!
//! The invariant: whoever asks again with `since` set to `last` gets what is new, and nothing
//! twice. Only of candles the one that is not over comes again and again.

use trading_types::{Interval, Side, Timestamp};

use crate::{
    json::Json,
    kraken_error::KrakenError,
    rest::{
        envelope::Outcome,
        public::Query,
        time_text::{Seconds, parse_seconds, parse_seconds_or_nanos},
    },
    venue::{
        candle_series::FullCandle,
        market_desk::{MINUTES, MarketDesk, Spread},
        notice::TapeTrade,
    },
};

/// Trades in an answer, at most.
const TRADES_MAX: usize = 1_000;

/// `OHLC`
pub(crate) fn ohlc(query: &Query<'_>) -> Outcome {
    let pair = query.pair()?;
    let since = since(query, parse_seconds)?;
    let minutes = query.parameters.parsed::<u32>("interval")?.unwrap_or(1);
    let interval = Interval::from_minutes(minutes).ok().filter(|_| MINUTES.contains(&minutes));
    let interval = interval.ok_or(KrakenError::invalid("interval"))?;
    let candles: Vec<_> = desk(query)?.candles(interval).collect();
    // The candle before the one that is not over is the last one that is.
    let committed = candles.len().checked_sub(2).and_then(|place| candles.get(place));
    let last = committed.or(candles.first()).map_or(0, |candle| candle.start.seconds());
    let names = query.world.venue.names();
    let decimals = usize::from(names.price_decimals(pair));
    let new = candles.iter().filter(|candle| since.is_none_or(|since| since < candle.start));
    let rows = new.map(|candle| candle_json(candle, decimals)).fold(Json::array(), Json::push_raw);
    Ok(Json::object().raw(query.key(pair), rows.close()).raw("last", last).close())
}

fn candle_json(candle: &FullCandle, decimals: usize) -> String {
    let FullCandle { start, open, high, low, close, vwap, volume, trades, .. } = candle;
    // A candle without trades says `0.0`, as recorded ones do.
    let price = |price| format!("{price:.decimals$}");
    let vwap = if *trades == 0 { "0.0".to_owned() } else { price(vwap) };
    Json::array()
        .push_raw(start.seconds())
        .push_text(price(open))
        .push_text(price(high))
        .push_text(price(low))
        .push_text(price(close))
        .push_text(vwap)
        .push_text(format_args!("{volume:.8}"))
        .push_raw(trades)
        .close()
}

/// `Trades`
pub(crate) fn trades(query: &Query<'_>) -> Outcome {
    let pair = query.pair()?;
    let count = query.parameters.parsed::<usize>("count")?.unwrap_or(TRADES_MAX);
    if !(1..=TRADES_MAX).contains(&count) {
        return Err(KrakenError::invalid("count").into());
    }
    let since = since(query, parse_seconds_or_nanos)?;
    let tape = desk(query)?.tape();
    // Without a beginning the latest, with one the first after it.
    let first = match since {
        None => tape.len().saturating_sub(count),
        Some(since) => tape.partition_point(|entry| entry.trade.time <= since),
    };
    let told = || tape.iter().skip(first).take(count);
    let rows = told().map(trade_json).fold(Json::array(), Json::push_raw).close();
    let last = told().next_back().map(|entry| entry.trade.time).or(since).unwrap_or(query.now);
    Ok(Json::object().raw(query.key(pair), rows).text("last", last.nanos()).close())
}

fn trade_json(TapeTrade { number, trade, is_limit }: &TapeTrade) -> String {
    let side = match trade.taker_side {
        Side::Buy => "b",
        Side::Sell => "s",
    };
    Json::array()
        .push_text(format_args!("{:.5}", trade.price))
        .push_text(format_args!("{:.8}", trade.quantity))
        .push_raw(Seconds(trade.time))
        .push_text(side)
        .push_text(if *is_limit { "l" } else { "m" })
        .push_text("")
        .push_raw(number)
        .close()
}

/// `Spread`
pub(crate) fn spread(query: &Query<'_>) -> Outcome {
    let pair = query.pair()?;
    let since = since(query, parse_seconds)?;
    let spreads = desk(query)?.spreads();
    let new = spreads.iter().filter(|spread| since.is_none_or(|since| since <= spread.time));
    let rows = new.map(spread_json).fold(Json::array(), Json::push_raw).close();
    let last = spreads.back().map_or(query.now, |spread| spread.time).seconds();
    Ok(Json::object().raw(query.key(pair), rows).raw("last", last).close())
}

fn spread_json(Spread { time, bid, ask }: &Spread) -> String {
    Json::array()
        .push_raw(time.seconds())
        .push_text(format_args!("{bid:.5}"))
        .push_text(format_args!("{ask:.5}"))
        .close()
}

fn desk<'a>(query: &Query<'a>) -> Result<&'a MarketDesk, KrakenError> {
    query.world.venue.market(query.pair()?).ok_or(KrakenError::UNKNOWN_PAIR)
}

fn since(
    query: &Query<'_>,
    parse: fn(&str) -> Option<Timestamp>,
) -> Result<Option<Timestamp>, KrakenError> {
    let text = query.parameters.text("since")?;
    text.map(|text| parse(text).ok_or(KrakenError::invalid("since"))).transpose()
}
