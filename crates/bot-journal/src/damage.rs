//! What a record that is not right means: a commit that a crash cut off, or damage.
//!
//! **Law.** What is called torn was written by the last commit, and nothing shows that it had been
//! acknowledged. Whatever is in doubt is damage.
//!
//! A crash keeps some sectors of what was not synced and loses others: the file ends early, or
//! there are zeros where a sector was to be. Nothing that was synced can change that way. So the
//! rules below, in their order:
//!
//! 1. One bit put back makes the record right: it had been whole. Damage.
//! 2. There is a later segment, or a record of a later commit: the record had been synced. Damage.
//! 3. The file ends within the record, or a sector from there on is all zeros: torn.
//! 4. Anything else is damage: a crash does not write.

use std::fmt;

use crate::{
    chain::Chain,
    frame::{Frame, OVERHEAD, PAYLOAD_MAX, body_of, peek},
    one_bit,
};

/// The least that a disk writes or loses.
const SECTOR: usize = 512;
/// How many bytes are looked at in search of a record of a later commit, in multiples of the
/// segment. An honest segment needs one; only one that was made up needs more.
const SEARCH_MAX: usize = 64;

/// How damage shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// One bit is not what was written.
    OneBit {
        /// In which byte of the file.
        byte: usize,
        /// Which bit of it, from 0.
        bit: usize,
    },
    /// What comes later is there, so that this had been durable.
    Followed,
    /// It is all there, and not what was written.
    Changed,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneBit { byte, bit } => write!(f, "bit {bit} of byte {byte} has changed"),
            Self::Followed => f.write_str("what was written later is there"),
            Self::Changed => f.write_str("it is not what was written"),
        }
    }
}

/// A place in a segment where the next record is not right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot<'a> {
    /// All bytes of the segment.
    pub(crate) bytes: &'a [u8],
    /// Where the record begins.
    pub(crate) at: usize,
    /// The sequence it should have.
    pub(crate) sequence: u64,
    /// The link before it.
    pub(crate) before: Chain,
    /// Whether no segment comes after this one.
    pub(crate) is_last: bool,
}

impl Spot<'_> {
    /// What it means; nothing when it is a torn commit, which is to be cut off here.
    pub(crate) fn damage(&self) -> Option<Damage> {
        let rest = &self.bytes[self.at..];
        if let Some(bit) = one_bit::in_record(rest, self.before) {
            return Some(Damage::OneBit { byte: self.at + bit / 8, bit: bit % 8 });
        }
        if !self.is_last || self.has_later_commit() {
            return Some(Damage::Followed);
        }
        let is_torn = self.ends_early() || has_lost_sector(self.bytes, self.at);
        (!is_torn).then_some(Damage::Changed)
    }

    /// Whether a record stands after this one that was written when this one had been synced.
    fn has_later_commit(&self) -> bool {
        let mut budget = self.bytes.len().saturating_mul(SEARCH_MAX);
        for at in self.at + 1..self.bytes.len() {
            let rest = &self.bytes[at..];
            let Some(body) = body_of(rest).filter(|_| self.is_plausible(rest)) else { continue };
            if budget < body.len() {
                return true;
            }
            budget -= body.len();
            if Frame::parse(rest).is_some_and(|frame| self.sequence < frame.commit()) {
                return true;
            }
        }
        false
    }

    /// Whether a record could stand there that comes later, before its bytes are looked at.
    fn is_plausible(&self, rest: &[u8]) -> bool {
        let Some((_, place, sequence)) = peek(rest) else { return false };
        let most = (self.bytes.len() - self.at) / OVERHEAD;
        let last = self.sequence.saturating_add(most as u64);
        (self.sequence + 1..=last).contains(&sequence) && u64::from(place) < sequence
    }

    /// Whether the file ends within the record.
    fn ends_early(&self) -> bool {
        let rest = &self.bytes[self.at..];
        let Some(length) = rest.first_chunk() else { return true };
        let length = u32::from_le_bytes(*length) as usize;
        length <= PAYLOAD_MAX && rest.len() < OVERHEAD + length
    }
}

/// Whether a sector of a file, from `from` on, is all zeros.
pub(crate) fn has_lost_sector(bytes: &[u8], from: usize) -> bool {
    let mut at = from;
    while at < bytes.len() {
        let end = ((at / SECTOR + 1) * SECTOR).min(bytes.len());
        if bytes[at..end].iter().all(|byte| *byte == 0) {
            return true;
        }
        at = end;
    }
    false
}

#[cfg(test)]
mod tests;
