//! The ladder beside a bot that runs: what happened is written down, and what follows from it is
//! said only then.
//!
//! **Law.** A cap is raised only by what stands in the file; it is lowered also when the file
//! cannot be written. The file is held for no longer than a line takes: a person may climb
//! meanwhile.

use std::{
    io,
    path::{Path, PathBuf},
};

use trading_ladder::{
    Breach, Day, Digest, EntryCap, Ladder, LadderEvent, LadderOutput, Refused, Requirements, Rung,
    Subject, TradingMode,
};
use trading_types::{Amount, Fraction, Timestamp};

use crate::{
    day_book::DayBook,
    ladder_file::{self, LadderFile, LadderFileError},
};

/// The day under way, in the data folder.
const DAY_NAME: &str = "ladder.day";
/// The version that is written down.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// Whose ladder it is, and how the bot is to trade.
#[derive(Clone, Debug)]
pub struct LadderUse {
    /// With which money.
    pub mode: TradingMode,
    /// What trades.
    pub subject: Subject,
    /// What is asked.
    pub requirements: Requirements,
    /// The largest entry that the bot's own settings allow, where they say.
    pub requested: Option<Amount>,
}

/// Why the ladder does not let a bot start, sorted by what to do next.
#[derive(Debug, thiserror::Error)]
pub enum LadderError {
    // Show what is missing.
    /// Real money is not traded on this rung.
    #[error(
        "the ladder does not let this bot trade with real money: {0}; see `slackwater ladder show`"
    )]
    Refused(Refused),
    // Look at the file.
    /// It cannot be used.
    #[error("{error}; {}", error.hint())]
    File {
        /// Why.
        #[from]
        error: LadderFileError,
    },
    /// There is no thread for it.
    #[error("no thread for the ladder ({0}); see what else runs on this machine")]
    Thread(io::Error),
}

/// What the bot, or a person, is to know of the ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LadderWord {
    /// The largest entry from now on.
    Cap(EntryCap),
    /// The rung is another, or its days start again.
    Rung {
        /// From here.
        from: Rung,
        /// To here.
        to: Rung,
        /// When it was entered.
        entered: Timestamp,
        /// Why.
        why: String,
    },
    /// What was asked is refused.
    Refused(Refused),
    /// Somebody should know.
    Warning(String),
}

/// Something that happened and is to be written down.
#[derive(Clone, Debug)]
pub enum LadderNews {
    /// A day is over.
    Day(Day),
    /// A rung is lost.
    Breach(Breach),
    /// Nothing; somebody else may have written.
    Nothing,
}

/// The ladder of the bot that runs.
#[derive(Debug)]
pub struct LadderDesk {
    folder: PathBuf,
    uses: LadderUse,
    identity: Digest,
    rung: Rung,
    entered: Timestamp,
    cap: EntryCap,
    /// Whether it was said that the folder is another bot's now.
    is_lost: bool,
}

impl LadderDesk {
    /// Whether the bot may trade, as far as that can be told without a word in the file.
    pub fn look(folder: &Path, uses: &LadderUse, now: Timestamp) -> Result<(), LadderError> {
        let mut ladder = ladder_file::look(folder)?.ladder(uses.requirements.clone())?;
        configure(&mut ladder, uses, now);
        ladder.may_trade(uses.mode, uses.requested, now).map_err(LadderError::Refused)?;
        Ok(())
    }

    /// Begins: says what trades, and asks whether it may. A bot that may not leaves the file as it
    /// is.
    pub fn open(
        folder: &Path,
        uses: LadderUse,
        now: Timestamp,
    ) -> Result<(Self, Vec<LadderWord>), LadderError> {
        let (mut file, written) = ladder_file::take(folder)?;
        let mut ladder = written.ladder(uses.requirements.clone())?;
        configure(&mut ladder, &uses, now);
        let cap = ladder.may_trade(uses.mode, uses.requested, now).map_err(LadderError::Refused)?;
        let mut words = keep(&mut ladder, &mut file)?;
        words.push(LadderWord::Cap(cap));
        let identity = uses.subject.identity();
        let (rung, entered) = (ladder.rung(), ladder.entered());
        let folder = folder.to_owned();
        Ok((Self { folder, uses, identity, rung, entered, cap, is_lost: false }, words))
    }

    /// With which money it trades.
    pub const fn mode(&self) -> TradingMode {
        self.uses.mode
    }

    /// How far the equity may fall on a rung.
    pub(crate) const fn drawdown_max(&self) -> Fraction {
        self.uses.requirements.drawdown_max
    }

    /// Where the bot stands.
    pub const fn rung(&self) -> Rung {
        self.rung
    }

    /// When that was entered.
    pub const fn entered(&self) -> Timestamp {
        self.entered
    }

    /// The largest entry.
    pub const fn cap(&self) -> EntryCap {
        self.cap
    }

