//! Candles and views for tests: made up, drawn at random, or taken from a real archive.

use proptest::prelude::{Just, Strategy as Draw, prop, prop_oneof};
use serde::{Serialize, de::DeserializeOwned};
use trading_engine::{Strategy, View, Wish};
use trading_types::{Amount, Candle, Price, Quantity, Timestamp};

/// A view of an account that holds nothing.
pub(crate) const EMPTY: View = View {
    now: Timestamp::EPOCH,
    position: Quantity::ZERO,
    entry_price: None,
    cash_free: Amount::ZERO,
    equity: Amount::ZERO,
};

/// A price from its text.
#[track_caller]
pub(crate) fn price(text: &str) -> Price {
    text.parse().unwrap()
}

/// A candle in which nothing moved.
pub(crate) fn still(close: Price) -> Candle {
    bar(close, close, close)
}

/// A candle with these prices and a volume of one.
pub(crate) fn bar(high: Price, low: Price, close: Price) -> Candle {
    let volume = Amount::from_units(10_i128.pow(18));
    Candle { start: Timestamp::EPOCH, open: close, high, low, close, volume, trades: 1 }
}

/// The same value, stored and read back.
pub(crate) fn stored_again<T: Serialize + DeserializeOwned>(value: &T) -> T {
    postcard::from_bytes(&postcard::to_allocvec(value).unwrap()).unwrap()
}

/// The same value, stored and read back with one byte changed, if that is still a value.
pub(crate) fn with_byte<T>(value: &T, at: prop::sample::Index, byte: u8) -> Option<T>
where
    T: Serialize + DeserializeOwned,
{
    let mut bytes = postcard::to_allocvec(value).unwrap();
    let at = at.index(bytes.len());
    bytes[at] = byte;
    postcard::from_bytes(&bytes).ok()
}

/// Shows `closes`, separated by spaces, to `strategy` and writes its wishes as letters: `.` for
/// nothing, `L` for long, `F` for flat, `A` for adding, `k` for keeping.
#[track_caller]
pub(crate) fn wishes(strategy: &mut dyn Strategy, closes: &str) -> String {
    let candles = closes.split_whitespace().map(|close| still(price(close)));
    candles.map(|candle| letter(strategy.handle_candle(&candle, &EMPTY))).collect()
}

/// A wish as one letter.
pub(crate) fn letter(wish: Wish) -> char {
    match wish {
        Wish::Nothing => '.',
        Wish::Keep(_) => 'k',
        Wish::BeLong(_) | Wish::BeLongOn(_) => 'L',
        Wish::BeFlat => 'F',
        Wish::Add(_) => 'A',
    }
}

/// Prices of every size, in runs that stay close together so that ties and crossings happen.
pub(crate) fn any_prices() -> impl Draw<Value = Vec<Price>> {
    let base = prop_oneof![Just(1_i64), Just(700_000_000_000_000), Just(i64::MAX - 100)];
    (base, prop::collection::vec(0_i64..20, 0..80))
        .prop_map(|(base, steps)| steps.iter().map(|step| Price::from_units(base + step)).collect())
}

/// Candles around [`any_prices`], each of which passes [`Candle::check`].
pub(crate) fn any_candles() -> impl Draw<Value = Vec<Candle>> {
    let spread = || prop::collection::vec(0_i64..20, 80);
    let volume = prop::collection::vec(0_i128..1_000, 80);
    (any_prices(), spread(), spread(), volume).prop_map(|(prices, above, below, volume)| {
        let row = |(index, close): (usize, &Price)| {
            let high = Price::from_units(close.units().saturating_add(above[index]));
            let low = Price::from_units((close.units() - below[index]).max(1));
            let volume = Amount::from_units(volume[index] * 10_i128.pow(15));
            Candle { volume, ..bar(high, low, *close) }
        };
        prices.iter().enumerate().map(row).collect()
    })
}

/// Runs two copies of a strategy over `candles`, of which one is stored and restored into a fresh
/// one after `cut` candles, and returns the wishes of both.
pub(crate) fn interrupted(
    build: impl Fn() -> Box<dyn Strategy>,
    candles: &[Candle],
    cut: usize,
) -> (Vec<Wish>, Vec<Wish>) {
    let (mut steady, mut broken) = (build(), build());
    let mut both = (Vec::new(), Vec::new());
    for (index, candle) in candles.iter().enumerate() {
        if index == cut {
            let stored = broken.save();
            broken = build();
            broken.restore(&stored).unwrap();
        }
        both.0.push(steady.handle_candle(candle, &EMPTY));
        both.1.push(broken.handle_candle(candle, &EMPTY));
    }
    both
}
