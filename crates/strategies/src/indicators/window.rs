//! The last few values, in a ring: pushing one gives back the one that falls out.

use serde::{Deserialize, Serialize};

use super::{IndicatorError, StoredStateError, checked_period};

/// The last `length` values. Storage grows to `length` while it fills and never again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored<T>")]
pub(crate) struct Window<T> {
    length: usize,
    values: Vec<T>,
    /// Where the next value goes. Once the window is full that is where the oldest value is.
    cursor: usize,
}

/// What was read back, not yet believed.
#[derive(Deserialize)]
struct Stored<T> {
    length: usize,
    values: Vec<T>,
    cursor: usize,
}

impl<T: Copy> Window<T> {
    /// An empty window for `length` values.
    pub(crate) fn new(length: usize) -> Result<Self, IndicatorError> {
        let length = checked_period(length)?;
        Ok(Self { length, values: Vec::with_capacity(length), cursor: 0 })
    }

    /// Adds the newest value; the oldest, if it falls out.
    #[inline]
    pub(crate) fn push(&mut self, value: T) -> Option<T> {
        let pushed_out = if self.is_full() {
            Some(std::mem::replace(&mut self.values[self.cursor], value))
        } else {
            self.values.push(value);
            None
        };
        // Comparing is cheaper than the division of a remainder.
        self.cursor += 1;
        if self.cursor == self.length {
            self.cursor = 0;
        }
        pushed_out
    }

    /// How many values it holds when full.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// How many values it holds now.
    pub(crate) fn count(&self) -> usize {
        self.values.len()
    }

    /// Whether the next value pushes one out.
    pub(crate) fn is_full(&self) -> bool {
        self.values.len() == self.length
    }

    /// The values, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = T> {
        let oldest = if self.is_full() { self.cursor } else { 0 };
        let (newer, older) = self.values.split_at(oldest);
        older.iter().chain(newer).copied()
    }
}

impl<T> TryFrom<Stored<T>> for Window<T> {
    type Error = StoredStateError;

    fn try_from(stored: Stored<T>) -> Result<Self, StoredStateError> {
        let Stored { length, values, cursor } = stored;
        let refused = |reason| StoredStateError::inconsistent("window", reason);
        checked_period(length)?;
        if length < values.len() {
            return Err(refused("it holds more values than its length"));
        }
        if length <= cursor {
            return Err(refused("its cursor is outside"));
        }
        if values.len() < length && cursor != values.len() {
            return Err(refused("its cursor is not behind the values of a partly filled window"));
        }
        Ok(Self { length, values, cursor })
    }
}

#[cfg(test)]
mod tests;
