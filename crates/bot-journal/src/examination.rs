//! One segment, looked through by itself: what stands before it is taken from its own header, and
//! held against the segment before later. So several can be looked through at once.
//!
//! **Law.** What is found does not depend on what else is looked through, or when.

use crate::{
    cursor::{Cursor, Step},
    damage::{Spot, has_lost_sector},
    disk::{Disk, DiskError},
    frame::Frame,
    one_bit,
    record::RecordKind,
    recovery_error::RecoveryError,
    segment::{HEADER, Header, HeaderFault, name_of},
    snapshot::Snapshot,
    survey::Torn,
    witness::Witness,
};

/// Looks segments through: one after the other, or several at once.
pub trait Lanes {
    /// Looks all of them through; the answers in the order of the segments. A lane that reads by
    /// itself leaves `disk` alone.
    fn examine(&self, disk: &mut dyn Disk, segments: &[Segment]) -> Vec<Examined>;
}

/// One after the other.
#[derive(Clone, Copy, Debug)]
pub struct OneLane;

impl Lanes for OneLane {
    fn examine(&self, disk: &mut dyn Disk, segments: &[Segment]) -> Vec<Examined> {
        segments.iter().map(|segment| segment.examine(disk.read(&segment.name()))).collect()
    }
}

/// A segment to be looked through.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    pub(crate) number: u32,
    pub(crate) is_last: bool,
    pub(crate) witness: Option<Witness>,
}

impl Segment {
    /// The name of its file.
    pub fn name(&self) -> String {
        name_of(self.number)
    }

    /// Looks its bytes through.
    pub fn examine(&self, bytes: Result<Vec<u8>, DiskError>) -> Examined {
        match bytes {
            Ok(bytes) => examine(self.number, &bytes, self.is_last, self.witness),
            Err(error) => Examined { segment: self.number, found: Err(error.into()) },
        }
    }
}

/// A segment that has been looked through.
#[derive(Debug)]
pub struct Examined {
    pub(crate) segment: u32,
    /// Nothing where a crash kept it from getting a header.
    pub(crate) found: Result<Option<Found>, RecoveryError>,
}

/// What a segment says of itself.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) header: Header,
    /// Behind the last record that is right.
    pub(crate) end: Cursor,
    /// The last snapshot that can be read, and where it begins.
    pub(crate) snapshot: Option<(u64, Cursor)>,
    pub(crate) snapshots_refused: u64,
    pub(crate) torn: Option<Torn>,
    /// What is wrong with a record, if the header stands where it should.
    pub(crate) fault: Option<RecoveryError>,
}

/// Looks one segment through.
pub(crate) fn examine(
    segment: u32,
    bytes: &[u8],
    is_last: bool,
    witness: Option<Witness>,
) -> Examined {
    let found = header_of(segment, bytes, is_last).map(|header| {
        let (header, raw) = header?;
        let end = Cursor::after_header(&header, raw);
        let (snapshot, snapshots_refused) = (None, 0);
        let mut found = Found { header, end, snapshot, snapshots_refused, torn: None, fault: None };
        found.fault = found.records(segment, (bytes, is_last), witness).err();
        Some(found)
    });
    Examined { segment, found }
}

impl Found {
    /// Goes over the records, up to the end or to where a crash cut it off.
    fn records(
        &mut self,
        segment: u32,
        (bytes, is_last): (&[u8], bool),
        witness: Option<Witness>,
    ) -> Result<(), RecoveryError> {
        loop {
            let before = self.end;
            match self.end.step(bytes) {
                Step::Record(frame) => self.record(&frame, before, witness)?,
                Step::End => return Ok(()),
                Step::Bad => {
                    let Cursor { at, chain, .. } = before;
                    let sequence = before.sequence + 1;
                    let spot = Spot { bytes, at, sequence, before: chain, is_last };
                    if let Some(damage) = spot.damage() {
                        return Err(RecoveryError::Damaged { segment, at, sequence, damage });
                    }
                    let cut = (bytes.len() - at) as u64;
                    self.torn = Some(Torn { segment, bytes: cut, after: before.sequence });
                    return Ok(());
                }
            }
        }
    }

    fn record(
        &mut self,
        frame: &Frame<'_>,
        before: Cursor,
        witness: Option<Witness>,
    ) -> Result<(), RecoveryError> {
        let Frame { sequence, kind, .. } = *frame;
        let kind =
            RecordKind::from_number(kind).ok_or(RecoveryError::UnknownKind { sequence, kind })?;
        if witness.is_some_and(|it| it.sequence == sequence && it.chain != frame.chain) {
            return Err(RecoveryError::NotWitnessed { sequence });
        }
        if kind == RecordKind::Snapshot {
            if Snapshot::decode(frame.payload, sequence).is_some() {
                self.snapshot = Some((sequence, before));
            } else {
                self.snapshots_refused += 1;
            }
        }
        Ok(())
    }
}

/// The header and its bytes, or nothing when a crash kept the segment from getting one.
fn header_of(
    segment: u32,
    bytes: &[u8],
    is_last: bool,
) -> Result<Option<(Header, &[u8; HEADER])>, RecoveryError> {
    let Some(raw) = whole_header(bytes, segment, is_last)? else { return Ok(None) };
    let header = Header::decode(raw).map_err(|fault| named(fault, raw, segment))?;
    Ok(Some((header, raw)))
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
