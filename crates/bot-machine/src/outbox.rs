//! Commands on their way to the venue: each waits until its intent is durable, leaves once, and is
//! remembered until its answer is here.
//!
//! **Law.** What leaves is what was written down: an order is compared with its intent at the last
//! moment. There is no way to send one again.

use std::collections::{BTreeMap, VecDeque};

use kraken_protocol::{
    limits::TradingAction,
    scheduler::{Lane, TradingPath, Work},
    stream::{
        order_writer::{AmendRequest, OrderName},
        session::SocketCommand,
    },
};
use trading_engine::{ExitReason, Role};
use trading_types::{
    ClientOrderId, NewOrder, OrderKind, Pair, TimeInForce, Timestamp, VenueCommand,
};

/// A command that waits for the disk.
#[derive(Clone, Debug)]
struct Waiting {
    letter: Letter,
    /// The record that has to be durable first.
    after_record: u64,
    /// The intent as it was written down, byte for byte.
    intent: Vec<u8>,
}

/// A command, ready to be sent.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The number its answers carry.
    pub request: u64,
    /// What the engine wanted.
    pub what: VenueCommand,
    /// What it spends.
    pub work: Work,
    /// How urgent it is.
    pub lane: Lane,
    /// Whether it opens or enlarges a position.
    pub is_entry: bool,
}

/// What the outbox has to know of an order besides the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// On which pair the order is.
    pub pair: Pair,
    /// Why it was placed.
    pub role: Role,
}

/// A command that has left and has not been answered.
#[derive(Clone, Debug)]
pub struct Sent {
    /// What it was.
    pub what: VenueCommand,
    /// Whether it opens or enlarges a position.
    pub is_entry: bool,
    /// When it was given out.
    pub at: Timestamp,
    /// After this the venue must not carry it out, where that does not stand in it.
    pub deadline: Option<Timestamp>,
}

/// The outbox.
#[derive(Debug, Default)]
pub struct Outbox {
    last_request: u64,
    waiting: VecDeque<Waiting>,
    sent: BTreeMap<u64, Sent>,
}

impl Outbox {
    /// Takes a command in. It may leave when the record with this number is durable.
    pub fn push(&mut self, what: VenueCommand, about: Option<About>, after_record: u64) {
        let intent = intent(&what);
        let (work, lane) = (work(&what, about), lane(&what, about));
        let is_entry = matches!(what, VenueCommand::Place(_))
            && about.is_some_and(|about| about.role == Role::Entry);
        let request = self.number();
        let letter = Letter { request, what, work, lane, is_entry };
        self.waiting.push_back(Waiting { letter, after_record, intent });
    }

    /// A number for a command of the bot's own, which needs no intent.
    pub fn number(&mut self) -> u64 {
        self.last_request += 1;
        self.last_request
    }

