//! The one door from exact units to approximate numbers. Conversion rounds once, to the nearest,
//! so it is the same on every machine.

#![expect(clippy::float_arithmetic, reason = "an indicator is an opinion, not money")]
#![expect(clippy::cast_precision_loss, reason = "an indicator is an opinion, not money")]

/// Units of a price in one unit of quote asset; exact as a floating number.
const UNITS_PER_ONE: f64 = 10_000_000_000.0;

/// A count of price units, as a price.
pub(super) fn price(units: i128) -> f64 {
    units as f64 / UNITS_PER_ONE
}

/// A sum of price units over `count` equal parts, as a price.
pub(super) fn price_mean(units: i128, count: i128) -> f64 {
    // The divisor is at most 10^10 × PERIOD_MAX², which is off by a rounding at most.
    units as f64 / (UNITS_PER_ONE * count as f64)
}
