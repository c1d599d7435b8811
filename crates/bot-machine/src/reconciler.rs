//! Compares our balances with the venue's, and explains what differs: the streams give the reason
//! to look, REST explains.
//!
//! **Law.** Our balances are the venue's to the last unit, or it is known why not, or nothing is
//! opened. A movement is told once, by the venue's own id; none is invented.
//!
//! Balances compare sensibly only when no command is under way and no order unknown: then every
//! trade of ours has an order that our books can name, and a trade without such an order is
//! somebody else's.

mod answers;
mod event;
mod explaining;
mod foreign;
mod run;

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use trading_engine::BlockCause;
use trading_types::{AccountEvent, Ascii, ClientOrderId, Pair, Timestamp, VenueOrderId};

pub use self::event::{ReconcilerEvent, ReconcilerOutput, Trigger};
use self::{
    explaining::Explained,
    foreign::Foreign,
    run::{Run, Step, Totals},
};
use crate::{books::Books, call::Call, settings::Times, venue_clock::VenueClock};

/// What the streams are about to tell is waited for.
const SETTLE: Duration = Duration::from_secs(1);
/// Comparisons begin at least so far apart, whatever gives reasons for them.
const EVERY_MIN: Duration = Duration::from_secs(5);
/// Histories are read back to so long before the moment that was accounted for: Kraken counts in
/// seconds, the clocks differ, and what is shown may be old.
const MARGIN: Duration = Duration::from_mins(1);
/// The movements before the opening that it must not count again; more than is ever read again.
const OPENING_MARGIN: Duration = Duration::from_mins(3);
/// The longest wait after a failure.
const PAUSE_MAX: Duration = Duration::from_mins(1);

/// What the reconciler knew before a restart.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reckoned {
    /// The last moment that was accounted for, if there was one.
    pub accounted_to: Option<Timestamp>,
    /// The ids of movements that have been explained, oldest first. One whose movement is not in
    /// the journal any more, because it ends there, is left out.
    pub explained: Vec<Ascii<24>>,
    /// Where something is blocked because somebody else traded; nothing means everywhere.
    pub foreign: Vec<Option<Pair>>,
}

/// Whether it is known who has open orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Done,
    Wanted,
    /// Under way.
    Asked(u64),
}

/// Whether a difference that nobody can explain has been told.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Doubt {
    /// Before the restart, perhaps; its block would still stand.
    Perhaps,
    None,
    Told(Totals),
}

/// Compares. See the module's header.
#[derive(Debug)]
pub struct Reconciler {
    every: Duration,
    clock: VenueClock,
    is_quiet: bool,
    is_reachable: bool,
    failures: u32,
    paused_until: Timestamp,
    /// When the next comparison begins.
    due: Timestamp,
    last_begun: Option<Timestamp>,
    run: Option<Run>,
    run_call: Option<u64>,
    look: Look,
    /// Open orders that carry a name of ours.
    named: BTreeMap<VenueOrderId, ClientOrderId>,
    accounted_to: Option<Timestamp>,
    explained: Explained,
    foreign: Foreign,
    doubt: Doubt,
    /// Our balances when we were last told that they may have changed.
    ours: Totals,
    is_reconciled: bool,
    last_tag: u64,
    outputs: VecDeque<ReconcilerOutput>,
}

impl Reconciler {
    /// A reconciler that knows what an earlier one has found. It compares as soon as it may.
    pub fn new(times: &Times, before: Reckoned, now: Timestamp) -> Self {
        Self {
            every: times.reconcile_every,
            clock: VenueClock::default(),
            is_quiet: false,
            is_reachable: true,
            failures: 0,
            paused_until: Timestamp::EPOCH,
            due: now,
            last_begun: None,
            run: None,
            run_call: None,
            look: Look::Done,
            named: BTreeMap::new(),
            accounted_to: before.accounted_to,
            explained: Explained::new(before.explained),
            foreign: Foreign::new(before.foreign),
            doubt: Doubt::Perhaps,
            ours: Totals::new(),
            is_reconciled: false,
            last_tag: 0,
            outputs: VecDeque::new(),
        }
    }

    /// Something happened.
    pub fn handle(&mut self, event: ReconcilerEvent, books: &dyn Books, now: Timestamp) {
        match event {
            ReconcilerEvent::Trigger(trigger) => self.trigger(trigger, now),
            ReconcilerEvent::Quiet(is_quiet) => self.set_quiet(is_quiet, now),
            ReconcilerEvent::OursChanged => self.see_ours(books),
            ReconcilerEvent::Clock(ahead) => self.clock.learn(ahead, now),
            ReconcilerEvent::Reachable(is_reachable) => {
                if is_reachable && !self.is_reachable {
                    (self.failures, self.paused_until) = (0, now);
                }
                self.is_reachable = is_reachable;
            }
            ReconcilerEvent::Resumed(pair) => {
                let outputs = self.foreign.resume(pair);
                self.outputs.extend(outputs);
                // If nothing explains it still, it is told again.
                if matches!(self.doubt, Doubt::Told(_)) {
                    self.doubt = Doubt::Perhaps;
                }
            }
            ReconcilerEvent::Answered { tag, sent, result } => {
                if self.look == Look::Asked(tag) {
                    self.look = Look::Done;
                    self.hear_orders(result, books, now);
                } else if self.run_call.take_if(|it| *it == tag).is_some() {
                    self.hear(sent, result, books, now);
                }
            }
        }
        self.handle_timeout(now);
    }

