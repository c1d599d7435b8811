//! A bot on an ordinary day: balances and open orders every ten seconds, trades every minute, a
//! reconnect every ten minutes, and ten orders or cancels a minute in between.

use std::{
    collections::{BTreeSet, VecDeque},
    time::Duration,
};

use trading_types::Timestamp;

use super::{Numbers, RECONNECT, Workload, some_pair};
use crate::limits_report::{
    client::{Call, Fate, Notice, OrderNumber, Purpose},
    prng::Prng,
};

const ORDERS_MEAN: Duration = Duration::from_secs(6);
const PLACED_PERCENT: u64 = 60;
const LIFETIME_MAX: Duration = Duration::from_mins(2);

/// What happens over and over.
#[derive(Clone, Copy, Debug)]
struct Habit {
    what: What,
    every: Duration,
    /// Where in its period it happens, and how far that varies.
    offset: Duration,
    jitter: Duration,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Call(&'static str),
    Reconnect,
}

const fn habit(what: What, every_s: u64, offset_s: u64, jitter_s: u64) -> Habit {
    let seconds = Duration::from_secs;
    Habit { what, every: seconds(every_s), offset: seconds(offset_s), jitter: seconds(jitter_s) }
}

#[rustfmt::skip] // A table.
const HABITS: [Habit; 4] = [
    habit(What::Call("Balance"),        10,   0, 1),
    habit(What::Call("OpenOrders"),     10,   5, 1),
    habit(What::Call("TradesHistory"),  60,  30, 1),
    habit(What::Reconnect,             600, 300, 0),
];

/// The ordinary day.
#[derive(Clone, Debug)]
pub(crate) struct Realistic {
    /// When each habit comes next, and the period it stands in.
    next: [(Timestamp, Timestamp); HABITS.len()],
    next_order: Timestamp,
    open: BTreeSet<OrderNumber>,
    /// Looks that follow a reconnect, ten milliseconds apart.
    reconnecting: VecDeque<(Timestamp, &'static str)>,
    numbers: Numbers,
    prng: Prng,
}

const RECONNECT_GAP: Duration = Duration::from_millis(10);

impl Realistic {
    pub(crate) fn new(seed: u64, start: Timestamp) -> Self {
        let mut prng = Prng::new(seed, "realistic");
        Self {
            next: HABITS.map(|habit| (habit.within(start, &mut prng), start)),
            next_order: start + prng.gap(ORDERS_MEAN),
            open: BTreeSet::new(),
            reconnecting: VecDeque::new(),
            numbers: Numbers::default(),
            prng,
        }
    }

    fn order(&mut self, now: Timestamp) -> Call {
        self.next_order = now + self.prng.gap(ORDERS_MEAN);
        let is_placed = self.prng.percent(PLACED_PERCENT);
        if let Some(order) = self.open.first().copied()
            && !is_placed
        {
            self.open.remove(&order);
            let call = self.numbers.call("CancelOrder", Purpose::Cancel);
            return Call { pair: Some(some_pair()), order: Some(order), ..call };
        }
        self.numbers.placing(some_pair())
    }

    fn habits(&mut self, now: Timestamp) -> Vec<Call> {
        let mut calls = Vec::new();
        for (habit, (next, period)) in HABITS.iter().zip(&mut self.next) {
            if now < *next {
                continue;
            }
            match habit.what {
                What::Call(endpoint) => {
                    calls.push(self.numbers.call(endpoint, Purpose::Account));
                }
                What::Reconnect => {
                    let mut at = now;
                    for endpoint in RECONNECT {
                        self.reconnecting.push_back((at, endpoint));
                        at = at + RECONNECT_GAP;
                    }
                }
            }
            *period = *period + habit.every;
            *next = habit.within(*period, &mut self.prng);
        }
        calls
    }
}

impl Habit {
    fn within(self, period: Timestamp, prng: &mut Prng) -> Timestamp {
        period + self.offset + prng.duration(Duration::ZERO, self.jitter)
    }
}

impl Workload for Realistic {
    fn next(&self) -> Option<Timestamp> {
        let habits = self.next.iter().map(|(next, _)| *next);
        let reconnecting = self.reconnecting.front().map(|(at, _)| *at);
        habits.chain([self.next_order]).chain(reconnecting).min()
    }

    fn demand(&mut self, now: Timestamp) -> Vec<Call> {
        let mut calls = self.habits(now);
        while let Some((_, endpoint)) = self.reconnecting.pop_front_if(|(at, _)| *at <= now) {
            calls.push(self.numbers.call(endpoint, Purpose::Account));
        }
        if self.next_order <= now {
            calls.push(self.order(now));
        }
        calls
    }

    fn noticed(&mut self, notice: Notice) {
        match notice.fate {
            Fate::Opened => self.open.insert(notice.order),
            Fate::Closed | Fate::NeverOpened => self.open.remove(&notice.order),
        };
    }

    fn lifetime(&mut self) -> Option<Duration> {
        Some(self.prng.duration(Duration::from_secs(1), LIFETIME_MAX))
    }
}
