//! Books against Kraken's own examples, real frames, and a naive twin.

use super::*;
use crate::stream::envelope::Envelope;

mod random;

fn level(price: &str, quantity: &str) -> BookLevel {
    BookLevel { price: price.parse().unwrap(), quantity: quantity.parse().unwrap() }
}

/// Levels from texts like `45285.2/0.00100000 45286.4/1.54571953`.
fn levels(text: &str) -> Vec<BookLevel> {
    text.split_whitespace()
        .map(|it| it.split_once('/').unwrap())
        .map(|(price, quantity)| level(price, quantity))
        .collect()
}

fn message(kind: MessageKind, bids: &str, asks: &str, checksum: Option<u32>) -> BookMessage {
    let (bids, asks) = (levels(bids), levels(asks));
    BookMessage { kind, pair: "BTC/USD".parse().unwrap(), bids, asks, checksum, time: None }
}

fn snapshot(bids: &str, asks: &str, checksum: Option<u32>) -> BookMessage {
    message(MessageKind::Snapshot, bids, asks, checksum)
}

fn update(bids: &str, asks: &str, checksum: Option<u32>) -> BookMessage {
    message(MessageKind::Update, bids, asks, checksum)
}

fn book(price: u8, quantity: u8) -> Book {
    Book::new(BookDepth::Ten, PricePrecision::new(price, quantity).unwrap())
}

const NOW: Timestamp = Timestamp::from_nanos(1);

const GUIDE_ASKS: &str = "45285.2/0.00100000 45286.4/1.54571953 45286.6/1.54571109 \
    45289.6/1.54560911 45290.2/0.15890660 45291.8/1.54553491 45294.7/0.04454749 \
    45296.1/0.35380000 45297.5/0.09945542 45299.5/0.18772827";
const GUIDE_BIDS: &str = "45283.5/0.10000000 45283.4/1.54582015 45282.1/0.10000000 \
    45281.0/0.10000000 45280.3/1.54592586 45279.0/0.07990000 45277.6/0.03310103 \
    45277.5/0.30000000 45277.3/1.54602737 45276.6/0.15445238";
const PAGE_ASKS: &str = "0.5668/4410.79769741 0.5669/4655.40412487 0.567/49844.89424998 \
    0.5671/24306.41678 0.5672/29783.25223475 0.5673/57234.71239278 0.5674/45065.04744 \
    0.5675/5912.76380354 0.5676/42514.92434778 0.5677/36304.0847022";
const PAGE_BIDS: &str = "0.5666/4831.75496356 0.5665/6658.22734739 0.5664/18724.91513344 \
    0.5663/11563.92544914 0.5662/14006.65365711 0.5661/17454.85679807 0.566/18097.1547 \
    0.5659/33644.89175666 0.5658/148.3464 0.5657/606.70854372";

#[test]
fn the_examples_of_krakens_pages() {
    let applied = book(1, 8).apply(&snapshot(GUIDE_BIDS, GUIDE_ASKS, Some(3_310_070_434)), NOW);
    assert!(applied.unwrap().is_verified);
    let mut book = book(4, 8);
    book.apply(&snapshot(PAGE_BIDS, PAGE_ASKS, Some(2_439_117_997)), NOW).unwrap();
    book.apply(&update("0.5657/1098.3947558", "", Some(2_114_181_697)), NOW).unwrap();
    let quote =
        Quote { bid: level("0.5666", "4831.75496356"), ask: level("0.5668", "4410.79769741") };
    assert_eq!(book.quote(), Some(quote));
    assert_eq!(book.changed(), Some(NOW));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test may read a file")]
#[expect(clippy::print_stdout, reason = "a test says that it passes over")]
fn a_hundred_real_updates() {
    const FRAMES: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/fixtures/book_v2_btcusd_first100.json"
    );
    #[derive(serde::Deserialize)]
    struct Recorded<'a> {
        #[serde(borrow)]
        init: &'a serde_json::value::RawValue,
        #[serde(borrow)]
        updates: Vec<&'a serde_json::value::RawValue>,
    }
    let Ok(text) = std::fs::read_to_string(FRAMES) else {
        println!("passed over: no {FRAMES}");
        return;
    };
    let recorded: Recorded<'_> = serde_json::from_str(&text).unwrap();
    assert_eq!(recorded.updates.len(), 100);
    let mut book = book(1, 8);
    for frame in std::iter::once(&recorded.init).chain(&recorded.updates) {
        let message = BookMessage::decode(&Envelope::open(frame.get()).unwrap()).unwrap();
        assert!(book.apply(&message, NOW).unwrap().is_verified);
    }
}

#[test]
fn a_wrong_checksum_empties_the_book_until_the_next_snapshot() {
    let mut book = book(4, 8);
    book.apply(&snapshot(PAGE_BIDS, PAGE_ASKS, Some(2_439_117_997)), NOW).unwrap();
    let lost = update("0.5657/1098.3947558", "", Some(1));
    let fault = BookFault::Checksum { told: Some(1), ours: 2_114_181_697 };
    assert_eq!(book.apply(&lost, NOW), Err(fault));
    assert!(book.is_empty() && !book.is_verified());
    assert_eq!((book.quote(), book.bids().count(), book.asks().count()), (None, 0, 0));
    let next = update("0.5657/1098.3947558", "", Some(2_114_181_697));
    assert_eq!(book.apply(&next, NOW), Err(BookFault::BeforeSnapshot));
    book.apply(&snapshot(PAGE_BIDS, PAGE_ASKS, Some(2_439_117_997)), NOW).unwrap();
    assert!(book.apply(&next, NOW).unwrap().is_verified);
}

