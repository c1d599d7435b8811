//! The process: the bot, its line to the venue and its journal, from a start that is a recovery to
//! a death at any moment.
//!
//! The invariant: what survives a process is what was on its disk and what was saved of its
//! budgets, and nothing else.

mod planted;

use self::planted::Planted;
use std::{collections::VecDeque, time::Duration};

use bot_journal::{
    JournalSettings, JournalWriter, OneLane, RecordKind, Records, RecoveryError, SimulatedDisk,
    Start, Witness, recover_witnessed,
};
use bot_machine::{
    Alert, Bot, BotInput, BotOutput, BotSettings, Recovered,
    output::Stage,
    recovery::{Recovery, RecoveryProblem},
};
use kraken_protocol::scheduler::SchedulerSettings;
use simulated_kraken::KeyDescription;
use trading_engine::{Engine, Keep, Report};
use trading_types::Timestamp;

use crate::{
    bugs::Bug,
    disk::identity,
    line::{Kept, Line, LineParts, ToNet},
    net::Arrival,
    strategy,
};

/// A segment of the journal in the simulation is small, so that many begin and end.
const SEGMENT_BYTES: u64 = 256 << 10;

/// What is done to a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessOptions {
    /// Mean time between deaths; zero is never.
    pub crash_every: Duration,
    /// Of a hundred thousand things the bot wants, so many are its last.
    pub crash_at_output: u64,
    /// How often in a hundred deaths it dies ten times within a minute.
    pub loops_percent: u64,
    /// Mean time between deaths for want of memory, while something large is taken in and before
    /// anything comes of it; zero is never.
    pub memory_every: Duration,
    /// Mean time between pauses of the whole machine; zero is never.
    pub pause_every: Duration,
    /// The longest pause.
    pub pause_max: Duration,
    /// How often in a hundred starts a second one is started beside it.
    pub second_percent: u64,
    /// Mean time between ends in order; zero is never.
    pub end_every: Duration,
    /// How often in a hundred starts the file of budgets is gone.
    pub lost_budgets: u64,
}

/// What survives a process.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) disk: SimulatedDisk,
    pub(crate) kept: Kept,
    /// When, by the one clock that nobody sets: the machine counts since its own start.
    pub(crate) died_at: Timestamp,
    /// How far the journal was acknowledged, kept in another file.
    pub(crate) witness: Option<Witness>,
}

/// Why a process did not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotStarted {
    #[error("the journal: {0}")]
    Journal(RecoveryError),
    #[error("what it says: {0}")]
    Recovery(RecoveryProblem),
}

/// Something the world has to do or to know.
#[derive(Debug)]
pub(crate) enum Wanted {
    Net(ToNet),
    /// A record with this sequence was written.
    Recorded {
        sequence: u64,
        kind: RecordKind,
        payload: Vec<u8>,
    },
    /// A sync begins now.
    Sync,
    Report(Report),
    Stage(Stage),
    Alert(Alert),
    Ended(String),
    /// The bot is told this of the market.
    Told(BotInput),
}

/// A process.
pub(crate) struct Process {
    pub(crate) bot: Bot,
    pub(crate) line: Line,
    writer: JournalWriter<SimulatedDisk>,
    /// Records given out since the start.
    records: u64,
    /// The sequence before the first of them.
    first_sequence: u64,
    is_over: bool,
    wanted: VecDeque<Wanted>,
    planted: Planted,
}

impl std::fmt::Debug for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Process").field("bot", &self.bot).finish_non_exhaustive()
    }
}

/// What a process is started with.
#[derive(Debug)]
pub(crate) struct StartParts<'a> {
    pub(crate) settings: BotSettings,
    pub(crate) key: &'a KeyDescription,
    pub(crate) scheduler: SchedulerSettings,
    pub(crate) seed: u64,
    /// A mistake that is planted.
    pub(crate) bug: Option<Bug>,
    /// Counts the starts; the numbers of requests and connections begin with it.
    pub(crate) incarnation: u64,
}

/// What a recovery found.
#[derive(Debug)]
pub(crate) struct Found {
    /// The last record that is there.
    pub(crate) sequence: u64,
    /// The hash of the engine's state, read from the beginning and from the last snapshot.
    pub(crate) hashes: Option<(String, String)>,
    /// Whether the journal says that trading is halted. The bot may halt at once for another
    /// reason, and that is not durable yet.
    pub(crate) is_halted: bool,
}

