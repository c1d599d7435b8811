//! What happened, in tables that people and programs can ask: a view of the journal in `SQLite`,
//! for the history, the dashboard and the taxes.
//!
//! **Law.** The journal is the truth and this is a view of it: it may lag, it is rebuilt whenever
//! it is in doubt, and nothing the bot does depends on it. An error here is told to a person, and
//! the bot trades on without the view.
//!
//! `SQLite` finds damage to its structure, not a digit that changed inside a row: whoever needs the
//! tables for more than reading rebuilds them first.
//!
//! The bot is the only one that writes ([`ReadModel`]); anybody may read meanwhile ([`History`]).
//! `SQLite` is the one we compile in: others corrupt a database when a log is reset
//! (<https://www.sqlite.org/wal.html#walresetbug>, read on 2026-11-21).

mod aside;
mod export;
mod fact;
mod history;
mod schema;
mod words;
mod writer;

use std::{
    fs::OpenOptions,
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use bot_journal::RecordKind;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, config::DbConfig};
use trading_types::Timestamp;

use self::writer::Writer;
pub use self::{
    export::ExportError,
    fact::{Entry, EquityPoint, Fact, Follower, UnreadableRecord},
    history::{History, Listing, Query, Results, Rows, Totals},
};

/// The file's name in the data folder.
pub const HISTORY_NAME: &str = "history.sqlite";
/// Older ones can corrupt a database when its log is reset
/// (<https://www.sqlite.org/wal.html#walresetbug>, read on 2026-11-21).
const SQLITE_MIN: i32 = 3_051_003;
/// So many records are written in one transaction when many are read in a row.
const BATCH_RECORDS: usize = 4_096;
/// The log is cut back to this after it was taken over into the database.
const LOG_BYTES_KEPT: i64 = 4 << 20;

/// The tables, to be written.
#[derive(Debug)]
pub struct ReadModel {
    connection: Connection,
    follower: Follower,
    last_sequence: u64,
}

/// Which journal the tables are to be a view of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The journal's identity: tables of another one are not used.
    pub journal: String,
    /// The last record there is: tables that know more are not used.
    pub last_record: u64,
}

/// What was there when the tables were opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing: they are new and empty.
    Nothing,
    /// A view of this journal, up to [`ReadModel::last_sequence`].
    View,
    /// Something that is not trusted. It was renamed, and the tables are new and empty.
    SetAside {
        /// Why.
        why: String,
        /// What it is called now.
        to: PathBuf,
    },
}

/// Why the tables cannot be used. None of this stops the bot; each says what a person may do.
#[derive(Debug, thiserror::Error)]
pub enum ReadModelError {
    // Use another program.
    /// This `SQLite` is one that can corrupt databases.
    #[error(
        "SQLite {found} can corrupt a database; build slackwater with the SQLite it brings along \
         (at least {SQLITE_MIN})"
    )]
    UnsafeSqlite {
        /// Its version, as it numbers itself.
        found: i32,
    },
    // Correct the path, its rights, or make room.
    /// The file cannot be used.
    #[error("cannot {doing} {}: {error}; check the path, its rights and the disk", path.display())]
    File {
        /// What was tried.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// There are no tables.
    #[error("there is no history at {}; a bot that runs writes one", .0.display())]
    Missing(PathBuf),
    // Start the bot, which rebuilds them.
    /// They are of another version, or not ours.
    #[error("{} is the history of another version; a bot that starts rebuilds it", .0.display())]
    OtherVersion(PathBuf),
    /// A value is none of ours.
    #[error("the history is damaged (`{0}` is not a value of its column); rebuild it")]
    BadValue(String),
    /// Records are missing between what the tables know and what they are told.
    #[error("the history ends with record {last} and cannot go on with {next}; rebuild it")]
    Gap {
        /// The last record it knows.
        last: u64,
        /// The record it was told.
        next: u64,
    },
    /// A record of the journal says nothing to this version.
    #[error(transparent)]
    Record(#[from] UnreadableRecord),
    // Look at what SQLite says; start again to have them rebuilt.
    /// Something else.
    #[error("the history cannot be used ({0}); restart the bot to have it checked and rebuilt")]
    Database(#[from] rusqlite::Error),
}

/// Why tables that are there are not trusted.
enum Distrust {
    /// Nothing to do with what they hold.
    Error(ReadModelError),
    /// They are put aside.
    Aside(String),
}

impl From<rusqlite::Error> for Distrust {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Aside(format!("it is damaged ({error})"))
            }
            // A table or column is missing, or has another type than in ours.
            Some(ErrorCode::Unknown) | None => {
                Self::Aside(format!("it is not what it should be ({error})"))
            }
            Some(_) => Self::Error(error.into()),
        }
    }
}

