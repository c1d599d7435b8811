//! Both ways of reading a frame give the same values, whatever the frame: usual ones, ones in
//! another order or with other spaces, numbers and escapes, and broken ones.

use proptest::{prelude::*, sample::Index};

use super::*;

/// What may stand between two tokens: mostly nothing.
fn space() -> BoxedStrategy<&'static str> {
    prop_oneof![8 => Just(""), 1 => Just(" "), 1 => Just("\n\t"), 1 => Just("\r")].boxed()
}

fn number() -> BoxedStrategy<String> {
    prop_oneof![
        20 => "[1-9][0-9]{0,7}(\\.[0-9]{1,8})?",
        4 => "0(\\.[0-9]{1,8})?",
        2 => "[1-9](\\.[0-9]{1,3})?[eE]-?[0-9]",
        1 => "\"[0-9]{1,4}\\.[0-9]{1,3}\"",
        1 => "[-0-9.eE]{1,12}",
        1 => Just("null".to_owned()),
    ]
    .boxed()
}

fn symbol() -> BoxedStrategy<String> {
    prop_oneof![
        20 => Just("\"BTC/USD\"".to_owned()),
        1 => Just("\"\\u0042TC/USD\"".to_owned()),
        1 => Just("\"BTC\\/USD\"".to_owned()),
        1 => Just("\"BTCUSD\"".to_owned()),
        1 => Just("7".to_owned()),
    ]
    .boxed()
}

fn moment() -> BoxedStrategy<String> {
    prop_oneof![
        9 => "\"2026-1[0-2]-[0-3][0-9]T[01][0-9]:[0-5][0-9]:[0-6][0-9]\\.[0-9]{6}Z\"",
        1 => Just("\"2026-11-21T10:00:00+02:00\"".to_owned()),
        1 => Just("\"2026-11-21\"".to_owned()),
        1 => Just("null".to_owned()),
    ]
    .boxed()
}

fn checksum() -> BoxedStrategy<String> {
    prop_oneof![
        9 => (0..u32::MAX).prop_map(|it| it.to_string()),
        1 => Just("4294967296".to_owned()),
        1 => Just("-1".to_owned()),
        1 => Just("1.0".to_owned()),
        1 => Just("null".to_owned()),
    ]
    .boxed()
}

/// A field nobody knows, or one of the envelope's in the wrong place.
fn stranger() -> BoxedStrategy<String> {
    prop_oneof![
        Just("\"new\":true"),
        Just("\"new\":-1.5e99"),
        Just("\"new\":\"text\""),
        Just("\"new\":{\"price\":[1]}"),
        Just("\"new\":01"),
        Just("\"req_id\":\"one\""),
        Just("\"sequence\":7"),
        Just("\"symbol\":\"ETH/USD\""),
        Just("\"n\\u0065w\":1"),
    ]
    .prop_map(str::to_owned)
    .boxed()
}

fn field(
    name: &'static str,
    value: impl Strategy<Value = String> + 'static,
) -> BoxedStrategy<String> {
    (space(), space(), value)
        .prop_map(move |(left, right, value)| format!("\"{name}\"{left}:{right}{value}"))
        .boxed()
}

/// An object of these fields: mostly in their order, sometimes without one, with one twice, or
/// with a stranger.
fn object(fields: impl Strategy<Value = Vec<String>> + 'static) -> BoxedStrategy<String> {
    let usual = (fields, 0_u8..24, any::<Index>(), stranger(), space(), space());
    usual
        .prop_map(|(mut fields, change, at, stranger, left, right)| {
            let at = at.index(fields.len());
            match change {
                0 => fields.insert(at, stranger),
                1 => drop(fields.remove(at)),
                2 => fields.push(fields[at].clone()),
                3 | 4 => fields.rotate_left(at),
                _ => {}
            }
            format!("{left}{{{}}}{right}", fields.join(&format!("{right},{left}")))
        })
        .boxed()
}

fn list(rows: impl Strategy<Value = Vec<String>> + 'static) -> BoxedStrategy<String> {
    (rows, space(), space())
        .prop_map(|(rows, left, right)| format!("[{left}{}{right}]", rows.join(",")))
        .boxed()
}

