//! Trades are read whole and counted once.

use super::*;

fn read(rows: &str) -> Result<TradesMessage, FrameError> {
    let frame = format!(r#"{{"channel":"trade","type":"update","data":[{rows}]}}"#);
    TradesMessage::decode(&Envelope::open(&frame)?)
}

fn row(side: &str, price: &str, ord_type: &str, id: u64) -> String {
    format!(
        r#"{{"symbol":"MATIC/USD","side":"{side}","price":{price},"qty":40.0,
        "ord_type":"{ord_type}","trade_id":{id},"timestamp":"2023-09-25T07:48:36.925533Z"}}"#
    )
}

#[test]
fn several_trades_stand_in_one_frame() {
    let rows = [row("sell", "0.5147", "limit", 7), row("buy", "0.5148", "iceberg", 8)].join(",");
    let message = read(&rows).unwrap();
    assert_eq!(message.kind, MessageKind::Update);
    let [first, second] = message.trades.as_slice() else { panic!("two trades") };
    assert_eq!((first.id, second.id), (7, 8));
    assert_eq!(first.trade.price, "0.5147".parse().unwrap());
    assert_eq!(first.trade.quantity, "40".parse().unwrap());
    assert_eq!(first.trade.time, "2023-09-25T07:48:36.925533Z".parse().unwrap());
    assert_eq!((first.trade.taker_side, second.trade.taker_side), (Side::Sell, Side::Buy));
    assert_eq!((first.taker_order, second.taker_order), (Some(TakerOrder::Limit), None));
}

#[test]
fn refuses_what_nobody_can_have_traded() {
    assert!(read(&row("sell", "0", "limit", 7)).is_err());
    assert!(read(&row("short", "1", "limit", 7)).is_err());
    assert!(read(&row("sell", "1", "limit", 7).replace("40.0", "0.0")).is_err());
    assert!(read(&row("sell", "1", "limit", 7).replace(":7,", ":-7,")).is_err());
}

#[test]
fn each_trade_counts_once_and_a_gap_is_noticed() {
    let mut sequence = TradeSequence::default();
    let mut note = |id| {
        let trade = read(&row("buy", "1", "market", id)).unwrap().trades[0];
        sequence.note(&trade)
    };
    assert_eq!(note(1_000), TradePlace::Next);
    assert_eq!(note(1_001), TradePlace::Next);
    assert_eq!(note(1_000), TradePlace::Repeated);
    assert_eq!(note(1_001), TradePlace::Repeated);
    assert_eq!(note(1_005), TradePlace::AfterGap { missing: 3 });
    assert_eq!(note(1_006), TradePlace::Next);
}

#[test]
fn pairs_are_counted_apart_and_forgotten_apart() {
    let mut sequence = TradeSequence::default();
    let trade = read(&row("buy", "1", "market", 5)).unwrap().trades[0];
    let other = PublicTrade { pair: "BTC/USD".parse().unwrap(), ..trade };
    assert_eq!(sequence.note(&trade), TradePlace::Next);
    assert_eq!(sequence.note(&other), TradePlace::Next);
    sequence.forget(other.pair);
    assert_eq!(sequence.note(&other), TradePlace::Next);
    assert_eq!(sequence.note(&trade), TradePlace::Repeated);
}
