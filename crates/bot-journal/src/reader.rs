//! Gives the records of a proved journal out, one after the other, one segment in memory at a time.
//!
//! **Law.** Each record is proved once more as it is given out.

use crate::{
    cursor::{Cursor, Step},
    damage::Damage,
    disk::Disk,
    record::{Record, RecordKind},
    recovery_error::RecoveryError,
    segment::{Header, name_of},
    survey::Recovered,
};

/// Where to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With the first record.
    Beginning,
    /// With the last snapshot that can be read, then what follows it; with the first record when
    /// there is none.
    LastSnapshot,
}

/// The records of a journal.
#[derive(Debug)]
pub struct Records<D> {
    disk: D,
    /// The segment that is open; 0 before the first.
    segment: u32,
    bytes: Vec<u8>,
    cursor: Option<Cursor>,
    /// The last record to give out.
    last: u64,
}

impl<D: Disk> Records<D> {
    /// The records of a journal that was proved, and not changed since.
    pub fn new(disk: D, journal: &Recovered, start: Start) -> Result<Self, RecoveryError> {
        let last = journal.sequence;
        let mut records = Self { disk, segment: 0, bytes: Vec::new(), cursor: None, last };
        if let (Start::LastSnapshot, Some((segment, cursor))) = (start, journal.snapshot_at) {
            records.bytes = records.disk.read(&name_of(segment))?;
            records.segment = segment;
            records.cursor = Some(cursor);
        }
        Ok(records)
    }

    /// The next record; nothing after the last.
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>, RecoveryError> {
        let mut cursor = match self.cursor {
            Some(cursor) if cursor.sequence == self.last => return Ok(None),
            Some(cursor) if cursor.at < self.bytes.len() => cursor,
            None if self.last == 0 => return Ok(None),
            Some(_) | None => self.next_segment()?,
        };
        let Cursor { at, sequence, .. } = cursor;
        let segment = self.segment;
        let sequence = sequence + 1;
        let Step::Record(frame) = cursor.step(&self.bytes) else {
            let damage = Damage::Changed;
            return Err(RecoveryError::Damaged { segment, at, sequence, damage });
        };
        self.cursor = Some(cursor);
        let kind = frame.kind;
        let kind =
            RecordKind::from_number(kind).ok_or(RecoveryError::UnknownKind { sequence, kind })?;
        Ok(Some(Record { sequence, time: frame.time, kind, payload: frame.payload }))
    }

    fn next_segment(&mut self) -> Result<Cursor, RecoveryError> {
        let segment = self.segment + 1;
        self.bytes = self.disk.read(&name_of(segment))?;
        let damaged = RecoveryError::DamagedHeader { segment };
        let raw = self.bytes.first_chunk().ok_or_else(|| damaged.clone())?;
        let header = Header::decode(raw).map_err(|_| damaged)?;
        let goes_on = self
            .cursor
            .is_none_or(|it| it.chain == header.chain && it.sequence + 1 == header.first_sequence);
        if header.segment != segment || !goes_on {
            return Err(RecoveryError::OtherHistory { segment });
        }
        self.segment = segment;
        Ok(Cursor::after_header(&header, raw))
    }
}

#[cfg(test)]
mod tests;
