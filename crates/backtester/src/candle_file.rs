//! Candles from a path: a CSV file, a folder of them, or an archive as Kraken offers it.
//!
//! Which it is, the file's first bytes say, not its name. Candles come one at a time and nothing is
//! unpacked to disk. The end of a packed file proves its beginning: what was made of its candles is
//! provisional until [`CandleFile::next_candle`] has returned `Ok(None)`.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use trading_types::{Candle, Interval, Pair, Timestamp};

use crate::{
    archive::{self, Member},
    backtest::CandleSource,
    candle_csv::{CandleReader, MissingIntervals, Window},
    file_name,
    read_error::{ArchiveFault, Fault, Format, PathFault, Place, ReadError, RequestFault},
};

/// How much is read at a time, from the disk and from what is unpacked.
pub(crate) const CHUNK_BYTES: usize = 128 * 1024;

/// The first bytes of a ZIP archive, and of one without members.
pub(crate) const ARCHIVE_STARTS: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// Which candles are wanted, and where they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandleRequest {
    /// A CSV file, an archive of Kraken's, or a folder of CSV files.
    pub path: PathBuf,
    /// The pair.
    pub pair: Pair,
    /// The candle length.
    pub interval: Interval,
    /// No candle that begins before it.
    pub from: Option<Timestamp>,
    /// No candle that begins at it or after it.
    pub to: Option<Timestamp>,
}

/// How much an archive may make us read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// The most bytes that a member may unpack to.
    pub unpacked_bytes_max: u64,
    /// The most times that a member may grow by being unpacked. Candles grow about threefold.
    pub expansion_max: u64,
}

impl Default for ReadLimits {
    fn default() -> Self {
        Self { unpacked_bytes_max: 4 << 30, expansion_max: 200 }
    }
}

/// An opened file of candles.
#[derive(Debug)]
pub struct CandleFile {
    reader: CandleReader<Input>,
    name: String,
    bytes_total: Option<u64>,
    is_packed: bool,
}

#[derive(Debug)]
enum Input {
    Plain(BufReader<File>),
    Packed(Box<BufReader<Member<BufReader<File>>>>),
}

impl CandleFile {
    /// Opens the file and finds the candles in it; none is read yet.
    pub fn open(request: &CandleRequest, limits: &ReadLimits) -> Result<Self, ReadError> {
        let place = place_of(&request.path);
        if let (Some(from), Some(to)) = (request.from, request.to)
            && to <= from
        {
            return Err(ReadError::new(place, RequestFault::EmptyRange { from, to }));
        }
        let metadata = fs::metadata(&request.path)
            .map_err(|error| ReadError::new(place.clone(), PathFault::from_io(&error)))?;
        if metadata.is_dir() {
            open_in_folder(request, limits, place)
        } else {
            open_file(&request.path, request, limits)
        }
    }

    /// The next candle of the range, or nothing after the last. What failed once fails again.
    pub fn next_candle(&mut self) -> Result<Option<Candle>, ReadError> {
        let candle = self.reader.next_candle()?;
        if candle.is_none() && self.is_packed {
            // Only at its end does a packed file show whether it is whole.
            self.reader.skip_rest()?;
        }
        Ok(candle)
    }

    /// Bytes read so far, after unpacking.
    pub fn bytes_read(&self) -> u64 {
        self.reader.bytes_read()
    }

    /// Bytes of the whole file, after unpacking, where that is known.
    pub fn bytes_total(&self) -> Option<u64> {
        self.bytes_total
    }

    /// Intervals that have no candle though the file has candles before and after them, counted
    /// within the range. Complete after the last candle.
    pub fn missing(&self) -> MissingIntervals {
        self.reader.missing()
    }

    /// The name of the file, or of the member of an archive.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl CandleSource for CandleFile {
    type Error = ReadError;

    fn next_candle(&mut self) -> Result<Option<Candle>, ReadError> {
        Self::next_candle(self)
    }
}

fn open_in_folder(
    request: &CandleRequest,
    limits: &ReadLimits,
    place: Place,
) -> Result<CandleFile, ReadError> {
    let path = request.path.join(file_name::of(request));
    if path.try_exists().unwrap_or(true) {
        return open_file(&path, request, limits);
    }
    let names = fs::read_dir(&request.path).and_then(|entries| {
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names.collect::<io::Result<BTreeSet<String>>>()
    });
    Err(match names {
        Ok(names) => ReadError::new(place, file_name::not_there(request, &names)),
        Err(error) => ReadError::new(place, PathFault::from_io(&error)),
    })
}

fn open_file(
    path: &Path,
    request: &CandleRequest,
    limits: &ReadLimits,
) -> Result<CandleFile, ReadError> {
    let place = place_of(path);
    let refused = |fault: Fault| ReadError::new(place.clone(), fault);
    let (mut input, bytes_total) = open_bytes(path).map_err(|it| refused(it.into()))?;
    let start = input.fill_buf().map_err(|it| refused(PathFault::from_io(&it).into()))?;
    let is_archive = ARCHIVE_STARTS.iter().any(|it| start.starts_with(it));
    if !is_archive && path.extension().is_some_and(|it| it.eq_ignore_ascii_case("zip")) {
        return Err(refused(match Format::of(start) {
            Some(format) => PathFault::OtherFormat(format).into(),
            None => ArchiveFault::NotAnArchive.into(),
        }));
    }

    if is_archive {
        let member = archive::open(input, request, limits, &place)?;
        let place = Place::member(&place.file, &member.name);
        let (name, bytes_total) = (member.name.clone(), Some(member.promised));
        let member = BufReader::with_capacity(CHUNK_BYTES, member);
        let reader = CandleReader::new(Input::Packed(Box::new(member)), place, window(request));
        Ok(CandleFile { reader, name, bytes_total, is_packed: true })
    } else {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        file_name::check(&name, request).map_err(|it| refused(it.into()))?;
        let reader = CandleReader::new(Input::Plain(input), place, window(request));
        Ok(CandleFile { reader, name, bytes_total, is_packed: false })
    }
}

/// A file's bytes, and how many there are if it is an ordinary file.
pub(crate) fn open_bytes(path: &Path) -> Result<(BufReader<File>, Option<u64>), PathFault> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where a file of candles is opened"
    )]
    let file = File::open(path).map_err(|error| PathFault::from_io(&error))?;
    let metadata = file.metadata().map_err(|error| PathFault::from_io(&error))?;
    if metadata.is_dir() {
        return Err(PathFault::NotAFile);
    }
    let bytes_total = metadata.is_file().then_some(metadata.len());
    Ok((BufReader::with_capacity(CHUNK_BYTES, file), bytes_total))
}

pub(crate) fn place_of(path: &Path) -> Place {
    Place::file(&path.to_string_lossy())
}

fn window(request: &CandleRequest) -> Window {
    Window { interval: request.interval, from: request.from, to: request.to }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(input) => input.read(buffer),
            Self::Packed(input) => input.read(buffer),
        }
    }
}

impl BufRead for Input {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::Plain(input) => input.fill_buf(),
            Self::Packed(input) => input.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        match self {
            Self::Plain(input) => input.consume(amount),
            Self::Packed(input) => input.consume(amount),
        }
    }
}

#[cfg(test)]
mod tests;
