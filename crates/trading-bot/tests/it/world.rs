//! A simulated Kraken and what a bot needs to trade there.

use std::{path::Path, time::Duration};

use bot_machine::{DeadManChoice, settings::Times};
use kraken_client::{clock::Clock, egress::Egress, hosts::Base, secrets::Credentials};
use kraken_protocol::{
    key_audit::Wanted,
    limits::{KeyRole, Tier},
    scheduler::SchedulerSettings,
};
use simulated_kraken::{
    AccountSettings, Fault, LimitProfile, MarketSettings, MarketSource, Probability, Settings,
};
use simulator_server::{ListenerLimits, Security, Server, ServerSettings, start};
use trading_bot::{Launch, launch::Account};
use trading_engine::{
    EngineSettings, JournalHeader, KillLimits, RiskLimits, Sizing, Strategy, StrategySpec,
};
use trading_types::{Interval, KrakenPairs, PairRules, Timestamp};

use crate::churn::Churn;

/// A simulated Kraken that runs faster than real time.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) speed: u32,
    rules: Vec<PairRules>,
}

impl World {
    pub(crate) fn new(pairs: &[(&str, &str)], speed: u32, faults: &[(Fault, f64)]) -> Self {
        let table = KrakenPairs::recorded();
        let rules: Vec<PairRules> =
            pairs.iter().map(|(pair, _)| table.find(pair).expect("Kraken has it")).collect();
        let markets = rules.iter().zip(pairs).map(|(rules, (_, price))| MarketSettings {
            rules: rules.clone(),
            source: MarketSource::Model { start_price: price.parse().expect("a price") },
        });
        let start_at = Timestamp::from_seconds(1_780_000_000).expect("a time");
        let settings = ServerSettings {
            listen: "127.0.0.1:0".parse().expect("an address"),
            security: Security::Plain,
            speed,
            start: Some(start_at),
            kraken: Settings {
                history: Duration::from_hours(2),
                seed: 7,
                tier: simulated_kraken::Tier::Pro,
                limits: LimitProfile::Documented,
                refused_calls_count: true,
                decay: simulated_kraken::DecayMode::Continuous,
                boundary: simulated_kraken::Boundary::Reached,
                markets: markets.collect(),
                accounts: vec![AccountSettings {
                    name: String::new(),
                    balances: vec![(
                        "USD".parse().expect("an asset"),
                        "100000".parse().expect("an amount"),
                    )],
                }],
                faults: faults
                    .iter()
                    .map(|(fault, chance)| {
                        (*fault, chance.to_string().parse::<Probability>().expect("a chance"))
                    })
                    .collect(),
            },
            scenario: None,
            state: None,
            limits: ListenerLimits::default(),
        };
        let server = start(settings).expect("a server");
        Self { server, speed, rules }
    }

    pub(crate) fn clock(&self) -> Clock {
        Clock::fast(self.server.kraken_time(), self.speed)
    }

    /// What the simulated Kraken has counted.
    pub(crate) async fn statistics(&self) -> serde_json::Value {
        let url = format!("{}/simulator/stats", self.server.rest);
        let answer = reqwest::get(url).await.expect("an answer");
        serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON")
    }

    /// Changes a key as its owner does in Kraken's settings.
    pub(crate) async fn change_key(&self, change: &str) {
        let url = format!("{}/simulator/keys", self.server.rest);
        let asked = reqwest::Client::new().post(url).body(change.to_owned()).send().await;
        let answer = asked.expect("an answer");
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
    }

    pub(crate) fn launch(&self, folder: &Path) -> Launch {
        let key = self.server.keys.iter().find(|key| key.name == "trade").expect("a trade key");
        let base =
            Base::simulated(&self.server.rest, &self.server.ws_public, &self.server.ws_private);
        let strategies =
            self.rules.iter().map(|_| StrategySpec { name: "churn".to_owned(), settings: vec![] });
        let header = JournalHeader {
            settings: EngineSettings {
                session: 42,
                quote: self.rules[0].pair.quote,
                interval: Interval::from_minutes(1).expect("a minute"),
                pairs: self.rules.clone(),
                sizing: Sizing::Fixed("0.01".parse().expect("a quantity")),
                slippage: trading_types::Fraction::ZERO,
                risk: RiskLimits::unlimited(),
                kill: KillLimits::default(),
                stop_deadline: Duration::from_secs(30),
                order_deadline: trading_engine::ORDER_DEADLINE,
            },
            strategies: strategies.collect(),
        };
        Launch {
            data_dir: folder.to_owned(),
            header,
            make: Box::new(|header: &JournalHeader| {
                let each = header.settings.pairs.iter().map(|rules| {
                    let tick = rules.tick;
                    Box::new(Churn { hold: 2, rest: 1, tick, seen: 0 }) as Box<dyn Strategy>
                });
                Ok(each.collect())
            }),
            base: base.expect("addresses"),
            egress: Egress::default(),
            clock: self.clock(),
            account: Account::Kraken(Box::new(
                Credentials::new(KeyRole::Trade, key.key.clone(), key.secret.clone())
                    .expect("a key"),
            )),
            wanted: Wanted { role: KeyRole::Trade, live: true, accept_no_ip_list: false },
            limits: SchedulerSettings { tier: Tier::Pro, ..SchedulerSettings::default() },
            dead_man: DeadManChoice::StopsRest,
            times: Times::default(),
            config: "test".to_owned(),
            alerts: None,
            ladder: None,
            seed: Some(1),
        }
    }
}
