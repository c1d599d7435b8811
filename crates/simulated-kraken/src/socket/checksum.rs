//! The checksum of a book: CRC-32 over the best ten levels of each side, asks first, each as price
//! and quantity with all decimals of the pair, without the point and without leading zeros
//! (<https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2>, read on 2026-11-21).
//!
//! The invariant: it depends on values alone, never on how they were written in a frame.

use trading_types::{Price, Quantity};

use super::fixed::{Decimals, push_whole};

/// Levels of a side that count.
pub(super) const LEVELS: usize = 10;

/// A checksum under construction: prices and quantities in Kraken's order.
#[derive(Debug)]
pub(super) struct Checksum {
    decimals: Decimals,
    text: Vec<u8>,
}

impl Checksum {
    pub(super) fn new(decimals: Decimals) -> Self {
        Self { decimals, text: Vec::with_capacity(512) }
    }

    pub(super) fn add(&mut self, price: Price, quantity: Quantity) {
        let digits = |units: i64, scale: usize, decimals: u8| {
            let dropped = u32::try_from(scale.saturating_sub(usize::from(decimals)));
            units.unsigned_abs() / 10_u64.pow(dropped.expect("at most ten"))
        };
        push_whole(&mut self.text, digits(price.units(), Price::DECIMALS, self.decimals.price));
        let quantity = digits(quantity.units(), Quantity::DECIMALS, self.decimals.quantity);
        push_whole(&mut self.text, quantity);
    }

    pub(super) fn finish(self) -> u32 {
        crc32fast::hash(&self.text)
    }
}

#[cfg(test)]
mod tests;
