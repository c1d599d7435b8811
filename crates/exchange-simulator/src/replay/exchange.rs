//! Our orders in a market that has already happened.
//!
//! | what happened | our order | trades |
//! |---|---|---|
//! | a trade at a worse price than ours | any | up to what traded ([`Fills::Partial`]), or all |
//! | a trade at our price | the queue in front is used up | what got past it, or all |
//! | the other side reaches our price | any | up to what came there, or all |
//! | our order reaches the other side | as taker | level by level, or all at the best price |
//!
//! The one thing that always holds: what rests trades at its own price, and what takes never at a
//! worse one than its limit.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Liquidity, PairRules, Quantity, Side, Timestamp};

use super::{
    account::{Execution, Hold, ReplayAccount},
    command::{OrderNumber, ReplayCommand},
    orders::{Orders, Resting, trades_before},
    queue::QueueModel,
    report::{ReplayFill, ReplayNews, ReplayReport},
    tick::{Tick, TickKind},
    tick_book::TickBook,
};

mod entering;

/// How much of an order trades at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fills {
    /// As much as the record proves: a part, and as taker level by level.
    Partial,
    /// All of it, once any of it would: for orders much smaller than what trades.
    Whole,
}

/// What a replay begins with.
#[derive(Clone, Debug)]
pub struct ReplaySettings {
    /// The pair: tick, lot, minimums, fees.
    pub rules: PairRules,
    /// Quote asset at the beginning.
    pub cash: Amount,
    /// Base asset at the beginning.
    pub base: Quantity,
    /// What is believed of our place in a queue.
    pub queue: QueueModel,
    /// How much of an order trades at once.
    pub fills: Fills,
    /// How many levels of each side the record shows, where it does not show all: who joins a queue
    /// farther away stands behind an unknown quantity.
    pub levels_shown: Option<u32>,
}

/// The exchange.
#[derive(Clone, Debug)]
pub struct ReplayExchange {
    settings: ReplaySettings,
    book: TickBook,
    orders: Orders,
    account: ReplayAccount,
    reports: VecDeque<ReplayReport>,
    /// What we took from levels of which nothing new has been said since.
    consumed: BTreeMap<(Side, i64), Quantity>,
}

/// Why a tick reaches resting orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// It is a trade: at our price, those in front of us come first.
    Trade,
    /// It is the other side of the book: at our price nobody can be in front of us any more.
    Book,
}

/// What comes to our resting orders.
#[derive(Clone, Copy, Debug)]
struct Coming {
    /// The side of our orders.
    side: Side,
    /// How far it comes.
    steps: i64,
    /// How much of it wants to trade.
    volume: Quantity,
    reach: Reach,
}

/// A part of an order of ours that trades.
#[derive(Clone, Copy, Debug)]
struct Part {
    side: Side,
    liquidity: Liquidity,
    steps: i64,
    quantity: Quantity,
    /// What is left of the order.
    rest: Quantity,
}

impl ReplayExchange {
    /// An empty book and an account.
    pub fn new(settings: ReplaySettings) -> Self {
        assert!(settings.rules.tick.is_positive(), "a tick is above zero");
        assert!(settings.rules.lot.is_positive(), "a lot is above zero");
        let account = ReplayAccount::new(&settings.rules, settings.cash, settings.base);
        Self {
            settings,
            book: TickBook::default(),
            orders: Orders::default(),
            account,
            reports: VecDeque::new(),
            consumed: BTreeMap::new(),
        }
    }

    /// The book as it stands at the exchange.
    pub const fn book(&self) -> &TickBook {
        &self.book
    }

    /// The money.
    pub const fn account(&self) -> &ReplayAccount {
        &self.account
    }

    /// How many orders of ours wait.
    pub fn open_orders(&self) -> usize {
        self.orders.count()
    }

    /// What there is to tell; call until nothing.
    #[inline]
    pub fn poll_report(&mut self) -> Option<ReplayReport> {
        self.reports.pop_front()
    }

    /// Something happened, at the tick's own time.
    #[inline]
    pub fn handle_tick(&mut self, tick: &Tick) {
        let (steps, quantity) = (tick.steps(), tick.quantity());
        match tick.kind() {
            TickKind::Level(side) => self.level(side, steps, quantity, tick.time()),
            TickKind::Trade(taker) => {
                if !self.orders.is_empty() {
                    let side = taker.opposite();
                    let coming = Coming { side, steps, volume: quantity, reach: Reach::Trade };
                    self.reach(coming, tick.time());
                }
            }
            TickKind::Forget(side) => {
                self.book.set(side, steps, Quantity::ZERO);
            }
            TickKind::Clear => {
                self.book.clear();
                self.consumed.clear();
            }
        }
    }

