//! Short ASCII texts that are copied like numbers: asset names and ids.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Up to `N` printable ASCII characters without spaces, padded with zeros, so that comparing is
/// comparing bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ascii<const N: usize>([u8; N]);

/// Why a text cannot be stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AsciiError {
    /// Nothing in it.
    #[error("the text is empty")]
    Empty,
    /// More characters than fit.
    #[error("`{text}` is longer than {limit} characters")]
    TooLong {
        /// The beginning of the text.
        text: String,
        /// The most characters that fit.
        limit: usize,
    },
    /// A space, a control character or a letter outside ASCII.
    #[error("`{0}` has a character other than printable ASCII")]
    NotPrintable(String),
}

impl<const N: usize> Ascii<N> {
    /// A text of `M` characters, at least one and at most `N`; nothing when one of them is no
    /// printable ASCII.
    #[inline]
    pub fn from_array<const M: usize>(text: &[u8; M]) -> Option<Self> {
        const { assert!(0 < M && M <= N) };
        // Without a way out of the loop all characters are looked at together.
        let is_text = text.iter().fold(true, |is_text, byte| is_text & byte.is_ascii_graphic());
        let mut bytes = [0; N];
        bytes[..M].copy_from_slice(text);
        is_text.then_some(Self(bytes))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).expect("only ASCII is stored")
    }

    /// The text as bytes.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        // No character is a zero, so the length is their number; counting needs no way out.
        // All of them are counted together, in a byte.
        const { assert!(N < 256) };
        let length = self.0.iter().fold(0_u8, |sum, byte| sum.wrapping_add(u8::from(*byte != 0)));
        &self.0[..usize::from(length)]
    }
}

impl<const N: usize> FromStr for Ascii<N> {
    type Err = AsciiError;

    fn from_str(text: &str) -> Result<Self, AsciiError> {
        if text.is_empty() {
            return Err(AsciiError::Empty);
        }
        if N < text.len() {
            let text = text.chars().take(N).collect();
            return Err(AsciiError::TooLong { text, limit: N });
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(AsciiError::NotPrintable(text.to_owned()));
        }
        let mut bytes = [0; N];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self(bytes))
    }
}

impl<const N: usize> fmt::Display for Ascii<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<const N: usize> fmt::Debug for Ascii<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// In the journal as bytes: `postcard` writes them as it writes a text, and nothing has to be
/// proved to be one.
impl<const N: usize> Serialize for Ascii<N> {
    #[inline]
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.serialize_str(self.as_str())
        } else {
            to.serialize_bytes(self.as_bytes())
        }
    }
}

impl<'de, const N: usize> Deserialize<'de> for Ascii<N> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
