//! Calls under way: what each was charged, and giving it back.

use trading_types::{Pair, Timestamp};

use super::{
    Scheduler,
    address_budget::PublicCharge,
    work::{AddressIndex, CallId, CallOutcome, SchedulerOutput, TradingPath, Work},
};
use crate::{
    endpoint::Endpoint,
    limits::{Charge, CommandCharge, KeyRole, MinuteCharge, Points, TradingAction},
};

/// A call that was started.
#[derive(Debug)]
pub(super) struct UnderWay {
    pub(super) work: Work,
    pub(super) address: AddressIndex,
    key: Option<Charge>,
    minute: Option<MinuteCharge>,
    public: Option<PublicCharge>,
    commands: Vec<(Pair, CommandCharge)>,
}

impl Work {
    /// The key it is made with, and the endpoint that key has to name.
    pub(super) const fn key(&self) -> Option<(KeyRole, Endpoint)> {
        match self {
            Self::Private { key, endpoint, .. } => Some((*key, *endpoint)),
            Self::Trading { path, .. } | Self::CancelAll { path } => match path {
                TradingPath::Rest(key, endpoint) => Some((*key, *endpoint)),
                TradingPath::Socket => None,
            },
            Self::Public { .. } | Self::Connect => None,
        }
    }

    /// The endpoint it calls, where it is a REST call.
    pub(super) fn endpoint(&self) -> Option<Endpoint> {
        match self {
            Self::Public { endpoint, .. } => Some(*endpoint),
            Self::Private { .. }
            | Self::Trading { .. }
            | Self::CancelAll { .. }
            | Self::Connect => self.key().map(|(_, endpoint)| endpoint),
        }
    }

    /// What it costs on the counter of its key.
    pub(super) fn key_cost(&self) -> Points {
        match self {
            Self::Private { cost, .. } => *cost,
            Self::Public { .. } | Self::Trading { .. } | Self::CancelAll { .. } | Self::Connect => {
                self.key().map_or(Points::ZERO, |(_, endpoint)| endpoint.cost())
            }
        }
    }
}

impl Scheduler {
    pub(super) fn start(
        &mut self,
        call: CallId,
        work: Work,
        address: AddressIndex,
        now: Timestamp,
    ) {
        let cost = work.key_cost();
        let (mut key, mut minute) = (None, None);
        if let Some((role, _)) = work.key() {
            key = self.keys.get_mut(&role).and_then(|budget| budget.start(cost, now));
            minute = self.account_minute.as_mut().map(|minute| minute.start(now));
        }
        let public = match &work {
            Work::Public { endpoint, pair } => {
                Some(self.addresses[address].start_public((*endpoint, *pair), now))
            }
            Work::Connect => {
                self.addresses[address].start_connection(now);
                None
            }
            Work::Private { .. } | Work::Trading { .. } | Work::CancelAll { .. } => None,
        };
        let commands = self.start_commands(&work, now);
        let started = UnderWay { work, address, key, minute, public, commands };
        self.under_way.insert(call, started);
        self.outputs.push_back(SchedulerOutput::Start { call, address });
    }

    fn start_commands(&mut self, work: &Work, now: Timestamp) -> Vec<(Pair, CommandCharge)> {
        match work {
            Work::Trading { pair, action, .. } => {
                vec![(*pair, self.pair(*pair, now).start(action.clone(), now))]
            }
            Work::CancelAll { .. } => {
                let pairs = self.pairs.iter_mut();
                pairs
                    .map(|(pair, budget)| (*pair, budget.start(TradingAction::CancelAll, now)))
                    .collect()
            }
            Work::Public { .. } | Work::Private { .. } | Work::Connect => Vec::new(),
        }
    }

    /// Gives back what a call was charged; given up, it may arrive until `arrives_by`.
    pub(super) fn release(
        &mut self,
        ended: UnderWay,
        outcome: CallOutcome,
        arrives_by: Option<Timestamp>,
        now: Timestamp,
    ) {
        if let Some((role, _)) = ended.work.key() {
            let budget = self.keys.get_mut(&role).expect("every role has a budget");
            budget.finish(ended.key, arrives_by, now);
        }
        if let (Some(minute), Some(charge)) = (&mut self.account_minute, ended.minute) {
            minute.finish(charge, arrives_by.unwrap_or(now));
        }
        if let Some(charge) = ended.public {
            self.addresses[ended.address].finish_public(charge, arrives_by, now);
        }
        let outcome = outcome.of_command(arrives_by.unwrap_or(now));
        for (pair, command) in ended.commands {
            self.pair(pair, now).finish(command, outcome, now);
        }
    }
}
