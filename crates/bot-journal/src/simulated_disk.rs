//! A disk in memory that does what real ones do when they should not: it fills up, refuses, forgets
//! what was not synced, tears it, lies about having synced it, and rots.
//!
//! **Law.** The same seed and the same calls give the same bytes. Without a fault and without a
//! crash it loses nothing; every fault that did something is counted.

use std::collections::BTreeMap;

use crate::disk::{Disk, DiskError};

mod chance;
mod crash;
mod fault;
mod file;

pub use crash::CrashRule;
pub use fault::Fault;

use chance::Chance;
use file::{File, Write};

/// A folder that can be made to fail. What is seen is what a process sees; what is durable is what
/// a crash leaves for certain.
#[derive(Clone, Debug)]
pub struct SimulatedDisk {
    files: BTreeMap<u64, File>,
    /// Which file has which name, as a process sees it.
    names: BTreeMap<String, u64>,
    durable_names: BTreeMap<String, u64>,
    /// What happened to names since the folder was synced.
    pending_names: Vec<NameChange>,
    /// Copies of files, kept to be put back later.
    copies: BTreeMap<String, Vec<u8>>,
    next_file: u64,
    chance: Chance,
    /// How many calls have changed something or tried to.
    operations: u64,
    switches: Switches,
    fired: BTreeMap<Fault, u64>,
}

/// What happened to a name.
#[derive(Clone, Debug)]
enum NameChange {
    Created(String, u64),
    Renamed { from: String, to: String, file: u64 },
    Removed(String),
}

/// What goes wrong from now on.
#[derive(Clone, Copy, Debug, Default)]
struct Switches {
    /// How many bytes still fit.
    room: Option<u64>,
    is_read_only: bool,
    /// The next append takes only so many bytes.
    short_write: Option<usize>,
    /// So many syncs fail.
    failing_syncs: u64,
    lies: bool,
    /// The power fails after so many more operations.
    power: Option<u64>,
}

impl SimulatedDisk {
    /// An empty folder.
    pub fn new(seed: u64) -> Self {
        Self {
            files: BTreeMap::new(),
            names: BTreeMap::new(),
            durable_names: BTreeMap::new(),
            pending_names: Vec::new(),
            copies: BTreeMap::new(),
            next_file: 0,
            chance: Chance::from_seed(seed),
            operations: 0,
            switches: Switches::default(),
            fired: BTreeMap::new(),
        }
    }

    // What goes wrong from now on.

    /// Lets only so many more bytes on the disk; nothing means any number.
    pub const fn set_room(&mut self, bytes: Option<u64>) {
        self.switches.room = bytes;
    }

    /// Makes the folder read-only, or writable again.
    pub const fn set_read_only(&mut self, is_read_only: bool) {
        self.switches.is_read_only = is_read_only;
    }

    /// Lets the next append take only so many bytes.
    pub const fn shorten_next_write(&mut self, bytes: usize) {
        self.switches.short_write = Some(bytes);
    }

    /// Lets the next syncs fail. What they should have written stays visible and never becomes
    /// durable, as Linux does it.
    pub const fn fail_syncs(&mut self, count: u64) {
        self.switches.failing_syncs = count;
    }

    /// Lets syncs say yes and do nothing, or stops that.
    pub const fn set_lying(&mut self, lies: bool) {
        self.switches.lies = lies;
    }

    /// Cuts the power after so many more operations: everything fails until [`Self::crash`].
    pub const fn cut_power_after(&mut self, operations: u64) {
        self.switches.power = Some(operations);
    }

    /// Takes another stream of chance.
    pub const fn reseed(&mut self, seed: u64) {
        self.chance = Chance::from_seed(seed);
    }

    // What goes wrong at once.

    /// The machine stops and starts again. What was not durable meets its fate by `rule`; every
    /// switch but the room is back to normal.
    pub fn crash(&mut self, rule: CrashRule) {
        crash::crash(self, rule);
        self.switches = Switches { room: self.switches.room, ..Switches::default() };
    }

    /// Changes one bit of a file for good, the first bit being 0. There must be such a bit.
    pub fn flip_bit(&mut self, name: &str, bit: u64) {
        let at = usize::try_from(bit / 8).expect("a file fits into memory");
        self.rot(name, Fault::BitFlipped, |bytes| bytes[at] ^= 1 << (bit % 8));
    }

