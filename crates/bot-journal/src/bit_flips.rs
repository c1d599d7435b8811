//! The sweep: a journal of any size, every single bit of it changed in turn.
//!
//! **Law.** A bit counts as found only when recovery would stop with a name.

use trading_types::Timestamp;

use crate::{
    disk::Disk,
    one_bit::flip,
    record::RecordKind,
    recovery::recover,
    segment::{Identity, name_of},
    simulated_disk::SimulatedDisk,
    survey::{Recovered, Survey, survey},
    writer::{JournalSettings, JournalWriter},
};

/// Short segments: a changed bit is looked for in one of them.
const SEGMENT_BYTES: u64 = 1024;
/// Who writes the journal.
const IDENTITY: Identity =
    Identity { account: [1; 32], binary: [2; 32], config: [3; 32], strategy: [4; 32] };

/// What became of the bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sweep {
    /// Records of the journal.
    pub records: u64,
    /// Segments of the journal.
    pub segments: u64,
    /// Bits that were changed, each alone.
    pub bits: u64,
    /// Those at which recovery stops with a name.
    pub named: u64,
    /// Those at which it cuts off records and says so.
    pub shortened: u64,
    /// Those that nobody would notice.
    pub silent: u64,
}

/// Writes a journal of so many records and changes every bit of it, one at a time.
pub fn bit_flip_sweep(records: u64) -> Sweep {
    let mut disk = journal_of(records);
    let whole = survey(&mut disk, Some(&IDENTITY.account), None).expect("nothing has failed");
    assert_eq!(whole.sequence, records, "what was committed is there");
    let segments = whole.segment;
    let mut sweep = Sweep { records, segments: u64::from(segments), ..Sweep::default() };
    let mut before = survey(&mut SimulatedDisk::new(0), None, None).expect("it is empty");
    for segment in 1..=segments {
        let bytes = disk.read(&name_of(segment)).expect("the survey read it");
        before = sweep.segment(&before, segment, bytes, segment == segments);
    }
    sweep
}

/// A journal in a few kinds of records and commits of one to three.
fn journal_of(records: u64) -> SimulatedDisk {
    let mut disk = SimulatedDisk::new(0);
    let fresh = recover(&mut disk, &IDENTITY).expect("the folder is empty");
    let settings = JournalSettings { identity: IDENTITY, segment_bytes: SEGMENT_BYTES };
    let mut writer = JournalWriter::new(disk, &fresh, settings);
    for number in 0..records {
        let length = usize::try_from(number * 37 % 160).expect("it is small");
        let payload: Vec<u8> = number.to_le_bytes().into_iter().cycle().take(length).collect();
        let kind = if number % 3 == 0 { RecordKind::Note } else { RecordKind::Engine };
        writer.append(kind, &payload, Timestamp::from_nanos(number)).expect("it is small");
        if [0, 1, 4].contains(&(number % 7)) {
            writer.commit().expect("the disk does not fail");
        }
    }
    writer.commit().expect("the disk does not fail");
    writer.into_disk()
}

impl Sweep {
    /// Changes every bit of a segment and gives where the journal stands after it.
    fn segment(
        &mut self,
        before: &Recovered,
        segment: u32,
        mut bytes: Vec<u8>,
        is_last: bool,
    ) -> Recovered {
        let after = |bytes: &[u8]| {
            let mut survey = Survey::of(before, &IDENTITY.account);
            survey.segment(segment, bytes, is_last).map(|()| survey.so_far)
        };
        let right = after(&bytes).expect("nothing has been changed yet");
        for bit in 0..bytes.len() * 8 {
            flip(&mut bytes, bit);
            self.bits += 1;
            match after(&bytes) {
                Err(_) => self.named += 1,
                // The header of the next segment would say so.
                Ok(found) if !is_last && !found.ends_like(&right) => self.named += 1,
                Ok(found) if found.torn.is_some() || found.unfinished.is_some() => {
                    self.shortened += 1;
                }
                Ok(_) => self.silent += 1,
            }
            flip(&mut bytes, bit);
        }
        right
    }
}

#[cfg(test)]
mod tests;
