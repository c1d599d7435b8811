//! One thing that happened in a market, in 32 bytes: the form in which a record is kept in memory
//! and in a file.

use trading_types::{Quantity, Side, Timestamp};

/// What a tick tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TickKind {
    /// So much is offered on one side at a price; nothing, when the level is gone.
    Level(Side),
    /// A trade; the side is what the taker did.
    Trade(Side),
    /// The book is told anew: what was known of either side no longer holds.
    Clear,
    /// A level has left the part of the book that is shown. It is not known to be gone.
    Forget(Side),
}

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    time: Timestamp,
    received: Timestamp,
    quantity: Quantity,
    /// The price in steps, shifted left by four bits; the bits are the kind, and whether the
    /// message ends here.
    word: i64,
}

const KIND_BITS: i64 = 0b0111;
const LAST_BIT: i64 = 0b1000;
const SHIFT: u32 = 4;
/// The highest number of a kind.
const KIND_MAX: i64 = kind_number(TickKind::Forget(Side::Sell));

impl Tick {
    /// The highest price that fits, in steps.
    pub const STEPS_MAX: i64 = i64::MAX >> SHIFT;
    /// Bytes of a tick in a file.
    pub const BYTES: usize = 32;

    /// Something that happened at `time` at the exchange, and ends its message.
    pub const fn new(kind: TickKind, steps: i64, quantity: Quantity, time: Timestamp) -> Self {
        assert!(0 <= steps && steps <= Self::STEPS_MAX, "a price is positive and has a bound");
        let word = (steps << SHIFT) | LAST_BIT | kind_number(kind);
        Self { time, received: time, quantity, word }
    }

    /// So much is offered at a price; nothing, when the level is gone.
    pub const fn level(side: Side, steps: i64, quantity: Quantity, time: Timestamp) -> Self {
        Self::new(TickKind::Level(side), steps, quantity, time)
    }

    /// A trade.
    pub const fn trade(taker: Side, steps: i64, quantity: Quantity, time: Timestamp) -> Self {
        Self::new(TickKind::Trade(taker), steps, quantity, time)
    }

    /// More of the same message follows.
    #[must_use]
    pub const fn unfinished(mut self) -> Self {
        self.word &= !LAST_BIT;
        self
    }

    /// It was received by who recorded it at `received`.
    #[must_use]
    pub const fn received_at(mut self, received: Timestamp) -> Self {
        self.received = received;
        self
    }

    /// When it happened, by the exchange's clock.
    #[inline]
    pub const fn time(&self) -> Timestamp {
        self.time
    }

    /// When the recorder had it; the time of the event where nobody knows.
    #[inline]
    pub const fn received(&self) -> Timestamp {
        self.received
    }

    /// What it tells.
    #[inline]
    pub const fn kind(&self) -> TickKind {
        match self.word & KIND_BITS {
            0 => TickKind::Level(Side::Buy),
            1 => TickKind::Level(Side::Sell),
            2 => TickKind::Trade(Side::Buy),
            3 => TickKind::Trade(Side::Sell),
            4 => TickKind::Clear,
            5 => TickKind::Forget(Side::Buy),
            _ => TickKind::Forget(Side::Sell),
        }
    }

    /// At which price, in steps of the pair's tick.
    #[inline]
    pub const fn steps(&self) -> i64 {
        self.word >> SHIFT
    }

    /// How much.
    #[inline]
    pub const fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// Whether its message ends here: only then is the book whole.
    #[inline]
    pub const fn ends_message(&self) -> bool {
        self.word & LAST_BIT != 0
    }

    /// As bytes of a file: four numbers of eight bytes, the lowest byte first.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let numbers = [
            self.time.nanos().to_le_bytes(),
            self.received.nanos().to_le_bytes(),
            self.quantity.units().to_le_bytes(),
            self.word.to_le_bytes(),
        ];
        for (place, number) in bytes.chunks_exact_mut(8).zip(numbers) {
            place.copy_from_slice(&number);
        }
        bytes
    }

    /// From bytes of a file; nothing when they cannot be a tick.
    #[inline]
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let number = |at: usize| {
            let bytes = bytes[at * 8..at * 8 + 8].try_into().expect("eight bytes");
            i64::from_le_bytes(bytes)
        };
        let time = |at: usize| u64::try_from(number(at)).ok().map(Timestamp::from_nanos);
        let (quantity, word) = (number(2), number(3));
        if quantity < 0 || word < 0 || KIND_MAX < word & KIND_BITS {
            return None;
        }
        let quantity = Quantity::from_units(quantity);
        Some(Self { time: time(0)?, received: time(1)?, quantity, word })
    }
}

const fn kind_number(kind: TickKind) -> i64 {
    match kind {
        TickKind::Level(Side::Buy) => 0,
        TickKind::Level(Side::Sell) => 1,
        TickKind::Trade(Side::Buy) => 2,
        TickKind::Trade(Side::Sell) => 3,
        TickKind::Clear => 4,
        TickKind::Forget(Side::Buy) => 5,
        TickKind::Forget(Side::Sell) => 6,
    }
}

#[cfg(test)]
mod tests;
