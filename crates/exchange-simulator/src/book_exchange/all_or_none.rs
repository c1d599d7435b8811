//! Whether an order that must trade as a whole or not at all would do so, found out by playing it
//! through before anything happens.
//!
//! The invariant: what this promises happens. Where it cannot be sure, it says no.

use std::collections::{BTreeMap, VecDeque};

use trading_types::{Amount, CancelReason, Liquidity, Price, Quantity, SelfTradePrevention};

use super::BookExchange;
use crate::{
    audience::AccountId,
    book::{Entry, OrderKey, Owner},
    ids::trade_id,
    open_order::OpenOrder,
    trader::Execution,
};

/// What is kept in mind while one order is played through.
struct Trial {
    account: AccountId,
    taker: OpenOrder,
    funds: Amount,
    /// What each order that rests would have paid, and how much it would have traded.
    makers: BTreeMap<OrderKey, (Amount, Quantity)>,
}

impl BookExchange {
    /// Whether everything that an all-or-none order wants is there and paid for.
    pub(super) fn can_take_all(&mut self, key: OrderKey) -> Result<(), CancelReason> {
        let order = &self.orders[&key];
        let mut trial = Trial {
            account: order.account,
            taker: order.open.clone(),
            funds: self.account(order.account).trader.funds(&order.open),
            makers: BTreeMap::new(),
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
        &mut self,
        trial: &mut Trial,
        price: Price,
        mut queue: VecDeque<Entry>,
    ) -> Result<bool, CancelReason> {
        let lot = self.market(trial.taker.order().pair).rules.lot;
        while let Some(entry) = queue.pop_front() {
            if self.is_of(trial.account, &entry) {
                match trial.taker.order().self_trade {
                    SelfTradePrevention::CancelOldest => continue,
                    SelfTradePrevention::CancelNewest | SelfTradePrevention::CancelBoth => {
                        return Err(CancelReason::SelfTrade);
                    }
                }
            }
            let wanted = trial.taker.wanted_at(price, lot);
            let met = Entry { quantity: wanted.min(entry.quantity), ..entry };
            self.try_entry(trial, price, &met)?;
            if wanted <= entry.quantity {
                return Ok(true);
            }
            queue.extend(self.next_part(trial, &entry));
        }
        Ok(false)
    }

    /// Plays one meeting through.
    fn try_entry(
        &mut self,
        trial: &mut Trial,
        price: Price,
        met: &Entry,
    ) -> Result<(), CancelReason> {
        let (trade, quantity) = (trade_id(0), met.quantity);
        let liquidity = Liquidity::Maker;
        let mut execution = Execution { trade, price, quantity, liquidity };
        if let Owner::Order(maker) = met.owner {
            let payment = self.payment_of_maker(maker, &execution);
            let (paid, traded) = trial.makers.entry(maker).or_default();
            *paid += payment;
            *traded += quantity;
            // Out of its hold alone: what is free may be spent by his other orders on the way.
            if self.orders[&maker].open.hold() < *paid {
                return Err(CancelReason::NothingLeftToTake);
            }
        }
        execution.liquidity = Liquidity::Taker;
        let rules = &self.markets[&trial.taker.order().pair].rules;
        let trader = &mut self.accounts[trial.account.index()].trader;
        let payment = trader.payment(&trial.taker, &execution, rules, self.now);
        if trial.funds < payment {
            return Err(CancelReason::InsufficientFunds);
        }
        trial.funds -= payment;
        trial.taker.suppose(price, quantity);
        Ok(())
    }

    /// The next part of an iceberg order whose `entry` is used up.
    fn next_part(&self, trial: &Trial, entry: &Entry) -> Option<Entry> {
        let Owner::Order(maker) = entry.owner else { return None };
        let open = &self.orders[&maker].open;
        let (_, traded) = trial.makers[&maker];
        let quantity = open.displayed()?.min(open.remaining_base() - traded);
        quantity.is_positive().then_some(Entry { quantity, ..*entry })
    }

    fn payment_of_maker(&mut self, maker: OrderKey, execution: &Execution) -> Amount {
        let Self { accounts, orders, markets, .. } = self;
        let order = &orders[&maker];
        let rules = &markets[&order.open.order().pair].rules;
        let trader = &mut accounts[order.account.index()].trader;
        trader.payment(&order.open, execution, rules, self.now)
    }

    /// Whether a place is of an order of this account.
    fn is_of(&self, account: AccountId, entry: &Entry) -> bool {
        match entry.owner {
            Owner::Outside => false,
            Owner::Order(maker) => self.orders[&maker].account == account,
        }
    }
}
