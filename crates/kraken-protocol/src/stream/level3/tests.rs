//! Kraken's example, every event, and a naive twin.

use super::*;
use crate::stream::{
    envelope::Envelope,
    level3_message::{Level3Change, Level3Event},
};

mod random;

const NOW: Timestamp = Timestamp::from_nanos(1);

fn id(name: &str) -> VenueOrderId {
    name.parse().unwrap()
}

/// Changes from texts like `add A 10/3`.
fn changes(texts: &[&str]) -> Vec<Level3Change> {
    let change = |text: &&str| {
        let words: Vec<&str> = text.split(' ').collect();
        let (price, quantity) = words[2].split_once('/').unwrap();
        let event = match words[0] {
            "add" => Level3Event::Added,
            "modify" => Level3Event::Modified,
            _ => Level3Event::Deleted,
        };
        let (price, quantity) = (price.parse().unwrap(), quantity.parse().unwrap());
        Level3Change { event, order: Level3Order { id: id(words[1]), price, quantity, time: NOW } }
    };
    texts.iter().map(change).collect()
}

fn message(kind: MessageKind, bids: &[&str], asks: &[&str], text: &str) -> Level3Message {
    Level3Message {
        kind,
        pair: "BTC/USD".parse().unwrap(),
        bids: changes(bids),
        asks: changes(asks),
        checksum: Some(crc32fast::hash(text.as_bytes())),
        time: None,
    }
}

fn book(bids: &[&str], asks: &[&str], text: &str) -> Level3Book {
    let mut book = Level3Book::new(Level3Depth::Ten, PricePrecision::new(0, 0).unwrap());
    book.apply(&message(MessageKind::Snapshot, bids, asks, text), NOW).unwrap();
    book
}

/// Applies changes of asks; `text` is what the checksum then covers.
#[track_caller]
fn check(book: &mut Level3Book, asks: &[&str], text: &str) {
    let applied = book.apply(&message(MessageKind::Update, &[], asks, text), NOW);
    assert!(applied.is_ok(), "{applied:?} {book:?}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test may read a file")]
#[expect(clippy::print_stdout, reason = "a test says that it passes over")]
fn krakens_own_example() {
    const FRAME: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/fixtures/l3_btcusd_snapshot_official_example.json"
    );
    let Ok(frame) = std::fs::read_to_string(FRAME) else {
        println!("passed over: no {FRAME}");
        return;
    };
    let message = Level3Message::decode(&Envelope::open(&frame).unwrap()).unwrap();
    assert_eq!(message.checksum, Some(1_063_832_831));
    let mut book = Level3Book::new(Level3Depth::Ten, PricePrecision::new(1, 8).unwrap());
    assert!(book.apply(&message, NOW).unwrap().is_verified);
    assert_eq!((book.bids().count(), book.asks().count()), (21, 14));
    let quote = book.quote().unwrap();
    assert_eq!(quote.ask.price, "44939.5".parse().unwrap());
    assert_eq!(quote.ask.quantity, "4.53519654".parse().unwrap());
    // Two orders stand in line before the one of 0.001.
    let ahead = "4.52419654".parse().unwrap();
    assert_eq!(book.ahead_of(id("O3DRCT-J5M2S-KYV526")), Some(ahead));
}

#[test]
fn orders_stand_in_line_as_they_came() {
    let mut book = book(&[], &["add A 10/1", "add B 10/2", "add C 11/3"], "101102113");
    check(&mut book, &["add D 10/4"], "101102104113");
    check(&mut book, &["modify A 10/9"], "109102104113");
    check(&mut book, &["delete B 10/2"], "109104113");
    assert_eq!(book.ahead_of(id("A")), Some("0".parse().unwrap()));
    assert_eq!(book.ahead_of(id("D")), Some("9".parse().unwrap()));
    assert_eq!(book.ahead_of(id("B")), None);
}

#[test]
fn nothing_of_an_order_or_a_level_is_left_behind() {
    let mut book = book(&["add X 5/1"], &["add A 10/1", "add B 11/2"], "10111251");
    check(&mut book, &["delete A 10/1"], "11251");
    check(&mut book, &["modify B 11/0"], "51");
    assert_eq!((book.asks().count(), book.quote()), (0, None));
    // The next level comes order by order.
    check(&mut book, &["add C 12/3", "add D 12/4"], "12312451");
    assert_eq!(book.quote().unwrap().ask.quantity, "7".parse().unwrap());
}

#[test]
fn an_order_that_changes_its_price_stands_last() {
    let mut book = book(&[], &["add A 10/1", "add B 11/2"], "101112");
    check(&mut book, &["modify A 11/5"], "112115");
    assert_eq!(book.ahead_of(id("A")), Some("2".parse().unwrap()));
}

