//! One socket kept open: the counterpart of `kraken-client`'s `socket/line.rs`.
//!
//! The invariant: it does what the session says. A permit that was given is settled once, and an
//! address that counts a socket of ours counts it until the socket is gone.

use std::time::Duration;

use bot_machine::BotInput;
use kraken_protocol::{
    limits::Feedback,
    scheduler::{AddressIndex, CallOutcome},
    stream::{
        executions::{KnownFills, OrderReport},
        session::{
            AccountReport, LinkChange, Session, SessionEvent, SessionOutput, SessionSettings,
        },
        subscription::{SocketKind, Subscription},
    },
};
use simulated_kraken::ConnectionId;
use trading_types::{AccountEvent, Timestamp};

use super::{
    Line, ToNet,
    calls::{Learned, Permit},
    commands::{Commanded, Commands},
    feed::Feed,
};

/// When nothing may be opened because too much waits already, it is asked again after this.
const CONNECT_AGAIN: Duration = Duration::from_secs(5);
/// How long the answer to the opening may take.
const DIAL_PATIENCE: Duration = Duration::from_secs(10);

/// A socket.
#[derive(Debug)]
pub(super) struct SocketLine {
    pub(super) session: Session,
    pub(super) feed: Feed,
    connection: Option<ConnectionId>,
    /// The address that counts a socket of ours, open or being opened.
    counted: Option<AddressIndex>,
    /// The permit of an attempt whose end is not known yet.
    attempt: Option<Permit>,
    dial_until: Option<Timestamp>,
    connect_at: Option<Timestamp>,
    commands: Commands,
}

impl SocketLine {
    pub(super) fn new(
        settings: SessionSettings,
        seed: u64,
        known: KnownFills,
        now: Timestamp,
    ) -> Self {
        Self {
            session: Session::new(settings, seed, now).with_known_fills(known),
            feed: Feed::default(),
            connection: None,
            counted: None,
            attempt: None,
            dial_until: None,
            connect_at: None,
            commands: Commands::default(),
        }
    }

    /// Wants a subscription on every connection from now on.
    pub(super) fn want(
        &mut self,
        subscription: Subscription,
        expects_data_every: Option<Duration>,
        now: Timestamp,
    ) {
        self.feed.want(subscription);
        if matches!(subscription, Subscription::Book { .. }) {
            // A checksum needs the pair's decimals, and Kraken changes them.
            let (subscription, expects_data_every) = (Subscription::Instruments, None);
            self.session.handle(SessionEvent::Subscribe { subscription, expects_data_every }, now);
        }
        self.session.handle(SessionEvent::Subscribe { subscription, expects_data_every }, now);
    }

    pub(super) const fn connection(&self) -> Option<ConnectionId> {
        self.connection
    }

    pub(super) fn next_timeout(&self) -> Option<Timestamp> {
        let own = [self.session.next_timeout(), self.dial_until, self.connect_at];
        own.into_iter().chain([self.feed.next_timeout()]).flatten().min()
    }

    /// A command may leave.
    pub(super) fn command(&mut self, commanded: Box<Commanded>, permit: Permit, now: Timestamp) {
        let Commanded { request, command, .. } = *commanded;
        self.commands.start(request, &command, permit);
        self.session.handle(SessionEvent::Command { request, command }, now);
    }
}

impl Line {
    pub(super) fn handle_socket(
        &mut self,
        kind: SocketKind,
        event: SessionEvent<'_>,
        now: Timestamp,
    ) {
        if let Some(line) = self.sockets.get_mut(&kind) {
            line.session.handle(event, now);
        }
    }

    pub(super) fn socket_timeout(&mut self, kind: SocketKind, now: Timestamp) {
        let Some(line) = self.sockets.get_mut(&kind) else { return };
        line.session.handle_timeout(now);
        line.feed.handle_timeout(now);
        let gives_up = line.dial_until.is_some_and(|until| until <= now);
        let wants_again = line.connect_at.take_if(|at| *at <= now).is_some();
        if gives_up {
            self.dial_failed(kind, None, now);
        }
        if wants_again {
            self.calls.permit_connection(kind, now);
        }
    }

    /// A dial succeeded.
    pub(super) fn let_in(&mut self, kind: SocketKind, now: Timestamp) {
        self.attempted(kind, Feedback::Fine, now);
        if let Some(line) = self.sockets.get_mut(&kind) {
            line.dial_until = None;
        }
        self.handle_socket(kind, SessionEvent::Connected, now);
    }

    /// A dial failed, or took too long.
    pub(super) fn dial_failed(&mut self, kind: SocketKind, status: Option<u16>, now: Timestamp) {
        let feedback = match status {
            Some(403) => Feedback::AddressBlocked,
            Some(429) => Feedback::TooManyRequests,
            Some(_) | None => Feedback::Fine,
        };
        self.attempted(kind, feedback, now);
        self.hang_up(kind, now);
        self.handle_socket(kind, SessionEvent::ConnectFailed { http_status: status }, now);
    }

