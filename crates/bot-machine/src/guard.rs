//! Watches what is not an order: the venue's state, announced maintenance, the age of data, our
//! clock, and how often orders are refused. Says what may not be done meanwhile.
//!
//! **Law.** What is not known counts as the worst it may be: a state nobody knows is maintenance, a
//! clock nobody has compared is wrong, a price nobody has confirmed since the socket came back is
//! stale. What is out is what is true: only changes are put out, and never a change back and forth.
//!
//! Data that stays away never trips the kill switch. A halt cancels the stops that rest at the
//! venue and then sells inside a collar around a price that nobody has: the position would stand
//! there with neither. The stops rest, a person is called, entries are blocked.

mod blindness;
mod maintenance;
mod rejects;
mod standing;
mod texts;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use kraken_protocol::stream::subscription::SocketKind;
use trading_engine::{BlockCause, KillReason};
use trading_types::{Pair, Timestamp, VenueStatus};

use self::{
    blindness::Blindness,
    maintenance::{Maintenance, MaintenanceNews},
    rejects::Rejects,
    standing::Standing,
};
use crate::{
    output::{AlertKind, Severity},
    settings::Times,
};

/// Something the guard has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardEvent {
    /// What the venue takes as a whole.
    Status {
        /// Who says so.
        source: StatusSource,
        /// What it takes.
        status: VenueStatus,
    },
    /// What one pair takes.
    PairStatus {
        /// Which pair.
        pair: Pair,
        /// What it takes.
        status: VenueStatus,
    },
    /// The venue has announced that it will be away from then, by its own clock; or it has
    /// announced nothing. Where it has announced several, the next one.
    MaintenanceAt(Option<Timestamp>),
    /// A socket came up or went down. When the public one goes down no price is good any more.
    Link {
        /// Which.
        socket: SocketKind,
        /// Whether events flow.
        is_up: bool,
    },
    /// Whether the prices of a pair can be believed: its book is there and right.
    Data {
        /// Which pair.
        pair: Pair,
        /// Whether they can.
        is_good: bool,
    },
    /// How wrong our picture of the venue's clock may be, and what it says.
    Clock {
        /// The most it may be wrong by; [`Duration::MAX`] when nobody knows.
        error: Duration,
        /// What the venue's clock shows now, as far as we know.
        venue: Timestamp,
    },
    /// The venue refused an order.
    Rejected,
    /// Whether a position is held on a pair, so that prices are needed.
    Holding {
        /// Which pair.
        pair: Pair,
        /// Whether it is.
        is_held: bool,
    },
}

/// Who says what the venue takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StatusSource {
    /// The call `SystemStatus`. What it said is forgotten after three times
    /// [`Times::status_every`].
    Rest,
    /// The `status` channel of a socket. It tells of every change, so what it said counts as long
    /// as a socket is up.
    Socket,
}

/// Something the guard wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuardOutput {
    /// Nothing may be opened for this cause.
    Block {
        /// Why.
        cause: BlockCause,
        /// Where; nothing means everywhere.
        pair: Option<Pair>,
    },
    /// The cause is gone.
    Unblock {
        /// Which.
        cause: BlockCause,
        /// Where it had been.
        pair: Option<Pair>,
    },
    /// The engine has to know what the venue takes.
    VenueStatus(VenueStatus),
    /// Maintenance is near: open entries are to be canceled, the dead-man switch is to be off.
    WindDown(bool),
    /// Ask `SystemStatus` now: REST and socket do not say the same.
    AskStatus,
    /// Trip the kill switch.
    Trip(KillReason),
    /// Tell somebody.
    Alert {
        /// About what.
        kind: AlertKind,
        /// How bad it is.
        severity: Severity,
        /// What happened and what to do.
        text: String,
    },
}

/// A block, and where.
type Block = (BlockCause, Option<Pair>);

/// Watches, as a machine.
#[derive(Clone, Debug)]
pub struct Guard {
    times: Times,
    standing: Standing,
    maintenance: Maintenance,
    pairs: BTreeMap<Pair, PairWatch>,
    is_public_up: bool,
    is_private_up: bool,
    clock_error: Duration,
    /// How far the venue's clock is ahead of ours, in nanoseconds.
    ahead: i128,
    rejects: Rejects,
    /// What is out.
    blocks: BTreeSet<Block>,
    status: Option<VenueStatus>,
    is_winding_down: bool,
    wake: Option<Timestamp>,
    outputs: VecDeque<GuardOutput>,
}

/// What is known of a pair.
#[derive(Clone, Debug, Default)]
struct PairWatch {
    status: Option<VenueStatus>,
    is_good: bool,
    is_held: bool,
    blindness: Blindness,
}

