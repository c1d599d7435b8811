//! A witness: how far the journal was durable, kept somewhere else.
//!
//! **Law.** A witness is taken of what was acknowledged, so a journal that does not reach it has
//! lost something: the disk lied, or its end was taken away.

use crate::chain::Chain;

/// The last record that was acknowledged as durable when this was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Its sequence; 0 before the first.
    pub sequence: u64,
    /// Its link, so that another journal of the same length is known as such.
    pub chain: Chain,
}

impl Witness {
    /// How long it is when written down.
    pub const BYTES: usize = 8 + Chain::BYTES + 4;

    /// The witness as bytes, to be kept anywhere but on the journal's own segments.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = Vec::with_capacity(Self::BYTES);
        bytes.extend(self.sequence.to_le_bytes());
        bytes.extend(self.chain.bytes());
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes.try_into().expect("its parts have fixed lengths")
    }

    /// Reads a witness; nothing when it was not written whole. A damaged witness says nothing.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (body, crc) = bytes.split_last_chunk()?;
        let (sequence, chain) = body.split_first_chunk()?;
        let fits = u32::from_le_bytes(*crc) == crc32fast::hash(body);
        let chain = Chain::from_bytes(chain.try_into().ok()?);
        fits.then_some(Self { sequence: u64::from_le_bytes(*sequence), chain })
    }
}

#[cfg(test)]
mod tests;
