//! Finds out what became of a command that nobody answered.
//!
//! **Law.** An order is told to have never existed only by proof: its deadline is over by the
//! venue's clock, it was looked for twice among the open and the ended orders, no trade is left
//! that could be its, and the stream has shown its picture anew. Otherwise it stays unknown. A
//! fill is told with the venue's own trade id and amounts, or not at all.

mod answers;
mod asking;
mod case;
mod event;
mod fate;
mod owners;
mod proof;
mod sweep;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use trading_types::{AccountEvent, ClientOrderId, NewOrder, Timestamp, VenueOrderId};

pub use self::event::{ResolverEvent, ResolverOutput};
use self::{
    answers::Heard,
    asking::{Ended, Shared},
    case::{Case, Question, Stage},
    proof::Rule,
};
use crate::{books::Books, settings::Times, venue_clock::VenueClock};

/// What is unclear is looked for after this, long before anything can be proved: most of it is
/// there.
const EARLY_LOOK: Duration = Duration::from_secs(1);
/// The stream is asked for its picture again when it has not come for so long.
const RENEW_WAIT: Duration = Duration::from_secs(10);
/// Names of orders that are known not to be the ones that are looked for.
const NAMED_MAX: usize = 2_000;

/// Finds out. See the module's header.
///
/// There are at most as many cases as there are live orders.
#[derive(Debug)]
pub struct Resolver {
    rule: Rule,
    told_after: Duration,
    cases: BTreeMap<ClientOrderId, Case>,
    clock: VenueClock,
    /// When the stream's picture was last asked for that came.
    renewed: Option<Timestamp>,
    renew_asked: Option<Timestamp>,
    is_reachable: bool,
    failures: u32,
    paused_until: Timestamp,
    last_tag: u64,
    shared: Option<(u64, Shared)>,
    ended: Option<(u64, Ended)>,
    /// Orders that Kraken has shown together with whose they are.
    named: BTreeSet<VenueOrderId>,
    outputs: VecDeque<ResolverOutput>,
}

impl Resolver {
    /// A resolver that knows of nothing unclear.
    pub fn new(times: &Times) -> Self {
        Self {
            rule: Rule::new(times),
            told_after: times.unknown_told_after,
            cases: BTreeMap::new(),
            clock: VenueClock::default(),
            renewed: None,
            renew_asked: None,
            is_reachable: true,
            failures: 0,
            paused_until: Timestamp::EPOCH,
            last_tag: 0,
            shared: None,
            ended: None,
            named: BTreeSet::new(),
            outputs: VecDeque::new(),
        }
    }

    /// Something happened.
    pub fn handle(&mut self, event: ResolverEvent, books: &dyn Books, now: Timestamp) {
        match event {
            ResolverEvent::Unclear { order, sent_at } => {
                self.open(order, Question::Placement, sent_at, now);
            }
            ResolverEvent::AmendUnclear { amendment, deadline, order, sent_at } => {
                self.open(order, Question::Amendment { amendment, deadline }, sent_at, now);
            }
            ResolverEvent::Missing { order, sent_at } => {
                self.open(order, Question::Whereabouts, sent_at, now);
            }
            ResolverEvent::Settled(order) => {
                let case = self.cases.get(&order);
                let is_amendment =
                    case.is_some_and(|it| matches!(it.question, Question::Amendment { .. }));
                if !is_amendment {
                    self.cases.remove(&order);
                }
            }
            ResolverEvent::AmendSettled(order) => drop(self.cases.remove(&order)),
            ResolverEvent::StreamRenewed { at } => {
                self.renewed = self.renewed.max(Some(at));
                self.renew_asked = None;
            }
            ResolverEvent::Clock(ahead) => self.clock.learn(ahead, now),
            ResolverEvent::Reachable(is_reachable) => self.set_reachable(is_reachable, now),
            ResolverEvent::Answered { tag, sent, result } => {
                self.answered(tag, result, Heard { sent, books, now });
            }
        }
        self.handle_timeout(now);
    }

