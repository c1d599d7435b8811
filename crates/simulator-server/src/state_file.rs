//! The file in which a simulation is kept between two runs.
//!
//! The invariant: after a crash the file holds one whole state or another, never a mixture and
//! never an older one than it held before; and one server at a time has it.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

/// The largest state that is read: a year of a busy account has some hundred megabytes.
const BYTES_MAX: u64 = 4 << 30;

/// Where a simulation is kept between two runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateFile {
    /// The file. If it is there, the simulation goes on where it was put away, at that moment of
    /// its time; if not, it begins, and the file with it. A file beside it with `.lock` behind its
    /// name says that a server has it.
    pub path: PathBuf,
    /// How much real time passes from one saving to the next. The last one is at the stop, and
    /// [`Server::save`](crate::Server::save) asks for one in between.
    pub every: Duration,
    /// Whether it is also saved whenever something has happened to an order or a balance, before
    /// anybody hears of it: then a client never knows more than a simulation that was killed. It
    /// costs some milliseconds each time; a loss of power may still cost [`StateFile::every`].
    pub each_change: bool,
}

impl StateFile {
    /// How often a state is saved unless somebody wants it otherwise: what a crash costs at most.
    pub const EVERY: Duration = Duration::from_secs(10);
}

/// The file, held by one server.
#[derive(Debug)]
pub(crate) struct Keeper {
    path: PathBuf,
    pub(crate) every: Duration,
    /// Whether it is written before anybody hears what happened.
    pub(crate) each_change: bool,
    /// How many states have been made.
    made: AtomicU64,
    /// The number of the last state that was written.
    written: Mutex<u64>,
    /// Locked as long as this lives.
    _lock: File,
}

impl Keeper {
    /// Takes the file, if nobody else has it.
    pub(crate) fn take(file: StateFile) -> io::Result<Self> {
        let StateFile { path, every, each_change } = file;
        let lock = private().create(true).truncate(false).open(beside(&path, ".lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path,
                every,
                each_change,
                made: AtomicU64::new(0),
                written: Mutex::new(0),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => {
                Err(io::Error::new(ErrorKind::ResourceBusy, "another simulation has it"))
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What was kept, if anything was.
    pub(crate) fn read(&self) -> io::Result<Option<Vec<u8>>> {
        let file = match OpenOptions::new().read(true).open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        file.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
        if BYTES_MAX < bytes.len() as u64 {
            return Err(io::Error::new(
                ErrorKind::FileTooLarge,
                "it is larger than a state can be",
            ));
        }
        Ok(Some(bytes))
    }

    /// The number of the next state. States are numbered in the order in which they are made.
    pub(crate) fn next_number(&self) -> u64 {
        self.made.fetch_add(1, Relaxed) + 1
    }

    /// Puts a state in the place of the one before, and on the disk, unless a newer one is there.
    /// Nobody who writes meanwhile is kept waiting for the disk.
    pub(crate) fn write_through(&self, number: u64, bytes: &[u8]) -> io::Result<()> {
        let mut new = self.create(".new", bytes)?;
        new.file.sync_all()?;
        self.put(number, &mut new)?;
        sync_folder_of(&self.path)
    }

    /// The same without waiting for the disk: what is written so outlives this process, and not a
    /// loss of power.
    pub(crate) fn write(&self, number: u64, bytes: &[u8]) -> io::Result<()> {
        self.put(number, &mut self.create(".next", bytes)?)
    }

    fn create(&self, end: &str, bytes: &[u8]) -> io::Result<NewFile> {
        let path = beside(&self.path, end);
        let mut file = private().create(true).truncate(true).open(&path)?;
        file.write_all(bytes)?;
        Ok(NewFile { path, file })
    }

    fn put(&self, number: u64, new: &mut NewFile) -> io::Result<()> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if number <= *written {
            return fs::remove_file(&new.path);
        }
        fs::rename(&new.path, &self.path)?;
        *written = number;
        Ok(())
    }
}

/// A state that is not in its place yet.
struct NewFile {
    path: PathBuf,
    file: File,
}

/// A file with the same name and something behind it.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// The keys open nothing, but an account is nobody else's business.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A new name is durable once its folder is.
#[cfg(unix)]
fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    OpenOptions::new().read(true).open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder_of(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
