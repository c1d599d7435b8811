//! The checksum of a book: the digits of its best levels in a row, and their CRC-32
//! (<https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2>, read on 2026-11-21).
//!
//! Asks come first, best first, then bids, best first; of each the price and the quantity with all
//! decimals of the pair, without point and without zeros in front. Formatting a number is the dear
//! part, so each level keeps its digits from the moment it changes.

use trading_types::{BookLevel, Price, Quantity};

use super::instrument_message::Instrument;

/// How many levels of each side the checksum covers, whatever the subscribed depth.
pub const CHECKSUM_LEVELS: usize = 10;

/// Digits of the largest 64-bit number.
const NUMBER_DIGITS_MAX: usize = 19;
/// Room for two numbers, in whole machine words: copying a known length is one move or two.
const LEVEL_DIGITS_MAX: usize = 40;
const _: () = assert!(2 * NUMBER_DIGITS_MAX <= LEVEL_DIGITS_MAX);

/// How many decimals a pair's numbers have in checksums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PricePrecision {
    price: u8,
    quantity: u8,
}

impl PricePrecision {
    /// Decimals of prices and of quantities; nothing when our numbers do not hold as many.
    pub fn new(price: u8, quantity: u8) -> Option<Self> {
        let fits =
            usize::from(price) <= Price::DECIMALS && usize::from(quantity) <= Quantity::DECIMALS;
        fits.then_some(Self { price, quantity })
    }

    /// Decimals of prices.
    pub const fn price(self) -> u8 {
        self.price
    }

    /// Decimals of quantities.
    pub const fn quantity(self) -> u8 {
        self.quantity
    }
}

impl Instrument {
    /// How many decimals its numbers have in checksums.
    pub fn precision(&self) -> Option<PricePrecision> {
        PricePrecision::new(self.price_precision, self.quantity_precision)
    }
}

/// What a level adds to the checksum.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LevelDigits {
    bytes: [u8; LEVEL_DIGITS_MAX],
    length: u8,
}

impl LevelDigits {
    /// The digits of a level, or nothing when it has more decimals than the pair.
    pub(crate) fn of(level: BookLevel, precision: PricePrecision) -> Option<Self> {
        let price = whole(level.price.units(), Price::DECIMALS, precision.price)?;
        let quantity = whole(level.quantity.units(), Quantity::DECIMALS, precision.quantity)?;
        let mut bytes = [b'0'; LEVEL_DIGITS_MAX];
        let middle = digit_count(price);
        let end = middle + digit_count(quantity);
        write_digits(&mut bytes[..middle], price);
        write_digits(&mut bytes[middle..end], quantity);
        Some(Self { bytes, length: u8::try_from(end).expect("at most 38 digits") })
    }

    /// The digits of price and quantity in a row.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

/// `units` of 10^-`held` as a count of 10^-`decimals`, if it is one.
fn whole(units: i64, held: usize, decimals: u8) -> Option<u64> {
    let units = u64::try_from(units).ok()?;
    let divisor = POWERS_OF_TEN[held - usize::from(decimals)];
    let count = units / divisor;
    (count * divisor == units).then_some(count)
}

const POWERS_OF_TEN: [u64; 11] = {
    let mut powers = [1; 11];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// How many digits a number has without zeros in front. Zero has none: its only digit is one.
fn digit_count(number: u64) -> usize {
    number.checked_ilog10().map_or(0, |power| power as usize + 1)
}

/// The numbers from 00 to 99 in a row.
const TWO_DIGITS: [[u8; 2]; 100] = {
    let mut table = [[b'0'; 2]; 100];
    let mut number = 0_u8;
    while number < 100 {
        table[number as usize] = [b'0' + number / 10, b'0' + number % 10];
        number += 1;
    }
    table
};

/// Fills `to` with the last digits of `number`.
fn write_digits(to: &mut [u8], mut number: u64) {
    let mut chunks = to.rchunks_exact_mut(2);
    for chunk in &mut chunks {
        let low = usize::try_from(number % 100).expect("below 100");
        chunk.copy_from_slice(&TWO_DIGITS[low]);
        number /= 100;
    }
    if let [first] = chunks.into_remainder() {
        *first = TWO_DIGITS[usize::try_from(number % 100).expect("below 100")][1];
    }
}

/// The digits of a whole book in a row, kept so that their place need not be made anew.
#[derive(Clone)]
pub(crate) struct ChecksumText {
    bytes: [u8; 2 * CHECKSUM_LEVELS * LEVEL_DIGITS_MAX],
    length: usize,
}

impl ChecksumText {
    /// Nothing yet.
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; 2 * CHECKSUM_LEVELS * LEVEL_DIGITS_MAX], length: 0 }
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.length = 0;
    }

    /// Adds a level. At most ten of each side.
    pub(crate) fn push(&mut self, level: &LevelDigits) {
        // All forty bytes are copied, and those beyond the digits are overwritten by the next.
        let room = self.bytes[self.length..].first_chunk_mut();
        *room.expect("twenty levels have room") = level.bytes;
        self.length += usize::from(level.length);
    }

    /// The checksum of what was added.
    pub(crate) fn checksum(&self) -> u32 {
        crc32fast::hash(&self.bytes[..self.length])
    }
}

#[cfg(test)]
mod tests;
