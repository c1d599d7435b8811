//! XXH3 of 128 bits over bytes that come in pieces: the same hash as `twox-hash` makes of them in
//! one, which a property test holds it against.
//!
//! Its own way with pieces keeps the eight sums in memory and waits for them at every 64 bytes.
//! Here they stay in registers for a whole piece, which takes less than half as long. The steps are
//! those of the specification, with the default secret and no seed
//! (<https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md>).

use twox_hash::xxhash3_128::Hasher;

/// Bytes that are taken in together.
const STRIPE: usize = 64;
/// Stripes after which the sums are scrambled.
const STRIPES: usize = (SECRET.len() - STRIPE) / 8;
/// Up to so many bytes are hashed in other ways, which are left to `twox-hash`.
const SHORT: usize = 240;
/// Where in the secret the keys of the last steps begin.
const LAST_STRIPE: usize = SECRET.len() - STRIPE - 7;
const LOW: usize = 11;
const HIGH: usize = SECRET.len() - STRIPE - 11;

const PRIME_32_1: u64 = 0x9e37_79b1;
const PRIME_64_1: u64 = 0x9e37_79b1_85eb_ca87;
const PRIME_64_2: u64 = 0xc2b2_ae3d_27d4_eb4f;

/// The sums before the first byte.
const START: [u64; 8] = [
    0xc2b2_ae3d,
    PRIME_64_1,
    PRIME_64_2,
    0x1656_67b1_9e37_79f9,
    0x85eb_ca77_c2b2_ae63,
    0x85eb_ca77,
    0x27d4_eb2f_1656_67c5,
    PRIME_32_1,
];

#[rustfmt::skip] // As the specification has it.
const SECRET: [u8; 192] = [
    0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
    0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
    0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
    0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
    0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
    0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
    0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
    0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
    0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
    0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
    0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
    0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
];

/// The keys that begin at `at` in the secret.
const fn keys(at: usize) -> [u64; 8] {
    let mut keys = [0; 8];
    let mut byte = 0;
    while byte < STRIPE {
        keys[byte / 8] |= (SECRET[at + byte] as u64) << (byte % 8 * 8);
        byte += 1;
    }
    keys
}

/// The keys of each stripe of a block.
const KEYS: [[u64; 8]; STRIPES] = {
    let mut all = [[0; 8]; STRIPES];
    let mut stripe = 0;
    while stripe < STRIPES {
        all[stripe] = keys(8 * stripe);
        stripe += 1;
    }
    all
};
const SCRAMBLE_KEYS: [u64; 8] = keys(SECRET.len() - STRIPE);

/// Hashes what is written to it.
#[derive(Clone)]
pub(super) struct RunningHash {
    sums: [u64; 8],
    /// Stripes taken in since the sums were scrambled last.
    stripes: usize,
    /// What is not taken in yet: never nothing after the first byte, for the last stripe is another
    /// matter.
    rest: Vec<u8>,
    /// The stripe before it.
    before: [u8; STRIPE],
    length: u64,
}

impl RunningHash {
    /// Has seen nothing.
    pub(super) const fn new() -> Self {
        Self { sums: START, stripes: 0, rest: Vec::new(), before: [0; STRIPE], length: 0 }
    }

    /// Takes in the next bytes.
    pub(super) fn write(&mut self, mut bytes: &[u8]) {
        self.length += bytes.len() as u64;
        let is_short = self.length <= SHORT as u64;
        let missing = self.rest.len().next_multiple_of(STRIPE) - self.rest.len();
        let wanted = if is_short { bytes.len() } else { missing.min(bytes.len()) };
        let (fills, others) = bytes.split_at(wanted);
        self.rest.extend_from_slice(fills);
        bytes = others;
        if bytes.is_empty() {
            return;
        }
        let mut rest = std::mem::take(&mut self.rest);
        self.take_in(&rest);
        rest.clear();
        let (whole, last) = bytes.split_at((bytes.len() - 1) / STRIPE * STRIPE);
        self.take_in(whole);
        rest.extend_from_slice(last);
        self.rest = rest;
    }

    /// The hash of everything so far.
    pub(super) fn finish(&self) -> u128 {
        if self.length <= SHORT as u64 {
            return Hasher::oneshot(&self.rest);
        }
        let mut ended = self.clone();
        let (whole, last) = self.rest.split_at((self.rest.len() - 1) / STRIPE * STRIPE);
        ended.take_in(whole);
        // The last 64 bytes, some of which may have been taken in already.
        let mut stripe = ended.before;
        stripe.copy_within(last.len().., 0);
        stripe[STRIPE - last.len()..].copy_from_slice(last);
        let sums = add(ended.sums, &stripe, &keys(LAST_STRIPE));
        let low = merge(&sums, &keys(LOW), self.length.wrapping_mul(PRIME_64_1));
        let high = merge(&sums, &keys(HIGH), !self.length.wrapping_mul(PRIME_64_2));
        u128::from(high) << 64 | u128::from(low)
    }

    /// Takes in whole stripes.
    fn take_in(&mut self, bytes: &[u8]) {
        let (mut stripes, odd) = bytes.as_chunks::<STRIPE>();
        assert!(odd.is_empty(), "only whole stripes are taken in");
        let Some(last) = stripes.last() else { return };
        self.before = *last;
        let mut sums = self.sums;
        while !stripes.is_empty() {
            let room = STRIPES - self.stripes;
            let (block, others) = stripes.split_at(room.min(stripes.len()));
            for (stripe, keys) in block.iter().zip(&KEYS[self.stripes..]) {
                sums = add(sums, stripe, keys);
            }
            self.stripes += block.len();
            if self.stripes == STRIPES {
                sums = scrambled(sums);
                self.stripes = 0;
            }
            stripes = others;
        }
        self.sums = sums;
    }
}

/// One step for each stripe, written so that the compiler makes vectors of it.
#[inline]
fn add(sums: [u64; 8], stripe: &[u8; STRIPE], keys: &[u64; 8]) -> [u64; 8] {
    let (words, _) = stripe.as_chunks::<8>();
    let word = |at: usize| u64::from_le_bytes(words[at]);
    std::array::from_fn(|at| {
        let mixed = word(at) ^ keys[at];
        let product = (mixed & 0xffff_ffff).wrapping_mul(mixed >> 32);
        sums[at].wrapping_add(word(at ^ 1)).wrapping_add(product)
    })
}

fn scrambled(sums: [u64; 8]) -> [u64; 8] {
    std::array::from_fn(|at| {
        let sum = sums[at];
        (sum ^ sum >> 47 ^ SCRAMBLE_KEYS[at]).wrapping_mul(PRIME_32_1)
    })
}

/// All sums in one number.
#[expect(clippy::cast_possible_truncation, reason = "both halves of a product are wanted")]
fn merge(sums: &[u64; 8], keys: &[u64; 8], start: u64) -> u64 {
    let pairs = (0..4).map(|at| (sums[2 * at] ^ keys[2 * at], sums[2 * at + 1] ^ keys[2 * at + 1]));
    let folded = pairs.map(|(one, other)| {
        let product = u128::from(one) * u128::from(other);
        product as u64 ^ (product >> 64) as u64
    });
    let sum = folded.fold(start, u64::wrapping_add);
    let mixed = (sum ^ sum >> 37).wrapping_mul(0x1656_6791_9e37_79f9);
    mixed ^ mixed >> 32
}

#[cfg(test)]
mod tests;
