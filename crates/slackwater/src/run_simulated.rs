//! The simulated Kraken that `slackwater run` starts when nothing else is asked for: in this
//! process, on a port of this machine, with real sockets.

use std::time::Duration;

use bot_machine::settings::Times;
use kraken_client::{clock::Clock, egress::Egress, secrets::Credentials};
use kraken_protocol::{key_audit::Wanted, limits::KeyRole, request::Request, rest::market};
use simulated_kraken::{
    AccountSettings, Boundary, DecayMode, MarketSettings, MarketSource, Settings,
};
use simulator_server::{ListenerLimits, Security, Server, ServerSettings, StateFile};

use trading_bot::launch::Account;

use crate::{
    arguments::run::RunArguments, config::Config, failure::Failure, files, kraken_link,
    kraken_link::KrakenLink, run_command::Venue, run_kraken::trade_key,
    simulate_command::not_started,
};

/// So many candles of the bot's are there before it begins, so that its strategy is warm at once.
const PAST_CANDLES: u32 = 300;
/// Where in the data folder it is kept between two runs.
const STATE_NAME: &str = "simulated-kraken.state";

/// Starts a simulated Kraken in this process, on a port of this machine.
pub(crate) fn start(config: &Config, arguments: &RunArguments) -> Result<Venue, Failure> {
    let it = &config.simulated;
    let speed = arguments.speed.unwrap_or(it.speed);
    files::create_folder(&arguments.data_dir)?;
    let state = StateFile {
        path: arguments.data_dir.join(STATE_NAME),
        every: Duration::from_secs(1),
        // The bot's journal must never know more than the venue, however both end.
        each_change: true,
    };
    let settings = ServerSettings {
        listen: ([127, 0, 0, 1], 0).into(),
        security: Security::Plain,
        speed,
        start: Some(it.start),
        kraken: kraken(config, arguments),
        scenario: None,
        state: Some(state),
        limits: ListenerLimits::default(),
    };
    let server = simulator_server::start(settings).map_err(not_started)?;
    let key = key_of(&server)?;
    let words = format!(
        "a simulated Kraken serves at {}, {speed}× real time, seed {}",
        server.rest, it.seed
    );
    let rest = server.rest.clone();
    let clock = Clock::fast(server.kraken_time(), speed);
    venue(config, &rest, (clock, key), words).map(|venue| Venue { server: Some(server), ..venue })
}

/// What is needed to trade at a simulated Kraken that runs already.
pub(crate) fn connect(
    config: &Config,
    arguments: &RunArguments,
    rest: &str,
) -> Result<Venue, Failure> {
    let key = trade_key(config, arguments)?;
    let speed = arguments.speed.unwrap_or(1);
    let base = kraken_link::base(Some(rest))?;
    let link = KrakenLink::open_at(base, &Egress::Direct, None, Vec::new())?;
    let told = link.public(Request::time())?;
    let time = market::time(&told.result).map_err(Failure::venue)?;
    let words = format!("a simulated Kraken at {rest}, {speed}× real time");
    venue(config, rest, (Clock::fast(time, speed), key), words)
}

fn venue(
    config: &Config,
    rest: &str,
    (clock, key): (Clock, Credentials),
    words: String,
) -> Result<Venue, Failure> {
    let accept_no_ip_list = config.kraken.accept_no_ip_list;
    Ok(Venue {
        server: None,
        base: kraken_link::base(Some(rest))?,
        egress: Egress::Direct,
        patience: clock.patience(),
        times: times(clock.patience()),
        clock,
        account: Account::Kraken(Box::new(key)),
        wanted: Wanted { role: KeyRole::Trade, live: true, accept_no_ip_list },
        limits: config.limits,
        ladder: None,
        words,
    })
}

fn kraken(config: &Config, arguments: &RunArguments) -> Settings {
    let it = &config.simulated;
    let quote = config.engine.quote;
    let markets = config.engine.pairs.iter().zip(&it.start_prices);
    let faults = if arguments.faults.is_empty() { &it.faults } else { &arguments.faults };
    Settings {
        seed: it.seed,
        tier: it.tier,
        limits: it.limits,
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
        faults: faults.clone(),
    }
}

fn key_of(server: &Server) -> Result<Credentials, Failure> {
    let key = server.keys.iter().find(|key| key.name == "trade");
    let key = key.expect("a simulated Kraken gives out a trade key");
    Credentials::new(KeyRole::Trade, key.key.clone(), key.secret.clone()).map_err(Failure::venue)
}

/// The bot's limits of time.
fn times(patience: u32) -> Times {
    let real = Times::default();
    let stretched = |time: Duration| time * patience;
    Times {
        proof_margin: stretched(real.proof_margin),
        proof_distance: stretched(real.proof_distance),
        clock_error_max: stretched(real.clock_error_max),
        ending_max: stretched(real.ending_max),
        ..real
    }
}