#[test]
fn a_snapshot_without_checksum_is_believed_until_an_update_proves_it() {
    let mut book = book(4, 8);
    let applied = book.apply(&snapshot(PAGE_BIDS, PAGE_ASKS, None), NOW).unwrap();
    assert!(!applied.is_verified && applied.is_quote_new && applied.quote.is_some());
    let next = update("0.5657/1098.3947558", "", Some(2_114_181_697));
    let applied = book.apply(&next, NOW).unwrap();
    assert!(applied.is_verified && !applied.is_quote_new);
}

#[test]
fn an_update_without_checksum_is_not_believed() {
    let mut book = book(4, 8);
    book.apply(&snapshot(PAGE_BIDS, PAGE_ASKS, None), NOW).unwrap();
    let fault = book.apply(&update("0.5657/1098.3947558", "", None), NOW).unwrap_err();
    assert_eq!(fault, BookFault::Checksum { told: None, ours: 2_114_181_697 });
    assert!(
        fault.to_string().starts_with("our book has the checksum 2114181697, Kraken's has none"),
        "{fault}"
    );
}

#[test]
fn a_second_snapshot_replaces_the_first() {
    let mut book = book(1, 8);
    book.apply(&snapshot("1/1 2/2", "3/3", None), NOW).unwrap();
    book.apply(&snapshot(GUIDE_BIDS, GUIDE_ASKS, Some(3_310_070_434)), NOW).unwrap();
    assert_eq!(book.bids().count(), 10);
}

#[test]
fn a_crossed_book_is_a_fault_even_when_the_checksum_is_right() {
    for (bid, ask) in [("3", "3"), ("4", "3")] {
        let mut book = book(0, 0);
        let checksum = crc32fast::hash(format!("{ask}1{bid}1").as_bytes());
        let crossed = snapshot(&format!("{bid}/1"), &format!("{ask}/1"), Some(checksum));
        let (bid, ask) = (bid.parse().unwrap(), ask.parse().unwrap());
        assert_eq!(book.apply(&crossed, NOW), Err(BookFault::Crossed { bid, ask }));
        assert!(book.is_empty());
    }
}

#[test]
fn more_decimals_than_the_pair_are_a_fault() {
    let mut book = book(1, 8);
    let fine = snapshot("1.25/1", "3/3", None);
    assert_eq!(book.apply(&fine, NOW), Err(BookFault::TooPrecise(level("1.25", "1"))));
    assert!(book.is_empty());
}

#[test]
fn changes_apply_in_their_order() {
    let mut book = book(0, 0);
    book.apply(&snapshot("", "", None), NOW).unwrap();
    let told = Some(crc32fast::hash(b"9457"));
    book.apply(&update("5/1 5/0 5/3 5/7 4/0", "9/2 9/0 9/4", told), NOW).unwrap();
    assert_eq!(book.quote(), Some(Quote { bid: level("5", "7"), ask: level("9", "4") }));
}

#[test]
fn sides_are_cut_after_the_whole_message() {
    let mut book = book(0, 0);
    let asks = "11/1 12/1 13/1 14/1 15/1 16/1 17/1 18/1 19/1 20/1";
    book.apply(&snapshot("", asks, None), NOW).unwrap();
    // The new best would push 20 out, if the cut came before 11 left.
    let told = Some(crc32fast::hash(b"101121131141151161171181191201"));
    book.apply(&update("", "10/1 11/0", told), NOW).unwrap();
    assert_eq!(book.asks().last(), Some(level("20", "1")));
    // An eleventh level falls out without a word.
    let told = Some(crc32fast::hash(b"91101121131141151161171181191"));
    book.apply(&update("", "9/1", told), NOW).unwrap();
    assert_eq!(book.asks().count(), 10);
    assert_eq!(book.asks().last(), Some(level("19", "1")));
}

#[test]
fn thin_books_have_checksums_too() {
    let mut book = book(0, 0);
    book.apply(&snapshot("", "", Some(0)), NOW).unwrap();
    assert_eq!(book.quote(), None);
    book.apply(&update("", "7/1", Some(crc32fast::hash(b"71"))), NOW).unwrap();
    assert_eq!(book.quote(), None);
    let applied = book.apply(&update("5/2", "", Some(crc32fast::hash(b"7152"))), NOW).unwrap();
    assert!(applied.is_quote_new && applied.quote.is_some());
    let applied = book.apply(&update("", "7/0", Some(crc32fast::hash(b"52"))), NOW).unwrap();
    assert!(applied.is_quote_new && applied.quote.is_none());
}

#[test]
fn depths_are_krakens() {
    let known: Vec<u32> = BookDepth::ALL.iter().map(|depth| depth.levels()).collect();
    assert_eq!(known, [10, 25, 100, 500, 1_000]);
    for depth in BookDepth::ALL {
        assert_eq!(BookDepth::from_levels(depth.levels()), Some(depth));
    }
    assert_eq!(BookDepth::from_levels(11), None);
}