    /// Makes a page of 4,096 bytes zeros for good, the first page being 0.
    pub fn zero_page(&mut self, name: &str, page: usize) {
        self.rot(name, Fault::PageZeroed, |bytes| {
            let end = bytes.len().min((page + 1) * 4096);
            bytes[page * 4096..end].fill(0);
        });
    }

    /// Cuts a file off for good.
    pub fn shorten(&mut self, name: &str, length: usize) {
        self.rot(name, Fault::Shortened, |bytes| bytes.truncate(length));
    }

    /// Takes a file away for good.
    pub fn lose(&mut self, name: &str) {
        self.names.remove(name).expect("there is such a file");
        self.durable_names.remove(name);
        self.fire(Fault::FileLost);
    }

    /// Keeps a copy of a file as it is, to be put back later.
    pub fn keep_copy(&mut self, name: &str) {
        let bytes = self.file(name).seen.clone();
        self.copies.insert(name.to_owned(), bytes);
    }

    /// Puts the copy in the place of the file, for good.
    pub fn put_copy_back(&mut self, name: &str) {
        let bytes = self.copies.get(name).expect("a copy was kept").clone();
        self.put(name, &bytes);
        self.fire(Fault::OlderCopy);
    }

    /// Gives each of two files the other's name, for good.
    pub fn swap(&mut self, one: &str, other: &str) {
        let (first, second) = (self.number(one), self.number(other));
        for names in [&mut self.names, &mut self.durable_names] {
            names.insert(one.to_owned(), second);
            names.insert(other.to_owned(), first);
        }
        self.fire(Fault::Swapped);
    }

    /// Puts a file there, or another in its place, for good.
    pub fn put(&mut self, name: &str, bytes: &[u8]) {
        let number = self.new_file(File::durable(bytes));
        self.names.insert(name.to_owned(), number);
        self.durable_names.insert(name.to_owned(), number);
    }

    // Questions.

    /// How often each fault did something.
    pub const fn fired(&self) -> &BTreeMap<Fault, u64> {
        &self.fired
    }

    /// How many calls have changed something or tried to.
    pub const fn operations(&self) -> u64 {
        self.operations
    }

    /// How long a file is; there must be one.
    pub fn length(&self, name: &str) -> usize {
        self.file(name).seen.len()
    }

    fn fire(&mut self, fault: Fault) {
        *self.fired.entry(fault).or_default() += 1;
    }

    fn rot(&mut self, name: &str, fault: Fault, change: impl Fn(&mut Vec<u8>)) {
        let number = self.number(name);
        let file = self.files.get_mut(&number).expect("a name has a file");
        let mut bytes = file.seen.clone();
        change(&mut bytes);
        *file = File::durable(&bytes);
        self.fire(fault);
    }

    fn new_file(&mut self, file: File) -> u64 {
        self.next_file += 1;
        self.files.insert(self.next_file, file);
        self.next_file
    }

    fn number(&self, name: &str) -> u64 {
        *self.names.get(name).expect("there is such a file")
    }

    fn file(&self, name: &str) -> &File {
        self.files.get(&self.number(name)).expect("a name has a file")
    }

    fn find(&self, name: &str) -> Result<u64, DiskError> {
        self.names.get(name).copied().ok_or_else(|| DiskError::Missing(name.to_owned()))
    }

    /// Forgets files that no name leads to.
    fn drop_nameless(&mut self) {
        let mut files = std::mem::take(&mut self.files);
        let named = |number: &u64| {
            self.names.values().chain(self.durable_names.values()).any(|it| it == number)
        };
        files.retain(|number, _| named(number));
        self.files = files;
    }

    /// Whether the machine runs at all.
    fn look(&self) -> Result<(), DiskError> {
        if self.switches.power == Some(0) {
            return Err(DiskError::Failed("the power is out".to_owned()));
        }
        Ok(())
    }

    /// Counts an operation that would change something, and whether it may.
    fn operate(&mut self) -> Result<(), DiskError> {
        if self.switches.power == Some(0) {
            self.fire(Fault::PowerCut);
        }
        self.look()?;
        self.operations += 1;
        // Each moment has chances of its own.
        self.chance.next();
        if let Some(left) = &mut self.switches.power {
            *left -= 1;
        }
        if self.switches.is_read_only {
            self.fire(Fault::ReadOnly);
            return Err(DiskError::ReadOnly);
        }
        Ok(())
    }

