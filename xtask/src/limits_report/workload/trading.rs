//! Two pairs traded as hard as a client allows: always more orders to place, amends and cancels of
//! orders of all ages in between, and every seven minutes everything is canceled at once.
//!
//! Most orders fill soon, so that the counter is what stops a client; the others pile up until
//! there are too many of them. It never asks whether there is room; that is the client's business.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use trading_types::{Pair, Timestamp};

use super::{Numbers, Workload};
use crate::limits_report::{
    client::{Call, Fate, Notice, OrderNumber, Outcome, Purpose, Transport},
    prng::Prng,
};

const PLACING_MAX: usize = 4;
const PRESSURE: Duration = Duration::from_millis(100);
const AMENDS_MEAN: Duration = Duration::from_secs(4);
const CANCELS_MEAN: Duration = Duration::from_secs(6);
const HALT_EVERY: Duration = Duration::from_mins(7);
const FILLED_PERCENT: u64 = 85;
/// What fills does so within this time, and the rest rests until somebody cancels it.
const LIFETIME_MAX: Duration = Duration::from_mins(1);

/// The desk of a busy trader.
#[derive(Clone, Debug)]
pub(crate) struct Trading {
    pairs: BTreeMap<Pair, Desk>,
    next_halt: Timestamp,
    numbers: Numbers,
    prng: Prng,
}

#[derive(Clone, Debug)]
struct Desk {
    placing: usize,
    next_place: Timestamp,
    next_amend: Timestamp,
    next_cancel: Timestamp,
    /// Orders known to be open that nothing is being done to.
    open: BTreeSet<OrderNumber>,
}

impl Trading {
    pub(crate) fn new(seed: u64, start: Timestamp) -> Self {
        let mut prng = Prng::new(seed, "trading");
        let mut desk = || Desk {
            placing: 0,
            next_place: start,
            next_amend: start + prng.gap(AMENDS_MEAN),
            next_cancel: start + prng.gap(CANCELS_MEAN),
            open: BTreeSet::new(),
        };
        let pairs = ["BTC/USD", "ETH/USD"].map(|pair| {
            let pair = pair.parse().expect("the form of a pair");
            (pair, desk())
        });
        let next_halt = start + HALT_EVERY;
        Self { pairs: pairs.into(), next_halt, numbers: Numbers::default(), prng }
    }
}

impl Desk {
    fn next(&self) -> Timestamp {
        let touch = self.next_amend.min(self.next_cancel);
        if self.placing < PLACING_MAX { touch.min(self.next_place) } else { touch }
    }

    fn take(&mut self, prng: &mut Prng) -> Option<OrderNumber> {
        if self.open.is_empty() {
            return None;
        }
        let place = prng.index(self.open.len());
        let order = self.open.iter().nth(place).copied()?;
        self.open.remove(&order);
        Some(order)
    }
}

impl Workload for Trading {
    fn next(&self) -> Option<Timestamp> {
        self.pairs.values().map(Desk::next).chain([self.next_halt]).min()
    }

    fn demand(&mut self, now: Timestamp) -> Vec<Call> {
        let Self { pairs, numbers, prng, .. } = self;
        let mut calls = Vec::new();
        for (pair, desk) in pairs {
            if desk.placing < PLACING_MAX && desk.next_place <= now {
                desk.placing += 1;
                desk.next_place = now + PRESSURE;
                calls.push(numbers.placing(*pair));
            }
            let mut touch = |endpoint, purpose, desk: &mut Desk, prng: &mut Prng| {
                if let Some(order) = desk.take(prng) {
                    let call = numbers.call(endpoint, purpose);
                    calls.push(Call { pair: Some(*pair), order: Some(order), ..call });
                }
            };
            if desk.next_amend <= now {
                desk.next_amend = now + prng.gap(AMENDS_MEAN);
                touch("AmendOrder", Purpose::Amend, desk, prng);
            }
            if desk.next_cancel <= now {
                desk.next_cancel = now + prng.gap(CANCELS_MEAN);
                touch("CancelOrder", Purpose::Cancel, desk, prng);
            }
        }
        if self.next_halt <= now {
            self.next_halt = now + HALT_EVERY;
            calls.push(self.numbers.call("CancelAll", Purpose::Halt));
        }
        for call in &mut calls {
            call.transport = Transport::Socket;
        }
        calls
    }

    fn decided(&mut self, call: Call) {
        if let Some(desk) = call.pair.and_then(|pair| self.pairs.get_mut(&pair))
            && call.purpose == Purpose::Place
        {
            desk.placing -= 1;
        }
    }

    fn answered(&mut self, call: Call, outcome: Outcome) {
        let may_be_open = match (call.purpose, outcome) {
            (Purpose::Amend, Outcome::Accepted | Outcome::Lost | Outcome::Exceeded(_)) => true,
            (Purpose::Cancel, Outcome::Lost | Outcome::Exceeded(_)) => true,
            (Purpose::Amend | Purpose::Cancel, Outcome::Accepted | Outcome::Refused) => false,
            // The notices tell what is open.
            (Purpose::Place | Purpose::Halt | Purpose::Account | Purpose::Public, _) => false,
        };
        if may_be_open {
            self.declined(call);
        }
    }

    /// It can be touched again.
    fn declined(&mut self, call: Call) {
        if let (Some(pair), Some(order)) = (call.pair, call.order)
            && let Some(desk) = self.pairs.get_mut(&pair)
            && call.purpose != Purpose::Place
        {
            desk.open.insert(order);
        }
    }

    fn noticed(&mut self, notice: Notice) {
        if let Some(desk) = self.pairs.get_mut(&notice.pair) {
            match notice.fate {
                Fate::Opened => desk.open.insert(notice.order),
                Fate::Closed | Fate::NeverOpened => desk.open.remove(&notice.order),
            };
        }
    }

    fn lifetime(&mut self) -> Option<Duration> {
        let fills = self.prng.percent(FILLED_PERCENT);
        fills.then(|| self.prng.duration(Duration::from_secs(1), LIFETIME_MAX))
    }
}
