//! What one account may do on one pair: the trading counter, and how many orders are open.
//!
//! **Law.** Whatever is open can be canceled at once. Placing leaves room for its own cancel at the
//! highest price, so a cancel never waits.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use trading_types::{ClientOrderId, Timestamp};

use super::{
    counter::{Charge, Counter, Room},
    points::Points,
    tier::Tier,
    trading_cost,
};

/// A trading command, as far as its cost goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TradingAction {
    /// Place orders: one, or a batch of up to fifteen.
    Place(Vec<ClientOrderId>),
    /// Place an order that is over at once (`IOC`), so that nothing has to be kept to cancel it.
    PlaceImmediate(ClientOrderId),
    /// Change an order where it rests.
    Amend(ClientOrderId),
    /// Cancel these orders.
    Cancel(Vec<ClientOrderId>),
    /// Cancel everything that is open on the pair.
    CancelAll,
}

/// What came of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CommandOutcome {
    /// It was obeyed.
    Accepted,
    /// It was refused, and had no effect besides its cost.
    Refused,
    /// No answer came. It may have had its effect, or have it yet until this moment.
    Unknown(Timestamp),
}

/// An order we take for open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct OpenOrder {
    /// Whether it ends by itself, so that nothing is kept for its cancel.
    is_immediate: bool,
    /// Commands under way that place or amend it.
    under_way: u32,
    /// When at the latest it was placed or amended by a command that is no longer under way.
    settled_at: Timestamp,
    cancels: Pending,
}

impl OpenOrder {
    /// How old it is at least.
    fn age(self, now: Timestamp) -> Duration {
        if 0 < self.under_way { Duration::ZERO } else { now.since(self.settled_at) }
    }

    /// When no other command about it may arrive any more, so that none can overtake another.
    fn free(self, now: Timestamp) -> Room {
        let placed = match self.under_way {
            0 => Room::At(now.max(self.settled_at)),
            _ => Room::AfterAnswer,
        };
        placed.and(self.cancels.over(now))
    }

    fn cancel_cost(self, now: Timestamp) -> Points {
        if self.is_immediate { Points::ZERO } else { trading_cost::cancel(self.age(now)) }
    }
}

/// Cancels that may yet arrive. Meanwhile nothing is placed or amended that they could catch young.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Pending {
    under_way: u32,
    /// Given up, but may arrive until then.
    may_arrive_until: Timestamp,
}

impl Pending {
    const fn start(&mut self) {
        self.under_way += 1;
    }

    fn finish(&mut self, outcome: CommandOutcome) {
        self.under_way = self.under_way.saturating_sub(1);
        if let CommandOutcome::Unknown(arrives_by) = outcome {
            self.may_arrive_until = self.may_arrive_until.max(arrives_by);
        }
    }

    fn over(self, now: Timestamp) -> Room {
        match self.under_way {
            0 => Room::At(now.max(self.may_arrive_until)),
            _ => Room::AfterAnswer,
        }
    }

    fn restored(self, arrives_by: Timestamp) -> Self {
        let lost = if 0 < self.under_way { arrives_by } else { self.may_arrive_until };
        Self { under_way: 0, may_arrive_until: lost.min(arrives_by) }
    }
}

/// The budget of one account on one pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairBudget {
    counter: Counter,
    open_orders_max: u32,
    open: BTreeMap<ClientOrderId, OpenOrder>,
    cancels_of_all: Pending,
}

/// A command on its way. Give it back when its answer arrives or is given up.
#[derive(Debug, Serialize, Deserialize)]
#[must_use = "a command that is never settled never decays"]
pub struct CommandCharge {
    action: TradingAction,
    charge: Charge,
    started_at: Timestamp,
}

impl PairBudget {
    /// Nothing open, nothing spent.
    pub fn new(tier: Tier, now: Timestamp) -> Self {
        Self {
            counter: Counter::new(tier.trading_counter(), now),
            open_orders_max: tier.open_orders_max(),
            open: BTreeMap::new(),
            cancels_of_all: Pending::default(),
        }
    }

    /// The account's tier became known.
    pub fn change_tier(&mut self, tier: Tier, now: Timestamp) {
        self.counter.change_rule(tier.trading_counter(), now);
        self.open_orders_max = tier.open_orders_max();
    }

