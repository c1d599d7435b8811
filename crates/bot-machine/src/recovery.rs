//! From the records of a journal to the bot that goes on where they end.
//!
//! **Law.** What the journal says was decided is decided again and compared. A program that would
//! have decided otherwise does not go on from there: what was sent then is not what it believes.

use bot_journal::{RecordKind, Snapshot};
use serde::{Deserialize, Serialize};
use trading_engine::{
    Difference, Engine, Input, Journal, JournalError, JournalHeader, JournalReader, Keep, Record,
    SettingsError, Strategy, replay,
};
use trading_types::{Ascii, Timestamp, VenueEvent};

use crate::{
    account_feed::AccountFeed, bot::Recovered, market_feed::MarketFeed, note::Note, output::Alert,
    reconciler::Reckoned, settings::Times,
};

/// Makes the strategies that a header names.
pub type MakeStrategies<'a> = &'a dyn Fn(&JournalHeader) -> Result<Vec<Box<dyn Strategy>>, String>;

/// Why a journal cannot be gone on from, sorted by what to do next.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryProblem {
    // Use the program that wrote it, or begin anew from the venue.
    /// The program decides otherwise than the one that wrote the journal.
    #[error("this program decides otherwise than the one that wrote the journal: {0}")]
    DecidesOtherwise(String),
    /// A strategy the journal names cannot be made.
    #[error("the strategy of the journal cannot be made ({0})")]
    Strategy(String),
    /// Its settings cannot be.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    // Look at the file, restore a copy, or begin anew from the venue.
    /// What the engine wrote cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A record cannot be read.
    #[error("record {sequence} cannot be read ({what})")]
    Record {
        /// Which.
        sequence: u64,
        /// What is wrong with it.
        what: String,
    },
    /// It does not begin as a journal does.
    #[error("the journal does not say with what settings it begins")]
    NoBeginning,
}

/// The payload of a record of kind [`RecordKind::Epoch`]: with what the engine's journal begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epoch {
    /// The settings and strategies from here on.
    pub header: JournalHeader,
    /// The engine's state at that moment; nothing at the very beginning.
    pub state: Option<Vec<u8>>,
}

impl Epoch {
    /// Its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("settings can be written")
    }

    /// Reads a payload; nothing when the bytes are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}

/// The payload of a record of kind [`RecordKind::Snapshot`]: everything a start needs.
#[derive(Debug, Serialize, Deserialize)]
pub struct BotSnapshot {
    /// The settings and strategies it was made with.
    pub header: JournalHeader,
    /// The engine.
    pub engine: Vec<u8>,
    /// Trades that have passed, names of orders.
    pub account: AccountFeed,
    /// Candles that have passed.
    pub market: MarketFeed,
    /// What was accounted for.
    pub reckoned: Reckoned,
    /// Alerts nobody has acknowledged.
    pub alerts: Vec<Alert>,
    /// The number of the last alert.
    pub last_alert: u64,
    /// When the dead-man switch would fire.
    pub dead_man: Option<Timestamp>,
}

/// Reads records one after the other.
pub struct Recovery<'a> {
    make: MakeStrategies<'a>,
    times: Times,
    header: Option<JournalHeader>,
    /// The state the pieces begin with, if it is not the very beginning.
    state: Option<Vec<u8>>,
    /// The engine's pieces since.
    pieces: Vec<u8>,
    account: AccountFeed,
    market: Option<MarketFeed>,
    reckoned: Reckoned,
    alerts: Vec<Alert>,
    last_alert: u64,
    dead_man: Option<Timestamp>,
    last: Option<Timestamp>,
    /// A movement whose explanation is the last that was written.
    explaining: Option<Ascii<24>>,
}

impl std::fmt::Debug for Recovery<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recovery").field("last", &self.last).finish_non_exhaustive()
    }
}

impl<'a> Recovery<'a> {
    /// Nothing read yet.
    pub fn new(times: Times, make: MakeStrategies<'a>) -> Self {
        Self {
            make,
            times,
            header: None,
            state: None,
            pieces: Vec::new(),
            account: AccountFeed::default(),
            market: None,
            reckoned: Reckoned::default(),
            alerts: Vec::new(),
            last_alert: 0,
            dead_man: None,
            last: None,
            explaining: None,
        }
    }

    /// Reads the next record.
    pub fn record(
        &mut self,
        sequence: u64,
        time: Timestamp,
        kind: RecordKind,
        payload: &[u8],
    ) -> Result<(), RecoveryProblem> {
        self.last = Some(time);
        let unreadable =
            |error: postcard::Error| RecoveryProblem::Record { sequence, what: error.to_string() };
        match kind {
            RecordKind::Engine => {
                // The movement that was explained stands in it.
                self.explaining = None;
                self.pieces.extend_from_slice(payload);
            }
            RecordKind::Note => {
                let note = Note::from_bytes(payload).ok_or_else(|| RecoveryProblem::Record {
                    sequence,
                    what: "it is no note".to_owned(),
                })?;
                self.recall(note);
            }
            RecordKind::Epoch => {
                let Epoch { header, state } = postcard::from_bytes(payload).map_err(unreadable)?;
                // What the pieces so far told of the account still holds.
                self.read_pieces()?;
                self.begin(header, state);
            }
            RecordKind::Snapshot => {
                // A snapshot that is damaged, or of another place, is passed over: the records it
                // stands for are there.
                let Some(state) = Snapshot::decode(payload, sequence) else { return Ok(()) };
                let snapshot: BotSnapshot =
                    postcard::from_bytes(state.state).map_err(unreadable)?;
                self.account = snapshot.account;
                self.market = Some(snapshot.market);
                self.reckoned = snapshot.reckoned;
                self.alerts = snapshot.alerts;
                self.last_alert = snapshot.last_alert;
                self.dead_man = snapshot.dead_man;
                self.begin(snapshot.header, Some(snapshot.engine));
            }
        }
        Ok(())
    }

