//! The journal: every input and every output of an engine, in order, with a running hash.
//!
//! Same journal, same decisions: replaying the inputs must give the outputs, byte for byte. The
//! format is plain: a header with its own hash, then records of length, kind, time and payload. A
//! candle, of which there are millions, has a fixed layout; everything else is what `postcard`
//! makes of it, written faster by `journal/compact.rs`. Each time the bytes are taken, a seal
//! closes them: the hash of everything before it, so that a changed bit is found before anything is
//! replayed. An engine that is restored from its state begins a new run of bytes with a header and
//! hash of their own.
//!
//! Format 2 has more limits in its header than format 1, and is used where one of them is set; all
//! else is the same. New variants of what is written stand at the end of their enums, so that old
//! records keep their meaning.

mod compact;
mod format_1;
mod gathered;
mod running_hash;

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Candle, MarketEvent, Pair, Price, Timestamp, VenueEvent};
use twox_hash::xxhash3_128::Hasher;

use self::{format_1::OldHeader, gathered::Gathered, running_hash::RunningHash};
use crate::{
    report::{Input, Output},
    settings::{EngineSettings, StrategySpec},
};

/// The first bytes of every journal.
const MAGIC: &[u8; 8] = b"SLACKWTR";
/// The newest format this code writes and reads; it reads all before it.
const FORMAT: u16 = 2;
/// Bytes of a record before its payload: length, kind, time.
const PREFIX: usize = 4 + 1 + 8;
/// Bytes of a candle record's payload: pair number, start, four prices, volume, trades.
const CANDLE: usize = 1 + 8 + 4 * 8 + 16 + 4;
/// The largest payload: no input or output comes near it, so a larger one is damage.
const PAYLOAD_MAX: usize = 16 << 20;
/// Bytes of a hash.
const HASH: usize = 16;

/// What stands at the beginning of a journal: enough to build the same engine again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalHeader {
    /// The engine's settings.
    pub settings: EngineSettings,
    /// Its strategies.
    pub strategies: Vec<StrategySpec>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// The engine was told something.
    Input(Input),
    /// The engine wanted something.
    Output(Output),
}

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    Candle = 1,
    Input = 2,
    Output = 3,
    /// The hash of everything before it, other seals left out.
    Seal = 4,
}

/// Whether a journal keeps its bytes or only their hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Kept until they are taken.
    Bytes,
    /// Hashed and dropped, so that a backtest over any number of candles stays small.
    Hash,
}

/// An [`Input`] of a venue's event that is somewhere else.
struct InputOf<'a>(&'a VenueEvent);

impl Serialize for InputOf<'_> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_newtype_variant("Input", 0, "Venue", self.0)
    }
}

/// Gathers records.
pub struct Journal {
    pairs: Vec<Pair>,
    keep: Keep,
    /// What is neither hashed nor kept yet.
    gathered: Gathered,
    kept: Vec<u8>,
    hasher: RunningHash,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("keep", &self.keep).finish_non_exhaustive()
    }
}

impl Journal {
    /// A journal that begins with `header`.
    pub fn new(header: &JournalHeader, keep: Keep) -> Self {
        let pairs = header.settings.pairs.iter().map(|rules| rules.pair).collect();
        let old = OldHeader::of(header);
        let format = if old.is_some() { 1 } else { FORMAT };
        let header =
            old.map_or_else(|| postcard::to_allocvec(header), |it| postcard::to_allocvec(&it));
        let header = header.expect("settings can be written");
        let (gathered, kept, hasher) = (Gathered::default(), Vec::new(), RunningHash::new());
        let mut journal = Self { pairs, keep, gathered, kept, hasher };
        journal.take_in(MAGIC);
        journal.take_in(&format.to_le_bytes());
        journal.take_in(&length_of(header.len()).to_le_bytes());
        journal.take_in(&Hasher::oneshot(&header).to_le_bytes());
        journal.take_in(&header);
        journal
    }

    /// Writes down what the engine was told.
    pub fn record_input(&mut self, input: &Input, now: Timestamp) {
        if let Input::Venue(VenueEvent::Market(MarketEvent::Candle { pair, candle })) = input
            && let Some(number) = self.pairs.iter().position(|it| it == pair)
        {
            self.record_candle(number, candle, now);
        } else {
            self.record(Kind::Input, input, now);
        }
    }

    /// Writes down what the venue told, which is no candle: the same bytes as of the input that it
    /// makes.
    pub(crate) fn record_event(&mut self, event: &VenueEvent, now: Timestamp) {
        self.record(Kind::Input, &InputOf(event), now);
    }

    /// Writes down a candle of the pair that stands at `number` in the settings.
    #[inline]
    pub(crate) fn record_candle(&mut self, number: usize, candle: &Candle, now: Timestamp) {
        let pair = u8::try_from(number).expect("at most PAIRS_MAX");
        self.gathered.put_array(&candle_record(pair, candle, now));
        self.end_record();
    }