    /// When `action` has room, with `reserve` left for what matters more.
    pub fn room(&self, action: &TradingAction, reserve: Points, now: Timestamp) -> Room {
        let (placed, undisturbed) = match action {
            // A cancel spends what was kept for it.
            TradingAction::Cancel(_) | TradingAction::CancelAll => return Room::At(now),
            TradingAction::Place(orders) => (orders.len(), self.cancels_of_all.over(now)),
            TradingAction::PlaceImmediate(_) => (1, Room::At(now)),
            TradingAction::Amend(order) => {
                let own = self.open.get(order).map_or(Room::At(now), |open| open.free(now));
                (0, own.and(self.cancels_of_all.over(now)))
            }
        };
        if (self.open_orders_max as usize) < self.open.len() + placed {
            return Room::AfterAnswer;
        }
        let Room::At(mut from) = undisturbed else { return Room::AfterAnswer };
        let cost = self.cost(action, now);
        loop {
            let reserved = self.reserved_after(action, from) + reserve;
            let cheaper_at = self.next_cheaper_at(from);
            let room = self.counter.room(cost, reserved, from);
            match cheaper_at {
                Some(cheaper_at) if Room::At(cheaper_at) < room => from = cheaper_at,
                Some(_) | None => return room,
            }
        }
    }

    /// Charges `action`.
    pub fn start(&mut self, action: TradingAction, now: Timestamp) -> CommandCharge {
        let charge = self.counter.charge(self.cost(&action, now), now);
        match &action {
            TradingAction::Place(orders) => {
                for order in orders {
                    self.open.insert(*order, OpenOrder { under_way: 1, ..OpenOrder::default() });
                }
            }
            TradingAction::PlaceImmediate(order) => {
                let placed = OpenOrder { under_way: 1, is_immediate: true, ..OpenOrder::default() };
                self.open.insert(*order, placed);
            }
            TradingAction::Amend(order) => {
                self.open.entry(*order).and_modify(|open| open.under_way += 1);
            }
            TradingAction::Cancel(orders) => {
                for order in orders {
                    self.open.entry(*order).and_modify(|open| open.cancels.start());
                }
            }
            TradingAction::CancelAll => self.cancels_of_all.start(),
        }
        CommandCharge { action, charge, started_at: now }
    }

    /// The command behind `command` was answered or given up.
    pub fn finish(&mut self, command: CommandCharge, outcome: CommandOutcome, now: Timestamp) {
        let settled_at = match outcome {
            CommandOutcome::Accepted | CommandOutcome::Refused => {
                self.counter.answered(command.charge, now);
                now
            }
            CommandOutcome::Unknown(arrives_by) => {
                self.counter.given_up(command.charge, arrives_by);
                arrives_by
            }
        };
        match &command.action {
            TradingAction::Cancel(orders) => {
                for order in orders {
                    self.open.entry(*order).and_modify(|open| open.cancels.finish(outcome));
                }
            }
            TradingAction::CancelAll => self.cancels_of_all.finish(outcome),
            TradingAction::Place(_)
            | TradingAction::PlaceImmediate(_)
            | TradingAction::Amend(_) => (),
        }
        match (command.action, outcome) {
            (TradingAction::Place(orders), CommandOutcome::Refused)
            | (TradingAction::Cancel(orders), CommandOutcome::Accepted) => {
                for order in orders {
                    self.open.remove(&order);
                }
            }
            (TradingAction::PlaceImmediate(order), CommandOutcome::Refused) => {
                self.open.remove(&order);
            }
            (TradingAction::Place(orders), _) => {
                for order in orders {
                    self.settle(order, settled_at);
                }
            }
            (TradingAction::Amend(order), CommandOutcome::Refused) => {
                self.settle(order, Timestamp::EPOCH);
            }
            (TradingAction::PlaceImmediate(order) | TradingAction::Amend(order), _) => {
                self.settle(order, settled_at);
            }
            (TradingAction::CancelAll, CommandOutcome::Accepted) => {
                // What was placed meanwhile may have come after it.
                let started_at = command.started_at;
                self.open.retain(|_, open| 0 < open.under_way || started_at < open.settled_at);
            }
            (TradingAction::Cancel(_) | TradingAction::CancelAll, _) => (),
        }
    }

    fn settle(&mut self, order: ClientOrderId, settled_at: Timestamp) {
        if let Some(open) = self.open.get_mut(&order) {
            open.under_way = open.under_way.saturating_sub(1);
            open.settled_at = open.settled_at.max(settled_at);
        }
    }

    /// An order that was found open, placed or amended at the latest at `settled_at`.
    pub fn adopt(&mut self, order: ClientOrderId, settled_at: Timestamp) {
        self.open.insert(order, OpenOrder { settled_at, ..OpenOrder::default() });
    }

    /// An order that is no longer open: filled, canceled, expired, or proved never to have existed.
    pub fn gone(&mut self, order: ClientOrderId) {
        self.open.remove(&order);
    }