impl Process {
    /// Recovers and starts. `compares` asks for both ways of reading the journal.
    pub(crate) fn start(
        mut left: Left,
        parts: StartParts<'_>,
        compares: bool,
        now: Timestamp,
    ) -> Result<(Self, Found), Box<(Left, NotStarted)>> {
        let disk = &mut left.disk;
        let witness = left.witness.filter(|_| parts.bug != Some(Bug::OlderJournal));
        let journal = match recover_witnessed(&OneLane, disk, &identity(), witness) {
            Ok(journal) => journal,
            Err(error) => return Err(Box::new((left, NotStarted::Journal(error)))),
        };
        let read = |disk: &mut SimulatedDisk, start| read_all(disk, &journal, start, &parts);
        let recovered = match read(disk, Start::LastSnapshot) {
            Ok(recovered) => recovered,
            Err(problem) => return Err(Box::new((left, problem))),
        };
        let mut hashes = None;
        if compares && journal.snapshot.is_some() {
            let again = match read(disk, Start::Beginning) {
                Ok(again) => again,
                Err(problem) => return Err(Box::new((left, problem))),
            };
            let hash = |it: &Option<Recovered>| {
                it.as_ref().map_or(String::new(), |it| it.engine.state_hash())
            };
            hashes = Some((hash(&recovered), hash(&again)));
        }
        let is_halted = recovered.as_ref().is_some_and(|it| it.engine.halted().is_some());
        let Left { disk, kept, .. } = left;
        let StartParts { settings, key, scheduler, seed, bug, incarnation } = parts;
        let planted = Planted::new(bug, seed ^ incarnation);
        let version = planted.version(key);
        let recovered = recovered.unwrap_or_else(|| {
            Recovered::fresh(fresh(&settings), &settings.header, settings.times)
        });
        let segment_bytes = SEGMENT_BYTES;
        let journal_settings = JournalSettings { identity: identity(), segment_bytes };
        let writer = JournalWriter::new(disk, &journal, journal_settings);
        let names = settings.names.clone();
        let pairs = settings.header.settings.pairs.iter().map(|rules| rules.pair).collect();
        let bot = Bot::new(settings, recovered, &version, now);
        let line = Line::new(
            LineParts {
                key,
                names,
                pairs,
                known_fills: bot.known_trades().collect(),
                scheduler: planted.scheduler(scheduler),
                kept: planted.kept(kept),
                seed: seed.wrapping_add(incarnation),
                first_number: incarnation << 32,
            },
            now,
        );
        let process = Self {
            bot,
            line,
            records: 0,
            first_sequence: writer.sequence(),
            writer,
            is_over: false,
            wanted: VecDeque::new(),
            planted,
        };
        Ok((process, Found { sequence: journal.sequence, hashes, is_halted }))
    }

    /// The bot is told something.
    pub(crate) fn tell(&mut self, input: BotInput, now: Timestamp) {
        self.bot.handle(input, now);
    }

    /// Something has come over the net.
    pub(crate) fn arrived(&mut self, arrival: &Arrival, now: Timestamp) {
        self.line.arrived(arrival, now);
    }

    /// Timers may be due.
    pub(crate) fn handle_timeout(&mut self, now: Timestamp) {
        if self.line.next_timeout().is_some_and(|due| due <= now) {
            self.line.handle_timeout(now);
        }
        if self.bot.next_timeout().is_some_and(|due| due <= now) {
            self.bot.handle_timeout(now);
        }
    }

    /// When to come back, by its own clock.
    pub(crate) fn next_timeout(&self) -> Option<Timestamp> {
        self.line.next_timeout().into_iter().chain(self.bot.next_timeout()).min()
    }

    /// A sync has come to its end: what was appended is durable, or the journal is of no more use.
    /// `records` is how many had been given out when it began.
    pub(crate) fn synced(&mut self, records: u64, now: Timestamp) -> Option<Witness> {
        match self.writer.commit() {
            Ok(_) => {
                self.bot.handle(BotInput::Durable { records }, now);
                Some(self.writer.witness())
            }
            Err(_) if self.planted.ignores_disk_errors() => {
                self.bot.handle(BotInput::Durable { records }, now);
                Some(self.writer.witness())
            }
            Err(error) => {
                self.bot.handle(BotInput::JournalFailed { what: error.to_string() }, now);
                None
            }
        }
    }

    /// How many records have been given out since the start.
    pub(crate) const fn records(&self) -> u64 {
        self.records
    }

    /// The sequence of a record by its number since the start.
    pub(crate) const fn sequence_of(&self, record: u64) -> u64 {
        self.first_sequence + record
    }

