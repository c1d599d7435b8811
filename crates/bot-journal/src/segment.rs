//! A segment: a file `NNNNNNNN.journal` that begins with a header and goes on with records.
//!
//! **Law.** A segment says for itself whose it is, which number it has and where in the chain it
//! begins, so that none can stand in another's place.
//!
//! ```text
//! header  magic 8 | format u32 | segment u32 | first sequence u64
//!         | account 32 | binary 32 | config 32 | strategy 32 | chain 16 | crc u32 | checksum 16
//! record  length u32 | kind u8 | place u32 | sequence u64 | time u64
//!         | payload | crc u32 | chain 16
//! ```
//!
//! Numbers are little-endian. The checksum of a header is the first half of the SHA-256 of what
//! stands before it; the CRC is there so that a single wrong bit can be found. The chain goes
//! through the headers: a record's link is made of the link before and of the record's bytes up to
//! and with its CRC; the first record of a segment follows its header. `place` counts the records
//! of one commit: a record with place 0 shows that everything before it had been synced when it was
//! written.

use crate::{chain::Chain, frame::CRC};

/// A SHA-256, or whatever else names a thing in 32 bytes.
pub type Digest = [u8; 32];

/// The first bytes of every segment.
const MAGIC: &[u8; 8] = b"SLKWATER";
/// The format this code writes and reads.
pub(crate) const FORMAT: u32 = 1;
/// Bytes of a header.
pub(crate) const HEADER: usize = 8 + 4 + 4 + 8 + 4 * 32 + Chain::BYTES + CRC + Chain::BYTES;
/// Bytes of a header that its checksum covers.
pub(crate) const HEADER_BODY: usize = HEADER - Chain::BYTES;
/// The highest number that has eight digits.
pub(crate) const SEGMENT_MAX: u32 = 99_999_999;
/// How the name of a segment ends.
const SUFFIX: &str = ".journal";
/// How the name of a segment ends that is put in another's place.
const SUFFIX_NEW: &str = ".journal.new";

/// Whose journal it is, and what wrote it. Only the account has to stay the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Whose account it is about.
    pub account: Digest,
    /// The program that writes it.
    pub binary: Digest,
    /// Its configuration.
    pub config: Digest,
    /// Its strategies.
    pub strategy: Digest,
}

/// What a segment begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The segment's number, from 1.
    pub(crate) segment: u32,
    /// The sequence of its first record.
    pub(crate) first_sequence: u64,
    /// Whose it is.
    pub(crate) identity: Identity,
    /// The link it begins with.
    pub(crate) chain: Chain,
}

/// Why bytes are not a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeaderFault {
    /// Another format.
    OtherFormat(u32),
    /// Not what was written.
    Damaged,
}

impl Header {
    /// The header as it is written.
    pub(crate) fn encode(&self) -> [u8; HEADER] {
        let Identity { account, binary, config, strategy } = &self.identity;
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.extend(MAGIC);
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(self.segment.to_le_bytes());
        bytes.extend(self.first_sequence.to_le_bytes());
        for digest in [account, binary, config, strategy] {
            bytes.extend(digest);
        }
        bytes.extend(self.chain.bytes());
        bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
        bytes.extend(Chain::START.after(&bytes).bytes());
        bytes.try_into().expect("its parts have fixed lengths")
    }

    /// Reads a header.
    pub(crate) fn decode(bytes: &[u8; HEADER]) -> Result<Self, HeaderFault> {
        let (body, checksum) = bytes.split_at(HEADER_BODY);
        let rest = body.strip_prefix(MAGIC).ok_or(HeaderFault::Damaged)?;
        let mut rest = Fields(rest);
        let format = u32::from_le_bytes(rest.take());
        if format != FORMAT {
            return Err(HeaderFault::OtherFormat(format));
        }
        if Chain::START.after(body).bytes() != checksum {
            return Err(HeaderFault::Damaged);
        }
        Ok(Self {
            segment: u32::from_le_bytes(rest.take()),
            first_sequence: u64::from_le_bytes(rest.take()),
            identity: Identity {
                account: rest.take(),
                binary: rest.take(),
                config: rest.take(),
                strategy: rest.take(),
            },
            chain: Chain::from_bytes(rest.take()),
        })
    }
}

/// Fields of fixed lengths, one after the other.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        let (field, rest) = self.0.split_first_chunk().expect("a header has a fixed length");
        self.0 = rest;
        *field
    }
}

/// The name of a segment's file.
pub(crate) fn name_of(segment: u32) -> String {
    format!("{segment:08}{SUFFIX}")
}

/// The name of the file that will be put in a segment's place.
pub(crate) fn new_name_of(segment: u32) -> String {
    format!("{segment:08}{SUFFIX_NEW}")
}

/// The number of the segment with this name; nothing when it is another file.
pub(crate) fn number_of(name: &str) -> Option<u32> {
    eight_digits(name.strip_suffix(SUFFIX)?)
}

/// Whether a file was to be put in a segment's place, and never was.
pub(crate) fn is_leftover(name: &str) -> bool {
    name.strip_suffix(SUFFIX_NEW).and_then(eight_digits).is_some()
}

fn eight_digits(text: &str) -> Option<u32> {
    let is_number = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().expect("eight digits fit"))
}

#[cfg(test)]
mod tests;
