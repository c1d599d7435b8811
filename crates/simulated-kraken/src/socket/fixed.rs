//! Prices and quantities with all the decimals of their pair, as Kraken writes them in frames:
//! JSON numbers that keep their trailing zeros (`66788.0`, `0.05992580`). Clients compute checksums
//! from these very texts.
//!
//! The invariant: the text is exactly the value; digits that the pair does not have are written
//! all the same, never cut off.

use trading_types::{Price, Quantity};

/// How many decimals the numbers of a pair have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimals {
    pub(super) price: u8,
    pub(super) quantity: u8,
    pub(super) cost: u8,
}

impl Decimals {
    /// Appends a price.
    pub(super) fn push_price(self, text: &mut Vec<u8>, price: Price) {
        push_fixed(text, price.units(), Price::DECIMALS, self.price);
    }

    /// Appends a quantity.
    pub(super) fn push_quantity(self, text: &mut Vec<u8>, quantity: Quantity) {
        push_fixed(text, quantity.units(), Quantity::DECIMALS, self.quantity);
    }

    /// A price, for frames that are not sent by the thousand.
    pub(super) fn price(self, price: Price) -> String {
        format!("{price:.*}", usize::from(self.price))
    }

    /// A quantity.
    pub(super) fn quantity(self, quantity: Quantity) -> String {
        format!("{quantity:.*}", usize::from(self.quantity))
    }

    /// A cost or a fee in quote asset.
    pub(super) fn cost(self, cost: trading_types::Amount) -> String {
        format!("{cost:.*}", usize::from(self.cost))
    }
}

/// The most digits of a number of 64 bits.
const DIGITS_MAX: usize = 20;

fn push_fixed(text: &mut Vec<u8>, units: i64, scale: usize, decimals: u8) {
    if units < 0 {
        text.push(b'-');
    }
    let (mut rest, mut left) = (units.unsigned_abs(), scale);
    // What the pair does not have is zero, unless somebody spoils prices on purpose.
    while usize::from(decimals) < left && rest.is_multiple_of(10) {
        (rest, left) = (rest / 10, left - 1);
    }
    let mut digits = [b'0'; DIGITS_MAX];
    let mut first = DIGITS_MAX;
    while 0 < rest || DIGITS_MAX - first <= left {
        first -= 1;
        digits[first] = b'0' + u8::try_from(rest % 10).expect("a digit");
        rest /= 10;
    }
    let point = DIGITS_MAX - left;
    text.extend_from_slice(&digits[first..point]);
    if 0 < left {
        text.push(b'.');
        text.extend_from_slice(&digits[point..]);
    }
}

/// Appends a whole number.
pub(super) fn push_whole(text: &mut Vec<u8>, number: u64) {
    let mut digits = [0; DIGITS_MAX];
    let mut first = DIGITS_MAX;
    let mut rest = number;
    while 0 < rest || first == DIGITS_MAX {
        first -= 1;
        digits[first] = b'0' + u8::try_from(rest % 10).expect("a digit");
        rest /= 10;
    }
    text.extend_from_slice(&digits[first..]);
}

#[cfg(test)]
mod tests;
