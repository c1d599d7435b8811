//! Thousands of random histories before a venue that shows old pictures, loses answers, and lets
//! orders arrive at any time up to their deadline. What is told is compared with what is true.

use std::{collections::BTreeMap, time::Duration};

use kraken_protocol::{chance::Chance, clock_offset::Ahead, rest::orders::OrderStatus};
use trading_types::{
    AccountEvent, ClientOrderId, NewOrder, Quantity, Side, Timestamp, VenueOrderId,
};

use super::{at, id, order, pair, quantity};
use crate::{
    call::{Call, CallFailure},
    little_venue::{LittleBooks, LittleVenue},
    resolver::{Resolver, ResolverEvent, ResolverOutput},
    settings::Times,
};

/// The oldest picture that Kraken shows: less than the margin of the proof.
const LAG_MAX: u64 = 1_900;
/// The slowest answer.
const LATENCY_MAX: u64 = 300;
/// From then on nothing fails any more.
const CALM: u64 = 40_000;
const END: u64 = 120_000;

struct Fate {
    order: NewOrder,
    /// What the venue calls it, when it arrived.
    arrived: Option<(Timestamp, VenueOrderId)>,
    /// When the resolver heard of it.
    unclear: Timestamp,
    accepted: bool,
    told: Quantity,
    end: Option<&'static str>,
    /// When it was resolved, or the stream told its fate.
    resolved: Option<Timestamp>,
}

struct History {
    seed: u64,
    chance: Chance,
    venue: LittleVenue,
    books: LittleBooks,
    resolver: Resolver,
    now: Timestamp,
    fates: BTreeMap<ClientOrderId, Fate>,
    /// What is still to happen outside.
    script: Vec<(Timestamp, Event)>,
    failures: u64,
    has_nameless: bool,
    /// Whether the stream tells what happens, and not only what is when it is asked.
    stream_lives: bool,
    calls: u64,
}

#[derive(Clone, Debug)]
enum Event {
    Unclear(ClientOrderId),
    Answer { tag: u64, sent: Timestamp, call: Call, fails: bool },
    Picture { asked: Timestamp },
    Reachable(bool),
}

impl History {
    fn new(seed: u64) -> Self {
        let mut history = Self {
            seed,
            chance: Chance::from_seed(seed),
            venue: LittleVenue::default(),
            books: LittleBooks::default(),
            resolver: Resolver::new(&Times::default()),
            now: at(0),
            fates: BTreeMap::new(),
            script: Vec::new(),
            failures: 0,
            has_nameless: false,
            stream_lives: false,
            calls: 0,
        };
        history.failures = [0, 0, 10, 30][history.below(4)];
        history.stream_lives = history.below(2) == 0;
        let error = 1 + history.below(300) as i128;
        let ahead = Ahead { least: -error * 1_000_000, most: error * 1_000_000 };
        history.resolver.handle(ResolverEvent::Clock(ahead), &history.books, at(0));
        // Now and then so many that pages are read for them.
        let most = if history.below(200) == 0 { 90 } else { 3 };
        for number in 0..=history.below(most) as u64 {
            history.send(id(number + 1));
        }
        if history.below(5) == 0 {
            history.trade_without_name();
        }
        if history.below(4) == 0 {
            let from = history.below(20_000) as u64;
            let to = from + history.below(15_000) as u64;
            history.script.push((at(from), Event::Reachable(false)));
            history.script.push((at(to), Event::Reachable(true)));
        }
        history
    }

    fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.chance.next() % most as u64).unwrap()
    }

    fn millis(&mut self, most: u64) -> Duration {
        Duration::from_millis(self.chance.next() % (most + 1))
    }

    /// An order is sent; whether it arrives, when, and what comes of it is decided here.
    fn send(&mut self, id: ClientOrderId) {
        let sent = at(0) + self.millis(2_000);
        let deadline = sent + Duration::from_secs(5);
        let order = NewOrder { id, deadline: Some(deadline), ..order(1) };
        let arrived = (self.below(5) < 3).then(|| {
            // Soon, at any time, or at the last moment.
            let on = match self.below(3) {
                0 => sent + self.millis(500),
                1 => sent + self.millis(5_000),
                _ => deadline - self.millis(100),
            };
            (on, self.live(id, on))
        });
        let unclear = sent + self.millis(6_000);
        self.script.push((unclear, Event::Unclear(id)));
        let fate = Fate {
            order,
            arrived,
            unclear,
            accepted: false,
            told: Quantity::ZERO,
            end: None,
            resolved: None,
        };
        self.fates.insert(id, fate);
    }

    /// The life of an order that arrives.
    fn live(&mut self, id: ClientOrderId, on: Timestamp) -> VenueOrderId {
        let name = self.venue.open(Some(id), (pair(), Side::Buy), quantity("1"), on);
        let parts = [0, 0, 1, 2, 3][self.below(5)];
        let mut time = on;
        let pace = [500, 4_000, 10_000][self.below(3)];
        for _ in 0..parts {
            time = time + self.millis(pace);
            self.venue.trade(name, quantity("0.25"), time, false);
        }
        let last = self.below(4);
        if last != 0 {
            time = time + self.millis(pace);
        }
        let order = self.venue.order(name);
        match last {
            0 => {}
            1 => order.ended = Some((time, OrderStatus::Canceled)),
            2 => order.ended = Some((time, OrderStatus::Expired)),
            _ => {
                let open = quantity(["1", "0.75", "0.5", "0.25"][parts]);
                self.venue.trade(name, open, time, false);
                self.venue.order(name).ended = Some((time, OrderStatus::Closed));
            }
        }
        name
    }

    fn trade_without_name(&mut self) {
        let when = at(0) + self.millis(7_000);
        let other = self.venue.open(None, (pair(), Side::Buy), quantity("1"), when);
        self.venue.trade(other, quantity("1"), when, false);
        self.venue.order(other).ended = Some((when, OrderStatus::Closed));
        // Kraken may say whose it is.
        if self.below(2) == 0 {
            self.venue.unlisted.insert(other);
            self.has_nameless = true;
        }
    }

    fn run(mut self) -> Self {
        for _ in 0..20_000 {
            let next = self.script.iter().map(|(time, _)| *time);
            let Some(next) = next.chain(self.resolver.next_timeout()).min() else { break };
            if at(END) < next {
                break;
            }
            self.now = self.now.max(next);
            let due = self.script.iter().position(|(time, _)| *time <= self.now);
            match due {
                Some(index) => {
                    let (_, event) = self.script.swap_remove(index);
                    self.happen(event);
                }
                None => self.resolver.handle_timeout(self.now),
            }
            self.take();
        }
        self.judge();
        self
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Unclear(id) => {
                let fate = &self.fates[&id];
                let (order, sent_at) = (fate.order.clone(), at(0));
                self.tell(ResolverEvent::Unclear { order, sent_at });
            }
            Event::Answer { tag, sent, call, fails } => {
                let view = self.now - self.millis(LAG_MAX);
                // It is of the time it was asked or later, but for what is shown late.
                let view = view.max(sent - Duration::from_millis(LAG_MAX));
                let failure = CallFailure::Unclear("lost".to_owned());
                let result = if fails { Err(failure) } else { Ok(self.venue.answer(&call, view)) };
                self.tell(ResolverEvent::Answered { tag, sent, result });
            }
            Event::Picture { asked } => {
                if self.stream_lives {
                    self.settle_what_the_stream_shows(asked);
                }
                self.tell(ResolverEvent::StreamRenewed { at: asked });
            }
            Event::Reachable(is_reachable) => self.tell(ResolverEvent::Reachable(is_reachable)),
        }
    }

    /// The picture shows what is open; the lead tells so before it tells that it came.
    fn settle_what_the_stream_shows(&mut self, asked: Timestamp) {
        let unknown: Vec<_> = self.resolver.unknown().collect();
        for id in unknown {
            let Some((arrived, name)) = self.fates[&id].arrived else { continue };
            let is_open = self.venue.order(name).ended.as_ref().is_none_or(|(end, _)| asked < *end);
            if arrived <= asked && is_open {
                self.books.names.insert(name, id);
                self.fates.get_mut(&id).unwrap().resolved = Some(self.now);
                self.tell(ResolverEvent::Settled(id));
            }
        }
    }

    fn tell(&mut self, event: ResolverEvent) {
        self.resolver.handle(event, &self.books, self.now);
        self.take();
    }

    fn take(&mut self) {
        while let Some(output) = self.resolver.poll_output() {
            match output {
                ResolverOutput::Ask { tag, call } => {
                    self.calls += 1;
                    let sent = self.now + self.millis(LATENCY_MAX / 2);
                    let answered = sent + self.millis(LATENCY_MAX / 2);
                    let calm = at(CALM) <= self.now;
                    let fails = !calm && (self.chance.next() % 100) < self.failures;
                    self.script.push((answered, Event::Answer { tag, sent, call, fails }));
                }
                ResolverOutput::Proved { order, venue_order, .. } => {
                    self.books.names.extend(venue_order.map(|name| (name, order)));
                }
                ResolverOutput::Tell(event) => self.hear(&event),
                ResolverOutput::Overdue(order) => {
                    let fate = &self.fates[&order];
                    assert!(fate.unclear + Duration::from_mins(1) <= self.now, "{}", self.seed);
                }
                ResolverOutput::Renew => {
                    let asked = self.now;
                    let comes = asked + self.millis(500);
                    let is_lost = (self.chance.next() % 100) < self.failures;
                    if !is_lost || at(CALM) <= asked {
                        self.script.push((comes, Event::Picture { asked }));
                    }
                }
            }
        }
    }

    fn hear(&mut self, event: &AccountEvent) {
        let (seed, now) = (self.seed, self.now);
        match event {
            AccountEvent::NeverExisted { order } => {
                let fate = self.fates.get_mut(order).expect("one of ours");
                fate.resolved = fate.resolved.or(Some(now));
                assert!(fate.arrived.is_none(), "history {seed}: {order} exists or will");
                assert!(!self.has_nameless, "history {seed}: a trade without a name is left");
                assert!(fate.end.replace("never").is_none());
            }
            AccountEvent::Traded(fill) => {
                self.books.fill(fill);
                let real = self.venue.trades.iter().find(|trade| trade.id == fill.trade).unwrap();
                let told = (fill.price, fill.quantity, fill.cost, fill.fee, fill.time);
                assert_eq!(told, (real.price, real.quantity, real.cost, real.fee, real.time));
                assert_eq!(Some(fill.order), self.venue_owner(&fill.trade), "history {seed}");
                let fate = self.fates.get_mut(&fill.order).expect("one of ours");
                assert!(fate.accepted, "history {seed}: first it exists");
                assert!(fate.end.is_none(), "history {seed}: a fill after the end");
                fate.told += fill.quantity;
            }
            AccountEvent::Accepted { order, venue_order } => {
                let fate = self.fates.get_mut(order).expect("one of ours");
                fate.resolved = fate.resolved.or(Some(now));
                fate.accepted = true;
                assert_eq!(fate.arrived.map(|(_, name)| name), Some(*venue_order));
            }
            AccountEvent::Completed { order }
            | AccountEvent::Canceled { order, .. }
            | AccountEvent::Expired { order } => self.hear_end(*order, event),
            AccountEvent::Balances(_)
            | AccountEvent::Moved { .. }
            | AccountEvent::Rejected { .. }
            | AccountEvent::Triggered { .. }
            | AccountEvent::Unclear { .. }
            | AccountEvent::Amended(_)
            | AccountEvent::AmendRejected { .. }
            | AccountEvent::CancelRejected { .. } => panic!("history {seed}: {event:?} was told"),
        }
    }

    fn hear_end(&mut self, order: ClientOrderId, ended: &AccountEvent) {
        let (seed, now) = (self.seed, self.now);
        let told = super::word(ended);
        let fate = self.fates.get_mut(&order).expect("one of ours");
        let name = fate.arrived.expect("it exists").1;
        let told_quantity = fate.told;
        let told =
            ["completed", "canceled Requested", "expired"].into_iter().find(|it| *it == told);
        assert!(fate.end.replace(told.expect("an end")).is_none(), "history {seed}: two ends");
        let (ended, status) = self.venue.order(name).ended.clone().expect("it ended");
        assert!(ended <= now, "history {seed}: it ends later");
        assert_eq!(told_quantity, self.venue.executed(name, ended), "history {seed}");
        let expected = match status {
            OrderStatus::Closed => "completed",
            OrderStatus::Canceled => "canceled Requested",
            OrderStatus::Expired => "expired",
            OrderStatus::Pending | OrderStatus::Open | OrderStatus::Other(_) => "nothing",
        };
        assert_eq!(told, Some(expected), "history {seed}");
    }

    fn venue_owner(&self, trade: &trading_types::TradeId) -> Option<ClientOrderId> {
        let order = self.venue.trades.iter().find(|it| it.id == *trade)?.order;
        self.venue.orders.iter().find(|it| it.venue_order == order)?.id
    }

    /// At the end everything is known, but for what a trade without a name keeps unknown.
    fn judge(&self) {
        for (id, fate) in &self.fates {
            let may_stay = self.has_nameless && fate.arrived.is_none();
            let is_unknown = self.resolver.unknown().any(|it| it == *id);
            assert_eq!(is_unknown, may_stay, "history {}: {id}", self.seed);
        }
        assert!(self.calls < 200, "history {}: {} calls", self.seed, self.calls);
    }

    /// How long after its deadline, and after we heard of it, an order was unknown.
    fn longest(&self) -> Duration {
        let times = self
            .fates
            .values()
            .filter_map(|fate| Some(fate.resolved?.since(fate.order.deadline?.max(fate.unclear))));
        times.max().unwrap_or_default()
    }
}

#[test]
fn what_is_told_is_true_in_every_history() {
    let (mut absent, mut found, mut ended) = (0, 0, 0);
    for seed in 0..3_000 {
        let history = History::new(seed).run();
        for fate in history.fates.values() {
            absent += u64::from(fate.end == Some("never"));
            found += u64::from(fate.accepted);
            ended += u64::from(fate.end.is_some_and(|end| end != "never"));
        }
    }
    assert!(1_000 < absent && 1_500 < found && 1_000 < ended, "{absent}, {found}, {ended}");
}

#[test]
fn an_order_is_known_eight_seconds_after_its_deadline() {
    let mut worst = Duration::ZERO;
    for seed in 0..4_000 {
        let mut history = History::new(seed);
        let is_calm = history.failures == 0
            && !history.has_nameless
            && history.fates.len() <= 3
            && !history.script.iter().any(|(_, event)| matches!(event, Event::Reachable(_)));
        if is_calm {
            history = history.run();
            assert!(history.longest() <= Duration::from_secs(8), "{seed}: {:?}", history.longest());
            worst = worst.max(history.longest());
        }
    }
    assert!(Duration::from_secs(5) < worst, "it was not that easy: {worst:?}");
}
