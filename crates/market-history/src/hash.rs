//! SHA-256 as it is written down.

use std::{
    cell::RefCell,
    fmt,
    io::{self, BufRead, Read},
    rc::Rc,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

/// A SHA-256, printed as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What a hasher has come to.
    pub(crate) fn of(hasher: Sha256) -> Self {
        Self(hasher.finalize().into())
    }

    /// The hash of some bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        parse(&text).ok_or_else(|| de::Error::custom("a SHA-256 has 64 hexadecimal digits"))
    }
}

fn parse(text: &str) -> Option<Hash> {
    let digits = text.as_bytes();
    let mut bytes = [0; 32];
    let (pairs, rest) = digits.as_chunks::<2>();
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let digit = |it: u8| char::from(it).to_digit(16).and_then(|it| u8::try_from(it).ok());
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(Hash(bytes))
}

/// Bytes that are hashed while they are read.
#[derive(Debug)]
pub struct HashedBytes<B> {
    input: B,
    hasher: Rc<RefCell<Sha256>>,
}

/// What has come of the bytes that were read so far.
#[derive(Clone, Debug)]
pub struct RunningHash(Rc<RefCell<Sha256>>);

impl<B: BufRead> HashedBytes<B> {
    /// These bytes, and where their hash can be asked for.
    pub fn new(input: B) -> (Self, RunningHash) {
        let hasher = Rc::new(RefCell::new(Sha256::new()));
        (Self { input, hasher: Rc::clone(&hasher) }, RunningHash(hasher))
    }
}

impl RunningHash {
    /// The hash of all bytes that were read so far.
    pub fn now(&self) -> Hash {
        Hash::of(self.0.borrow().clone())
    }
}

impl<B: BufRead> Read for HashedBytes<B> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.hasher.borrow_mut().update(&buffer[..read]);
        Ok(read)
    }
}

impl<B: BufRead> BufRead for HashedBytes<B> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What is consumed is in the buffer, so nothing is read here.
        if let Ok(buffer) = self.input.fill_buf() {
            self.hasher.borrow_mut().update(&buffer[..amount]);
        }
        self.input.consume(amount);
    }
}

#[cfg(test)]
mod tests;
