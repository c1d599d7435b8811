//! Candles hold what traded within them, and close when their time comes.

use trading_types::Side;

use super::*;
use crate::fixture::{amount, candle, price, quantity, seconds};

fn trade(at: u64, level: &str) -> Trade {
    let (price, quantity) = (price(level), quantity("0.5"));
    Trade { time: seconds(at), price, quantity, taker_side: Side::Buy }
}

#[test]
fn a_candle_holds_what_traded_within_it() {
    let mut builder = CandleBuilder::new(Interval::from_minutes(1).unwrap());
    assert_eq!(builder.next_timeout(), None);
    for (at, level) in [(125, "100"), (130, "103"), (179, "99"), (179, "101")] {
        assert_eq!(builder.handle_trade(&trade(at, level)), None);
    }
    assert_eq!(builder.next_timeout(), Some(seconds(180)));
    assert_eq!(builder.handle_timeout(seconds(179)), None);
    let expected = Candle { volume: amount("2"), trades: 4, ..candle(120, "100 103 99 101") };
    assert_eq!(builder.handle_timeout(seconds(180)), Some(expected));
    assert_eq!(builder.handle_timeout(seconds(180)), None);
}

#[test]
fn the_first_trade_after_the_end_closes_the_candle_and_gaps_have_none() {
    let mut builder = CandleBuilder::new(Interval::from_minutes(1).unwrap());
    builder.handle_trade(&trade(59, "100"));
    let closed = builder.handle_trade(&trade(300, "90")).unwrap();
    assert_eq!(closed.start, seconds(0));
    assert_eq!(builder.open_candle().unwrap().start, seconds(300));
}
