//! A file: what a process sees, what is durable, and what lies between.
//!
//! **Law.** What is seen is what is durable with every pending write done, unless a sync failed.

/// A file.
#[derive(Clone, Debug, Default)]
pub(super) struct File {
    pub(super) seen: Vec<u8>,
    pub(super) durable: Vec<u8>,
    pub(super) pending: Vec<Write>,
}

/// A change that is not durable yet.
#[derive(Clone, Debug)]
pub(super) enum Write {
    Bytes { at: usize, bytes: Vec<u8> },
    Cut(usize),
}

impl Write {
    /// Does it; what lies between the end and its beginning becomes zeros.
    pub(super) fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Self::Bytes { at, bytes } => put(to, *at, bytes),
            Self::Cut(length) => to.truncate(*length),
        }
    }
}

/// Writes bytes at a place; what lies between the end and there becomes zeros.
pub(super) fn put(to: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if to.len() < end {
        to.resize(end, 0);
    }
    to[at..end].copy_from_slice(bytes);
}

impl File {
    /// A file that holds these bytes for certain.
    pub(super) fn durable(bytes: &[u8]) -> Self {
        Self { seen: bytes.to_vec(), durable: bytes.to_vec(), pending: Vec::new() }
    }

    /// Changes what is seen at once, and what is durable later.
    pub(super) fn write(&mut self, write: Write) {
        write.apply(&mut self.seen);
        self.pending.push(write);
    }

    /// Makes everything durable.
    pub(super) fn sync(&mut self) {
        for write in std::mem::take(&mut self.pending) {
            write.apply(&mut self.durable);
        }
    }

    /// Never makes durable what is pending, and goes on showing it.
    pub(super) fn forget(&mut self) {
        self.pending.clear();
    }
}
