//! The files this crate keeps: replaced whole or not at all, and readable by their owner only.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, ErrorKind, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

/// The longest line whose beginning is looked for.
const LINE_BYTES_MAX: u64 = 1 << 24;

/// A file that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {}: {error}; check the path, who may use it, and the disk", path.display())]
pub struct FileError {
    /// What was tried.
    pub doing: &'static str,
    /// Which file.
    pub path: PathBuf,
    /// What the system said.
    pub error: io::Error,
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    move |error| FileError { doing, path: path.to_owned(), error }
}

/// Puts a new file in the place of an old one, so that after a crash there is the one or the
/// other.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let folder = folder_of(path);
    create_folder(&folder)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = folder.join(name);
    // What a crash left there has perhaps other rights.
    remove_if_any(&new).map_err(failed("write", &new))?;
    let mut file = private().create_new(true).open(&new).map_err(failed("write", &new))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed("write", &new))?;
    fs::rename(&new, path).map_err(failed("write", path))?;
    sync_folder(&folder).map_err(failed("write", &folder))
}

/// A file's bytes, or nothing when there is none.
pub(crate) fn read_if_any(path: &Path, bytes_max: u64) -> Result<Option<Vec<u8>>, FileError> {
    let file = match OpenOptions::new().read(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path)(error)),
    };
    let mut bytes = Vec::new();
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(failed("read", path))?;
    if bytes_max < bytes.len() as u64 {
        let error = io::Error::new(ErrorKind::FileTooLarge, "it is larger than it can be");
        return Err(failed("read", path)(error));
    }
    Ok(Some(bytes))
}

/// A file to write on at its end, and how long it is.
pub(crate) fn open_to_append(path: &Path) -> Result<(File, u64), FileError> {
    create_folder(&folder_of(path))?;
    let open = || {
        let file = private().append(true).create(true).open(path)?;
        // One that was there before may have other rights.
        restrict(&file)?;
        let length = file.metadata()?.len();
        Ok((file, length))
    };
    open().map_err(failed("write", path))
}

/// Takes away a last line without an end, which a crash or a full disk left, if it begins so.
pub(crate) fn cut_torn_line(path: &Path, begin: &[u8]) -> Result<(), FileError> {
    let cut = || -> io::Result<()> {
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        let (length, is_file) = file.metadata().map(|it| (it.len(), it.is_file()))?;
        if !is_file {
            return Ok(());
        }
        let mut tail = Vec::new();
        file.seek(SeekFrom::Start(length.saturating_sub(LINE_BYTES_MAX)))?;
        file.read_to_end(&mut tail)?;
        let after_end = tail.iter().rposition(|it| *it == b'\n').map(|at| at + 1);
        let start = after_end.unwrap_or(0);
        let is_whole = after_end.is_some() || length <= LINE_BYTES_MAX;
        if is_whole && tail[start..].starts_with(begin) {
            file.set_len(length - (tail.len() - start) as u64)?;
        }
        Ok(())
    };
    match cut() {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed("write", path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Gives a file another name; one that has it goes away.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), FileError> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed("rename", from)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        Some(_) | None => PathBuf::from("."),
    }
}

fn create_folder(folder: &Path) -> Result<(), FileError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(failed("create", folder))
}

fn remove_if_any(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// How files are opened that nobody else may read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
fn restrict(file: &File) -> io::Result<()> {
    file.set_permissions(<Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o600))
}

#[cfg(not(unix))]
fn restrict(_: &File) -> io::Result<()> {
    Ok(())
}

/// A new name is durable once its folder is.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    OpenOptions::new().read(true).open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
