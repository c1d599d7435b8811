//! Every moment of a long run, and every way the disk may come out of a crash at that moment.

use std::{cell::RefCell, rc::Rc};

use super::*;
use crate::{chain::Chain, record::RecordKind, writer::JournalWriter};

/// Appends, commits and roll-overs of the run.
const OPERATIONS: u64 = 1_000;

/// What the journal was told so far, and how much of it was acknowledged.
#[derive(Default)]
struct Told {
    appended: Vec<Kept>,
    /// The link of each record: equal links are equal records up to there.
    links: Vec<Chain>,
    acknowledged: u64,
}

/// A disk that, before each operation that changes something, lets a copy of itself crash and looks
/// at what recovers.
struct Enumerating {
    disk: SimulatedDisk,
    rule: CrashRule,
    told: Rc<RefCell<Told>>,
    moments: u64,
    torn: u64,
    unfinished: u64,
    fired: u64,
}

impl Enumerating {
    fn new(rule: CrashRule, told: Rc<RefCell<Told>>) -> Self {
        let disk = SimulatedDisk::new(7);
        Self { disk, rule, told, moments: 0, torn: 0, unfinished: 0, fired: 0 }
    }

    fn crash_here(&mut self) {
        let mut disk = self.disk.clone();
        disk.crash(self.rule);
        let told = self.told.borrow();
        let journal = recover(&mut disk, &OURS).expect("an honest disk recovers");
        assert!(told.acknowledged <= journal.sequence, "{journal:?}");
        if let Some(last) = usize::try_from(journal.sequence).unwrap().checked_sub(1) {
            assert_eq!(journal.chain, told.links[last]);
        }
        self.moments += 1;
        self.torn += u64::from(journal.torn.is_some());
        self.unfinished += u64::from(journal.unfinished.is_some());
        self.fired += disk.fired().values().sum::<u64>();
        if self.moments.is_multiple_of(10) {
            check_recovered(&mut disk, &told.appended, told.acknowledged);
            self.go_on(disk, journal.sequence);
        }
    }

    /// The bot goes on from there, and that recovers too.
    fn go_on(&self, disk: SimulatedDisk, sequence: u64) {
        let mut writer = writer(disk, 2_000);
        commit(&mut writer, &[b"after the crash"]);
        let mut disk = writer.into_disk();
        disk.crash(self.rule);
        let again = recover(&mut disk, &OURS).expect("an honest disk recovers");
        assert_eq!(again.sequence, sequence + 1);
    }
}

impl Disk for Enumerating {
    fn list(&mut self) -> Result<Vec<String>, DiskError> {
        self.disk.list()
    }
    fn read(&mut self, name: &str) -> Result<Vec<u8>, DiskError> {
        self.disk.read(name)
    }
    fn create(&mut self, name: &str) -> Result<(), DiskError> {
        self.crash_here();
        self.disk.create(name)
    }
    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
        self.crash_here();
        self.disk.append(name, bytes)
    }
    fn truncate(&mut self, name: &str, length: u64) -> Result<(), DiskError> {
        self.crash_here();
        self.disk.truncate(name, length)
    }
    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        self.crash_here();
        self.disk.rename(from, to)
    }
    fn remove(&mut self, name: &str) -> Result<(), DiskError> {
        self.crash_here();
        self.disk.remove(name)
    }
    fn sync(&mut self, name: &str) -> Result<(), DiskError> {
        self.crash_here();
        self.disk.sync(name)
    }
    fn sync_folder(&mut self) -> Result<(), DiskError> {
        self.crash_here();
        self.disk.sync_folder()
    }
}