    /// Whether a sync fails or lies; nothing when it is to be done.
    fn sync_fault(&mut self) -> Option<Fault> {
        if self.switches.failing_syncs != 0 {
            self.switches.failing_syncs -= 1;
            return Some(Fault::SyncFailed);
        }
        self.switches.lies.then_some(Fault::SyncLied)
    }
}

impl Disk for SimulatedDisk {
    fn list(&mut self) -> Result<Vec<String>, DiskError> {
        self.look()?;
        Ok(self.names.keys().cloned().collect())
    }

    fn read(&mut self, name: &str) -> Result<Vec<u8>, DiskError> {
        self.look()?;
        self.find(name)?;
        Ok(self.file(name).seen.clone())
    }

    fn create(&mut self, name: &str) -> Result<(), DiskError> {
        self.operate()?;
        if self.names.contains_key(name) {
            return Err(DiskError::Exists(name.to_owned()));
        }
        let number = self.new_file(File::default());
        self.names.insert(name.to_owned(), number);
        self.pending_names.push(NameChange::Created(name.to_owned(), number));
        Ok(())
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
        self.operate()?;
        let number = self.find(name)?;
        let mut taken = bytes.len();
        let mut result = Ok(());
        if let Some(short) = self.switches.short_write.take().filter(|short| *short < taken) {
            self.fire(Fault::ShortWrite);
            (taken, result) = (short, Err(short_write(short, bytes.len())));
        }
        if let Some(room) = self.switches.room {
            let room = usize::try_from(room).unwrap_or(usize::MAX);
            if room < taken {
                self.fire(Fault::Full);
                (taken, result) = (room, Err(DiskError::Full));
            }
            self.switches.room = Some((room - taken) as u64);
        }
        let file = self.files.get_mut(&number).expect("a name has a file");
        file.write(Write::Bytes { at: file.seen.len(), bytes: bytes[..taken].to_vec() });
        result
    }

    fn truncate(&mut self, name: &str, length: u64) -> Result<(), DiskError> {
        self.operate()?;
        let number = self.find(name)?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        self.files.get_mut(&number).expect("a name has a file").write(Write::Cut(length));
        Ok(())
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        self.operate()?;
        let file = self.find(from)?;
        self.names.remove(from);
        self.names.insert(to.to_owned(), file);
        let (from, to) = (from.to_owned(), to.to_owned());
        self.pending_names.push(NameChange::Renamed { from, to, file });
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), DiskError> {
        self.operate()?;
        self.find(name)?;
        self.names.remove(name);
        self.pending_names.push(NameChange::Removed(name.to_owned()));
        Ok(())
    }

    fn sync(&mut self, name: &str) -> Result<(), DiskError> {
        self.operate()?;
        let number = self.find(name)?;
        let fault = self.sync_fault();
        let file = self.files.get_mut(&number).expect("a name has a file");
        match fault {
            None => file.sync(),
            Some(Fault::SyncFailed) => file.forget(),
            Some(_) => {}
        }
        self.synced(fault)
    }

    fn sync_folder(&mut self) -> Result<(), DiskError> {
        self.operate()?;
        let fault = self.sync_fault();
        match fault {
            None => {
                self.durable_names = self.names.clone();
                self.pending_names.clear();
                self.drop_nameless();
            }
            Some(Fault::SyncFailed) => self.pending_names.clear(),
            Some(_) => {}
        }
        self.synced(fault)
    }
}

impl SimulatedDisk {
    /// What a sync says after this happened.
    fn synced(&mut self, fault: Option<Fault>) -> Result<(), DiskError> {
        let Some(fault) = fault else { return Ok(()) };
        self.fire(fault);
        if fault == Fault::SyncFailed {
            return Err(DiskError::Failed("input/output error".to_owned()));
        }
        Ok(())
    }
}

fn short_write(written: usize, wanted: usize) -> DiskError {
    DiskError::Short { written: written as u64, wanted: wanted as u64 }
}

#[cfg(test)]
mod tests;
