//! The one place of the store that touches the disk.
//!
//! **Law.** A file that others look at is replaced whole or not at all: it is written under another
//! name, synced, and renamed.

use std::{
    fs::{self, File, TryLockError},
    io::{self, BufWriter, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use crate::error::StoreError;

/// What a file is called until it is whole.
pub(crate) const UNFINISHED: &str = ".new";

/// How much is gathered before it is written.
const BUFFER_BYTES: usize = 1 << 18;

/// An error of the disk, with what was tried.
pub(crate) fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    move |error| StoreError::Disk { doing, path: path.to_owned(), error }
}

#[expect(clippy::disallowed_methods, reason = "the one place of the store that opens files")]
pub(crate) fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// The bytes of a file that is not larger than so, or nothing when there is none.
pub(crate) fn read_if_any(path: &Path, bytes_max: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(bytes_max + 1).read_to_end(&mut bytes)?;
    if bytes_max < bytes.len() as u64 {
        return Err(io::Error::new(ErrorKind::InvalidData, "it is larger than it can be"));
    }
    Ok(Some(bytes))
}

/// A file that goes away again unless it is kept.
#[derive(Debug)]
pub(crate) struct NewFile {
    path: PathBuf,
    is_kept: bool,
}

impl NewFile {
    /// Begins the file that is to be called `path` some day.
    #[expect(clippy::disallowed_methods, reason = "the one place of the store that makes files")]
    pub(crate) fn create(path: &Path) -> Result<(Self, BufWriter<File>), StoreError> {
        let mut name = path.as_os_str().to_owned();
        name.push(UNFINISHED);
        let path = PathBuf::from(name);
        let file = File::create(&path).map_err(failed("write", &path))?;
        Ok((Self { path, is_kept: false }, BufWriter::with_capacity(BUFFER_BYTES, file)))
    }

    /// Where it is now.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the file its name, once all of it is on the disk. The name itself is durable when the
    /// folder is synced.
    pub(crate) fn keep(mut self, written: BufWriter<File>, path: &Path) -> Result<(), StoreError> {
        let file = written.into_inner().map_err(io::IntoInnerError::into_error);
        file.and_then(|file| file.sync_all()).map_err(failed("write", &self.path))?;
        fs::rename(&self.path, path).map_err(failed("write", path))?;
        self.is_kept = true;
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_kept {
            // What stays is removed by the next one who writes.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Puts a file in the place of an old one, durably.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let (new, mut file) = NewFile::create(path)?;
    file.write_all(bytes).map_err(failed("write", path))?;
    new.keep(file, path)?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Makes names in a folder durable.
#[cfg(unix)]
pub(crate) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    open(path).and_then(|folder| folder.sync_all()).map_err(failed("write", path))
}

/// Other systems cannot, and do it by themselves.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

/// Makes a folder and those it lies in.
pub(crate) fn create_folder(path: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(path).map_err(failed("create", path))
}

/// The names in a folder, sorted; none when there is no folder. Names that are no text are not
/// ours.
pub(crate) fn names(folder: &Path) -> Result<Vec<String>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries.collect::<io::Result<Vec<_>>>(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => Err(error),
    };
    let entries = entries.map_err(failed("read", folder))?;
    let mut names: Vec<String> =
        entries.into_iter().filter_map(|it| it.file_name().into_string().ok()).collect();
    names.sort();
    Ok(names)
}

/// Removes a file that nobody needs any more. One that stays is removed another time.
pub(crate) fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}

/// Holds everybody else who would write off, until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    pub(crate) fn take(path: &Path) -> Result<Self, StoreError> {
        let file = File::options().create(true).truncate(false).write(true).open(path);
        let file = file.map_err(failed("write", path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy { path: path.to_owned() }),
            Err(TryLockError::Error(error)) => Err(failed("lock", path)(error)),
        }
    }
}