    /// A timer is due; a call too many is harmless.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        if self.may_begin() && self.due <= now {
            self.last_begun = Some(now);
            self.due = now + self.every;
            self.run = Some(Run::new(now));
            self.want_orders();
        }
        self.ask(now);
    }

    /// What it wants next; call until there is nothing.
    pub fn poll_output(&mut self) -> Option<ReconcilerOutput> {
        self.outputs.pop_front()
    }

    /// When it wants to be woken; may change after every call.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        let begins = self.may_begin().then_some(self.due);
        let asks = self.next_question().filter(|_| self.is_reachable);
        begins.into_iter().chain(asks.map(|at| at.max(self.paused_until))).min()
    }

    /// Whether our balances were the venue's when they were last compared, and nothing has given
    /// a reason to doubt it since.
    pub const fn is_reconciled(&self) -> bool {
        self.is_reconciled
    }

    /// Our books may have changed; only another balance makes a comparison void.
    fn see_ours(&mut self, books: &dyn Books) {
        let mut ours: Totals = books.totals().into_iter().collect();
        ours.retain(|_, total| !total.is_zero());
        if ours != self.ours {
            self.ours = ours;
            if let Some(run) = &mut self.run {
                (run.is_void, run.rounds) = (true, 0);
            }
        }
    }

    /// From which moment on histories are to be read must be known by the venue's clock.
    const fn may_begin(&self) -> bool {
        let is_dated = self.accounted_to.is_some() || self.clock.is_known();
        self.run.is_none() && self.is_quiet && self.is_reachable && is_dated
    }

    /// An answer that is under way may be too old already; the next comparison asks again.
    fn want_orders(&mut self) {
        if self.look == Look::Done {
            self.look = Look::Wanted;
        }
    }

    fn trigger(&mut self, trigger: Trigger, now: Timestamp) {
        self.is_reconciled = false;
        match trigger {
            Trigger::Started | Trigger::Reconnected | Trigger::ForeignReport => self.want_orders(),
            Trigger::BalanceMoved | Trigger::MissedFills | Trigger::Asked => {}
        }
        self.begin_again(now);
    }

    /// A comparison soon, but not before the streams have told what they have to tell.
    fn begin_again(&mut self, now: Timestamp) {
        let settled = now + SETTLE;
        let begin = self.last_begun.map_or(settled, |last| settled.max(last + EVERY_MIN));
        self.due = self.due.min(begin);
    }

    fn set_quiet(&mut self, is_quiet: bool, now: Timestamp) {
        if self.is_quiet && !is_quiet && self.run.take().is_some() {
            // Whatever is heard from now on cannot be told from what is under way.
            self.run_call = None;
            self.begin_again(now);
        }
        if is_quiet && !self.is_quiet {
            self.due = self.due.max(now + SETTLE);
        }
        self.is_quiet = is_quiet;
    }

    fn ask(&mut self, now: Timestamp) {
        if !self.is_reachable || now < self.paused_until {
            return;
        }
        if self.look == Look::Wanted {
            self.look = Look::Asked(self.call(Call::OpenOrders));
        }
        // Whose the open orders are is known first.
        if self.look != Look::Done || self.run_call.is_some() {
            return;
        }
        let due = self.run.as_ref().filter(|run| run.from <= now);
        let call = due.map(|run| match &run.step {
            Step::Balances => Call::Balances,
            Step::Trades(reading, _) => Call::Trades(reading.page()),
            Step::Ledger(reading, ..) => Call::Ledger(reading.page()),
        });
        if let Some(call) = call {
            if let Some(run) = &mut self.run
                && matches!(run.step, Step::Balances)
            {
                run.is_void = false;
            }
            self.run_call = Some(self.call(call));
        }
    }

    fn next_question(&self) -> Option<Timestamp> {
        match self.look {
            Look::Asked(_) => None,
            Look::Wanted => Some(Timestamp::EPOCH),
            Look::Done => self.run.as_ref().filter(|_| self.run_call.is_none()).map(|run| run.from),
        }
    }

    fn call(&mut self, call: Call) -> u64 {
        self.last_tag += 1;
        let tag = self.last_tag;
        self.outputs.push_back(ReconcilerOutput::Ask { tag, call });
        tag
    }

    /// Our balances are the venue's: everything until they were asked for is accounted for.
    fn agreed(&mut self, theirs: Totals, sent: Timestamp) {
        // By our own clock it might be a moment that is still to come, and so it might by the
        // venue's, which may be wrong for a while: what moves before it would never be read. So
        // it is the earlier of the two, but never before the opening, which the venue's dates.
        let by_venue = self.clock.earliest(sent);
        let until = match self.accounted_to {
            None => by_venue,
            Some(before) => Some(by_venue.map_or(before, |it| before.max(it.min(sent)))),
        };
        self.accounted_to = until;
        // It also ends the engine's doubts.
        let told = AccountEvent::Balances(theirs.into_iter().collect());
        self.outputs.push_back(ReconcilerOutput::Tell(told));
        self.outputs.extend(until.map(ReconcilerOutput::AccountedTo));
        if std::mem::replace(&mut self.doubt, Doubt::None) != Doubt::None {
            let cause = BlockCause::UnexplainedBalance;
            self.outputs.push_back(ReconcilerOutput::Unblock { cause, pair: None });
        }
        self.outputs.push_back(ReconcilerOutput::Reconciled);
        self.is_reconciled = true;
        self.run = None;
    }
}

#[cfg(test)]
mod tests;
