//! Many threads find what one finds.

use bot_journal::{
    Identity, JournalSettings, JournalWriter, OneLane, RecordKind, RecoveryError, recover, survey,
    survey_in,
};
use trading_types::Timestamp;

use super::*;
use crate::real_disk::RealDisk;

const OURS: Identity =
    Identity { account: [1; 32], binary: [2; 32], config: [3; 32], strategy: [4; 32] };

/// A journal of some twenty segments in a folder.
fn journal(folder: &Path) -> RealDisk {
    let mut disk = RealDisk::open(folder).unwrap();
    let fresh = recover(&mut disk, &OURS).unwrap();
    let settings = JournalSettings { identity: OURS, segment_bytes: 4_000 };
    let mut writer = JournalWriter::new(disk, &fresh, settings);
    for number in 0..400_u32 {
        let payload = number.to_le_bytes().repeat(40);
        writer.append(RecordKind::Note, &payload, Timestamp::EPOCH).unwrap();
        writer.commit().unwrap();
    }
    drop(writer);
    RealDisk::open(folder).unwrap()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "files are damaged by hand")]
fn threads_find_what_one_lane_finds() {
    let folder = tempfile::tempdir().unwrap();
    let mut disk = journal(folder.path());
    let many = ProofThreads { folder: folder.path().to_owned(), count: 4 };
    let whole = survey(&mut disk, None, None).unwrap();
    assert_eq!(whole.sequence, 400);
    assert!(10 < disk.list().unwrap().len());
    assert_eq!(survey_in(&many, &mut disk, None, None).unwrap(), whole);

    // Of two that are damaged the first is named, whichever is found first.
    for number in [9, 4] {
        let path = folder.path().join(format!("{number:08}.journal"));
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 4;
        std::fs::write(&path, bytes).unwrap();
    }
    let one = survey_in(&OneLane, &mut disk, None, None).unwrap_err();
    assert!(matches!(one, RecoveryError::Damaged { segment: 4, .. }), "{one:?}");
    for _ in 0..20 {
        assert_eq!(survey_in(&many, &mut disk, None, None).unwrap_err(), one);
    }
}

#[test]
fn a_folder_without_segments_needs_no_thread() {
    let folder = tempfile::tempdir().unwrap();
    let mut disk = RealDisk::open(folder.path()).unwrap();
    let many = ProofThreads::of(folder.path());
    assert!(survey_in(&many, &mut disk, None, None).unwrap().is_fresh());
}