#[test]
fn an_order_that_is_added_again_keeps_its_place() {
    let mut book = book(&[], &["add A 10/1", "add B 10/2"], "101102");
    check(&mut book, &["add A 10/3"], "103102");
}

#[test]
fn a_deleted_order_that_is_not_there_does_no_harm_and_a_modified_one_does() {
    let mut book = book(&[], &["add A 10/1"], "101");
    check(&mut book, &["delete Z 12/1"], "101");
    let lost = message(MessageKind::Update, &[], &["modify Z 10/1"], "101");
    assert_eq!(book.apply(&lost, NOW), Err(BookFault::UnknownOrder(id("Z"))));
    assert!(book.is_empty());
    assert_eq!(book.apply(&lost, NOW), Err(BookFault::BeforeSnapshot));
}

#[test]
fn levels_are_cut_after_the_whole_message() {
    let names = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"];
    let asks: Vec<String> =
        (11..).zip(names).map(|(price, it)| format!("add {it} {price}/1")).collect();
    let asks: Vec<&str> = asks.iter().map(String::as_str).collect();
    let digits = |price: u32| format!("{price}1");
    let text = (11..21).map(digits).collect::<Vec<_>>().concat();
    let mut book = book(&[], &asks, &text);
    let shorter = (10..20).map(digits).collect::<Vec<_>>().concat();
    check(&mut book, &["add Z 10/1"], &shorter);
    assert_eq!(book.ahead_of(id("J")), None);
    // It comes back when there is room.
    check(&mut book, &["delete Z 10/1", "add J 20/1"], &text);
}

#[test]
fn faults_empty_the_book() {
    let mut book = book(&["add X 5/1"], &["add A 10/1"], "10151");
    let told = message(MessageKind::Update, &[], &["add B 10/2"], "nonsense");
    let ours = crc32fast::hash(b"10110251");
    let fault = BookFault::Checksum { told: told.checksum, ours };
    assert_eq!(book.apply(&told, NOW), Err(fault));
    assert!(book.is_empty() && book.quote().is_none());

    let crossed = message(MessageKind::Snapshot, &["add X 10/1"], &["add A 10/1"], "101101");
    assert!(matches!(book.apply(&crossed, NOW), Err(BookFault::Crossed { .. })));
    let precise = message(MessageKind::Snapshot, &[], &["add A 10.5/1"], "");
    assert!(matches!(book.apply(&precise, NOW), Err(BookFault::TooPrecise(_))));
    let without = Level3Message {
        checksum: None,
        ..message(MessageKind::Snapshot, &["add X 5/1"], &["add A 10/1"], "")
    };
    assert!(!book.apply(&without, NOW).unwrap().is_verified);
    let without = Level3Message { kind: MessageKind::Update, ..without };
    assert!(matches!(book.apply(&without, NOW), Err(BookFault::Checksum { told: None, .. })));
}

#[test]
fn quantities_that_do_not_fit_together_do_not_stop_us() {
    let most = format!("add A 10/{}", Quantity::MAX.units() / 100_000_000);
    let again = most.replace('A', "B");
    let digits = most.replace("add A ", "").replace('/', "");
    let asks = [most.as_str(), again.as_str()];
    let book = book(&["add X 5/1"], &asks, &format!("{digits}{digits}51"));
    assert_eq!(book.quote().unwrap().ask.quantity, Quantity::MAX);
}

#[test]
fn a_fault_concerns_one_pair() {
    let mut books = Level3Books::default();
    let snapshot = message(MessageKind::Snapshot, &["add X 5/1"], &["add A 10/1"], "10151");
    assert_eq!(books.apply(&snapshot, NOW), Err(BookFault::NotTracked));
    let other = Level3Message { pair: "ETH/USD".parse().unwrap(), ..snapshot.clone() };
    for message in [&snapshot, &other] {
        books.track(message.pair, Level3Depth::Ten, PricePrecision::new(0, 0).unwrap());
        books.apply(message, NOW).unwrap();
    }
    let bad = message(MessageKind::Update, &[], &[], "nonsense");
    assert!(books.apply(&bad, NOW).is_err());
    assert!(books.book(bad.pair).unwrap().is_empty());
    assert!(books.book(other.pair).unwrap().is_verified());
    books.empty();
    assert!(books.book(other.pair).unwrap().is_empty());
    books.forget(other.pair);
    assert!(books.book(other.pair).is_none());
}

#[test]
fn depths_are_krakens() {
    let known: Vec<u32> = Level3Depth::ALL.iter().map(|depth| depth.levels()).collect();
    assert_eq!(known, [10, 100, 1_000]);
    assert_eq!(Level3Depth::from_levels(100), Some(Level3Depth::Hundred));
    assert_eq!(Level3Depth::from_levels(25), None);
}