    /// Writes down what the engine wanted.
    pub fn record_output(&mut self, output: &Output, now: Timestamp) {
        self.record(Kind::Output, output, now);
    }

    /// The bytes since the last call, closed by a seal. A journal that only hashes has none.
    pub fn take_bytes(&mut self) -> Vec<u8> {
        self.move_on();
        if !self.kept.is_empty() {
            let hash = self.hasher.finish().to_le_bytes();
            self.kept.extend_from_slice(&prefix(hash.len(), Kind::Seal, Timestamp::EPOCH));
            self.kept.extend_from_slice(&hash);
        }
        std::mem::take(&mut self.kept)
    }

    /// The hash of everything written so far, as 32 hexadecimal digits.
    pub fn hash(&mut self) -> String {
        self.move_on();
        format!("{:032x}", self.hasher.finish())
    }

    fn record(&mut self, kind: Kind, what: &impl Serialize, now: Timestamp) {
        let start = self.gathered.start();
        self.gathered.put_array(&prefix(0, kind, now));
        // Written in place: its length is known afterward.
        what.serialize(&mut self.gathered).expect("inputs and outputs can be written");
        match self.gathered.length_since(start) {
            Some(length) => {
                self.gathered.replace(start, &length_of(length - PREFIX).to_le_bytes());
            }
            None => self.record_long(kind, what, now),
        }
        self.end_record();
    }

    /// A record that is too long to be gathered with others.
    #[cold]
    fn record_long(&mut self, kind: Kind, what: &impl Serialize, now: Timestamp) {
        let payload = postcard::to_allocvec(what).expect("inputs and outputs can be written");
        self.move_on();
        self.take_in(&prefix(payload.len(), kind, now));
        self.take_in(&payload);
    }

    #[inline]
    fn end_record(&mut self) {
        if self.gathered.is_full() {
            self.move_on();
        }
    }

    /// Hashes what has gathered, and keeps it where that is wanted.
    fn move_on(&mut self) {
        self.hasher.write(self.gathered.bytes());
        if self.keep == Keep::Bytes {
            self.kept.extend_from_slice(self.gathered.bytes());
        }
        self.gathered.clear();
    }

    /// The same with bytes that have not gathered.
    fn take_in(&mut self, bytes: &[u8]) {
        self.hasher.write(bytes);
        if self.keep == Keep::Bytes {
            self.kept.extend_from_slice(bytes);
        }
    }
}

/// What stands before every payload.
#[inline]
fn prefix(length: usize, kind: Kind, now: Timestamp) -> [u8; PREFIX] {
    let mut prefix = [0; PREFIX];
    prefix[..4].copy_from_slice(&length_of(length).to_le_bytes());
    prefix[4] = kind as u8;
    prefix[5..].copy_from_slice(&now.nanos().to_le_bytes());
    prefix
}

/// A candle's record, the prefix included.
#[inline]
fn candle_record(pair: u8, candle: &Candle, now: Timestamp) -> [u8; PREFIX + CANDLE] {
    let mut record = [0; PREFIX + CANDLE];
    record[..PREFIX].copy_from_slice(&prefix(CANDLE, Kind::Candle, now));
    let Candle { start, open, high, low, close, volume, trades } = candle;
    let payload = &mut record[PREFIX..];
    payload[0] = pair;
    payload[1..9].copy_from_slice(&start.nanos().to_le_bytes());
    payload[9..17].copy_from_slice(&open.units().to_le_bytes());
    payload[17..25].copy_from_slice(&high.units().to_le_bytes());
    payload[25..33].copy_from_slice(&low.units().to_le_bytes());
    payload[33..41].copy_from_slice(&close.units().to_le_bytes());
    payload[41..57].copy_from_slice(&volume.units().to_le_bytes());
    payload[57..].copy_from_slice(&trades.to_le_bytes());
    record
}

#[inline]
fn length_of(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("a record is far below 4 GiB")
}

/// Why bytes are not a journal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// It does not begin like one.
    #[error("this is not a journal of slackwater")]
    NotAJournal,
    /// Written by another version.
    #[error("the journal has format {0}, and this version reads formats up to {FORMAT}")]
    OtherFormat(u16),
    /// The header makes no sense.
    #[error("the journal's header is damaged")]
    DamagedHeader,
    /// A record makes no sense.
    #[error("the journal is damaged at byte {at} ({what})")]
    Damaged {
        /// Where the record begins.
        at: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// It ends within a record: the writer was interrupted.
    #[error("the journal ends within the record at byte {at}")]
    Torn {
        /// Where the torn record begins.
        at: usize,
    },
}

/// How far a journal is proved to be what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Where the last seal ends; what follows is not proved.
    pub sealed_to: usize,
    /// Where the journal ends within a record, if it does.
    pub torn_at: Option<usize>,
}

