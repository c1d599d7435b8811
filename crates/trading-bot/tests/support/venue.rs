//! A simulated Kraken with many markets, and what it says of itself when it is asked as anybody
//! may ask.
//!
//! The invariant: what is asked here is asked with a key that only looks.

use std::{collections::BTreeMap, path::Path, time::Duration};

use kraken_client::{
    audit::admit,
    calls::{Calls, CallsParts, Reply},
    egress::Egress,
    http::Http,
    secrets::Credentials,
};
use kraken_protocol::{
    key_audit::Wanted,
    limits::{KeyRole, Tier},
    request::{Page, Request},
    rest::{
        PairNames, account,
        orders::{self, Order},
    },
    scheduler::{Lane, SchedulerSettings},
};
use simulated_kraken::{
    AccountSettings, Boundary, DecayMode, Fault, LimitProfile, MarketSettings, MarketSource,
    Probability, Settings,
};
use simulator_server::{ListenerLimits, Security, Server, ServerSettings, start};
use trading_types::{
    Amount, Asset, ClientOrderId, KrakenPairs, Pair, PairRules, Price, Rounding, Timestamp,
};

use crate::plan::{BotPlan, SESSION, VenueTime};

/// A question is asked so often before the test has failed: answers get lost here.
const TRIES_MAX: u32 = 50;

/// What the least order of a market is worth: about what it is at Kraken.
const LEAST_DOLLARS: i64 = 5;
/// A price has so many ticks at least, else one tick is a shock.
const TICKS_MIN: i64 = 2_000;

/// Markets against the dollar, and about what a unit costs in each.
fn markets() -> impl Iterator<Item = (PairRules, Price)> {
    let dollar: Asset = "USD".parse().expect("an asset");
    let table = KrakenPairs::recorded();
    let pairs: Vec<Pair> = table.pairs().filter(|pair| pair.quote == dollar).collect();
    pairs.into_iter().filter_map(move |pair| {
        let rules = table.rules(pair)?;
        let units = LEAST_DOLLARS * 10_i64.pow(18) / rules.quantity_min.units();
        let price = Price::from_units(units).round_to(rules.tick, Rounding::Up);
        (TICKS_MIN <= price.units() / rules.tick.units()).then_some((rules, price))
    })
}

/// What is simulated.
#[derive(Clone, Debug)]
pub(crate) struct VenuePlan {
    /// How many markets.
    pub(crate) markets: usize,
    pub(crate) speed: u32,
    pub(crate) seed: u64,
    pub(crate) faults: Vec<(Fault, Probability)>,
}

/// A simulated Kraken that runs.
pub(crate) struct Venue {
    pub(crate) server: Server,
    pub(crate) time: VenueTime,
    pairs: Vec<Pair>,
}

impl Venue {
    pub(crate) fn start(plan: &VenuePlan) -> Self {
        let begin = Timestamp::from_seconds(1_780_000_000).expect("a time");
        let markets: Vec<_> = markets().take(plan.markets).collect();
        assert_eq!(markets.len(), plan.markets, "there are no more markets");
        let pairs = markets.iter().map(|(rules, _)| rules.pair).collect();
        let markets = markets.into_iter().map(|(rules, start_price)| MarketSettings {
            rules,
            source: MarketSource::Quiet { start_price },
        });
        let cash = ("USD".parse().expect("an asset"), "100000".parse().expect("an amount"));
        let settings = ServerSettings {
            listen: ([127, 0, 0, 1], 0).into(),
            security: Security::Plain,
            speed: plan.speed,
            start: Some(begin),
            kraken: Settings {
                seed: plan.seed,
                tier: simulated_kraken::Tier::Pro,
                limits: LimitProfile::Documented,
                refused_calls_count: true,
                decay: DecayMode::Continuous,
                boundary: Boundary::Reached,
                markets: markets.collect(),
                history: Duration::from_hours(1),
                accounts: vec![AccountSettings { name: String::new(), balances: vec![cash] }],
                faults: plan.faults.clone(),
            },
            scenario: None,
            state: None,
            limits: ListenerLimits::default(),
        };
        let time = VenueTime::begins(begin, plan.speed);
        let server = start(settings).expect("a server");
        Self { server, time, pairs }
    }

    /// Where the venue says what it counted.
    pub(crate) fn statistics_address(&self) -> String {
        format!("{}/simulator/stats", self.server.rest)
    }

