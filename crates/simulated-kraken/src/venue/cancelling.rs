//! Canceling orders: one, several, all, and all after a silence.
//!
//! The invariant: a cancel is charged for exactly the orders it ends, by their ages; a batch, a
//! cancel of everything and the switch are carried out even where they fill the counter.

use std::{collections::BTreeMap, time::Duration};

use exchange_simulator::AccountId;
use simulated_limits::{Transaction, Validity};
use trading_types::{
    ClientOrderId, Pair, Refusal, Timestamp, VenueCommand, VenueOrderId, VenueStatus,
};

use super::{Venue, reasons, requests::OrderSelector};
use crate::kraken_error::KrakenError;

/// A live order, as it is canceled.
type Target = (VenueOrderId, ClientOrderId);

impl Venue {
    /// Cancels the live orders that are meant; says how many.
    pub(crate) fn cancel(
        &mut self,
        account: AccountId,
        selector: &OrderSelector,
        now: Timestamp,
    ) -> Result<u32, KrakenError> {
        self.handle_timeout(now);
        self.takes_cancels()?;
        let found = self.archive.find(account, selector);
        match found.as_slice() {
            [] => Err(KrakenError::UNKNOWN_ORDER),
            [order] => {
                let (pair, target) = (order.pair(), (order.txid, order.key));
                let cancel = Transaction::Cancel(order.txid);
                self.counters.receive((account, pair), cancel, Validity::Valid, self.now)?;
                Ok(self.cancel_targets(account, &[target]))
            }
            _ => self.cancel_batch(account, std::slice::from_ref(selector), now),
        }
    }

    /// Cancels all live orders that are meant; says how many.
    pub(crate) fn cancel_batch(
        &mut self,
        account: AccountId,
        selectors: &[OrderSelector],
        now: Timestamp,
    ) -> Result<u32, KrakenError> {
        self.handle_timeout(now);
        self.takes_cancels()?;
        let mut by_pair: BTreeMap<Pair, Vec<Target>> = BTreeMap::new();
        for selector in selectors {
            for order in self.archive.find(account, selector) {
                let targets = by_pair.entry(order.pair()).or_default();
                let target = (order.txid, order.key);
                if !targets.contains(&target) {
                    targets.push(target);
                }
            }
        }
        let mut count = 0;
        for (pair, targets) in by_pair {
            let txids: Vec<VenueOrderId> = targets.iter().map(|(txid, _)| *txid).collect();
            let batch = Transaction::CancelBatch(&txids);
            self.counters.receive((account, pair), batch, Validity::Valid, self.now)?;
            count += self.cancel_targets(account, &targets);
        }
        Ok(count)
    }

    /// Cancels all live orders of an account; says how many.
    pub(crate) fn cancel_all(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<u32, KrakenError> {
        self.handle_timeout(now);
        self.takes_cancels()?;
        self.cancel_everything(account)
    }

    /// Winds up the dead man's switch of an account, or stops it; says when it will go off.
    pub(crate) fn cancel_all_after(
        &mut self,
        account: AccountId,
        timeout: Option<Duration>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        self.handle_timeout(now);
        let at = timeout.filter(|timeout| !timeout.is_zero()).map(|timeout| self.now + timeout);
        match at {
            Some(at) => self.switches.insert(account, at),
            None => self.switches.remove(&account),
        };
        at
    }

    /// When a switch goes off next. In maintenance none does; it goes off once the engine is back.
    pub(super) fn next_switch_at(&self) -> Option<Timestamp> {
        match self.status() {
            VenueStatus::Maintenance => None,
            VenueStatus::Online
            | VenueStatus::PostOnly
            | VenueStatus::LimitOnly
            | VenueStatus::CancelOnly => self.switches.values().min().copied(),
        }
    }

    /// Lets the switch go off that is due first. It stays off until it is wound up again.
    pub(super) fn fire_switch(&mut self) {
        let first = self.switches.iter().min_by_key(|(account, at)| (**at, **account));
        let account = *first.expect("one is due").0;
        self.switches.remove(&account);
        self.undertaking.reason = Some(reasons::SWITCH);
        let canceled = self.cancel_everything(account);
        self.undertaking.reason = None;
        assert!(canceled.is_ok(), "a cancel of everything is never refused for its rate");
    }

    fn cancel_everything(&mut self, account: AccountId) -> Result<u32, KrakenError> {
        let mut by_pair: BTreeMap<Pair, Vec<Target>> = BTreeMap::new();
        for order in self.archive.open_orders(account) {
            by_pair.entry(order.pair()).or_default().push((order.txid, order.key));
        }
        let mut count = 0;
        for (pair, targets) in by_pair {
            let all = Transaction::CancelAll;
            self.counters.receive((account, pair), all, Validity::Valid, self.now)?;
            count += self.cancel_targets(account, &targets);
        }
        Ok(count)
    }

    pub(super) fn cancel_targets(&mut self, account: AccountId, targets: &[Target]) -> u32 {
        let mut count = 0;
        for (_, key) in targets {
            count += u32::from(self.command(account, VenueCommand::Cancel(*key)).is_ok());
        }
        count
    }

    fn takes_cancels(&self) -> Result<(), KrakenError> {
        match self.status() {
            VenueStatus::Maintenance => Err(Refusal::MarketMode(VenueStatus::Maintenance).into()),
            VenueStatus::Online
            | VenueStatus::PostOnly
            | VenueStatus::LimitOnly
            | VenueStatus::CancelOnly => Ok(()),
        }
    }
}
