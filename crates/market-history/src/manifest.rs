//! What the store knows about a series without reading it, in one file that says the truth about
//! the parts beside it: the file is replaced last, and in one step.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use trading_types::Timestamp;

use crate::{
    disk::{self, failed},
    error::StoreError,
    gaps::{Gap, Gaps},
    hash::Hash,
    month::Month,
    series::SeriesName,
};

/// The name of the file.
pub(crate) const FILE: &str = "manifest.json";
/// The newest format of manifests and parts.
pub(crate) const FORMAT: u32 = 1;
/// The largest manifest that is read.
const BYTES_MAX: u64 = 64 << 20;

/// A series of the store: what it is, where it came from, its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format of this manifest and of the parts.
    pub format: u32,
    /// Which series.
    #[serde(flatten)]
    pub series: SeriesName,
    /// Where rows came from.
    pub sources: Vec<Source>,
    /// The parts, a month each, in order.
    pub parts: Vec<Part>,
}

/// A file or an interface that rows came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its name, with the archive it lies in.
    pub name: String,
    /// The hash of its text, after unpacking; nothing when it was no file.
    pub sha256: Option<Hash>,
    /// How many rows it had.
    pub rows: u64,
    /// How many of them were new.
    pub added: u64,
    /// How many took the place of others.
    pub replaced: u64,
    /// How many stored rows went away for it.
    pub removed: u64,
}

/// A month of a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which month.
    pub month: Month,
    /// The file beside the manifest.
    pub file: String,
    /// How many rows it has.
    pub rows: u64,
    /// The time of the first.
    pub first: Timestamp,
    /// The time of the last.
    pub last: Timestamp,
    /// Whether the venue's numbers are known of all rows.
    pub numbered: bool,
    /// How many intervals between the first and the last have no candle.
    pub missing: u64,
    /// Where they are: the hundred longest stretches.
    pub gaps: Vec<Gap>,
    /// How long the file is.
    pub bytes: u64,
    /// Its hash.
    pub sha256: Hash,
    /// Which of the sources it has rows of, by their place in the list.
    pub sources: Vec<usize>,
}

/// The file: the text of the manifest, and its hash.
#[derive(Serialize, Deserialize)]
struct Envelope {
    sha256: Hash,
    series: Box<RawValue>,
}

impl Manifest {
    /// A series without anything.
    pub(crate) const fn new(series: SeriesName) -> Self {
        Self { format: FORMAT, series, sources: Vec::new(), parts: Vec::new() }
    }

    /// The manifest in a folder, or nothing when there is none.
    pub(crate) fn load(folder: &Path) -> Result<Option<Self>, StoreError> {
        let path = folder.join(FILE);
        let bytes = disk::read_if_any(&path, BYTES_MAX).map_err(failed("read", &path))?;
        bytes.map(|bytes| Self::parse(&bytes, &path)).transpose()
    }

    pub(crate) fn parse(bytes: &[u8], path: &Path) -> Result<Self, StoreError> {
        let damaged = |what: String| StoreError::Manifest { path: path.to_owned(), what };
        let envelope: Envelope = serde_json::from_slice(bytes)
            .map_err(|error| damaged(format!("this is no manifest of a series: {error}")))?;
        let text = envelope.series.get();
        if Hash::of_bytes(text.as_bytes()) != envelope.sha256 {
            return Err(damaged("it has changed since it was written (SHA-256)".to_owned()));
        }
        let format: FormatOnly = serde_json::from_str(text)
            .map_err(|error| damaged(format!("this is no manifest of a series: {error}")))?;
        if FORMAT < format.format {
            let (found, known) = (format.format, FORMAT);
            return Err(StoreError::Newer { path: path.to_owned(), found, known });
        }
        let manifest: Self = serde_json::from_str(text)
            .map_err(|error| damaged(format!("this is no manifest of a series: {error}")))?;
        manifest.check().map_err(damaged)?;
        Ok(manifest)
    }

    /// Whether it can be true.
    fn check(&self) -> Result<(), String> {
        let mut before: Option<Month> = None;
        for part in &self.parts {
            let month = part.month;
            if before.is_some_and(|before| month <= before) {
                return Err(format!("the part of {month} is not after the one before it"));
            }
            let is_inside = Month::of(part.first) == month && Month::of(part.last) == month;
            if !is_inside || part.last < part.first || part.rows == 0 {
                return Err(format!("the part of {month} has no rows of that month"));
            }
            if !is_file_name(&part.file) {
                return Err(format!("the part of {month} has a file name that is none of ours"));
            }
            before = Some(month);
        }
        Ok(())
    }

    /// The bytes of its file.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let text = serde_json::to_string_pretty(self).expect("our values can be written as JSON");
        let sha256 = Hash::of_bytes(text.as_bytes());
        let series = RawValue::from_string(text).expect("what was written as JSON is JSON");
        let mut bytes = serde_json::to_vec_pretty(&Envelope { sha256, series })
            .expect("our values can be written as JSON");
        bytes.push(b'\n');
        bytes
    }

    /// Puts it in the place of the one in the folder, durably.
    pub(crate) fn save(&self, folder: &Path) -> Result<(), StoreError> {
        disk::replace(&folder.join(FILE), &self.encode())
    }

    /// How many rows there are.
    pub fn rows(&self) -> u64 {
        self.parts.iter().map(|part| part.rows).sum()
    }

    /// How many bytes the parts have.
    pub fn bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.bytes).sum()
    }

    /// The times of the first and the last row.
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        Some((self.parts.first()?.first, self.parts.last()?.last))
    }

    /// How many intervals between the first and the last have no candle, and where: the hundred
    /// longest stretches.
    pub fn missing(&self) -> (u64, Vec<Gap>) {
        let Some(step) = self.series.content.step_nanos() else { return (0, Vec::new()) };
        let mut gaps = Gaps::default();
        let mut end: Option<u64> = None;
        for part in &self.parts {
            let first = part.first.nanos();
            if let Some(end) = end.filter(|end| *end < first) {
                gaps.add(Gap { from: Timestamp::from_nanos(end), to: part.first }, step);
            }
            gaps.add_counted(part.missing, &part.gaps);
            end = Some(part.last.nanos() + step);
        }
        (gaps.missing, gaps.listed)
    }
}

#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

/// The name of the file of a month, the so-manieth time it is written.
pub(crate) fn part_name(month: Month, revision: u64) -> String {
    if revision == 0 { format!("{month}.arrow") } else { format!("{month}.r{revision}.arrow") }
}

/// Which time the file of a month was written, by its name.
pub(crate) fn revision(name: &str) -> Option<u64> {
    let (_, rest) = name.strip_suffix(".arrow")?.split_at_checked(7)?;
    if rest.is_empty() { Some(0) } else { rest.strip_prefix(".r")?.parse().ok() }
}

/// Whether a name is one of ours, and leads nowhere else.
fn is_file_name(name: &str) -> bool {
    let is_plain = name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'.' || it == b'-');
    is_plain && revision(name).is_some()
}

#[cfg(test)]
mod tests;
