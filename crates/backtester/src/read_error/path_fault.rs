//! A path that does not lead to candles: the caller names another one.

use std::io;

use super::ARCHIVE_PAGE;

/// Why nothing can be read at a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// Nothing is there.
    #[error("no such file or folder")]
    NotFound,
    /// The operating system refuses.
    #[error("no permission to read it")]
    NotPermitted,
    /// A folder or a device stands where a file is needed.
    #[error("it is not a file")]
    NotAFile,
    /// Reading failed.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// Its first bytes are those of another kind of file.
    #[error("{0}")]
    OtherFormat(Format),
}

/// A kind of file that people have by mistake where candles are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Format {
    /// A packed file other than ZIP.
    #[error("it is packed with gzip")]
    Gzip,
    /// The page around a download.
    #[error("it is a web page")]
    WebPage,
    /// What a spreadsheet writes as Unicode text.
    #[error("it is text in UTF-16")]
    Utf16,
}

impl Format {
    /// The kind of file that begins with these bytes, where it is one of those.
    pub(crate) fn of(start: &[u8]) -> Option<Self> {
        match start {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some(Self::Utf16),
            [b'<', ..] => Some(Self::WebPage),
            _ => None,
        }
    }
}

impl PathFault {
    /// What the operating system says, in the words of this table.
    pub(crate) fn from_io(error: &io::Error) -> Self {
        // There are dozens of kinds and more to come; these are the ones with advice of their own.
        let kind = error.kind();
        if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&kind) {
            Self::NotFound
        } else if kind == io::ErrorKind::PermissionDenied {
            Self::NotPermitted
        } else if kind == io::ErrorKind::IsADirectory {
            Self::NotAFile
        } else {
            Self::Unreadable(error.to_string())
        }
    }

    /// What to do next.
    pub(super) fn hint(&self) -> String {
        match self {
            Self::NotFound => {
                format!("check the path; Kraken offers its candles at {ARCHIVE_PAGE}")
            }
            Self::NotPermitted => "give your user the right to read it".to_owned(),
            Self::NotAFile => {
                "name a CSV file, a ZIP archive of Kraken's, or a folder of CSV files".to_owned()
            }
            Self::Unreadable(_) => "check the disk and try again".to_owned(),
            Self::OtherFormat(Format::Gzip) => "unpack it first, with gunzip".to_owned(),
            Self::OtherFormat(Format::WebPage) => {
                "the page was saved in place of the file: download it again in a browser".to_owned()
            }
            Self::OtherFormat(Format::Utf16) => "save it as plain CSV, in UTF-8".to_owned(),
        }
    }
}
