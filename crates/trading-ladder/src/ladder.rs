//! The state machine: what is filed and asked goes in; entries to write down, rungs and caps come
//! out.

use std::collections::VecDeque;

use trading_types::{Amount, Timestamp};

use crate::{
    chain::{Anchor, ChainError, LadderEntry, Record},
    day::{Blemish, Day, SECONDS},
    digest::Digest,
    event::{Breach, Evidence, LadderEvent, LadderOutput, Refused},
    evidence::{BacktestEvidence, TrackingEvidence},
    gate::{self, Demand, Demanded},
    requirements::Requirements,
    rung::{EntryCap, Rung, TradingMode},
    state::{State, Tally},
    subject::Subject,
};

/// The longest name of who asks, in bytes.
const PRINCIPAL_BYTES_MAX: usize = 100;
/// The longest reason, in bytes.
const REASON_BYTES_MAX: usize = 1_000;

/// The ladder of one bot.
#[derive(Clone, Debug)]
pub struct Ladder {
    state: State,
    /// What the caller's config asks; it holds from [`LadderEvent::Configured`] on.
    wanted: Requirements,
    head: Option<Anchor>,
    last_time: Timestamp,
    is_configured: bool,
    outputs: VecDeque<LadderOutput>,
}

impl Ladder {
    /// One on which nothing has happened.
    pub fn new(requirements: Requirements) -> Self {
        Self {
            state: State::new(requirements.clone()),
            wanted: requirements,
            head: None,
            last_time: Timestamp::EPOCH,
            is_configured: false,
            outputs: VecDeque::new(),
        }
    }

    /// One that was written down, and of which `anchor` was seen.
    pub fn restore(
        requirements: Requirements,
        entries: &[LadderEntry],
        anchor: Option<Anchor>,
    ) -> Result<Self, ChainError> {
        anchor.map_or(Ok(()), |anchor| anchor.check(entries))?;
        let mut ladder = Self::new(requirements);
        for entry in entries {
            let line = entry.sequence;
            if ladder.state.subject.is_none() && !matches!(entry.record, Record::Begun { .. }) {
                let why = "nothing has begun".to_owned();
                return Err(ChainError::Impossible { line, why });
            }
            let applied = ladder.state.apply(&entry.record, entry.time);
            applied.map_err(|why| ChainError::Impossible { line, why })?;
            ladder.head = Some(entry.anchor());
            ladder.last_time = entry.time;
        }
        Ok(ladder)
    }

    /// Takes in what happened or is wanted.
    pub fn handle(&mut self, event: LadderEvent, now: Timestamp) {
        match event {
            LadderEvent::Configured { subject, program } => self.configure(subject, program, now),
            LadderEvent::EvidenceFiled { by, evidence: Evidence::Backtest(evidence) } => {
                self.file_backtest(by, evidence, now);
            }
            LadderEvent::EvidenceFiled { by, evidence: Evidence::Tracking(evidence) } => {
                self.file_tracking(by, evidence, now);
            }
            LadderEvent::DayClosed(day) => self.close_day(day, now),
            LadderEvent::Breach(breach) => self.demote(breach, now),
            LadderEvent::Advance { principal, reason, to, entry_minimum } => {
                let missing = self.missing_to_advance(&principal, &reason, to, now);
                self.advance(missing, Ascent { principal, reason, entry_minimum }, now);
            }
        }
    }

    /// What is to be done or known, until there is nothing.
    pub fn poll_output(&mut self) -> Option<LadderOutput> {
        self.outputs.pop_front()
    }

    /// Whether a bot may trade, and how large its entries may be: at most `requested`, where the
    /// bot itself has a limit.
    pub fn may_trade(
        &self,
        mode: TradingMode,
        requested: Option<Amount>,
        now: Timestamp,
    ) -> Result<EntryCap, Refused> {
        if !self.is_configured {
            let missing = vec![Demand::unmet(Demanded::Subject, "none", "a config")];
            return Err(Refused { missing });
        }
        match (mode, self.state.rung.is_live()) {
            (TradingMode::Paper, _) => Ok(EntryCap::Unlimited.at_most(requested)),
            (TradingMode::Live, true) => Ok(self.cap().at_most(requested)),
            (TradingMode::Live, false) => {
                let rung = Demand::unmet(Demanded::LiveRung, self.state.rung, Rung::Tiny);
                let missing = self.gate(now).into_iter().filter(|it| !it.is_met);
                Err(Refused { missing: std::iter::once(rung).chain(missing).collect() })
            }
        }
    }

    /// Everything that is asked for the next rung, met or not.
    pub fn gate(&self, now: Timestamp) -> Vec<Demand> {
        gate::demands(&self.state, now)
    }

    /// What is asked of the backtest on file, on whichever rung.
    pub fn backtest_gate(&self) -> Vec<Demand> {
        gate::backtest(self.backtest(), &self.state.requirements.backtest).to_vec()
    }

    /// Where it stands.
    pub const fn rung(&self) -> Rung {
        self.state.rung
    }

