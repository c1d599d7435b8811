//! What may be wrong with a journal, each by its name; and what is as it should be.

use super::*;
use crate::{
    damage::Damage,
    disk::DiskError,
    fixture::{OURS, commit, three_segments, writer},
    record::RecordKind,
    recovery_error::Advice,
    segment::FORMAT,
    simulated_disk::{CrashRule, SimulatedDisk},
    snapshot::Snapshot,
    writer::{JournalSettings, JournalWriter},
};

const FIRST: &str = "00000001.journal";
const SECOND: &str = "00000002.journal";
const THIRD: &str = "00000003.journal";

fn looked_through(disk: &mut SimulatedDisk) -> Result<Recovered, RecoveryError> {
    survey(disk, Some(&OURS.account), None)
}

/// Spoils a journal of three segments and gives what a survey says.
fn spoiled(spoil: impl Fn(&mut SimulatedDisk)) -> RecoveryError {
    let mut disk = three_segments();
    spoil(&mut disk);
    looked_through(&mut disk).unwrap_err()
}

#[test]
fn a_whole_journal() {
    let journal = looked_through(&mut three_segments()).unwrap();
    assert_eq!((journal.sequence, journal.segment), (9, 3));
    assert_eq!((journal.torn, journal.unfinished), (None, None));
    assert_eq!(journal.identity, Some(OURS));
}

#[test]
fn an_empty_folder_is_a_fresh_start_and_other_files_are_not_looked_at() {
    let mut disk = SimulatedDisk::new(0);
    assert!(looked_through(&mut disk).unwrap().is_fresh());
    for name in ["HALT", "1.journal", "00000000.journal", "00000001.journal.bak", "lock"] {
        disk.put(name, b"something");
    }
    assert!(looked_through(&mut disk).unwrap().is_fresh());
}

#[test]
fn missing_and_mixed_up_files() {
    let check = |spoil: fn(&mut SimulatedDisk), expected: RecoveryError| {
        let error = spoiled(spoil);
        assert_eq!(error, expected);
        assert_eq!(error.advice(), Advice::RestoreFiles);
    };
    check(|disk| disk.lose(FIRST), RecoveryError::MissingSegment { segment: 1 });
    check(|disk| disk.lose(SECOND), RecoveryError::MissingSegment { segment: 2 });
    let misplaced = RecoveryError::Misplaced { segment: 1, says: 2 };
    check(|disk| disk.swap(FIRST, SECOND), misplaced);
    let misplaced = RecoveryError::Misplaced { segment: 2, says: 3 };
    check(|disk| disk.swap(THIRD, SECOND), misplaced);
    // Between two records, so that nothing but its length is wrong.
    let shortened = RecoveryError::Shortened { segment: 1, has: 2, had: 3 };
    check(|disk| disk.shorten(FIRST, 288), shortened);
    let shortened = RecoveryError::Shortened { segment: 2, has: 3, had: 6 };
    check(|disk| disk.shorten(SECOND, 188), shortened);
}

#[test]
fn an_older_copy_of_a_segment() {
    let mut writer = writer(SimulatedDisk::new(1), 300);
    commit(&mut writer, &[b"one"]);
    writer.disk_mut().keep_copy(FIRST);
    for _ in 0..5 {
        commit(&mut writer, &[b"more", b"more"]);
    }
    let mut disk = writer.into_disk();
    disk.put_copy_back(FIRST);
    let error = looked_through(&mut disk).unwrap_err();
    assert_eq!(error, RecoveryError::Shortened { segment: 1, has: 1, had: 3 });
}

#[test]
fn a_segment_of_another_history() {
    let other = |payload: &[u8]| {
        let mut writer = writer(SimulatedDisk::new(1), 300);
        for _ in 0..9 {
            commit(&mut writer, &[payload]);
        }
        writer.into_disk()
    };
    let (mut ours, mut theirs) = (other(b"ours"), other(b"them"));
    ours.put(SECOND, &theirs.read(SECOND).unwrap());
    let error = looked_through(&mut ours).unwrap_err();
    assert_eq!(error, RecoveryError::OtherHistory { segment: 2 });
}

