//! What the exchange does by itself, or its operator to it: it closes orders, moves balances,
//! changes rules and states. These happen at once; no latency lies before them.

use std::collections::BTreeSet;

use trading_types::{
    AccountEvent, Amendment, Amount, Asset, CancelReason, ClientOrderId, FeeSchedule, LinkEvent,
    Pair, PairRules, Price, Quantity, Refusal, Timestamp, VenueEvent, VenueStatus,
};

use super::{BookExchange, Market, matching::Ending};
use crate::{
    audience::{AccountId, Audience},
    book::OrderKey,
};

impl BookExchange {
    /// Puts `amount` of an asset into an account, which is told.
    pub fn deposit(&mut self, account: AccountId, asset: Asset, amount: Amount, now: Timestamp) {
        assert!(amount.is_positive(), "a deposit adds something");
        self.advance(now);
        self.account_mut(account).trader.deposit(asset, amount);
        self.tell(account, AccountEvent::Moved { asset, change: amount });
    }

    /// Takes `amount` of an asset out of an account, which is told. What orders hold stays.
    pub fn withdraw(
        &mut self,
        account: AccountId,
        asset: Asset,
        amount: Amount,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        assert!(amount.is_positive(), "a withdrawal takes something");
        self.advance(now);
        if !self.account_mut(account).trader.withdraw(asset, amount) {
            return Err(Refusal::InsufficientFunds);
        }
        self.tell(account, AccountEvent::Moved { asset, change: -amount });
        Ok(())
    }

    /// Cancels an order without having been asked to; its account is told.
    pub fn cancel_by_venue(
        &mut self,
        account: AccountId,
        id: ClientOrderId,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.end(account, id, Ending::Canceled(CancelReason::Venue), now)
    }

    /// Cancels all orders of an account without having been asked to, as one act: what follows
    /// from it happens afterwards. Returns how many.
    pub fn cancel_all_by_venue(&mut self, account: AccountId, now: Timestamp) -> usize {
        self.advance(now);
        let keys: Vec<OrderKey> = self.account(account).orders.iter().copied().collect();
        let ending = Ending::Canceled(CancelReason::Venue);
        let pairs: BTreeSet<Pair> = keys.iter().map(|key| self.take_away(*key, ending)).collect();
        for pair in pairs {
            self.settle_down(pair);
        }
        keys.len()
    }

    /// Lets an order expire, whatever its end date.
    pub fn expire(
        &mut self,
        account: AccountId,
        id: ClientOrderId,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.end(account, id, Ending::Expired, now)
    }

    /// Changes what the exchange takes; everyone is told.
    pub fn set_status(&mut self, status: VenueStatus, now: Timestamp) {
        self.advance(now);
        self.status = status;
        let event = VenueEvent::Link(LinkEvent::Status(status));
        self.wire.tell(Audience::Everyone, event, self.now);
    }

    /// Changes what one pair takes. Nobody is told; it takes what both this and the state of the
    /// exchange allow.
    pub fn set_pair_status(&mut self, pair: Pair, status: VenueStatus, now: Timestamp) {
        self.advance(now);
        self.market_mut(pair).status = status;
    }

    /// Sets the index of a pair, on which triggers may wake; `None` lets it follow the middle of
    /// the book again.
    pub fn set_index(&mut self, pair: Pair, index: Option<Price>, now: Timestamp) {
        self.advance(now);
        self.market_mut(pair).index = index;
        self.settle_down(pair);
    }

    /// Changes an iceberg order, and what it shows. The answer is told like that to an
    /// [`Amend`](trading_types::VenueCommand::Amend).
    pub fn amend_displayed(
        &mut self,
        account: AccountId,
        amendment: &Amendment,
        displayed: Quantity,
        now: Timestamp,
    ) {
        self.advance(now);
        self.amend(account, amendment, Some(displayed));
    }

    /// Changes the fees of all pairs. Orders that are open keep what they hold, and pay the new
    /// fees as far as that and what is free pays for them.
    pub fn set_fees(&mut self, fees: &FeeSchedule, now: Timestamp) {
        self.advance(now);
        for market in self.markets.values_mut() {
            market.rules.fees = fees.clone();
        }
    }

    /// Changes the rules of a pair. Orders that are open stay as they are.
    pub fn set_rules(&mut self, rules: PairRules, now: Timestamp) {
        self.advance(now);
        let pair = rules.pair;
        self.market_mut(pair).rules = rules;
    }

    /// Opens a market for a pair that had none.
    pub fn add_market(&mut self, rules: PairRules, now: Timestamp) {
        self.advance(now);
        let pair = rules.pair;
        let before = self.markets.insert(pair, Market::new(rules, &self.intervals));
        assert!(before.is_none(), "the pair had no market");
    }

    fn end(
        &mut self,
        account: AccountId,
        id: ClientOrderId,
        ending: Ending,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.advance(now);
        let key = self.find(account, id)?;
        self.end_open(key, ending);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
