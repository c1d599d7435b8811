//! Prices that a client states as a distance: so much quote asset, or so many percent, from a price
//! that moves (`price_type` static, quote, pct;
//! <https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/add_order>, read on
//! 2026-11-21).
//!
//! The invariant: a distance becomes a price on the pair's tick, rounded down, or is refused; no
//! number is too large to be looked at.

use trading_types::{Fraction, Price, Rounding, TrailingOffset};

use super::{fields::Fields, refused::Refused};
use crate::kraken_error::KrakenError;

/// What a number in a price field means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PriceType {
    /// A price.
    Static,
    /// A distance in quote asset.
    Quote,
    /// A distance in percent.
    Percent,
}

impl PriceType {
    /// Reads the field, or says what holds when nothing is said.
    pub(super) fn read(fields: &Fields<'_>, name: &str, otherwise: Self) -> Result<Self, Refused> {
        match fields.text(name)?.as_deref() {
            None => Ok(otherwise),
            Some("static") => Ok(Self::Static),
            Some("quote") => Ok(Self::Quote),
            Some("pct") => Ok(Self::Percent),
            Some(_) => Err(KrakenError::invalid(name).into()),
        }
    }

    /// The price that is meant, seen from `base`.
    pub(super) fn price(
        self,
        value: Price,
        base: Option<Price>,
        tick: Price,
    ) -> Result<Price, Refused> {
        let invalid = || Refused::from(KrakenError::fixed("EOrder:Invalid price"));
        let distance = match self {
            Self::Static => return Ok(value),
            Self::Quote => value,
            Self::Percent => percent_of(base.ok_or_else(invalid)?, value).ok_or_else(invalid)?,
        };
        let price = base.and_then(|base| base.checked_add(distance)).ok_or_else(invalid)?;
        Ok(price.round_to(tick, Rounding::Down))
    }

    /// How far a trailing stop stays behind; that is never a fixed price.
    pub(super) fn offset(self, value: Price) -> Result<TrailingOffset, Refused> {
        let invalid = || Refused::from(KrakenError::fixed("EOrder:Invalid price"));
        match self {
            _ if !value.is_positive() => Err(invalid()),
            Self::Static => Err(invalid()),
            Self::Quote => Ok(TrailingOffset::Price(value)),
            Self::Percent => fraction(value).map(TrailingOffset::Fraction).ok_or_else(invalid),
        }
    }
}

/// So many percent of a price; only an exact part of the price is needed, because what it leads to
/// is rounded to the tick.
fn percent_of(base: Price, percent: Price) -> Option<Price> {
    let hundred = i128::from(Fraction::ONE.units()) * PRICE_UNITS_PER_FRACTION_UNIT;
    let units = i128::from(base.units()) * i128::from(percent.units()) / hundred;
    i64::try_from(units).ok().map(Price::from_units)
}

/// A percentage that was read as a price has two decimals more than a fraction and is a hundred
/// times as large.
const PRICE_UNITS_PER_FRACTION_UNIT: i128 = 10_000;

fn fraction(percent: Price) -> Option<Fraction> {
    let units = i128::from(percent.units());
    let is_exact = units % PRICE_UNITS_PER_FRACTION_UNIT == 0;
    let fraction = i64::try_from(units / PRICE_UNITS_PER_FRACTION_UNIT).ok()?;
    is_exact.then_some(Fraction::from_units(fraction))
}

#[cfg(test)]
mod tests;
