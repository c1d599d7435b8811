//! The journal of a bot's data folder, to be looked at: as the engine's own journals, one for each
//! stretch under the same settings.
//!
//! **Law.** Nothing is changed and nobody is kept out: a bot may be writing meanwhile. Every record
//! was proved before any is believed.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use bot_journal::{Disk, DiskError, RecordKind, Records, RecoveryError, Start, survey};
use bot_machine::recovery::Epoch;
use strategies::from_spec;
use trading_bot::launch::journal_folder;
use trading_engine::{Engine, Journal, JournalHeader, JournalReader, Keep, Record};
use trading_types::Timestamp;

use crate::{failure::Failure, files};

/// A stretch of a journal under the same settings, as a journal of the engine's own.
pub(crate) struct Stretch {
    header: JournalHeader,
    /// What the engine began with; nothing at the very beginning.
    state: Option<Vec<u8>>,
    pub(crate) bytes: Vec<u8>,
}

/// The engine as it was at a moment.
pub(crate) struct Moment {
    /// The last at which it was told something, or the one that was asked for.
    pub(crate) time: Timestamp,
    pub(crate) engine: Engine,
}

impl Stretch {
    /// The engine that this stretch begins with.
    pub(crate) fn engine(&self, keep: Keep) -> Result<Engine, Failure> {
        let strategies = self.header.strategies.iter().zip(&self.header.settings.pairs);
        let strategies = strategies.map(|(spec, rules)| from_spec(spec, rules.tick));
        let strategies = strategies.collect::<Result<Vec<_>, _>>().map_err(other_program)?;
        match &self.state {
            None => Engine::new(&self.header, strategies, keep).map_err(Failure::wrong),
            Some(state) => {
                Engine::restore(&self.header, strategies, keep, state).map_err(other_program)
            }
        }
    }
}

fn other_program(error: impl std::fmt::Display) -> Failure {
    Failure::wrong_hint(
        format_args!("the journal's engine cannot be built: {error}"),
        "use the version of slackwater that wrote it",
    )
}

/// All stretches, the oldest first.
pub(crate) fn stretches(data_dir: &Path) -> Result<Vec<Stretch>, Failure> {
    let folder = journal_folder(data_dir);
    let damaged = |error: RecoveryError| {
        let what = format!("{}: {error}", folder.display());
        Failure::wrong_hint(what, "look at the disk, and restore a copy of the folder")
    };
    let mut disk = LookedAt(folder.clone());
    let journal = survey(&mut disk, None, None).map_err(damaged)?;
    if journal.sequence == 0 {
        let what = format!("there is no journal in {}", data_dir.display());
        return Err(Failure::wrong_hint(what, "give the data folder of a bot that has run"));
    }
    let mut records = Records::new(&mut disk, &journal, Start::Beginning).map_err(damaged)?;
    let mut stretches: Vec<Stretch> = Vec::new();
    while let Some(record) = records.next_record().map_err(damaged)? {
        match record.kind {
            RecordKind::Epoch => {
                let Epoch { header, state } = Epoch::from_bytes(record.payload)
                    .ok_or_else(|| unreadable(data_dir, record.sequence))?;
                let bytes = match state {
                    // What the engine writes first is its header.
                    None => Vec::new(),
                    Some(_) => Journal::new(&header, Keep::Bytes).take_bytes(),
                };
                stretches.push(Stretch { header, state, bytes });
            }
            RecordKind::Engine => {
                let sequence = record.sequence;
                let stretch = stretches.last_mut().ok_or_else(|| unreadable(data_dir, sequence))?;
                stretch.bytes.extend_from_slice(record.payload);
            }
            RecordKind::Note | RecordKind::Snapshot => {}
        }
    }
    // A bot that came to its end before it was told anything.
    stretches.retain(|it| !it.bytes.is_empty());
    Ok(stretches)
}

fn unreadable(data_dir: &Path, sequence: u64) -> Failure {
    let what = format!("record {sequence} of the journal in {} cannot be read", data_dir.display());
    Failure::wrong_hint(what, "use the version of slackwater that wrote it")
}

/// The engine as it was at `at`, or as it is when that is still to come.
pub(crate) fn at(data_dir: &Path, at: Timestamp) -> Result<Moment, Failure> {
    let mut moment = None;
    for stretch in stretches(data_dir)? {
        let damaged = |error| Failure::wrong(format_args!("{}: {error}", data_dir.display()));
        let mut reader = JournalReader::new(&stretch.bytes).map_err(damaged)?;
        let mut engine = stretch.engine(Keep::Hash)?;
        let mut last = None;
        while let Some((time, record)) = reader.next_record().map_err(damaged)? {
            if at < time {
                break;
            }
            let Record::Input(input) = record else { continue };
            engine.handle(&input, time);
            while engine.poll_output().is_some() {}
            last = Some(time);
        }
        if let Some(time) = last {
            moment = Some(Moment { time, engine });
        }
    }
    moment.ok_or_else(|| {
        let what = format!("the journal in {} begins after {at}", data_dir.display());
        Failure::wrong_hint(what, "give a later moment")
    })
}

/// A folder that is only read.
struct LookedAt(PathBuf);

impl Disk for LookedAt {
    fn list(&mut self) -> Result<Vec<String>, DiskError> {
        let mut names = match files::names(&self.0) {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            names => names.map_err(|error| DiskError::Failed(error.to_string()))?,
        };
        names.sort_unstable();
        Ok(names)
    }

    fn read(&mut self, name: &str) -> Result<Vec<u8>, DiskError> {
        let failed = |failure: Failure| DiskError::Failed(failure.to_string());
        files::read_journal(&self.0.join(name)).map_err(failed)
    }

    fn create(&mut self, _: &str) -> Result<(), DiskError> {
        Err(DiskError::ReadOnly)
    }

    fn append(&mut self, _: &str, _: &[u8]) -> Result<(), DiskError> {
        Err(DiskError::ReadOnly)
    }

    fn truncate(&mut self, _: &str, _: u64) -> Result<(), DiskError> {
        Err(DiskError::ReadOnly)
    }

    fn rename(&mut self, _: &str, _: &str) -> Result<(), DiskError> {
        Err(DiskError::ReadOnly)
    }

    fn remove(&mut self, _: &str) -> Result<(), DiskError> {
        Err(DiskError::ReadOnly)
    }

    fn sync(&mut self, _: &str) -> Result<(), DiskError> {
        Err(DiskError::ReadOnly)
    }

    fn sync_folder(&mut self) -> Result<(), DiskError> {
        Err(DiskError::ReadOnly)
    }
}
