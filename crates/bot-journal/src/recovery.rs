//! Recovery: the journal is proved, then its end is put in order so that a writer may go on.
//!
//! **Law.** A crash at any moment of it leaves a journal that recovers to the same records.
//!
//! The last segment is written again, as far as it is right, and put in the place of the old one.
//! That cuts a torn commit off, and it makes durable what is only in memory: after a sync that
//! failed, a system may show bytes it will never write
//! (<https://wiki.postgresql.org/wiki/Fsync_Errors>, read on 2026-11-22).

use crate::{
    disk::{Disk, DiskError},
    examination::{Lanes, OneLane},
    recovery_error::RecoveryError,
    segment::{Identity, is_leftover, name_of, new_name_of},
    survey::{Recovered, survey_in},
    witness::Witness,
};

/// Proves the journal of `expected.account` and puts its end in order. An empty folder is a fresh
/// start. Whatever else `expected` says may have changed; [`Recovered::identity`] tells.
pub fn recover(
    disk: &mut (impl Disk + ?Sized),
    expected: &Identity,
) -> Result<Recovered, RecoveryError> {
    recover_witnessed(&OneLane, disk, expected, None)
}

/// The same for a journal that must reach a witness, several segments at once.
pub fn recover_witnessed(
    lanes: &(impl Lanes + ?Sized),
    disk: &mut (impl Disk + ?Sized),
    expected: &Identity,
    witness: Option<Witness>,
) -> Result<Recovered, RecoveryError> {
    let recovered = survey_in(lanes, disk, Some(&expected.account), witness)?;
    put_in_order(disk, &recovered)?;
    Ok(recovered)
}

fn put_in_order(disk: &mut (impl Disk + ?Sized), recovered: &Recovered) -> Result<(), DiskError> {
    let names = disk.list()?;
    for name in names.iter().filter(|name| is_leftover(name)) {
        disk.remove(name)?;
    }
    if let Some(segment) = recovered.unfinished {
        disk.remove(&name_of(segment))?;
    } else if recovered.segment != 0 {
        write_again(disk, recovered)?;
    }
    // What a process before this one created may not be durable either.
    if names.is_empty() { Ok(()) } else { disk.sync_folder() }
}

/// Puts a copy of the last segment, as far as it is right, in its place.
fn write_again(disk: &mut (impl Disk + ?Sized), recovered: &Recovered) -> Result<(), DiskError> {
    let name = name_of(recovered.segment);
    let new = new_name_of(recovered.segment);
    let bytes = disk.read(&name)?;
    disk.create(&new)?;
    disk.append(&new, &bytes[..recovered.length])?;
    disk.sync(&new)?;
    disk.rename(&new, &name)
}

#[cfg(test)]
mod tests;
