//! Looks a journal through: every segment, every record, one segment in memory at a time.
//!
//! **Law.** Nothing is changed on the disk, and nothing is given out before all of it was proved.

use crate::{
    chain::Chain,
    cursor::{Cursor, Step},
    damage::{Spot, has_lost_sector},
    disk::Disk,
    frame::Frame,
    one_bit,
    record::RecordKind,
    recovery_error::RecoveryError,
    segment::{Digest, HEADER, Header, HeaderFault, Identity, name_of, number_of},
    snapshot::Snapshot,
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
    let mut names: Vec<u32> =
        disk.list()?.iter().filter_map(|name| number_of(name)).filter(|it| *it != 0).collect();
    names.sort_unstable();
    let mut survey = Survey { so_far: Recovered::EMPTY, account, witness };
    for (&segment, expected) in names.iter().zip(1..) {
        if segment != expected {
            return Err(RecoveryError::MissingSegment { segment: expected });
        }
        let bytes = disk.read(&name_of(segment))?;
        survey.segment(segment, &bytes, names.len() == segment as usize)?;
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
        let Some(raw) = whole_header(bytes, segment, is_last)? else {
            self.so_far.unfinished = Some(segment);
            return Ok(());
        };
        let header = Header::decode(raw).map_err(|fault| named(fault, raw, segment))?;
        self.check_header(&header, segment)?;
        self.so_far.identity = Some(header.identity);
        let mut cursor = Cursor::after_header(&header, raw);
        self.records(segment, bytes, &mut cursor, is_last)?;
        let Cursor { at, sequence, chain, .. } = cursor;
        if at == HEADER {
            // Nothing in it was ever acknowledged; it is made anew. If that is wrong, the next
            // header says so.
            self.so_far.unfinished = Some(segment);
        } else {
            let end = &mut self.so_far;
            (end.sequence, end.chain) = (sequence, chain);
            (end.segment, end.length) = (segment, at);
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

    /// Goes over the records of a segment, up to its end or to where a crash cut it off.
    fn records(
        &mut self,
        segment: u32,
        bytes: &[u8],
        cursor: &mut Cursor,
        is_last: bool,
    ) -> Result<(), RecoveryError> {
        loop {
            let before = *cursor;
            match cursor.step(bytes) {
                Step::Record(frame) => self.record(segment, &frame, before)?,
                Step::End => return Ok(()),
                Step::Bad => {
                    let Cursor { at, chain, .. } = before;
                    let sequence = before.sequence + 1;
                    let spot = Spot { bytes, at, sequence, before: chain, is_last };
                    if let Some(damage) = spot.damage() {
                        return Err(RecoveryError::Damaged { segment, at, sequence, damage });
                    }
                    let cut = (bytes.len() - at) as u64;
                    self.so_far.torn = Some(Torn { segment, bytes: cut, after: before.sequence });
                    return Ok(());
                }
            }
        }
    }

    fn record(
        &mut self,
        segment: u32,
        frame: &Frame<'_>,
        before: Cursor,
    ) -> Result<(), RecoveryError> {
        let Frame { sequence, kind, .. } = *frame;
        let kind =
            RecordKind::from_number(kind).ok_or(RecoveryError::UnknownKind { sequence, kind })?;
        if self.witness.is_some_and(|it| it.sequence == sequence && it.chain != frame.chain) {
            return Err(RecoveryError::NotWitnessed { sequence });
        }
        if kind == RecordKind::Snapshot {
            if Snapshot::decode(frame.payload, sequence).is_some() {
                self.so_far.snapshot = Some(sequence);
                self.so_far.snapshot_at = Some((segment, before));
            } else {
                self.so_far.snapshots_refused += 1;
            }
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

/// The bytes of the header, or nothing when a crash kept the segment from getting one.
fn whole_header(
    bytes: &[u8],
    segment: u32,
    is_last: bool,
) -> Result<Option<&[u8; HEADER]>, RecoveryError> {
    // Records follow a header only when it is durable, so one without any may be half-written.
    let may_be_unfinished = is_last && bytes.len() <= HEADER;
    match bytes.first_chunk() {
        Some(_) if may_be_unfinished && has_lost_sector(bytes, 0) => Ok(None),
        Some(header) => Ok(Some(header)),
        None if may_be_unfinished => Ok(None),
        None => Err(RecoveryError::DamagedHeader { segment }),
    }
}

fn named(fault: HeaderFault, header: &[u8; HEADER], segment: u32) -> RecoveryError {
    match fault {
        HeaderFault::OtherFormat(format) if one_bit::in_header(header).is_none() => {
            RecoveryError::OtherFormat { segment, format }
        }
        HeaderFault::OtherFormat(_) | HeaderFault::Damaged => {
            RecoveryError::DamagedHeader { segment }
        }
    }
}

#[cfg(test)]
mod tests;
