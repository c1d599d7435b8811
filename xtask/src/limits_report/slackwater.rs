//! Our own scheduler under test: the same code that the bot runs, between the same calls.

use std::collections::BTreeMap;

use kraken_protocol::{
    Endpoint,
    limits::{self, Feedback, KeyRole, TradingAction},
    scheduler::{
        CallId as OurCallId, CallOutcome, Lane, Scheduler, SchedulerOutput, SchedulerSettings,
        SubmitError, TradingPath, Work,
    },
};
use simulated_limits::Exceeded;
use trading_types::{ClientOrderId, Pair, Timestamp};

use super::client::{
    Call, CallId, Client, Fate, Notice, OrderNumber, Outcome, Profile, Purpose, Setup, Started,
    Transport,
};

/// Decides nothing here but the jitter after a refusal.
const SEED: u64 = 7;

pub(crate) struct Slackwater {
    settings: SchedulerSettings,
    scheduler: Scheduler,
    /// What the simulation calls our calls, and which pair and order each is about.
    calls: BTreeMap<OurCallId, CallId>,
    under_way: BTreeMap<CallId, OurCallId>,
    declined: Vec<CallId>,
}

impl Slackwater {
    pub(crate) fn new(setup: Setup) -> Self {
        let profile = match setup.profile {
            Profile::Documented => limits::Profile::Documented,
            Profile::Article => limits::Profile::Article,
        };
        let tier = setup.tier.name().parse().expect("both sides have the same three tiers");
        let settings = SchedulerSettings { profile, tier, ..SchedulerSettings::default() };
        let scheduler = Scheduler::new(settings, SEED, setup.now);
        Self {
            settings,
            scheduler,
            calls: BTreeMap::new(),
            under_way: BTreeMap::new(),
            declined: Vec::new(),
        }
    }
}

impl Client for Slackwater {
    fn ask(&mut self, call: Call, now: Timestamp) {
        let (work, lane) = work(&call);
        match self.scheduler.submit(work, lane, now) {
            Ok(ours) => {
                self.calls.insert(ours, call.id);
            }
            // A network so slow that calls pile up without end.
            Err(SubmitError::Full) => self.declined.push(call.id),
            Err(error @ SubmitError::NotAllowed { .. }) => panic!("{error}"),
        }
    }

    fn poll(&mut self, now: Timestamp) -> Vec<Started> {
        self.scheduler.handle_timeout(now);
        let mut started: Vec<Started> = self.declined.drain(..).map(Started::Declined).collect();
        while let Some(output) = self.scheduler.poll_output() {
            if let SchedulerOutput::Start { call, .. } = output {
                let theirs = self.calls.remove(&call).expect("what starts was asked for");
                self.under_way.insert(theirs, call);
                started.push(Started::Sent(theirs));
            }
        }
        started
    }

    fn answered(&mut self, id: CallId, outcome: Outcome, now: Timestamp) {
        let Some(ours) = self.under_way.remove(&id) else { return };
        let (outcome, feedback) = match outcome {
            Outcome::Accepted => (CallOutcome::Done, Feedback::Fine),
            Outcome::Refused => (CallOutcome::Refused, Feedback::Fine),
            Outcome::Exceeded(exceeded) => (CallOutcome::Refused, feedback(exceeded)),
            Outcome::Lost => (CallOutcome::Lost, Feedback::Fine),
        };
        self.scheduler.finished(ours, outcome, feedback, now);
    }

    fn trading_transport(&self) -> Transport {
        Transport::Socket
    }

    fn next_timeout(&self) -> Option<Timestamp> {
        self.scheduler.next_timeout()
    }

    fn noticed(&mut self, notice: Notice, now: Timestamp) {
        match notice.fate {
            Fate::Opened => (),
            Fate::Closed | Fate::NeverOpened => {
                self.scheduler.order_gone(order(notice.order), now);
            }
        }
    }

    fn restart(&mut self, now: Timestamp) {
        let text =
            serde_json::to_string(&self.scheduler.save(now)).expect("budgets can be written");
        let saved = serde_json::from_str(&text).expect("and read");
        self.scheduler = Scheduler::restore(self.settings, saved, now);
        self.calls.clear();
        self.under_way.clear();
        self.declined.clear();
    }
}

fn work(call: &Call) -> (Work, Lane) {
    let endpoint = Endpoint::from_name(call.endpoint).expect("both sides have the same endpoints");
    let path = match call.transport {
        Transport::Socket => TradingPath::Socket,
        Transport::Rest => TradingPath::Rest(KeyRole::Trade, endpoint),
    };
    let trading = |action: fn(ClientOrderId) -> TradingAction| {
        let (pair, number) = about(call);
        Work::Trading { pair, action: action(order(number)), path }
    };
    match call.purpose {
        Purpose::Halt => (Work::CancelAll { path }, Lane::Halt),
        Purpose::Cancel => (trading(|order| TradingAction::Cancel(vec![order])), Lane::Cancel),
        Purpose::Amend => (trading(TradingAction::Amend), Lane::Place),
        Purpose::Place => (trading(|order| TradingAction::Place(vec![order])), Lane::Place),
        Purpose::Account => {
            // The hardest case: one key for everything.
            let key = KeyRole::Trade;
            (Work::Private { endpoint, key, cost: endpoint.cost() }, Lane::Reconcile)
        }
        Purpose::Public => (Work::Public { endpoint, pair: call.pair }, Lane::Statistics),
    }
}

fn about(call: &Call) -> (Pair, OrderNumber) {
    call.pair.zip(call.order).expect("a trading command is about an order of a pair")
}

fn order(number: OrderNumber) -> ClientOrderId {
    ClientOrderId::new(0, number)
}

fn feedback(exceeded: Exceeded) -> Feedback {
    match exceeded {
        Exceeded::PrivateCalls => Feedback::KeyExceeded,
        Exceeded::PublicCalls => Feedback::AddressExceeded,
        Exceeded::PairTransactions | Exceeded::OpenOrders => Feedback::PairExceeded,
        Exceeded::Throttled { until } => Feedback::ThrottledUntil(until),
        Exceeded::ArticlePublic { until } | Exceeded::ArticlePrivate { until } => {
            Feedback::BudgetLeft { left: 0, until }
        }
        Exceeded::Connections { .. } => Feedback::AddressBlocked,
        Exceeded::Messages | Exceeded::Level3 => Feedback::MessagesExceeded,
    }
}
