//! What the engine wants, until somebody has taken it. Outputs are large, so what is only looked at
//! and dropped is never moved.

use crate::report::Output;

/// Outputs in the order they were wanted.
#[derive(Debug, Default)]
pub(super) struct OutputQueue {
    outputs: Vec<Output>,
    /// The first so many have been taken.
    taken: usize,
}

impl OutputQueue {
    /// Adds one; says where it is.
    #[inline]
    pub(super) fn push(&mut self, output: Output) -> &Output {
        self.outputs.push(output);
        self.outputs.last().expect("it was just pushed")
    }

    /// Whether all have been taken.
    #[inline]
    pub(super) const fn is_empty(&self) -> bool {
        self.outputs.is_empty()
    }

    /// The next one.
    #[inline]
    pub(super) fn front(&self) -> Option<&Output> {
        self.outputs.get(self.taken)
    }

    /// Forgets the next one.
    #[inline]
    pub(super) fn drop_front(&mut self) {
        self.taken += 1;
        if self.outputs.len() <= self.taken {
            self.outputs.clear();
            self.taken = 0;
        }
    }

    /// Takes the next one.
    pub(super) fn pop(&mut self) -> Option<Output> {
        if self.is_empty() {
            return None;
        }
        // There are few, so that those behind it are moved up.
        let next = self.outputs.remove(self.taken);
        if self.outputs.len() == self.taken {
            self.outputs.clear();
            self.taken = 0;
        }
        Some(next)
    }

    /// All that have not been taken.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Output> {
        self.outputs[self.taken..].iter()
    }
}
