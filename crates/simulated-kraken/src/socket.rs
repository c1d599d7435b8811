//! Kraken's WebSocket v2: connections, subscriptions, market data, executions, trading
//! (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21).
//!
//! The invariant: each connection that was let in has one place in the order of what is due, and
//! whoever hears of a topic is a connection that subscribed to it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use exchange_simulator::Prng;
use trading_types::{Pair, Timestamp};

use crate::{
    message::{ConnectionId, Door, Ending, HttpAnswer, Output},
    settings::LimitProfile,
    socket::{
        book::BookView,
        connection::{Connection, Due},
        level3::Level3View,
        refused::Refused,
        reply::Reply,
        request::{Method, Request},
        topic::Topics,
        wanted::Channel,
    },
    world::World,
};

mod balances;
mod book;
mod book_side;
mod changing;
mod checksum;
mod connection;
mod decimal_text;
mod executions;
mod fields;
mod fixed;
#[cfg(test)]
mod harness;
mod level3;
mod market;
mod moment;
mod order;
mod refused;
mod relative_price;
mod reply;
mod request;
mod session;
mod subscribing;
mod telling;
mod topic;
mod trading;
mod wanted;

/// Apart from the streams of everything else that a seed decides.
const NUMBERS_STREAM: u64 = 0x636f_6e6e_6563_7473;
/// Kraken's numbers of connections need all 64 bits.
const NUMBER_MIN: u64 = 1 << 63;
/// How a connection ends on which nothing was said for a minute.
const IDLE_CODE: u16 = 1000;

/// All connections.
#[derive(Debug, Default)]
pub(crate) struct Sockets {
    connections: BTreeMap<ConnectionId, Connection>,
    /// When each connection is looked at next.
    wakes: BTreeSet<(Timestamp, ConnectionId)>,
    topics: Topics,
    /// The books that somebody watches.
    books: BTreeMap<Pair, BookView>,
    level3: BTreeMap<Pair, Level3View>,
    /// Tokens of connections that are gone, still to be given back.
    released: Vec<String>,
    outputs: VecDeque<Output>,
}

impl Sockets {
    /// A client asks to be let in.
    pub(crate) fn knock(
        &mut self,
        id: ConnectionId,
        (address, door): (&str, Door),
        world: &mut World,
        now: Timestamp,
    ) {
        let is_limited = world.settings.limits != LimitProfile::Off;
        if is_limited && world.connection_attempts.attempt(address, now).is_err() {
            world.statistics.ws_rejected_rate += 1;
            self.outputs.push_back(Output::Refuse { id, answer: Some(banned()) });
            return;
        }
        world.statistics.connections += 1;
        let seed = world.settings.seed ^ NUMBERS_STREAM ^ world.statistics.connections;
        let number = Prng::from_seed(seed).next() | NUMBER_MIN;
        let connection = Connection::new(door, number, &world.settings, now);
        self.wakes.insert((connection.wake_at, id));
        self.connections.insert(id, connection);
        self.outputs.push_back(Output::LetIn { id });
        self.send(id, market::status(world.venue.status(), number), world, now);
    }

    /// A client says something.
    pub(crate) fn frame(
        &mut self,
        id: ConnectionId,
        text: &str,
        world: &mut World,
        now: Timestamp,
    ) {
        self.release_tokens(world);
        let Some(connection) = self.connections.get_mut(&id) else { return };
        world.statistics.frames_received += 1;
        connection.heard_at = now;
        let is_too_fast =
            connection.messages.as_mut().is_some_and(|rate| rate.message(now).is_err());
        match Request::read(text) {
            Ok(request) if is_too_fast => self.slow_down(id, Some(&request), world, now),
            Err(_) if is_too_fast => self.slow_down(id, None, world, now),
            Ok(request) => self.answer(id, &request, world, now),
            Err(wrong) => self.send(id, reply::no_request(&wrong, now), world, now),
        }
    }

    /// Kraken answers a subscription that came too fast as a subscription.
    fn slow_down(
        &mut self,
        id: ConnectionId,
        request: Option<&Request<'_>>,
        world: &mut World,
        now: Timestamp,
    ) {
        world.statistics.ws_rejected_rate += 1;
        let frame = match request {
            Some(Request { method: method @ Method::Subscribe, req_id, .. }) => {
                Reply { method: *method, req_id: *req_id, now }.refused(&Refused::MESSAGE_RATE)
            }
            Some(_) | None => reply::message_rate(),
        };
        self.send(id, frame, world, now);
    }

    fn answer(
        &mut self,
        id: ConnectionId,
        request: &Request<'_>,
        world: &mut World,
        now: Timestamp,
    ) {
        let reply = Reply { method: request.method, req_id: request.req_id, now };
        match request.method {
            Method::Ping => self.send(id, reply.pong(), world, now),
            Method::Subscribe | Method::Unsubscribe => {
                self.subscription(id, request, reply, world);
            }
            Method::AddOrder
            | Method::AmendOrder
            | Method::EditOrder
            | Method::CancelOrder
            | Method::CancelAll
            | Method::CancelAllOrdersAfter
            | Method::BatchAdd
            | Method::BatchCancel => {
                for frame in trading::answers(request, reply, world) {
                    self.send(id, frame, world, now);
                }
            }
        }
    }

    /// A connection has ended.
    pub(crate) fn gone(&mut self, id: ConnectionId) {
        let Some(connection) = self.connections.remove(&id) else { return };
        self.wakes.remove(&(connection.wake_at, id));
        for (topic, subscription) in connection.subscriptions {
            self.leave(id, topic);
            self.released.extend(subscription.token);
        }
    }

    /// Heartbeats and idle connections.
    pub(crate) fn handle_timeout(&mut self, world: &mut World, now: Timestamp) {
        self.release_tokens(world);
        while let Some((at, id)) = self.wakes.first().copied().filter(|(at, _)| *at <= now) {
            let connection = &self.connections[&id];
            assert!(connection.wake_at == at, "a connection is looked at when it said");
            match connection.due(&self.topics, now).0 {
                Due::Heartbeat => {
                    self.send(id, market::heartbeat(), world, now);
                    self.reschedule(id, now);
                }
                Due::Close => {
                    self.gone(id);
                    let ending = Ending::Close { code: IDLE_CODE, reason: String::new() };
                    self.outputs.push_back(Output::End { id, ending });
                }
                Due::Later => self.reschedule(id, now),
            }
        }
    }

    /// When there is something to do.
    pub(crate) fn next_timeout(&self) -> Option<Timestamp> {
        self.wakes.first().map(|(at, _)| *at)
    }

    /// What the listener has to do.
    pub(crate) fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Decides when a connection is looked at next.
    fn reschedule(&mut self, id: ConnectionId, now: Timestamp) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        self.wakes.remove(&(connection.wake_at, id));
        connection.wake_at = connection.due(&self.topics, now).1;
        self.wakes.insert((connection.wake_at, id));
    }

    fn release_tokens(&mut self, world: &mut World) {
        for token in self.released.drain(..) {
            world.keys.release_token(&token);
        }
    }
}

/// What the edge says to an address that it has banned.
fn banned() -> HttpAnswer {
    HttpAnswer {
        status: 429,
        headers: vec![("content-type", "text/plain; charset=UTF-8".to_owned())],
        body: "error code: 1015".into(),
    }
}

/// All methods and channels by name.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let methods = Method::ALL.into_iter().map(Method::name);
    methods.chain(Channel::ALL.into_iter().map(Channel::name))
}

#[cfg(test)]
mod tests;
