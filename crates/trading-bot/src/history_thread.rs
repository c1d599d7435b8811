//! The read model on a thread of its own: it catches up with the journal, then follows what the
//! journal has made durable.
//!
//! **Law.** Nothing waits for it. When it fails a person is told, and the bot trades on without.

use std::{
    io,
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, SyncSender, TrySendError},
    thread,
};

use bot_journal::{
    Disk, DiskError, Identity, RecordKind, Records, Recovered, RecoveryError, Start,
};
use bot_machine::{AlertKind, BotInput, Severity};
use tokio::sync::mpsc::Sender as ToBot;
use trading_types::Timestamp;

use crate::read_model::{Found, HISTORY_NAME, ReadModel, ReadModelError, Source};

/// A record that is durable: its place, its kind, its bytes and when it was appended.
pub(crate) type Committed = (u64, RecordKind, Vec<u8>, Timestamp);

/// So many commits may wait while it catches up. There is about one each second.
const BATCHES_MAX: usize = 16_384;
/// So many records are read at once when it catches up.
const RECORDS_MAX: usize = 4_096;

/// The way to the thread. It ends when this is dropped, after everything it was given.
#[derive(Debug)]
pub(crate) struct HistoryThread {
    batches: Option<SyncSender<Vec<Committed>>>,
    thread: Option<thread::JoinHandle<()>>,
    to_bot: ToBot<BotInput>,
}

/// Where the journal is that it catches up with.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    /// The data folder.
    pub data_dir: PathBuf,
    /// The journal's folder.
    pub journal: PathBuf,
    /// As it was proved at the start of this process.
    pub recovered: Recovered,
    /// Whose it is.
    pub identity: Identity,
}

/// Why there is no history any more.
#[derive(Debug, thiserror::Error)]
enum HistoryError {
    #[error(transparent)]
    Model(#[from] ReadModelError),
    #[error(transparent)]
    Journal(#[from] RecoveryError),
}

impl HistoryThread {
    /// Starts the thread; what a person should know is told through `to_bot`.
    pub(crate) fn start(past: Past, to_bot: ToBot<BotInput>) -> Option<Self> {
        let (batches, inbox) = mpsc::sync_channel(BATCHES_MAX);
        let to_people = to_bot.clone();
        let builder = thread::Builder::new().name("history".to_owned());
        let begun = builder.spawn(move || {
            if let Err(error) = work(&past, &inbox, &to_people) {
                tell(&to_people, Severity::Warning, gone(&error));
            }
        });
        match begun {
            Ok(thread) => Some(Self { batches: Some(batches), thread: Some(thread), to_bot }),
            Err(error) => {
                tell(&to_bot, Severity::Warning, gone(&error));
                None
            }
        }
    }

    /// Gives it what is durable. False when it follows no more.
    pub(crate) fn follow(&self, batch: Vec<Committed>) -> bool {
        let Some(batches) = &self.batches else { return false };
        match batches.try_send(batch) {
            Ok(()) => true,
            Err(TrySendError::Full(_)) => {
                let text = gone(&"it is too slow for what happens");
                tell(&self.to_bot, Severity::Warning, text);
                false
            }
            // It has said why.
            Err(TrySendError::Disconnected(_)) => false,
        }
    }
}

impl Drop for HistoryThread {
    fn drop(&mut self) {
        drop(self.batches.take());
        if let Some(thread) = self.thread.take() {
            // A panic there was told by itself.
            drop(thread.join());
        }
    }
}

fn gone(why: &dyn std::fmt::Display) -> String {
    format!(
        "the history is not written any more ({why}); the bot trades on, and the journal has \
         everything: a restart goes on with the history"
    )
}

fn tell(to_bot: &ToBot<BotInput>, severity: Severity, text: String) {
    tracing::warn!(text, "the history");
    // A bot that is over needs no word; one that has no time now has it in the log.
    drop(to_bot.try_send(BotInput::Noticed { kind: AlertKind::Journal, severity, text }));
}

fn work(
    past: &Past,
    batches: &Receiver<Vec<Committed>>,
    to_bot: &ToBot<BotInput>,
) -> Result<(), HistoryError> {
    let hex = |part: &[u8; 16]| format!("{:032x}", u128::from_be_bytes(*part));
    let journal = past.identity.account.as_chunks().0.iter().map(hex).collect::<Vec<_>>().concat();
    let source = Source { journal, last_record: past.recovered.sequence };
    let (mut model, found) = ReadModel::open(&past.data_dir.join(HISTORY_NAME), &source)?;
    if let Found::SetAside { why, to } = found {
        let to = to.display();
        let text = format!("the history is made anew because {why}; the old one is {to}");
        tell(to_bot, Severity::Notice, text);
    }
    catch_up(&mut model, past)?;
    while let Ok(batch) = batches.recv() {
        // What waits goes into one transaction.
        let more = batches.try_iter().flatten();
        model.follow(batch.into_iter().chain(more))?;
    }
    Ok(())
}

/// Follows what the journal had when this process began.
fn catch_up(model: &mut ReadModel, past: &Past) -> Result<(), HistoryError> {
    // What is before the last snapshot need not be read again when the tables have it.
    let has_most = past.recovered.snapshot.is_some_and(|it| it <= model.last_sequence());
    let start = if has_most { Start::LastSnapshot } else { Start::Beginning };
    let mut records = Records::new(Looking::at(&past.journal), &past.recovered, start)?;
    let mut batch: Vec<Committed> = Vec::new();
    while let Some(record) = records.next_record()? {
        if model.last_sequence() < record.sequence {
            let payload = record.payload.to_vec();
            batch.push((record.sequence, record.kind, payload, record.time));
        }
        if RECORDS_MAX <= batch.len() {
            model.follow(batch.drain(..))?;
        }
    }
    Ok(model.follow(batch)?)
}

/// The journal's folder, looked at while somebody else writes in it. Segments that were proved at
/// the start do not change any more.
#[derive(Debug)]
pub(crate) struct Looking {
    folder: PathBuf,
}

impl Looking {
    /// Looks at a folder.
    pub(crate) fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }
}

impl Disk for Looking {
    fn list(&mut self) -> Result<Vec<String>, DiskError> {
        let failed = |error: io::Error| DiskError::Failed(error.to_string());
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.folder).map_err(failed)? {
            names.extend(entry.map_err(failed)?.file_name().into_string());
        }
        names.sort_unstable();
        Ok(names)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the edge")]
    fn read(&mut self, name: &str) -> Result<Vec<u8>, DiskError> {
        std::fs::read(self.folder.join(name)).map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                return DiskError::Missing(name.to_owned());
            }
            DiskError::Failed(format!("{name}: {error}"))
        })
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
