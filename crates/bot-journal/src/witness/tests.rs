//! A witness is read back whole or not at all.

use super::*;
use crate::one_bit::flip;

#[test]
fn a_witness_is_read_back() {
    let witness = Witness { sequence: 1 << 40, chain: Chain::START.after(b"a journal") };
    assert_eq!(Witness::from_bytes(&witness.to_bytes()), Some(witness));
}

#[test]
fn a_damaged_witness_says_nothing() {
    let right = Witness { sequence: 77, chain: Chain::START.after(b"a journal") }.to_bytes();
    for bit in 0..right.len() * 8 {
        let mut bytes = right;
        flip(&mut bytes, bit);
        assert_eq!(Witness::from_bytes(&bytes), None, "bit {bit}");
    }
    for end in 0..right.len() {
        assert_eq!(Witness::from_bytes(&right[..end]), None, "cut at {end}");
    }
    assert_eq!(Witness::from_bytes(&[&right[..], b"more"].concat()), None);
}