    /// A command arrives.
    pub fn handle(&mut self, command: ReplayCommand, now: Timestamp) {
        match command {
            ReplayCommand::Place(order) => self.place(order, now),
            ReplayCommand::Amend(amend) => self.amend(amend, now),
            ReplayCommand::Cancel(number) => self.cancel(number, now),
        }
    }

    #[inline]
    fn level(&mut self, side: Side, steps: i64, quantity: Quantity, now: Timestamp) {
        let is_new = self.book.best(side).is_none_or(|best| trades_before(side, steps, best));
        let before = self.book.set(side, steps, quantity);
        if !self.consumed.is_empty() {
            self.consumed.remove(&(side, steps));
        }
        if self.orders.is_empty() {
            return;
        }
        for order in self.orders.at_mut(side, steps) {
            order.place.level_changed(self.settings.queue, before, quantity);
        }
        if quantity.is_positive() {
            // A level that was hidden by the other side had gone: all of it is new.
            let grown = if is_new { quantity } else { quantity - before.min(quantity) };
            let side = side.opposite();
            self.reach(Coming { side, steps, volume: grown, reach: Reach::Book }, now);
        }
    }

    /// Fills what rests as far as something comes.
    #[inline]
    fn reach(&mut self, coming: Coming, now: Timestamp) {
        let Coming { side, steps, mut volume, reach } = coming;
        let mut at = 0;
        while let Some(order) = self.orders.side_mut(side).get_mut(at) {
            if trades_before(side, steps, order.steps) {
                break;
            }
            let is_through = reach == Reach::Book || order.steps != steps;
            let past = if is_through { volume } else { order.place.trade(volume) };
            let trades = match self.settings.fills {
                Fills::Partial => past.min(order.rest),
                Fills::Whole if is_through || past.is_positive() => order.rest,
                Fills::Whole => Quantity::ZERO,
            };
            volume = volume - trades.min(volume);
            if trades.is_zero() || !self.fill_resting(side, at, trades, now) {
                at += 1;
            }
        }
    }

    /// Fills a part of what rests, and tells whether nothing is left of it.
    fn fill_resting(&mut self, side: Side, at: usize, quantity: Quantity, now: Timestamp) -> bool {
        let order = &mut self.orders.side_mut(side)[at];
        order.rest -= quantity;
        order.filled += quantity;
        let Resting { number, steps, rest, .. } = *order;
        if rest.is_zero() {
            let mut order = self.orders.remove_at(side, at);
            self.account.change_hold(&mut order.hold, Hold::default());
        } else {
            self.hold_rest(side, at);
        }
        let part = Part { side, liquidity: Liquidity::Maker, steps, quantity, rest };
        self.fill(number, part, now);
        rest.is_zero()
    }

    /// Books and tells a trade of ours.
    fn fill(&mut self, number: OrderNumber, part: Part, now: Timestamp) {
        let Part { side, liquidity, steps, quantity, rest } = part;
        let price = self.account.price(steps).expect("prices of the record are prices");
        let settled = self.account.trade(Execution { side, price, quantity, liquidity }, now);
        let (cost, fee) = (settled.cost, settled.fee);
        let fill = ReplayFill { side, steps, quantity, cost, fee, liquidity, rest };
        self.tell(number, ReplayNews::Filled(fill), now);
    }

    /// Makes the hold of an order fit what is left of it.
    fn hold_rest(&mut self, side: Side, at: usize) {
        let order = &mut self.orders.side_mut(side)[at];
        let price = self.account.price(order.steps).expect("a price that was checked");
        let hold = self.account.hold_for(side, price * order.rest, order.rest);
        self.account.change_hold(&mut order.hold, hold);
    }

    fn cancel(&mut self, number: OrderNumber, now: Timestamp) {
        match self.orders.remove(number) {
            Some((_, mut order)) => {
                self.account.change_hold(&mut order.hold, Hold::default());
                self.tell(number, ReplayNews::Canceled { rest: order.rest }, now);
            }
            None => self.tell(number, ReplayNews::CancelRefused, now),
        }
    }

    fn tell(&mut self, number: OrderNumber, news: ReplayNews, now: Timestamp) {
        self.reports.push_back(ReplayReport { number, time: now, news });
    }
}

#[cfg(test)]
mod tests;