    /// An attempt to connect is over. It counts, whatever came of it.
    fn attempted(&mut self, kind: SocketKind, feedback: Feedback, now: Timestamp) {
        let permit = self.sockets.get_mut(&kind).and_then(|line| line.attempt.take());
        if let Some(permit) = permit {
            self.calls.settle_with(&permit, CallOutcome::Done, feedback, now);
        }
    }

    pub(super) fn may_connect(&mut self, kind: SocketKind, permit: Permit, now: Timestamp) {
        self.hang_up(kind, now);
        let Some(line) = self.sockets.get_mut(&kind) else { return };
        line.counted = Some(permit.address);
        line.attempt = Some(permit);
        line.session.handle(SessionEvent::ConnectAllowed, now);
    }

    pub(super) fn connect_later(&mut self, kind: SocketKind, now: Timestamp) {
        if let Some(line) = self.sockets.get_mut(&kind) {
            line.connect_at = Some(now + CONNECT_AGAIN);
        }
    }

    /// Forgets the connection; its address counts one less.
    pub(super) fn hang_up(&mut self, kind: SocketKind, now: Timestamp) {
        let Some(line) = self.sockets.get_mut(&kind) else { return };
        if let Some(id) = line.connection.take() {
            self.to_net.push_back(ToNet::HangUp { id });
        }
        line.dial_until = None;
        let counted = line.counted.take();
        self.attempted(kind, Feedback::Fine, now);
        if let Some(address) = counted {
            self.calls.socket_closed(address, now);
        }
    }

    /// Does the next thing that a session wants done; false if it wants nothing.
    pub(super) fn carry_out(&mut self, kind: SocketKind, now: Timestamp) -> bool {
        let Some(line) = self.sockets.get_mut(&kind) else { return false };
        if let Some(told) = line.feed.poll_told(&self.pairs) {
            self.told.push_back(told);
            return true;
        }
        let Some(output) = line.session.poll_output() else { return false };
        match output {
            SessionOutput::WantConnect => self.calls.permit_connection(kind, now),
            SessionOutput::Dial(host) => self.dial(kind, host, now),
            SessionOutput::WantToken => self.want_token(kind, now),
            SessionOutput::Send(frame) => {
                if let Some(id) = line.connection {
                    self.to_net.push_back(ToNet::Frame { id, text: frame.into_text() });
                }
            }
            SessionOutput::Close => self.hang_up(kind, now),
            SessionOutput::Market(message) => {
                if let Some(broken) = line.feed.market(&message, now) {
                    line.session.handle(SessionEvent::DataBroken(broken), now);
                }
            }
            SessionOutput::Account(report) => {
                self.learn(&report, now);
                self.told.push_back(BotInput::Account(report));
            }
            SessionOutput::Answer(answer) => {
                let settled = line.commands.answered(&answer);
                if let Some((permit, outcome)) = settled {
                    self.calls.settle(permit, outcome, now);
                }
                self.told.push_back(BotInput::Answer(answer));
            }
            SessionOutput::Link(change) => {
                if change != LinkChange::Up {
                    line.feed.lost(now);
                }
                self.told.push_back(BotInput::Link { socket: kind, change });
            }
            SessionOutput::Reconcile(reason) => self.told.push_back(BotInput::Reconcile(reason)),
            SessionOutput::Feedback { .. } | SessionOutput::Log(_) => (),
            SessionOutput::Ended(reason) => {
                self.sockets.remove(&kind);
                let why = format!("{reason:?}");
                self.told.push_back(BotInput::SocketEnded { socket: kind, why });
            }
        }
        true
    }

    fn dial(&mut self, kind: SocketKind, host: SocketKind, now: Timestamp) {
        self.last_number += 1;
        let id = ConnectionId(self.last_number);
        if let Some(line) = self.sockets.get_mut(&kind) {
            line.connection = Some(id);
            line.dial_until = Some(now + DIAL_PATIENCE);
        }
        self.to_net.push_back(ToNet::Dial { id, kind: host });
    }

    /// What the budgets have to know of a report.
    fn learn(&mut self, report: &AccountReport, now: Timestamp) {
        let learned = match report {
            AccountReport::CounterMax(max) => Learned::Tier(*max),
            AccountReport::Order(OrderReport::Counter { pair: Some(pair), points }) => {
                Learned::Counter(*pair, *points)
            }
            AccountReport::Order(OrderReport::OpenOrders { open, missing: _ }) => {
                let named = open.iter().filter_map(|order| order.pair.zip(order.client));
                for (pair, order) in named {
                    self.calls.learn(&Learned::OrderFound(pair, order), now);
                }
                return;
            }
            AccountReport::Order(OrderReport::Event(
                AccountEvent::Completed { order }
                | AccountEvent::Canceled { order, .. }
                | AccountEvent::Expired { order }
                | AccountEvent::Rejected { order, .. },
            )) => Learned::OrderGone(*order),
            AccountReport::Order(_) | AccountReport::Balance(_) => return,
        };
        self.calls.learn(&learned, now);
    }
}
