//! What can be wrong with a file of candles, where it is wrong, and what to do next.
//!
//! The four kinds are sorted by what the caller does next: name another path, ask for something
//! else, fetch or unpack the archive again, mend or convert the file. Each message is one line.

use std::fmt;

mod archive_fault;
mod content_fault;
mod path_fault;
mod request_fault;

pub use self::{
    archive_fault::ArchiveFault,
    content_fault::ContentFault,
    path_fault::{Format, PathFault},
    request_fault::RequestFault,
};

/// Where Kraken offers its candles.
pub(crate) const ARCHIVE_PAGE: &str = "https://support.kraken.com/articles/360047124832";
/// Longest text of a file that is repeated in a message.
const SHOWN_CHARACTERS_MAX: usize = 40;

/// A file of candles that cannot be used: where, what, and in [`ReadError::hint`] what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}{fault}")]
pub struct ReadError {
    /// Where it is wrong.
    pub place: Box<Place>,
    /// What is wrong.
    pub fault: Box<Fault>,
}

/// A place in a file, as exact as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file or folder.
    pub file: String,
    /// The file inside it, when it is an archive.
    pub member: Option<String>,
    /// The line, from 1.
    pub line: Option<u64>,
    /// The column.
    pub column: Option<Column>,
}

/// A column of a file of candles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// When the interval began, in seconds since the Unix epoch.
    Timestamp,
    /// The first price.
    Open,
    /// The highest price.
    High,
    /// The lowest price.
    Low,
    /// The last price.
    Close,
    /// Base asset traded.
    Volume,
    /// Number of trades.
    Trades,
}

/// What is wrong, sorted by what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Name another path.
    #[error(transparent)]
    Path(#[from] PathFault),
    /// Ask for another pair, interval or range.
    #[error(transparent)]
    Request(#[from] RequestFault),
    /// Fetch the archive again, or unpack it in another way.
    #[error(transparent)]
    Archive(#[from] ArchiveFault),
    /// Mend or convert the file.
    #[error(transparent)]
    Content(#[from] ContentFault),
}

impl ReadError {
    /// `fault` at `place`.
    pub fn new(place: Place, fault: impl Into<Fault>) -> Self {
        Self { place: Box::new(place), fault: Box::new(fault.into()) }
    }

    /// What to do next.
    pub fn hint(&self) -> String {
        match self.fault.as_ref() {
            Fault::Path(fault) => fault.hint(),
            Fault::Request(fault) => fault.hint(),
            Fault::Archive(fault) => fault.hint(),
            Fault::Content(fault) => fault.hint(),
        }
    }
}

impl Place {
    /// A file as a whole.
    pub fn file(file: &str) -> Self {
        Self { file: one_line(file), member: None, line: None, column: None }
    }

    /// A file inside an archive as a whole.
    pub fn member(archive: &str, member: &str) -> Self {
        Self { member: Some(one_line(member)), ..Self::file(archive) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(member) = &self.member {
            write!(f, ": {member}")?;
        }
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ": {column}")?;
        }
        f.write_str(": ")
    }
}

impl Column {
    /// All of them, in the order of the file.
    pub const ALL: [Self; 7] = [
        Self::Timestamp,
        Self::Open,
        Self::High,
        Self::Low,
        Self::Close,
        Self::Volume,
        Self::Trades,
    ];

    /// Its number, from 1.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }

    /// Its name, as in Kraken's description of the archive.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Timestamp => "timestamp",
            Self::Open => "open",
            Self::High => "high",
            Self::Low => "low",
            Self::Close => "close",
            Self::Volume => "volume",
            Self::Trades => "trades",
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {} ({})", self.number(), self.name())
    }
}

/// Bytes of a file, fit for a message: escaped, and cut when there are many.
pub(crate) fn shown(bytes: &[u8]) -> String {
    // One more than is shown, to know whether there is more.
    let start = &bytes[..bytes.len().min(SHOWN_CHARACTERS_MAX + 1)];
    let escaped = start.escape_ascii().to_string();
    if escaped.len() <= SHOWN_CHARACTERS_MAX {
        return escaped;
    }
    format!("{}…", &escaped[..SHOWN_CHARACTERS_MAX])
}

/// A name from the file system or an archive with nothing in it that moves a cursor.
pub(crate) fn one_line(name: &str) -> String {
    let mut line = String::new();
    for c in name.chars() {
        if c.is_control() { line.extend(c.escape_default()) } else { line.push(c) }
    }
    line
}

#[cfg(test)]
mod tests;
