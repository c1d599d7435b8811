//! One run: a client between a workload and Kraken, with a network in the way.
//!
//! Time is virtual and jumps from one thing that happens to the next. A run is a function of its
//! parts and their seeds: what happens at the same moment happens in the order it was planned in.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BTreeMap, BinaryHeap},
    time::Duration,
};

use trading_types::{Pair, Timestamp};

use super::{
    client::{
        Call, CallId, Client, Fate, Notice, OrderNumber, Outcome, Purpose, Started, Transport,
    },
    network::{Network, Weather},
    prng::Prng,
    record::Record,
    venue::Venue,
    workload::Workload,
};

/// A client gives an answer up after this time.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it then takes to find out that an order never came to be.
const LOOK_UP: Duration = Duration::from_secs(30);
/// A client that wakes up so often at one moment without doing anything is broken.
const IDLE_WAKES_MAX: u32 = 100;
/// From one restart to the next.
const RESTARTS_MEAN: Duration = Duration::from_mins(10);
const DOWN_MIN: Duration = Duration::from_millis(200);
const DOWN_MAX: Duration = Duration::from_secs(3);

/// Under what conditions a run happens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conditions {
    pub(crate) weather: Weather,
    pub(crate) process: Process,
    pub(crate) seed: u64,
    pub(crate) start: Timestamp,
    pub(crate) length: Duration,
}

/// Whether the client's process survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Process {
    Survives,
    /// It ends every ten minutes or so, and is back within seconds.
    Restarts,
}

/// Runs `client` until the end, and says what happened.
pub(crate) fn simulate(
    client: &mut dyn Client,
    venue: &mut dyn Venue,
    workload: &mut dyn Workload,
    conditions: Conditions,
) -> Record {
    let mut simulation = Simulation {
        client,
        venue,
        workload,
        network: Network::new(conditions.weather, conditions.seed),
        restarts: Prng::new(conditions.seed, "restarts"),
        timeline: Timeline::default(),
        waiting: BTreeMap::new(),
        flights: BTreeMap::new(),
        news_until: conditions.start,
        socket_until: conditions.start,
        is_down: false,
        record: Record::new(conditions.start),
    };
    if conditions.process == Process::Restarts {
        simulation.plan_restart(conditions.start);
    }
    simulation.run(conditions.start, conditions.start + conditions.length);
    simulation.record
}

struct Simulation<'a> {
    client: &'a mut dyn Client,
    venue: &'a mut dyn Venue,
    workload: &'a mut dyn Workload,
    network: Network,
    restarts: Prng,
    timeline: Timeline,
    /// Asked for, not decided.
    waiting: BTreeMap<CallId, (Call, Timestamp)>,
    /// Sent, and the client has not heard yet how it ended.
    flights: BTreeMap<CallId, Flight>,
    /// News of orders arrive in order: none before this.
    news_until: Timestamp,
    /// Requests on a socket arrive in order too.
    socket_until: Timestamp,
    is_down: bool,
    record: Record,
}

#[derive(Clone, Copy, Debug)]
struct Flight {
    call: Call,
    has_opened: bool,
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Arrives(Call),
    Answers(CallId, Outcome),
    TimesOut(CallId),
    Fills(Pair, OrderNumber),
    Tells(Notice),
    Stops,
    Returns,
}

