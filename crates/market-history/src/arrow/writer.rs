//! Writes a part, batch by batch, to anything that takes bytes.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

use super::{
    ALIGNMENT, BATCH_ROWS_MAX, MAGIC,
    metadata::{self, BatchPlace, Notes},
    padding,
};
use crate::{columns::Columns, hash::Hash};

/// What comes before the length of every message.
const CONTINUATION: [u8; 4] = [0xFF; 4];
/// Bytes before the metadata of a message: that mark and the length.
const PREFIX_BYTES: usize = 8;

/// A part that is being written.
#[derive(Debug)]
pub(crate) struct PartWriter<W> {
    output: W,
    notes: Notes,
    offset: u64,
    hash: Sha256,
    batches: Vec<BatchPlace>,
}

/// A part that has been written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) bytes: u64,
    pub(crate) sha256: Hash,
}

impl<W: Write> PartWriter<W> {
    /// Begins a part of these columns.
    pub(crate) fn begin<C: Columns>(output: W, notes: Notes) -> io::Result<Self> {
        let mut writer =
            Self { output, notes, offset: 0, hash: Sha256::new(), batches: Vec::new() };
        writer.put(MAGIC)?;
        writer.put(&[0; 2])?;
        let schema = metadata::schema_message(C::FIELDS, &writer.notes);
        writer.put_message(&schema)?;
        Ok(writer)
    }

    /// Adds a batch.
    pub(crate) fn write<C: Columns>(&mut self, columns: &C) -> io::Result<()> {
        let rows = columns.rows();
        assert!(0 < rows && rows <= BATCH_ROWS_MAX, "a batch has rows, and not too many");
        let offset = self.offset;
        let mut checksum = crc32fast::Hasher::new();
        let message = metadata::batch_message(C::FIELDS, rows);
        let framed = framed(&message, offset);
        checksum.update(&framed);
        self.put(&framed)?;
        let body = self.offset;
        for slot in columns.slots() {
            let bytes = slot.bytes();
            let zeros = zeros(padding(bytes.len()));
            for bytes in [bytes, zeros] {
                checksum.update(bytes);
                self.put(bytes)?;
            }
        }
        self.batches.push(BatchPlace {
            offset,
            metadata_bytes: body - offset,
            body_bytes: self.offset - body,
            checksum: checksum.finalize(),
        });
        Ok(())
    }

    /// Ends the part.
    pub(crate) fn finish<C: Columns>(mut self) -> io::Result<(W, Written)> {
        self.put(&CONTINUATION)?;
        self.put(&[0; 4])?;
        let footer = metadata::footer(C::FIELDS, &self.notes, &self.batches);
        let length = i32::try_from(footer.len()).expect("a footer is short");
        self.put(&footer)?;
        self.put(&length.to_le_bytes())?;
        self.put(MAGIC)?;
        self.output.flush()?;
        let sha256 = Hash::of(self.hash);
        Ok((self.output, Written { bytes: self.offset, sha256 }))
    }

    fn put_message(&mut self, message: &[u8]) -> io::Result<()> {
        let framed = framed(message, self.offset);
        self.put(&framed)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.output.write_all(bytes)?;
        self.hash.update(bytes);
        self.offset += bytes.len() as u64;
        Ok(())
    }
}

/// A message with its length before it, and filled up so that what follows is aligned.
fn framed(message: &[u8], offset: u64) -> Vec<u8> {
    let past = usize::try_from(offset % ALIGNMENT as u64).expect("below the alignment");
    let filling = padding(past + PREFIX_BYTES + message.len());
    let length = message.len() + filling;
    let length = i32::try_from(length).expect("metadata is short");
    [&CONTINUATION, &length.to_le_bytes(), message, zeros(filling)].concat()
}

fn zeros(count: usize) -> &'static [u8] {
    const ZEROS: [u8; ALIGNMENT] = [0; ALIGNMENT];
    &ZEROS[..count]
}
