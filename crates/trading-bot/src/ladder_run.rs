//! Between the bot and its ladder: the bot is looked at, and what that comes to is written down on
//! a thread of its own.
//!
//! **Law.** The bot never waits for the ladder's file; what was not written down is told again
//! until it is.

use std::{
    collections::VecDeque,
    path::Path,
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::Duration,
};

use bot_machine::{Bot, Note, output::Stage};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use trading_engine::{Alarm, BlockCause, KillReason, OrderState, Report};
use trading_ladder::{Breach, EntryCap, Rung};
use trading_types::{Fraction, Timestamp};

use crate::{
    day_book::{Able, DayBook, Look},
    ladder_desk::{
        LadderDesk, LadderError, LadderNews, LadderUse, LadderWord, read_day, write_day,
    },
};

/// A file that somebody else holds, or that cannot be written, is tried again after this.
const RETRY_AFTER: Duration = Duration::from_millis(200);
/// After so many failures in a row a person is told.
const FAILURES_TOLD: u32 = 10;
/// The day under way is kept this often, by the venue's clock.
const KEEP_EVERY: Duration = Duration::from_mins(1);
/// Whether somebody else has written to the ladder is looked up this often, by the venue's clock.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// What the thread is asked to do.
enum Job {
    Tell(LadderNews, Timestamp),
    Keep(Box<DayBook>),
}

/// The ladder of a bot that runs.
#[derive(Debug)]
pub struct LadderRun {
    jobs: Option<Sender<Job>>,
    thread: Option<thread::JoinHandle<()>>,
    words: UnboundedReceiver<LadderWord>,
    book: DayBook,
    rung: Rung,
    cap: EntryCap,
    /// How far the equity may fall on a rung, and whether that was told.
    drawdown_max: Fraction,
    is_fall_told: bool,
    silence_max: Duration,
    kept: Timestamp,
    looked: Timestamp,
}

impl LadderRun {
    /// Begins, if the bot may trade. Between two looks the bot counts as it was seen for no longer
    /// than `silence_max`.
    pub fn start(
        folder: &Path,
        uses: LadderUse,
        silence_max: Duration,
        now: Timestamp,
    ) -> Result<Self, LadderError> {
        let (desk, words) = LadderDesk::open(folder, uses, now)?;
        let (hear, heard) = unbounded_channel();
        for word in words {
            drop(hear.send(word));
        }
        let (mode, entered) = (desk.mode(), desk.entered());
        let (rung, cap, drawdown_max) = (desk.rung(), desk.cap(), desk.drawdown_max());
        let mut book = read_day(folder)
            .map_or_else(|| DayBook::new(mode, entered, now), |book| book.resumed(mode));
        if book.entered() != entered {
            book.enter(entered);
        }
        let (jobs, inbox) = mpsc::channel();
        let folder = folder.to_owned();
        let builder = thread::Builder::new().name("ladder".to_owned());
        let work = move || work(desk, &folder, &inbox, &hear);
        let thread = builder.spawn(work).map_err(LadderError::Thread)?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
            words: heard,
            book,
            rung,
            cap,
            drawdown_max,
            is_fall_told: false,
            silence_max,
            kept: now,
            looked: now,
        })
    }

    /// Where the bot stands, and the largest entry.
    pub(crate) const fn standing(&self) -> (Rung, EntryCap) {
        (self.rung, self.cap)
    }

    /// Looks at the bot. `journal` gives the hash of its journal.
    pub(crate) fn look(&mut self, bot: &Bot, journal: impl FnOnce() -> String) {
        let now = bot.venue_clock().0;
        let look = look_at(bot);
        if let Some(day) = self.book.see(&look, self.silence_max, journal, now) {
            self.job(Job::Tell(LadderNews::Day(day), now));
            self.keep(now);
        }
        let trip = bot.engine().halted().filter(|reason| is_trip(reason));
        if self.book.trip(trip.is_some())
            && let Some(reason) = trip.map(ToString::to_string)
        {
            self.job(Job::Tell(LadderNews::Breach(Breach::KillSwitch { reason }), now));
            self.keep(now);
        }
        let (have, max) = (self.book.drawdown(), self.drawdown_max);
        if max < have && !self.is_fall_told {
            self.is_fall_told = true;
            self.job(Job::Tell(LadderNews::Breach(Breach::Drawdown { have, max }), now));
        }
        if self.kept + KEEP_EVERY <= now {
            self.keep(now);
        }
        if self.looked + LOOK_EVERY <= now {
            self.looked = now;
            self.job(Job::Tell(LadderNews::Nothing, now));
        }
    }

    /// The engine has something to say.
    pub(crate) fn hear(&mut self, report: &Report, now: Timestamp) {
        match report {
            Report::Alarm(Alarm::Balance(mismatch)) => {
                let (asset, change) = (mismatch.asset, mismatch.theirs - mismatch.ours);
                let breach = Breach::UnexplainedBalance { asset, change };
                self.job(Job::Tell(LadderNews::Breach(breach), now));
            }
            Report::TradeClosed { .. } => self.book.traded(),
            Report::Halted { .. }
            | Report::Alarm(_)
            | Report::OrderPlaced { .. }
            | Report::OrderFilled { .. }
            | Report::OrderEnded { .. }
            | Report::OrderRejected { .. }
            | Report::OrderRefused { .. }
            | Report::SizeRefused { .. }
            | Report::LotClosed { .. }
            | Report::Flattened
            | Report::Resumed { .. }
            | Report::Residual { .. }
            | Report::PairHalted { .. }
            | Report::PairFlattened { .. }
            | Report::PairResumed { .. }
            | Report::PairNotTraded { .. } => (),
        }
    }

    /// The bot has written something down.
    pub(crate) fn read(&mut self, note: &Note, bot: &Bot) {
        // A trade of somebody else's moves the equity only as prices do.
        if let Note::Explained { what, .. } = note
            && what != "foreign trade"
        {
            self.book.moved(bot.engine().equity());
        }
    }

    /// What the ladder has said and nobody has heard.
    pub(crate) fn take_word(&mut self) -> Option<LadderWord> {
        let word = self.words.try_recv().ok()?;
        self.note(&word);
        Some(word)
    }

    /// Waits for the next word.
    pub(crate) async fn next_word(&mut self) -> LadderWord {
        match self.words.recv().await {
            Some(word) => {
                self.note(&word);
                word
            }
            // The thread has panicked, and has said so.
            None => std::future::pending().await,
        }
    }

    /// Ends; what was asked is written down first.
    pub(crate) fn close(mut self, now: Timestamp) {
        self.keep(now);
        self.end();
    }

    fn note(&mut self, word: &LadderWord) {
        match word {
            LadderWord::Cap(cap) => self.cap = *cap,
            LadderWord::Rung { to, entered, .. } => {
                self.rung = *to;
                self.is_fall_told = false;
                self.book.enter(*entered);
            }
            LadderWord::Refused(_) | LadderWord::Warning(_) => (),
        }
    }

    fn keep(&mut self, now: Timestamp) {
        self.kept = now;
        self.job(Job::Keep(Box::new(self.book.clone())));
    }

    fn job(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // A thread that is gone has told why.
            drop(jobs.send(job));
        }
    }

    fn end(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // A panic there was told by itself.
            drop(thread.join());
        }
    }
}

