//! The writer: `append` gathers records, `commit` makes them durable.
//!
//! **Law.** What a commit acknowledges is on the disk, names of files included. Once the disk has
//! failed it is never asked again: after a failed sync nobody knows what it holds.

use trading_types::Timestamp;

use crate::{
    chain::Chain,
    disk::{Disk, DiskError},
    frame::{self, Head, PAYLOAD_MAX},
    record::RecordKind,
    segment::{HEADER, Header, Identity, SEGMENT_MAX, name_of},
    snapshot::Snapshot,
    survey::Recovered,
    witness::Witness,
};

/// The most that one commit may hold, beside its first record.
const COMMIT_MAX: usize = 64 << 20;

/// How a journal is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalSettings {
    /// Who writes.
    pub identity: Identity,
    /// A segment that has reached this length gets no more commits.
    pub segment_bytes: u64,
}

impl JournalSettings {
    /// A length that recovery reads in a fraction of a second.
    pub const SEGMENT_BYTES: u64 = 16 << 20;

    /// Segments of the usual length.
    pub const fn new(identity: Identity) -> Self {
        Self { identity, segment_bytes: Self::SEGMENT_BYTES }
    }
}

/// Why nothing was written, sorted by what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    // A bug of the caller; the journal is as it was.
    /// A record that is too large.
    #[error("a record of {0} bytes is too large for the journal (at most {PAYLOAD_MAX})")]
    TooLarge(usize),
    /// More than one commit may hold.
    #[error("the journal holds {0} bytes that nobody has committed: commit first")]
    TooMuch(usize),
    // Stop: nothing may be done that is not in the journal.
    /// The disk failed just now.
    #[error("the journal cannot be written any more: {0}")]
    Disk(DiskError),
    /// The disk had failed before.
    #[error("the journal was given up when this happened: {0}; start again")]
    GivenUp(DiskError),
    /// No number is left for another segment.
    #[error("the journal has {SEGMENT_MAX} segments, and no more fit: begin another folder")]
    TooManySegments,
}

/// Writes a journal.
#[derive(Debug)]
pub struct JournalWriter<D> {
    disk: D,
    settings: JournalSettings,
    segment: u32,
    /// How long the segment's file is, once it exists.
    length: Option<u64>,
    /// The header of a segment that is to be created.
    header: Option<[u8; HEADER]>,
    /// What the next commit writes.
    buffer: Vec<u8>,
    /// How many records that is.
    buffered: u32,
    sequence: u64,
    chain: Chain,
    durable: Witness,
    failure: Option<DiskError>,
}

impl<D: Disk> JournalWriter<D> {
    /// A writer that goes on after a journal that was recovered, in a segment of its own. The first
    /// [`commit`](Self::commit) creates it, also when there is nothing to write.
    pub fn new(disk: D, journal: &Recovered, settings: JournalSettings) -> Self {
        let Recovered { sequence, chain, segment, .. } = *journal;
        Self {
            disk,
            settings,
            segment,
            length: None,
            header: None,
            buffer: Vec::new(),
            buffered: 0,
            sequence,
            chain,
            durable: Witness { sequence, chain },
            failure: None,
        }
    }

    /// Takes a record for the next commit and gives its sequence.
    pub fn append(
        &mut self,
        kind: RecordKind,
        payload: &[u8],
        now: Timestamp,
    ) -> Result<u64, WriteError> {
        self.check()?;
        if PAYLOAD_MAX < payload.len() {
            return Err(WriteError::TooLarge(payload.len()));
        }
        if COMMIT_MAX < self.buffer.len() {
            return Err(WriteError::TooMuch(self.buffer.len()));
        }
        if self.buffered == 0 {
            self.begin_segment_if_due()?;
        }
        let sequence = self.sequence + 1;
        let head = Head { kind, place: self.buffered, sequence, time: now };
        self.chain = frame::write(&mut self.buffer, head, payload, self.chain);
        self.sequence = sequence;
        self.buffered += 1;
        Ok(sequence)
    }

    /// Takes a snapshot of the engine's state after everything appended so far.
    pub fn append_snapshot(&mut self, state: &[u8], now: Timestamp) -> Result<u64, WriteError> {
        let payload = Snapshot::encode(state, self.sequence + 1);
        self.append(RecordKind::Snapshot, &payload, now)
    }

    /// Writes what was appended, syncs it, and says up to which sequence everything is durable.
    /// After an error the writer is of no more use: start again through recovery.
    pub fn commit(&mut self) -> Result<u64, WriteError> {
        self.check()?;
        if self.length.is_none() {
            self.begin_segment_if_due()?;
        }
        match self.write() {
            Ok(()) => Ok(self.durable.sequence),
            Err(failure) => {
                self.failure = Some(failure.clone());
                Err(WriteError::Disk(failure))
            }
        }
    }

    /// How far the journal is durable, to be kept somewhere else.
    pub const fn witness(&self) -> Witness {
        self.durable
    }

    /// The sequence of the last record that was appended, durable or not.
    pub const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The link of the last record that was appended, durable or not.
    #[cfg(test)]
    pub(crate) const fn link(&self) -> Chain {
        self.chain
    }

    /// The disk, for switches and questions; nothing is to be written on it.
    pub const fn disk_mut(&mut self) -> &mut D {
        &mut self.disk
    }

    /// Gives the disk back. What was not committed is gone.
    pub fn into_disk(self) -> D {
        self.disk
    }

    fn check(&self) -> Result<(), WriteError> {
        self.failure.clone().map_or(Ok(()), |failure| Err(WriteError::GivenUp(failure)))
    }

    /// Makes the header of a new segment when there is none or the present one is full. No commit
    /// is under way, so that none lies in two segments.
    fn begin_segment_if_due(&mut self) -> Result<(), WriteError> {
        let is_open = self.length.is_some_and(|length| length < self.settings.segment_bytes);
        let holds_nothing = self.length == Some(HEADER as u64);
        if self.header.is_some() || self.buffered != 0 || is_open || holds_nothing {
            return Ok(());
        }
        if self.segment == SEGMENT_MAX {
            return Err(WriteError::TooManySegments);
        }
        self.segment += 1;
        let header = Header {
            segment: self.segment,
            first_sequence: self.sequence + 1,
            identity: self.settings.identity,
            chain: self.chain,
        };
        let header = header.encode();
        self.chain = self.chain.after(&header);
        self.header = Some(header);
        Ok(())
    }

    fn write(&mut self) -> Result<(), DiskError> {
        let name = name_of(self.segment);
        if let Some(header) = self.header.take() {
            self.disk.create(&name)?;
            self.disk.append(&name, &header)?;
            self.disk.sync(&name)?;
            self.disk.sync_folder()?;
            self.length = Some(HEADER as u64);
        }
        if self.buffered == 0 {
            return Ok(());
        }
        self.disk.append(&name, &self.buffer)?;
        self.disk.sync(&name)?;
        self.length = self.length.map(|length| length + self.buffer.len() as u64);
        self.buffer.clear();
        self.buffered = 0;
        self.durable = Witness { sequence: self.sequence, chain: self.chain };
        Ok(())
    }
}

#[cfg(test)]
mod tests;
