//! What a frame of single orders holds.

use super::*;

fn read(frame: &str) -> Result<Level3Message, FrameError> {
    Level3Message::decode(&Envelope::open(frame)?)
}

fn update(row: &str) -> String {
    format!(
        r#"{{"channel":"level3","type":"update","data":[{{"symbol":"BTC/USD","checksum":7,
        "bids":[{row}],"asks":[],"timestamp":"2024-01-08T12:26:39.526146327Z"}}]}}"#
    )
}

fn row(event: &str, price: &str, quantity: &str) -> String {
    format!(
        r#"{{{event}"order_id":"OTCFZG-YOE2Q-LQKNM3","limit_price":{price},
        "order_qty":{quantity},"timestamp":"2024-01-08T12:26:39.526146327Z"}}"#
    )
}

#[test]
fn numbers_and_texts_are_the_same_order() {
    for (price, quantity) in [("44939.4", "0.1"), ("\"44939.4\"", "\"0.10000000\"")] {
        let message = read(&update(&row(r#""event":"modify","#, price, quantity))).unwrap();
        let order = Level3Order {
            id: "OTCFZG-YOE2Q-LQKNM3".parse().unwrap(),
            price: "44939.4".parse().unwrap(),
            quantity: "0.1".parse().unwrap(),
            time: "2024-01-08T12:26:39.526146327Z".parse().unwrap(),
        };
        assert_eq!(message.bids, [Level3Change { event: Level3Event::Modified, order }]);
        assert_eq!(message.time, Some(order.time));
        assert_eq!((message.kind, message.checksum), (MessageKind::Update, Some(7)));
    }
}

#[test]
fn an_update_says_what_happened_and_a_snapshot_need_not() {
    let without = update(&row("", "1", "1"));
    assert!(read(&without).unwrap_err().to_string().contains("an order without event"));
    let snapshot = read(&without.replace("update", "snapshot")).unwrap();
    assert_eq!(snapshot.bids[0].event, Level3Event::Added);
}

#[test]
fn refuses_what_no_book_can_hold() {
    for (event, price, quantity) in [
        (r#""event":"add","#, "0", "1"),
        (r#""event":"add","#, "-1", "1"),
        (r#""event":"add","#, "1", "-1"),
        (r#""event":"replace","#, "1", "1"),
        (r#""event":"add","#, "null", "1"),
    ] {
        assert!(read(&update(&row(event, price, quantity))).is_err(), "{event} {price} {quantity}");
    }
}
