//! What the bot and the simulated Kraken are told at their start.

use std::time::Duration;

use bot_machine::{BotSettings, settings::Times};
use kraken_protocol::{key_audit::Wanted, limits::KeyRole, rest::PairNames};
use simulated_kraken::{
    AccountSettings, Boundary, DecayMode, LimitProfile, Scenario, Settings as KrakenSettings,
};
use trading_engine::{EngineSettings, JournalHeader, KillLimits, RiskFraction, RiskLimits, Sizing};
use trading_types::{Amount, Fraction, Interval, Timestamp};

use crate::{
    market,
    options::{Options, Seed},
};

/// What the account begins with.
const DOLLARS: i128 = 20_000;

/// When every run begins.
pub(crate) fn beginning() -> Timestamp {
    "2026-11-22T00:00:00Z".parse().expect("a time")
}

/// What the bot is told.
pub(crate) fn bot_settings(seed: Seed, options: &Options) -> BotSettings {
    let pairs = market::rules(&options.market);
    let strategies = (1..)
        .zip(&pairs)
        .map(|(number, _)| options.strategy.spec(seed.0.wrapping_mul(31).wrapping_add(number)));
    let mut prng = seed.stream("sizing");
    let sizing = match prng.below(3) {
        0 => Sizing::Fixed("0.004".parse().expect("a quantity")),
        1 => Sizing::Risk(RiskFraction::new(Fraction::from_basis_points(20)).expect("a fifth")),
        _ => Sizing::Volatility { target: Fraction::from_basis_points(800), candles: 30 },
    };
    let settings = EngineSettings {
        session: seed.0 | 1 << 63,
        quote: "USD".parse().expect("an asset"),
        interval: Interval::from_minutes(1).expect("one of Kraken's"),
        pairs: pairs.iter().map(|(rules, _)| rules.clone()).collect(),
        sizing,
        slippage: Fraction::from_basis_points(5),
        risk: risk_limits(),
        kill: KillLimits {
            drawdown: Some(Fraction::from_basis_points(3_000)),
            daily_loss: Some(Fraction::from_basis_points(1_000)),
            ..KillLimits::default()
        },
        stop_deadline: Duration::from_secs(90),
        order_deadline: trading_engine::ORDER_DEADLINE,
    };
    BotSettings {
        header: JournalHeader { settings, strategies: strategies.collect() },
        key: Wanted { role: KeyRole::Trade, live: true, accept_no_ip_list: false },
        names: PairNames::recorded(),
        dead_man: options.dead_man,
        times: times(seed),
    }
}

/// The limits that the checker holds against what leaves.
pub(crate) fn risk_limits() -> RiskLimits {
    let dollars = |count: i128| Amount::from_units(count * 10_i128.pow(18));
    RiskLimits {
        order_quantity_max: "100".parse().expect("a quantity"),
        order_value_max: dollars(3_000),
        collar: Fraction::from_basis_points(500),
        position_value_max: dollars(6_000),
        exposure_max: dollars(12_000),
        orders_per_minute_max: 20,
        entries_per_hour_max: 60,
        price_age_max: Duration::from_mins(3),
        flatten_collar: Fraction::from_basis_points(500),
        ..RiskLimits::unlimited()
    }
}

/// Knobs that are turned too (`BUGGIFY`): a snapshot after a few records, an alert that has to be
/// answered soon.
fn times(seed: Seed) -> Times {
    let mut prng = seed.stream("times");
    let mut one_of = |all: &[u64]| {
        let count = u64::try_from(all.len()).expect("a few");
        all[usize::try_from(prng.below(count)).expect("a few")]
    };
    Times {
        snapshot_every: one_of(&[40, 400, 4_000, 100_000]),
        reconcile_every: Duration::from_secs(one_of(&[60, 600, 3_600])),
        clock_every: Duration::from_secs(one_of(&[60, 300])),
        sync_every: Duration::from_millis(one_of(&[100, 1_000, 5_000])),
        ..Times::default()
    }
}

/// What the simulated Kraken is told.
pub(crate) fn kraken_settings(seed: Seed, options: &Options) -> KrakenSettings {
    let amount = |units: i128| Amount::from_units(units);
    let balances = vec![
        ("USD".parse().expect("an asset"), amount(DOLLARS * 10_i128.pow(18))),
        ("BTC".parse().expect("an asset"), amount(10_i128.pow(16))),
    ];
    KrakenSettings {
        seed: seed.0,
        tier: options.tier,
        limits: LimitProfile::Documented,
        refused_calls_count: true,
        decay: DecayMode::Continuous,
        boundary: Boundary::Reached,
        markets: market::settings(&options.market),
        history: Duration::ZERO,
        accounts: vec![AccountSettings { name: String::new(), balances }],
        faults: Vec::new(),
    }
}

/// The faults of Kraken's as a scenario: all are on while anything may go wrong, and then the venue
/// is online again. Nothing when none is on.
pub(crate) fn scenario(options: &Options) -> Option<Scenario> {
    if options.faults.is_empty() {
        return None;
    }
    let length = options.length.as_secs().max(1);
    let steps: Vec<serde_json::Value> = options
        .faults
        .iter()
        .map(|(fault, chance)| {
            serde_json::json!({
                "at": "0s",
                "fault": fault.name(),
                "probability": format!("0.{chance:07}"),
                "for": format!("{length}s"),
            })
        })
        .chain([serde_json::json!({ "at": format!("{length}s"), "status": "online" })])
        .collect();
    let text = serde_json::json!({ "step": steps }).to_string();
    Some(serde_json::from_str(&text).expect("a scenario of ours can be read"))
}
