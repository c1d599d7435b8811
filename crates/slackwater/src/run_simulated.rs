//! The simulated Kraken that `slackwater run` starts when nothing else is asked for: in this
//! process, on a port of this machine, with real sockets.

use std::{path::Path, time::Duration};

use bot_machine::settings::Times;
use kraken_client::{clock::Clock, hosts::Base, secrets::Credentials};
use kraken_protocol::limits::KeyRole;
use simulated_kraken::{
    AccountSettings, Boundary, DecayMode, Fault, LimitProfile, MarketSettings, MarketSource,
    Probability, Settings, Tier,
};
use simulator_server::{ListenerLimits, Security, Server, ServerSettings};

use crate::{config::Config, failure::Failure};

/// So many candles of the bot's are there before it begins, so that its strategy is warm at once.
const PAST_CANDLES: u32 = 300;

/// A simulated Kraken that runs, and what a bot needs to trade there.
pub(crate) struct Simulated {
    /// It stops when this is dropped.
    pub(crate) server: Server,
    pub(crate) base: Base,
    pub(crate) clock: Clock,
    pub(crate) key: Credentials,
}

/// Starts one.
pub(crate) fn start(
    config: &Config,
    speed: u32,
    faults: &[(Fault, Probability)],
    _data_dir: &Path,
) -> Result<Simulated, Failure> {
    let it = &config.simulated;
    let quote = config.engine.quote;
    let markets = config.engine.pairs.iter().zip(&it.start_prices);
    let kraken = Settings {
        seed: it.seed,
        tier: Tier::Starter,
        limits: LimitProfile::Documented,
        refused_calls_count: true,
        decay: DecayMode::Continuous,
        boundary: Boundary::Reached,
        markets: markets
            .map(|(rules, start_price)| MarketSettings {
                rules: rules.clone(),
                source: MarketSource::Model { start_price: *start_price },
            })
            .collect(),
        history: config.engine.interval.duration() * PAST_CANDLES,
        accounts: vec![AccountSettings { name: String::new(), balances: vec![(quote, it.cash)] }],
        faults: faults.to_vec(),
    };
    let settings = ServerSettings {
        listen: ([127, 0, 0, 1], 0).into(),
        security: Security::Plain,
        speed,
        start: Some(it.start),
        kraken,
        scenario: None,
        limits: ListenerLimits::default(),
    };
    let server = simulator_server::start(settings).map_err(Failure::venue)?;
    let clock = Clock::fast(it.start, speed);
    let base = Base::simulated(&server.rest, &server.ws_public, &server.ws_private)
        .map_err(Failure::venue)?;
    let key = server.keys.iter().find(|key| key.name == "trade");
    let key = key.expect("a simulated Kraken gives out a trade key");
    let key = Credentials::new(KeyRole::Trade, key.key.clone(), key.secret.clone())
        .map_err(Failure::venue)?;
    Ok(Simulated { server, base, clock, key })
}

/// What is wide enough for real sockets when time runs this many times faster: the net and the
/// scheduler of this machine do not.
pub(crate) fn stretched(time: Duration, speed: u32) -> Duration {
    // A sixtieth of the time is enough for many round trips on one machine.
    time * speed.div_ceil(60).max(1)
}

/// The bot's limits of time, stretched likewise.
pub(crate) fn times(speed: u32) -> Times {
    let real = Times::default();
    Times {
        proof_margin: stretched(real.proof_margin, speed),
        proof_distance: stretched(real.proof_distance, speed),
        clock_error_max: stretched(real.clock_error_max, speed),
        ..real
    }
}
