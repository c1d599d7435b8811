//! Kraken's own vectors.

use trading_types::BookLevel;

use super::{Checksum, LEVELS};
use crate::socket::fixed::Decimals;

fn levels(text: &str) -> Vec<BookLevel> {
    let level = |pair: &str| {
        let (price, quantity) = pair.split_once('/').unwrap();
        BookLevel { price: price.parse().unwrap(), quantity: quantity.parse().unwrap() }
    };
    text.split_whitespace().map(level).collect()
}

fn check(price_decimals: u8, asks: &str, bids: &str, expected: u32) {
    let decimals = Decimals { price: price_decimals, quantity: 8, cost: 5 };
    let mut sum = Checksum::new(decimals);
    for level in levels(asks).iter().take(LEVELS).chain(levels(bids).iter().take(LEVELS)) {
        sum.add(level.price, level.quantity);
    }
    assert_eq!(sum.finish(), expected);
}

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
    0.5659/33644.89175666 0.5658/148.3464";

/// The vectors of Kraken's guide and of the channel's page
/// (<https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2> and
/// <https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/book>, read on 2026-11-21).
#[test]
fn vectors() {
    check(1, GUIDE_ASKS, GUIDE_BIDS, 3_310_070_434);
    check(4, PAGE_ASKS, &format!("{PAGE_BIDS} 0.5657/606.70854372"), 2_439_117_997);
    check(4, PAGE_ASKS, &format!("{PAGE_BIDS} 0.5657/1098.3947558"), 2_114_181_697);
}

#[test]
fn only_ten_levels_count() {
    check(1, &format!("{GUIDE_ASKS} 46000/1"), &format!("{GUIDE_BIDS} 44000/1"), 3_310_070_434);
}

#[test]
fn thin_books_count_what_they_have() {
    check(1, "", "", 0);
    check(1, "1.5/2", "", crc32fast::hash(b"15200000000"));
}
