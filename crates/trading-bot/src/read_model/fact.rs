//! What the read model is told, and how a journal's records are turned into that. Live and in a
//! rebuild the same records go the same way, so both end with the same tables.

use bot_journal::RecordKind;
use bot_machine::Note;
use trading_engine::{Input, Journal, JournalError, JournalReader, Keep, Output, Record, Report};
use trading_types::{AccountEvent, Amount, Asset, Timestamp, VenueEvent};

/// One thing that is to be remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The engine said something.
    Report(Report),
    /// The venue told of our account. Only what no report says is kept: the venue's name for an
    /// order, changes of an order, its completion.
    Account(AccountEvent),
    /// The bot wrote something down.
    Note(Note),
}

/// All that one record of the journal says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The record's place in the journal.
    pub sequence: u64,
    /// What it says, each with its time.
    pub facts: Vec<(Timestamp, Fact)>,
}

/// What everything was worth at a moment. The journal does not say it; who runs the engine does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EquityPoint {
    /// The last record before it.
    pub sequence: u64,
    /// When.
    pub time: Timestamp,
    /// In which asset.
    pub asset: Asset,
    /// Cash and positions, those at the worse side.
    pub equity: Amount,
}

/// Why a record says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableRecord {
    /// A piece of the engine's journal without its beginning.
    #[error(
        "record {0} goes on with a journal whose beginning was not read; rebuild from the start"
    )]
    NoBeginning(u64),
    /// A piece of the engine's journal that is none.
    #[error("record {sequence}: {error}")]
    Engine {
        /// Which record.
        sequence: u64,
        /// What is wrong.
        error: JournalError,
    },
    /// A note that this version does not know.
    #[error("record {0} is a note of another version; rebuild with the version that wrote it")]
    Note(u64),
}

/// Reads records in their order.
#[derive(Clone, Debug, Default)]
pub struct Follower {
    /// The beginning of the engine's journal, which each of its pieces needs to be read.
    beginning: Option<Vec<u8>>,
}

impl Follower {
    /// One that goes on where another was, by its [`Self::beginning`].
    pub const fn resumed(beginning: Option<Vec<u8>>) -> Self {
        Self { beginning }
    }

    /// What it has to know to go on.
    pub fn beginning(&self) -> Option<&[u8]> {
        self.beginning.as_deref()
    }

    /// What a record says that was appended at `time`.
    pub fn read(
        &mut self,
        sequence: u64,
        kind: RecordKind,
        payload: &[u8],
        time: Timestamp,
    ) -> Result<Entry, UnreadableRecord> {
        let facts = match kind {
            RecordKind::Engine => self.engine_facts(sequence, payload)?,
            RecordKind::Note => {
                let note = Note::from_bytes(payload).ok_or(UnreadableRecord::Note(sequence))?;
                vec![(time, Fact::Note(note))]
            }
            RecordKind::Snapshot => Vec::new(),
            RecordKind::Epoch => {
                self.beginning = None;
                Vec::new()
            }
        };
        Ok(Entry { sequence, facts })
    }

    fn engine_facts(
        &mut self,
        sequence: u64,
        piece: &[u8],
    ) -> Result<Vec<(Timestamp, Fact)>, UnreadableRecord> {
        let unreadable = |error| UnreadableRecord::Engine { sequence, error };
        let joined;
        let mut reader = match JournalReader::new(piece) {
            Ok(reader) => {
                let beginning = Journal::new(reader.header(), Keep::Bytes).take_bytes();
                self.beginning = Some(beginning);
                reader
            }
            Err(JournalError::NotAJournal) => {
                let beginning = self.beginning.as_ref();
                let beginning = beginning.ok_or(UnreadableRecord::NoBeginning(sequence))?;
                joined = [beginning, piece].concat();
                JournalReader::new(&joined).map_err(unreadable)?
            }
            Err(error) => return Err(unreadable(error)),
        };
        let mut facts = Vec::new();
        while let Some((time, record)) = reader.next_record().map_err(unreadable)? {
            facts.extend(Fact::of(record).map(|fact| (time, fact)));
        }
        Ok(facts)
    }
}

impl Fact {
    /// What is to be remembered of something that happened in the engine, if anything.
    fn of(record: Record) -> Option<Self> {
        match record {
            Record::Output(Output::Report(report)) => Some(Self::Report(report)),
            Record::Input(Input::Venue(VenueEvent::Account(
                event @ (AccountEvent::Accepted { .. }
                | AccountEvent::Completed { .. }
                | AccountEvent::Amended(_)),
            ))) => Some(Self::Account(event)),
            Record::Output(Output::Command(_)) | Record::Input(_) => None,
        }
    }
}
