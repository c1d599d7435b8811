//! What happened behind the wire, told to whoever subscribed to it.
//!
//! The invariant: a frame that goes to many is written once; a message of a private channel has the
//! next number of its subscription.

use trading_types::{BookUpdate, Pair, Timestamp, VenueStatus};

use super::{
    Sockets, balances, executions,
    market::{self, FrameKind},
    subscribing::{book_view, level3_view, own_orders},
    topic::{EventTrigger, Topic},
};
use crate::{
    json::Json,
    message::{ConnectionId, Frame, Output},
    venue::{
        notice::{Execution, Notice, TapeTrade},
        records::LedgerEntry,
    },
    world::World,
};

impl Sockets {
    /// Something happened that subscribers hear of.
    pub(crate) fn notice(&mut self, notice: &Notice, world: &mut World, now: Timestamp) {
        match notice {
            Notice::Book { pair, update, time } => self.tell_book(*pair, update, world, *time),
            Notice::Trade { pair, trade } => self.tell_trade(*pair, trade, world, now),
            Notice::Quote { pair } => self.tell_ticker(*pair, EventTrigger::Bbo, world, now),
            Notice::Execution(execution) => self.tell_execution(execution, world, now),
            Notice::Ledger(entry) => self.tell_ledger(entry, world, now),
            Notice::Status(status) => self.tell_status(*status, world, now),
            Notice::Instrument { pair } => self.tell_instrument(*pair, world, now),
        }
    }

    fn tell_book(&mut self, pair: Pair, update: &BookUpdate, world: &mut World, now: Timestamp) {
        if let Some(book) = self.books.get_mut(&pair) {
            let depths = self.topics.book_depths(pair);
            for (depth, frame) in book.update(update, &depths, now) {
                self.broadcast(Topic::Book(pair, depth), &frame, world, now);
            }
        }
        if let Some(view) = self.level3.get_mut(&pair) {
            let depths = self.topics.level3_depths(pair);
            let frames = view.update(update, &own_orders(world, pair), &depths, now);
            for (depth, frame) in frames {
                self.broadcast(Topic::Level3(pair, depth), &frame, world, now);
            }
        }
    }

    fn tell_trade(&mut self, pair: Pair, trade: &TapeTrade, world: &mut World, now: Timestamp) {
        let topic = Topic::Trade(pair);
        if self.topics.is_heard(topic) {
            let names = world.venue.names();
            let frame = market::trades(names, pair, FrameKind::Update, std::iter::once(trade));
            self.broadcast(topic, &frame, world, now);
        }
        self.tell_ticker(pair, EventTrigger::Trades, world, now);
        for interval in self.topics.intervals(pair) {
            let kind = FrameKind::Update;
            let frame = market::candles(&world.venue, pair, interval, kind, now);
            if let Some(frame) = frame {
                self.broadcast(Topic::Ohlc(pair, interval), &frame, world, now);
            }
        }
    }

    fn tell_ticker(
        &mut self,
        pair: Pair,
        trigger: EventTrigger,
        world: &mut World,
        now: Timestamp,
    ) {
        let topic = Topic::Ticker(pair, trigger);
        if !self.topics.is_heard(topic) {
            return;
        }
        if let Some(frame) = market::ticker(&world.venue, pair, FrameKind::Update, now) {
            self.broadcast(topic, &frame, world, now);
        }
    }

    fn tell_execution(&mut self, execution: &Execution, world: &mut World, now: Timestamp) {
        let order = &execution.order;
        let topic = Topic::Executions(order.account);
        let listeners = self.topics.audience(topic).to_vec();
        if listeners.is_empty() {
            return;
        }
        let report = executions::report(&world.venue, execution);
        let plain = Json::array().push_raw(report.clone().close()).close();
        let level = world.venue.counter_level(order.account, order.pair(), now);
        let report = report.raw("ratecount", level.millionths() / 1_000_000).close();
        let counted = Json::array().push_raw(report).close();
        for id in listeners {
            let subscription = &self.connections[&id].subscriptions[&topic];
            if subscription.taste.is_brief && !executions::opens_or_closes(execution.kind) {
                continue;
            }
            let data = if subscription.taste.tells_counter { &counted } else { &plain };
            self.send_numbered((id, topic), (FrameKind::Update, data), world, now);
        }
    }

