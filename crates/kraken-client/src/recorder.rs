//! Writes down every frame that came and went, one JSON line each. A token of a private connection
//! is cut out of a frame before anything is written.
//!
//! A line: `{"at":<nanoseconds>,"connection":3,"way":"received","frame":{…}}`. A frame that is no
//! JSON stands there as a text.

mod redaction;

use std::{
    borrow::Cow,
    fs::File,
    io::{BufWriter, Write},
    path::PathBuf,
};

use trading_types::Timestamp;

use self::redaction::Redaction;
use crate::files::{self, FileError};

/// How long a file may become unless told otherwise.
const FILE_BYTES_MAX: u64 = 256 << 20;
/// How every line begins.
const LINE_BEGINS: &str = "{\"at\":";
/// How many full files are kept unless told otherwise.
const FILES_MAX: u32 = 8;

/// Where frames are recorded, and how much of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecorderSettings {
    /// The newest file. Older ones have `.1`, `.2` and so on after its name.
    pub path: PathBuf,
    /// A file that is longer is put aside.
    pub file_bytes_max: u64,
    /// How many files that were put aside are kept.
    pub files_max: u32,
}

/// Which way a frame went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From us to Kraken.
    Sent,
    /// From Kraken to us.
    Received,
}

/// Records frames. What it holds back is written when it is dropped or told to.
#[derive(Debug)]
pub struct Recorder {
    settings: RecorderSettings,
    file: BufWriter<File>,
    bytes: u64,
}

impl RecorderSettings {
    /// Records to this file and eight older ones of 256 MiB each.
    pub const fn new(path: PathBuf) -> Self {
        Self { path, file_bytes_max: FILE_BYTES_MAX, files_max: FILES_MAX }
    }
}

impl Recorder {
    /// Goes on where the newest file ends. What a crash left of its last line is no frame and goes.
    pub fn open(settings: RecorderSettings) -> Result<Self, FileError> {
        files::cut_torn_line(&settings.path, LINE_BEGINS.as_bytes())?;
        let (file, bytes) = files::open_to_append(&settings.path)?;
        Ok(Self { settings, file: BufWriter::new(file), bytes })
    }

    /// Records a frame.
    pub fn record(
        &mut self,
        connection: u64,
        way: Way,
        frame: &str,
        now: Timestamp,
    ) -> Result<(), FileError> {
        let line = line(connection, way, frame, now);
        if 0 < self.bytes && self.settings.file_bytes_max < self.bytes + line.len() as u64 {
            self.put_aside()?;
        }
        self.write(|file| file.write_all(line.as_bytes()))?;
        self.bytes += line.len() as u64;
        Ok(())
    }

    /// Hands what was held back to the system.
    pub fn flush(&mut self) -> Result<(), FileError> {
        self.write(Write::flush)
    }

    fn write(
        &mut self,
        write: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
    ) -> Result<(), FileError> {
        let path = &self.settings.path;
        write(&mut self.file).map_err(|error| FileError {
            doing: "write",
            path: path.clone(),
            error,
        })
    }

    fn put_aside(&mut self) -> Result<(), FileError> {
        self.flush()?;
        for number in (0..self.settings.files_max).rev() {
            files::rename(&self.numbered(number), &self.numbered(number + 1))?;
        }
        if self.settings.files_max == 0 {
            files::replace(&self.settings.path, b"")?;
        }
        let (file, bytes) = files::open_to_append(&self.settings.path)?;
        (self.file, self.bytes) = (BufWriter::new(file), bytes);
        Ok(())
    }

    fn numbered(&self, number: u32) -> PathBuf {
        let mut path = self.settings.path.clone().into_os_string();
        if 0 < number {
            path.push(format!(".{number}"));
        }
        path.into()
    }
}

fn line(connection: u64, way: Way, frame: &str, now: Timestamp) -> String {
    let (at, way) = (now.nanos(), way.name());
    let frame = shown(frame);
    format!("{LINE_BEGINS}{at},\"connection\":{connection},\"way\":\"{way}\",\"frame\":{frame}}}\n")
}

/// The frame as JSON on one line, without secrets.
fn shown(frame: &str) -> Cow<'_, str> {
    match redaction::redact(frame) {
        Redaction::Json(json) => json,
        Redaction::Text => quoted(frame).into(),
        Redaction::Hidden => quoted(&format!("({} bytes, not shown)", frame.len())).into(),
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is always JSON")
}

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Received => "received",
        }
    }
}

#[cfg(test)]
mod tests;
