//! What a chain comes to. There is one way to change it, [`State::apply`], for what happens now and
//! for what is read back, so that a restart knows exactly what was known.

use serde::Serialize;
use trading_types::{Amount, Fraction, Timestamp};

use crate::{
    chain::Record,
    day::{Blemish, Day},
    digest::Digest,
    evidence::{BacktestEvidence, TrackingEvidence},
    requirements::Requirements,
    rung::Rung,
    subject::Subject,
};

/// Where a subject stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) subject: Option<(Digest, Box<Subject>)>,
    pub(crate) program: String,
    pub(crate) requirements: Requirements,
    pub(crate) rung: Rung,
    /// When the rung was entered, or its days were started again.
    pub(crate) entered: Timestamp,
    /// Zero where there is none.
    pub(crate) tiny_entry: Amount,
    pub(crate) backtest: Option<Box<BacktestEvidence>>,
    pub(crate) tracking: Option<Box<TrackingEvidence>>,
    pub(crate) tally: Tally,
    /// Backtests filed since the chain began, of whichever subject: the more were tried, the less
    /// the one that was kept proves.
    pub(crate) trials: u64,
}

/// The days of a rung.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Those that count.
    pub clean_days: u64,
    /// Those that do not.
    pub other_days: u64,
    /// Round trips on clean days.
    pub trades: u64,
    /// The deepest fall of the equity on any of the whole days.
    pub drawdown: Fraction,
    /// When the last of them, clean or not, was over.
    pub last_end: Option<Timestamp>,
    /// Its number.
    #[serde(skip)]
    pub(crate) last_number: Option<u64>,
}

impl State {
    pub(crate) fn new(requirements: Requirements) -> Self {
        Self {
            subject: None,
            program: String::new(),
            requirements,
            rung: Rung::Backtest,
            entered: Timestamp::EPOCH,
            tiny_entry: Amount::ZERO,
            backtest: None,
            tracking: None,
            tally: Tally::default(),
            trials: 0,
        }
    }

    /// Whose ladder it is.
    pub(crate) fn identity(&self) -> Option<Digest> {
        self.subject.as_ref().map(|(identity, _)| *identity)
    }

    /// Takes in what happened, or says why it cannot have happened and changes nothing.
    pub(crate) fn apply(&mut self, record: &Record, time: Timestamp) -> Result<(), String> {
        match record {
            Record::Begun { identity, subject, requirements, program } => {
                if *identity != subject.identity() {
                    return Err("the identity is not that of the subject".to_owned());
                }
                *self = Self {
                    subject: Some((*identity, subject.clone())),
                    program: program.clone(),
                    entered: time,
                    trials: self.trials,
                    ..Self::new(Requirements::clone(requirements))
                };
            }
            Record::RequirementsChanged { requirements } => {
                self.requirements = Requirements::clone(requirements);
                self.start_again(time);
            }
            Record::ProgramChanged { program } => self.program.clone_from(program),
            Record::BacktestFiled { evidence, .. } => {
                self.expect_identity(evidence.identity)?;
                self.backtest = Some(evidence.clone());
                self.trials += 1;
            }
            Record::TrackingFiled { evidence, .. } => {
                self.expect_identity(evidence.identity)?;
                self.tracking = Some(evidence.clone());
            }
            Record::Day { day, blemishes } => self.add_day(day, blemishes)?,
            Record::Advanced { from, to, tiny_entry, .. } => {
                self.advance(*from, *to, *tiny_entry, time)?;
            }
            Record::Demoted { from, to, .. } => self.demote(*from, *to, time)?,
        }
        Ok(())
    }

    fn expect_identity(&self, identity: Digest) -> Result<(), String> {
        if self.identity() == Some(identity) {
            return Ok(());
        }
        Err("it was made for another strategy or other settings".to_owned())
    }

    fn add_day(&mut self, day: &Day, blemishes: &[Blemish]) -> Result<(), String> {
        if self.tally.last_number.is_some_and(|last| day.number() <= last) {
            return Err("the day, or a later one, stands there already".to_owned());
        }
        if self.rung == Rung::Backtest {
            return Err("there are no days on the lowest rung".to_owned());
        }
        if self.is_silent_before(day) {
            self.tally = Tally::default();
            self.tracking = None;
        }
        let tally = &mut self.tally;
        if blemishes.is_empty() {
            tally.clean_days += 1;
            tally.trades = tally.trades.saturating_add(day.trades);
        } else {
            tally.other_days += 1;
        }
        let is_foreign = |it: &Blemish| matches!(it, Blemish::PartOfADay | Blemish::OtherMode);
        if !blemishes.iter().any(is_foreign) {
            tally.drawdown = tally.drawdown.max(day.drawdown);
        }
        tally.last_end = Some(day.end());
        tally.last_number = Some(day.number());
        Ok(())
    }

    /// Whether the days before `day` are too long ago to count with it.
    fn is_silent_before(&self, day: &Day) -> bool {
        let silent = self.tally.last_number.map(|last| day.number() - last - 1);
        silent.is_some_and(|silent| self.requirements.silent_days_max < silent)
    }

    fn advance(
        &mut self,
        from: Rung,
        to: Rung,
        tiny_entry: Option<Amount>,
        time: Timestamp,
    ) -> Result<(), String> {
        if from != self.rung || to != from.above() {
            return Err(format!("nobody goes from {from} to {to} on {}", self.rung));
        }
        match (to, tiny_entry) {
            (Rung::Tiny, Some(tiny)) if tiny.is_positive() => self.tiny_entry = tiny,
            (Rung::Tiny, _) => return Err("a tiny entry has no size".to_owned()),
            (Rung::Backtest | Rung::Paper | Rung::Scaled { .. }, None) => (),
            (Rung::Backtest | Rung::Paper | Rung::Scaled { .. }, Some(_)) => {
                return Err("the size of a tiny entry is decided on the way there".to_owned());
            }
        }
        self.rung = to;
        self.start_again(time);
        Ok(())
    }

    fn demote(&mut self, from: Rung, to: Rung, time: Timestamp) -> Result<(), String> {
        if from != self.rung || to != from.below() || from == to {
            return Err(format!("nobody falls from {from} to {to} on {}", self.rung));
        }
        self.rung = to;
        match to {
            // What it showed was not so.
            Rung::Backtest => self.backtest = None,
            Rung::Paper => self.tiny_entry = Amount::ZERO,
            Rung::Tiny | Rung::Scaled { .. } => (),
        }
        self.start_again(time);
        Ok(())
    }

    fn start_again(&mut self, time: Timestamp) {
        self.entered = time;
        self.tally = Tally::default();
        self.tracking = None;
    }
}
