//! What a commit does on the disk, in which order, and what happens when the disk fails.

use super::*;
use crate::{
    fixture::{OURS, at, commit, everything, writer},
    reader::Start,
    recovery::recover,
    simulated_disk::{CrashRule, SimulatedDisk},
};

/// A disk that writes down what it is asked.
struct Listing {
    disk: SimulatedDisk,
    asked: Vec<String>,
}

impl Listing {
    fn new() -> Self {
        Self { disk: SimulatedDisk::new(0), asked: Vec::new() }
    }

    fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.asked)
    }
}

impl Disk for Listing {
    fn list(&mut self) -> Result<Vec<String>, DiskError> {
        self.disk.list()
    }
    fn read(&mut self, name: &str) -> Result<Vec<u8>, DiskError> {
        self.disk.read(name)
    }
    fn create(&mut self, name: &str) -> Result<(), DiskError> {
        self.asked.push(format!("create {name}"));
        self.disk.create(name)
    }
    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
        self.asked.push(format!("append {name} {}", bytes.len()));
        self.disk.append(name, bytes)
    }
    fn truncate(&mut self, name: &str, length: u64) -> Result<(), DiskError> {
        self.asked.push(format!("truncate {name}"));
        self.disk.truncate(name, length)
    }
    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        self.asked.push(format!("rename {from} {to}"));
        self.disk.rename(from, to)
    }
    fn remove(&mut self, name: &str) -> Result<(), DiskError> {
        self.asked.push(format!("remove {name}"));
        self.disk.remove(name)
    }
    fn sync(&mut self, name: &str) -> Result<(), DiskError> {
        self.asked.push(format!("sync {name}"));
        self.disk.sync(name)
    }
    fn sync_folder(&mut self) -> Result<(), DiskError> {
        self.asked.push("sync folder".to_owned());
        self.disk.sync_folder()
    }
}

#[test]
fn a_commit_is_one_append_and_one_sync() {
    let mut writer = writer(Listing::new(), 320);
    assert_eq!(writer.disk_mut().take(), [""; 0], "a fresh start writes nothing");
    assert_eq!(writer.commit(), Ok(0), "the first commit makes the segment");
    let made = [
        "create 00000001.journal",
        "append 00000001.journal 188",
        "sync 00000001.journal",
        "sync folder",
    ];
    assert_eq!(writer.disk_mut().take(), made);
    assert_eq!(writer.commit(), Ok(0));
    assert_eq!(writer.disk_mut().take(), [""; 0], "nothing is new");

    for sequence in 1..=3 {
        assert_eq!(writer.append(RecordKind::Note, b"12345", at(1)), Ok(sequence));
    }
    assert_eq!(writer.disk_mut().take(), [""; 0], "appending only gathers");
    assert_eq!(writer.witness().sequence, 0);
    assert_eq!(writer.commit(), Ok(3));
    assert_eq!(writer.witness().sequence, 3);
    let written = ["append 00000001.journal 150", "sync 00000001.journal"];
    assert_eq!(writer.disk_mut().take(), written);

    // 338 bytes are more than 320: the next commit begins a segment, and nothing is in it before
    // its name is durable.
    assert_eq!(writer.commit(), Ok(3));
    assert_eq!(writer.disk_mut().take(), [""; 0]);
    writer.append(RecordKind::Note, b"1", at(1)).unwrap();
    assert_eq!(writer.commit(), Ok(4));
    let rolled = [
        "create 00000002.journal",
        "append 00000002.journal 188",
        "sync 00000002.journal",
        "sync folder",
        "append 00000002.journal 46",
        "sync 00000002.journal",
    ];
    assert_eq!(writer.disk_mut().take(), rolled);
}

#[test]
fn recovery_writes_the_last_segment_again() {
    let mut first = writer(Listing::new(), 320);
    commit(&mut first, &[b"one"]);
    let mut disk = first.into_disk();
    disk.take();
    let mut second = writer(disk, 320);
    let settled = [
        "append 00000001.journal.new 236",
        "create 00000001.journal.new",
        "rename 00000001.journal.new 00000001.journal",
        "sync 00000001.journal.new",
        "sync folder",
    ];
    let mut asked = second.disk_mut().take();
    assert_eq!(asked.last().map(String::as_str), Some("sync folder"));
    asked.sort_unstable();
    assert_eq!(asked, settled);
    assert_eq!(second.commit(), Ok(1), "each start has a segment of its own");
    assert!(second.disk_mut().take().contains(&"create 00000002.journal".to_owned()));
}

