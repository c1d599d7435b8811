//! Names of orders and trades.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::text::Ascii;

/// Our name for an order, chosen before it is sent and never used twice.
///
/// Written as 32 hexadecimal digits, one of the three forms Kraken takes as `cl_ord_id`. Kraken
/// checks that it is unique among *open* orders only, so uniqueness for ever is our business.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientOrderId(u128);

impl ClientOrderId {
    /// The `sequence`-th order of a session whose orders all share `session`.
    #[inline]
    pub const fn new(session: u64, sequence: u64) -> Self {
        Self((session as u128) << 64 | sequence as u128)
    }

    /// The number of the order within its session.
    #[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
    #[inline]
    pub const fn sequence(self) -> u64 {
        self.0 as u64
    }
}

impl fmt::Display for ClientOrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for ClientOrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

/// As text where people read it: no number of JSON is as large.
impl Serialize for ClientOrderId {
    #[inline]
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { to.collect_str(self) } else { self.0.serialize(to) }
    }
}

impl<'de> Deserialize<'de> for ClientOrderId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            Cow::<'de, str>::deserialize(from)?.parse().map_err(de::Error::custom)
        } else {
            u128::deserialize(from).map(Self)
        }
    }
}

/// A text that is not 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an order id of 32 hexadecimal digits")]
pub struct ParseOrderIdError(String);

impl FromStr for ClientOrderId {
    type Err = ParseOrderIdError;

    fn from_str(text: &str) -> Result<Self, ParseOrderIdError> {
        let refused = || ParseOrderIdError(text.chars().take(40).collect());
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(refused());
        }
        u128::from_str_radix(text, 16).map(Self).map_err(|_| refused())
    }
}

/// The venue's name for an order (Kraken: `OABCDE-FGHIJ-KLMNOP`).
pub type VenueOrderId = Ascii<24>;

/// The venue's name for one trade of ours (Kraken: `TABCDE-FGHIJ-KLMNOP`). Only these enter the
/// ledger.
pub type TradeId = Ascii<24>;

#[cfg(test)]
mod tests;
