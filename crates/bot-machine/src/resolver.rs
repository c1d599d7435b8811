//! Finds out what became of a command that nobody answered.
//!
//! **Law.** An order is told to have never existed only by proof: its deadline is over by the
//! venue's clock, it was looked for twice among the open and the ended orders, no trade is left
//! that could be its, and the stream has shown its picture anew. Otherwise it stays unknown. A
//! fill is told with the venue's own trade id and amounts, or not at all.

mod event;

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use trading_types::{ClientOrderId, Timestamp};

pub use self::event::{ResolverEvent, ResolverOutput};
use crate::{books::Books, settings::Times};

/// What is unclear about an order.
#[derive(Debug)]
struct Case {
    since: Timestamp,
    is_told: bool,
}

/// Finds out. See the module's header.
#[derive(Debug)]
pub struct Resolver {
    told_after: Duration,
    cases: BTreeMap<ClientOrderId, Case>,
    outputs: VecDeque<ResolverOutput>,
}

impl Resolver {
    /// A resolver that knows of nothing unclear.
    pub fn new(times: &Times) -> Self {
        let told_after = times.unknown_told_after;
        Self { told_after, cases: BTreeMap::new(), outputs: VecDeque::new() }
    }

    /// Something happened.
    pub fn handle(&mut self, event: ResolverEvent, _books: &dyn Books, now: Timestamp) {
        match event {
            ResolverEvent::Unclear { order, sent_at }
            | ResolverEvent::AmendUnclear { order, sent_at, .. }
            | ResolverEvent::Missing { order, sent_at } => {
                let case = Case { since: sent_at, is_told: false };
                self.cases.entry(order.id).or_insert(case);
            }
            ResolverEvent::Settled(order) => drop(self.cases.remove(&order)),
            ResolverEvent::StreamRenewed { .. }
            | ResolverEvent::Clock(_)
            | ResolverEvent::Reachable(_)
            | ResolverEvent::Answered { .. } => {}
        }
        self.handle_timeout(now);
    }

    /// A timer is due; a call too many is harmless.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        for (order, case) in &mut self.cases {
            if !case.is_told && case.since + self.told_after <= now {
                case.is_told = true;
                self.outputs.push_back(ResolverOutput::Overdue(*order));
            }
        }
    }

    /// What it wants next; call until there is nothing.
    pub fn poll_output(&mut self) -> Option<ResolverOutput> {
        self.outputs.pop_front()
    }

    /// When it wants to be woken; may change after every call.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        let waiting = self.cases.values().filter(|case| !case.is_told);
        waiting.map(|case| case.since + self.told_after).min()
    }

    /// The orders whose fate is not known.
    pub fn unknown(&self) -> impl Iterator<Item = ClientOrderId> {
        self.cases.keys().copied()
    }
}