impl Guard {
    /// A guard that knows nothing yet but the pairs that are traded, and so blocks everything. A
    /// pair it first hears of later is blocked from then on until it is known to be right.
    pub fn new(times: Times, pairs: impl IntoIterator<Item = Pair>, now: Timestamp) -> Self {
        let mut guard = Self {
            standing: Standing::new(times.status_every),
            maintenance: Maintenance::new(times.wind_down_before),
            pairs: pairs.into_iter().map(|pair| (pair, PairWatch::default())).collect(),
            is_public_up: false,
            is_private_up: false,
            clock_error: Duration::MAX,
            ahead: 0,
            rejects: Rejects::new(times.rejects_max, times.reject_window),
            blocks: BTreeSet::new(),
            status: None,
            is_winding_down: false,
            wake: None,
            outputs: VecDeque::new(),
            times,
        };
        guard.settle(now);
        guard
    }

    /// Something happened.
    pub fn handle(&mut self, event: GuardEvent, now: Timestamp) {
        if self.is_old_news(event, now) {
            return;
        }
        // Time passes first: what became true before the event was true.
        self.settle(now);
        match event {
            GuardEvent::Status { source, status } => self.standing.hear(source, status, now),
            GuardEvent::PairStatus { pair, status } => self.watch(pair).status = Some(status),
            GuardEvent::MaintenanceAt(start) => {
                if let Some(news) = self.maintenance.listed(start, self.by_venue(now)) {
                    self.tell_maintenance(news);
                }
            }
            GuardEvent::Link { socket, is_up } => self.see_link(socket, is_up),
            GuardEvent::Data { pair, is_good } => self.watch(pair).is_good = is_good,
            GuardEvent::Clock { error, venue } => self.see_clock(error, venue, now),
            GuardEvent::Rejected => self.see_reject(now),
            GuardEvent::Holding { pair, is_held } => self.watch(pair).is_held = is_held,
        }
        self.settle(now);
    }

