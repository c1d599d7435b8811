//! Each fault does what it says and is counted; without one, nothing is lost.

use super::*;

const NAME: &str = "file";

/// A file with 600 durable ones and 2,000 twos that are not.
fn half_synced(seed: u64) -> SimulatedDisk {
    let mut disk = SimulatedDisk::new(seed);
    disk.create(NAME).unwrap();
    disk.sync_folder().unwrap();
    disk.append(NAME, &[1; 600]).unwrap();
    disk.sync(NAME).unwrap();
    disk.append(NAME, &[2; 2_000]).unwrap();
    disk
}

fn fired(disk: &SimulatedDisk) -> Vec<(Fault, u64)> {
    disk.fired().iter().map(|(fault, count)| (*fault, *count)).collect()
}

#[test]
fn what_is_written_is_seen_at_once_and_by_the_next_process() {
    let mut disk = half_synced(1);
    disk.crash(CrashRule::Kept);
    assert_eq!(disk.read(NAME).unwrap().len(), 2_600);
    assert_eq!(fired(&disk), []);
}

#[test]
fn a_crash_takes_what_was_not_synced() {
    let mut disk = half_synced(1);
    disk.crash(CrashRule::Lost);
    assert_eq!(disk.read(NAME).unwrap(), [1; 600]);
    assert_eq!(fired(&disk), [(Fault::WritesLost, 1)]);
}

#[test]
fn a_torn_write_ends_at_a_sector_and_may_be_followed_by_zeros() {
    let mut ends = std::collections::BTreeSet::new();
    for seed in 0..200 {
        let mut disk = half_synced(seed);
        disk.crash(CrashRule::Torn { sector: 512 });
        let bytes = disk.read(NAME).unwrap();
        assert_eq!(bytes[..600], [1; 600]);
        let twos = bytes[600..].iter().take_while(|byte| **byte == 2).count();
        assert!(bytes[600 + twos..].iter().all(|byte| *byte == 0));
        ends.insert((600 + twos, bytes.len()));
    }
    let whole = (2_600, 2_600);
    let torn = [600, 1_024, 1_536, 2_048, 2_560].map(|end| [(end, end), (end, 2_600)]);
    let all: Vec<_> = torn.into_iter().flatten().chain([whole]).collect();
    assert_eq!(ends.into_iter().collect::<Vec<_>>(), all);
}

#[test]
fn reordered_writes_keep_any_of_the_sectors() {
    let mut patterns = std::collections::BTreeSet::new();
    for seed in 0..300 {
        let mut disk = half_synced(seed);
        disk.crash(CrashRule::Reordered { sector: 1_024 });
        let mut bytes = disk.read(NAME).unwrap();
        bytes.resize(2_600, 0);
        assert_eq!(bytes[..600], [1; 600]);
        for sector in [600..1_024, 1_024..2_048, 2_048..2_600] {
            let first = bytes[sector.start];
            assert!(bytes[sector].iter().all(|byte| *byte == first), "a sector is whole");
        }
        patterns.insert([bytes[600], bytes[1_024], bytes[2_048]]);
    }
    assert_eq!(patterns.len(), 8, "all subsets occur");
}

#[test]
fn names_that_were_not_synced_go() {
    let mut disk = half_synced(1);
    disk.create("other").unwrap();
    disk.sync("other").unwrap();
    disk.rename(NAME, "moved").unwrap();
    disk.crash(CrashRule::Lost);
    assert_eq!(disk.list().unwrap(), [NAME]);
    assert_eq!(disk.fired()[&Fault::NamesLost], 2);
}

#[test]
fn a_renamed_file_is_one_or_the_other() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..50 {
        let mut disk = half_synced(seed);
        disk.sync(NAME).unwrap();
        disk.create("new").unwrap();
        disk.append("new", b"new").unwrap();
        disk.sync("new").unwrap();
        disk.rename("new", NAME).unwrap();
        disk.crash(CrashRule::Torn { sector: 512 });
        seen.insert(disk.read(NAME).unwrap().len());
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [3, 2_600]);
}

#[test]
fn a_full_disk_takes_what_fits() {
    let mut disk = half_synced(1);
    disk.set_room(Some(5));
    assert_eq!(disk.append(NAME, &[3; 9]), Err(DiskError::Full));
    assert_eq!(disk.length(NAME), 2_605);
    assert_eq!(disk.append(NAME, &[3]), Err(DiskError::Full));
    disk.set_room(None);
    assert_eq!(disk.append(NAME, &[3]), Ok(()));
    assert_eq!(fired(&disk), [(Fault::Full, 2)]);
}