    /// The largest entry with real money.
    pub fn cap(&self) -> EntryCap {
        self.state.rung.live_cap(self.state.tiny_entry)
    }

    /// When the rung was entered, or its days were started again.
    pub const fn entered(&self) -> Timestamp {
        self.state.entered
    }

    /// Whose ladder it is, and its hash.
    pub fn subject(&self) -> Option<(Digest, &Subject)> {
        self.state.subject.as_ref().map(|(identity, subject)| (*identity, &**subject))
    }

    /// The days of the rung.
    pub const fn tally(&self) -> &Tally {
        &self.state.tally
    }

    /// The backtest on file.
    pub fn backtest(&self) -> Option<&BacktestEvidence> {
        self.state.backtest.as_deref()
    }

    /// The comparison on file.
    pub fn tracking(&self) -> Option<&TrackingEvidence> {
        self.state.tracking.as_deref()
    }

    /// What is asked.
    pub const fn requirements(&self) -> &Requirements {
        &self.state.requirements
    }

    /// Backtests filed since the chain began, of whichever subject.
    pub const fn trials(&self) -> u64 {
        self.state.trials
    }

    /// Where the chain ends.
    pub const fn head(&self) -> Option<Anchor> {
        self.head
    }

    fn configure(&mut self, subject: Box<Subject>, program: String, now: Timestamp) {
        let identity = subject.identity();
        self.is_configured = true;
        if self.state.identity() == Some(identity) {
            if self.state.program != program {
                let was = &self.state.program;
                let words = format!("the program was {was} and is {program}; the rung stays");
                self.outputs.push_back(LadderOutput::Warning(words));
                self.append(Record::ProgramChanged { program }, now);
            }
            if self.state.requirements != self.wanted {
                let words = "what the ladder asks has changed; the days of this rung start again";
                self.outputs.push_back(LadderOutput::Warning(words.to_owned()));
                let requirements = Box::new(self.wanted.clone());
                self.append(Record::RequirementsChanged { requirements }, now);
            }
        } else {
            self.begin(identity, subject, program, now);
        }
        self.outputs.push_back(LadderOutput::EntryCap(self.cap()));
    }

    fn begin(&mut self, identity: Digest, subject: Box<Subject>, program: String, now: Timestamp) {
        let from = self.state.rung;
        let changed = self.state.subject.as_ref().map(|(_, before)| before.differences(&subject));
        let requirements = Box::new(self.wanted.clone());
        self.append(Record::Begun { identity, subject, requirements, program }, now);
        if let Some(changed) = changed {
            let why = format!("another subject starts at the bottom ({})", changed.join("; "));
            let to = self.state.rung;
            self.outputs.push_back(LadderOutput::RungChanged { from, to, why });
        }
    }

    fn file_backtest(&mut self, by: String, evidence: Box<BacktestEvidence>, now: Timestamp) {
        let missing = self.foreign(evidence.identity);
        if self.refuse(missing) {
            return;
        }
        self.append(Record::BacktestFiled { by, evidence }, now);
    }

    fn file_tracking(&mut self, by: String, evidence: Box<TrackingEvidence>, now: Timestamp) {
        let mut missing = self.foreign(evidence.identity);
        let entered = self.state.entered;
        if self.state.rung.mode() != Some(evidence.mode) {
            let need =
                self.state.rung.mode().map_or("a rung above".to_owned(), |it| it.to_string());
            missing.push(Demand::unmet(Demanded::OwnEvidence, evidence.mode, need));
        }
        if evidence.from < entered || evidence.to < evidence.from || now < evidence.to {
            let have = format!("from {} to {}", evidence.from, evidence.to);
            let need = format!("since {entered} until now");
            missing.push(Demand::unmet(Demanded::OwnEvidence, have, need));
        }
        if self.refuse(missing) {
            return;
        }
        let broken = gate::breached(&evidence.tracking, &self.state.requirements.tracking);
        self.append(Record::TrackingFiled { by, evidence }, now);
        if let Some(what) = broken {
            self.demote(Breach::Tracking { what }, now);
        }
    }

    /// What is missing of evidence that was made for `identity`.
    fn foreign(&self, identity: Digest) -> Vec<Demand> {
        let ours = self.state.identity();
        if self.is_configured && ours == Some(identity) {
            return Vec::new();
        }
        let need = ours.map_or("a config".to_owned(), Digest::short);
        vec![Demand::unmet(Demanded::Subject, identity.short(), need)]
    }

    fn close_day(&mut self, day: Day, now: Timestamp) {
        if self.refuse(self.missing_to_close(&day, now)) {
            return;
        }
        let mut blemishes = Vec::new();
        if day.number() < self.state.entered.day()
            || (day.number() == self.state.entered.day() && !is_midnight(self.state.entered))
        {
            blemishes.push(Blemish::PartOfADay);
        }
        if self.state.rung.mode() != Some(day.mode) {
            blemishes.push(Blemish::OtherMode);
        }
        let is_ours = blemishes.is_empty();
        blemishes.extend(day.blemishes(&self.state.requirements.clean_day));
        let breach = if is_ours { self.breach_of(&day) } else { None };
        self.append(Record::Day { day, blemishes }, now);
        if let Some(breach) = breach {
            self.demote(breach, now);
        }
    }

