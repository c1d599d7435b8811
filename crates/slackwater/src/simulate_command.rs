//! `slackwater simulate`: a simulated Kraken on a socket, until it is told to stop.

mod markets;
mod ready;

use std::{
    collections::BTreeSet,
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::Duration,
};

use simulated_kraken::{AccountSettings, Boundary, DecayMode, Fault, Scenario, Settings};
use simulator_server::{ListenerLimits, Security, Server, ServerSettings, StartError, StateFile};

use trading_types::{PairRules, Price};

use crate::{
    arguments::simulate::SimulateArguments, clock::Stopwatch, config::place_of, failure::Failure,
    files, output, run_command::listen_for_interrupt,
};

/// What each account begins with where nothing else is said.
#[rustfmt::skip] // A table.
const BALANCES: [(&str, &str); 10] = [
    ("USD",  "100000"), ("EUR", "100000"), ("USDT", "100000"),
    ("BTC",  "10"),     ("ETH", "100"),    ("LTC",  "100"),    ("SOL", "100"),
    ("XRP",  "10000"),  ("ADA", "10000"),  ("DOGE", "10000"),
];
/// The longest the program waits before it looks around: a bound, not a pace.
const WAIT_MAX: Duration = Duration::from_secs(1);
/// A simulation that is so far behind its clock is said to be.
const BEHIND_MAX: Duration = Duration::from_secs(5);

pub(crate) fn simulate(arguments: &SimulateArguments) -> Result<(), Failure> {
    if arguments.list_faults {
        return ready::list_faults(arguments.json);
    }
    let settings = ServerSettings {
        listen: arguments.listen,
        security: if arguments.tls { Security::SelfSigned } else { Security::Plain },
        speed: arguments.speed,
        start: None,
        kraken: kraken(arguments)?,
        scenario: arguments.scenario.as_deref().map(read_scenario).transpose()?,
        state: arguments.state.clone().map(|path| StateFile {
            path,
            every: arguments.save_every,
            each_change: false,
        }),
        limits: ListenerLimits::default(),
    };
    let pairs: Vec<_> = settings.kraken.markets.iter().map(|market| market.rules.pair).collect();
    let interrupted = listen_for_interrupt()?;
    let server = simulator_server::start(settings).map_err(not_started)?;
    if let (Some(path), Some(pem)) = (&arguments.certificate, &server.certificate) {
        files::write(path, &mut files::create(path)?, pem.as_bytes())?;
    }
    ready::tell(&server, arguments, &pairs)?;
    serve(&server, arguments, &interrupted)
}

/// Waits until it is time to stop.
fn serve(
    server: &Server,
    arguments: &SimulateArguments,
    interrupted: &Receiver<()>,
) -> Result<(), Failure> {
    let watch = Stopwatch::start();
    let (mut is_told, mut is_warned) = (false, false);
    loop {
        let left = arguments.serve_for.map(|length| length.saturating_sub(watch.elapsed()));
        if left.is_some_and(|left| left.is_zero()) {
            return Ok(());
        }
        match interrupted.recv_timeout(left.unwrap_or(WAIT_MAX).min(WAIT_MAX)) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => check(server)?,
        }
        if !is_warned && 0 < server.counts().savings_failed {
            is_warned = true;
            output::word("the state could not be saved; look for what the disk is short of");
        }
        if !is_told && BEHIND_MAX < server.counts().behind {
            is_told = true;
            output::word(format_args!(
                "this computer cannot follow at {}× real time; the simulation runs slower",
                arguments.speed
            ));
        }
    }
}

fn check(server: &Server) -> Result<(), Failure> {
    if server.is_running() {
        return Ok(());
    }
    Err(Failure::venue("the simulation has failed; please report what it said above"))
}

/// Where the price of a pair begins when nothing is said.
pub(crate) fn usual_start_price(rules: &PairRules) -> Result<Price, Failure> {
    markets::start_price(rules)
}

pub(crate) fn not_started(error: StartError) -> Failure {
    match error {
        StartError::State { .. } => Failure::wrong_hint(
            error,
            "choose another --data-dir, or go back to the settings it began with",
        ),
        StartError::Listen { .. } | StartError::StateFile { .. } => Failure::wrong(error),
        StartError::System(_) | StartError::Certificate(_) => Failure::venue(error),
    }
}

fn kraken(arguments: &SimulateArguments) -> Result<Settings, Failure> {
    let balances = if arguments.balances.is_empty() {
        let parsed = BALANCES.map(|(asset, amount)| (asset.parse(), amount.parse()));
        parsed.map(|(asset, amount)| (asset.expect("an asset"), amount.expect("an amount"))).into()
    } else {
        once("--balance", arguments.balances.iter().map(|(asset, _)| asset.to_string()))?;
        arguments.balances.clone()
    };
    once("--fault", arguments.faults.iter().map(|(fault, _)| Fault::name(*fault)))?;
    let account = |number: u8| AccountSettings {
        name: if number == 1 { String::new() } else { format!("account-{number}") },
        balances: balances.clone(),
    };
    Ok(Settings {
        seed: arguments.seed,
        tier: arguments.tier.into(),
        limits: arguments.limits.into(),
        // Where Kraken's pages can be read in two ways, the strict one: who gets on here gets on
        // there.
        refused_calls_count: !arguments.refused_calls_are_free,
        decay: DecayMode::Continuous,
        boundary: Boundary::Reached,
        markets: markets::all(arguments)?,
        accounts: (1..=arguments.accounts).map(account).collect(),
        history: arguments.warm_history.unwrap_or_default(),
        faults: arguments.faults.clone(),
    })
}

/// Refuses what is given twice: which of the two was meant nobody can know.
fn once<T: Ord + std::fmt::Display>(
    option: &str,
    given: impl Iterator<Item = T>,
) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    for it in given {
        let what = format!("{option} {it} is given more than once");
        if !seen.insert(it) {
            return Err(Failure::wrong_hint(what, "leave one of them out"));
        }
    }
    Ok(())
}

fn read_scenario(path: &Path) -> Result<Scenario, Failure> {
    let text = files::read_config(path)?;
    toml::from_str(&text).map_err(|error| {
        let place = error.span().map(|span| place_of(&text, span.start)).unwrap_or_default();
        let what = format!("{}{place}: {}", path.display(), error.message());
        Failure::wrong_hint(what, "a step is `[[step]]` with `at` and one thing that happens")
    })
}
