//! Everything a bot is started with in these tests, as data: another process can be told it.
//!
//! The invariant: two bots of one plan and one folder have one journal, one key, one clock.

use std::{path::PathBuf, time::Duration};

use bot_machine::{DeadManChoice, settings::Times};
use kraken_client::{clock::Clock, egress::Egress, hosts::Base, secrets::Credentials};
use kraken_protocol::{
    key_audit::Wanted,
    limits::{KeyRole, Tier},
    scheduler::SchedulerSettings,
};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use trading_bot::{Launch, launch::Account};
use trading_engine::{
    EngineSettings, JournalHeader, KillLimits, RiskFraction, RiskLimits, Sizing, Strategy,
    StrategySpec,
};
use trading_types::{Fraction, Interval, KrakenPairs, Pair, PairRules, Timestamp};

use crate::churn::Churn;

/// The number that the names of all orders here begin with.
pub(crate) const SESSION: u64 = 42;

/// Where a simulated Kraken is, by which clock it goes, and what a bot is to do there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BotPlan {
    pub(crate) rest: String,
    pub(crate) ws_public: String,
    pub(crate) ws_private: String,
    /// Nothing but this simulated Kraken is opened by it.
    pub(crate) key: String,
    pub(crate) secret: String,
    pub(crate) time: VenueTime,
    pub(crate) pairs: Vec<Pair>,
    /// Where its journal lies.
    pub(crate) folder: PathBuf,
    /// Each strategy holds for so many candles.
    pub(crate) hold: u32,
    /// And has nothing for so many.
    pub(crate) rest_for: u32,
}

/// The time of a simulated Kraken, the same in every process of this machine.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct VenueTime {
    start: Timestamp,
    /// What the machine had counted when it began.
    began: Duration,
    pub(crate) speed: u32,
}

impl VenueTime {
    /// Time that begins now.
    pub(crate) fn begins(start: Timestamp, speed: u32) -> Self {
        Self { start, began: counted(), speed }
    }

    pub(crate) fn clock(self) -> Clock {
        let passed = counted().saturating_sub(self.began) * self.speed;
        Clock::fast(self.start + passed, self.speed)
    }
}

/// What passed since the machine was started: every process counts alike.
pub(crate) fn counted() -> Duration {
    let time = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(time.tv_sec).expect("it does not run backwards");
    Duration::new(seconds, u32::try_from(time.tv_nsec).expect("less than a second"))
}

impl BotPlan {
    pub(crate) fn base(&self) -> Base {
        Base::simulated(&self.rest, &self.ws_public, &self.ws_private).expect("addresses")
    }

    /// Everything the service wants to know.
    pub(crate) fn launch(&self) -> Launch {
        let (hold, rest) = (self.hold, self.rest_for);
        let credentials = Credentials::new(KeyRole::Trade, self.key.clone(), self.secret.clone());
        Launch {
            data_dir: self.folder.clone(),
            header: self.header(),
            make: Box::new(move |header: &JournalHeader| {
                let each = header.settings.pairs.iter().map(|rules| {
                    let tick = rules.tick;
                    Box::new(Churn { hold, rest, tick, seen: 0 }) as Box<dyn Strategy>
                });
                Ok(each.collect())
            }),
            base: self.base(),
            egress: Egress::default(),
            clock: self.time.clock(),
            account: Account::Kraken(Box::new(credentials.expect("a key"))),
            wanted: Wanted { role: KeyRole::Trade, live: true, accept_no_ip_list: false },
            limits: SchedulerSettings { tier: Tier::Pro, ..SchedulerSettings::default() },
            dead_man: DeadManChoice::StopsRest,
            times: self.times(),
            config: "endurance".to_owned(),
            alerts: None,
            ladder: None,
            seed: Some(1),
        }
    }

    fn header(&self) -> JournalHeader {
        let rules: Vec<PairRules> = rules(&self.pairs);
        let strategies =
            rules.iter().map(|_| StrategySpec { name: "churn".to_owned(), settings: vec![] });
        let risk = RiskFraction::new(Fraction::from_basis_points(1)).expect("a little");
        JournalHeader {
            strategies: strategies.collect(),
            settings: EngineSettings {
                session: SESSION,
                quote: "USD".parse().expect("an asset"),
                interval: Interval::from_minutes(1).expect("a minute"),
                pairs: rules,
                sizing: Sizing::Risk(risk),
                slippage: Fraction::ZERO,
                risk: RiskLimits::unlimited(),
                kill: KillLimits::default(),
                stop_deadline: Duration::from_secs(30) * self.stretch(),
                order_deadline: (trading_engine::ORDER_DEADLINE * self.stretch())
                    .min(Duration::from_mins(1)),
            },
        }
    }

    /// The net and the scheduler of this machine do not run faster than real time.
    fn stretch(&self) -> u32 {
        self.time.speed.div_ceil(60).max(1)
    }

    fn times(&self) -> Times {
        let (real, stretch) = (Times::default(), self.stretch());
        Times {
            proof_margin: real.proof_margin * stretch,
            proof_distance: real.proof_distance * stretch,
            clock_error_max: real.clock_error_max * stretch,
            // At an end both sides are compared: it waits until everything is known.
            ending_max: Duration::from_hours(1),
            // A machine that is busy for a moment lets the deadlines of all markets pass at once.
            rejects_max: u32::MAX,
            // Nobody reads alerts here, and nobody is to be missed.
            alert_answer_max: Duration::from_hours(24 * 365),
            ..real
        }
    }
}

/// Kraken's rules for these pairs.
pub(crate) fn rules(pairs: &[Pair]) -> Vec<PairRules> {
    let table = KrakenPairs::recorded();
    pairs.iter().map(|pair| table.find(&pair.to_string()).expect("Kraken has it")).collect()
}