    /// The orders we take for open.
    pub fn open_orders(&self) -> impl Iterator<Item = ClientOrderId> {
        self.open.keys().copied()
    }

    /// Kraken's counter for the pair, at its highest.
    pub fn estimate(&self, now: Timestamp) -> Points {
        self.counter.estimate(now)
    }

    /// The counter's limit.
    pub fn limit(&self) -> Points {
        self.counter.rule().limit
    }

    /// What canceling everything would cost now: the sum of the single cancels, and at least a
    /// point where anything is open. Kraken's text has the sum and its own program the point
    /// (<https://github.com/krakenfx/kraken-cli>, read on 2026-11-21); the larger one is kept.
    pub fn reserved(&self, now: Timestamp) -> Points {
        let all = self.open.values().map(|order| order.cancel_cost(now)).sum::<Points>();
        if self.open.is_empty() { all } else { all.max(Points::whole(1)) }
    }

    /// Kraken said where its counter stands; believed only upward.
    pub fn raise_to(&mut self, seen: Points, now: Timestamp) {
        self.counter.raise_to(seen, now);
    }

    /// Kraken said that its counter is full.
    pub fn fill(&mut self, now: Timestamp) {
        self.counter.fill(now);
    }

    /// Our clock was set ahead by so much since all of this happened.
    pub fn set_ahead(&mut self, by: Duration) {
        self.counter.set_ahead(by);
        let pending = self.open.values_mut().map(|order| &mut order.cancels);
        for cancels in pending.chain([&mut self.cancels_of_all]) {
            cancels.may_arrive_until = cancels.may_arrive_until + by;
        }
        for order in self.open.values_mut() {
            order.settled_at = order.settled_at + by;
        }
    }

    /// After a restart. Commands under way are lost, and each of their orders may be open.
    pub fn restored(self, tier: Tier, arrives_by: Timestamp, now: Timestamp) -> Self {
        let orders = self.open.into_iter().map(|(order, open)| {
            let is_lost = 0 < open.under_way || arrives_by < open.settled_at;
            let settled_at = if is_lost { arrives_by } else { open.settled_at };
            let cancels = open.cancels.restored(arrives_by);
            (order, OpenOrder { under_way: 0, settled_at, cancels, ..open })
        });
        Self {
            counter: self.counter.restored(tier.trading_counter(), arrives_by, now),
            open_orders_max: tier.open_orders_max(),
            open: orders.collect(),
            cancels_of_all: self.cancels_of_all.restored(arrives_by),
        }
    }

    /// The most that `action` can cost. Orders only get older on the way, and so cheaper.
    fn cost(&self, action: &TradingAction, now: Timestamp) -> Points {
        match action {
            TradingAction::Place(orders) => trading_cost::place(orders.len()),
            TradingAction::PlaceImmediate(_) => trading_cost::place(1),
            TradingAction::Amend(order) => trading_cost::amend(self.age(*order, now)),
            TradingAction::Cancel(orders) => {
                let orders: BTreeSet<ClientOrderId> = orders.iter().copied().collect();
                orders.iter().map(|order| trading_cost::cancel(self.age(*order, now))).sum()
            }
            TradingAction::CancelAll => self.reserved(now),
        }
    }

    /// What canceling everything would cost at `at` if `action` were done now.
    fn reserved_after(&self, action: &TradingAction, at: Timestamp) -> Points {
        match action {
            TradingAction::Place(orders) => self.reserved(at) + cancel_young(orders.len()),
            TradingAction::Amend(amended) => {
                let others = self.open.iter().filter(|(order, _)| *order != amended);
                others.map(|(_, order)| order.cancel_cost(at)).sum::<Points>() + cancel_young(1)
            }
            TradingAction::PlaceImmediate(_)
            | TradingAction::Cancel(_)
            | TradingAction::CancelAll => self.reserved(at),
        }
    }

    fn next_cheaper_at(&self, now: Timestamp) -> Option<Timestamp> {
        let settled = self.open.values().filter(|order| order.under_way == 0);
        settled
            .map(|order| order.settled_at)
            .filter_map(|at| trading_cost::next_cheaper_age(now.since(at)).map(|age| at + age))
            .filter(|at| now < *at)
            .min()
    }

    fn age(&self, order: ClientOrderId, now: Timestamp) -> Duration {
        self.open.get(&order).map_or(Duration::ZERO, |open| open.age(now))
    }
}

fn cancel_young(orders: usize) -> Points {
    (0..orders).map(|_| trading_cost::CANCEL_MAX).sum()
}

#[cfg(test)]
mod tests;
