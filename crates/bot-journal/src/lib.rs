//! The durable journal: what the bot was told and wanted, in segments of checked and chained
//! records, on a disk that may lose, tear and reorder what was not synced.
//!
//! **Law.** Nothing here opens a file: a [`Disk`] is an argument. What was acknowledged as
//! durable is found again after any crash; damage is found and named, never read over.
//!
//! A story in four lines. [`recover`] reads all segments, proves every record and puts the end in
//! order. [`Records`] gives them out, from the beginning or from the last snapshot.
//! [`JournalWriter`] begins a new segment and adds to it: `append` gathers, `commit` writes and
//! syncs, and what it acknowledges is durable. [`Witness`] lets another file know how far that is.
//!
//! # What is found, and what is not
//!
//! | What happened to the files | What recovery says |
//! |---|---|
//! | the last commit was lost or torn before it was acknowledged | cut off and reported |
//! | something changed before the last commit | named |
//! | one bit changed, anywhere | named, with its place |
//! | more changed in the last commit, without leaving zeros or a shorter file | named |
//! | a file missing, swapped, older or shorter, except at the end | named |
//! | the end is gone, or zeros, as after a torn write | cut off; named with a [`Witness`] |
//!
//! The last row is what no file can know of itself: a disk that lied about a sync, or an older copy
//! of the last segment, looks like a commit that was never finished. A witness kept elsewhere knows
//! better.

mod bit_flips;
mod chain;
mod cursor;
mod damage;
mod disk;
mod examination;
#[cfg(test)]
mod fixture;
mod frame;
mod one_bit;
mod reader;
mod record;
mod recovery;
mod recovery_error;
mod segment;
mod simulated_disk;
mod snapshot;
mod survey;
mod witness;
mod writer;

pub use crate::{
    bit_flips::{Sweep, bit_flip_sweep},
    chain::Chain,
    damage::Damage,
    disk::{Disk, DiskError},
    examination::{Examined, Lanes, OneLane, Segment},
    reader::{Records, Start},
    record::{Record, RecordKind},
    recovery::{recover, recover_witnessed},
    recovery_error::{Advice, RecoveryError},
    segment::{Digest, Identity},
    simulated_disk::{CrashRule, Fault, SimulatedDisk},
    snapshot::Snapshot,
    survey::{Recovered, Torn, survey, survey_in},
    witness::Witness,
    writer::{JournalSettings, JournalWriter, WriteError},
};
