//! What Kraken's REST interface answers, as plain structs with exact numbers
//! (<https://docs.kraken.com/exchange/api-reference>, read on 2026-11-21).
//!
//! **Law.** A number is what the text says, or an error that names its field; it never goes through
//! a floating one. Fields that Kraken may add are passed over, values it may add to a list are kept
//! as they are, and a wrong type is an error.

pub mod answer;
pub mod fields;
pub mod market;
pub mod pair_names;
pub mod placing;

pub use self::{
    answer::{Answer, NotAnAnswer},
    fields::{DecodeError, Problem},
    pair_names::{Holding, PairName, PairNames, Wallet},
};
