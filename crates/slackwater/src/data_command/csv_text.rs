//! Candles and trades as lines of CSV, in the forms of Kraken's archives.

use std::fmt::Write;

use market_history::{OrderKind, TradeRow};
use trading_types::{Candle, Side, Timestamp};

/// The first line of a file of trades, as in Kraken's quarterly archives.
pub(super) const TRADES_HEADER: &str = "price,volume,timestamp,type,ordertype,misc,tradeid";

pub(super) fn add_candle(lines: &mut String, candle: &Candle) {
    let Candle { start, open, high, low, close, volume, trades } = candle;
    let start = start.seconds();
    let _ = writeln!(lines, "{start},{open},{high},{low},{close},{volume},{trades}");
}

/// A trade with all that is known of it, below [`TRADES_HEADER`].
pub(super) fn add_trade(lines: &mut String, trade: &TradeRow) {
    let TradeRow { time, price, volume, side, order, id } = trade;
    let side = match side {
        Some(Side::Buy) => "b",
        Some(Side::Sell) => "s",
        None => "",
    };
    let kind = match order {
        Some(OrderKind::Market) => "m",
        Some(OrderKind::Limit) => "l",
        None => "",
    };
    let number = id.map(|number| number.to_string()).unwrap_or_default();
    let time = seconds(*time);
    let _ = writeln!(lines, "{price},{volume},{time},{side},{kind},,{number}");
}

/// A trade of the complete archive: time, price and volume.
pub(super) fn add_bare_trade(lines: &mut String, trade: &TradeRow) {
    let (time, price, volume) = (seconds(trade.time), trade.price, trade.volume);
    let _ = writeln!(lines, "{time},{price},{volume}");
}

/// Seconds with as many decimals as there are.
fn seconds(time: Timestamp) -> String {
    let (seconds, nanos) = (time.seconds(), time.nanos() % 1_000_000_000);
    if nanos == 0 {
        return seconds.to_string();
    }
    let text = format!("{seconds}.{nanos:09}");
    text.trim_end_matches('0').to_owned()
}
