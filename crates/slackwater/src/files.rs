//! The one place of the command that touches files.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, BufReader, BufWriter, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use crate::failure::Failure;

/// The largest config file that is read.
const CONFIG_BYTES_MAX: u64 = 1 << 20;
/// The largest journal that is read at once.
const JOURNAL_BYTES_MAX: u64 = 4 << 30;

/// A failure that names the file and what to do.
pub(crate) fn failed(doing: &str, path: &Path, error: &io::Error) -> Failure {
    let hint = if error.kind() == ErrorKind::NotFound {
        "check the path; it is relative to where you are now"
    } else if error.kind() == ErrorKind::PermissionDenied {
        "check who may read and write there"
    } else if [ErrorKind::AlreadyExists, ErrorKind::NotADirectory].contains(&error.kind()) {
        "a file stands where a folder is needed; choose another path"
    } else if error.kind() == ErrorKind::IsADirectory {
        "this is a folder; name a file"
    } else {
        "check the path and the disk"
    };
    Failure::wrong_hint(format_args!("cannot {doing} {}: {error}", path.display()), hint)
}

/// A config file's text.
pub(crate) fn read_config(path: &Path) -> Result<String, Failure> {
    let bytes = read(path, CONFIG_BYTES_MAX)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::wrong_hint(
            format_args!("{}: not text (byte {at} is not UTF-8)", path.display()),
            "save the file as UTF-8 text",
        )
    })
}

/// A journal's bytes.
pub(crate) fn read_journal(path: &Path) -> Result<Vec<u8>, Failure> {
    read(path, JOURNAL_BYTES_MAX)
}

/// A file to be read as a stream.
#[expect(clippy::disallowed_methods, reason = "the one place of the command that reads files")]
pub(crate) fn open(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|error| failed("read", path, &error))
}

/// Whether a file begins with these bytes.
pub(crate) fn begins_with(path: &Path, bytes: &[u8]) -> Result<bool, Failure> {
    let mut head = Vec::new();
    let read = open(path)?.take(bytes.len() as u64).read_to_end(&mut head);
    read.map_err(|error| failed("read", path, &error))?;
    Ok(head == bytes)
}

#[expect(clippy::disallowed_methods, reason = "the one place of the command that reads files")]
fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Failure> {
    let failed = |error| failed("read", path, &error);
    let file = File::open(path).map_err(failed)?;
    // Devices and pipes tell no size, so it is counted and not asked for.
    let mut bytes = Vec::new();
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes_max < bytes.len() as u64 {
        let what = format!("{} has more than {bytes_max} bytes", path.display());
        return Err(Failure::wrong_hint(what, "check that this is the file you mean"));
    }
    Ok(bytes)
}

/// The names in a folder; those that are no text are not ours.
pub(crate) fn names(folder: &Path) -> io::Result<Vec<String>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    Ok(entries.into_iter().filter_map(|it| it.file_name().into_string().ok()).collect())
}

/// Whether two paths lead to the same file.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    one == other || real(one).is_some_and(|one| real(other) == Some(one))
}

/// A new file to write to; one that exists is replaced.
#[expect(clippy::disallowed_methods, reason = "the one place of the command that writes files")]
pub(crate) fn create(path: &Path) -> Result<BufWriter<File>, Failure> {
    create_folder_of(path)?;
    File::create(path).map(BufWriter::new).map_err(|error| failed("write", path, &error))
}

/// A file that takes its place in one step, once it is whole. Until then what stood there stays,
/// and when it fails there is no trace of it.
pub(crate) struct WholeFile {
    /// Its name, as given.
    path: PathBuf,
    to: BufWriter<File>,
    /// Where it grows, and the file it becomes; nothing where a device or a pipe is written to.
    grows: Option<(PathBuf, PathBuf)>,
}

impl WholeFile {
    /// Begins it, beside the file that it becomes.
    #[expect(clippy::disallowed_methods, reason = "the one place of the command that writes files")]
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        create_folder_of(path)?;
        let failed = |error| failed("write", path, &error);
        let place = place_of(path).map_err(failed)?;
        let to = place.as_ref().map_or(path, |(new, _)| new);
        let to = BufWriter::new(File::create(to).map_err(failed)?);
        Ok(Self { path: path.to_owned(), to, grows: place })
    }

    /// Puts it in its place.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let placed = self.to.flush().and_then(|()| self.place());
        placed.map_err(|error| failed("write", &self.path, &error))
    }

    fn place(&mut self) -> io::Result<()> {
        let Some((new, old)) = &self.grows else { return Ok(()) };
        self.to.get_ref().sync_all()?;
        fs::rename(new, old)?;
        self.grows = None;
        Ok(())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if let Some((new, _)) = &self.grows {
            // It was told already that the file could not be written.
            let _ = fs::remove_file(new);
        }
    }
}

/// Where a file grows and which it becomes; nothing for what cannot be replaced, as a device.
fn place_of(path: &Path) -> io::Result<Option<(PathBuf, PathBuf)>> {
    let old = match fs::canonicalize(path) {
        Ok(real) if !real.is_file() => return Ok(None),
        Ok(real) => {
            // What must not be written to is not replaced either.
            OpenOptions::new().append(true).open(&real)?;
            real
        }
        Err(_) => path.to_owned(),
    };
    let mut name = OsString::from(".");
    name.push(old.file_name().unwrap_or_default());
    name.push(".new");
    Ok(Some((old.with_file_name(name), old)))
}

/// Writes a whole file: it is there in full afterwards, or as it was before.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut file = WholeFile::create(path)?;
    write(path, &mut file, bytes)?;
    file.finish()
}

/// The folder of a file and those it lies in, where they are not there yet.
pub(crate) fn create_folder_of(path: &Path) -> Result<(), Failure> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    folder.map_or(Ok(()), create_folder)
}

/// A folder and those it lies in, where they are not there yet.
pub(crate) fn create_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(|error| failed("create", path, &error))
}

/// A file to be read, or nothing when there is none.
#[expect(clippy::disallowed_methods, reason = "the one place of the command that reads files")]
pub(crate) fn open_if_any(path: &Path) -> Result<Option<BufReader<File>>, Failure> {
    match File::open(path) {
        Ok(file) => Ok(Some(BufReader::new(file))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path, &error)),
    }
}

/// Removes a file that is not needed any more.
pub(crate) fn remove(path: &Path) -> Result<(), Failure> {
    fs::remove_file(path).map_err(|error| failed("remove", path, &error))
}

/// A new file with this text; one that exists is left alone.
pub(crate) fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    create_folder_of(path)?;
    let mut file = File::create_new(path).map_err(|error| {
        if error.kind() == ErrorKind::AlreadyExists {
            let what = format!("{} exists already", path.display());
            return Failure::wrong_hint(what, "choose another name, or remove it first");
        }
        failed("write", path, &error)
    })?;
    write(path, &mut file, text.as_bytes())
}

/// Appends to a file that [`create`] gave.
pub(crate) fn write(path: &Path, to: &mut impl Write, bytes: &[u8]) -> Result<(), Failure> {
    to.write_all(bytes).and_then(|()| to.flush()).map_err(|error| failed("write", path, &error))
}

#[cfg(test)]
mod tests;
