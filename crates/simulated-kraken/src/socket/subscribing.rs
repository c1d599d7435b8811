//! Subscribing and giving up: each pair is answered on its own, the answer first and then the
//! snapshot.
//!
//! The invariant: what a connection has subscribed to and who hears of a topic always agree, and a
//! token is held exactly once for each private subscription.

use trading_types::{BookUpdate, Pair};

use super::{
    Sockets, balances,
    book::BookView,
    connection::Subscription,
    executions,
    fields::Fields,
    level3::Level3View,
    market::{self, FrameKind},
    refused::Refused,
    reply::Reply,
    request::{Method, Request},
    session::{Rights, session},
    topic::Topic,
    trading::{known_pair, not_supported},
    wanted::{Channel, Wanted, warn},
};
use crate::{
    faults::Fault,
    json::Json,
    kraken_error::KrakenError,
    message::{ConnectionId, Frame},
    venue::{Venue, records::OrderRecord},
    world::World,
};

/// Past trades in a snapshot of executions
/// (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/executions>, read on
/// 2026-11-21).
const SNAPSHOT_TRADES: usize = 50;
const ALREADY_SUBSCRIBED: KrakenError = KrakenError::fixed("Already subscribed");
const NOT_SUBSCRIBED: KrakenError = KrakenError::fixed("Subscription Not Found");

impl Sockets {
    /// Carries out a `subscribe` or an `unsubscribe`.
    pub(super) fn subscription(
        &mut self,
        id: ConnectionId,
        request: &Request<'_>,
        reply: Reply<'_>,
        world: &mut World,
    ) {
        let door = self.connections[&id].door;
        let wanted = Wanted::read(&request.params, request.method.name(), door);
        let done = wanted.and_then(|wanted| {
            if request.method == Method::Unsubscribe {
                self.unsubscribe(id, &wanted, reply, world);
                return Ok(());
            }
            self.subscribe(id, &wanted, (&request.params, reply), world)
        });
        if let Err(refused) = done {
            self.send(id, reply.refused(&refused), world, reply.now);
        }
        self.reschedule(id, reply.now);
    }

    fn subscribe(
        &mut self,
        id: ConnectionId,
        wanted: &Wanted<'_>,
        (fields, reply): (&Fields<'_>, Reply<'_>),
        world: &mut World,
    ) -> Result<(), Refused> {
        match wanted.channel {
            Channel::Book | Channel::Ticker | Channel::Trade | Channel::Ohlc => {
                self.subscribe_pairs(id, wanted, (None, reply), world);
                Ok(())
            }
            Channel::Level3 => self.subscribe_level3(id, wanted, (fields, reply), world),
            Channel::Instrument => {
                self.begin(id, Topic::Instrument, Subscription::default(), world)?;
                let ack = wanted.parameters().raw("snapshot", wanted.snapshot);
                let ack = warn(ack, &["tick_size is deprecated, use price_increment"]);
                self.send(id, reply.done(ack.close()), world, reply.now);
                if wanted.snapshot {
                    self.send(id, market::instruments(&world.venue), world, reply.now);
                }
                Ok(())
            }
            Channel::Heartbeat => {
                self.begin(id, Topic::Heartbeat, Subscription::default(), world)?;
                self.send(id, reply.done(wanted.parameters().close()), world, reply.now);
                Ok(())
            }
            // Kraken answers with the status and an error, says its own SDK.
            Channel::Status => {
                let frame = market::status(world.venue.status(), self.connections[&id].number);
                self.send(id, frame, world, reply.now);
                Err(Refused::UNSUPPORTED_EVENT)
            }
            Channel::Executions => self.subscribe_executions(id, wanted, (fields, reply), world),
            Channel::Balances => self.subscribe_balances(id, wanted, (fields, reply), world),
        }
    }