    fn begin(&mut self, header: JournalHeader, state: Option<Vec<u8>>) {
        if self.market.is_none() {
            let pairs = header.settings.pairs.iter().map(|rules| rules.pair);
            let interval = header.settings.interval;
            self.market = Some(MarketFeed::new(pairs, interval, self.times.quote_every));
        }
        self.header = Some(header);
        self.state = state;
        self.pieces.clear();
    }

    fn recall(&mut self, note: Note) {
        match note {
            Note::AccountedTo(time) => self.reckoned.accounted_to = Some(time),
            Note::Explained { id, .. } => {
                self.explaining = id.parse::<Ascii<24>>().ok();
                self.reckoned.explained.extend(self.explaining);
            }
            Note::Alerted(alert) => {
                self.last_alert = self.last_alert.max(alert.id);
                self.alerts.push(alert);
            }
            Note::Acknowledged { alert: Some(id), .. } => self.alerts.retain(|it| it.id != id),
            Note::Acknowledged { alert: None, .. } => self.alerts.clear(),
            Note::DeadManSet(fires) => self.dead_man = fires,
            Note::Started { .. }
            | Note::Stage(_)
            | Note::KeyAudited { .. }
            | Note::Sent { .. }
            | Note::Unclear { .. }
            | Note::Proved { .. }
            | Note::Operator { .. }
            | Note::Ended { .. }
            | Note::HaltVerified
            | Note::Equity { .. } => {}
        }
    }

    /// What the pieces say of trades, names and candles.
    fn read_pieces(&mut self) -> Result<(), RecoveryProblem> {
        let Some(bytes) = self.journal() else { return Ok(()) };
        let mut reader = JournalReader::new(&bytes)?;
        while let Some((_, record)) = reader.next_record()? {
            let Record::Input(input) = record else { continue };
            self.account.recall(&input);
            if let (Input::Venue(VenueEvent::Market(event)), Some(market)) =
                (&input, &mut self.market)
            {
                market.recall(event);
            }
        }
        Ok(())
    }

    /// The pieces as a journal with its header. Only those from the very beginning have one.
    fn journal(&self) -> Option<Vec<u8>> {
        let header = self.header.as_ref()?;
        let mut bytes = match self.state {
            None if !self.pieces.is_empty() => Vec::new(),
            Some(_) | None => Journal::new(header, Keep::Bytes).take_bytes(),
        };
        bytes.extend_from_slice(&self.pieces);
        Some(bytes)
    }

    /// The bot as its journal leaves it, or nothing when there is no journal yet.
    pub fn finish(mut self) -> Result<Option<(JournalHeader, Recovered)>, RecoveryProblem> {
        self.read_pieces()?;
        if let Some(untold) = self.explaining {
            self.reckoned.explained.retain(|id| *id != untold);
        }
        let Some(bytes) = self.journal() else { return Ok(None) };
        let Some(header) = self.header.clone() else { return Err(RecoveryProblem::NoBeginning) };
        let strategies = (self.make)(&header).map_err(RecoveryProblem::Strategy)?;
        let engine = match &self.state {
            None => Engine::new(&header, strategies, Keep::Bytes)?,
            Some(state) => Engine::restore(&header, strategies, Keep::Bytes, state)
                .map_err(|error| RecoveryProblem::Strategy(error.to_string()))?,
        };
        let replayed = replay(JournalReader::new(&bytes)?, engine)?;
        if let Some(difference) = replayed.difference {
            return Err(RecoveryProblem::DecidesOtherwise(in_words(&difference)));
        }
        let mut engine = replayed.engine;
        // Its journal wrote everything down again; the original is on the disk.
        engine.journal().take_bytes();
        let market = self.market.ok_or(RecoveryProblem::NoBeginning)?;
        let recovered = Recovered {
            engine,
            account: self.account,
            market,
            reckoned: self.reckoned,
            alerts: self.alerts,
            last_alert: self.last_alert,
            dead_man: self.dead_man,
            last: self.last,
            epoch: None,
        };
        Ok(Some((header, recovered)))
    }
}

fn in_words(difference: &Difference) -> String {
    let Difference { time, inputs, recorded, replayed } = difference;
    format!("at {time}, after {inputs} inputs, it was {recorded:?} and would be {replayed:?}")
}

#[cfg(test)]
mod tests;