    /// Writes down what happened and gives what follows from it. After an error it was not written
    /// down and is to be told again; a lower cap is among the words all the same.
    pub fn tell(
        &mut self,
        news: &LadderNews,
        now: Timestamp,
    ) -> (Vec<LadderWord>, Result<(), LadderFileError>) {
        let mut words = Vec::new();
        let told = self.try_tell(news, &mut words, now);
        if told.is_err()
            && let LadderNews::Breach(_) = news
            && self.is_ours()
        {
            // What the rung below allows is not known; nothing new is begun until it is.
            self.allow(EntryCap::NoEntry, &mut words);
        }
        (words, told)
    }

    fn try_tell(
        &mut self,
        news: &LadderNews,
        words: &mut Vec<LadderWord>,
        now: Timestamp,
    ) -> Result<(), LadderFileError> {
        let (mut file, written) = ladder_file::take(&self.folder)?;
        let mut ladder = written.ladder(self.uses.requirements.clone())?;
        if ladder.subject().is_none_or(|(identity, _)| identity != self.identity) {
            self.lose(words);
            return Ok(());
        }
        configure(&mut ladder, &self.uses, now);
        let before = (ladder.rung(), ladder.entered());
        if before != (self.rung, self.entered) {
            let why = "somebody changed it while the bot was running".to_owned();
            let (to, entered) = before;
            words.push(LadderWord::Rung { from: self.rung, to, entered, why });
        }
        match news {
            LadderNews::Day(day) => ladder.handle(LadderEvent::DayClosed(day.clone()), now),
            // Pretended money takes no rung away from real money, nor the other way round.
            LadderNews::Breach(breach) if ladder.rung().mode() == Some(self.uses.mode) => {
                ladder.handle(LadderEvent::Breach(breach.clone()), now);
            }
            LadderNews::Breach(_) | LadderNews::Nothing => (),
        }
        words.extend(keep(&mut ladder, &mut file)?);
        (self.rung, self.entered) = (ladder.rung(), ladder.entered());
        let cap = ladder.may_trade(self.uses.mode, self.uses.requested, now);
        self.allow(cap.unwrap_or(EntryCap::NoEntry), words);
        Ok(())
    }

    fn is_ours(&self) -> bool {
        self.rung.mode() == Some(self.uses.mode)
    }

    fn allow(&mut self, cap: EntryCap, words: &mut Vec<LadderWord>) {
        if self.cap != cap {
            self.cap = cap;
            // Before the rest: whoever hears of a rung finds its cap in force.
            words.insert(0, LadderWord::Cap(cap));
        }
    }

    /// Another config has begun at the bottom in this folder: nothing says any more how large the
    /// entries of this bot may be.
    fn lose(&mut self, words: &mut Vec<LadderWord>) {
        if !self.is_lost {
            self.is_lost = true;
            words.push(LadderWord::Warning(
                "another config has begun on the ladder of this folder: this bot opens nothing \
                 with real money any more. stop it, or give it a folder of its own"
                    .to_owned(),
            ));
        }
        match self.uses.mode {
            TradingMode::Live => self.allow(EntryCap::NoEntry, words),
            TradingMode::Paper => (),
        }
    }
}

fn configure(ladder: &mut Ladder, uses: &LadderUse, now: Timestamp) {
    let subject = Box::new(uses.subject.clone());
    ladder.handle(LadderEvent::Configured { subject, program: PROGRAM.to_owned() }, now);
}

/// Writes down what is to be written down; only then there are words.
fn keep(ladder: &mut Ladder, file: &mut LadderFile) -> Result<Vec<LadderWord>, LadderFileError> {
    let mut entries = Vec::new();
    let mut words = Vec::new();
    let mut changes = Vec::new();
    while let Some(output) = ladder.poll_output() {
        match output {
            LadderOutput::Append(entry) => entries.push(*entry),
            LadderOutput::RungChanged { from, to, why } => changes.push((from, to, why)),
            LadderOutput::Refused(refused) => words.push(LadderWord::Refused(refused)),
            LadderOutput::Warning(text) => words.push(LadderWord::Warning(text)),
            // It is that of real money; what this bot may do is asked for when all is told.
            LadderOutput::EntryCap(_) => (),
        }
    }
    file.append(&entries)?;
    let entered = ladder.entered();
    let rungs =
        changes.into_iter().map(|(from, to, why)| LadderWord::Rung { from, to, entered, why });
    words.extend(rungs);
    Ok(words)
}

/// The day under way when the last process ended; nothing when there is none that can be read.
#[expect(clippy::disallowed_methods, reason = "this is the edge")]
pub(crate) fn read_day(folder: &Path) -> Option<DayBook> {
    let text = std::fs::read_to_string(folder.join(DAY_NAME)).ok()?;
    match serde_json::from_str(&text) {
        Ok(book) => Some(book),
        Err(error) => {
            tracing::warn!(%error, "the day under way cannot be read; it will not count");
            None
        }
    }
}

/// Keeps the day under way for the next process.
pub(crate) fn write_day(folder: &Path, book: &DayBook) -> io::Result<()> {
    let text = serde_json::to_string(book).expect("a day is always JSON");
    ladder_file::replace(&folder.join(DAY_NAME), &text)
}

#[cfg(test)]
mod tests;
