//! What can be wrong with a part.

use std::io;

/// Why a file is not a part that was written whole and left alone.
#[derive(Debug, thiserror::Error)]
pub enum PartFault {
    /// The disk would not give it.
    #[error("it cannot be read: {0}")]
    Disk(io::Error),
    /// It ends too early, or too late.
    #[error("it has {actual} bytes where {promised} are needed")]
    Length {
        /// Bytes that are there.
        actual: u64,
        /// Bytes that should be there.
        promised: u64,
    },
    /// It does not end like an Arrow file.
    #[error("it does not end like an Arrow file")]
    NotArrow,
    /// Its footer makes no sense.
    #[error("its footer is damaged: {0}")]
    Footer(String),
    /// Its columns are others.
    #[error("its columns are not {wanted}")]
    Columns {
        /// The columns that it should have.
        wanted: String,
    },
    /// A batch does not say what the footer says of it.
    #[error("batch {batch} is damaged: {what}")]
    Batch {
        /// Which, from 0.
        batch: usize,
        /// What is wrong.
        what: String,
    },
    /// Bytes have changed since they were written.
    #[error(
        "batch {batch} has changed since it was written: checksum {actual:08x}, not {promised:08x}"
    )]
    Checksum {
        /// Which batch, from 0.
        batch: usize,
        /// What the bytes give.
        actual: u32,
        /// What was noted when they were written.
        promised: u32,
    },
    /// Rows that cannot follow each other, or that are none.
    #[error("row {row} of batch {batch}: {what}")]
    Row {
        /// Which batch, from 0.
        batch: usize,
        /// Which row of it, from 0.
        row: usize,
        /// What is wrong.
        what: String,
    },
    /// It is not the part that the manifest speaks of.
    #[error("it has {what}, and the manifest says otherwise")]
    Manifest {
        /// What it has.
        what: String,
    },
    /// Its hash is another, though everything that is read of it is right.
    #[error("its bytes have changed since they were written (SHA-256)")]
    Hash,
}