    fn missing_to_close(&self, day: &Day, now: Timestamp) -> Vec<Demand> {
        use Demanded::DayToClose;
        let mut missing = Vec::new();
        if !self.is_configured {
            missing.push(Demand::unmet(Demanded::Subject, "none", "a config"));
        }
        if self.state.rung == Rung::Backtest {
            missing.push(Demand::unmet(DayToClose, self.state.rung, "a rung that has days"));
        }
        if now < day.end() {
            missing.push(Demand::unmet(DayToClose, day.date, "a day that is over"));
        }
        if self.state.tally.last_number.is_some_and(|last| day.number() <= last) {
            missing.push(Demand::unmet(DayToClose, day.date, "a day after the last"));
        }
        missing
    }

    /// What nobody told us and the day shows.
    fn breach_of(&self, day: &Day) -> Option<Breach> {
        let max = self.state.requirements.drawdown_max;
        if 0 < day.kill_trips {
            let reason = format!("it tripped on the day of {}", day.date);
            return Some(Breach::KillSwitch { reason });
        }
        (max < day.drawdown).then_some(Breach::Drawdown { have: day.drawdown, max })
    }

    fn demote(&mut self, breach: Breach, now: Timestamp) {
        let from = self.state.rung;
        let to = from.below();
        if from == to {
            return;
        }
        let why = breach.to_string();
        self.append(Record::Demoted { from, to, breach }, now);
        self.tell_rung(from, why);
    }

    fn missing_to_advance(
        &self,
        principal: &str,
        reason: &str,
        to: Rung,
        now: Timestamp,
    ) -> Vec<Demand> {
        use Demanded as D;
        let mut missing: Vec<_> = self.gate(now).into_iter().filter(|it| !it.is_met).collect();
        let next = self.state.rung.above();
        let has_room = missing.iter().all(|it| it.what != D::Room);
        if to != next && has_room {
            missing.push(Demand::unmet(D::NextRung, to, next));
        }
        if !self.is_configured {
            missing.push(Demand::unmet(D::Subject, "none", "a config"));
        }
        for (what, text, bytes_max) in
            [(D::Principal, principal, PRINCIPAL_BYTES_MAX), (D::Reason, reason, REASON_BYTES_MAX)]
        {
            if text.trim().is_empty() || bytes_max < text.len() {
                let have = format!("{} bytes", text.len());
                missing.push(Demand::unmet(what, have, format_args!("1 to {bytes_max} bytes")));
            }
        }
        if now < self.last_time {
            let need = format!("not before {}", self.last_time);
            missing.push(Demand::unmet(D::Clock, now, need));
        }
        missing
    }

    fn advance(&mut self, mut missing: Vec<Demand>, ascent: Ascent, now: Timestamp) {
        let Ascent { principal, reason, entry_minimum } = ascent;
        let from = self.state.rung;
        let to = from.above();
        let tiny_entry =
            (to == Rung::Tiny).then(|| self.state.requirements.tiny_entry(entry_minimum));
        if tiny_entry.is_some_and(|it| !it.is_positive()) {
            missing.push(Demand::unmet(Demanded::EntryMinimum, entry_minimum, "above 0"));
        }
        if self.refuse(missing) {
            return;
        }
        let why = format!("{principal}: {reason}");
        self.append(Record::Advanced { from, to, principal, reason, tiny_entry }, now);
        self.tell_rung(from, why);
    }

    fn refuse(&mut self, missing: Vec<Demand>) -> bool {
        let is_refused = !missing.is_empty();
        if is_refused {
            self.outputs.push_back(LadderOutput::Refused(Refused { missing }));
        }
        is_refused
    }

    fn tell_rung(&mut self, from: Rung, why: String) {
        let to = self.state.rung;
        self.outputs.push_back(LadderOutput::RungChanged { from, to, why });
        self.outputs.push_back(LadderOutput::EntryCap(self.cap()));
    }

    /// Writes down and takes in. A clock that went back does not take the chain with it.
    fn append(&mut self, record: Record, now: Timestamp) {
        let time = now.max(self.last_time);
        self.state.apply(&record, time).expect("what is written down was looked at before");
        let entry = LadderEntry::after(self.head, time, record);
        self.head = Some(entry.anchor());
        self.last_time = time;
        self.outputs.push_back(LadderOutput::Append(Box::new(entry)));
    }
}

/// Somebody's wish to go up.
struct Ascent {
    principal: String,
    reason: String,
    entry_minimum: Amount,
}

fn is_midnight(time: Timestamp) -> bool {
    time.nanos().is_multiple_of(SECONDS * 1_000_000_000)
}

#[cfg(test)]
mod tests;