impl Simulation<'_> {
    fn run(&mut self, start: Timestamp, end: Timestamp) {
        let mut now = start;
        let mut idle_wakes = 0;
        while let Some(next) = self.next() {
            if end < next {
                break;
            }
            if now < next {
                (now, idle_wakes) = (next, 0);
            }
            let happened = self.happen(now);
            let decided = self.decide(now);
            if !happened && !decided {
                idle_wakes += 1;
                assert!(idle_wakes < IDLE_WAKES_MAX, "the client keeps waking up for nothing");
            }
        }
        for (call, asked) in self.waiting.values() {
            self.record.left_waiting(call.purpose, end.since(*asked));
        }
    }

    fn next(&self) -> Option<Timestamp> {
        let planned = self.timeline.next();
        if self.is_down {
            return planned;
        }
        [planned, self.workload.next(), self.client.next_timeout()].into_iter().flatten().min()
    }

    /// Lets one thing happen; false if only the client's own timer is due.
    fn happen(&mut self, now: Timestamp) -> bool {
        if let Some(event) = self.timeline.pop_due(now) {
            self.handle(event, now);
            return true;
        }
        let is_due = self.workload.next().is_some_and(|next| next <= now);
        if is_due && !self.is_down {
            for mut call in self.workload.demand(now) {
                if call.purpose.is_trading() && call.transport == Transport::Rest {
                    call.transport = self.client.trading_transport();
                }
                self.waiting.insert(call.id, (call, now));
                self.client.ask(call, now);
            }
        }
        is_due
    }

    fn handle(&mut self, event: Event, now: Timestamp) {
        match event {
            Event::Arrives(call) => self.arrives(&call, now),
            Event::Answers(id, outcome) => self.ends(id, outcome, now),
            Event::TimesOut(id) => self.ends(id, Outcome::Lost, now),
            Event::Fills(pair, order) => {
                self.venue.fill(pair, order, now);
                self.spread_news(now);
            }
            Event::Tells(notice) => {
                self.workload.noticed(notice);
                self.client.noticed(notice, now);
            }
            Event::Stops => self.stops(now),
            Event::Returns => {
                self.is_down = false;
                self.client.restart(now);
                self.workload.restarted(now);
                self.plan_restart(now);
            }
        }
    }

    fn arrives(&mut self, call: &Call, now: Timestamp) {
        let outcome = self.venue.receive(call, now);
        self.record.received(outcome, now);
        if call.purpose == Purpose::Place && outcome == Outcome::Accepted {
            if let Some(flight) = self.flights.get_mut(&call.id) {
                flight.has_opened = true;
            }
            if let (Some(pair), Some(order), Some(lifetime)) =
                (call.pair, call.order, self.workload.lifetime())
            {
                self.timeline.plan(now + lifetime, Event::Fills(pair, order));
            }
        }
        if let Some(delay) = self.network.answer() {
            self.timeline.plan(now + delay, Event::Answers(call.id, outcome));
        }
        self.spread_news(now);
    }

    /// The client hears how a call ended, unless it has heard already or was restarted since.
    fn ends(&mut self, id: CallId, outcome: Outcome, now: Timestamp) {
        let Some(Flight { call, has_opened }) = self.flights.remove(&id) else { return };
        self.workload.answered(call, outcome);
        self.client.answered(id, outcome, now);
        if let (Purpose::Place, Outcome::Lost, false) = (call.purpose, outcome, has_opened)
            && let (Some(pair), Some(order)) = (call.pair, call.order)
        {
            let notice = Notice { pair, order, fate: Fate::NeverOpened };
            self.timeline.plan(now + LOOK_UP, Event::Tells(notice));
        }
    }

    fn spread_news(&mut self, now: Timestamp) {
        for notice in self.venue.take_notices() {
            let delay = self.network.news();
            self.news_until = self.news_until.max(now + delay);
            self.timeline.plan(self.news_until, Event::Tells(notice));
        }
    }

    /// Hands on what the client decided; true if that was anything.
    fn decide(&mut self, now: Timestamp) -> bool {
        if self.is_down {
            return false;
        }
        let decisions = self.client.poll(now);
        for decision in &decisions {
            let (Started::Sent(id) | Started::Declined(id)) = *decision;
            let (call, asked) = self.waiting.remove(&id).expect("only what was asked is decided");
            self.workload.decided(call);
            match decision {
                Started::Sent(_) => {
                    self.record.sent(call.purpose, now.since(asked), now);
                    self.send(call, now);
                }
                Started::Declined(_) => {
                    self.record.declined();
                    self.workload.declined(call);
                }
            }
        }
        !decisions.is_empty()
    }

    fn send(&mut self, call: Call, now: Timestamp) {
        self.flights.insert(call.id, Flight { call, has_opened: false });
        self.timeline.plan(now + PATIENCE, Event::TimesOut(call.id));
        let Some(delay) = self.network.request() else { return };
        let arrives = match call.transport {
            Transport::Rest => now + delay,
            Transport::Socket => {
                self.socket_until = self.socket_until.max(now + delay);
                self.socket_until
            }
        };
        self.timeline.plan(arrives, Event::Arrives(call));
    }

    fn plan_restart(&mut self, now: Timestamp) {
        let stops = now + self.restarts.gap(RESTARTS_MEAN);
        self.timeline.plan(stops, Event::Stops);
    }

    fn stops(&mut self, now: Timestamp) {
        self.is_down = true;
        self.waiting.clear();
        self.flights.clear();
        let down = self.restarts.duration(DOWN_MIN, DOWN_MAX);
        self.timeline.plan(now + down, Event::Returns);
    }
}

/// Everything planned, in order. Equal moments are told apart by who planned first.
#[derive(Default)]
struct Timeline {
    planned: BinaryHeap<Reverse<Planned>>,
    count: u64,
}

#[derive(Clone, Copy, Debug)]
struct Planned {
    at: Timestamp,
    number: u64,
    event: Event,
}

impl Timeline {
    fn plan(&mut self, at: Timestamp, event: Event) {
        self.count += 1;
        self.planned.push(Reverse(Planned { at, number: self.count, event }));
    }

    fn next(&self) -> Option<Timestamp> {
        self.planned.peek().map(|Reverse(planned)| planned.at)
    }

    fn pop_due(&mut self, now: Timestamp) -> Option<Event> {
        if self.next().is_some_and(|next| next <= now) {
            return self.planned.pop().map(|Reverse(planned)| planned.event);
        }
        None
    }
}

impl Ord for Planned {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Planned {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Planned {}

#[cfg(test)]
mod tests;
