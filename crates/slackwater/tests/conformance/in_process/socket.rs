//! One session with the simulated Kraken's WebSocket, and the books that are kept of it.

use std::{collections::VecDeque, time::Duration};

use kraken_client::socket::SocketEvent;
use kraken_protocol::{
    Request,
    rest::{Answer as Envelope, placing::socket_token},
    stream::{
        book_keeper::{BookKeeper, BookNews},
        market::MarketMessage,
        session::{LinkChange, Session, SessionEvent, SessionOutput},
        subscription::{SocketKind, Subscription},
    },
};
use simulated_kraken::{Answer, ConnectionId, Door, Ending, Input};
use trading_types::Timestamp;

use super::{ADDRESS, InProcess};
use crate::line::Key;

/// A session, its connection if it has one, and what the case has not heard yet.
pub(super) struct Connected {
    key: Key,
    pub(super) session: Session,
    books: BookKeeper,
    connection: Option<ConnectionId>,
    pub(super) events: VecDeque<SocketEvent>,
}

impl Connected {
    pub(super) fn new(key: Key, session: Session) -> Self {
        let (books, events) = (BookKeeper::default(), VecDeque::new());
        Self { key, session, books, connection: None, events }
    }

    pub(super) fn want(
        &mut self,
        subscription: Subscription,
        expects_data_every: Option<Duration>,
        now: Timestamp,
    ) {
        self.books.want(subscription);
        let event = SessionEvent::Subscribe { subscription, expects_data_every };
        self.session.handle(event, now);
    }

    /// Hands on what is right. A book that is not goes to nobody; it is asked for again.
    fn market(&mut self, message: MarketMessage, now: Timestamp) {
        let is_book = matches!(message, MarketMessage::Book(_) | MarketMessage::Level3(_));
        match self.books.handle(&message, now) {
            Some(BookNews::Broken(subscription, fault)) => {
                self.session.handle(SessionEvent::DataBroken(subscription), now);
                self.events.push_back(SocketEvent::BookBroken { subscription, fault });
            }
            Some(BookNews::Applied(pair, applied)) => {
                self.events.push_back(SocketEvent::Market(message));
                self.events.push_back(SocketEvent::Book { pair, applied });
            }
            // What was still on its way when a book broke.
            None if is_book => (),
            None => self.events.push_back(SocketEvent::Market(message)),
        }
    }
}

impl InProcess {
    pub(super) fn handle(&mut self, wire: usize, event: SessionEvent<'_>) {
        self.wires[wire].session.handle(event, self.now);
    }

    /// Something happened on a connection. What comes of one that we dropped concerns nobody.
    pub(super) fn heard(&mut self, id: ConnectionId, event: SessionEvent<'_>) {
        let now = self.now;
        let wire = self.wires.iter_mut().find(|wire| wire.connection == Some(id));
        if let Some(wire) = wire {
            wire.session.handle(event, now);
        }
    }

    pub(super) fn hang_up(&mut self, id: ConnectionId) {
        let wires = self.wires.iter_mut().filter(|wire| wire.connection == Some(id));
        wires.for_each(|wire| wire.connection = None);
    }

    /// The other side has ended a connection.
    pub(super) fn ended(&mut self, id: ConnectionId, ending: &Ending) {
        let (code, reason) = match ending {
            Ending::Close { code, reason } => (Some(*code), reason.as_str()),
            Ending::Reset => (None, ""),
            // Nobody is told.
            Ending::Hang => return,
        };
        self.heard(id, SessionEvent::Closed { code, reason });
        self.hang_up(id);
    }

    /// A token was asked for, and this came.
    pub(super) fn token(&mut self, wire: usize, answer: &Answer) {
        let body = if let Answer::Http(answer) = answer { &answer.body[..] } else { b"" };
        let result = Envelope::open(body).ok().and_then(|envelope| envelope.result);
        let token = result.and_then(|result| socket_token(result).ok());
        let event =
            token.map_or(SessionEvent::TokenRefused, |told| SessionEvent::Token(told.token));
        self.handle(wire, event);
    }

    /// Does what a session wants done; false if it wants nothing.
    pub(super) fn carry_out(&mut self, wire: usize) -> bool {
        let Some(output) = self.wires[wire].session.poll_output() else { return false };
        let now = self.now;
        match output {
            SessionOutput::WantConnect => self.handle(wire, SessionEvent::ConnectAllowed),
            SessionOutput::Dial(kind) => self.dial(wire, kind),
            SessionOutput::WantToken => {
                let key = self.wires[wire].key;
                let id = self.send(key, &Request::socket_token());
                self.tokens.insert(id, wire);
            }
            SessionOutput::Send(frame) => {
                let text = frame.into_text();
                if let Some(id) = self.wires[wire].connection {
                    self.kraken.handle(Input::Frame { id, text }, now);
                }
            }
            SessionOutput::Close => {
                if let Some(id) = self.wires[wire].connection.take() {
                    self.kraken.handle(Input::Gone { id }, now);
                }
            }
            SessionOutput::Market(message) => self.wires[wire].market(message, now),
            SessionOutput::Link(change) => {
                if change != LinkChange::Up {
                    self.wires[wire].books.lost();
                }
                self.tell(wire, SocketEvent::Link(change));
            }
            SessionOutput::Account(report) => self.tell(wire, SocketEvent::Account(report)),
            SessionOutput::Answer(answer) => self.tell(wire, SocketEvent::Answer(answer)),
            SessionOutput::Reconcile(reason) => self.tell(wire, SocketEvent::Reconcile(reason)),
            SessionOutput::Ended(reason) => self.tell(wire, SocketEvent::Ended(reason)),
            SessionOutput::Feedback { .. } | SessionOutput::Log(_) => (),
        }
        true
    }

    fn tell(&mut self, wire: usize, event: SocketEvent) {
        self.wires[wire].events.push_back(event);
    }

    fn dial(&mut self, wire: usize, kind: SocketKind) {
        self.connections += 1;
        let id = ConnectionId(self.connections);
        self.wires[wire].connection = Some(id);
        let door = match kind {
            SocketKind::Public => Door::Public,
            SocketKind::Private | SocketKind::Level3 => Door::Private,
        };
        let address = ADDRESS.to_owned();
        self.kraken.handle(Input::Knock { id, address, door }, self.now);
    }
}
