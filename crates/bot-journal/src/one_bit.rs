//! Whether damage is one bit that has changed: then it is no torn write, and the record had been
//! whole.
//!
//! **Law.** A yes is certain: with that bit put back, the checksum or the link of SHA-256 fits.

use crate::{
    chain::Chain,
    frame::{CRC, Frame, OVERHEAD, PAYLOAD_MAX, body_of},
    segment::{HEADER, HEADER_BODY},
};

/// CRC-32 as in zip and PNG, the bits reversed.
const POLYNOMIAL: u32 = 0xedb8_8320;

/// The bit of a header without which it would be right, counted from its first byte.
pub(crate) fn in_header(header: &[u8; HEADER]) -> Option<usize> {
    let (body, checksum) = header.split_at(HEADER_BODY);
    in_content(body, checksum.try_into().expect("a header ends with it"), Chain::START)
}

/// The bit of a record without which it would follow `before`, counted from its first byte.
/// `bytes` begin with the record and may go on after it.
pub(crate) fn in_record(bytes: &[u8], before: Chain) -> Option<usize> {
    let with_this_length = || {
        let body = body_of(bytes)?;
        let (stored, _) = bytes[body.len()..].split_first_chunk().expect("`body_of` left room");
        in_content(body, *stored, before)
    };
    with_this_length().or_else(|| in_length(bytes, before))
}

/// The bit of `body`, or of the link `stored` after it, that is wrong.
fn in_content(body: &[u8], stored: [u8; Chain::BYTES], before: Chain) -> Option<usize> {
    let bit = wrong_bit(body);
    let mut mended = body.to_vec();
    if let Some(bit) = bit {
        flip(&mut mended, bit);
    }
    let link = before.after(&mended);
    let difference = u128::from_le_bytes(stored) ^ u128::from_le_bytes(link.bytes());
    match bit {
        Some(bit) => (difference == 0).then_some(bit),
        // The CRC fits, so that it can only be the link.
        None if crc_of(body) == stored_crc(body) && difference.is_power_of_two() => {
            Some(body.len() * 8 + difference.trailing_zeros() as usize)
        }
        None => None,
    }
}

/// Where the length itself is wrong, so that the record seems to end elsewhere.
fn in_length(bytes: &[u8], before: Chain) -> Option<usize> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = u32::from_le_bytes(*length);
    (0..u32::BITS).find_map(|bit| {
        let real = length ^ 1 << bit;
        let payload = usize::try_from(real).ok().filter(|payload| *payload <= PAYLOAD_MAX)?;
        let mut mended = real.to_le_bytes().to_vec();
        mended.extend(rest.get(..OVERHEAD - 4 + payload)?);
        let frame = Frame::parse(&mended)?;
        (frame.chain == before.after(frame.body)).then_some(bit as usize)
    })
}

/// The bit of `body` (content and CRC) that alone explains why they differ.
fn wrong_bit(body: &[u8]) -> Option<usize> {
    let covered = (body.len() - CRC) * 8;
    let difference = crc_of(body) ^ stored_crc(body);
    if difference.is_power_of_two() {
        return Some(covered + difference.trailing_zeros() as usize);
    }
    // A CRC is linear: a bit changes it by a pattern that depends only on how far from the end it
    // is, and each step further is one step of the register.
    let mut pattern = POLYNOMIAL;
    (0..covered).rev().find(|_| {
        let is_it = pattern == difference;
        pattern = if pattern & 1 == 0 { pattern >> 1 } else { (pattern >> 1) ^ POLYNOMIAL };
        is_it
    })
}

fn crc_of(body: &[u8]) -> u32 {
    crc32fast::hash(&body[..body.len() - CRC])
}

fn stored_crc(body: &[u8]) -> u32 {
    u32::from_le_bytes(*body.last_chunk().expect("a body ends with its CRC"))
}

/// Changes one bit.
pub(crate) fn flip(bytes: &mut [u8], bit: usize) {
    bytes[bit / 8] ^= 1 << (bit % 8);
}

#[cfg(test)]
mod tests;