    pub(crate) const fn disk_mut(&mut self) -> &mut SimulatedDisk {
        self.writer.disk_mut()
    }

    /// The next thing that happens because of the bot; each is a moment at which it may die.
    pub(crate) fn step(&mut self, now: Timestamp) -> Option<Wanted> {
        loop {
            if let Some(wanted) = self.wanted.pop_front() {
                return Some(wanted);
            }
            if let Some(net) = self.line.poll_net() {
                return Some(Wanted::Net(net));
            }
            if let Some(output) = self.bot.poll_output() {
                self.obey(output, now);
                continue;
            }
            if self.is_over {
                return None;
            }
            let told = self.line.poll_told()?;
            if matches!(told, BotInput::Quote { .. } | BotInput::Status { .. }) {
                self.wanted.push_back(Wanted::Told(told.clone()));
            }
            for told in self.planted.told(told, &mut self.line, now) {
                self.bot.handle(told, now);
            }
        }
    }

    fn obey(&mut self, output: BotOutput, now: Timestamp) {
        let Some(output) = self.planted.output(output, &mut self.line, now) else { return };
        let Some(output) = self.line.execute(output, now) else { return };
        match output {
            BotOutput::Record { kind, payload } => self.record(kind, payload, now),
            BotOutput::Sync => {
                self.wanted.push_back(Wanted::Sync);
                if self.planted.acks_at_once() {
                    self.bot.handle(BotInput::Durable { records: self.records }, now);
                }
            }
            BotOutput::Report(report) => {
                self.planted.reported(&report, &mut self.line, now);
                self.wanted.push_back(Wanted::Report(report));
            }
            BotOutput::Stage(stage) => self.wanted.push_back(Wanted::Stage(stage)),
            BotOutput::Alert(alert) => self.wanted.push_back(Wanted::Alert(alert)),
            BotOutput::Ended { why } => {
                self.is_over = true;
                self.wanted.push_back(Wanted::Ended(why));
            }
            BotOutput::Command { .. }
            | BotOutput::Withdraw { .. }
            | BotOutput::VenueClock { .. }
            | BotOutput::Call { .. }
            | BotOutput::AdmitKey { .. }
            | BotOutput::StopKey { .. }
            | BotOutput::OpenSocket { .. }
            | BotOutput::RenewExecutions
            | BotOutput::CloseSocket(_)
            | BotOutput::OrderGone(_)
            | BotOutput::OnlyOpen(_)
            | BotOutput::OrderOpen { .. } => unreachable!("the line does it"),
        }
    }

    fn record(&mut self, kind: RecordKind, payload: Vec<u8>, now: Timestamp) {
        self.records += 1;
        let written = match kind {
            RecordKind::Snapshot => self.writer.append_snapshot(&payload, now),
            RecordKind::Engine | RecordKind::Note | RecordKind::Epoch => {
                self.writer.append(kind, &payload, now)
            }
        };
        match written {
            Ok(sequence) => {
                assert!(sequence == self.sequence_of(self.records), "records are counted alike");
                self.wanted.push_back(Wanted::Recorded { sequence, kind, payload });
            }
            Err(_) if self.planted.ignores_disk_errors() => (),
            Err(error) => {
                self.bot.handle(BotInput::JournalFailed { what: error.to_string() }, now);
            }
        }
    }

    /// It is dead; what it leaves is its writer, whose bytes the disk decides about, and what was
    /// saved of its budgets.
    pub(crate) fn into_parts(self) -> (JournalWriter<SimulatedDisk>, Kept) {
        let kept = self.line.calls().kept().clone();
        (self.writer, kept)
    }
}

fn fresh(settings: &BotSettings) -> Engine {
    let strategies = strategy::make(&settings.header).expect("our own header");
    Engine::new(&settings.header, strategies, Keep::Bytes).expect("settings that can be")
}

fn read_all(
    disk: &mut SimulatedDisk,
    journal: &bot_journal::Recovered,
    start: Start,
    parts: &StartParts<'_>,
) -> Result<Option<Recovered>, NotStarted> {
    let mut records = Records::new(disk, journal, start).map_err(NotStarted::Journal)?;
    let mut recovery = Recovery::new(parts.settings.times, &strategy::make);
    while let Some(record) = records.next_record().map_err(NotStarted::Journal)? {
        recovery
            .record(record.sequence, record.time, record.kind, record.payload)
            .map_err(NotStarted::Recovery)?;
    }
    let found = recovery.finish().map_err(NotStarted::Recovery)?;
    Ok(found.map(|(_, recovered)| recovered))
}
