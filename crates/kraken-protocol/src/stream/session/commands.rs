//! Commands that wait to be sent and commands that wait for their answer.
//!
//! **Law.** A command leaves once or not at all, and each of its orders gets exactly one answer:
//! what the venue said, or that it never left, or that nobody knows.

mod in_flight;

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use trading_types::Timestamp;

use self::in_flight::InFlight;
pub(super) use self::in_flight::{Handled, is_about_token};
use super::command::{CommandAnswer, NotSent, Outcome, SocketCommand, Unclear};
use crate::stream::acknowledgement::Acknowledgement;

/// Most commands that wait to be sent. At five a second the last would wait six seconds; no
/// command is worth more.
const WAITING_MAX: usize = 32;
/// Kraken refuses a deadline that is nearer than this when it gets the command
/// (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/add-order>, read on
/// 2026-11-21).
const DEADLINE_MIN: Duration = Duration::from_millis(500);
/// Methods of which a command went unanswered are remembered for this connection; see
/// [`Commands::find`].
const UNANSWERED_METHODS_MAX: usize = 8;

/// A command and the caller's number for it.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) request: u64,
    pub(super) command: SocketCommand,
}

impl Waiting {
    /// The same answer for each of its orders.
    pub(super) fn answers(&self, outcome: &Outcome) -> Vec<CommandAnswer> {
        let answer =
            |order| CommandAnswer { request: self.request, order, outcome: outcome.clone() };
        let orders = self.command.orders();
        if orders.is_empty() {
            return vec![answer(None)];
        }
        orders.into_iter().map(|order| answer(Some(order))).collect()
    }
}

/// Every command that has not been answered.
#[derive(Debug, Default)]
pub(super) struct Commands {
    waiting: VecDeque<Waiting>,
    in_flight: BTreeMap<u32, InFlight>,
    unanswered_methods: VecDeque<&'static str>,
    /// A moment by our clock, and the same by the venue's.
    clocks: Option<(Timestamp, Timestamp)>,
}

impl Commands {
    /// Takes a command; answers it at once when too many wait.
    pub(super) fn add(&mut self, waiting: Waiting) -> Vec<CommandAnswer> {
        if WAITING_MAX <= self.waiting.len() {
            return waiting.answers(&Outcome::NotSent(NotSent::QueueFull));
        }
        self.waiting.push_back(waiting);
        Vec::new()
    }

    /// Whether one waits to be sent.
    pub(super) fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The next to be sent. It leaves the queue, so it cannot leave it twice.
    pub(super) fn next(&mut self) -> Option<Waiting> {
        self.waiting.pop_front()
    }

    /// What the venue's clock shows when ours shows `here`.
    pub(super) fn venue_clock(&mut self, here: Timestamp, venue: Timestamp) {
        self.clocks = Some((here, venue));
    }

    fn venue_time(&self, now: Timestamp) -> Timestamp {
        match self.clocks {
            Some((here, venue)) if here <= venue => now + venue.since(here),
            Some((here, venue)) => now - here.since(venue),
            None => now,
        }
    }

    /// Answers what has waited so long that its deadline would be refused, should it take `way_max`
    /// to get there.
    pub(super) fn drop_late(&mut self, way_max: Duration, now: Timestamp) -> Vec<CommandAnswer> {
        let earliest = self.venue_time(now) + way_max + DEADLINE_MIN;
        let is_late = |it: &Waiting| it.command.deadline().is_some_and(|at| at < earliest);
        let (late, waiting) = self.waiting.drain(..).partition(is_late);
        self.waiting = waiting;
        Self::answer_all(&late, NotSent::DeadlinePassed)
    }

    /// Takes back a command that has not left.
    pub(super) fn withdraw(&mut self, request: u64) -> Vec<CommandAnswer> {
        let (taken, waiting) = self.waiting.drain(..).partition(|it| it.request == request);
        self.waiting = waiting;
        Self::answer_all(&taken, NotSent::Withdrawn)
    }

