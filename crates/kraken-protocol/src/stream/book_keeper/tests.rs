//! Books of several pairs on one socket: one breaks, the others do not notice.

use super::*;
use crate::stream::{book::BookDepth, envelope::Envelope, market::decode};

const NOW: Timestamp = Timestamp::from_nanos(1);
/// The guide's example, for two pairs; its checksum is 3310070434 with one decimal of prices.
const GUIDE: &str = r#""bids":[{"price":45283.5,"qty":0.1},{"price":45283.4,"qty":1.54582015},
    {"price":45282.1,"qty":0.1},{"price":45281.0,"qty":0.1},{"price":45280.3,"qty":1.54592586},
    {"price":45279.0,"qty":0.0799},{"price":45277.6,"qty":0.03310103},{"price":45277.5,"qty":0.3},
    {"price":45277.3,"qty":1.54602737},{"price":45276.6,"qty":0.15445238}],
    "asks":[{"price":45285.2,"qty":0.001},{"price":45286.4,"qty":1.54571953},
    {"price":45286.6,"qty":1.54571109},{"price":45289.6,"qty":1.54560911},
    {"price":45290.2,"qty":0.1589066},{"price":45291.8,"qty":1.54553491},
    {"price":45294.7,"qty":0.04454749},{"price":45296.1,"qty":0.3538},
    {"price":45297.5,"qty":0.09945542},{"price":45299.5,"qty":0.18772827}]"#;

fn message(frame: &str) -> MarketMessage {
    decode(&Envelope::open(frame).unwrap()).unwrap()
}

fn snapshot(pair: &str, checksum: u32) -> MarketMessage {
    message(&format!(
        r#"{{"channel":"book","type":"snapshot",
        "data":[{{"symbol":"{pair}",{GUIDE},"checksum":{checksum}}}]}}"#
    ))
}

fn update(pair: &str, checksum: u32) -> MarketMessage {
    message(&format!(
        r#"{{"channel":"book","type":"update","data":[{{"symbol":"{pair}",
        "bids":[{{"price":45283.5,"qty":7.0}}],"asks":[],"checksum":{checksum}}}]}}"#
    ))
}

fn book(pair: &str) -> Subscription {
    Subscription::Book { pair: pair.parse().unwrap(), depth: BookDepth::Ten }
}

const GOOD: u32 = 3_310_070_434;

#[test]
fn a_broken_book_takes_no_other_with_it() {
    let mut keeper = BookKeeper::default();
    let (one, other) = ("BTC/USD", "BTC/EUR");
    for pair in [one, other] {
        keeper.want(book(pair));
        let news = keeper.handle(&snapshot(pair, GOOD), NOW);
        assert!(matches!(news, Some(BookNews::Applied(_, applied)) if applied.is_verified));
    }
    let news = keeper.handle(&update(one, 1), NOW);
    let Some(BookNews::Broken(broken, BookFault::Checksum { told: Some(1), .. })) = news else {
        panic!("{news:?}");
    };
    assert_eq!(broken, book(one));
    assert_eq!(keeper.quote(one.parse().unwrap()), None);
    assert!(keeper.quote(other.parse().unwrap()).is_some());
    // What was on its way is no second fault, and a snapshot mends it.
    assert_eq!(keeper.handle(&update(one, 2), NOW), None);
    assert!(matches!(keeper.handle(&snapshot(one, GOOD), NOW), Some(BookNews::Applied(..))));
}

#[test]
fn krakens_word_on_decimals_replaces_the_recorded_one() {
    // Recorded with more decimals than this made-up change of Kraken's.
    let pair = "ETH/USD";
    let mut keeper = BookKeeper::default();
    keeper.want(book(pair));
    let news = keeper.handle(&snapshot(pair, GOOD), NOW);
    assert!(matches!(news, Some(BookNews::Broken(_, BookFault::Checksum { .. }))), "{news:?}");
    let told = message(
        r#"{"channel":"instrument","type":"update","data":{"assets":[],"pairs":[{
        "symbol":"ETH/USD","base":"ETH","quote":"USD","status":"online","qty_precision":8,
        "qty_increment":0.00000001,"price_precision":1,"price_increment":0.1,"cost_precision":5,
        "cost_min":0.5,"qty_min":0.002,"marginable":true,"has_index":true}]}}"#,
    );
    assert_eq!(keeper.handle(&told, NOW), None);
    // The word comes with the next attempt.
    keeper.want(book(pair));
    assert!(matches!(keeper.handle(&snapshot(pair, GOOD), NOW), Some(BookNews::Applied(..))));
}

#[test]
fn what_is_not_wanted_is_not_kept() {
    let mut keeper = BookKeeper::default();
    assert_eq!(keeper.handle(&snapshot("BTC/USD", GOOD), NOW), None);
    keeper.want(book("BTC/USD"));
    keeper.handle(&snapshot("BTC/USD", GOOD), NOW);
    keeper.lost();
    assert_eq!(keeper.quote("BTC/USD".parse().unwrap()), None);
    keeper.unwant(&book("BTC/USD"));
    assert!(keeper.book("BTC/USD".parse().unwrap()).is_none());
}
