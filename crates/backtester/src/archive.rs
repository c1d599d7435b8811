//! One member of a ZIP archive as a stream of bytes that proves itself.
//!
//! Nothing is unpacked to disk or held in memory. What the archive promises about the member is
//! checked before the first byte is unpacked, and what comes out is held against the promise while
//! it comes: no archive makes us read more than the limits, and a damaged one ends in an error and
//! never in fewer candles.

use std::{
    collections::BTreeSet,
    io::{self, BufRead, Read, Seek, SeekFrom, Take},
};

use flate2::{Crc, bufread::DeflateDecoder};
use zip::{CompressionMethod, ZipArchive, result::ZipError};

use crate::{
    candle_file::{CandleRequest, ReadLimits},
    file_name,
    read_error::{ArchiveFault, Fault, PathFault, Place, ReadError, one_line},
};

/// A member of an archive and the bytes that come out of it.
#[derive(Debug)]
pub(crate) struct Member<R> {
    /// Its name, with the folders it lies in.
    pub(crate) name: String,
    /// The bytes it unpacks to, by the archive's list.
    pub(crate) promised: u64,
    promised_checksum: u32,
    data: Data<R>,
    delivered: u64,
    checksum: Crc,
}

#[derive(Debug)]
enum Data<R> {
    Stored(Take<R>),
    Deflated(Box<DeflateDecoder<Take<R>>>),
}

/// Opens the member that holds the candles asked for; `place` is the archive.
pub(crate) fn open<R: BufRead + Seek>(
    input: R,
    request: &CandleRequest,
    limits: &ReadLimits,
    place: &Place,
) -> Result<Member<R>, ReadError> {
    let (archive, index, name) =
        find(input, request).map_err(|fault| ReadError::new(place.clone(), fault))?;
    let place = Place::member(&place.file, &name);
    start(archive, index, &name, limits).map_err(|fault| ReadError::new(place, fault))
}

/// Where a member lies in its archive, and what the archive promises about it.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    name: String,
    start: u64,
    packed: u64,
    pub(crate) promised: u64,
    checksum: u32,
    is_stored: bool,
}

/// A member's name, and where it lies or why it cannot be opened.
pub(crate) type Listed = (String, Result<Placed, Fault>);

/// Every member of an archive by its name, with the folders it lies in; or why it cannot be opened.
pub(crate) fn list<R: BufRead + Seek>(input: R, limits: &ReadLimits) -> Result<Vec<Listed>, Fault> {
    let mut archive = ZipArchive::new(input).map_err(zip_fault)?;
    if archive.has_duplicate_names() {
        return Err(ArchiveFault::RepeatedName.into());
    }
    let names: Vec<String> =
        archive.file_names_raw().map(|it| String::from_utf8_lossy(it).into_owned()).collect();
    let members = names.into_iter().enumerate().map(|(index, name)| {
        let placed = placed(&mut archive, index, &name, limits);
        (name, placed)
    });
    Ok(members.collect())
}

/// The member, once the archive's promises about it are found to be within the limits.
fn start<R: BufRead + Seek>(
    mut archive: ZipArchive<R>,
    index: usize,
    name: &str,
    limits: &ReadLimits,
) -> Result<Member<R>, Fault> {
    let placed = placed(&mut archive, index, name, limits)?;
    placed.open(archive.into_inner())
}

fn placed<R: BufRead + Seek>(
    archive: &mut ZipArchive<R>,
    index: usize,
    name: &str,
    limits: &ReadLimits,
) -> Result<Placed, Fault> {
    let entry = archive.by_index_raw(index).map_err(zip_fault)?;
    if entry.encrypted() {
        return Err(ArchiveFault::Encrypted.into());
    }
    let (packed, promised) = (entry.compressed_size(), entry.size());
    check_sizes(packed, promised, limits)?;
    let method = entry.compression();
    if ![CompressionMethod::Stored, CompressionMethod::Deflated].contains(&method) {
        return Err(ArchiveFault::Method(method.to_string()).into());
    }
    let start = entry.data_start();
    let start = start.ok_or_else(|| ArchiveFault::Broken("a member has no start".to_owned()))?;
    let (checksum, is_stored) = (entry.crc32(), method == CompressionMethod::Stored);
    Ok(Placed { name: name.to_owned(), start, packed, promised, checksum, is_stored })
}

