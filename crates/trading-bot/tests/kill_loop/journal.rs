//! What a journal on the disk says, read as somebody else would.
//!
//! The invariant: only whole records count, and it changes nothing.

use std::{collections::BTreeSet, path::Path};

use bot_journal::{RecordKind, Records, Start, survey};
use trading_bot::{launch::journal_folder, real_disk::RealDisk};
use trading_engine::Output;
use trading_types::{ClientOrderId, VenueCommand};

/// The first bytes of an engine's journal, and how long its head is before the settings.
const MAGIC: &[u8] = b"SLACKWTR";
const HEAD: usize = 8 + 2 + 4 + 16;
/// Bytes of an engine's record before its payload: length, kind, time.
const PREFIX: usize = 4 + 1 + 8;
/// The kind of an engine's record that says what it wanted.
const OUTPUT: u8 = 3;

/// A journal that was read.
pub(crate) struct Journal {
    /// How many records there are.
    pub(crate) records: u64,
    /// The orders that were to be placed.
    pub(crate) intents: BTreeSet<ClientOrderId>,
}

impl Journal {
    /// Reads the journal of a bot that does not run. Nothing when it had not made a folder yet.
    pub(crate) fn read(data_dir: &Path) -> Option<Self> {
        let folder = journal_folder(data_dir);
        if !folder.exists() {
            return None;
        }
        let mut disk = RealDisk::open(&folder).expect("nobody else has it");
        let journal = survey(&mut disk, None, None).expect("a journal that recovers");
        let mut records = Records::new(&mut disk, &journal, Start::Beginning).expect("records");
        let mut intents = BTreeSet::new();
        while let Some(record) = records.next_record().expect("a record") {
            if record.kind == RecordKind::Engine {
                read_piece(record.payload, &mut intents);
            }
        }
        Some(Self { records: journal.sequence, intents })
    }
}

fn read_piece(mut bytes: &[u8], intents: &mut BTreeSet<ClientOrderId>) {
    if bytes.starts_with(MAGIC) {
        bytes = &bytes[HEAD + length(&bytes[10..])..];
    }
    while !bytes.is_empty() {
        let (kind, end) = (bytes[4], PREFIX + length(bytes));
        if kind == OUTPUT {
            let output = postcard::from_bytes(&bytes[PREFIX..end]).expect("an output");
            if let Output::Command(VenueCommand::Place(order)) = output {
                assert!(intents.insert(order.id), "two intents have the name {}", order.id);
            }
        }
        bytes = &bytes[end..];
    }
}

fn length(bytes: &[u8]) -> usize {
    let bytes = bytes.first_chunk().expect("a length");
    usize::try_from(u32::from_le_bytes(*bytes)).expect("a length")
}
