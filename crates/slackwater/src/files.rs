//! The one place of the command that touches files.

use std::{
    fs::{self, File},
    io::{self, BufWriter, ErrorKind, Write},
    path::Path,
};

use crate::failure::Failure;

/// The largest config file that is read.
const CONFIG_BYTES_MAX: u64 = 1 << 20;
/// The largest journal that is read at once.
const JOURNAL_BYTES_MAX: u64 = 4 << 30;

fn failed(doing: &str, path: &Path, error: &io::Error) -> Failure {
    let hint = if error.kind() == ErrorKind::NotFound {
        "check the path; it is relative to where you are now"
    } else if error.kind() == ErrorKind::PermissionDenied {
        "check who may read and write there"
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

#[expect(clippy::disallowed_methods, reason = "the one place of the command that reads files")]
fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Failure> {
    let size = fs::metadata(path).map_err(|error| failed("read", path, &error))?.len();
    if bytes_max < size {
        let what = format!("{} has {size} bytes, more than {bytes_max}", path.display());
        return Err(Failure::wrong_hint(what, "check that this is the file you mean"));
    }
    fs::read(path).map_err(|error| failed("read", path, &error))
}

/// A new file to write to; one that exists is replaced.
#[expect(clippy::disallowed_methods, reason = "the one place of the command that writes files")]
pub(crate) fn create(path: &Path) -> Result<BufWriter<File>, Failure> {
    if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| failed("create", folder, &error))?;
    }
    File::create(path).map(BufWriter::new).map_err(|error| failed("write", path, &error))
}

/// A new file with this text; one that exists is left alone.
pub(crate) fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    if path.exists() {
        let what = format!("{} exists already", path.display());
        return Err(Failure::wrong_hint(what, "choose another name, or remove it first"));
    }
    write(path, &mut create(path)?, text.as_bytes())?;
    Ok(())
}

/// Appends to a file that [`create`] gave.
pub(crate) fn write(path: &Path, to: &mut impl Write, bytes: &[u8]) -> Result<(), Failure> {
    to.write_all(bytes).and_then(|()| to.flush()).map_err(|error| failed("write", path, &error))
}
