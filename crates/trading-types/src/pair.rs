//! Assets and pairs, by the names Kraken's newer interfaces use: `BTC/USD`, not `XXBTZUSD`.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::text::Ascii;

/// An asset, for instance `BTC` or `USD`.
pub type Asset = Ascii<16>;

/// What is traded against what.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    /// The asset that is bought and sold.
    pub base: Asset,
    /// The asset it is paid with.
    pub quote: Asset,
}

/// A text that does not name a pair.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a pair; write it like BTC/USD")]
pub struct ParsePairError(String);

impl Pair {
    /// The pair of two assets.
    #[inline]
    pub const fn new(base: Asset, quote: Asset) -> Self {
        Self { base, quote }
    }
}

/// Exactly the form `BASE/QUOTE`. Kraken's other spellings need a list of pairs to be understood,
/// so they are resolved where such a list is.
impl FromStr for Pair {
    type Err = ParsePairError;

    fn from_str(text: &str) -> Result<Self, ParsePairError> {
        let refused = || ParsePairError(text.chars().take(40).collect());
        let (base, quote) = text.split_once('/').ok_or_else(refused)?;
        if quote.contains('/') {
            return Err(refused());
        }
        let asset = |name: &str| name.parse::<Asset>().map_err(|_| refused());
        Ok(Self { base: asset(base)?, quote: asset(quote)? })
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.base, self.quote))
    }
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.quote)
    }
}

/// `BASE/QUOTE` as text; in the journal the two assets, which needs no text to be put together.
impl Serialize for Pair {
    #[inline]
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.collect_str(self)
        } else {
            (self.base, self.quote).serialize(to)
        }
    }
}

impl<'de> Deserialize<'de> for Pair {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            return Cow::<'de, str>::deserialize(from)?.parse().map_err(de::Error::custom);
        }
        let (base, quote) = <(Asset, Asset)>::deserialize(from)?;
        Ok(Self { base, quote })
    }
}

#[cfg(test)]
mod tests;