fn levels() -> BoxedStrategy<String> {
    let fields = (field("price", number()), field("qty", number()));
    let level = object(fields.prop_map(|(price, quantity)| vec![price, quantity]));
    list(prop::collection::vec(level, 0..4))
}

fn book_row() -> BoxedStrategy<String> {
    let fields = (
        field("symbol", symbol()),
        field("bids", levels()),
        field("asks", levels()),
        field("checksum", checksum()),
        field("timestamp", moment()),
    );
    object(fields.prop_map(|(a, b, c, d, e)| vec![a, b, c, d, e]))
}

fn word(usual: &'static str, other: &'static str) -> BoxedStrategy<String> {
    prop_oneof![9 => Just(usual), 1 => Just(other)].prop_map(|word| format!("\"{word}\"")).boxed()
}

fn trade_row() -> BoxedStrategy<String> {
    let fields = (
        field("symbol", symbol()),
        field("side", word("sell", "short")),
        field("price", number()),
        field("qty", number()),
        field("ord_type", word("limit", "iceberg")),
        field("trade_id", "[1-9][0-9]{0,18}".boxed()),
        field("timestamp", moment()),
    );
    object(fields.prop_map(|(a, b, c, d, e, f, g)| vec![a, b, c, d, e, f, g]))
}

fn frame(
    channel: &'static str,
    rows: impl Strategy<Value = String> + 'static,
    count: std::ops::Range<usize>,
) -> BoxedStrategy<String> {
    let fields = (
        field("channel", word(channel, "ticker")),
        field("type", word("update", "delta")),
        field("data", list(prop::collection::vec(rows, count))),
    );
    object(fields.prop_map(|(a, b, c)| vec![a, b, c]))
}

fn any_frame() -> BoxedStrategy<String> {
    prop_oneof![
        5 => frame("book", book_row(), 1..2),
        1 => frame("book", book_row(), 0..3),
        3 => frame("trade", trade_row(), 0..4),
    ]
    .boxed()
}

#[track_caller]
fn check(frame: &str) -> Result<(), TestCaseError> {
    let quickly = decode_frame(frame);
    let slowly = Envelope::open(frame).and_then(|envelope| decode(&envelope));
    if let Some(message) = quickly {
        prop_assert_eq!(Ok(message), slowly, "{}", frame);
    }
    Ok(())
}

proptest! {
    #[test]
    fn both_ways_agree(frame in any_frame()) {
        check(&frame)?;
    }

    #[test]
    fn both_ways_agree_on_broken_frames(
        frame in any_frame(),
        at in any::<Index>(),
        other in "[]\\[{}\",:0-9 .\\\\eu\u{1}Ð-]{0,2}",
        width in 0_usize..3,
    ) {
        let mut characters: Vec<char> = frame.chars().collect();
        let at = at.index(characters.len());
        let end = characters.len().min(at + width);
        characters.splice(at..end, other.chars());
        check(&characters.into_iter().collect::<String>())?;
    }
}

#[test]
fn usual_frames_are_read_the_quick_way() {
    let book = r#"{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[],
        "asks":[{"price":29431.1,"qty":0.0},{"price":1E-8,"qty":4.4e-7}],"checksum":3547452596,
        "timestamp":"2023-07-30T15:29:58.343415Z","new":null}]}"#;
    let trade = r#"{"channel":"trade","type":"snapshot","data":[{"symbol":"BTC/USD","side":"buy",
        "price":60000.1,"qty":0.00012345,"ord_type":"market","trade_id":1001,
        "timestamp":"2026-10-06T00:00:00.000000Z"}]}"#;
    for frame in [book, trade] {
        let slowly = Envelope::open(frame).and_then(|envelope| decode(&envelope));
        assert_eq!(decode_frame(frame).map(Ok), Some(slowly));
    }
    assert_eq!(decode_frame(r#"{"channel":"heartbeat"}"#), None);
    assert_eq!(decode_frame(&format!("{book} x")), None);
}
