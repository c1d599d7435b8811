//! What a crash leaves.
//!
//! **Law.** What was synced stays. What was not stays, goes or is torn by the rule; a sector that
//! was to be written and was not is zeros, or the file ends before it.

use super::{
    NameChange, SimulatedDisk,
    chance::Chance,
    fault::Fault,
    file::{File, Write, put},
};

/// What becomes of bytes and names that were not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrashRule {
    /// All are kept: the process died, the machine did not.
    Kept,
    /// All are lost.
    Lost,
    /// They are kept in their order up to some sector; the file may be as long as if all were.
    Torn {
        /// Bytes of a sector.
        sector: usize,
    },
    /// Each sector and each name is kept or lost by itself.
    Reordered {
        /// Bytes of a sector.
        sector: usize,
    },
}

pub(super) fn crash(disk: &mut SimulatedDisk, rule: CrashRule) {
    if rule == CrashRule::Kept {
        return;
    }
    let mut files = std::mem::take(&mut disk.files);
    for file in files.values_mut() {
        keep(file, rule, &mut disk.chance);
        if file.durable != file.seen {
            disk.fire(loss(rule));
        }
        *file = File::durable(&file.durable);
    }
    disk.files = files;
    let changes = std::mem::take(&mut disk.pending_names);
    for (change, is_kept) in changes.iter().zip(kept_names(changes.len(), rule, &mut disk.chance)) {
        if is_kept {
            apply(change, disk);
        } else {
            disk.fire(Fault::NamesLost);
        }
    }
    disk.names = disk.durable_names.clone();
    disk.drop_nameless();
}

/// How it is counted when a file is not what was seen.
const fn loss(rule: CrashRule) -> Fault {
    match rule {
        CrashRule::Kept | CrashRule::Lost => Fault::WritesLost,
        CrashRule::Torn { .. } => Fault::WritesTorn,
        CrashRule::Reordered { .. } => Fault::WritesReordered,
    }
}

/// Makes durable what the rule keeps.
fn keep(file: &mut File, rule: CrashRule, chance: &mut Chance) {
    let pending = std::mem::take(&mut file.pending);
    match rule {
        CrashRule::Kept | CrashRule::Lost => {}
        CrashRule::Torn { sector } => tear(&mut file.durable, &pending, sector, chance),
        CrashRule::Reordered { sector } => {
            for write in &pending {
                scatter(&mut file.durable, write, sector, chance);
            }
            if !pending.is_empty() && chance.coin() {
                file.durable.resize(file.durable.len().max(file.seen.len()), 0);
            }
        }
    }
}

/// Does some of the writes, and the next one up to some sector.
fn tear(durable: &mut Vec<u8>, pending: &[Write], sector: usize, chance: &mut Chance) {
    let whole = chance.up_to(pending.len());
    for write in &pending[..whole] {
        write.apply(durable);
    }
    let Some(Write::Bytes { at, bytes }) = pending.get(whole) else { return };
    let end = at + bytes.len();
    let sectors = end.div_ceil(sector) - at / sector;
    let kept = chance.up_to(sectors.saturating_sub(1));
    let cut = if kept == 0 { *at } else { (at / sector + kept) * sector };
    put(durable, *at, &bytes[..cut - at]);
    if chance.coin() {
        durable.resize(durable.len().max(end), 0);
    }
}

/// Keeps each sector of a write or not.
fn scatter(durable: &mut Vec<u8>, write: &Write, sector: usize, chance: &mut Chance) {
    let Write::Bytes { at, bytes } = write else {
        if chance.coin() {
            write.apply(durable);
        }
        return;
    };
    let mut from = *at;
    let end = at + bytes.len();
    while from < end {
        let to = ((from / sector + 1) * sector).min(end);
        if chance.coin() {
            put(durable, from, &bytes[from - at..to - at]);
        }
        from = to;
    }
}

/// Which changes of names are kept.
fn kept_names(count: usize, rule: CrashRule, chance: &mut Chance) -> Vec<bool> {
    match rule {
        CrashRule::Kept | CrashRule::Lost => vec![rule == CrashRule::Kept; count],
        CrashRule::Torn { .. } => {
            let kept = chance.up_to(count);
            (0..count).map(|at| at < kept).collect()
        }
        CrashRule::Reordered { .. } => (0..count).map(|_| chance.coin()).collect(),
    }
}

fn apply(change: &NameChange, disk: &mut SimulatedDisk) {
    let names = &mut disk.durable_names;
    match change {
        NameChange::Created(name, file) => {
            names.insert(name.clone(), *file);
        }
        NameChange::Renamed { from, to, file } => {
            names.remove(from);
            names.insert(to.clone(), *file);
        }
        NameChange::Removed(name) => {
            names.remove(name);
        }
    }
}
