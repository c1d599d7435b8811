//! Decides which waiting call goes next, so that no limit of Kraken's is ever reached and none of
//! it is wasted.
//!
//! **Law.** A call goes only when everything it needs has room. Among calls that need the same
//! thing, the more urgent lane goes first, and within a lane the older call. What Kraken says may
//! only slow us down. A call that waits can say why, and until when if that can be known.

mod address_budget;
mod blocked;
mod key_budget;
mod lane;
mod quiet_hours;
mod read_desk;
mod saved;
mod settings;
mod slowing;
mod under_way;
mod work;

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use trading_types::{ClientOrderId, Pair, Timestamp};

use self::{
    address_budget::AddressBudget,
    blocked::{Needs, Resource},
    key_budget::{KeyBudget, PrivateCall},
    under_way::UnderWay,
};
pub use self::{
    lane::Lane,
    quiet_hours::{ParseHoursError, QuietHours},
    read_desk::{KeepAnswers, ReadDesk, Standing, Subject},
    saved::{Gauge, SavedBudgets},
    settings::SchedulerSettings,
    work::{
        AddressIndex, CallId, CallOutcome, SchedulerOutput, Slowed, TradingPath, Waiting, Why, Work,
    },
};
use crate::{
    chance::Chance,
    endpoint::Endpoint,
    limits::{Feedback, KeyRole, MinuteWindow, PairBudget, Points, Room, Tier},
};

/// The most calls that may wait. A caller with more than that has a plan that cannot work.
pub const WAITING_MAX: usize = 1_000;

/// Why a call is not even put in the queue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// A key of this role may not name the endpoint.
    #[error("the {role} key may not call {endpoint}; use the trade key")]
    NotAllowed {
        /// The key's role.
        role: KeyRole,
        /// The endpoint.
        endpoint: Endpoint,
    },
    /// Too much waits already.
    #[error("{WAITING_MAX} calls wait already; ask for less, or see `slackwater limits plan`")]
    Full,
}

/// A call in the queue.
#[derive(Clone, Debug)]
struct Queued {
    work: Work,
    /// Whether it was asked to wait for a quiet hour.
    can_wait: bool,
}

/// All limits of one account at all its addresses.
#[derive(Debug)]
pub struct Scheduler {
    settings: SchedulerSettings,
    tier: Tier,
    /// How far Kraken's clock may be from ours, as far as that is known.
    clock_error: Duration,
    keys: BTreeMap<KeyRole, KeyBudget>,
    account_minute: Option<MinuteWindow>,
    addresses: Vec<AddressBudget>,
    pairs: BTreeMap<Pair, PairBudget>,
    chance: Chance,
    next_call: u64,
    queue: BTreeMap<(Lane, CallId), Queued>,
    under_way: BTreeMap<CallId, UnderWay>,
    outputs: VecDeque<SchedulerOutput>,
    next_timeout: Option<Timestamp>,
}

impl Scheduler {
    /// Nothing spent yet. `seed` decides the jitter of stops.
    pub fn new(settings: SchedulerSettings, seed: u64, now: Timestamp) -> Self {
        let profile = settings.profile;
        let tier = settings.tier;
        let key = |role| (role, KeyBudget::new(profile, tier, now));
        let address = || AddressBudget::new(profile, settings.clock_error, now);
        let minute = profile.private_each_minute();
        Self {
            tier,
            clock_error: settings.clock_error,
            keys: KeyRole::ALL.into_iter().map(key).collect(),
            account_minute: minute.map(|limit| MinuteWindow::new(limit, settings.clock_error)),
            addresses: (0..settings.addresses.max(1)).map(|_| address()).collect(),
            pairs: BTreeMap::new(),
            chance: Chance::from_seed(seed),
            next_call: 0,
            queue: BTreeMap::new(),
            under_way: BTreeMap::new(),
            outputs: VecDeque::new(),
            next_timeout: None,
            settings,
        }
    }

    /// Asks for `work` in `lane`. It starts at once if there is room: see [`Self::poll_output`].
    pub fn submit(
        &mut self,
        work: Work,
        lane: Lane,
        now: Timestamp,
    ) -> Result<CallId, SubmitError> {
        self.enqueue(Queued { work, can_wait: false }, lane, now)
    }

    /// Asks for `work` that can wait for a quiet hour, if the settings name such hours.
    pub fn submit_for_a_quiet_hour(
        &mut self,
        work: Work,
        lane: Lane,
        now: Timestamp,
    ) -> Result<CallId, SubmitError> {
        self.enqueue(Queued { work, can_wait: true }, lane, now)
    }

    fn enqueue(
        &mut self,
        queued: Queued,
        lane: Lane,
        now: Timestamp,
    ) -> Result<CallId, SubmitError> {
        if let Some((role, endpoint)) = queued.work.key()
            && !role.may_call(endpoint)
        {
            return Err(SubmitError::NotAllowed { role, endpoint });
        }
        if WAITING_MAX <= self.queue.len() {
            return Err(SubmitError::Full);
        }
        let call = CallId(self.next_call);
        self.next_call += 1;
        if let Work::Trading { pair, .. } = &queued.work {
            let tier = self.tier;
            self.pairs.entry(*pair).or_insert_with(|| PairBudget::new(tier, now));
        }
        self.queue.insert((lane, call), queued);
        self.advance(now);
        Ok(call)
    }

