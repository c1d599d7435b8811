//! Which questions are asked next. Two at a time at the most, so that a hundred unknown orders are
//! no storm: one about all orders together (what is open, what has traded), one about orders that
//! have ended, by a page of them or about a single one.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use trading_types::{ClientOrderId, Timestamp, TradeId, VenueOrderId};

use super::{
    Resolver, ResolverOutput,
    case::{Case, Stage},
    owners::{Owners, Stranger},
    sweep::Sweep,
};
use crate::{call::Call, history::Reading};

/// The most trades that one call names (<https://docs.kraken.com/exchange/api-reference>, read on
/// 2026-11-21).
const TRADES_MAX: usize = 20;

/// A look among the open orders waits no longer than this for the others' turn to be over.
const TURN_MAX: Duration = Duration::from_secs(30);

/// A question about all orders together.
#[derive(Debug)]
pub(super) enum Shared {
    /// What is open. It costs less than a question about one order, and shows them all.
    Open,
    /// These trades.
    Trades(Vec<TradeId>),
    /// The account's trades.
    History(Box<Pass>),
    /// Whose the trades are that have been read.
    Owners(Box<Owners>),
}

/// A question about orders that have ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// About this one.
    One(ClientOrderId),
    /// About all, page after page.
    All(Box<Sweep>),
}

/// One reading of the account's trades.
#[derive(Debug)]
pub(super) struct Pass {
    pub(super) reading: Reading,
    /// For whom it began.
    pub(super) cases: Vec<ClientOrderId>,
    pub(super) seen: BTreeSet<TradeId>,
    /// Orders that traded and of which nobody knows whose they are.
    pub(super) strangers: BTreeMap<VenueOrderId, Stranger>,
}

impl Resolver {
    pub(super) fn ask(&mut self, now: Timestamp) {
        if !self.is_reachable || now < self.paused_until {
            return;
        }
        if self.shared.is_none() {
            self.ask_shared(now);
        }
        if self.ended.is_none() {
            self.ask_about_ended(now);
        }
    }

    fn ask_shared(&mut self, now: Timestamp) {
        let listed = self.take_listed_trades();
        if !listed.is_empty() {
            let tag = self.call(Call::TheseTrades(listed.clone()));
            self.shared = Some((tag, Shared::Trades(listed)));
            return;
        }
        if self.open_look_at().is_some_and(|at| at <= now) {
            let tag = self.call(Call::OpenOrders);
            self.shared = Some((tag, Shared::Open));
            return;
        }
        if let Some(pass) = self.pass(now) {
            self.read_on(pass);
        }
    }

    /// Asks for the next page of the account's trades.
    pub(super) fn read_on(&mut self, pass: Box<Pass>) {
        let tag = self.call(Call::Trades(pass.reading.page()));
        self.shared = Some((tag, Shared::History(pass)));
    }

    /// A new reading when somebody needs one; for everybody who will.
    fn pass(&self, now: Timestamp) -> Option<Box<Pass>> {
        self.trades_at().filter(|at| *at <= now)?;
        let needs = |case: &&Case| case.needs_trades_at(self.rule).is_some();
        let cases: Vec<_> = self.cases.values().filter(needs).collect();
        let since = cases.iter().map(|case| case.trades_since(&self.clock)).min()?;
        Some(Box::new(Pass {
            reading: Reading::back_to(since),
            cases: cases.iter().map(|case| case.order.id).collect(),
            seen: BTreeSet::new(),
            strangers: BTreeMap::new(),
        }))
    }

    /// When to read the account's trades: at once for an order that was found, for the others
    /// when all have been looked for, because what is found gives names to trades.
    fn trades_at(&self) -> Option<Timestamp> {
        let is_queued = self.is_queued();
        let times = self.cases.values().filter_map(|case| {
            let at = case.needs_trades_at(self.rule)?;
            let waits = is_queued && !matches!(case.stage, Stage::Found(_));
            Some(if waits { at + TURN_MAX } else { at })
        });
        times.min()
    }

    /// Whether somebody waits to be looked for among the ended orders.
    fn is_queued(&self) -> bool {
        self.cases.values().any(|case| matches!(case.stage, Stage::NotOpen(_)))
    }

    /// The next trades that orders list and nobody has asked for; of as many orders as fit.
    fn take_listed_trades(&mut self) -> Vec<TradeId> {
        let mut taken = Vec::new();
        for case in self.cases.values_mut() {
            let Stage::Found(found) = &mut case.stage else { continue };
            let room = TRADES_MAX - taken.len();
            taken.extend(found.to_ask.drain(..room.min(found.to_ask.len())));
        }
        taken
    }

    /// The oldest case goes first; of those that have been looked for already, after the others.
    /// What is found gives names to trades, without which nothing else can be proved.
    fn ask_about_ended(&mut self, now: Timestamp) {
        let wants = |case: &&Case| {
            matches!(case.stage, Stage::NotOpen(_)) && case.ended_from(self.rule) <= now
        };
        let wanting: Vec<_> = self.cases.values().filter(wants).collect();
        let oldest = wanting
            .iter()
            .min_by_key(|case| (case.absence.first().is_some(), case.since, case.order.id));
        if let Some(oldest) = oldest {
            let sweep = self.sweep(oldest, &wanting);
            self.ask_ended(sweep.map_or(Ended::One(oldest.order.id), Ended::All));
        }
    }

    pub(super) fn ask_ended(&mut self, question: Ended) {
        let call = match &question {
            Ended::One(id) => Call::ClosedOrder(*id),
            Ended::All(sweep) => sweep.call(),
        };
        let tag = self.call(call);
        self.ended = Some((tag, question));
    }

    pub(super) fn ask_owners(&mut self, owners: Box<Owners>) {
        let tag = self.call(owners.call());
        self.shared = Some((tag, Shared::Owners(owners)));
    }

    /// When to look among the open orders: when somebody has to be looked for, and the others who
    /// wait to be looked for among the ended ones have had their turn, so that the next look is
    /// for all of them.
    fn open_look_at(&self) -> Option<Timestamp> {
        let waiting = |case: &Case| match case.stage {
            Stage::Waiting(until) => Some(until),
            Stage::NotOpen(_) | Stage::Found(_) => None,
        };
        let due = self.cases.values().filter_map(waiting).min()?;
        Some(if self.is_queued() { due + TURN_MAX } else { due })
    }

    fn call(&mut self, call: Call) -> u64 {
        self.last_tag += 1;
        let tag = self.last_tag;
        self.outputs.push_back(ResolverOutput::Ask { tag, call });
        tag
    }

    /// When there is something to ask, if nothing else happens.
    pub(super) fn next_question(&self) -> Option<Timestamp> {
        if !self.is_reachable {
            return None;
        }
        let is_listed =
            |case: &Case| matches!(&case.stage, Stage::Found(it) if !it.to_ask.is_empty());
        let listed = self.cases.values().any(is_listed).then_some(Timestamp::EPOCH);
        let shared = listed.into_iter().chain(self.trades_at()).chain(self.open_look_at());
        let single = self.cases.values().filter_map(|case| match case.stage {
            Stage::NotOpen(_) => Some(case.ended_from(self.rule)),
            Stage::Waiting(_) | Stage::Found(_) => None,
        });
        let shared = shared.min().filter(|_| self.shared.is_none());
        let single = single.min().filter(|_| self.ended.is_none());
        shared.into_iter().chain(single).min().map(|at| at.max(self.paused_until))
    }
}
