//! Ticks in a file, as plain as it gets: a head, and then each tick as 32 bytes.
//!
//! | bytes | what |
//! |---|---|
//! | 0–7 | `SLKTICK1` |
//! | 8–15 | the pair's tick, in units of 10^-10 |
//! | 16–39 | the pair, as text, filled up with zeros |
//! | 40–63 | zeros |
//! | then, 32 each | time, time of receipt, quantity, word |
//!
//! All numbers have eight bytes, the lowest first. Times are nanoseconds since 1970, quantities
//! count 10^-8. The word is the price in ticks × 16, + 8 when its message ends there, + the kind:
//! 0 bid, 1 ask, 2 trade by a buyer, 3 trade by a seller, 4 the book is told anew, 5 a bid and 6 an
//! ask that are no longer shown. One `NumPy` dtype reads it all.
//!
//! The one thing that always holds: ticks come in the order of time, or not at all.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use exchange_simulator::replay::Tick;
use trading_types::{Pair, Price, Timestamp};

const MAGIC: &[u8; 8] = b"SLKTICK1";
const HEAD_BYTES: usize = 64;
const PAIR_BYTES: usize = 24;
/// Ticks that are read at once.
const CHUNK_TICKS: usize = 2_048;

/// Why ticks cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TickFileError {
    /// The file cannot be opened or read.
    #[error("cannot read {path}: {error}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// It is another kind of file.
    #[error("{0} is not a file of ticks")]
    OtherKind(PathBuf),
    /// A tick that cannot be.
    #[error("tick {number} of {path} is damaged")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Which tick, counted from one.
        number: u64,
    },
    /// The file ends within a tick.
    #[error("{path} ends in the middle of tick {number}; it was not written to its end")]
    CutOff {
        /// Which file.
        path: PathBuf,
        /// Which tick, counted from one.
        number: u64,
    },
    /// A tick that is earlier than the one before it.
    #[error("tick {number} of {path} is earlier than the one before it; sort them by time")]
    OutOfOrder {
        /// Which file.
        path: PathBuf,
        /// Which tick, counted from one.
        number: u64,
    },
}

/// What the head of a file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TickFileHead {
    /// The pair.
    pub pair: Pair,
    /// Its tick: prices are counted in it.
    pub tick: Price,
}

/// A file of ticks, read as a stream.
pub struct TickFile {
    path: PathBuf,
    head: TickFileHead,
    from: BufReader<File>,
    chunk: Vec<u8>,
    /// How far the chunk has been read.
    at: usize,
    number: u64,
    last: Timestamp,
    /// The highest price that is one.
    steps_max: i64,
    /// Nothing is read after a fault.
    has_failed: bool,
}

impl TickFile {
    /// Opens a file and reads its head.
    pub fn open(path: &Path) -> Result<Self, TickFileError> {
        let failed = |error| TickFileError::Read { path: path.to_owned(), error };
        #[expect(clippy::disallowed_methods, reason = "this crate reads files for a living")]
        let mut from = BufReader::new(File::open(path).map_err(failed)?);
        let mut head = [0; HEAD_BYTES];
        from.read_exact(&mut head).map_err(|error| {
            let is_short = error.kind() == io::ErrorKind::UnexpectedEof;
            if is_short { TickFileError::OtherKind(path.to_owned()) } else { failed(error) }
        })?;
        let head = read_head(&head).ok_or_else(|| TickFileError::OtherKind(path.to_owned()))?;
        Ok(Self {
            path: path.to_owned(),
            steps_max: i64::MAX / head.tick.units(),
            head,
            from,
            chunk: Vec::new(),
            at: 0,
            number: 0,
            last: Timestamp::EPOCH,
            has_failed: false,
        })
    }

    /// What the head says.
    pub const fn head(&self) -> TickFileHead {
        self.head
    }

    fn next_tick(&mut self) -> Result<Option<Tick>, TickFileError> {
        if self.at == self.chunk.len() && !self.fill()? {
            return Ok(None);
        }
        self.number += 1;
        let bytes = self.chunk[self.at..].first_chunk::<{ Tick::BYTES }>();
        let Some(bytes) = bytes else {
            return Err(TickFileError::CutOff { path: self.path.clone(), number: self.number });
        };
        self.at += Tick::BYTES;
        let tick = Tick::from_bytes(bytes).filter(|tick| tick.steps() <= self.steps_max);
        let Some(tick) = tick else {
            return Err(TickFileError::Damaged { path: self.path.clone(), number: self.number });
        };
        if tick.time() < self.last {
            return Err(TickFileError::OutOfOrder { path: self.path.clone(), number: self.number });
        }
        self.last = tick.time();
        Ok(Some(tick))
    }

    /// Reads the next chunk, and tells whether there was one.
    fn fill(&mut self) -> Result<bool, TickFileError> {
        self.chunk.clear();
        self.at = 0;
        let limit = u64::try_from(CHUNK_TICKS * Tick::BYTES).expect("a small number");
        let read = Read::by_ref(&mut self.from).take(limit).read_to_end(&mut self.chunk);
        let read = read.map_err(|error| TickFileError::Read { path: self.path.clone(), error })?;
        Ok(0 < read)
    }
}

impl Iterator for TickFile {
    type Item = Result<Tick, TickFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_failed {
            return None;
        }
        let next = self.next_tick();
        self.has_failed = next.is_err();
        next.transpose()
    }
}

/// Writes ticks to a file.
pub struct TickWriter<W: Write> {
    to: BufWriter<W>,
}

impl<W: Write> TickWriter<W> {
    /// Writes the head.
    pub fn new(to: W, head: &TickFileHead) -> io::Result<Self> {
        let mut bytes = [0; HEAD_BYTES];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..16].copy_from_slice(&head.tick.units().to_le_bytes());
        let pair = head.pair.to_string();
        assert!(pair.len() <= PAIR_BYTES, "the name of a pair is short");
        bytes[16..16 + pair.len()].copy_from_slice(pair.as_bytes());
        let mut to = BufWriter::new(to);
        to.write_all(&bytes)?;
        Ok(Self { to })
    }

    /// Writes the next tick.
    pub fn write(&mut self, tick: &Tick) -> io::Result<()> {
        self.to.write_all(&tick.to_bytes())
    }

    /// Hands over what is still in memory.
    pub fn finish(mut self) -> io::Result<()> {
        self.to.flush()
    }
}

fn read_head(bytes: &[u8; HEAD_BYTES]) -> Option<TickFileHead> {
    let tick = i64::from_le_bytes(bytes[8..16].try_into().expect("eight bytes"));
    let pair = std::str::from_utf8(&bytes[16..16 + PAIR_BYTES]).ok()?;
    let pair = pair.trim_end_matches('\0').parse().ok()?;
    let is_ours = bytes.starts_with(MAGIC) && 0 < tick;
    is_ours.then_some(TickFileHead { pair, tick: Price::from_units(tick) })
}

#[cfg(test)]
mod tests;
