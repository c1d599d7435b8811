//! Recovery after anything a crash may leave: what was acknowledged is there, and what comes back
//! is the beginning of what was appended.

use super::*;
use crate::{
    fixture::{Kept, OURS, commit, everything, three_segments, writer},
    reader::Start,
    simulated_disk::{CrashRule, Fault, SimulatedDisk},
    survey::Torn,
};

mod any_damage;
mod crash_points;
mod random_crashes;

/// What a crash may do to what was not synced.
const RULES: [CrashRule; 6] = [
    CrashRule::Kept,
    CrashRule::Lost,
    CrashRule::Torn { sector: 512 },
    CrashRule::Torn { sector: 4096 },
    CrashRule::Reordered { sector: 512 },
    CrashRule::Reordered { sector: 4096 },
];

/// Recovers and holds what comes back against what was appended, of which so many records had been
/// acknowledged.
fn check_recovered(disk: &mut SimulatedDisk, appended: &[Kept], acknowledged: u64) -> Recovered {
    let journal = recover(disk, &OURS).expect("an honest disk recovers");
    let all = everything(disk, &journal, Start::Beginning);
    assert!(acknowledged <= journal.sequence, "{} of {acknowledged}", journal.sequence);
    assert!(all.len() <= appended.len(), "{} of {}", all.len(), appended.len());
    assert_eq!(all, appended[..all.len()]);
    assert_eq!(all.len() as u64, journal.sequence);
    journal
}

#[test]
fn a_torn_commit_is_cut_off_and_reported() {
    let mut disk = three_segments();
    let beginning = disk.read("00000003.journal").unwrap()[188..213].to_vec();
    disk.append("00000003.journal", &beginning).unwrap();
    let journal = recover(&mut disk, &OURS).unwrap();
    let torn = Torn { segment: 3, bytes: 25, after: 9 };
    assert_eq!((journal.sequence, journal.torn), (9, Some(torn)));
    let again = recover(&mut disk, &OURS).unwrap();
    assert_eq!((again.sequence, again.torn), (9, None), "it is gone");
}

#[test]
fn what_a_crash_left_lying_is_taken_away() {
    let mut disk = three_segments();
    disk.put("00000003.journal.new", b"half a copy");
    disk.put("00000004.journal", b"SLKW");
    disk.put("read model", b"somebody else's");
    let journal = recover(&mut disk, &OURS).unwrap();
    assert_eq!((journal.sequence, journal.unfinished), (9, Some(4)));
    let names = ["00000001.journal", "00000002.journal", "00000003.journal", "read model"];
    assert_eq!(disk.list().unwrap(), names);
    disk.crash(CrashRule::Lost);
    assert_eq!(disk.list().unwrap(), names, "and stays away");
}

#[test]
fn a_named_stop_changes_nothing() {
    let mut disk = three_segments();
    disk.put("00000003.journal.new", b"half a copy");
    disk.lose("00000002.journal");
    let operations = disk.operations();
    assert!(recover(&mut disk, &OURS).is_err());
    assert_eq!(disk.operations(), operations);
}

#[test]
fn a_disk_that_fails_during_recovery_is_named_and_recovers_later() {
    let check = |set: fn(&mut SimulatedDisk), error: DiskError| {
        let mut disk = three_segments();
        set(&mut disk);
        assert_eq!(recover(&mut disk, &OURS), Err(error.into()));
        disk.crash(CrashRule::Lost);
        disk.set_room(None);
        assert_eq!(recover(&mut disk, &OURS).unwrap().sequence, 9);
    };
    let failed = || DiskError::Failed("input/output error".to_owned());
    check(|disk| disk.set_room(Some(99)), DiskError::Full);
    check(|disk| disk.set_read_only(true), DiskError::ReadOnly);
    check(|disk| disk.fail_syncs(1), failed());
    let short = DiskError::Short { written: 1, wanted: 344 };
    check(|disk| disk.shorten_next_write(1), short);
}

#[test]
fn who_wrote_the_last_segment_is_told() {
    let mut disk = three_segments();
    let newer = Identity { binary: [8; 32], ..OURS };
    let journal = recover(&mut disk, &newer).unwrap();
    assert_eq!(journal.identity, Some(OURS), "another version wrote it");
    let settings = crate::JournalSettings::new(newer);
    let mut writer = crate::JournalWriter::new(disk, &journal, settings);
    commit(&mut writer, &[b"more"]);
    let mut disk = writer.into_disk();
    assert_eq!(recover(&mut disk, &OURS).unwrap().identity, Some(newer));
}

#[test]
fn a_witness_that_is_reached() {
    let mut writer = writer(three_segments(), 300);
    commit(&mut writer, &[b"more"]);
    let witness = writer.witness();
    let mut disk = writer.into_disk();
    assert!(recover_witnessed(&OneLane, &mut disk, &OURS, Some(witness)).is_ok());
    disk.lose("00000004.journal");
    let error = recover_witnessed(&OneLane, &mut disk, &OURS, Some(witness)).unwrap_err();
    assert_eq!(error, RecoveryError::Lost { has: 9, seen: 10 });
}
