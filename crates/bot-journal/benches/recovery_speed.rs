//! How long it takes to recover a journal: to prove it, and to give its records out, in segments of
//! the usual length in memory, so that no disk is measured. Beside it the checksums alone, as what
//! cannot be done without.
//!
//! `cargo bench -p bot-journal --bench recovery_speed`. Under `cargo test` it runs on a small
//! input and only shows that it still runs.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(clippy::float_arithmetic, reason = "times are floating")]
#![expect(clippy::cast_precision_loss, reason = "times are approximate")]

use std::hint::black_box;

use bot_journal::{
    Chain, Disk, Identity, JournalSettings, JournalWriter, RecordKind, Records, SimulatedDisk,
    Start, bit_flip_sweep, recover, survey,
};
use rustix::time::{ClockId, clock_gettime};
use trading_types::Timestamp;

/// Each measurement is the best of this many: the others were disturbed.
const RUNS: usize = 5;
/// What most records are about as long as.
const PAYLOAD: usize = 100;
const IDENTITY: Identity =
    Identity { account: [1; 32], binary: [2; 32], config: [3; 32], strategy: [4; 32] };

fn main() {
    // `cargo bench` adds `--bench`; `cargo test` adds nothing.
    let is_test = !std::env::args().any(|argument| argument == "--bench");
    let records = if is_test { 1_000 } else { 1_000_000 };
    let (mut disk, bytes) = journal_of(records);
    println!("{records} records of {PAYLOAD} bytes, {bytes} bytes of journal");
    println!("{:.3} s to write, in commits of 1 to 4", written(records));
    println!("{:.3} s CRC and SHA-256 alone", best(|| checksums(records)));
    println!("{:.3} s to prove", best(|| proved(&mut disk)));
    println!(
        "{:.3} s to recover (the last segment is written again)",
        best(|| recovered(&mut disk))
    );
    println!("{:.3} s to recover and give out", best(|| given_out(&mut disk, records)));
    let flipped = if is_test { 10 } else { 1_000 };
    println!(
        "{:.3} s for every bit of {flipped} records",
        once(|| assert_eq!(bit_flip_sweep(flipped).silent, 0))
    );
}

/// A journal, and how long it is.
fn journal_of(records: u64) -> (SimulatedDisk, usize) {
    let mut disk = SimulatedDisk::new(0);
    let fresh = recover(&mut disk, &IDENTITY).expect("the folder is empty");
    let mut writer = JournalWriter::new(disk, &fresh, JournalSettings::new(IDENTITY));
    for number in 0..records {
        let payload = [number.to_le_bytes()[0]; PAYLOAD];
        let now = Timestamp::from_nanos(number);
        writer.append(RecordKind::Engine, &payload, now).expect("it is small");
        if number % 5 < 3 {
            writer.commit().expect("the disk does not fail");
        }
    }
    writer.commit().expect("the disk does not fail");
    let mut disk = writer.into_disk();
    let names = disk.list().expect("the disk does not fail");
    let bytes = names.iter().map(|name| disk.length(name)).sum();
    (disk, bytes)
}

fn written(records: u64) -> f64 {
    once(|| {
        black_box(journal_of(records));
    })
}

fn checksums(records: u64) {
    let record = [7; 25 + PAYLOAD + 4];
    let mut chain = Chain::START;
    for _ in 0..records {
        black_box(crc32fast::hash(&record[..25 + PAYLOAD]));
        chain = chain.after(black_box(&record));
    }
    black_box(chain);
}

fn proved(disk: &mut SimulatedDisk) {
    black_box(survey(disk, Some(&IDENTITY.account), None).expect("it is whole"));
}

fn recovered(disk: &mut SimulatedDisk) {
    black_box(recover(disk, &IDENTITY).expect("it is whole"));
}

fn given_out(disk: &mut SimulatedDisk, records: u64) {
    let journal = recover(disk, &IDENTITY).expect("it is whole");
    let mut given = 0;
    let mut out = Records::new(disk, &journal, Start::Beginning).expect("it was read before");
    while let Some(record) = out.next_record().expect("it was read before") {
        black_box(record);
        given += 1;
    }
    assert_eq!(given, records, "every record is given out");
}

fn best(mut run: impl FnMut()) -> f64 {
    (0..RUNS).map(|_| once(&mut run)).fold(f64::INFINITY, f64::min)
}

fn once(run: impl FnOnce()) -> f64 {
    let begin = cpu_seconds();
    run();
    cpu_seconds() - begin
}

fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
