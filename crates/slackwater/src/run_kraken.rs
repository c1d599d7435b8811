//! `slackwater run --venue kraken`: what is needed to trade with real money, and whether it may be.
//!
//! **Law.** The ladder is asked before the key is even read.

use std::time::Duration;

use bot_machine::settings::Times;
use exchange_simulator::Delay;
use kraken_client::{
    clock::Clock,
    secrets::{Credentials, EnvironmentKeys, KeySources},
};
use kraken_protocol::{key_audit::Wanted, limits::KeyRole};
use trading_bot::{
    ladder_desk::LadderUse,
    ladder_file,
    launch::{Account, PaperAccount},
};
use trading_ladder::{EntryCap, TradingMode};

use crate::{
    arguments::run::RunArguments,
    clock,
    config::Config,
    failure::Failure,
    kraken_link::base,
    ladder_command::{configure, requirements, subject},
    output,
    run_command::Venue,
    status_view::cap_words,
};

/// How long a command takes to the venue on paper, chosen and not measured: from a machine near
/// Kraken to one far away.
const PAPER_LATENCY: Delay =
    Delay { min: Duration::from_millis(20), max: Duration::from_millis(200) };

/// Kraken itself, with real money.
pub(crate) fn live(config: &Config, arguments: &RunArguments) -> Result<Venue, Failure> {
    let cap = ask_the_ladder(config, arguments)?;
    let key = trade_key(config, arguments)?;
    let accept_no_ip_list = config.kraken.accept_no_ip_list;
    let entries = cap_words(cap);
    Ok(Venue {
        server: None,
        base: base(arguments.rest.as_deref())?,
        egress: config.kraken.egress.clone(),
        clock: Clock::system(),
        account: Account::Kraken(Box::new(key)),
        wanted: Wanted { role: KeyRole::Trade, live: true, accept_no_ip_list },
        limits: config.limits,
        times: Times::default(),
        patience: 1,
        ladder: Some(LadderUse {
            mode: TradingMode::Live,
            subject: subject(config),
            requirements: requirements(config),
            requested: Some(config.engine.risk.order_value_max),
        }),
        words: format!("REAL MONEY at Kraken; {entries}, as the ladder allows"),
    })
}

/// Kraken's market, and an account that is made up. No key is needed.
pub(crate) fn paper(config: &Config, arguments: &RunArguments) -> Result<Venue, Failure> {
    let (cash, quote) = (config.paper_cash, config.engine.quote);
    let account = PaperAccount {
        balances: vec![(quote, cash)],
        latency: PAPER_LATENCY,
        seed: config.simulated.seed,
    };
    Ok(Venue {
        server: None,
        base: base(arguments.rest.as_deref())?,
        egress: config.kraken.egress.clone(),
        clock: Clock::system(),
        account: Account::Paper(account),
        wanted: Wanted { role: KeyRole::Trade, live: false, accept_no_ip_list: true },
        limits: config.limits,
        times: Times::default(),
        patience: 1,
        ladder: Some(LadderUse {
            mode: TradingMode::Paper,
            subject: subject(config),
            requirements: requirements(config),
            requested: None,
        }),
        words: format!("ON PAPER: Kraken's market, made-up money that began as {cash} {quote}"),
    })
}

/// Whether the ladder allows real money, and how much in one entry.
fn ask_the_ladder(config: &Config, arguments: &RunArguments) -> Result<EntryCap, Failure> {
    let now = clock::now();
    let mut ladder = ladder_file::look(&arguments.data_dir)?.ladder(requirements(config))?;
    configure(&mut ladder, config, now);
    ladder.may_trade(TradingMode::Live, None, now).map_err(|refused| {
        output::word("error: real money is refused: the ladder does not allow it yet");
        for demand in &refused.missing {
            output::word(format_args!("missing: {demand}"));
        }
        output::word("hint: `slackwater ladder show` says where this bot stands");
        Failure::No
    })
}

/// The key that trades, from where it is kept.
pub(crate) fn trade_key(config: &Config, arguments: &RunArguments) -> Result<Credentials, Failure> {
    let file = arguments.key_file.as_ref().unwrap_or(&config.kraken.key_file);
    let environment = EnvironmentKeys::Refused;
    let sources = KeySources { file: Some(file.clone()), environment };
    Credentials::load(KeyRole::Trade, &sources).map_err(Failure::wrong)
}
