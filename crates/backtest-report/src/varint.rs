//! Whole numbers in as few bytes as they need, seven bits each, the lowest first: most steps from
//! one candle to the next need one or two.

/// Appends a number that is never below zero.
pub(crate) fn unsigned(to: &mut Vec<u8>, mut value: u64) {
    while 0x7f < value {
        to.push(low(value) | 0x80);
        value >>= 7;
    }
    to.push(low(value));
}

/// The lowest seven bits.
fn low(value: u64) -> u8 {
    (value & 0x7f).to_le_bytes()[0]
}

/// Appends a number of either sign: 0, -1, 1, -2, … become 0, 1, 2, 3, …
pub(crate) fn signed(to: &mut Vec<u8>, value: i64) {
    unsigned(to, ((value << 1) ^ (value >> 63)).cast_unsigned());
}

#[cfg(test)]
mod tests;
