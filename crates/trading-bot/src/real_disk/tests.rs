//! A journal on a real folder; the lock; the rights; what the system says, by what to do next.

use bot_journal::{
    Identity, JournalSettings, JournalWriter, RecordKind, Records, Start, WriteError, recover,
};
use tempfile::TempDir;
use trading_types::Timestamp;

use super::*;

const OURS: Identity =
    Identity { account: [1; 32], binary: [2; 32], config: [3; 32], strategy: [4; 32] };

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A process: opens the journal, reads it, adds a few records, and ends.
fn run(folder: &Path, count: u64) -> u64 {
    let mut disk = RealDisk::open(folder).unwrap();
    let journal = recover(&mut disk, &OURS).unwrap();
    let mut records = Records::new(&mut disk, &journal, Start::Beginning).unwrap();
    let mut known: u64 = 0;
    while let Some(record) = records.next_record().unwrap() {
        known += 1;
        assert_eq!((record.sequence, record.payload), (known, &known.to_le_bytes()[..]));
    }
    let settings = JournalSettings { identity: OURS, segment_bytes: 600 };
    let mut writer = JournalWriter::new(disk, &journal, settings);
    for sequence in known + 1..=known + count {
        let now = Timestamp::from_nanos(sequence);
        writer.append(RecordKind::Note, &sequence.to_le_bytes(), now).unwrap();
        assert_eq!(writer.commit(), Ok(sequence));
    }
    known
}

#[test]
fn a_journal_lives_through_processes() {
    let folder = folder();
    let data = folder.path().join("new/data");
    assert_eq!(run(&data, 20), 0);
    assert_eq!(run(&data, 1), 20);
    assert_eq!(run(&data, 0), 21);
    assert_eq!(run(&data, 3), 21);
    assert_eq!(run(&data, 0), 24);
}

#[test]
fn a_torn_end_is_cut_off() {
    let folder = folder();
    run(folder.path(), 3);
    let mut disk = RealDisk::open(folder.path()).unwrap();
    let name = "00000001.journal";
    let whole = disk.read(name).unwrap();
    disk.truncate(name, whole.len() as u64 - 5).unwrap();
    drop(disk);
    assert_eq!(run(folder.path(), 1), 2);
    assert_eq!(run(folder.path(), 0), 3);
}

#[test]
fn a_second_process_is_refused_and_told_which_is_first() {
    let folder = folder();
    let first = RealDisk::open(folder.path()).unwrap();
    let error = RealDisk::open(folder.path()).unwrap_err();
    let LockError::InUse { holder, .. } = &error else { panic!("{error}") };
    assert_eq!(*holder, std::process::id().to_string());
    assert!(error.to_string().contains("stop it first"), "{error}");
    drop(first);
    assert!(RealDisk::open(folder.path()).is_ok(), "the lock ends with its process");
}

#[test]
fn a_folder_that_cannot_be_is_named() {
    let folder = folder();
    let file = folder.path().join("file");
    File::create_new(&file).unwrap();
    let error = RealDisk::open(&file).unwrap_err();
    assert!(matches!(error, LockError::Unusable { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_look() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    run(folder.path(), 1);
    let rights = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(rights(folder.path()), 0o700);
    for name in [LOCK, "00000001.journal"] {
        assert_eq!(rights(&folder.path().join(name)), 0o600, "{name}");
    }
}

#[test]
fn the_verbs() {
    let folder = folder();
    let mut disk = RealDisk::open(folder.path()).unwrap();
    assert_eq!(disk.list().unwrap(), [""; 0], "the lock is not ours to see");
    for name in ["b", "a"] {
        disk.create(name).unwrap();
        disk.append(name, name.as_bytes()).unwrap();
        disk.append(name, b"12345").unwrap();
    }
    assert_eq!(disk.create("a"), Err(DiskError::Exists("a".to_owned())));
    assert_eq!(disk.list().unwrap(), ["a", "b"]);
    disk.truncate("b", 3).unwrap();
    disk.append("b", b"!").unwrap();
    assert_eq!((disk.sync("b"), disk.sync_folder()), (Ok(()), Ok(())));
    assert_eq!(disk.read("b").unwrap(), b"b12!");
    disk.rename("b", "a").unwrap();
    disk.append("a", b"?").unwrap();
    assert_eq!(disk.read("a").unwrap(), b"b12!?");
    disk.remove("a").unwrap();
    let missing = || DiskError::Missing("a".to_owned());
    assert_eq!(disk.read("a"), Err(missing()));
    assert_eq!(disk.append("a", b""), Err(missing()));
    assert_eq!(disk.sync("a"), Err(missing()));
    assert_eq!(disk.remove("a"), Err(missing()));
}

#[test]
fn what_the_system_says_has_a_name() {
    let check = |kind, expected| assert_eq!(named("x")(io::Error::from(kind)), expected, "{kind}");
    check(ErrorKind::StorageFull, DiskError::Full);
    check(ErrorKind::QuotaExceeded, DiskError::Full);
    check(ErrorKind::FileTooLarge, DiskError::Full);
    check(ErrorKind::ReadOnlyFilesystem, DiskError::ReadOnly);
    check(ErrorKind::PermissionDenied, DiskError::ReadOnly);
    check(ErrorKind::NotFound, DiskError::Missing("x".to_owned()));
    check(ErrorKind::AlreadyExists, DiskError::Exists("x".to_owned()));
    let other = named("x")(io::Error::other("input/output error"));
    assert_eq!(other, DiskError::Failed("x: input/output error".to_owned()));
}

/// A device that every write finds full.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_writer() {
    let folder = folder();
    let mut disk = RealDisk::open(folder.path()).unwrap();
    let journal = recover(&mut disk, &OURS).unwrap();
    let mut writer = JournalWriter::new(disk, &journal, JournalSettings::new(OURS));
    writer.commit().unwrap();
    let segment = folder.path().join("00000001.journal");
    fs::remove_file(&segment).unwrap();
    std::os::unix::fs::symlink("/dev/full", &segment).unwrap();
    writer.disk_mut().close("00000001.journal");
    writer.append(RecordKind::Note, b"note", Timestamp::EPOCH).unwrap();
    assert_eq!(writer.commit(), Err(WriteError::Disk(DiskError::Full)));
    assert_eq!(writer.commit(), Err(WriteError::GivenUp(DiskError::Full)));
}

/// Takes a few bytes at a time, is interrupted, and at last takes none.
struct Reluctant(Vec<usize>);

impl Write for Reluctant {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.pop() {
            Some(0) => Err(ErrorKind::Interrupted.into()),
            Some(most) => Ok(most.min(bytes.len())),
            None => Ok(0),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn short_writes_go_on_and_interruptions_too() {
    let check = |takes: &[usize], expected| {
        let mut reluctant = Reluctant(takes.iter().rev().copied().collect());
        assert_eq!(write_whole(&mut reluctant, &[7; 10], "x"), expected);
    };
    check(&[10], Ok(()));
    check(&[3, 0, 0, 4, 9], Ok(()));
    check(&[3, 0, 4], Err(DiskError::Short { written: 7, wanted: 10 }));
    check(&[], Err(DiskError::Short { written: 0, wanted: 10 }));
}
