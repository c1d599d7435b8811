//! Arrow IPC files of a fixed form: uncompressed batches that pandas, Polars and `DuckDB` read, and
//! that we read without decoding.
//!
//! The form is that of <https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format> (read
//! on 2026-11-22). The footer carries a CRC-32 of every batch under a name of ours, so what is
//! read is what was written, or an error.

mod fault;
mod metadata;
mod reader;
mod writer;

pub use self::fault::PartFault;
pub(crate) use self::{
    reader::PartReader,
    writer::{PartWriter, Written},
};

/// The first and, with two zeros less, the last bytes of a file.
const MAGIC: &[u8; 6] = b"ARROW1";
/// Where everything begins, so that columns can be used where they lie.
const ALIGNMENT: usize = 64;
/// The most rows of one batch.
pub(crate) const BATCH_ROWS_MAX: usize = 1 << 16;
/// The longest footer that is looked at.
const FOOTER_BYTES_MAX: u64 = 1 << 20;
/// The name of the checksums in the footer.
const CHECKSUMS: &str = "slackwater.crc32";

/// How many bytes are missing up to the next multiple of the alignment.
const fn padding(bytes: usize) -> usize {
    (ALIGNMENT - bytes % ALIGNMENT) % ALIGNMENT
}

#[cfg(test)]
mod tests;
