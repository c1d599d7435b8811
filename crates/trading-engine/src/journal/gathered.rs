//! The bytes of a journal while they gather. The buffer is longer than what is in it, so that a
//! number of up to eight bytes is put in as one word, and only its length is looked at.

/// More than one number, or one candle, needs at a time.
const ROOM_MIN: usize = 256;
/// The seven bits that each byte of a number of variable length carries.
const GROUP: u32 = 7;
/// What eight such bytes carry.
const EIGHT_GROUPS: u32 = 8 * GROUP;
/// The bit of each of eight bytes that says that another one follows.
const MORE: u64 = 0x8080_8080_8080_8080;

/// Gathers bytes.
#[derive(Default)]
pub(super) struct Gathered {
    /// What is behind `end` means nothing.
    bytes: Vec<u8>,
    end: usize,
}

impl Gathered {
    /// How many bytes there are.
    pub(super) const fn len(&self) -> usize {
        self.end
    }

    /// The bytes from `at` on.
    pub(super) fn since(&self, at: usize) -> &[u8] {
        &self.bytes[at..self.end]
    }

    /// Forgets them all.
    pub(super) const fn clear(&mut self) {
        self.end = 0;
    }

    /// All bytes; none are left.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.bytes.truncate(self.end);
        self.end = 0;
        std::mem::take(&mut self.bytes)
    }

    /// Adds bytes whose number is known beforehand.
    #[inline]
    pub(super) fn put_array<const N: usize>(&mut self, array: &[u8; N]) {
        if self.bytes.len() - self.end < N {
            self.make_room(N);
        }
        self.bytes[self.end..self.end + N].copy_from_slice(array);
        self.end += N;
    }

    /// Adds bytes.
    #[inline]
    pub(super) fn put_slice(&mut self, slice: &[u8]) {
        if self.bytes.len() - self.end < slice.len() {
            self.make_room(slice.len());
        }
        self.bytes[self.end..self.end + slice.len()].copy_from_slice(slice);
        self.end += slice.len();
    }

    /// Adds bytes of which there are few: as two words that overlap, or one by one.
    #[inline]
    pub(super) fn put_short_slice(&mut self, slice: &[u8]) {
        let end = self.end + slice.len();
        if 16 < slice.len() || self.bytes.len() < end {
            return self.put_slice(slice);
        }
        let place = &mut self.bytes[self.end..end];
        if let (Some(first), Some(last)) = (slice.first_chunk::<8>(), slice.last_chunk::<8>()) {
            place[..8].copy_from_slice(first);
            place[slice.len() - 8..].copy_from_slice(last);
        } else {
            for (place, byte) in place.iter_mut().zip(slice) {
                *place = *byte;
            }
        }
        self.end = end;
    }

    /// Writes over bytes that are there.
    pub(super) fn replace<const N: usize>(&mut self, at: usize, array: &[u8; N]) {
        assert!(at + N <= self.end, "only what is there is written over");
        self.bytes[at..at + N].copy_from_slice(array);
    }

    /// Adds a number in as few bytes as it needs: seven bits in each, the lowest first, the eighth
    /// set in all but the last.
    #[inline]
    pub(super) fn put_number(&mut self, number: u64) {
        if number < 1 << GROUP {
            self.put_word(number, 1);
        } else {
            self.put_long_number(number);
        }
    }

    fn put_long_number(&mut self, number: u64) {
        if number < 1 << EIGHT_GROUPS {
            let length = number.ilog2() / GROUP + 1;
            let all_but_last = (1 << (8 * (length - 1))) - 1;
            self.put_word(spread(number) | (MORE & all_but_last), length as usize);
        } else {
            self.put_word(spread(number) | MORE, 8);
            self.put_number(number >> EIGHT_GROUPS);
        }
    }

    /// The same for a number that may need more.
    #[inline]
    pub(super) fn put_wide_number(&mut self, mut number: u128) {
        loop {
            if let Ok(number) = u64::try_from(number) {
                return self.put_number(number);
            }
            let low = number & ((1 << EIGHT_GROUPS) - 1);
            self.put_word(spread(u64::try_from(low).expect("56 bits")) | MORE, 8);
            number >>= EIGHT_GROUPS;
        }
    }

    /// Adds the lowest `length` bytes of a word.
    #[inline]
    fn put_word(&mut self, word: u64, length: usize) {
        if self.bytes.len() - self.end < 8 {
            self.make_room(8);
        }
        self.bytes[self.end..self.end + 8].copy_from_slice(&word.to_le_bytes());
        self.end += length;
    }

    #[cold]
    fn make_room(&mut self, wanted: usize) {
        let most = self.bytes.len().max(wanted).max(ROOM_MIN);
        self.bytes.resize(self.end + most, 0);
    }
}

/// The lowest 56 bits of a number, seven in each byte.
#[inline]
const fn spread(number: u64) -> u64 {
    let halves = (number & 0x0fff_ffff) | ((number & 0x00ff_ffff_f000_0000) << 4);
    let quarters = (halves & 0x0000_3fff_0000_3fff) | ((halves & 0x0fff_c000_0fff_c000) << 2);
    (quarters & 0x007f_007f_007f_007f) | ((quarters & 0x3f80_3f80_3f80_3f80) << 1)
}

#[cfg(test)]
mod tests;
