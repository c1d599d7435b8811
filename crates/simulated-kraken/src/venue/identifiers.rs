//! Names that the venue gives, in Kraken's form: `OQCLML-BW3P3-BUCMWZ`.
//!
//! The invariant: a seed decides them, and no two are alike: each carries a number that is counted
//! up and turned around so that it looks drawn.

use exchange_simulator::Prng;
use serde::{Deserialize, Serialize};
use trading_types::{Ascii, ClientOrderId, TradeId, VenueOrderId};

use super::records::{AmendId, LedgerId};

const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// A letter that tells what is named, and three groups.
const FORM: &[u8; 19] = b"?*****-*****-******";

/// Gives names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Identifiers {
    prng: Prng,
    keys: u64,
}

impl Identifiers {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { prng: Prng::from_seed(seed), keys: 0 }
    }

    pub(crate) fn order(&mut self) -> VenueOrderId {
        self.name(b'O')
    }

    pub(crate) fn trade(&mut self) -> TradeId {
        self.name(b'T')
    }

    pub(crate) fn ledger(&mut self) -> LedgerId {
        self.name(b'L')
    }

    pub(crate) fn amend(&mut self) -> AmendId {
        self.name(b'T')
    }

    /// Of a deposit or withdrawal.
    pub(crate) fn transfer(&mut self) -> VenueOrderId {
        self.name(b'Q')
    }

    /// The matching's name of an order: counted up, so that older orders come first.
    pub(crate) fn key(&mut self) -> ClientOrderId {
        self.keys += 1;
        ClientOrderId::new(0, self.keys)
    }

    fn name(&mut self, letter: u8) -> Ascii<24> {
        // The generator gives each of its numbers once in 2^64, and the first twelve signs show 60
        // of its 64 bits, the last four the rest and some of the next.
        let mut bits = u128::from(self.prng.next()) << 64 | u128::from(self.prng.next());
        let mut text = *FORM;
        text[0] = letter;
        for sign in text.iter_mut().filter(|sign| **sign == b'*') {
            *sign = DIGITS[usize::try_from(bits >> 123).expect("five bits")];
            bits <<= 5;
        }
        let text = std::str::from_utf8(&text).expect("letters, digits and dashes");
        text.parse().expect("nineteen characters that can be printed")
    }
}

#[cfg(test)]
mod tests;
