//! What the venue takes, by what REST and the sockets said of it.
//!
//! **Law.** Where the two differ, the worse one counts until they agree or the one is too old to
//! count.

use std::time::Duration;

use trading_types::{Timestamp, VenueStatus};

use super::{StatusSource, texts};

/// While the two differ REST is asked this often.
const ASK_EVERY: Duration = Duration::from_secs(30);
/// A person is told when they have differed for this long.
const QUARREL_MAX: Duration = Duration::from_mins(5);
/// After so many turns without an answer what REST said is too old.
const TURNS_MAX: u32 = 3;

/// What each source said last.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    rest_lasts: Duration,
    rest: Option<Word>,
    socket: Option<Word>,
    quarrel: Option<Quarrel>,
}

/// What a source said, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) status: VenueStatus,
    pub(super) time: Timestamp,
}

/// The two differ.
#[derive(Clone, Copy, Debug)]
struct Quarrel {
    since: Timestamp,
    ask_at: Timestamp,
    is_told: bool,
}

/// What counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) status: VenueStatus,
    /// When a source last said anything.
    pub(super) heard: Timestamp,
}

/// What has to be done about a quarrel.
#[derive(Debug, Default)]
pub(super) struct QuarrelNews {
    pub(super) asks: bool,
    pub(super) quarrel: Option<String>,
}

impl Standing {
    pub(super) const fn new(rest_every: Duration) -> Self {
        let rest_lasts = rest_every.saturating_mul(TURNS_MAX);
        Self { rest_lasts, rest: None, socket: None, quarrel: None }
    }

    pub(super) const fn hear(&mut self, source: StatusSource, status: VenueStatus, now: Timestamp) {
        let word = Some(Word { status, time: now });
        match source {
            StatusSource::Rest => self.rest = word,
            StatusSource::Socket => self.socket = word,
        }
    }

    /// No socket is up that could tell of a change.
    pub(super) const fn socket_gone(&mut self) {
        self.socket = None;
    }

    /// What counts now; nothing when nobody has said anything that still counts.
    pub(super) fn told(&self, now: Timestamp) -> Option<Told> {
        let rest = self.rest.filter(|word| now < word.time + self.rest_lasts);
        let words = rest.into_iter().chain(self.socket);
        let told = words.map(|word| Told { status: word.status, heard: word.time });
        told.reduce(|one, other| Told {
            status: worse(one.status, other.status),
            heard: one.heard.max(other.heard),
        })
    }

    /// Lets time pass.
    pub(super) fn pass(&mut self, now: Timestamp) -> QuarrelNews {
        self.rest = self.rest.filter(|word| now < word.time + self.rest_lasts);
        // A clock that was set back must not make a word last longer.
        if let Some(word) = &mut self.rest {
            word.time = word.time.min(now);
        }
        let (rest, socket) = match (self.rest, self.socket) {
            (Some(rest), Some(socket)) if rest.status != socket.status => (rest, socket),
            (_, _) => {
                self.quarrel = None;
                return QuarrelNews::default();
            }
        };
        let quarrel =
            self.quarrel.get_or_insert(Quarrel { since: now, ask_at: now, is_told: false });
        let mut news = QuarrelNews::default();
        if quarrel.ask_at <= now {
            quarrel.ask_at = now + ASK_EVERY;
            news.asks = true;
        }
        if !quarrel.is_told && quarrel.since + QUARREL_MAX <= now {
            quarrel.is_told = true;
            news.quarrel = Some(texts::quarrel(rest, socket));
        }
        news
    }

    pub(super) fn next_timeout(&self) -> Option<Timestamp> {
        let rest = self.rest.map(|word| word.time + self.rest_lasts);
        let ask = self.quarrel.map(|quarrel| quarrel.ask_at);
        let tell = self.quarrel.filter(|quarrel| !quarrel.is_told);
        let tell = tell.map(|quarrel| quarrel.since + QUARREL_MAX);
        [rest, ask, tell].into_iter().flatten().min()
    }
}

impl Told {
    /// Whether there are trades, and so prices.
    pub(super) const fn trades(self) -> bool {
        trades(self.status)
    }
}

/// Whether there are trades in this state: Kraken matches nothing while only orders that rest are
/// taken (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/status>, read on
/// 2026-11-21).
pub(super) const fn trades(status: VenueStatus) -> bool {
    match status {
        VenueStatus::Online | VenueStatus::LimitOnly => true,
        VenueStatus::PostOnly | VenueStatus::CancelOnly | VenueStatus::Maintenance => false,
    }
}

/// The one that takes less.
fn worse(one: VenueStatus, other: VenueStatus) -> VenueStatus {
    if badness(one) < badness(other) { other } else { one }
}

const fn badness(status: VenueStatus) -> u8 {
    match status {
        VenueStatus::Online => 0,
        VenueStatus::LimitOnly => 1,
        VenueStatus::PostOnly => 2,
        VenueStatus::CancelOnly => 3,
        VenueStatus::Maintenance => 4,
    }
}
