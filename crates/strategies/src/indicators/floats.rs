//! The one door from exact units to approximate numbers. Conversion rounds to the nearest, so it
//! is the same on every machine.

#![expect(clippy::float_arithmetic, reason = "an indicator is an opinion, not money")]
#![expect(clippy::cast_precision_loss, reason = "an indicator is an opinion, not money")]

use trading_types::Price;

/// Units of a price in one unit of quote asset; exact as a floating number.
pub(crate) const UNITS_PER_ONE: f64 = 10_000_000_000.0;

/// The difference of two prices, in quote asset per unit of base asset.
pub(crate) fn difference(a: Price, b: Price) -> f64 {
    units(i128::from(a.units()) - i128::from(b.units())) / UNITS_PER_ONE
}

/// A sum of price units over `count` equal parts, in quote asset per unit of base asset, rounded
/// once: equal means are equal numbers, whatever their counts.
#[inline]
pub(crate) fn mean(sum: i128, count: i128) -> f64 {
    quotient(sum, count * 10_000_000_000)
}

/// Significant bits of a double.
const DIGITS: u32 = f64::MANTISSA_DIGITS;

/// `numerator` ÷ `denominator`, rounded once, to the nearest, ties to even; so equal quotients are
/// equal numbers. The denominator is from 1 to 2^126.
#[inline]
pub(crate) fn quotient(numerator: i128, denominator: i128) -> f64 {
    let (magnitude, divisor) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    if is_exact(magnitude) && is_exact(divisor) {
        // The division is the only step that rounds.
        return units(numerator) / units(denominator);
    }
    let quotient = long_quotient(magnitude, divisor);
    if numerator < 0 { -quotient } else { quotient }
}

/// Whether a double has room for all its digits.
fn is_exact(units: u128) -> bool {
    units == 0 || u128::BITS - units.leading_zeros() - units.trailing_zeros() <= DIGITS
}

/// The quotient by long division: more bits than a double has, the last of which stands for all
/// that were left out.
fn long_quotient(magnitude: u128, divisor: u128) -> f64 {
    assert!(0 < divisor && divisor <= 1 << 126, "a denominator is a product of bounded counts");
    let mut shift = magnitude.leading_zeros();
    let scaled = magnitude << shift;
    let (mut quotient, mut rest) = (scaled / divisor, scaled % divisor);
    while quotient >> (DIGITS + 1) == 0 {
        rest <<= 1;
        quotient <<= 1;
        shift += 1;
        if divisor <= rest {
            rest -= divisor;
            quotient |= 1;
        }
    }
    let quotient = quotient | u128::from(rest != 0);
    // Powers of two: this divides exactly, as long as the result is not tiny beyond all prices.
    quotient as f64 / power_of_two(shift)
}

/// Two to the power of `exponent`, which is below 1024.
fn power_of_two(exponent: u32) -> f64 {
    f64::from_bits(u64::from(exponent + 1023) << 52)
}

/// An integer as the nearest floating number.
pub(crate) fn units(units: i128) -> f64 {
    units as f64
}

/// A period as a floating number, which is exact.
pub(crate) fn period(period: usize) -> f64 {
    period as f64
}

#[cfg(test)]
mod tests;
