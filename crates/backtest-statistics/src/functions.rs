//! Functions that IEEE 754 does not pin to the last bit, taken from a library in Rust.
//!
//! **Law.** The platform's own are not used: two machines must print the same statistics.

/// `e` to the power of `x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// The natural logarithm.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `base` to the power of `exponent`.
pub fn power(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// The complementary error function.
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// A count as a number; exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "nobody has 2^53 candles")]
pub const fn real(count: u64) -> f64 {
    count as f64
}

/// A length as a number; exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "nobody has 2^53 candles")]
pub const fn real_len(length: usize) -> f64 {
    length as f64
}
