//! The chain: each record's link is a hash of its bytes and of the link before, so that what was
//! changed, moved or taken out is found.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// A link: the first half of a SHA-256.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Chain([u8; Chain::BYTES]);

impl Chain {
    /// How long a link is.
    pub const BYTES: usize = 16;
    /// Where the first segment begins.
    pub const START: Self = Self([0; Self::BYTES]);

    /// A link read from a file.
    pub const fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// The link as it is written.
    pub const fn bytes(self) -> [u8; Self::BYTES] {
        self.0
    }

    /// The link after `bytes`.
    #[must_use]
    pub fn after(self, bytes: &[u8]) -> Self {
        let hash = Sha256::new().chain_update(self.0).chain_update(bytes).finalize();
        Self(*hash.first_chunk().expect("a SHA-256 has 32 bytes"))
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}