    /// A timer is due; a call too many is harmless.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.settle(now);
    }

    /// What is to be done next; call until nothing is left.
    pub fn poll_output(&mut self) -> Option<GuardOutput> {
        self.outputs.pop_front()
    }

    /// When to come back; earlier is harmless.
    pub const fn next_timeout(&self) -> Option<Timestamp> {
        self.wake
    }

    /// What may not be done now, and where.
    pub fn blocks(&self) -> impl Iterator<Item = (BlockCause, Option<Pair>)> + '_ {
        self.blocks.iter().copied()
    }

    /// What the venue takes, to the worst of our knowledge.
    pub fn status(&self) -> VenueStatus {
        self.status.unwrap_or(VenueStatus::Maintenance)
    }

    /// Data comes often and nearly always says what is known.
    fn is_old_news(&self, event: GuardEvent, now: Timestamp) -> bool {
        let known = match event {
            GuardEvent::Data { pair, is_good } => {
                self.pairs.get(&pair).is_some_and(|it| it.is_good == is_good)
            }
            GuardEvent::Holding { pair, is_held } => {
                self.pairs.get(&pair).is_some_and(|it| it.is_held == is_held)
            }
            GuardEvent::Status { .. }
            | GuardEvent::PairStatus { .. }
            | GuardEvent::MaintenanceAt(_)
            | GuardEvent::Link { .. }
            | GuardEvent::Clock { .. }
            | GuardEvent::Rejected => false,
        };
        known && self.wake.is_none_or(|due| now < due)
    }

    fn watch(&mut self, pair: Pair) -> &mut PairWatch {
        self.pairs.entry(pair).or_default()
    }

    fn see_link(&mut self, socket: SocketKind, is_up: bool) {
        match socket {
            SocketKind::Public => {
                self.is_public_up = is_up;
                self.pairs.values_mut().for_each(|it| it.is_good &= is_up);
            }
            SocketKind::Private => self.is_private_up = is_up,
            SocketKind::Level3 => return,
        }
        // A state that came before its socket was up still counts.
        if !is_up && !self.is_public_up && !self.is_private_up {
            self.standing.socket_gone();
        }
    }

    fn see_clock(&mut self, error: Duration, venue: Timestamp, now: Timestamp) {
        self.clock_error = error;
        if error < Duration::MAX {
            self.ahead = i128::from(venue.nanos()) - i128::from(now.nanos());
        }
    }

    fn see_reject(&mut self, now: Timestamp) {
        if let Some(rejects) = self.rejects.add(now) {
            let text = texts::reject_storm(rejects, self.times.reject_window);
            self.alert(AlertKind::RejectStorm, Severity::Warning, text);
            self.outputs.push_back(GuardOutput::Trip(KillReason::RejectStorm { rejects }));
        }
    }

    /// Puts out what has changed.
    fn settle(&mut self, now: Timestamp) {
        self.settle_status(now);
        self.settle_maintenance(now);
        self.settle_blocks(now);
        let is_near = self.maintenance.is_near(self.by_venue(now));
        if self.is_winding_down != is_near {
            self.is_winding_down = is_near;
            self.outputs.push_back(GuardOutput::WindDown(is_near));
        }
        self.settle_blindness(now);
        let near = self.maintenance.next_timeout(self.by_venue(now));
        let blind = self.pairs.values().filter_map(|it| it.blindness.next_timeout());
        let near = near.map(|moment| self.by_us(moment));
        self.wake = blind.chain(near).chain(self.standing.next_timeout()).min();
    }

    fn settle_status(&mut self, now: Timestamp) {
        let news = self.standing.pass(now);
        if news.asks {
            self.outputs.push_back(GuardOutput::AskStatus);
        }
        if let Some(text) = news.quarrel {
            self.alert(AlertKind::VenueStatus, Severity::Warning, text);
        }
        let told = self.standing.told(now).map(|told| told.status);
        let status = told.unwrap_or(VenueStatus::Maintenance);
        if self.status == Some(status) {
            return;
        }
        let was_online = self.status == Some(VenueStatus::Online);
        self.status = Some(status);
        self.outputs.push_back(GuardOutput::VenueStatus(status));
        if was_online {
            let text = texts::not_online(told);
            self.alert(AlertKind::VenueStatus, Severity::Warning, text);
        }
    }

    fn settle_maintenance(&mut self, now: Timestamp) {
        let (told, venue) = (self.standing.told(now), self.by_venue(now));
        // One may follow upon the other.
        while let Some(news) = self.maintenance.see(told, self.ahead, venue) {
            self.tell_maintenance(news);
        }
    }

    fn settle_blocks(&mut self, now: Timestamp) {
        let wanted = self.wanted(now);
        if wanted == self.blocks {
            return;
        }
        // What closes the gate goes out before what opens it.
        let block = |&(cause, pair): &Block| GuardOutput::Block { cause, pair };
        let unblock = |&(cause, pair): &Block| GuardOutput::Unblock { cause, pair };
        self.outputs.extend(wanted.difference(&self.blocks).map(block));
        self.outputs.extend(self.blocks.difference(&wanted).map(unblock));
        self.blocks = wanted;
    }

    /// What may not be done at this moment.
    fn wanted(&self, now: Timestamp) -> BTreeSet<Block> {
        let is_offline = self.status() != VenueStatus::Online;
        let everywhere = [
            (is_offline, BlockCause::VenueStatus),
            (self.maintenance.is_near(self.by_venue(now)), BlockCause::Maintenance),
            (!(self.is_public_up && self.is_private_up), BlockCause::LinkDown),
            (!self.is_public_up, BlockCause::StaleData),
            (self.times.clock_error_max < self.clock_error, BlockCause::ClockError),
        ];
        let everywhere = everywhere.into_iter().filter(|(is_so, _)| *is_so);
        let here = self.pairs.iter().flat_map(|(pair, it)| {
            let status = it.status != Some(VenueStatus::Online);
            let status = status.then_some((BlockCause::VenueStatus, Some(*pair)));
            status.into_iter().chain((!it.is_good).then_some((BlockCause::StaleData, Some(*pair))))
        });
        everywhere.map(|(_, cause)| (cause, None)).chain(here).collect()
    }

    fn settle_blindness(&mut self, now: Timestamp) {
        let venue_trades = self.standing.told(now).is_none_or(standing::Told::trades);
        let is_away = self.maintenance.has_begun(self.by_venue(now));
        let mut texts = Vec::new();
        for (pair, it) in &mut self.pairs {
            let pair_trades = it.status.is_none_or(standing::trades);
            let is_blind = it.is_held && !it.is_good && venue_trades && pair_trades && !is_away;
            if let Some(since) = it.blindness.see(is_blind, now) {
                texts.push(texts::blind(*pair, since));
            }
        }
        for text in texts {
            // No more: one that nobody answers would halt, and a halt without prices cancels the
            // stops that rest and can sell nothing.
            self.alert(AlertKind::StaleData, Severity::Warning, text);
        }
    }

    fn tell_maintenance(&mut self, news: MaintenanceNews) {
        let (severity, text) = texts::maintenance(news, self.times.wind_down_before);
        self.alert(AlertKind::VenueStatus, severity, text);
    }

    fn alert(&mut self, kind: AlertKind, severity: Severity, text: String) {
        self.outputs.push_back(GuardOutput::Alert { kind, severity, text });
    }

    /// What the venue's clock shows when ours shows `ours`.
    fn by_venue(&self, ours: Timestamp) -> Timestamp {
        moved(ours, self.ahead)
    }

    /// What our clock shows when the venue's shows `theirs`.
    fn by_us(&self, theirs: Timestamp) -> Timestamp {
        moved(theirs, -self.ahead)
    }
}

fn moved(moment: Timestamp, nanos: i128) -> Timestamp {
    let moved = i128::from(moment.nanos()).saturating_add(nanos).max(0);
    Timestamp::from_nanos(u64::try_from(moved).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