impl Drop for LadderRun {
    fn drop(&mut self) {
        self.end();
    }
}

/// Whether the switch has tripped by itself.
const fn is_trip(reason: &KillReason) -> bool {
    !matches!(reason, KillReason::Operator { .. })
}

fn look_at(bot: &Bot) -> Look {
    let engine = bot.engine();
    let is_ready = *bot.stage() == Stage::Ready;
    let is_away = engine
        .blocks()
        .any(|(cause, _)| matches!(cause, BlockCause::VenueStatus | BlockCause::Maintenance));
    let able = if is_away {
        Able::VenueAway
    } else if is_ready && engine.halted().is_none() && engine.blocks().next().is_none() {
        Able::Ready
    } else {
        Able::Unable
    };
    let unknown = engine.live_orders().filter(|order| order.state == OrderState::Unknown);
    Look {
        able,
        unknown: unknown.map(|order| order.request.id).collect(),
        // Before that, what is held may have no price yet.
        equity: (is_ready && engine.is_open()).then(|| engine.equity()),
    }
}

/// Does what it is asked to, in order, each until it is done.
fn work(
    mut desk: LadderDesk,
    folder: &Path,
    jobs: &Receiver<Job>,
    words: &UnboundedSender<LadderWord>,
) {
    let mut waiting: VecDeque<(LadderNews, Timestamp)> = VecDeque::new();
    let mut failures = 0;
    loop {
        let job = if waiting.is_empty() {
            jobs.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            jobs.recv_timeout(RETRY_AFTER)
        };
        let is_over = matches!(job, Err(RecvTimeoutError::Disconnected));
        match job {
            Ok(Job::Tell(news, now)) => {
                // One look is as good as many.
                let is_look = matches!(news, LadderNews::Nothing);
                if !is_look || waiting.is_empty() {
                    waiting.push_back((news, now));
                }
            }
            Ok(Job::Keep(book)) => {
                if let Err(error) = write_day(folder, &book) {
                    tracing::warn!(%error, "the day under way cannot be kept");
                }
            }
            Err(_) => (),
        }
        while let Some((news, now)) = waiting.front() {
            let (said, told) = desk.tell(news, *now);
            for word in said {
                drop(words.send(word));
            }
            if let Err(error) = told {
                failures += 1;
                tracing::warn!(%error, "the ladder cannot be written; it is tried again");
                if failures == FAILURES_TOLD {
                    let text = format!("the ladder cannot be written: {error}; {}", error.hint());
                    drop(words.send(LadderWord::Warning(text)));
                }
                break;
            }
            failures = 0;
            waiting.pop_front();
        }
        if is_over {
            return;
        }
    }
}