    fn subscribe_pairs(
        &mut self,
        id: ConnectionId,
        wanted: &Wanted<'_>,
        (token, reply): (Option<&str>, Reply<'_>),
        world: &mut World,
    ) {
        for symbol in &wanted.symbols {
            let found = known_pair(symbol, world)
                .filter(|_| !world.faults.strikes(Fault::SubscriptionRefused, symbol))
                .ok_or_else(|| not_supported(symbol));
            let begun = found.and_then(|pair| {
                let topic = wanted.topic(pair).expect("the channel has pairs");
                let token = token.map(str::to_owned);
                let subscription = Subscription { token, ..Subscription::default() };
                self.begin(id, topic, subscription, world).map(|()| (pair, topic))
            });
            match begun {
                Ok((pair, topic)) => {
                    self.send(id, reply.done(wanted.accepted(pair)), world, reply.now);
                    self.watch(topic, world, reply.now);
                    if let Some(frame) =
                        self.snapshot(topic, world, reply.now).filter(|_| wanted.snapshot)
                    {
                        self.send(id, frame, world, reply.now);
                    }
                }
                Err(error) => {
                    self.send(id, reply.pair_refused(&error, symbol), world, reply.now);
                }
            }
        }
    }

    /// The whole request is refused when it goes too fast.
    fn subscribe_level3(
        &mut self,
        id: ConnectionId,
        wanted: &Wanted<'_>,
        (fields, reply): (&Fields<'_>, Reply<'_>),
        world: &mut World,
    ) -> Result<(), Refused> {
        session(fields, world, Rights::None, reply.now)?;
        let token = fields.needed_text("token")?;
        let connection = self.connections.get_mut(&id).expect("it has just asked");
        let is_new = |symbol: &&std::borrow::Cow<'_, str>| {
            let pair = known_pair(symbol, world);
            pair.is_some_and(|pair| connection.same_subject(Topic::Level3(pair, 0)).is_none())
        };
        let pairs = wanted.symbols.iter().filter(is_new).count();
        let pairs = u32::try_from(pairs).unwrap_or(u32::MAX);
        if let Some(rate) = &mut connection.level3
            && rate.subscribe(pairs, wanted.level3_depth(), reply.now).is_err()
        {
            world.statistics.ws_rejected_rate += 1;
            return Err(Refused::MESSAGE_RATE);
        }
        self.subscribe_pairs(id, wanted, (Some(&token), reply), world);
        Ok(())
    }

    fn subscribe_executions(
        &mut self,
        id: ConnectionId,
        wanted: &Wanted<'_>,
        (fields, reply): (&Fields<'_>, Reply<'_>),
        world: &mut World,
    ) -> Result<(), Refused> {
        let account = session(fields, world, Rights::SeeOrders, reply.now)?;
        let subscription = Subscription {
            token: fields.text("token")?.map(std::borrow::Cow::into_owned),
            sequence: 0,
            taste: wanted.taste,
        };
        let topic = Topic::Executions(account);
        self.begin(id, topic, subscription, world)?;
        let ack = wanted
            .parameters()
            .raw("maxratecount", world.venue.tier().trading_threshold())
            .raw("snap_orders", wanted.snap_orders)
            .raw("snap_trades", wanted.snap_trades);
        let ack = warn(ack, &executions::WARNINGS).close();
        self.send(id, reply.done(ack), world, reply.now);
        let mut data = Json::array();
        if wanted.snap_orders {
            let open = world.venue.open_orders(account);
            data = open
                .fold(data, |all, order| all.push_raw(executions::open_order(&world.venue, order)));
        }
        if wanted.snap_trades {
            data = past_trades(&world.venue, account).into_iter().fold(data, Json::push_raw);
        }
        if wanted.snap_orders || wanted.snap_trades {
            self.send_numbered((id, topic), (FrameKind::Snapshot, &data.close()), world, reply.now);
        }
        Ok(())
    }

