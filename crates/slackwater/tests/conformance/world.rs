//! The simulated Kraken that a case wants. Everything it does follows from these settings and from
//! what the case does.

use std::time::Duration;

use simulated_kraken::{
    AccountSettings, Fault, LimitProfile, MarketSettings, MarketSource, Scenario, Settings,
};
use simulated_limits::{Boundary, DecayMode, Tier};
use trading_types::{KrakenPairs, Timestamp};

/// A simulated Kraken, and how fast its time goes where time is real.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) scenario: Option<Scenario>,
    pub(crate) speed: u32,
}

/// When a world begins whose time is not real.
pub(crate) fn beginning() -> Timestamp {
    "2026-11-21T12:00:30Z".parse().expect("a time")
}

impl World {
    /// Markets that stand still, two accounts with plenty, no limits, no faults.
    pub(crate) fn still() -> Self {
        Self::with_markets(still)
    }

    /// The same with markets that move, a minute in each second.
    pub(crate) fn moving() -> Self {
        let world = Self::with_markets(|pair, price| MarketSettings {
            source: MarketSource::Model { start_price: price.parse().expect("a price") },
            ..still(pair, price)
        });
        Self { speed: 60, ..world }
    }

    fn with_markets(market: fn(&str, &str) -> MarketSettings) -> Self {
        let balances = ["USD 1000000", "EUR 1000000", "BTC 100", "ETH 1000"].map(|text| {
            let (asset, amount) = text.split_once(' ').expect("an asset and an amount");
            (asset.parse().expect("an asset"), amount.parse().expect("an amount"))
        });
        let account =
            |name: &str| AccountSettings { name: name.to_owned(), balances: balances.into() };
        let markets = [("BTC/USD", "50000"), ("ETH/USD", "3000"), ("BTC/EUR", "46000")];
        let settings = Settings {
            seed: 7,
            tier: Tier::Pro,
            limits: LimitProfile::Off,
            refused_calls_count: true,
            decay: DecayMode::Continuous,
            boundary: Boundary::Reached,
            markets: markets.map(|(pair, price)| market(pair, price)).into(),
            accounts: vec![account(""), account("second")],
            history: Duration::ZERO,
            faults: Vec::new(),
        };
        Self { settings, scenario: None, speed: 1 }
    }

    /// With a fault that strikes with this probability whenever it can.
    pub(crate) fn with_fault(mut self, name: &str, probability: &str) -> Self {
        let fault = Fault::named(name).expect("a fault");
        self.settings.faults.push((fault, probability.parse().expect("a probability")));
        self
    }

    /// With things that happen at times of their own; `steps` is the JSON of a scenario's steps.
    pub(crate) fn following(mut self, steps: &str) -> Self {
        let scenario = format!("{{\"step\":{steps}}}");
        self.scenario = Some(serde_json::from_str(&scenario).expect("a scenario"));
        self
    }

    /// With a time that goes so many times as fast as ours, where it is real.
    pub(crate) const fn at_speed(mut self, speed: u32) -> Self {
        self.speed = speed;
        self
    }
}

fn still(pair: &str, price: &str) -> MarketSettings {
    let rules = KrakenPairs::recorded().rules(pair.parse().expect("a pair"));
    let source = MarketSource::Still { price: price.parse().expect("a price") };
    MarketSettings { rules: rules.expect("a pair of Kraken's"), source }
}
