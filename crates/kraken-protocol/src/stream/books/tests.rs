//! A fault concerns one pair.

use trading_types::BookLevel;

use super::*;
use crate::stream::MessageKind;

const NOW: Timestamp = Timestamp::EPOCH;

fn pair(text: &str) -> Pair {
    text.parse().unwrap()
}

fn message(kind: MessageKind, pair: Pair, checksum: Option<u32>) -> BookMessage {
    let level = |price: &str| {
        vec![BookLevel { price: price.parse().unwrap(), quantity: "1".parse().unwrap() }]
    };
    BookMessage { kind, pair, bids: level("1"), asks: level("2"), checksum, time: None }
}

fn books() -> Books {
    let mut books = Books::default();
    for text in ["BTC/USD", "ETH/USD"] {
        books.track(pair(text), BookDepth::Ten, PricePrecision::new(0, 0).unwrap());
        let snapshot = message(MessageKind::Snapshot, pair(text), None);
        assert!(books.apply(&snapshot, NOW).unwrap().quote.is_some());
    }
    books
}

#[test]
fn a_fault_empties_one_book_and_leaves_the_others() {
    let mut books = books();
    let bad = message(MessageKind::Update, pair("BTC/USD"), Some(1));
    assert!(matches!(books.apply(&bad, NOW), Err(BookFault::Checksum { .. })));
    assert_eq!(books.quote(pair("BTC/USD")), None);
    assert!(books.quote(pair("ETH/USD")).is_some());
    assert_eq!(books.apply(&bad, NOW), Err(BookFault::BeforeSnapshot));
}

#[test]
fn nobody_asked_for_this_pair() {
    let mut books = books();
    books.forget(pair("BTC/USD"));
    let snapshot = message(MessageKind::Snapshot, pair("BTC/USD"), None);
    assert_eq!(books.apply(&snapshot, NOW), Err(BookFault::NotTracked));
    assert!(books.book(pair("BTC/USD")).is_none());
}

#[test]
fn tracking_again_begins_anew() {
    let mut books = books();
    books.track(pair("BTC/USD"), BookDepth::Hundred, PricePrecision::new(1, 8).unwrap());
    let book = books.book(pair("BTC/USD")).unwrap();
    assert!(book.is_empty());
    assert_eq!((book.depth(), book.changed()), (BookDepth::Hundred, None));
}

#[test]
fn a_lost_connection_empties_all() {
    let mut books = books();
    books.empty();
    assert_eq!((books.quote(pair("BTC/USD")), books.quote(pair("ETH/USD"))), (None, None));
}