    /// Whether something waits for the disk.
    pub fn waits_for_the_disk(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The next command that may leave, now that so many records are durable.
    pub fn next(&mut self, durable: u64, now: Timestamp) -> Option<Letter> {
        self.waiting.front().filter(|it| it.after_record <= durable)?;
        let Waiting { letter, intent: written, .. } = self.waiting.pop_front()?;
        assert!(intent(&letter.what) == written, "what leaves is what was written down");
        let (what, is_entry) = (letter.what.clone(), letter.is_entry);
        self.sent.insert(letter.request, Sent { what, is_entry, at: now, deadline: None });
        Some(letter)
    }

    /// A command leaves with this deadline.
    pub fn stamp(&mut self, request: u64, deadline: Timestamp) {
        if let Some(sent) = self.sent.get_mut(&request) {
            sent.deadline = Some(deadline);
        }
    }

    /// Takes back every entry that was not given out, on this pair or on all.
    pub fn take_back_entries(&mut self, on: Option<Pair>) -> Vec<ClientOrderId> {
        let mut taken = Vec::new();
        let is_meant = |order: &NewOrder| on.is_none_or(|pair| pair == order.pair);
        self.waiting.retain(|it| match &it.letter.what {
            VenueCommand::Place(order) if it.letter.is_entry && is_meant(order) => {
                taken.push(order.id);
                false
            }
            VenueCommand::Place(_)
            | VenueCommand::Amend(_)
            | VenueCommand::Cancel(_)
            | VenueCommand::CancelAll => true,
        });
        taken
    }

    /// The entries that were given out and not answered, on this pair or on all: they may wait
    /// somewhere on the way.
    pub fn entries_sent(&self, on: Option<Pair>) -> Vec<u64> {
        let is_meant = |sent: &Sent| match &sent.what {
            VenueCommand::Place(order) => on.is_none_or(|pair| pair == order.pair),
            VenueCommand::Amend(_) | VenueCommand::Cancel(_) | VenueCommand::CancelAll => false,
        };
        let entries = self.sent.iter().filter(|(_, sent)| sent.is_entry && is_meant(sent));
        entries.map(|(request, _)| *request).collect()
    }

    /// A command that has left, by its number.
    pub fn sent(&self, request: u64) -> Option<&Sent> {
        self.sent.get(&request)
    }

    /// All that have left and are not answered.
    pub fn all_sent(&self) -> impl Iterator<Item = (u64, &Sent)> {
        self.sent.iter().map(|(request, sent)| (*request, sent))
    }

    /// A command was answered: it is forgotten.
    pub fn answered(&mut self, request: u64) -> Option<Sent> {
        self.sent.remove(&request)
    }

    /// Whether nothing waits and nothing is under way.
    pub fn is_quiet(&self) -> bool {
        self.waiting.is_empty() && self.sent.is_empty()
    }
}

/// The words of the socket for what the engine wants. A change carries this deadline, an order its
/// own.
pub fn socket_command(what: &VenueCommand, deadline: Option<Timestamp>) -> SocketCommand {
    match what {
        VenueCommand::Place(order) => SocketCommand::Place(order.clone()),
        VenueCommand::Amend(amendment) => {
            let amendment = *amendment;
            SocketCommand::Amend(AmendRequest { amendment, deadline, post_only: false })
        }
        VenueCommand::Cancel(order) => SocketCommand::Cancel(vec![OrderName::Ours(*order)]),
        VenueCommand::CancelAll => SocketCommand::CancelAll,
    }
}

fn intent(what: &VenueCommand) -> Vec<u8> {
    postcard::to_allocvec(what).expect("a command can be written")
}

/// Whether an order is over at once, so that nothing is kept for its cancel.
const fn is_immediate(order: &NewOrder) -> bool {
    matches!(order.kind, OrderKind::Market)
        || matches!(order.time_in_force, TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill)
}

fn work(what: &VenueCommand, about: Option<About>) -> Work {
    let path = TradingPath::Socket;
    let action = match what {
        VenueCommand::Place(order) if is_immediate(order) => {
            TradingAction::PlaceImmediate(order.id)
        }
        VenueCommand::Place(order) => TradingAction::Place(vec![order.id]),
        VenueCommand::Amend(amendment) => TradingAction::Amend(amendment.order),
        VenueCommand::Cancel(order) => TradingAction::Cancel(vec![*order]),
        VenueCommand::CancelAll => return Work::CancelAll { path },
    };
    let pair = about.expect("a command about an order names one the engine knows").pair;
    Work::Trading { pair, action, path }
}

fn lane(what: &VenueCommand, about: Option<About>) -> Lane {
    match (what, about.map(|about| about.role)) {
        (VenueCommand::CancelAll, _) | (_, Some(Role::Exit(ExitReason::Kill))) => Lane::Halt,
        (VenueCommand::Cancel(_), _) => Lane::Cancel,
        (VenueCommand::Place(_) | VenueCommand::Amend(_), Some(Role::Stop | Role::Exit(_))) => {
            Lane::Stop
        }
        (VenueCommand::Place(_) | VenueCommand::Amend(_), Some(Role::Entry) | None) => Lane::Place,
    }
}

#[cfg(test)]
mod tests;
