//! Answers as they were some seconds ago: questions about orders, trades and balances go to a copy
//! that lags behind.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use exchange_simulator::{AccountId, Balance};
use serde::{Deserialize, Serialize};
use trading_types::{Asset, Timestamp};

use crate::{
    faults::Fault,
    message::{Answer, HttpRequest},
    rest,
    world::World,
};

/// How far a copy lags behind, at least and at most.
const LAG: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(10));

/// What is asked of the copy.
pub(super) const ENDPOINTS: [&str; 10] = [
    "Balance",
    "BalanceEx",
    "TradeBalance",
    "OpenOrders",
    "ClosedOrders",
    "QueryOrders",
    "TradesHistory",
    "QueryTrades",
    "Ledgers",
    "QueryLedgers",
];

type Balances = Vec<(Asset, Balance)>;

/// What accounts had lately, while the fault is on: what an order held cannot be computed later.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct BalancesSeen(BTreeMap<AccountId, VecDeque<(Timestamp, Balances)>>);

impl BalancesSeen {
    fn note(&mut self, account: AccountId, balances: Balances, now: Timestamp) {
        let seen = self.0.entry(account).or_default();
        if seen.back().is_none_or(|(_, last)| *last != balances) {
            seen.push_back((now, balances));
        }
        let (_, most) = LAG;
        // The last one from before the longest lag is what it was then.
        while seen.get(1).is_some_and(|(at, _)| *at + most < now) {
            seen.pop_front();
        }
    }

    fn at(&self, account: AccountId, past: Timestamp) -> Option<Balances> {
        let seen = self.0.get(&account)?;
        let before = seen.iter().rev().find(|(at, _)| *at <= past);
        before.map(|(_, balances)| balances.clone())
    }
}

/// Keeps in mind what each account has.
pub(crate) fn note_balances(world: &mut World, now: Timestamp) {
    if !world.faults.is_on(Fault::ReadLag) {
        return;
    }
    let count = u32::try_from(world.settings.accounts.len()).expect("few accounts");
    for account in (0..count).map(AccountId) {
        let balances = world.venue.balances(account);
        world.faults.balances_seen.note(account, balances, now);
    }
}

/// An answer that is some seconds old.
pub(super) fn answer(world: &mut World, request: &HttpRequest, now: Timestamp) -> Answer {
    let (least, most) = LAG;
    let past = now - world.faults.how(Fault::ReadLag).duration_between(least, most);
    let account = request.header("api-key").and_then(|key| world.keys.owner(key));
    let Some(account) = account else { return rest::answer(world, request, now) };
    let balances = world.faults.balances_seen.at(account, past);
    let present = world.venue.look_back(account, balances, past);
    let answer = rest::answer(world, request, now);
    if let Some(present) = present {
        world.venue.look_ahead(present);
    }
    answer
}