    fn subscribe_balances(
        &mut self,
        id: ConnectionId,
        wanted: &Wanted<'_>,
        (fields, reply): (&Fields<'_>, Reply<'_>),
        world: &mut World,
    ) -> Result<(), Refused> {
        let account = session(fields, world, Rights::SeeFunds, reply.now)?;
        let token = fields.text("token")?.map(std::borrow::Cow::into_owned);
        let topic = Topic::Balances(account);
        self.begin(id, topic, Subscription { token, ..Subscription::default() }, world)?;
        let ack = wanted.parameters().raw("snapshot", wanted.snapshot).close();
        self.send(id, reply.done(ack), world, reply.now);
        if wanted.snapshot {
            let data = balances::snapshot(&world.venue, account);
            self.send_numbered((id, topic), (FrameKind::Snapshot, &data), world, reply.now);
        }
        Ok(())
    }

    fn begin(
        &mut self,
        id: ConnectionId,
        topic: Topic,
        subscription: Subscription,
        world: &mut World,
    ) -> Result<(), KrakenError> {
        let connection = self.connections.get_mut(&id).expect("it has just asked");
        if connection.same_subject(topic).is_some() {
            return Err(ALREADY_SUBSCRIBED);
        }
        if let Some(token) = &subscription.token {
            world.keys.hold_token(token);
        }
        connection.subscriptions.insert(topic, subscription);
        self.topics.add(topic, id);
        Ok(())
    }

    /// Begins to follow a book that nobody has followed.
    fn watch(&mut self, topic: Topic, world: &World, now: trading_types::Timestamp) {
        match topic {
            Topic::Book(pair, _) => {
                self.books.entry(pair).or_insert_with(|| book_view(&world.venue, pair));
            }
            Topic::Level3(pair, _) => {
                let view = || level3_view(world, pair, now);
                self.level3.entry(pair).or_insert_with(view);
            }
            Topic::Ticker(..)
            | Topic::Trade(_)
            | Topic::Ohlc(..)
            | Topic::Instrument
            | Topic::Heartbeat
            | Topic::Executions(_)
            | Topic::Balances(_) => {}
        }
    }

    fn snapshot(
        &self,
        topic: Topic,
        world: &World,
        now: trading_types::Timestamp,
    ) -> Option<Frame> {
        let venue = &world.venue;
        match topic {
            Topic::Book(pair, depth) => self.books.get(&pair).map(|book| book.snapshot(depth, now)),
            Topic::Level3(pair, depth) => {
                self.level3.get(&pair).map(|view| view.snapshot(depth, now))
            }
            Topic::Ticker(pair, _) => market::ticker(venue, pair, FrameKind::Snapshot, now),
            Topic::Trade(pair) => market::tape(venue, pair),
            Topic::Ohlc(pair, interval) => {
                market::candles(venue, pair, interval, FrameKind::Snapshot, now)
            }
            Topic::Instrument | Topic::Heartbeat | Topic::Executions(_) | Topic::Balances(_) => {
                None
            }
        }
    }

    fn unsubscribe(
        &mut self,
        id: ConnectionId,
        wanted: &Wanted<'_>,
        reply: Reply<'_>,
        world: &mut World,
    ) {
        if wanted.symbols.is_empty() {
            let ended = self.end_whole(id, wanted.channel, world);
            let frame = match ended {
                Ok(()) => reply.done(wanted.parameters().close()),
                Err(error) => reply.refused(&error.into()),
            };
            self.send(id, frame, world, reply.now);
        }
        for symbol in &wanted.symbols {
            let found = known_pair(symbol, world).ok_or_else(|| not_supported(symbol));
            let ended = found.and_then(|pair| {
                let topic = wanted.topic(pair).ok_or(NOT_SUBSCRIBED)?;
                self.end_subscription(id, topic, world).map(|()| pair)
            });
            let frame = match ended {
                Ok(pair) => reply.done(wanted.parameters().text("symbol", pair).close()),
                Err(error) => reply.pair_refused(&error, symbol),
            };
            self.send(id, frame, world, reply.now);
        }
    }

