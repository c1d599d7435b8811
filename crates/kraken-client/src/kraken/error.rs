//! What can go wrong with one method, sorted by what to do next.

use kraken_protocol::{request::RequestError, rest::fields::DecodeError};
use trading_types::{Refusal, candle::IntervalError};

use crate::calls::CallError;

/// Why a method came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum KrakenError {
    // Nothing was sent: ask for something else.
    /// Kraken has no such pair.
    #[error("Kraken has no pair `{0}`; write it like BTC/USD")]
    UnknownPair(String),
    /// A text that is no number above zero that can be written exactly.
    #[error("`{text}` is no {what}; write it like 0.001")]
    BadNumber {
        /// What it should be.
        what: &'static str,
        /// What it is.
        text: String,
    },
    /// A candle length that Kraken does not have.
    #[error(transparent)]
    BadInterval(#[from] IntervalError),
    /// Kraken would refuse the order, so it was not sent.
    #[error("{refusal}: {hint}; it was not sent")]
    WouldBeRefused {
        /// Why.
        refusal: Refusal,
        /// What to change.
        hint: String,
    },
    /// It cannot be said in Kraken's words.
    #[error(transparent)]
    Request(#[from] RequestError),

    // As the call says.
    /// The call came to nothing.
    #[error(transparent)]
    Call(#[from] CallError),

    // It was done, and the answer makes no sense to us.
    /// The answer cannot be read.
    #[error("Kraken's answer cannot be read ({0})")]
    Answer(#[from] DecodeError),
}
