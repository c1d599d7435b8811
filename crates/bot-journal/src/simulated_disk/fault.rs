//! What went wrong on a simulated disk, by name, so that a simulation can count it.

use std::fmt;

/// Something that went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// An append did not fit.
    Full,
    /// A change was refused.
    ReadOnly,
    /// An append took fewer bytes than it was given.
    ShortWrite,
    /// A sync failed.
    SyncFailed,
    /// A sync did nothing and said yes.
    SyncLied,
    /// An operation met a machine without power.
    PowerCut,
    /// A crash took bytes that were not synced.
    WritesLost,
    /// A crash tore bytes that were not synced.
    WritesTorn,
    /// A crash kept some sectors that were not synced and lost others before them.
    WritesReordered,
    /// A crash undid a change of a name that was not synced.
    NamesLost,
    /// A bit changed.
    BitFlipped,
    /// A page became zeros.
    PageZeroed,
    /// A file was cut off.
    Shortened,
    /// A file went away.
    FileLost,
    /// An older copy took a file's place.
    OlderCopy,
    /// Two files took each other's names.
    Swapped,
}

impl Fault {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "disk_full",
            Self::ReadOnly => "disk_read_only",
            Self::ShortWrite => "short_write",
            Self::SyncFailed => "sync_failed",
            Self::SyncLied => "sync_lied",
            Self::PowerCut => "power_cut",
            Self::WritesLost => "writes_lost",
            Self::WritesTorn => "writes_torn",
            Self::WritesReordered => "writes_reordered",
            Self::NamesLost => "names_lost",
            Self::BitFlipped => "bit_flipped",
            Self::PageZeroed => "page_zeroed",
            Self::Shortened => "file_shortened",
            Self::FileLost => "file_lost",
            Self::OlderCopy => "older_copy",
            Self::Swapped => "files_swapped",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
