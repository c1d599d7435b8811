//! Prices as orders state them: plain, or relative to the last price with `+`, `-`, `#` and `%`
//! (<https://docs.kraken.com/api-reference/trading/add-order>, read on 2026-11-21).
//!
//! The invariant: a price that comes out is above zero and on the pair's tick.

use trading_types::{Fraction, Pair, Price, Rounding};

use crate::{kraken_error::KrakenError, world::World};

/// Ten times the price it is relative to is as far as a percentage may reach.
const PERCENT_MAX: Fraction = Fraction::from_units(10 * Fraction::ONE.units());

/// What prices on a pair look like.
#[derive(Clone, Debug)]
pub(crate) struct PriceForm {
    pub(crate) pair: Pair,
    /// As errors name the pair.
    pub(crate) id: String,
    pub(crate) decimals: u8,
    pub(crate) tick: Price,
    pub(crate) last: Option<Price>,
}

/// Which of an order's prices is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// `price`
    Primary,
    /// `price2`
    Secondary,
}

/// Where a relative price lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Above,
    Below,
}

/// A price as it was stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stated {
    Absolute(Price),
    /// So far from another price; without a way it is `#`, on whichever side makes sense.
    Relative(Option<Way>, Offset),
}

/// How far a relative price is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offset {
    Price(Price),
    Part(Fraction),
}

impl PriceForm {
    /// That of the pair a client means.
    pub(crate) fn find(world: &World, text: &str) -> Result<Self, KrakenError> {
        let names = world.venue.names();
        let pair = names.pair(text).ok_or(KrakenError::UNKNOWN_PAIR)?;
        let rules = world.venue.rules(pair).ok_or(KrakenError::UNKNOWN_PAIR)?;
        Ok(Self {
            pair,
            id: names.pair_id(pair).to_owned(),
            decimals: names.price_decimals(pair),
            tick: rules.tick,
            last: world.venue.last_price(pair),
        })
    }

    /// What a text states.
    pub(crate) fn read(&self, text: &str, place: Place) -> Result<Stated, KrakenError> {
        let way = match text.as_bytes().first() {
            Some(b'+') => Some(Some(Way::Above)),
            Some(b'-') => Some(Some(Way::Below)),
            Some(b'#') => Some(None),
            _ => None,
        };
        let number = if way.is_some() { &text[1..] } else { text };
        match (way, number.strip_suffix('%')) {
            (None, None) => self.number(number, place).map(Stated::Absolute),
            (Some(way), None) => {
                Ok(Stated::Relative(way, Offset::Price(self.number(number, place)?)))
            }
            (Some(way), Some(percent)) => {
                let part = percentage(percent).ok_or_else(|| refused(percent, place))?;
                Ok(Stated::Relative(way, Offset::Part(part)))
            }
            (None, Some(_)) => Err(refused(text, place)),
        }
    }

    /// The price that is meant. `sense` is where `#` lies; relative prices are relative to `base`.
    pub(crate) fn resolve(
        &self,
        stated: Stated,
        sense: Way,
        base: Option<Price>,
    ) -> Result<Price, KrakenError> {
        const INVALID: KrakenError = KrakenError::fixed("EOrder:Invalid price");
        let price = match stated {
            Stated::Absolute(price) => price,
            Stated::Relative(way, offset) => {
                let base = base.ok_or(INVALID)?;
                // What a percentage leaves behind the last decimal is cut off.
                let exact = shifted(base, way.unwrap_or(sense), offset).ok_or(INVALID)?;
                exact.round_to(self.tick, Rounding::Down)
            }
        };
        if !price.is_positive() {
            return Err(INVALID);
        }
        if !price.is_multiple_of(self.tick) {
            return Err(KrakenError::fixed("EOrder:Tick size check failed"));
        }
        Ok(price)
    }

    fn number(&self, text: &str, place: Place) -> Result<Price, KrakenError> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if !is_plain || 1 < text.matches('.').count() {
            return Err(refused(text, place));
        }
        let decimals = text.split_once('.').map_or("", |(_, decimals)| decimals);
        if usize::from(self.decimals) < decimals.trim_end_matches('0').len() {
            let (id, most) = (&self.id, self.decimals);
            let text = format!(
                "EOrder:Invalid price:{id} price can only be specified up to {most} decimals."
            );
            return Err(KrakenError::new(text));
        }
        let price: Price = text.parse().map_err(|_| refused(text, place))?;
        if price.is_zero() { Err(refused(text, place)) } else { Ok(price) }
    }
}

fn percentage(text: &str) -> Option<Fraction> {
    let part = Fraction::from_percent(text).ok()?;
    (part.is_positive() && part <= PERCENT_MAX).then_some(part)
}

fn shifted(base: Price, way: Way, offset: Offset) -> Option<Price> {
    let base = i128::from(base.units());
    let one = i128::from(Fraction::ONE.units());
    // In pieces of a hundred-millionth of a unit, then rounded down.
    let offset = match offset {
        Offset::Price(price) => i128::from(price.units()) * one,
        Offset::Part(part) => base * i128::from(part.units()),
    };
    let exact = match way {
        Way::Above => base * one + offset,
        Way::Below => base * one - offset,
    };
    i64::try_from(exact.div_euclid(one)).ok().map(Price::from_units)
}

/// A price that cannot be understood. An exponent has an error of its own, and so has `price2`.
pub(crate) fn refused(text: &str, place: Place) -> KrakenError {
    let has_exponent = text.contains(['e', 'E']) && text.starts_with(|c: char| c.is_ascii_digit());
    match place {
        Place::Secondary => {
            KrakenError::fixed("EOrder:Invalid price:Invalid secondary price argument")
        }
        Place::Primary if has_exponent => {
            KrakenError::fixed("EOrder:Invalid price:Invalid price argument.")
        }
        Place::Primary => KrakenError::invalid("price"),
    }
}

#[cfg(test)]
mod tests;