impl ReadModel {
    /// Opens the tables of this file, or makes new ones where there are none that can be trusted.
    /// What they lack, up to the last record there is, has to be followed.
    pub fn open(path: &Path, source: &Source) -> Result<(Self, Found), ReadModelError> {
        check_version(rusqlite::version_number())?;
        if !exists(path)? {
            return Ok((Self::create(path, source)?, Found::Nothing));
        }
        match Self::open_trusted(path, source) {
            Ok(Some(model)) => Ok((model, Found::View)),
            Ok(None) => Ok((Self::create(path, source)?, Found::Nothing)),
            Err(Distrust::Error(error)) => Err(error),
            Err(Distrust::Aside(why)) => {
                let to = aside::put_aside(path)?;
                Ok((Self::create(path, source)?, Found::SetAside { why, to }))
            }
        }
    }

    /// The last record that is in the tables; zero when none is.
    pub const fn last_sequence(&self) -> u64 {
        self.last_sequence
    }

    /// Writes what one record says, all or nothing. What is known already is passed over.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), ReadModelError> {
        if entry.sequence <= self.last_sequence {
            return Ok(());
        }
        let transaction = self.connection.transaction()?;
        Writer::new(&transaction).entry(entry)?;
        transaction.commit()?;
        self.last_sequence = entry.sequence;
        Ok(())
    }

    /// Reads records in their order, each with its place in the journal, its kind, its bytes and
    /// when it was appended, and writes what they say. What is known already is passed over.
    /// Records may come one at a time or all at once; the tables are the same.
    pub fn follow<P: AsRef<[u8]>>(
        &mut self,
        records: impl IntoIterator<Item = (u64, RecordKind, P, Timestamp)>,
    ) -> Result<(), ReadModelError> {
        let mut records = records.into_iter().peekable();
        while records.peek().is_some() {
            self.follow_batch(records.by_ref().take(BATCH_RECORDS))?;
        }
        Ok(())
    }

    /// Forgets everything and follows the journal from its first record.
    pub fn rebuild<P: AsRef<[u8]>>(
        &mut self,
        records: impl IntoIterator<Item = (u64, RecordKind, P, Timestamp)>,
    ) -> Result<(), ReadModelError> {
        let transaction = self.connection.transaction()?;
        transaction.execute_batch(schema::CLEAR)?;
        transaction.commit()?;
        (self.follower, self.last_sequence) = (Follower::default(), 0);
        self.follow(records)
    }

    /// Remembers what everything was worth. A second point of the same moment replaces the first.
    pub fn apply_equity(&mut self, point: &EquityPoint) -> Result<(), ReadModelError> {
        Writer::new(&self.connection).equity(point)
    }

    fn follow_batch<P: AsRef<[u8]>>(
        &mut self,
        records: impl Iterator<Item = (u64, RecordKind, P, Timestamp)>,
    ) -> Result<(), ReadModelError> {
        let mut follower = self.follower.clone();
        let mut last = self.last_sequence;
        let transaction = self.connection.transaction()?;
        let mut writer = Writer::new(&transaction);
        for (sequence, kind, payload, time) in records {
            if sequence <= last {
                continue;
            }
            if 0 < last && last + 1 != sequence {
                return Err(ReadModelError::Gap { last, next: sequence });
            }
            let entry = follower.read(sequence, kind, payload.as_ref(), time)?;
            writer.entry(&entry)?;
            last = sequence;
        }
        if follower.beginning() != self.follower.beginning() {
            writer.meta("beginning", follower.beginning().unwrap_or_default())?;
        }
        drop(writer);
        transaction.commit()?;
        (self.follower, self.last_sequence) = (follower, last);
        Ok(())
    }

    /// The tables that are there; nothing when there is only an empty file.
    fn open_trusted(path: &Path, source: &Source) -> Result<Option<Self>, Distrust> {
        let connection = connect(path).map_err(Distrust::from)?;
        if is_empty(&connection)? {
            return Ok(None);
        }
        if !is_ours(&connection)? {
            return Err(Distrust::Aside("it is of another version".to_owned()));
        }
        let check: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if check != "ok" {
            return Err(Distrust::Aside(format!("it is damaged ({check})")));
        }
        if meta(&connection, "journal")?.as_deref() != Some(source.journal.as_bytes()) {
            return Err(Distrust::Aside("it is of another journal".to_owned()));
        }
        let last = meta(&connection, "last_sequence")?.unwrap_or_else(|| vec![0; 8]);
        let Ok(last) = <[u8; 8]>::try_from(last).map(u64::from_le_bytes) else {
            return Err(Distrust::Aside("it does not say how far it goes".to_owned()));
        };
        if source.last_record < last {
            let why = format!("it knows record {last}, and the journal ends before it");
            return Err(Distrust::Aside(why));
        }
        let beginning = meta(&connection, "beginning")?.filter(|bytes| !bytes.is_empty());
        let follower = Follower::resumed(beginning);
        Ok(Some(Self { connection, follower, last_sequence: last }))
    }

    fn create(path: &Path, source: &Source) -> Result<Self, ReadModelError> {
        // Before SQLite sees it, so that nobody else can read it, nor the log beside it.
        OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(failed("make", path))?;
        let mut connection = connect(path)?;
        let transaction = connection.transaction()?;
        transaction.execute_batch(schema::CREATE)?;
        transaction.pragma_update(None, "application_id", schema::APPLICATION)?;
        transaction.pragma_update(None, "user_version", schema::VERSION)?;
        Writer::new(&transaction).meta("journal", source.journal.as_bytes())?;
        transaction.commit()?;
        Ok(Self { connection, follower: Follower::default(), last_sequence: 0 })
    }
}

/// The named error for a `SQLite` that must not be used.
fn check_version(found: i32) -> Result<(), ReadModelError> {
    if found < SQLITE_MIN { Err(ReadModelError::UnsafeSqlite { found }) } else { Ok(()) }
}

/// A connection as we want it. What was committed last may be lost with the power; the journal has
/// it. Nothing is mapped into memory: an error of the disk must come back as one.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT)?;
    Ok(connection)
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))
}

fn is_ours(connection: &Connection) -> rusqlite::Result<bool> {
    let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    Ok(number("PRAGMA application_id")? == schema::APPLICATION
        && number("PRAGMA user_version")? == schema::VERSION)
}

fn meta(connection: &Connection, name: &str) -> rusqlite::Result<Option<Vec<u8>>> {
    let sql = "SELECT value FROM meta WHERE name = ?";
    connection.query_row(sql, [name], |row| row.get(0)).optional()
}

fn exists(path: &Path) -> Result<bool, ReadModelError> {
    path.try_exists().map_err(failed("look for", path))
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ReadModelError {
    move |error| ReadModelError::File { doing, path: path.to_owned(), error }
}

#[cfg(test)]
mod tests;
