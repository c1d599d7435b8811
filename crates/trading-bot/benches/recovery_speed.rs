//! How long a start takes before anything is asked of Kraken: a journal as the bot writes it, on
//! the disk, is proved, read from its last snapshot, and what it decided is decided again.
//!
//! The bot trades three pairs and writes what it writes. The journal ends just before the next
//! snapshot would come, so that no start reads more. The files are in the system's memory: what
//! the disk adds is not in the times. The segments are proved on all processors, so both times are
//! told.
//!
//! `cargo bench -p trading-bot --bench recovery_speed`. Under `cargo test` it runs on a small
//! journal and only shows that it still runs.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(clippy::float_arithmetic, reason = "times are floating")]

use std::path::Path;

use bot_journal::{
    Identity, JournalSettings, JournalWriter, RecordKind, Records, Start, recover,
    recover_witnessed,
};
use bot_machine::{Recovered, recovery::Recovery, settings::Times};
use rustix::time::{ClockId, Timespec, clock_gettime};
use trading_bot::{proof_threads::ProofThreads, real_disk::RealDisk};

use crate::table::{Table, make, processor_seconds};

#[path = "support/table.rs"]
mod table;

/// What the service has.
const SEGMENT_BYTES: u64 = 64 << 20;
const PAIRS: usize = 3;
/// Each measurement is the best of this many: the others were disturbed.
const RUNS: usize = 3;
const IDENTITY: Identity =
    Identity { account: [1; 32], binary: [2; 32], config: [3; 32], strategy: [4; 32] };

fn main() {
    // `cargo bench` adds `--bench`; `cargo test` adds nothing.
    let is_test = !std::env::args().any(|argument| argument == "--bench");
    let records = if is_test { 2_000 } else { wanted().unwrap_or(1_000_000) };
    let folder = tempfile::tempdir().expect("a folder");
    let begin = processor_seconds();
    let after = write(folder.path(), records);
    println!("{:.3} s to write", processor_seconds() - begin);
    println!("{after} records after the last snapshot");
    for what in [What::Proof, What::Reading, What::All] {
        let (mut processor, mut real) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..RUNS {
            let (computed, clock) = (processor_seconds(), clock_gettime(ClockId::Monotonic));
            let recovered = start(folder.path(), what);
            assert_eq!(recovered.is_some(), what == What::All, "it is all there");
            processor = processor.min(processor_seconds() - computed);
            let end = clock_gettime(ClockId::Monotonic);
            real = real.min(seconds(end) - seconds(clock));
        }
        println!("{real:.3} s ({processor:.3} s of the processors) to {}", what.words());
    }
}

#[expect(clippy::cast_precision_loss, reason = "times are approximate")]
fn seconds(time: Timespec) -> f64 {
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// How many records, where somebody says so behind the other words.
fn wanted() -> Option<u64> {
    std::env::args().filter_map(|argument| argument.parse().ok()).next_back()
}

/// How far a start goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Proof,
    Reading,
    All,
}

impl What {
    const fn words(self) -> &'static str {
        match self {
            Self::Proof => "prove the journal",
            Self::Reading => "prove it and read from the last snapshot",
            Self::All => "prove it, read it, and decide it all again: a start",
        }
    }
}

/// A journal of so many records or a few more, up to just before a snapshot; how many stand behind
/// the last one.
fn write(folder: &Path, wanted: u64) -> u64 {
    let mut disk = RealDisk::open(folder).expect("our folder");
    let fresh = recover(&mut disk, &IDENTITY).expect("it is empty");
    let settings = JournalSettings { identity: IDENTITY, segment_bytes: SEGMENT_BYTES };
    let mut writer = JournalWriter::new(disk, &fresh, settings);
    let mut table = Table::new(PAIRS);
    let (mut written, mut bytes, mut after, mut snapshots) = (0_u64, 0, 0_u64, 0);
    let every = Times::default().snapshot_every;
    while written < wanted || (every < wanted && after + 20 < every) {
        for (kind, payload) in table.records.drain(..) {
            bytes += payload.len();
            written += 1;
            after += 1;
            if kind == RecordKind::Snapshot {
                snapshots += payload.len();
                writer.append_snapshot(&payload, table.now).expect("it is small");
                after = 0;
            } else {
                writer.append(kind, &payload, table.now).expect("it is small");
            }
        }
        // A sync for each would measure the disk, and nobody waits for one here.
        if written % 1_000 < 5 {
            writer.commit().expect("the disk does not fail");
        }
        table.second();
    }
    writer.commit().expect("the disk does not fail");
    println!("{written} records, {bytes} bytes, {snapshots} of them in snapshots");
    after
}

fn start(folder: &Path, what: What) -> Option<Recovered> {
    let mut disk = RealDisk::open(folder).expect("our folder");
    let journal = recover_witnessed(&ProofThreads::of(folder), &mut disk, &IDENTITY, None)
        .expect("it is whole");
    if what == What::Proof {
        return None;
    }
    let mut recovery = Recovery::new(Times::default(), &make);
    let mut records = Records::new(&mut disk, &journal, Start::LastSnapshot).expect("it is whole");
    while let Some(record) = records.next_record().expect("it is whole") {
        let read = recovery.record(record.sequence, record.time, record.kind, record.payload);
        read.expect("our own record");
    }
    if what == What::Reading {
        return None;
    }
    recovery.finish().expect("it is our own").map(|(_, recovered)| recovered)
}
