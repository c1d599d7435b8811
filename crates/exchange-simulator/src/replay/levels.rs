//! One side of a book by price: how much is offered at each step.
//!
//! Nearly all that happens, happens near the best price. Around it stands a window in which a price
//! is an index and the next level is found by its bit; what is farther away is kept in a map. The
//! window follows the best price; what a caller sees does not depend on where it stands.

use std::collections::BTreeMap;

use trading_types::Quantity;

/// Prices that the window covers: with a tick of 0.1, thirteen thousand dollars.
const WINDOW: usize = 1 << 17;
const WINDOW_STEPS: i64 = 1 << 17;
const BITS: usize = 64;

/// How much is offered at each price of one side.
#[derive(Clone, Debug)]
pub(super) struct Levels {
    /// The price of the window's first place; a multiple of [`BITS`].
    base: i64,
    window: Vec<Quantity>,
    /// A bit for each place of the window that is not empty.
    occupied: Vec<u64>,
    /// A bit for each word of `occupied` that is not empty.
    summary: Vec<u64>,
    far: BTreeMap<i64, Quantity>,
}

impl Default for Levels {
    fn default() -> Self {
        Self {
            base: 0,
            window: vec![Quantity::ZERO; WINDOW],
            occupied: vec![0; WINDOW / BITS],
            summary: vec![0; WINDOW / BITS / BITS],
            far: BTreeMap::new(),
        }
    }
}

impl Levels {
    /// What is offered at a price.
    #[inline]
    pub(super) fn at(&self, steps: i64) -> Quantity {
        match self.place(steps) {
            Some(place) => self.window[place],
            None => self.far.get(&steps).copied().unwrap_or_default(),
        }
    }

    /// Sets what is offered at a price, and gives back what was.
    #[inline]
    pub(super) fn set(&mut self, steps: i64, quantity: Quantity) -> Quantity {
        let Some(place) = self.place(steps) else { return self.set_far(steps, quantity) };
        let before = std::mem::replace(&mut self.window[place], quantity);
        if before.is_zero() != quantity.is_zero() {
            self.mark(place, !quantity.is_zero());
        }
        before
    }

    /// The lowest price above `steps` at which something is offered.
    pub(super) fn above(&self, steps: i64) -> Option<i64> {
        let from = steps + 1;
        if from < self.base && !self.far.is_empty() {
            let below = self.far.range(from..self.base).next();
            if let Some((found, _)) = below {
                return Some(*found);
            }
        }
        let end = self.base + WINDOW_STEPS;
        if from < end
            && let Some(place) = self.first_from(index(from.max(self.base) - self.base))
        {
            return Some(self.base + offset(place));
        }
        self.far.range(from.max(end)..).next().map(|(found, _)| *found)
    }

    /// The highest price below `steps` at which something is offered.
    pub(super) fn below(&self, steps: i64) -> Option<i64> {
        let to = steps - 1;
        let last = self.base + WINDOW_STEPS - 1;
        if last < to && !self.far.is_empty() {
            let above = self.far.range(last + 1..=to).next_back();
            if let Some((found, _)) = above {
                return Some(*found);
            }
        }
        if self.base <= to
            && let Some(place) = self.last_to(index(to.min(last) - self.base))
        {
            return Some(self.base + offset(place));
        }
        self.far.range(..=to.min(self.base - 1)).next_back().map(|(found, _)| *found)
    }

    /// Whether a price stands in the window.
    #[inline]
    pub(super) fn covers(&self, steps: i64) -> bool {
        self.place(steps).is_some()
    }

    /// Moves the window so that a price stands in its middle.
    #[cold]
    pub(super) fn center_on(&mut self, steps: i64) {
        let mut next = self.above(i64::MIN);
        let mut all = BTreeMap::new();
        while let Some(found) = next {
            all.insert(found, self.at(found));
            next = self.above(found);
        }
        let base = (steps - WINDOW_STEPS / 2).max(0);
        *self = Self { base: base - base % offset(BITS), ..Self::default() };
        for (steps, quantity) in all {
            self.set(steps, quantity);
        }
    }

    /// Takes everything away.
    #[cold]
    pub(super) fn clear(&mut self) {
        self.far.clear();
        while let Some(place) = self.first_from(0) {
            self.window[place] = Quantity::ZERO;
            self.mark(place, false);
        }
    }

    #[inline]
    fn place(&self, steps: i64) -> Option<usize> {
        let place = usize::try_from(steps.wrapping_sub(self.base)).ok()?;
        (place < WINDOW).then_some(place)
    }

    #[cold]
    fn set_far(&mut self, steps: i64, quantity: Quantity) -> Quantity {
        let before = if quantity.is_zero() {
            self.far.remove(&steps)
        } else {
            self.far.insert(steps, quantity)
        };
        before.unwrap_or_default()
    }

    fn mark(&mut self, place: usize, is_occupied: bool) {
        let word = place / BITS;
        flip(&mut self.occupied, place, is_occupied);
        flip(&mut self.summary, word, self.occupied[word] != 0);
    }

    fn first_from(&self, place: usize) -> Option<usize> {
        let word = place / BITS;
        let rest = self.occupied[word] & (u64::MAX << (place % BITS));
        if rest != 0 {
            return Some(word * BITS + trailing(rest));
        }
        let word = first_bit(&self.summary, word + 1)?;
        Some(word * BITS + trailing(self.occupied[word]))
    }

    fn last_to(&self, place: usize) -> Option<usize> {
        let word = place / BITS;
        let rest = self.occupied[word] & (u64::MAX >> (BITS - 1 - place % BITS));
        if rest != 0 {
            return Some(word * BITS + highest(rest));
        }
        let word = last_bit(&self.summary, word.checked_sub(1)?)?;
        Some(word * BITS + highest(self.occupied[word]))
    }
}

/// The first bit that is set, from a place on.
fn first_bit(words: &[u64], from: usize) -> Option<usize> {
    let first = from / BITS;
    let masked = words.get(first)? & (u64::MAX << (from % BITS));
    if masked != 0 {
        return Some(first * BITS + trailing(masked));
    }
    let word = (first + 1..words.len()).find(|word| words[*word] != 0)?;
    Some(word * BITS + trailing(words[word]))
}

/// The last bit that is set, up to a place.
fn last_bit(words: &[u64], to: usize) -> Option<usize> {
    let last = to / BITS;
    let masked = words[last] & (u64::MAX >> (BITS - 1 - to % BITS));
    if masked != 0 {
        return Some(last * BITS + highest(masked));
    }
    let word = (0..last).rev().find(|word| words[*word] != 0)?;
    Some(word * BITS + highest(words[word]))
}

fn flip(words: &mut [u64], at: usize, is_set: bool) {
    let bit = 1 << (at % BITS);
    if is_set {
        words[at / BITS] |= bit;
    } else {
        words[at / BITS] &= !bit;
    }
}

fn trailing(word: u64) -> usize {
    usize::try_from(word.trailing_zeros()).expect("a number of bits")
}

fn highest(word: u64) -> usize {
    BITS - 1 - usize::try_from(word.leading_zeros()).expect("a number of bits")
}

fn index(steps: i64) -> usize {
    usize::try_from(steps).expect("a place in the window")
}

fn offset(place: usize) -> i64 {
    i64::try_from(place).expect("a place in the window")
}

#[cfg(test)]
mod tests;