    /// A timer is due; a call too many is harmless.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        for case in self.cases.values_mut() {
            if case.told_at(self.told_after).is_some_and(|at| at <= now) {
                case.is_told = true;
                self.outputs.push_back(ResolverOutput::Overdue(case.order.id));
            }
        }
        self.conclude_absent(now);
        self.ask(now);
    }

    /// What it wants next; call until there is nothing.
    pub fn poll_output(&mut self) -> Option<ResolverOutput> {
        self.outputs.pop_front()
    }

    /// When it wants to be woken; may change after every call.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        let told = self.cases.values().filter_map(|case| case.told_at(self.told_after));
        let renew = self.renew_asked.filter(|_| self.needs_stream()).map(|at| at + RENEW_WAIT);
        told.chain(renew).chain(self.next_question()).min()
    }

    /// The orders about which something is not known.
    pub fn unknown(&self) -> impl Iterator<Item = ClientOrderId> {
        self.cases.values().filter(|case| case.is_unknown()).map(|case| case.order.id)
    }

    fn open(&mut self, order: NewOrder, question: Question, since: Timestamp, now: Timestamp) {
        if let Some(case) = self.cases.get_mut(&order.id) {
            match (case.question, question) {
                // Nothing new, but it is looked for at once.
                (Question::Placement, Question::Whereabouts) => {}
                // The venue has never said that it took it, so this is the question.
                (Question::Whereabouts, Question::Placement) => case.question = question,
                (_, Question::Placement)
                | (Question::Amendment { .. } | Question::Whereabouts, Question::Whereabouts) => {
                    return;
                }
                // It existed after all, so that nothing but its end can be told.
                (Question::Placement, _) => case.was_seen = true,
                (
                    _,
                    Question::Amendment { .. } | Question::Whereabouts | Question::Confirmation,
                ) => {
                    (case.question, case.since, case.is_told) = (question, since, false);
                }
            }
            if let Stage::Waiting(_) = case.stage {
                case.stage = Stage::Waiting(now);
            }
            return;
        }
        let mut case = Case::new(order, question, since, now);
        // A snapshot has just been there; of anything else the answer may be on its way.
        if question != Question::Whereabouts {
            let proof = case.deadline().and_then(|it| self.rule.over_at(it, &self.clock));
            let early = now + EARLY_LOOK;
            case.stage = Stage::Waiting(proof.map_or(early, |proof| proof.min(early)).max(now));
        }
        self.cases.insert(case.order.id, case);
    }

    /// What waits only because it was in vain so far need not wait for a venue that is back.
    fn set_reachable(&mut self, is_reachable: bool, now: Timestamp) {
        if is_reachable && !self.is_reachable {
            (self.failures, self.paused_until) = (0, now);
            for case in self.cases.values_mut() {
                let is_over = case
                    .deadline()
                    .is_none_or(|deadline| self.rule.is_over(deadline, now, &self.clock));
                if let Stage::Waiting(until) = &mut case.stage
                    && is_over
                {
                    let second = case.absence.first().map(|it| it.open + self.rule.distance);
                    *until = second.map_or(now, |second| second.max(now)).min(*until);
                }
            }
        }
        self.is_reachable = is_reachable;
    }

    /// Tells of every order whose absence is proved, and asks for what only the stream can give.
    fn conclude_absent(&mut self, now: Timestamp) {
        let proof =
            |case: &Case| case.absence.proof(case.deadline(), self.renewed, self.rule, &self.clock);
        let placements = self.cases.values().filter(|it| it.question == Question::Placement);
        let proved: Vec<_> =
            placements.filter_map(|case| Some((case.order.id, proof(case).ok()?))).collect();
        for (order, evidence) in proved {
            self.cases.remove(&order);
            self.outputs.extend([
                ResolverOutput::Proved { order, venue_order: None, evidence },
                ResolverOutput::Tell(AccountEvent::NeverExisted { order }),
            ]);
        }
        let is_asked = self.renew_asked.is_some_and(|at| now < at + RENEW_WAIT);
        if self.needs_stream() && !is_asked {
            self.renew_asked = Some(now);
            self.outputs.push_back(ResolverOutput::Renew);
        }
    }

    /// Whether a look has found nothing and the stream's picture is older than that can count.
    fn needs_stream(&self) -> bool {
        self.cases.values().any(|case| {
            let (Some(deadline), Some(_)) = (case.deadline(), case.absence.first()) else {
                return false;
            };
            let is_fresh = |at| self.rule.is_over(deadline, at, &self.clock);
            case.question == Question::Placement && !self.renewed.is_some_and(is_fresh)
        })
    }

    /// Remembers that Kraken has shown whose these orders are.
    fn name(&mut self, orders: impl Iterator<Item = VenueOrderId>) {
        self.named.extend(orders);
        while NAMED_MAX < self.named.len() {
            self.named.pop_first();
        }
    }
}

#[cfg(test)]
mod tests;
