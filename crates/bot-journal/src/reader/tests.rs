//! What is given out is what was appended, from the beginning or from the last snapshot.

use super::*;
use crate::{
    disk::DiskError,
    fixture::{Kept, OURS, at, commit, everything, three_segments, writer},
    recovery::recover,
    simulated_disk::SimulatedDisk,
    snapshot::Snapshot,
    survey::survey,
};

#[test]
fn records_of_all_segments_come_in_order() {
    let mut disk = three_segments();
    let journal = recover(&mut disk, &OURS).unwrap();
    let all = everything(&mut disk, &journal, Start::Beginning);
    let sequences: Vec<u64> = all.iter().map(|(sequence, _, _)| *sequence).collect();
    assert_eq!(sequences, (1..=9).collect::<Vec<_>>());
    assert_eq!(all[0], (1, RecordKind::Note, b"alpha".to_vec()));
    assert_eq!(all[8], (9, RecordKind::Note, b"charlie".to_vec()));
    assert_eq!(everything(&mut disk, &journal, Start::LastSnapshot), all, "there is none");
}

#[test]
fn an_empty_journal_says_nothing() {
    let mut disk = SimulatedDisk::new(0);
    let journal = recover(&mut disk, &OURS).unwrap();
    assert_eq!(everything(&mut disk, &journal, Start::Beginning), []);
    let mut writer = writer(disk, 300);
    writer.commit().unwrap();
    let mut disk = writer.into_disk();
    let journal = recover(&mut disk, &OURS).unwrap();
    assert!(journal.is_fresh());
    assert_eq!(everything(&mut disk, &journal, Start::LastSnapshot), []);
}

/// A journal over several segments and starts, with a snapshot at each of these sequences.
fn with_snapshots(snapshots: &[u64]) -> SimulatedDisk {
    let mut disk = SimulatedDisk::new(0);
    for start in 0..4 {
        let mut writer = writer(disk, 400);
        for _ in 0..10 {
            if snapshots.contains(&(writer.sequence() + 1)) {
                writer.append_snapshot(&[start; 30], at(5)).unwrap();
            } else {
                commit(&mut writer, &[&[start; 12]]);
            }
        }
        writer.commit().unwrap();
        disk = writer.into_disk();
    }
    disk
}

#[test]
fn from_the_last_snapshot_it_is_the_tail_of_the_whole() {
    for last in 1..=40_u64 {
        let mut disk = with_snapshots(&[last.div_ceil(2), last]);
        let journal = recover(&mut disk, &OURS).unwrap();
        assert_eq!((journal.sequence, journal.snapshot), (40, Some(last)));
        let all = everything(&mut disk, &journal, Start::Beginning);
        let tail = everything(&mut disk, &journal, Start::LastSnapshot);
        let (sequence, kind, payload): &Kept = &tail[0];
        assert_eq!((*sequence, *kind), (last, RecordKind::Snapshot));
        assert!(Snapshot::decode(payload, last).is_some());
        let from = usize::try_from(last).unwrap() - 1;
        assert_eq!(tail, all[from..], "snapshot at {last}");
    }
}

#[test]
fn what_changes_between_proof_and_reading_is_found() {
    let check = |spoil: fn(&mut SimulatedDisk), expected: RecoveryError| {
        let mut disk = three_segments();
        let journal = survey(&mut disk, None, None).unwrap();
        spoil(&mut disk);
        let mut records = Records::new(disk, &journal, Start::Beginning).unwrap();
        let error = loop {
            match records.next_record() {
                Ok(record) => assert!(record.is_some(), "it came to an end"),
                Err(error) => break error,
            }
        };
        assert_eq!(error, expected);
    };
    let damage = Damage::Changed;
    let damaged = RecoveryError::Damaged { segment: 2, at: 238, sequence: 5, damage };
    check(|disk| disk.flip_bit("00000002.journal", 250 * 8), damaged);
    let header = RecoveryError::DamagedHeader { segment: 2 };
    check(|disk| disk.flip_bit("00000002.journal", 50 * 8), header);
    let swapped = RecoveryError::OtherHistory { segment: 2 };
    check(|disk| disk.swap("00000002.journal", "00000003.journal"), swapped);
    let missing = DiskError::Missing("00000003.journal".to_owned());
    check(|disk| disk.lose("00000003.journal"), missing.into());
    let damaged = RecoveryError::Damaged { segment: 1, at: 188, sequence: 1, damage };
    check(|disk| disk.shorten("00000001.journal", 200), damaged);
    let cut = RecoveryError::OtherHistory { segment: 2 };
    check(|disk| disk.shorten("00000001.journal", 238), cut);
}
