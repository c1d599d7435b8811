//! What stands in the journal, by who reads it.

use trading_types::Timestamp;

/// The kind of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum RecordKind {
    /// A piece of the engine's own journal, as `trading_engine::Journal::take_bytes` gives it. All
    /// pieces of one epoch in a row are a journal that `slackwater replay` reads.
    Engine = 1,
    /// A note of the bot's own: what it sent, proved, decided.
    Note = 2,
    /// The engine's whole state, and the hash of it: see [`Snapshot`](crate::Snapshot).
    Snapshot = 3,
    /// A new epoch begins: other settings, or another strategy. The engine's journal starts anew
    /// with the next piece.
    Epoch = 4,
}

impl RecordKind {
    /// The kind with this number, or nothing when a newer version has given it a meaning.
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Engine),
            2 => Some(Self::Note),
            3 => Some(Self::Snapshot),
            4 => Some(Self::Epoch),
            _ => None,
        }
    }

    /// Its number in the file.
    pub const fn number(self) -> u8 {
        self as u8
    }
}

/// A record, as it was appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Its place in the journal, counted from 1 over all segments, without a gap.
    pub sequence: u64,
    /// When it was appended.
    pub time: Timestamp,
    /// Its kind.
    pub kind: RecordKind,
    /// What it says.
    pub payload: &'a [u8],
}
