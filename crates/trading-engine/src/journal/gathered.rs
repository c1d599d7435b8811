//! The bytes of a journal while they gather: in a place of fixed length, so that hardly anything
//! has to be checked, and a number of up to eight bytes is put there as one word.
//!
//! A record that is too long for the place is not written as a whole, and says so.

/// How many bytes gather before they are moved on: few enough to stay in the nearest cache.
const CHUNK: usize = 8 << 10;
/// What one record may have.
const RECORD: usize = 1 << 10;
/// The most that is put at a time without asking whether there is room.
const SLACK: usize = 128;
/// The seven bits that each byte of a number of variable length carries.
const GROUP: u32 = 7;
/// What eight such bytes carry.
const EIGHT_GROUPS: u32 = 8 * GROUP;
/// The bit of each of eight bytes that says that another one follows.
const MORE: u64 = 0x8080_8080_8080_8080;

/// Gathers bytes.
pub(super) struct Gathered {
    /// What is behind `end` means nothing.
    place: Box<[u8; CHUNK + RECORD + SLACK]>,
    end: usize,
    is_overfull: bool,
}

/// Where a record begins.
#[derive(Clone, Copy)]
pub(super) struct Start(usize);

impl Default for Gathered {
    fn default() -> Self {
        Self { place: Box::new([0; CHUNK + RECORD + SLACK]), end: 0, is_overfull: false }
    }
}

impl Gathered {
    /// All bytes there are.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.place[..self.end]
    }

    /// Whether it is time to move them on.
    #[inline]
    pub(super) const fn is_full(&self) -> bool {
        CHUNK < self.end
    }

    /// Forgets them all.
    pub(super) const fn clear(&mut self) {
        self.end = 0;
    }

    /// A record begins here. What is full has been moved on before.
    #[inline]
    pub(super) fn start(&mut self) -> Start {
        assert!(self.end <= CHUNK, "what is full has been moved on");
        self.is_overfull = false;
        Start(self.end)
    }

    /// How many bytes there are since `start`; nothing if there was no room for all of them, and
    /// then none of them is there.
    #[inline]
    pub(super) fn length_since(&mut self, start: Start) -> Option<usize> {
        if self.is_overfull {
            self.end = start.0;
            return None;
        }
        Some(self.end - start.0)
    }

    /// Writes over the first bytes of a record.
    #[inline]
    pub(super) fn replace<const N: usize>(&mut self, start: Start, array: &[u8; N]) {
        assert!(start.0 + N <= self.end, "only what is there is written over");
        self.place[start.0..start.0 + N].copy_from_slice(array);
    }

    /// Puts a byte.
    #[inline]
    pub(super) fn put_byte(&mut self, byte: u8) {
        let end = self.next();
        self.place[end] = byte;
        self.end = end + 1;
    }

    /// Puts bytes whose number is known beforehand.
    #[inline]
    pub(super) fn put_array<const N: usize>(&mut self, array: &[u8; N]) {
        const { assert!(N <= SLACK) };
        let end = self.next();
        self.place[end..end + N].copy_from_slice(array);
        self.end = end + N;
    }

    /// Puts the lowest `length` bytes of a word.
    #[inline]
    fn put_word(&mut self, word: u64, length: usize) {
        let end = self.next();
        self.place[end..end + 8].copy_from_slice(&word.to_le_bytes());
        self.end = end + length;
    }

    /// Puts bytes. Most of them are few: two parts that overlap.
    #[inline]
    pub(super) fn put_slice(&mut self, slice: &[u8]) {
        match slice.len() {
            2..=4 => self.put_ends::<2>(slice),
            8..=16 => self.put_ends::<8>(slice),
            17..=32 => self.put_ends::<16>(slice),
            _ => self.put_any_slice(slice),
        }
    }

    /// Puts `N` to twice as many bytes.
    #[inline]
    fn put_ends<const N: usize>(&mut self, slice: &[u8]) {
        if let (Some(first), Some(last)) = (slice.first_chunk::<N>(), slice.last_chunk::<N>())
            && slice.len() <= 2 * N
        {
            let end = self.next();
            self.place[end..end + N].copy_from_slice(first);
            self.place[end + slice.len() - N..end + slice.len()].copy_from_slice(last);
            self.end = end + slice.len();
        }
    }

    fn put_any_slice(&mut self, slice: &[u8]) {
        let end = self.next();
        if CHUNK + RECORD < end + slice.len() {
            self.is_overfull = true;
            return;
        }
        self.place[end..end + slice.len()].copy_from_slice(slice);
        self.end = end + slice.len();
    }

    /// Puts a number in as few bytes as it needs: seven bits in each, the lowest first, the eighth
    /// set in all but the last.
    #[inline]
    pub(super) fn put_number(&mut self, number: u64) {
        if number < 1 << GROUP {
            self.put_byte(number.to_le_bytes()[0]);
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
            // At most eight bits are left.
            let (seven, last) = ((number >> EIGHT_GROUPS) & 0x7f, number >> 63);
            self.put_word(seven | last << GROUP | last << 8, if last == 0 { 1 } else { 2 });
        }
    }

    /// The same for a number that may need more.
    #[inline]
    pub(super) fn put_wide_number(&mut self, number: u128) {
        match u64::try_from(number) {
            Ok(number) => self.put_number(number),
            Err(_) => self.put_very_wide_number(number),
        }
    }

    fn put_very_wide_number(&mut self, mut number: u128) {
        loop {
            if let Ok(number) = u64::try_from(number) {
                return self.put_number(number);
            }
            let low = number & ((1 << EIGHT_GROUPS) - 1);
            self.put_word(spread(u64::try_from(low).expect("56 bits")) | MORE, 8);
            number >>= EIGHT_GROUPS;
        }
    }

    /// Where the next bytes go, of which there are at most `SLACK`.
    #[inline]
    fn next(&mut self) -> usize {
        if CHUNK + RECORD < self.end {
            return self.overflow();
        }
        self.end
    }

    /// What follows goes where it hurts nobody.
    #[cold]
    const fn overflow(&mut self) -> usize {
        self.is_overfull = true;
        CHUNK + RECORD
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