/// Writes "one", lets something go wrong with "two", and says what came of it.
fn failing(set: impl Fn(&mut SimulatedDisk)) -> (JournalWriter<SimulatedDisk>, WriteError) {
    let mut writer = writer(SimulatedDisk::new(3), 1 << 20);
    commit(&mut writer, &[b"one"]);
    writer.append(RecordKind::Note, b"two", at(2)).unwrap();
    set(writer.disk_mut());
    let error = writer.commit().unwrap_err();
    (writer, error)
}

/// What the journal says after the writer gave up, the machine having crashed by this rule.
fn left(writer: JournalWriter<SimulatedDisk>, rule: CrashRule) -> Vec<Vec<u8>> {
    let mut disk = writer.into_disk();
    disk.crash(rule);
    disk.set_room(None);
    let journal = recover(&mut disk, &OURS).unwrap();
    let all = everything(&mut disk, &journal, Start::Beginning);
    all.into_iter().map(|(_, _, payload)| payload).collect()
}

#[test]
fn a_writer_whose_disk_failed_is_given_up() {
    let check = |set: fn(&mut SimulatedDisk), why: DiskError| {
        let (mut writer, error) = failing(set);
        assert_eq!(error, WriteError::Disk(why.clone()));
        // It works again, but nobody knows what is on it.
        let disk = writer.disk_mut();
        disk.set_room(None);
        disk.set_read_only(false);
        let operations = disk.operations();
        assert_eq!(writer.commit(), Err(WriteError::GivenUp(why.clone())));
        let again = writer.append(RecordKind::Note, b"three", at(3));
        assert_eq!(again, Err(WriteError::GivenUp(why.clone())));
        assert_eq!(writer.append_snapshot(b"", at(3)), Err(WriteError::GivenUp(why)));
        assert_eq!(writer.disk_mut().operations(), operations, "the disk is not asked again");
        assert_eq!(writer.witness().sequence, 1);
        assert_eq!(left(writer, CrashRule::Lost), [b"one"], "what was acknowledged is there");
    };
    let short = DiskError::Short { written: 9, wanted: 48 };
    check(|disk| disk.set_room(Some(10)), DiskError::Full);
    check(|disk| disk.set_read_only(true), DiskError::ReadOnly);
    check(|disk| disk.shorten_next_write(9), short);
    check(|disk| disk.fail_syncs(1), DiskError::Failed("input/output error".to_owned()));
    check(|disk| disk.cut_power_after(1), DiskError::Failed("the power is out".to_owned()));
}

#[test]
fn after_a_failed_sync_a_new_process_makes_durable_what_it_sees() {
    let (writer, _) = failing(|disk| disk.fail_syncs(1));
    let mut disk = writer.into_disk();
    // The process ends; the machine goes on and shows what it will never write.
    disk.crash(CrashRule::Kept);
    let journal = recover(&mut disk, &OURS).unwrap();
    assert_eq!(journal.sequence, 2);
    disk.crash(CrashRule::Lost);
    assert_eq!(recover(&mut disk, &OURS).unwrap().sequence, 2, "it stays what it was seen to be");
}

#[test]
fn what_was_cut_off_by_a_full_disk_is_torn() {
    let (writer, _) = failing(|disk| disk.set_room(Some(10)));
    let mut disk = writer.into_disk();
    assert_eq!(recover(&mut disk, &OURS).unwrap_err(), DiskError::Full.into());
    disk.set_room(None);
    let journal = recover(&mut disk, &OURS).unwrap();
    assert_eq!(journal.torn.map(|torn| (torn.bytes, torn.after)), Some((10, 1)));
}

#[test]
fn records_and_commits_have_bounds() {
    let mut writer = writer(SimulatedDisk::new(0), 1 << 20);
    let large = vec![7; PAYLOAD_MAX + 1];
    let refused = writer.append(RecordKind::Note, &large, at(1));
    assert_eq!(refused, Err(WriteError::TooLarge(PAYLOAD_MAX + 1)));
    let large = &large[1..];
    let taken = (1..).take_while(|_| writer.append(RecordKind::Note, large, at(1)).is_ok());
    assert_eq!(taken.last(), Some(4));
    let refused = writer.append(RecordKind::Note, b"", at(1));
    assert!(matches!(refused, Err(WriteError::TooMuch(_))), "{refused:?}");
    assert_eq!(writer.sequence(), 4);
    assert_eq!(writer.commit(), Ok(4), "the writer is as it was");
}

#[test]
fn a_folder_with_the_last_number_takes_no_more() {
    let mut writer = writer(SimulatedDisk::new(0), 1 << 20);
    writer.segment = SEGMENT_MAX;
    assert_eq!(writer.commit(), Err(WriteError::TooManySegments));
    assert_eq!(writer.append(RecordKind::Note, b"", at(1)), Err(WriteError::TooManySegments));
}
