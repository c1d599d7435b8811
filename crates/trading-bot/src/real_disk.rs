//! The journal's folder on a real disk, for one process at a time.
//!
//! **Law.** Nobody else may read the folder or write in it while this is open. What `sync` and
//! `sync_folder` have said yes to, the system has handed to the disk.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError},
    io::{self, ErrorKind, Read, Seek, Write},
    path::{Path, PathBuf},
};

use bot_journal::{Disk, DiskError};

/// The file whose lock says that the folder is in use. It stays when the process ends; the lock
/// does not.
const LOCK: &str = "lock";
/// The most that is read of what another process has left in the lock.
const HOLDER_MAX: u64 = 20;

/// A folder that is locked for this process.
#[derive(Debug)]
pub struct RealDisk {
    folder: PathBuf,
    /// Keeps the lock.
    _lock: File,
    /// The file that was written last. It stays open: a system tells of a failed write to whoever
    /// had the file open, once.
    open: Option<(String, File)>,
}

/// Why a folder cannot be used, sorted by what to do next.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    // Stop the other one.
    /// Another process uses it.
    #[error(
        "another bot uses {} (process {holder}): stop it first, or use another data folder",
        folder.display()
    )]
    InUse {
        /// Which folder.
        folder: PathBuf,
        /// The number of that process, if it has left one.
        holder: String,
    },
    // Correct the path or the rights.
    /// It cannot be made, opened or kept from others.
    #[error("cannot use {}: {error}; check the path and who may use it", folder.display())]
    Unusable {
        /// Which folder.
        folder: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl RealDisk {
    /// Makes the folder if there is none, keeps others out of it, and locks it.
    pub fn open(folder: &Path) -> Result<Self, LockError> {
        let unusable = |error| LockError::Unusable { folder: folder.to_owned(), error };
        let mut lock = lock_file(folder).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let folder = folder.to_owned();
                return Err(LockError::InUse { folder, holder: holder(&mut lock) });
            }
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        sign(&mut lock).map_err(unusable)?;
        Ok(Self { folder: folder.to_owned(), _lock: lock, open: None })
    }

    fn path(&self, name: &str) -> PathBuf {
        assert!(Path::new(name).file_name().is_some_and(|it| it == name), "a name has no path");
        self.folder.join(name)
    }

    /// The file, to write at its end and to sync.
    fn file(&mut self, name: &str) -> Result<&mut File, DiskError> {
        let is_open = self.open.as_ref().is_some_and(|(known, _)| known == name);
        if !is_open {
            let file =
                OpenOptions::new().append(true).open(self.path(name)).map_err(named(name))?;
            self.open = Some((name.to_owned(), file));
        }
        let (_, file) = self.open.as_mut().expect("it was opened above");
        Ok(file)
    }

    /// Closes the file whose name changes its meaning.
    fn close(&mut self, name: &str) {
        self.open.take_if(|(known, _)| known == name);
    }
}

impl Disk for RealDisk {
    fn list(&mut self) -> Result<Vec<String>, DiskError> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(named("."))? {
            // What has no proper name is not ours.
            if let Ok(name) = entry.map_err(named("."))?.file_name().into_string()
                && name != LOCK
            {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn read(&mut self, name: &str) -> Result<Vec<u8>, DiskError> {
        read(&self.folder, name)
    }

    fn create(&mut self, name: &str) -> Result<(), DiskError> {
        let mut options = private();
        let file = options.create_new(true).open(self.path(name)).map_err(named(name))?;
        self.open = Some((name.to_owned(), file));
        Ok(())
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
        write_whole(self.file(name)?, bytes, name)
    }

    fn truncate(&mut self, name: &str, length: u64) -> Result<(), DiskError> {
        self.file(name)?.set_len(length).map_err(named(name))
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        self.close(from);
        self.close(to);
        fs::rename(self.path(from), self.path(to)).map_err(named(from))
    }

    fn remove(&mut self, name: &str) -> Result<(), DiskError> {
        self.close(name);
        fs::remove_file(self.path(name)).map_err(named(name))
    }

    fn sync(&mut self, name: &str) -> Result<(), DiskError> {
        self.file(name)?.sync_data().map_err(named(name))
    }

    #[cfg(unix)]
    fn sync_folder(&mut self) -> Result<(), DiskError> {
        let folder = OpenOptions::new().read(true).open(&self.folder).map_err(named("."))?;
        folder.sync_all().map_err(named("."))
    }

    // Elsewhere a folder cannot be synced; its names are the file system's own affair.
    #[cfg(not(unix))]
    fn sync_folder(&mut self) -> Result<(), DiskError> {
        Ok(())
    }
}

/// Writes all bytes, or says how many were taken where the system gives no reason.
fn write_whole(to: &mut impl Write, bytes: &[u8], name: &str) -> Result<(), DiskError> {
    let mut written = 0;
    while written < bytes.len() {
        match to.write(&bytes[written..]) {
            Ok(0) => {
                let (written, wanted) = (written as u64, bytes.len() as u64);
                return Err(DiskError::Short { written, wanted });
            }
            Ok(taken) => written += taken,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(named(name)(error)),
        }
    }
    Ok(())
}

/// An error of the system, by what to do next.
#[expect(clippy::wildcard_enum_match_arm, reason = "the system's kinds of errors are not ours")]
fn named(name: &str) -> impl FnOnce(io::Error) -> DiskError {
    let name = name.to_owned();
    move |error| match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            DiskError::Full
        }
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => DiskError::ReadOnly,
        ErrorKind::NotFound => DiskError::Missing(name),
        ErrorKind::AlreadyExists => DiskError::Exists(name),
        _ => DiskError::Failed(format!("{name}: {error}")),
    }
}

/// The lock's file in a folder that only its owner may use.
fn lock_file(folder: &Path) -> io::Result<File> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    // One that was there before may have other rights.
    restrict(folder)?;
    private().read(true).create(true).open(folder.join(LOCK))
}

#[cfg(unix)]
fn restrict(folder: &Path) -> io::Result<()> {
    let rights = <Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o700);
    fs::set_permissions(folder, rights)
}

#[cfg(not(unix))]
fn restrict(_: &Path) -> io::Result<()> {
    Ok(())
}

/// How files are made that nobody else may read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Leaves our number for whoever comes next.
fn sign(lock: &mut File) -> io::Result<()> {
    lock.set_len(0)?;
    write!(lock, "{}", std::process::id())
}

/// The number that the other process has left.
fn holder(lock: &mut File) -> String {
    let mut text = String::new();
    let read = lock.rewind().and_then(|()| lock.take(HOLDER_MAX).read_to_string(&mut text));
    if read.is_ok() && !text.is_empty() { text } else { "unknown".to_owned() }
}

/// A whole file of a folder.
#[expect(clippy::disallowed_methods, reason = "this is the edge")]
pub(crate) fn read(folder: &Path, name: &str) -> Result<Vec<u8>, DiskError> {
    fs::read(folder.join(name)).map_err(named(name))
}

#[cfg(test)]
mod tests;