    fn end_whole(
        &mut self,
        id: ConnectionId,
        channel: Channel,
        world: &mut World,
    ) -> Result<(), KrakenError> {
        let is_meant = |topic: &Topic| match topic {
            Topic::Executions(_) => channel == Channel::Executions,
            Topic::Balances(_) => channel == Channel::Balances,
            Topic::Instrument => channel == Channel::Instrument,
            Topic::Heartbeat => channel == Channel::Heartbeat,
            Topic::Book(..)
            | Topic::Level3(..)
            | Topic::Ticker(..)
            | Topic::Trade(_)
            | Topic::Ohlc(..) => false,
        };
        let mut topics = self.connections[&id].subscriptions.keys().copied();
        let topic = topics.find(is_meant).ok_or(NOT_SUBSCRIBED)?;
        self.end_subscription(id, topic, world)
    }

    fn end_subscription(
        &mut self,
        id: ConnectionId,
        topic: Topic,
        world: &mut World,
    ) -> Result<(), KrakenError> {
        let connection = self.connections.get_mut(&id).expect("it has just asked");
        let subscription = connection.subscriptions.remove(&topic).ok_or(NOT_SUBSCRIBED)?;
        if let (Topic::Level3(..), Some(rate)) = (topic, &mut connection.level3) {
            rate.unsubscribe(1);
        }
        if let Some(token) = &subscription.token {
            world.keys.release_token(token);
        }
        self.leave(id, topic);
        Ok(())
    }

    /// A connection hears no more of a topic; what nobody hears of is not followed any more.
    pub(super) fn leave(&mut self, id: ConnectionId, topic: Topic) {
        self.topics.remove(topic, id);
        match topic {
            Topic::Book(pair, _) if self.topics.book_depths(pair).is_empty() => {
                self.books.remove(&pair);
            }
            Topic::Level3(pair, _) if self.topics.level3_depths(pair).is_empty() => {
                self.level3.remove(&pair);
            }
            Topic::Book(..)
            | Topic::Level3(..)
            | Topic::Ticker(..)
            | Topic::Trade(_)
            | Topic::Ohlc(..)
            | Topic::Instrument
            | Topic::Heartbeat
            | Topic::Executions(_)
            | Topic::Balances(_) => {}
        }
    }
}

fn past_trades(venue: &Venue, account: exchange_simulator::AccountId) -> Vec<String> {
    let mut last: Vec<String> = venue
        .trades(account)
        .rev()
        .take(SNAPSHOT_TRADES)
        .filter_map(|trade| {
            let order = venue.order(&trade.order)?;
            Some(executions::past_trade(venue, order, trade))
        })
        .collect();
    last.reverse();
    last
}

/// A book as it is now.
pub(super) fn book_view(venue: &Venue, pair: Pair) -> BookView {
    BookView::new(pair, market::decimals(venue.names(), pair), &whole_book(venue, pair))
}

/// The single orders of a book as it is now.
pub(super) fn level3_view(world: &World, pair: Pair, now: trading_types::Timestamp) -> Level3View {
    let decimals = market::decimals(world.venue.names(), pair);
    let (book, own) = (whole_book(&world.venue, pair), own_orders(world, pair));
    Level3View::new(pair, decimals, &book, &own, now)
}

fn whole_book(venue: &Venue, pair: Pair) -> BookUpdate {
    let empty = || BookUpdate { is_snapshot: true, bids: Vec::new(), asks: Vec::new() };
    venue.book(pair).unwrap_or_else(empty)
}

/// The open orders of all accounts on a pair.
pub(super) fn own_orders(world: &World, pair: Pair) -> Vec<&OrderRecord> {
    let accounts = (0..).take(world.settings.accounts.len()).map(exchange_simulator::AccountId);
    let open = accounts.flat_map(|account| world.venue.open_orders(account));
    open.filter(|order| order.pair() == pair).collect()
}

#[cfg(test)]
mod tests;
