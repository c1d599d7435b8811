//! The file in which a simulation is kept between two runs.
//!
//! The invariant: after a crash the file holds one whole state or another, never a mixture and
//! never an older one than it held before; and one server at a time has it.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
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
    /// The number of the last state that was written.
    written: Mutex<u64>,
    /// Locked as long as this lives.
    _lock: File,
}

impl Keeper {
    /// Takes the file, if nobody else has it.
    pub(crate) fn take(file: StateFile) -> io::Result<Self> {
        let StateFile { path, every } = file;
        let lock = private().create(true).truncate(false).open(beside(&path, ".lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, every, written: Mutex::new(0), _lock: lock }),
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

    /// Puts a state in the place of the one before. States are numbered in the order in which they
    /// were made; one that comes too late is passed over.
    pub(crate) fn write(&self, number: u64, bytes: &[u8]) -> io::Result<()> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if number <= *written {
            return Ok(());
        }
        let new = beside(&self.path, ".new");
        let mut file = private().create(true).truncate(true).open(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&new, &self.path)?;
        sync_folder_of(&self.path)?;
        *written = number;
        Ok(())
    }
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