#[test]
fn another_account() {
    let error = survey(&mut three_segments(), Some(&[9; 32]), None).unwrap_err();
    assert_eq!(error, RecoveryError::OtherAccount { segment: 1 });
    assert_eq!(error.advice(), Advice::UseOtherFolder);
    assert!(survey(&mut three_segments(), None, None).is_ok(), "nobody asked whose it is");
}

#[test]
fn another_format_and_an_unknown_kind() {
    let error = spoiled(|disk| {
        let mut bytes = disk.read(SECOND).unwrap();
        bytes[8..12].copy_from_slice(&(FORMAT + 6).to_le_bytes());
        disk.put(SECOND, &bytes);
    });
    assert_eq!(error, RecoveryError::OtherFormat { segment: 2, format: 7 });
    assert_eq!(error.advice(), Advice::UseOtherVersion);

    let mut disk = SimulatedDisk::new(0);
    let header = Header { segment: 1, first_sequence: 1, identity: OURS, chain: Chain::START };
    let mut bytes = header.encode().to_vec();
    bytes.extend([0, 0, 0, 0, 99, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend(crc32fast::hash(&bytes[HEADER..]).to_le_bytes());
    let link = Chain::START.after(&header.encode()).after(&bytes[HEADER..]);
    bytes.extend(link.bytes());
    disk.put(FIRST, &bytes);
    let error = looked_through(&mut disk).unwrap_err();
    assert_eq!(error, RecoveryError::UnknownKind { sequence: 1, kind: 99 });
    assert_eq!(error.advice(), Advice::UseOtherVersion);
}

#[test]
fn damaged_headers() {
    let check = |spoil: fn(&mut SimulatedDisk), segment| {
        let error = spoiled(spoil);
        assert_eq!(error, RecoveryError::DamagedHeader { segment });
        assert_eq!(error.advice(), Advice::RebuildFromVenue);
    };
    check(|disk| disk.flip_bit(FIRST, 3), 1);
    check(|disk| disk.flip_bit(SECOND, 8 * 8 + 1), 2); // The format's number.
    check(|disk| disk.flip_bit(THIRD, 8 * 100), 3);
    check(|disk| disk.zero_page(THIRD, 0), 3);
    check(|disk| disk.shorten(FIRST, 100), 1);
    check(|disk| disk.put(FIRST, b"something else"), 1);
    check(|disk| disk.put(THIRD, &[7; 600]), 3);
}

#[test]
fn damaged_records() {
    let check = |spoil: fn(&mut SimulatedDisk), segment, at, sequence, damage| {
        let error = spoiled(spoil);
        assert_eq!(error, RecoveryError::Damaged { segment, at, sequence, damage });
        assert_eq!(error.advice(), Advice::RebuildFromVenue);
    };
    let one_bit = Damage::OneBit { byte: 200, bit: 4 };
    check(|disk| disk.flip_bit(FIRST, 200 * 8 + 4), 1, 188, 1, one_bit);
    // Of the last commit of all, which nothing follows.
    let one_bit = Damage::OneBit { byte: 330, bit: 0 };
    check(|disk| disk.flip_bit(THIRD, 330 * 8), 3, 292, 9, one_bit);
    check(|disk| disk.shorten(SECOND, 300), 2, 288, 6, Damage::Followed);
    let scribble = |disk: &mut SimulatedDisk| {
        let mut bytes = disk.read(THIRD).unwrap();
        bytes[320..330].copy_from_slice(b"0123456789");
        disk.put(THIRD, &bytes);
    };
    check(scribble, 3, 292, 9, Damage::Changed);
}

#[test]
fn a_segment_that_got_no_record() {
    let check = |bytes: &[u8]| {
        let mut disk = three_segments();
        disk.put("00000004.journal", bytes);
        let journal = looked_through(&mut disk).unwrap();
        assert_eq!((journal.sequence, journal.segment, journal.unfinished), (9, 3, Some(4)));
        let mut disk = SimulatedDisk::new(0);
        disk.put(FIRST, bytes);
        let journal = looked_through(&mut disk).unwrap();
        assert_eq!((journal.is_fresh(), journal.unfinished), (true, Some(1)));
    };
    check(b"");
    check(b"SLKWATER");
    check(&[0; HEADER]);
    check(&[0; 10]);
    let mut disk = three_segments();
    let journal = looked_through(&mut disk).unwrap();
    let mut writer = JournalWriter::new(disk, &journal, JournalSettings::new(OURS));
    writer.commit().unwrap();
    let journal = looked_through(writer.disk_mut()).unwrap();
    assert_eq!((journal.sequence, journal.unfinished), (9, Some(4)));
}

#[test]
fn a_witness_knows_what_the_journal_cannot() {
    let mut writer = writer(SimulatedDisk::new(1), 300);
    commit(&mut writer, &[b"one", b"two"]);
    let early = writer.witness();
    commit(&mut writer, &[b"three"]);
    writer.disk_mut().set_lying(true);
    commit(&mut writer, &[b"four"]);
    commit(&mut writer, &[b"five"]);
    let late = writer.witness();
    let mut disk = writer.into_disk();
    let journal = survey(&mut disk, None, Some(late)).unwrap();
    assert_eq!(journal.witness(), late);
    disk.crash(CrashRule::Lost);
    // The disk has lied, and by itself the journal looks whole.
    assert_eq!(survey(&mut disk, None, None).unwrap().sequence, 3);
    assert_eq!(survey(&mut disk, None, Some(early)).unwrap().sequence, 3);
    let error = survey(&mut disk, None, Some(late)).unwrap_err();
    assert_eq!(error, RecoveryError::Lost { has: 3, seen: 5 });
    assert_eq!(error.advice(), Advice::RestoreFiles);
    // All files are gone.
    let error = survey(&mut SimulatedDisk::new(0), None, Some(late)).unwrap_err();
    assert_eq!(error, RecoveryError::Lost { has: 0, seen: 5 });
    // A journal as long, of something else.
    let other = Witness { sequence: 2, chain: Chain::START };
    let error = survey(&mut disk, None, Some(other)).unwrap_err();
    assert_eq!(error, RecoveryError::NotWitnessed { sequence: 2 });
}

#[test]
fn a_lying_disk_is_found_without_a_witness_when_a_later_segment_is_there() {
    let mut writer = writer(SimulatedDisk::new(1), 300);
    commit(&mut writer, &[b"one"]);
    writer.disk_mut().set_lying(true);
    commit(&mut writer, &[b"two", b"three"]);
    writer.disk_mut().set_lying(false);
    commit(&mut writer, &[b"four"]);
    let mut disk = writer.into_disk();
    disk.crash(CrashRule::Lost);
    let error = looked_through(&mut disk).unwrap_err();
    assert_eq!(error, RecoveryError::Shortened { segment: 1, has: 1, had: 3 });
}

#[test]
fn a_snapshot_that_cannot_be_read_is_passed_over() {
    let mut writer = writer(SimulatedDisk::new(1), 1 << 20);
    writer.append_snapshot(b"a state", crate::fixture::at(1)).unwrap();
    commit(&mut writer, &[b"note"]);
    // Newer than the journal; not a snapshot at all.
    let newer = Snapshot::encode(b"a state", 99);
    for payload in [&newer[..], b"nonsense"] {
        writer.append(RecordKind::Snapshot, payload, crate::fixture::at(1)).unwrap();
    }
    writer.commit().unwrap();
    let journal = looked_through(writer.disk_mut()).unwrap();
    assert_eq!((journal.sequence, journal.snapshot), (4, Some(1)));
    assert_eq!(journal.snapshots_refused, 2);
}

#[test]
fn a_disk_that_cannot_be_read() {
    let mut disk = three_segments();
    disk.cut_power_after(0);
    let error = looked_through(&mut disk).unwrap_err();
    assert_eq!(error, DiskError::Failed("the power is out".to_owned()).into());
    assert_eq!(error.advice(), Advice::MendDisk);
}

#[test]
fn errors_say_what_to_do() {
    let check = |error: RecoveryError, text: &str| assert_eq!(error.to_string(), text);
    let damage = Damage::OneBit { byte: 9, bit: 1 };
    check(
        RecoveryError::Damaged { segment: 3, at: 7, sequence: 5, damage },
        "record 5 is damaged, in `00000003.journal` at byte 7 (bit 1 of byte 9 has changed): \
         restore a copy, or rebuild",
    );
    check(
        RecoveryError::MissingSegment { segment: 2 },
        "`00000002.journal` is missing: put it back",
    );
    check(
        DiskError::Full.into(),
        "the journal cannot be read or put in order: the disk is full: make room, then start again",
    );
}
