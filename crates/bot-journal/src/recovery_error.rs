//! Why a journal is not to be gone on with.
//!
//! **Law.** Each error says what to do next, and nothing was changed on the disk, except where the
//! disk itself failed.

use crate::{
    damage::Damage,
    disk::DiskError,
    segment::{FORMAT, name_of},
};

/// What a person does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Put the disk right (room, rights, the cable), then start again.
    MendDisk,
    /// Use the folder of this account, or this folder's key.
    UseOtherFolder,
    /// Use the version that wrote it, or a newer one.
    UseOtherVersion,
    /// Put the files back that are missing, mixed up or older than they were. Without them, rebuild
    /// from the venue.
    RestoreFiles,
    /// The journal cannot be trusted from there on: restore it from a copy, or set it aside and
    /// rebuild from the venue what it said.
    RebuildFromVenue,
}

/// Why recovery stopped, sorted by what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryError {
    // Put the disk right.
    /// The disk did not do what was asked.
    #[error("the journal cannot be read or put in order: {0}")]
    Disk(#[from] DiskError),

    // Use another folder or key.
    /// It is about another account.
    #[error(
        "`{}` is the journal of another account: use that account's key, or another folder",
        name_of(*segment)
    )]
    OtherAccount {
        /// In which segment.
        segment: u32,
    },

    // Use another version.
    /// Written by another version.
    #[error(
        "`{}` has format {format}, and this version reads format {FORMAT}: use the version that \
         wrote it",
        name_of(*segment)
    )]
    OtherFormat {
        /// In which segment.
        segment: u32,
        /// Its format.
        format: u32,
    },
    /// A whole record that nobody here can read.
    #[error(
        "record {sequence} has kind {kind}, which this version does not know: use the version \
         that wrote it"
    )]
    UnknownKind {
        /// Which record.
        sequence: u64,
        /// Its kind.
        kind: u8,
    },

    // Put the files back.
    /// A segment is not there, and a later one is.
    #[error("`{}` is missing: put it back", name_of(*segment))]
    MissingSegment {
        /// Which.
        segment: u32,
    },
    /// A segment has another's name.
    #[error("`{}` is segment {says}: give the files their own names back", name_of(*segment))]
    Misplaced {
        /// The number in its name.
        segment: u32,
        /// The number in its header.
        says: u32,
    },
    /// A segment was longer when the next one began: it is an older copy, or its end is gone.
    #[error(
        "`{}` ends with record {has}, and had {had} when the next segment began: put back the \
         newest copy",
        name_of(*segment)
    )]
    Shortened {
        /// Which.
        segment: u32,
        /// The last record it has.
        has: u64,
        /// The last record it had.
        had: u64,
    },
    /// A segment goes on from other records than those before it.
    #[error(
        "`{}` does not go on from the one before: put back copies of one journal",
        name_of(*segment)
    )]
    OtherHistory {
        /// Which.
        segment: u32,
    },
    /// The journal ends before what had been acknowledged.
    #[error(
        "the journal ends with record {has}, and record {seen} had been written for good: put \
         back its newest copy, or rebuild from the venue"
    )]
    Lost {
        /// The last record it has.
        has: u64,
        /// The last record that was acknowledged.
        seen: u64,
    },
    /// The journal is not the one that was witnessed.
    #[error("record {sequence} is not the one that had been written: put back the right journal")]
    NotWitnessed {
        /// Which record.
        sequence: u64,
    },

    // Restore a copy, or rebuild.
    /// A header is not what was written.
    #[error("the header of `{}` is damaged: restore a copy, or rebuild", name_of(*segment))]
    DamagedHeader {
        /// In which segment.
        segment: u32,
    },
    /// A record is not what was written.
    #[error(
        "record {sequence} is damaged, in `{}` at byte {at} ({damage}): restore a copy, or rebuild",
        name_of(*segment)
    )]
    Damaged {
        /// In which segment.
        segment: u32,
        /// Where the record begins.
        at: usize,
        /// Which record it was.
        sequence: u64,
        /// How it shows.
        damage: Damage,
    },
}

impl RecoveryError {
    /// What a person does about it.
    pub const fn advice(&self) -> Advice {
        match self {
            Self::Disk(_) => Advice::MendDisk,
            Self::OtherAccount { .. } => Advice::UseOtherFolder,
            Self::OtherFormat { .. } | Self::UnknownKind { .. } => Advice::UseOtherVersion,
            Self::MissingSegment { .. }
            | Self::Misplaced { .. }
            | Self::Shortened { .. }
            | Self::OtherHistory { .. }
            | Self::Lost { .. }
            | Self::NotWitnessed { .. } => Advice::RestoreFiles,
            Self::DamagedHeader { .. } | Self::Damaged { .. } => Advice::RebuildFromVenue,
        }
    }
}
