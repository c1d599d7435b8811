//! Whether an order that must trade as a whole or not at all would do so, found out by playing it
//! through on copies of all that would move.
//!
//! The invariant: what this promises happens, because it settles as the exchange does.

use std::collections::{BTreeMap, VecDeque};

use trading_types::{CancelReason, Liquidity, Price, Quantity, SelfTradePrevention};

use super::BookExchange;
use crate::{
    audience::AccountId,
    book::{Entry, OrderKey, Owner},
    ids::trade_id,
    open_order::OpenOrder,
    trader::{Execution, Trader},
};

/// Copies of what one order would move.
struct Trial {
    account: AccountId,
    taker: OpenOrder,
    makers: BTreeMap<OrderKey, OpenOrder>,
    traders: BTreeMap<AccountId, Trader>,
}

impl Trial {
    /// The next part of an iceberg order whose `entry` is used up.
    fn next_part(&self, entry: &Entry) -> Option<Entry> {
        let Owner::Order(key) = entry.owner else { return None };
        let open = &self.makers[&key];
        let quantity = open.displayed().map(|_| open.offered())?;
        quantity.is_positive().then_some(Entry { quantity, ..*entry })
    }
}

impl BookExchange {
    /// Whether everything that an all-or-none order wants is there and paid for.
    pub(super) fn can_take_all(&self, key: OrderKey) -> Result<(), CancelReason> {
        let order = &self.orders[&key];
        let mut trial = Trial {
            account: order.account,
            taker: order.open.clone(),
            makers: BTreeMap::new(),
            traders: BTreeMap::new(),
        };
        for (price, queue) in self.queues_met(&trial.taker) {
            if self.try_queue(&mut trial, price, queue)? {
                return Ok(());
            }
        }
        Err(CancelReason::NothingLeftToTake)
    }

    /// The queues that an order may take from, best price first.
    fn queues_met(&self, taker: &OpenOrder) -> Vec<(Price, VecDeque<Entry>)> {
        let mut queues: Vec<(Price, VecDeque<Entry>)> = Vec::new();
        let book = &self.market(taker.order().pair).book;
        let entries = book.entries(taker.order().side.opposite());
        for (price, entry) in entries.take_while(|(price, _)| taker.takes(*price)) {
            match queues.last_mut() {
                Some((last, queue)) if *last == price => queue.push_back(entry),
                Some(_) | None => queues.push((price, VecDeque::from([entry]))),
            }
        }
        queues
    }

    /// Plays the queue at one price through. Says whether the taker then has all it wants.
    fn try_queue(
        &self,
        trial: &mut Trial,
        price: Price,
        mut queue: VecDeque<Entry>,
    ) -> Result<bool, CancelReason> {
        let lot = self.market(trial.taker.order().pair).rules.lot;
        while let Some(entry) = queue.pop_front() {
            if self.is_of(trial.account, &entry) {
                match trial.taker.order().self_trade {
                    // Gone with it is what it hides, and what it holds is free.
                    SelfTradePrevention::CancelOldest => {
                        self.release(trial, &entry);
                        continue;
                    }
                    SelfTradePrevention::CancelNewest | SelfTradePrevention::CancelBoth => {
                        return Err(CancelReason::SelfTrade);
                    }
                }
            }
            let quantity = trial.taker.wanted_at(price, lot).min(entry.quantity);
            self.try_entry(trial, price, Entry { quantity, ..entry })?;
            if trial.taker.wanted_at(price, lot).is_zero() {
                return Ok(true);
            }
            queue.extend(trial.next_part(&entry));
        }
        Ok(false)
    }

    /// Plays one meeting through.
    fn try_entry(&self, trial: &mut Trial, price: Price, met: Entry) -> Result<(), CancelReason> {
        let (trade, quantity) = (trade_id(0), met.quantity);
        let liquidity = Liquidity::Taker;
        let execution = Execution { trade, price, quantity, liquidity };
        let Trial { account, taker, makers, traders } = trial;
        if let Owner::Order(key) = met.owner {
            let maker = &self.orders[&key];
            let open = makers.entry(key).or_insert_with(|| maker.open.clone());
            let execution = Execution { liquidity: Liquidity::Maker, ..execution };
            if !self.try_settle(traders, maker.account, open, &execution) {
                return Err(CancelReason::NothingLeftToTake);
            }
        }
        let is_paid = self.try_settle(traders, *account, taker, &execution);
        if is_paid { Ok(()) } else { Err(CancelReason::InsufficientFunds) }
    }

    /// Settles one side of a meeting on the copies; false when its funds do not pay for all of it.
    fn try_settle(
        &self,
        traders: &mut BTreeMap<AccountId, Trader>,
        account: AccountId,
        open: &mut OpenOrder,
        execution: &Execution,
    ) -> bool {
        let rules = &self.market(open.order().pair).rules;
        let trader = traders.entry(account).or_insert_with(|| self.account(account).trader.clone());
        let settled = trader.settle(open, execution, rules, self.now);
        settled.map_or(Quantity::ZERO, |settled| settled.fill.quantity) == execution.quantity
    }

    /// One of the taker's own orders goes.
    fn release(&self, trial: &mut Trial, entry: &Entry) {
        let Owner::Order(key) = entry.owner else { return };
        let account = trial.account;
        let trader = trial.traders.entry(account);
        let trader = trader.or_insert_with(|| self.account(account).trader.clone());
        trader.release(&mut self.orders[&key].open.clone());
    }

    /// Whether a place is of an order of this account.
    fn is_of(&self, account: AccountId, entry: &Entry) -> bool {
        match entry.owner {
            Owner::Outside => false,
            Owner::Order(maker) => self.orders[&maker].account == account,
        }
    }
}
