//! Names that the simulated exchange gives: orders and trades in the form of Kraken's, counted up.

use trading_types::{Ascii, TradeId, VenueOrderId};

const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// Kraken's form: a letter that tells orders from trades, and three groups.
const FORM: &[u8; 19] = b"?00000-00000-000000";

/// The name of the `sequence`-th order.
pub(crate) fn venue_order_id(sequence: u64) -> VenueOrderId {
    name(b'O', sequence)
}

/// The name of the `sequence`-th trade.
pub(crate) fn trade_id(sequence: u64) -> TradeId {
    name(b'T', sequence)
}

fn name(letter: u8, sequence: u64) -> Ascii<24> {
    let mut text = *FORM;
    text[0] = letter;
    let mut rest = sequence;
    for place in text.iter_mut().rev() {
        if rest == 0 {
            break;
        }
        if *place == b'0' {
            *place = DIGITS[usize::try_from(rest % 36).expect("below 36")];
            rest /= 36;
        }
    }
    Ascii::from_array(&text).expect("digits, letters and dashes")
}

#[cfg(test)]
mod tests;
