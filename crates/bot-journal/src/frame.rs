//! A record as it lies in a segment. `segment.rs` has the picture.
//!
//! **Law.** What [`Frame::parse`] gives has the CRC it was written with; whether it belongs where
//! it stands, only the chain says.

use trading_types::Timestamp;

use crate::{chain::Chain, record::RecordKind};

/// Bytes of a record before its payload.
pub(crate) const HEAD: usize = 4 + 1 + 4 + 8 + 8;
/// Bytes of its CRC.
pub(crate) const CRC: usize = 4;
/// Bytes of a record without its payload.
pub(crate) const OVERHEAD: usize = HEAD + CRC + Chain::BYTES;
/// The largest payload: nothing the bot writes comes near it, so a larger one is damage.
pub(crate) const PAYLOAD_MAX: usize = 16 << 20;

/// A record in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'a> {
    /// The number of its kind.
    pub(crate) kind: u8,
    /// Its place in its commit, from 0.
    pub(crate) place: u32,
    pub(crate) sequence: u64,
    pub(crate) time: Timestamp,
    pub(crate) payload: &'a [u8],
    /// What the chain goes over: all bytes of it before its link.
    pub(crate) body: &'a [u8],
    /// Its link, as it stands in the file.
    pub(crate) chain: Chain,
}

/// What stands before the payload, apart from its length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub(crate) kind: RecordKind,
    pub(crate) place: u32,
    pub(crate) sequence: u64,
    pub(crate) time: Timestamp,
}

impl<'a> Frame<'a> {
    /// The record that begins with the first of `bytes`; nothing when it is cut off or its CRC does
    /// not fit.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let body = body_of(bytes)?;
        let (covered, crc) = body.split_at(body.len() - CRC);
        if crc32fast::hash(covered).to_le_bytes() != crc {
            return None;
        }
        let (chain, _) = bytes[body.len()..].split_first_chunk().expect("`body_of` left room");
        let (kind, place, sequence) = peek(bytes)?;
        Some(Self {
            kind,
            place,
            sequence,
            time: Timestamp::from_nanos(u64::from_le_bytes(word(bytes, 17))),
            payload: &covered[HEAD..],
            body,
            chain: Chain::from_bytes(*chain),
        })
    }

    /// How long it is in the file.
    pub(crate) const fn length(&self) -> usize {
        self.body.len() + Chain::BYTES
    }

    /// The sequence of the first record of its commit: everything before that had been synced when
    /// this was written.
    pub(crate) fn commit(&self) -> u64 {
        self.sequence.saturating_sub(u64::from(self.place))
    }
}

/// What a record's link covers, judging by its length only; nothing when it does not fit.
pub(crate) fn body_of(bytes: &[u8]) -> Option<&[u8]> {
    let length = u32::from_le_bytes(*bytes.first_chunk()?) as usize;
    let end = HEAD + length + CRC;
    (length <= PAYLOAD_MAX && end + Chain::BYTES <= bytes.len()).then(|| &bytes[..end])
}

/// Kind, place and sequence as they stand there, right or wrong.
pub(crate) fn peek(bytes: &[u8]) -> Option<(u8, u32, u64)> {
    let head = bytes.first_chunk::<HEAD>()?;
    let place = u32::from_le_bytes(*head[5..].first_chunk().expect("a head is longer"));
    Some((head[4], place, u64::from_le_bytes(word(head, 9))))
}

/// Adds a record to `out` and gives its link.
pub(crate) fn write(out: &mut Vec<u8>, head: Head, payload: &[u8], before: Chain) -> Chain {
    assert!(payload.len() <= PAYLOAD_MAX, "the caller refuses larger payloads");
    let begin = out.len();
    let length = u32::try_from(payload.len()).expect("PAYLOAD_MAX fits");
    out.extend(length.to_le_bytes());
    out.push(head.kind.number());
    out.extend(head.place.to_le_bytes());
    out.extend(head.sequence.to_le_bytes());
    out.extend(head.time.nanos().to_le_bytes());
    out.extend(payload);
    let crc = crc32fast::hash(&out[begin..]);
    out.extend(crc.to_le_bytes());
    let chain = before.after(&out[begin..]);
    out.extend(chain.bytes());
    chain
}

fn word(bytes: &[u8], at: usize) -> [u8; 8] {
    *bytes[at..].first_chunk().expect("it lies within the head")
}

#[cfg(test)]
mod tests;
