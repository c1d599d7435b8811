//! Looks a journal through: every segment, every record, a few segments in memory at a time.
//!
//! **Law.** Nothing is changed on the disk, and nothing is given out before all of it was proved.

use crate::{
    chain::Chain,
    cursor::Cursor,
    disk::Disk,
    examination::{Examined, Lanes, OneLane, Segment, examine},
    recovery_error::RecoveryError,
    segment::{Digest, HEADER, Header, Identity, number_of},
    witness::Witness,
};

/// A journal that was proved, and where it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// The last record; 0 when there is none.
    pub sequence: u64,
    /// Its link.
    pub(crate) chain: Chain,
    /// The last segment that holds a record; 0 when there is none.
    pub(crate) segment: u32,
    /// How much of that segment is right.
    pub(crate) length: usize,
    /// Who wrote the last segment; nothing when there is none.
    pub identity: Option<Identity>,
    /// The sequence of the last snapshot that can be read.
    pub snapshot: Option<u64>,
    /// Where that snapshot stands, and in which segment.
    pub(crate) snapshot_at: Option<(u32, Cursor)>,
    /// How many snapshots do not say what they should and are passed over.
    pub snapshots_refused: u64,
    /// What a crash left of a commit that was never acknowledged.
    pub torn: Option<Torn>,
    /// A last segment that a crash kept from getting its first record: its number.
    pub unfinished: Option<u32>,
}

/// What a crash left of the last commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Torn {
    /// In which segment.
    pub segment: u32,
    /// How many bytes are cut off.
    pub bytes: u64,
    /// The last record that stays.
    pub after: u64,
}

impl Recovered {
    /// What a journal is before its first segment.
    const EMPTY: Self = Self {
        sequence: 0,
        chain: Chain::START,
        segment: 0,
        length: 0,
        identity: None,
        snapshot: None,
        snapshot_at: None,
        snapshots_refused: 0,
        torn: None,
        unfinished: None,
    };

    /// Whether nothing was ever written.
    pub const fn is_fresh(&self) -> bool {
        self.sequence == 0
    }

    /// Whether the next segment would fit after both.
    pub(crate) fn ends_like(&self, other: &Self) -> bool {
        self.witness() == other.witness()
    }

    /// How far it reaches.
    pub const fn witness(&self) -> Witness {
        Witness { sequence: self.sequence, chain: self.chain }
    }
}

/// Looks a journal through without changing it. `account` must be the one it is about, `witness`
/// must be in it; nothing asks for nothing.
pub fn survey(
    disk: &mut (impl Disk + ?Sized),
    account: Option<&Digest>,
    witness: Option<Witness>,
) -> Result<Recovered, RecoveryError> {
    survey_in(&OneLane, disk, account, witness)
}

/// The same, several segments at once. What is found is the same whatever the number of lanes.
pub fn survey_in(
    lanes: &(impl Lanes + ?Sized),
    disk: &mut (impl Disk + ?Sized),
    account: Option<&Digest>,
    witness: Option<Witness>,
) -> Result<Recovered, RecoveryError> {
    let mut names: Vec<u32> =
        disk.list()?.iter().filter_map(|name| number_of(name)).filter(|it| *it != 0).collect();
    names.sort_unstable();
    let mut survey = Survey { so_far: Recovered::EMPTY, account, witness };
    // What stands before a gap is looked through all the same: the first fault is the one named.
    let there = names.iter().zip(1..).take_while(|(segment, expected)| *segment == expected);
    let there: Vec<u32> = there.map(|(segment, _)| *segment).collect();
    let segments = there.iter().map(|number| {
        let is_last = names.last() == Some(number);
        Segment { number: *number, is_last, witness }
    });
    let mut disk = disk;
    for examined in lanes.examine(&mut disk, &segments.collect::<Vec<_>>()) {
        survey.join(examined)?;
    }
    if let Some((_, expected)) = names.iter().zip(1..).nth(there.len()) {
        return Err(RecoveryError::MissingSegment { segment: expected });
    }
    survey.finish()
}

/// A survey under way.
pub(crate) struct Survey<'a> {
    pub(crate) so_far: Recovered,
    account: Option<&'a Digest>,
    witness: Option<Witness>,
}

impl Survey<'_> {
    /// A survey of this account's journal that has come so far.
    pub(crate) fn of<'a>(so_far: &Recovered, account: &'a Digest) -> Survey<'a> {
        Survey { so_far: so_far.clone(), account: Some(account), witness: None }
    }

    /// Looks the next segment through.
    pub(crate) fn segment(
        &mut self,
        segment: u32,
        bytes: &[u8],
        is_last: bool,
    ) -> Result<(), RecoveryError> {
        self.join(examine(segment, bytes, is_last, self.witness))
    }

    /// Goes on with the next segment, which was looked through by itself.
    fn join(&mut self, examined: Examined) -> Result<(), RecoveryError> {
        let Examined { segment, found } = examined;
        let Some(found) = found? else {
            self.so_far.unfinished = Some(segment);
            return Ok(());
        };
        self.check_header(&found.header, segment)?;
        if let Some(fault) = found.fault {
            return Err(fault);
        }
        let so_far = &mut self.so_far;
        so_far.identity = Some(found.header.identity);
        so_far.snapshots_refused += found.snapshots_refused;
        if let Some((sequence, before)) = found.snapshot {
            so_far.snapshot = Some(sequence);
            so_far.snapshot_at = Some((segment, before));
        }
        so_far.torn = found.torn;
        let Cursor { at, sequence, chain, .. } = found.end;
        if at == HEADER {
            // Nothing in it was ever acknowledged; it is made anew. If that is wrong, the next
            // header says so.
            so_far.unfinished = Some(segment);
        } else {
            (so_far.sequence, so_far.chain) = (sequence, chain);
            (so_far.segment, so_far.length) = (segment, at);
        }
        Ok(())
    }

    /// Whether a header stands where it should.
    fn check_header(&self, header: &Header, segment: u32) -> Result<(), RecoveryError> {
        let Recovered { sequence: has, chain, .. } = self.so_far;
        let had = header.first_sequence.wrapping_sub(1);
        if header.segment != segment {
            return Err(RecoveryError::Misplaced { segment, says: header.segment });
        }
        if self.account.is_some_and(|account| *account != header.identity.account) {
            return Err(RecoveryError::OtherAccount { segment });
        }
        if 1 < segment && has < had {
            return Err(RecoveryError::Shortened { segment: segment - 1, has, had });
        }
        if had != has || header.chain != chain {
            return Err(RecoveryError::OtherHistory { segment });
        }
        Ok(())
    }

    /// Whether it reaches as far as it must.
    fn finish(self) -> Result<Recovered, RecoveryError> {
        let has = self.so_far.sequence;
        match self.witness {
            Some(Witness { sequence: seen, .. }) if has < seen => {
                Err(RecoveryError::Lost { has, seen })
            }
            Some(_) | None => Ok(self.so_far),
        }
    }
}

#[cfg(test)]
mod tests;