    /// A bot that trades all markets, holding and resting for so many candles.
    pub(crate) fn bot(&self, folder: &Path, (hold, rest_for): (u32, u32)) -> BotPlan {
        let key = self.server.keys.iter().find(|key| key.name == "trade").expect("a trade key");
        BotPlan {
            rest: self.server.rest.clone(),
            ws_public: self.server.ws_public.clone(),
            ws_private: self.server.ws_private.clone(),
            key: key.key.clone(),
            secret: key.secret.clone(),
            time: self.time,
            pairs: self.pairs.clone(),
            folder: folder.to_owned(),
            hold,
            rest_for,
        }
    }
}

/// Somebody who looks.
pub(crate) struct Eyes {
    calls: Calls,
    names: PairNames,
    stats: String,
}

impl Eyes {
    pub(crate) async fn open(venue: &Venue, plan: &BotPlan) -> Self {
        let key = venue.server.keys.iter().find(|it| it.name == "read-only").expect("such a key");
        let credentials = Credentials::new(KeyRole::Read, key.key.clone(), key.secret.clone());
        let way = Http::new(plan.base(), &Egress::default(), venue.time.clock()).expect("a way");
        let parts = CallsParts {
            ways: vec![way],
            settings: SchedulerSettings { tier: Tier::Pro, ..SchedulerSettings::default() },
            state_folder: None,
            seed: Some(2),
        };
        let calls = Calls::start(parts, vec![credentials.expect("a key")]).expect("calls");
        let wanted = Wanted { role: KeyRole::Read, live: true, accept_no_ip_list: false };
        for tried in 1.. {
            match admit(&calls, wanted).await {
                Ok(_) => break,
                Err(error) => assert!(tried < TRIES_MAX, "the looking key: {error}"),
            }
        }
        let names = PairNames::recorded();
        Self { calls, names, stats: venue.statistics_address() }
    }

    async fn ask(&self, request: impl Fn() -> Request) -> Reply {
        let mut tried = 0;
        loop {
            match self.calls.private(request(), KeyRole::Read, Lane::Statistics).await {
                Ok(reply) => return reply,
                Err(error) => assert!(tried < TRIES_MAX, "nobody answers: {error}"),
            }
            tried += 1;
        }
    }

    /// What the account has of each asset.
    pub(crate) async fn balances(&self) -> BTreeMap<Asset, Amount> {
        let reply = self.ask(Request::balance_ex).await;
        let all = account::balance_ex(&reply.result, &self.names);
        all.expect("balances").into_iter().map(|it| (it.asset, it.total)).collect()
    }

    /// The orders that are open.
    pub(crate) async fn open_orders(&self) -> Vec<Order> {
        let reply = self.ask(|| Request::open_orders(None)).await;
        orders::open_orders(&reply.result, &self.names).expect("orders")
    }

    /// A page of the orders that are not, the newest first, and how many there are in all.
    pub(crate) async fn closed_page(&self, offset: u32) -> (Vec<Order>, u64) {
        let page = Page { offset, ..Page::default() };
        let reply = self.ask(|| Request::closed_orders(None, &page)).await;
        let page = orders::closed_orders(&reply.result, &self.names);
        let page = page.expect("orders");
        (page.orders, page.count.expect("it is told"))
    }

    /// Every order there ever was. Nothing may happen meanwhile.
    pub(crate) async fn all_orders(&self) -> Vec<Order> {
        let mut all = self.open_orders().await;
        let mut offset = 0;
        loop {
            let (page, count) = self.closed_page(offset).await;
            offset += u32::try_from(page.len()).expect("a page");
            let is_last = page.is_empty() || count <= u64::from(offset);
            all.extend(page);
            if is_last {
                return all;
            }
        }
    }

    /// What the venue counted.
    pub(crate) async fn statistics(&self) -> serde_json::Value {
        let answer = reqwest::get(&self.stats).await.expect("an answer");
        serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON")
    }
}

/// Our name of an order at the venue; an order that nobody here placed is a failure.
pub(crate) fn our_id(order: &Order) -> ClientOrderId {
    let id = order.our_id().unwrap_or_else(|| panic!("nobody placed {order:?}"));
    assert_eq!(ClientOrderId::new(SESSION, id.sequence()), id, "it is another bot's");
    id
}

/// What must be zero in the venue's own counts whatever happens.
pub(crate) const ALWAYS_ZERO: [&str; 7] = [
    "orders_duplicate_cl_ord_id",
    "private_rejected_rate",
    "public_rejected_rate",
    "pair_rejected_rate",
    "ws_rejected_rate",
    "nonce_rejected",
    "lockouts",
];
