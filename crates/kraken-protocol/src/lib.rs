//! Kraken's REST and WebSocket protocol and every limit it sets, as pure machines.
//!
//! **Law.** Nothing here opens a socket, reads a clock or remembers a secret longer than its owner
//! lives. What an account may be asked to do is one closed list, [`Endpoint`]; none of it moves
//! money out. Our picture of Kraken's counters is never below Kraken's own.
//!
//! A story in five lines. A caller wants something: a [`request`] is built. The [`scheduler`] says
//! when it may go, because the [`limits`] have room. A [`signer`] turns it into bytes. The answer
//! is decoded by [`rest`] or by [`stream`], exactly or not at all. A [`verdict`] says what to do
//! next.

pub mod chance;
pub mod clock_offset;
pub mod endpoint;
pub mod key_audit;
pub mod limits;
pub mod nonce;
pub mod permission;
pub mod plan;
pub mod request;
pub mod rest;
pub mod scheduler;
pub mod signer;
pub mod stream;
pub mod verdict;

pub use crate::{endpoint::Endpoint, permission::Permission};
pub use crate::{
    nonce::{Nonce, NonceSource},
    request::Request,
    rest::{PairName, PairNames},
    signer::Signer,
    verdict::{Judgment, Verdict},
};
