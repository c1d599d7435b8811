//! A snapshot: the engine's whole state, what it is the state after, and a hash of it.
//!
//! **Law.** A snapshot that is not exactly what it says it is does not count; the journal before it
//! says the same.

use sha2::{Digest as _, Sha256};

use crate::segment::Digest;

/// Bytes before the state: the snapshot's own sequence and the hash.
const PREFIX: usize = 8 + 32;

/// What a record of [`RecordKind::Snapshot`](crate::RecordKind::Snapshot) says: the state after
/// all records before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot<'a> {
    /// SHA-256 of the state.
    pub hash: Digest,
    /// The state, as the engine saved it.
    pub state: &'a [u8],
}

impl<'a> Snapshot<'a> {
    /// The payload of the record with this sequence.
    pub(crate) fn encode(state: &[u8], sequence: u64) -> Vec<u8> {
        let mut payload = Vec::with_capacity(PREFIX + state.len());
        payload.extend(sequence.to_le_bytes());
        payload.extend(Sha256::digest(state));
        payload.extend(state);
        payload
    }

    /// Reads the payload of the record with this sequence; nothing when the snapshot belongs
    /// elsewhere (newer than the journal, say) or its state is not what was saved.
    pub fn decode(payload: &'a [u8], sequence: u64) -> Option<Self> {
        let (says, rest) = payload.split_first_chunk()?;
        let (hash, state) = rest.split_first_chunk()?;
        let fits = u64::from_le_bytes(*says) == sequence && Sha256::digest(state) == *hash;
        fits.then_some(Self { hash: *hash, state })
    }
}

#[cfg(test)]
mod tests;