impl Placed {
    /// The member's bytes, out of its archive.
    pub(crate) fn open<R: BufRead + Seek>(&self, mut input: R) -> Result<Member<R>, Fault> {
        let Self { start, packed, promised, checksum, is_stored, .. } = *self;
        input.seek(SeekFrom::Start(start)).map_err(|error| io_fault(&error))?;
        let data = input.take(packed);
        let data = if is_stored {
            Data::Stored(data)
        } else {
            Data::Deflated(Box::new(DeflateDecoder::new(data)))
        };
        let (name, promised_checksum) = (self.name.clone(), checksum);
        let checksum = Crc::new();
        Ok(Member { name, promised, promised_checksum, data, delivered: 0, checksum })
    }
}

/// The archive, and in it the number and the full name of the member asked for.
fn find<R: BufRead + Seek>(
    input: R,
    request: &CandleRequest,
) -> Result<(ZipArchive<R>, usize, String), Fault> {
    let archive = ZipArchive::new(input).map_err(zip_fault)?;
    if archive.has_duplicate_names() {
        return Err(ArchiveFault::RepeatedName.into());
    }
    let wanted = file_name::of(request);
    let mut found: Option<(usize, String)> = None;
    let mut others = BTreeSet::new();
    for (index, name) in archive.file_names_raw().enumerate() {
        let name = String::from_utf8_lossy(name);
        let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
        if file != wanted {
            others.insert(file.to_owned());
        } else if let Some((_, first)) = found {
            let (first, second) = (one_line(&first), one_line(&name));
            return Err(ArchiveFault::Ambiguous { first, second }.into());
        } else {
            found = Some((index, name.into_owned()));
        }
    }
    match found {
        Some((index, name)) => Ok((archive, index, name)),
        None => Err(file_name::not_there(request, &others).into()),
    }
}

fn check_sizes(packed: u64, promised: u64, limits: &ReadLimits) -> Result<(), ArchiveFault> {
    if limits.unpacked_bytes_max < promised {
        return Err(ArchiveFault::Large { promised, limit: limits.unpacked_bytes_max });
    }
    if packed.max(1).saturating_mul(limits.expansion_max) < promised {
        return Err(ArchiveFault::Expanding { packed, promised, limit: limits.expansion_max });
    }
    Ok(())
}

impl<R: BufRead> Read for Member<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let read = match &mut self.data {
            Data::Stored(data) => data.read(buffer),
            Data::Deflated(data) => data.read(buffer),
        };
        let read = read.map_err(damaged)?;
        if read == 0 {
            return self.check_whole().map(|()| 0).map_err(io::Error::other);
        }
        self.delivered += read as u64;
        if self.promised < self.delivered {
            return Err(io::Error::other(ArchiveFault::Overlong { promised: self.promised }));
        }
        self.checksum.update(&buffer[..read]);
        Ok(read)
    }
}

impl<R> Member<R> {
    fn check_whole(&self) -> Result<(), ArchiveFault> {
        if self.delivered < self.promised {
            let (actual, promised) = (self.delivered, self.promised);
            return Err(ArchiveFault::TooShort { actual, promised });
        }
        let (actual, promised) = (self.checksum.sum(), self.promised_checksum);
        if actual == promised { Ok(()) } else { Err(ArchiveFault::Checksum { actual, promised }) }
    }
}

/// What the inflate says of packed bytes that make no sense. The disk's own errors stay.
fn damaged(error: io::Error) -> io::Error {
    if error.raw_os_error().is_some() {
        return error;
    }
    io::Error::other(ArchiveFault::Damaged(error.to_string()))
}

fn zip_fault(error: ZipError) -> Fault {
    let text = error.to_string();
    match error {
        ZipError::Io(error) => return io_fault(&error),
        ZipError::InvalidArchive(text) => ArchiveFault::Broken(text.into_owned()),
        ZipError::UnsupportedArchive(text) => ArchiveFault::Broken(text.to_owned()),
        ZipError::InvalidPassword => ArchiveFault::Encrypted,
        ZipError::CompressionMethodNotSupported(method) => ArchiveFault::Method(method.to_string()),
        ZipError::FileNotFound
        | ZipError::DecompressedSizeLimitExceeded { .. }
        | ZipError::DecompressedSizeUnknown => ArchiveFault::Broken(text),
        _ => ArchiveFault::Broken(text),
    }
    .into()
}

/// An archive that ends too early is damaged; everything else is the disk's doing.
fn io_fault(error: &io::Error) -> Fault {
    if error.raw_os_error().is_none() {
        return ArchiveFault::Broken(error.to_string()).into();
    }
    PathFault::from_io(error).into()
}

#[cfg(test)]
mod tests;