#[test]
fn a_short_write_says_so_once() {
    let mut disk = half_synced(1);
    disk.shorten_next_write(4);
    let short = DiskError::Short { written: 4, wanted: 9 };
    assert_eq!(disk.append(NAME, &[3; 9]), Err(short));
    assert_eq!(disk.append(NAME, &[3; 9]), Ok(()));
    assert_eq!(disk.length(NAME), 2_613);
    assert_eq!(fired(&disk), [(Fault::ShortWrite, 1)]);
}

#[test]
fn a_read_only_folder_changes_nothing() {
    let mut disk = half_synced(1);
    disk.set_read_only(true);
    assert_eq!(disk.create("other"), Err(DiskError::ReadOnly));
    assert_eq!(disk.append(NAME, &[3]), Err(DiskError::ReadOnly));
    assert_eq!(disk.truncate(NAME, 0), Err(DiskError::ReadOnly));
    assert_eq!(disk.rename(NAME, "other"), Err(DiskError::ReadOnly));
    assert_eq!(disk.remove(NAME), Err(DiskError::ReadOnly));
    assert_eq!((disk.list().unwrap(), disk.length(NAME)), (vec![NAME.to_owned()], 2_600));
}

#[test]
fn after_a_failed_sync_the_next_says_yes_and_the_bytes_are_lost() {
    let mut disk = half_synced(1);
    disk.fail_syncs(1);
    assert!(matches!(disk.sync(NAME), Err(DiskError::Failed(_))));
    assert_eq!(disk.sync(NAME), Ok(()), "as Linux does it");
    assert_eq!(disk.length(NAME), 2_600, "they are still seen");
    disk.crash(CrashRule::Torn { sector: 512 });
    assert_eq!(disk.read(NAME).unwrap(), [1; 600]);
    assert_eq!(fired(&disk), [(Fault::SyncFailed, 1), (Fault::WritesTorn, 1)]);
}

#[test]
fn a_sync_that_lies_is_believed_until_the_crash() {
    let mut disk = half_synced(1);
    disk.set_lying(true);
    disk.create("other").unwrap();
    assert_eq!((disk.sync(NAME), disk.sync_folder()), (Ok(()), Ok(())));
    disk.crash(CrashRule::Lost);
    assert_eq!((disk.list().unwrap(), disk.length(NAME)), (vec![NAME.to_owned()], 600));
    assert_eq!(disk.fired()[&Fault::SyncLied], 2);
}

#[test]
fn without_power_nothing_works_until_the_machine_starts_again() {
    let mut disk = half_synced(1);
    disk.cut_power_after(1);
    assert_eq!(disk.sync(NAME), Ok(()));
    assert!(matches!(disk.append(NAME, &[3]), Err(DiskError::Failed(_))));
    assert!(disk.read(NAME).is_err() && disk.list().is_err());
    disk.crash(CrashRule::Lost);
    assert_eq!(disk.length(NAME), 2_600);
    assert_eq!(fired(&disk), [(Fault::PowerCut, 1)]);
}

#[test]
fn rot() {
    let mut disk = half_synced(1);
    disk.keep_copy(NAME);
    disk.flip_bit(NAME, 8 * 3 + 1);
    assert_eq!(disk.read(NAME).unwrap()[..5], [1, 1, 1, 3, 1]);
    disk.zero_page(NAME, 0);
    assert_eq!(disk.read(NAME).unwrap(), [0; 2_600]);
    disk.shorten(NAME, 10);
    disk.put("other", b"other");
    disk.swap(NAME, "other");
    assert_eq!(disk.read(NAME).unwrap(), b"other");
    disk.put_copy_back(NAME);
    assert_eq!(disk.length(NAME), 2_600);
    disk.lose("other");
    disk.crash(CrashRule::Lost);
    assert_eq!((disk.list().unwrap(), disk.length(NAME)), (vec![NAME.to_owned()], 2_600));
    let names: Vec<&str> = disk.fired().keys().map(|fault| fault.name()).collect();
    let all = [
        "bit_flipped",
        "page_zeroed",
        "file_shortened",
        "file_lost",
        "older_copy",
        "files_swapped",
    ];
    assert_eq!(names, all);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let run = |seed| {
        let mut disk = half_synced(seed);
        disk.crash(CrashRule::Reordered { sector: 512 });
        disk.read(NAME).unwrap()
    };
    assert_eq!(run(7), run(7));
    assert!((0..20).any(|seed| run(seed) != run(7)));
}

#[test]
fn missing_and_existing_files_are_named() {
    let mut disk = half_synced(1);
    let missing = || Err(DiskError::Missing("none".to_owned()));
    assert_eq!(disk.read("none"), Err(DiskError::Missing("none".to_owned())));
    assert_eq!(disk.append("none", &[1]), missing());
    assert_eq!(disk.sync("none"), missing());
    assert_eq!(disk.remove("none"), missing());
    assert_eq!(disk.rename("none", NAME), missing());
    assert_eq!(disk.create(NAME), Err(DiskError::Exists(NAME.to_owned())));
}