/// A thousand operations: appends of any size, every third one committed, a new process now and
/// then.
fn run(rule: CrashRule) -> Enumerating {
    let told = Rc::new(RefCell::new(Told::default()));
    let mut writer = writer(Enumerating::new(rule, Rc::clone(&told)), 2_000);
    for number in 0..OPERATIONS {
        match number % 100 {
            99 => writer = crate::fixture::writer(writer.into_disk(), 2_000),
            turn if turn % 3 == 2 || turn == 98 => {
                told.borrow_mut().acknowledged = acknowledged(&mut writer);
            }
            turn => {
                // Mostly short, sometimes over several sectors and pages.
                let length = match number {
                    790 => 5_000,
                    _ if turn == 1 || turn == 55 => 1_100,
                    _ => number * 29 % 24,
                };
                let payload = vec![number.to_le_bytes()[0] | 1; usize::try_from(length).unwrap()];
                let now = crate::fixture::at(number);
                let sequence = writer.append(RecordKind::Engine, &payload, now).unwrap();
                let mut told = told.borrow_mut();
                told.appended.push((sequence, RecordKind::Engine, payload));
                told.links.push(writer.link());
            }
        }
    }
    told.borrow_mut().acknowledged = acknowledged(&mut writer);
    let disk = writer.into_disk();
    assert!(OPERATIONS / 2 < disk.moments, "{}", disk.moments);
    disk
}

fn acknowledged(writer: &mut JournalWriter<Enumerating>) -> u64 {
    writer.commit().expect("the disk does not fail")
}

#[test]
fn lost() {
    let disk = run(CrashRule::Lost);
    assert_eq!(disk.torn, 0, "a lost commit leaves nothing");
    assert!(100 < disk.fired && 10 < disk.unfinished, "{} {}", disk.fired, disk.unfinished);
}

#[test]
fn torn_at_512() {
    let disk = run(CrashRule::Torn { sector: 512 });
    assert!(20 < disk.torn && 10 < disk.unfinished, "{} {}", disk.torn, disk.unfinished);
}

#[test]
fn torn_at_4096() {
    let disk = run(CrashRule::Torn { sector: 4096 });
    assert!(20 < disk.torn && 10 < disk.unfinished, "{} {}", disk.torn, disk.unfinished);
}

#[test]
fn reordered_at_512() {
    let disk = run(CrashRule::Reordered { sector: 512 });
    assert!(20 < disk.torn && 10 < disk.unfinished, "{} {}", disk.torn, disk.unfinished);
}

#[test]
fn reordered_at_4096() {
    let disk = run(CrashRule::Reordered { sector: 4096 });
    assert!(20 < disk.torn && 10 < disk.unfinished, "{} {}", disk.torn, disk.unfinished);
}

#[test]
fn recovery_itself_may_be_cut_off_anywhere() {
    for first in RULES {
        for second in RULES {
            for seed in 0..5 {
                cut_off_recovery(first, second, seed);
            }
        }
    }
}

/// A crash in the middle of a commit, then one at each operation of the recovery from it.
fn cut_off_recovery(first: CrashRule, second: CrashRule, seed: u64) {
    let mut writer = writer(SimulatedDisk::new(seed), 3_000);
    commit(&mut writer, &[b"one", b"two"]);
    for payload in [[3; 900], [4; 900]] {
        writer.append(RecordKind::Note, &payload, crate::fixture::at(1)).unwrap();
    }
    writer.disk_mut().cut_power_after(1);
    assert!(writer.commit().is_err());
    let appended: Vec<Kept> = [b"one".to_vec(), b"two".to_vec(), vec![3; 900], vec![4; 900]]
        .into_iter()
        .zip(1..)
        .map(|(payload, sequence)| (sequence, RecordKind::Note, payload))
        .collect();
    let mut crashed = writer.into_disk();
    crashed.put("00000001.journal.new", b"left from before");
    crashed.crash(first);
    let before = check_recovered(&mut crashed.clone(), &appended, 2).sequence;
    for operations in 0.. {
        let mut disk = crashed.clone();
        disk.cut_power_after(operations);
        let is_whole = recover(&mut disk, &OURS).is_ok();
        disk.crash(second);
        let after = check_recovered(&mut disk, &appended, 2).sequence;
        // What one recovery has seen, the next must see: the bot may have acted on it.
        if is_whole {
            assert_eq!(after, before);
            break;
        }
        assert!(disk.fired().contains_key(&Fault::PowerCut));
    }
}