    fn tell_ledger(&mut self, entry: &LedgerEntry, world: &mut World, now: Timestamp) {
        let topic = Topic::Balances(entry.account);
        let listeners = self.topics.audience(topic).to_vec();
        if listeners.is_empty() {
            return;
        }
        let data = balances::update(world.venue.names(), entry);
        for id in listeners {
            self.send_numbered((id, topic), (FrameKind::Update, &data), world, now);
        }
    }

    /// Everybody hears of it, subscribed or not. Pairs show it, too.
    fn tell_status(&mut self, status: VenueStatus, world: &mut World, now: Timestamp) {
        let all: Vec<_> = self.connections.iter().map(|(id, one)| (*id, one.number)).collect();
        for (id, number) in all {
            self.send(id, market::status(status, number), world, now);
        }
        if self.topics.is_heard(Topic::Instrument) {
            let frame = market::changed_instruments(&world.venue, world.venue.pairs());
            self.broadcast(Topic::Instrument, &frame, world, now);
        }
    }

    /// The decimals of the pair may be others now.
    fn tell_instrument(&mut self, pair: Pair, world: &mut World, now: Timestamp) {
        if let Some(view) = self.books.get_mut(&pair) {
            *view = book_view(&world.venue, pair);
        }
        if let Some(view) = self.level3.get_mut(&pair) {
            *view = level3_view(world, pair, now);
        }
        if self.topics.is_heard(Topic::Instrument) {
            let frame = market::changed_instruments(&world.venue, std::iter::once(pair));
            self.broadcast(Topic::Instrument, &frame, world, now);
        }
    }

    /// Sends a message of a private channel, with the number that comes next.
    pub(super) fn send_numbered(
        &mut self,
        (id, topic): (ConnectionId, Topic),
        (kind, data): (FrameKind, &str),
        world: &mut World,
        now: Timestamp,
    ) {
        let channel = match topic {
            Topic::Executions(_) => "executions",
            Topic::Balances(_) => "balances",
            Topic::Book(..)
            | Topic::Level3(..)
            | Topic::Ticker(..)
            | Topic::Trade(_)
            | Topic::Ohlc(..)
            | Topic::Instrument
            | Topic::Heartbeat => unreachable!("only private channels are numbered"),
        };
        let connection = self.connections.get_mut(&id).expect("who has subscribed is there");
        let subscription = connection.subscriptions.get_mut(&topic).expect("it has subscribed");
        subscription.sequence += 1;
        let frame = Json::object()
            .text("channel", channel)
            .text("type", kind.name())
            .raw("data", data)
            .raw("sequence", subscription.sequence);
        let frame = Frame::new(frame.close());
        self.send(id, frame, world, now);
    }

    /// Sends one frame to all who hear of a topic.
    fn broadcast(&mut self, topic: Topic, frame: &Frame, world: &mut World, now: Timestamp) {
        let audience = self.topics.tell(topic, now);
        world.statistics.frames_sent += u64::try_from(audience.len()).expect("a count fits");
        let sent = audience.iter().map(|id| Output::Send { id: *id, frame: frame.clone() });
        self.outputs.extend(sent);
    }

    /// Sends a frame to one connection.
    pub(super) fn send(
        &mut self,
        id: ConnectionId,
        frame: Frame,
        world: &mut World,
        now: Timestamp,
    ) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.sent_at = now;
            world.statistics.frames_sent += 1;
            self.outputs.push_back(Output::Send { id, frame });
        }
    }
}

#[cfg(test)]
mod tests;
