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
        let mut bytes = [0; LEVEL_DIGITS_MAX];
        let middle = write_digits(&mut bytes, 0, price);
        let end = write_digits(&mut bytes, middle, quantity);
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

/// Ten to the power of the digits that are written at a time.
const GROUP: u64 = 100_000_000;

/// Writes the digits of a number from `at` on, without zeros in front; the place after them. Zero
/// has none.
fn write_digits(bytes: &mut [u8; LEVEL_DIGITS_MAX], at: usize, number: u64) -> usize {
    if number < GROUP {
        return write_first(bytes, at, number);
    }
    let (rest, last) = (number / GROUP, number % GROUP);
    let at = if rest < GROUP {
        write_first(bytes, at, rest)
    } else {
        let at = write_first(bytes, at, rest / GROUP);
        write_eight(bytes, at, eight_digits(rest % GROUP))
    };
    write_eight(bytes, at, eight_digits(last))
}

/// The first group of a number: its zeros in front are left out.
fn write_first(bytes: &mut [u8; LEVEL_DIGITS_MAX], at: usize, group: u64) -> usize {
    let digits = eight_digits(group);
    let zeros = digits.trailing_zeros() / 8;
    // What is written behind the digits is overwritten by what follows, or never looked at.
    write_eight(bytes, at, digits.checked_shr(8 * zeros).unwrap_or(0));
    at + 8 - zeros as usize
}

fn write_eight(bytes: &mut [u8; LEVEL_DIGITS_MAX], at: usize, digits: u64) -> usize {
    let text = digits | u64::from_le_bytes([b'0'; 8]);
    bytes[at..at + 8].copy_from_slice(&text.to_le_bytes());
    at + 8
}

/// Eight digits of a number below [`GROUP`], the first in the lowest byte, each as its value: the
/// number is halved into lanes of four digits, of two, and of one, all lanes in one step.
const fn eight_digits(number: u64) -> u64 {
    let fours = (number / 10_000) | ((number % 10_000) << 32);
    // A hundredth of what is below 10,000, and a tenth of what is below 100, without a division.
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007F_0000_007F;
    let twos = hundreds | ((fours - 100 * hundreds) << 16);
    let tens = ((twos * 103) >> 10) & 0x000F_000F_000F_000F;
    tens | ((twos - 10 * tens) << 8)
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
