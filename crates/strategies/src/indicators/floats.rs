//! The one door from exact units to approximate numbers. Conversion rounds to the nearest, so it
//! is the same on every machine.

#![expect(clippy::float_arithmetic, reason = "an indicator is an opinion, not money")]
#![expect(clippy::cast_precision_loss, reason = "an indicator is an opinion, not money")]

use trading_types::Price;

/// Units of a price in one unit of quote asset; exact as a floating number.
pub(super) const UNITS_PER_ONE: f64 = 10_000_000_000.0;

/// The difference of two prices, in quote asset per unit of base asset.
pub(super) fn difference(a: Price, b: Price) -> f64 {
    units(i128::from(a.units()) - i128::from(b.units())) / UNITS_PER_ONE
}

/// A sum of price units over `count` equal parts, in quote asset per unit of base asset.
pub(super) fn mean(sum: i128, count: i128) -> f64 {
    units(sum) / (UNITS_PER_ONE * units(count))
}

/// An integer as the nearest floating number.
pub(super) fn units(units: i128) -> f64 {
    units as f64
}

/// A period as a floating number, which is exact.
pub(super) fn period(period: usize) -> f64 {
    period as f64
}
