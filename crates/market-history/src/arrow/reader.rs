//! Reads a part, batch by batch, into columns that are used again and again.
//!
//! Every byte of a batch is counted into its checksum while it comes, and its metadata has to be
//! exactly what the writer would have written: a batch is as it was written, or an error.

use std::io::{self, Read, Seek, SeekFrom};

use super::{
    ALIGNMENT, FOOTER_BYTES_MAX, MAGIC, PartFault,
    metadata::{self, BatchPlace, FooterFault},
    padding,
};
use crate::columns::Columns;

/// The longest metadata of a batch.
const METADATA_BYTES_MAX: u64 = 16 << 10;
/// What a file ends with: the length of its footer and the mark.
const TAIL_BYTES: usize = 4 + MAGIC.len();

/// A part that is being read.
#[derive(Debug)]
pub(crate) struct PartReader<R> {
    input: R,
    batches: Vec<BatchPlace>,
    next: usize,
    metadata: Vec<u8>,
}

impl<R: Read + Seek> PartReader<R> {
    /// Opens a part with these columns.
    pub(crate) fn open<C: Columns>(mut input: R) -> Result<Self, PartFault> {
        let length = input.seek(SeekFrom::End(0)).map_err(PartFault::Disk)?;
        let footer = footer(&mut input, length)?;
        let batches = metadata::batches(&footer, C::FIELDS).map_err(|fault| match fault {
            FooterFault::Damaged(what) => PartFault::Footer(what),
            FooterFault::OtherColumns => {
                let names: Vec<&str> = C::FIELDS.iter().map(|field| field.name).collect();
                PartFault::Columns { wanted: names.join(", ") }
            }
        })?;
        let mut end = 0;
        for (number, batch) in batches.iter().enumerate() {
            check_place(batch, end, length).map_err(|what| broken(number, what))?;
            end = batch.offset + batch.metadata_bytes + batch.body_bytes;
        }
        Ok(Self { input, batches, next: 0, metadata: Vec::new() })
    }

    /// The number of the batch that was read last.
    pub(crate) fn batch(&self) -> usize {
        self.next.saturating_sub(1)
    }

    /// Fills `columns` with the next batch; false when there is none.
    pub(crate) fn read<C: Columns>(&mut self, columns: &mut C) -> Result<bool, PartFault> {
        let Some(place) = self.batches.get(self.next).copied() else { return Ok(false) };
        let number = self.next;
        self.next += 1;
        let failed = |error| disk_fault(number, error);
        self.input.seek(SeekFrom::Start(place.offset)).map_err(PartFault::Disk)?;
        let length = usize::try_from(place.metadata_bytes).expect("checked when opened");
        self.metadata.resize(length, 0);
        self.input.read_exact(&mut self.metadata).map_err(failed)?;
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(&self.metadata);
        let rows = framed_rows::<C>(&self.metadata).map_err(|what| broken(number, &what))?;
        let (_, body) = metadata::layout(C::FIELDS, rows);
        if body != place.body_bytes {
            return Err(broken(number, "its columns have another length than the footer says"));
        }
        let mut filling = [0; ALIGNMENT];
        for slot in columns.slots_mut() {
            let bytes = slot.resized(rows);
            let filling = &mut filling[..padding(bytes.len())];
            self.input.read_exact(bytes).map_err(failed)?;
            checksum.update(bytes);
            self.input.read_exact(filling).map_err(failed)?;
            checksum.update(filling);
        }
        let actual = checksum.finalize();
        if actual != place.checksum {
            return Err(PartFault::Checksum { batch: number, actual, promised: place.checksum });
        }
        Ok(true)
    }
}

fn footer<R: Read + Seek>(input: &mut R, length: u64) -> Result<Vec<u8>, PartFault> {
    let shortest = (MAGIC.len() + 2 + TAIL_BYTES) as u64;
    if length < shortest {
        return Err(PartFault::Length { actual: length, promised: shortest });
    }
    let mut tail = [0; TAIL_BYTES];
    input.seek(SeekFrom::Start(length - TAIL_BYTES as u64)).map_err(PartFault::Disk)?;
    input.read_exact(&mut tail).map_err(PartFault::Disk)?;
    let [a, b, c, d, mark @ ..] = tail;
    if mark != *MAGIC {
        return Err(PartFault::NotArrow);
    }
    let bytes = u64::from(u32::from_le_bytes([a, b, c, d]));
    if FOOTER_BYTES_MAX < bytes || length - shortest < bytes {
        return Err(PartFault::Footer(format!("it cannot have {bytes} bytes")));
    }
    input.seek(SeekFrom::Start(length - TAIL_BYTES as u64 - bytes)).map_err(PartFault::Disk)?;
    let mut footer = vec![0; usize::try_from(bytes).expect("at most a megabyte")];
    input.read_exact(&mut footer).map_err(PartFault::Disk)?;
    Ok(footer)
}

/// Batches lie one after the other and within the file.
fn check_place(batch: &BatchPlace, end: u64, length: u64) -> Result<(), &'static str> {
    if METADATA_BYTES_MAX < batch.metadata_bytes || batch.metadata_bytes < 8 {
        return Err("its metadata cannot have that length");
    }
    let parts = [batch.offset, batch.metadata_bytes, batch.body_bytes];
    let its_end = parts.into_iter().try_fold(0_u64, u64::checked_add);
    if batch.offset < end || its_end.is_none_or(|it| length < it) {
        return Err("it does not lie within the file");
    }
    Ok(())
}

/// The rows of a batch whose metadata has its length before it.
fn framed_rows<C: Columns>(metadata: &[u8]) -> Result<usize, String> {
    let (prefix, message) = metadata.split_at(8);
    let length = i32::try_from(message.len()).expect("checked when opened");
    let expected = [[0xFF; 4], length.to_le_bytes()].concat();
    if prefix != expected {
        return Err("its metadata has another length than the footer says".to_owned());
    }
    metadata::batch_rows(message, C::FIELDS)
}

fn broken(batch: usize, what: &str) -> PartFault {
    PartFault::Batch { batch, what: what.to_owned() }
}

fn disk_fault(batch: usize, error: io::Error) -> PartFault {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        broken(batch, "the file ends in it")
    } else {
        PartFault::Disk(error)
    }
}

/// Where the batches of a file begin, and how long their metadata is.
#[cfg(test)]
pub(super) fn places<C: Columns>(bytes: &[u8]) -> Vec<(u64, u64)> {
    let reader = PartReader::open::<C>(io::Cursor::new(bytes)).unwrap();
    reader.batches.iter().map(|place| (place.offset, place.metadata_bytes)).collect()
}