    /// Takes a call back that has not started. True if it waited.
    pub fn withdraw(&mut self, call: CallId, now: Timestamp) -> bool {
        let key = self.queue.keys().find(|(_, waiting)| *waiting == call).copied();
        let was_waiting = key.is_some_and(|key| self.queue.remove(&key).is_some());
        self.advance(now);
        was_waiting
    }

    /// A call that was started has ended.
    pub fn finished(
        &mut self,
        call: CallId,
        outcome: CallOutcome,
        feedback: Feedback,
        now: Timestamp,
    ) {
        let Some(ended) = self.under_way.remove(&call) else { return };
        let arrives_by = match outcome {
            CallOutcome::Lost => Some(now + self.settings.late_arrival),
            CallOutcome::Done | CallOutcome::Refused => None,
        };
        let (work, address) = (ended.work.clone(), ended.address);
        self.release(ended, outcome, arrives_by, now);
        self.heed(&work, address, feedback, now);
        self.advance(now);
    }

    /// A socket that was opened from `address` is closed, or never opened.
    pub fn socket_closed(&mut self, address: AddressIndex, now: Timestamp) {
        self.addresses[address].socket_closed();
        self.advance(now);
    }

    /// A timer may be due; a call too many is harmless.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.advance(now);
    }

    /// What is to be done, until nothing is left.
    pub fn poll_output(&mut self) -> Option<SchedulerOutput> {
        self.outputs.pop_front()
    }

    /// When a waiting call may have room.
    pub const fn next_timeout(&self) -> Option<Timestamp> {
        self.next_timeout
    }

    /// The account told its tier: the `maxratecount` of its `executions` subscription.
    pub fn learn_tier(&mut self, max_rate_count: u32, now: Timestamp) {
        self.tier = Tier::from_max_rate_count(max_rate_count);
        for key in self.keys.values_mut() {
            key.change_rule(self.settings.profile, self.tier, now);
        }
        for pair in self.pairs.values_mut() {
            pair.change_tier(self.tier, now);
        }
        self.advance(now);
    }

    /// Kraken's clock was found to be at most so far from ours. It is never taken to be nearer than
    /// the settings say.
    pub fn learn_clock_error(&mut self, clock_error: Duration, now: Timestamp) {
        self.clock_error = clock_error.max(self.settings.clock_error);
        if let Some(minute) = &mut self.account_minute {
            minute.change_clock_error(self.clock_error);
        }
        for address in &mut self.addresses {
            address.change_clock_error(self.clock_error);
        }
        self.advance(now);
    }

    /// The tier whose limits are kept.
    pub const fn tier(&self) -> Tier {
        self.tier
    }

    /// Kraken told a pair's trading counter (`ratecount` in `executions`); believed only upward.
    pub fn counter_seen(&mut self, pair: Pair, seen: Points, now: Timestamp) {
        self.pair(pair, now).raise_to(seen, now);
    }

    /// An order was found open that we did not place in this run.
    pub fn order_found(
        &mut self,
        pair: Pair,
        order: ClientOrderId,
        placed_by: Timestamp,
        now: Timestamp,
    ) {
        self.pair(pair, now).adopt(order, placed_by);
    }

    /// An order is no longer open, or never existed.
    pub fn order_gone(&mut self, order: ClientOrderId, now: Timestamp) {
        self.pairs.values_mut().for_each(|pair| pair.gone(order));
        self.advance(now);
    }

    /// After a restart: of the orders we take for open, only these may be. The end of another was
    /// known before, and what was spent of it is all that is remembered.
    pub fn only_open(&mut self, orders: &[ClientOrderId], now: Timestamp) {
        for pair in self.pairs.values_mut() {
            let over: Vec<_> = pair.open_orders().filter(|it| !orders.contains(it)).collect();
            for order in over {
                pair.gone(order);
            }
        }
        self.advance(now);
    }

    fn pair(&mut self, pair: Pair, now: Timestamp) -> &mut PairBudget {
        let tier = self.tier;
        self.pairs.entry(pair).or_insert_with(|| PairBudget::new(tier, now))
    }

    /// The calls that wait, the most urgent first, each with its reason.
    pub fn waiting(&self, now: Timestamp) -> Vec<Waiting> {
        let mut taken = BTreeMap::new();
        let mut waiting = Vec::with_capacity(self.queue.len());
        for ((lane, call), queued) in &self.queue {
            let (_, needs) = self.needs(queued, *lane, now);
            let until = match needs.room(now) {
                Room::At(at) => Some(at),
                Room::AfterAnswer => None,
            };
            let ahead = needs.kept_for(&taken).map(Why::Behind);
            let why = ahead.or_else(|| needs.why().cloned()).unwrap_or(Why::Stopped);
            waiting.push(Waiting { call: *call, lane: *lane, why, until });
            keep(&mut taken, &needs, *lane, now);
        }
        waiting
    }

    /// Starts every call that can go.
    fn advance(&mut self, now: Timestamp) {
        let mut taken = BTreeMap::new();
        let mut next_timeout: Option<Timestamp> = None;
        let waiting: Vec<(Lane, CallId)> = self.queue.keys().copied().collect();
        for (lane, call) in waiting {
            let queued = &self.queue[&(lane, call)];
            if surely_kept(&queued.work, lane, &taken) {
                continue;
            }
            let (address, needs) = self.needs(queued, lane, now);
            let room = needs.room(now);
            if needs.kept_for(&taken).is_none() && room.is_open(now) {
                let queued = self.queue.remove(&(lane, call)).expect("it was there");
                self.start(call, queued.work, address, now);
                continue;
            }
            if let Room::At(at) = room
                && now < at
            {
                next_timeout = Some(next_timeout.map_or(at, |earlier| earlier.min(at)));
            }
            keep(&mut taken, &needs, lane, now);
        }
        self.next_timeout = next_timeout;
    }

    /// Where a call would go from, and what it needs.
    fn needs(&self, queued: &Queued, lane: Lane, now: Timestamp) -> (AddressIndex, Needs) {
        let mut needs = Needs::default();
        if let Some(hours) = self.settings.quiet_hours.filter(|_| queued.can_wait) {
            needs.add(Resource::QuietHour, Room::At(hours.open_at(now)), Why::QuietHour);
        }
        let address = match &queued.work {
            Work::Public { endpoint, pair } => {
                let each = (0..self.addresses.len()).map(|index| {
                    let mut own = Needs::default();
                    let scope = (*endpoint, *pair);
                    self.addresses[index].needs_of_public(index, scope, &mut own, now);
                    (own.room(now), index)
                });
                let (_, index) = each.min().expect("there is an address");
                self.addresses[index].needs_of_public(index, (*endpoint, *pair), &mut needs, now);
                index
            }
            Work::Connect => {
                let each = (0..self.addresses.len()).map(|index| {
                    let mut own = Needs::default();
                    self.addresses[index].needs_of_connection(index, &mut own, now);
                    (own.room(now), index)
                });
                let (_, index) = each.min().expect("there is an address");
                self.addresses[index].needs_of_connection(index, &mut needs, now);
                index
            }
            Work::Private { key, cost, .. } => {
                let call = PrivateCall { role: *key, cost: *cost, lane };
                self.needs_of_private(call, &mut needs, now);
                0
            }
            Work::Trading { pair, action, path } => {
                self.needs_of_path(*path, lane, &mut needs, now);
                let budget = &self.pairs[pair];
                let room = budget.room(action, lane.pair_reserve(), now);
                needs.add(Resource::Pair(*pair), room, Why::TradingCounter(*pair));
                0
            }
            Work::CancelAll { path } => {
                self.needs_of_path(*path, lane, &mut needs, now);
                0
            }
        };
        (address, needs)
    }

    fn needs_of_path(&self, path: TradingPath, lane: Lane, needs: &mut Needs, now: Timestamp) {
        match path {
            TradingPath::Socket => (),
            TradingPath::Rest(role, endpoint) => {
                let call = PrivateCall { role, cost: endpoint.cost(), lane };
                self.needs_of_private(call, needs, now);
            }
        }
    }

    fn needs_of_private(&self, call: PrivateCall, needs: &mut Needs, now: Timestamp) {
        self.addresses[0].needs(0, needs);
        self.keys[&call.role].needs(call, needs, now);
        if let Some(minute) = &self.account_minute {
            needs.add(Resource::PrivateMinute, minute.room(now), Why::PrivateMinute);
        }
    }
}

/// Whether a call needs something that is kept for another, seen without working out when its
/// counters have room. In a long queue most calls end here.
fn surely_kept(work: &Work, lane: Lane, taken: &BTreeMap<Resource, Lane>) -> bool {
    match work {
        Work::Private { key, cost, .. } => {
            let flight = lane != Lane::Halt && taken.contains_key(&Resource::KeyFlight(*key));
            let counter = !cost.is_zero() && taken.contains_key(&Resource::KeyCounter(*key));
            flight || counter || taken.contains_key(&Resource::PrivateMinute)
        }
        Work::Trading { pair, .. } => taken.contains_key(&Resource::Pair(*pair)),
        Work::Public { .. } | Work::CancelAll { .. } | Work::Connect => false,
    }
}

/// Keeps what `needs` lacks for a call in `lane`, where nobody more urgent has it.
fn keep(taken: &mut BTreeMap<Resource, Lane>, needs: &Needs, lane: Lane, now: Timestamp) {
    for resource in needs.lacking(now) {
        taken.entry(resource).or_insert(lane);
    }
}

#[cfg(test)]
mod tests;