    /// Nothing that waits can be sent any more.
    pub(super) fn drop_waiting(&mut self) -> Vec<CommandAnswer> {
        Self::answer_all(&std::mem::take(&mut self.waiting), NotSent::NotConnected)
    }

    fn answer_all(all: &VecDeque<Waiting>, why: NotSent) -> Vec<CommandAnswer> {
        all.iter().flat_map(|it| it.answers(&Outcome::NotSent(why))).collect()
    }

    /// A command has left under this number.
    pub(super) fn sent(&mut self, number: u32, waiting: Waiting, now: Timestamp) {
        let before = self.in_flight.insert(number, InFlight::new(waiting, now));
        assert!(before.is_none(), "a number is used by one request at a time");
    }

    /// Whether a number is in use.
    pub(super) fn uses(&self, number: u32) -> bool {
        self.in_flight.contains_key(&number)
    }

    /// Takes an answer of the venue's, if it belongs to a command.
    pub(super) fn acknowledged(
        &mut self,
        said: &Acknowledgement,
        now: Timestamp,
    ) -> Option<Handled> {
        let number = self.find(said)?;
        let in_flight = self.in_flight.get_mut(&number).expect("it was just found");
        let handled = in_flight.acknowledged(said, now);
        if in_flight.is_answered() {
            self.in_flight.remove(&number);
        }
        Some(handled)
    }

    /// Whose answer it is: by its number; else by the order it names; else, if only one command of
    /// that method waits and none went unanswered on this connection, that one's.
    fn find(&self, said: &Acknowledgement) -> Option<u32> {
        if let Some(request) = said.request {
            let number = u32::try_from(request).ok()?;
            let in_flight = self.in_flight.get(&number)?;
            let fits = said.method.is_empty() || in_flight.method() == said.method;
            return fits.then_some(number);
        }
        let mut same = self.in_flight.iter().filter(|(_, it)| it.method() == said.method);
        if said.client.is_some() || said.venue_order.is_some() {
            return same.find(|(_, it)| it.names(said)).map(|(number, _)| *number);
        }
        let (number, _) = same.next()?;
        let is_certain =
            same.next().is_none() && !self.unanswered_methods.iter().any(|it| *it == said.method);
        is_certain.then_some(*number)
    }

    /// Gives up what was sent longer than `wait` ago.
    pub(super) fn handle_timeout(&mut self, wait: Duration, now: Timestamp) -> Vec<CommandAnswer> {
        let is_late = |it: &InFlight| it.sent_at() + wait <= now;
        let late: Vec<u32> = self
            .in_flight
            .iter()
            .filter(|(_, it)| is_late(it))
            .map(|(number, _)| *number)
            .collect();
        let mut answers = Vec::new();
        for number in late {
            let in_flight = self.in_flight.remove(&number).expect("it was just found");
            self.unanswered_methods.push_back(in_flight.method());
            if UNANSWERED_METHODS_MAX < self.unanswered_methods.len() {
                self.unanswered_methods.pop_front();
            }
            answers.extend(in_flight.give_up(&Unclear::NoAnswer));
        }
        answers
    }

    /// When something has been in flight too long.
    pub(super) fn next_timeout(&self, wait: Duration) -> Timestamp {
        let next = self.in_flight.values().map(|it| it.sent_at() + wait).min();
        next.unwrap_or(Timestamp::NEVER)
    }

    /// The connection is gone: what was sent is unclear, what was not is not sent.
    pub(super) fn lose_link(&mut self) -> Vec<CommandAnswer> {
        let mut answers: Vec<CommandAnswer> = std::mem::take(&mut self.in_flight)
            .into_values()
            .flat_map(|it| it.give_up(&Unclear::LinkLost))
            .collect();
        answers.extend(self.drop_waiting());
        self.unanswered_methods.clear();
        answers
    }
}

#[cfg(test)]
mod tests;
