//! What stands in the journal, by who reads it.

/// The kind of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum RecordKind {
    /// A piece of the engine's own journal, as `trading_engine::Journal::take_bytes` gives it. All
    /// pieces of one epoch in a row are a journal that `slackwater replay` reads.
    Engine = 1,
    /// A note of the bot's own: what it sent, proved, decided.
    Note = 2,
    /// The engine's whole state, and the hash of it.
    Snapshot = 3,
    /// A new epoch begins: other settings, or another strategy. The engine's journal starts anew
    /// with the next piece.
    Epoch = 4,
}