/// Reads a journal, record by record.
#[derive(Debug)]
pub struct JournalReader<'a> {
    header: JournalHeader,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> JournalReader<'a> {
    /// Reads the header.
    pub fn new(bytes: &'a [u8]) -> Result<Self, JournalError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(JournalError::NotAJournal)?;
        let (format, rest) = rest.split_first_chunk().ok_or(JournalError::DamagedHeader)?;
        let format = u16::from_le_bytes(*format);
        if !(1..=FORMAT).contains(&format) {
            return Err(JournalError::OtherFormat(format));
        }
        let (length, rest) = rest.split_first_chunk().ok_or(JournalError::DamagedHeader)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (hash, rest) = rest.split_first_chunk().ok_or(JournalError::DamagedHeader)?;
        let header = rest.get(..length).ok_or(JournalError::DamagedHeader)?;
        if Hasher::oneshot(header) != u128::from_le_bytes(*hash) {
            return Err(JournalError::DamagedHeader);
        }
        let header = match format {
            1 => postcard::from_bytes::<OldHeader>(header).map(JournalHeader::from),
            _ => postcard::from_bytes(header),
        };
        let header = header.map_err(|_| JournalError::DamagedHeader)?;
        Ok(Self { header, bytes, at: bytes.len() - rest.len() + length })
    }

    /// Holds what stands before each seal against it, without reading what the records say.
    pub fn prove(&self) -> Result<Proof, JournalError> {
        let mut hasher = RunningHash::new();
        hasher.write(&self.bytes[..self.at]);
        let mut proof = Proof { sealed_to: self.at, torn_at: None };
        let mut at = self.at;
        while at < self.bytes.len() {
            let Some(raw) = record_at(self.bytes, at)? else {
                proof.torn_at = Some(at);
                break;
            };
            let end = at + PREFIX + raw.payload.len();
            let fits = || raw.payload == hasher.finish().to_le_bytes();
            if raw.kind != Kind::Seal as u8 {
                hasher.write(&self.bytes[at..end]);
            } else if raw.time == Timestamp::EPOCH && fits() {
                proof.sealed_to = end;
            } else {
                let what = "what stands before this seal was changed";
                return Err(JournalError::Damaged { at, what });
            }
            at = end;
        }
        Ok(proof)
    }

    /// What stands at the beginning.
    pub const fn header(&self) -> &JournalHeader {
        &self.header
    }

    /// The next record and when it happened; nothing at the end.
    pub fn next_record(&mut self) -> Result<Option<(Timestamp, Record)>, JournalError> {
        while self.at < self.bytes.len() {
            let at = self.at;
            let damaged = |what| JournalError::Damaged { at, what };
            let unreadable = |_| damaged("its payload cannot be read");
            let raw = record_at(self.bytes, at)?.ok_or(JournalError::Torn { at })?;
            let payload = raw.payload;
            let record = match raw.kind {
                1 => Record::Input(self.candle(payload).ok_or(damaged("its candle is wrong"))?),
                2 => Record::Input(postcard::from_bytes(payload).map_err(unreadable)?),
                3 => Record::Output(postcard::from_bytes(payload).map_err(unreadable)?),
                4 if payload.len() == HASH => {
                    self.at = at + PREFIX + HASH;
                    continue;
                }
                _ => return Err(damaged("its kind is unknown")),
            };
            self.at = at + PREFIX + payload.len();
            return Ok(Some((raw.time, record)));
        }
        Ok(None)
    }

    fn candle(&self, payload: &[u8]) -> Option<Input> {
        let payload: &[u8; CANDLE] = payload.try_into().ok()?;
        let pair = self.header.settings.pairs.get(usize::from(payload[0]))?.pair;
        let word = |at: usize| payload[at..at + 8].try_into().expect("eight bytes");
        let price = |at: usize| Price::from_units(i64::from_le_bytes(word(at)));
        let volume = payload[41..57].try_into().expect("sixteen bytes");
        let candle = Candle {
            start: Timestamp::from_nanos(u64::from_le_bytes(word(1))),
            open: price(9),
            high: price(17),
            low: price(25),
            close: price(33),
            volume: Amount::from_units(i128::from_le_bytes(volume)),
            trades: u32::from_le_bytes(payload[57..].try_into().expect("four bytes")),
        };
        Some(Input::Venue(VenueEvent::Market(MarketEvent::Candle { pair, candle })))
    }
}

/// A record as it lies in the file.
struct Raw<'a> {
    kind: u8,
    time: Timestamp,
    payload: &'a [u8],
}

/// The record at `at`; nothing when it is cut off.
fn record_at(bytes: &[u8], at: usize) -> Result<Option<Raw<'_>>, JournalError> {
    let Some((prefix, rest)) = bytes[at..].split_first_chunk::<PREFIX>() else { return Ok(None) };
    let length = u32::from_le_bytes(prefix[..4].try_into().expect("four bytes")) as usize;
    if PAYLOAD_MAX < length {
        return Err(JournalError::Damaged { at, what: "its length is impossible" });
    }
    let time = u64::from_le_bytes(prefix[5..].try_into().expect("eight bytes"));
    let time = Timestamp::from_nanos(time);
    Ok(rest.get(..length).map(|payload| Raw { kind: prefix[4], time, payload }))
}

#[cfg(test)]
mod tests;
