//! The durable journal: what the bot was told and wanted, in segments of checked and chained
//! records, on a disk that may lose, tear and reorder what was not synced.
//!
//! **Law.** Nothing here opens a file: a [`disk::Disk`] is an argument. What was acknowledged as
//! durable is found again after any crash; damage is found and named, never read over.

pub mod disk;
pub mod record;

pub use crate::{
    disk::{Disk, DiskError},
    record::RecordKind,
};
