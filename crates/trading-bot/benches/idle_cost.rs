//! What a bot costs that watches twenty books and trades nothing: memory and processor of its own
//! process, over real sockets. The simulated Kraken it listens to is a process of its own.
//!
//! `cargo bench -p trading-bot --bench idle_cost`. Under `cargo test` it only shows that the two
//! find each other.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(clippy::float_arithmetic, reason = "times are floating")]

use std::{
    io::{BufRead, BufReader, Read, stdin},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use bot_machine::{DeadManChoice, output::Stage, settings::Times};
use kraken_client::{clock::Clock, egress::Egress, hosts::Base, secrets::Credentials};
use kraken_protocol::{
    key_audit::Wanted,
    limits::{KeyRole, Tier},
    scheduler::SchedulerSettings,
};
use simulated_kraken::{
    AccountSettings, Boundary, DecayMode, LimitProfile, MarketSettings, MarketSource, Settings,
};
use simulator_server::{ListenerLimits, Security, ServerSettings, start};
use tokio::sync::{mpsc, oneshot};
use trading_bot::{Launch, Told, launch, launch::Account};
use trading_engine::JournalHeader;
use trading_types::{KrakenPairs, PairRules};

use crate::table::{header, idle, processor_seconds, resident};

#[path = "support/table.rs"]
mod table;

const PAIRS: usize = 20;
/// It is watched for so long.
const WATCHED: Duration = Duration::from_mins(1);
/// The goal, and the most, in KiB.
const GOAL: u64 = 16 << 10;
const MOST: u64 = 32 << 10;
/// With this word the process is the simulated Kraken.
const VENUE: &str = "venue";

fn main() {
    if std::env::args().any(|argument| argument == VENUE) {
        return serve();
    }
    // `cargo bench` adds `--bench`; `cargo test` adds nothing.
    let is_test = !std::env::args().any(|argument| argument == "--bench");
    let venue = Venue::start();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let watched = if is_test { Duration::from_millis(10) } else { WATCHED };
    let (memory, processor) = runtime.block_on(watch(&venue, folder.path(), watched));
    let percent = 100.0 * processor / watched.as_secs_f64();
    println!("{PAIRS} books, {watched:?}: {memory} KiB resident, {percent:.2} % of one processor");
    println!("goal {GOAL} KiB, at most {MOST} KiB");
    assert!(is_test || memory <= MOST, "it is too large");
}

/// A simulated Kraken in a process of its own, and how to reach it.
struct Venue {
    process: Child,
    words: Vec<String>,
}

impl Venue {
    fn start() -> Self {
        let own = std::env::current_exe().expect("this program");
        let mut command = Command::new(own);
        command.arg(VENUE).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("another of this program");
        let mut line = String::new();
        let told = process.stdout.take().expect("it is piped");
        BufReader::new(told).read_line(&mut line).expect("its first line");
        let words = line.split_whitespace().map(str::to_owned).collect();
        Self { process, words }
    }
}

impl Drop for Venue {
    fn drop(&mut self) {
        // It ends when nobody holds its input.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

fn serve() {
    let table = KrakenPairs::recorded();
    let of = |rules: &PairRules| {
        let start_price = "100".parse().expect("a price");
        let rules = table.rules(rules.pair).expect("Kraken has it");
        MarketSettings { rules, source: MarketSource::Model { start_price } }
    };
    let money = ("USD".parse().expect("an asset"), "1000".parse().expect("an amount"));
    let account = AccountSettings { name: String::new(), balances: vec![money] };
    let settings = ServerSettings {
        listen: "127.0.0.1:0".parse().expect("an address"),
        security: Security::Plain,
        speed: 1,
        start: None,
        kraken: Settings {
            history: Duration::from_hours(1),
            seed: 7,
            tier: simulated_kraken::Tier::Pro,
            limits: LimitProfile::Documented,
            refused_calls_count: true,
            decay: DecayMode::Continuous,
            boundary: Boundary::Reached,
            markets: header(PAIRS).settings.pairs.iter().map(of).collect(),
            accounts: vec![account],
            faults: Vec::new(),
        },
        scenario: None,
        state: None,
        limits: ListenerLimits::default(),
    };
    let server = start(settings).expect("a server");
    let key = server.keys.first().expect("a key");
    println!(
        "{} {} {} {} {}",
        server.rest, server.ws_public, server.ws_private, key.key, key.secret
    );
    // Until whoever started it is gone.
    drop(stdin().read_to_end(&mut Vec::new()));
}

/// Runs the bot until it is ready, and then so long; what it holds, and the seconds it computed.
async fn watch(venue: &Venue, folder: &Path, watched: Duration) -> (u64, f64) {
    let [rest, public, private, key, secret] = venue.words.as_slice() else {
        panic!("what the venue says: {:?}", venue.words)
    };
    let key = Credentials::new(KeyRole::Trade, key.clone(), secret.clone()).expect("a key");
    let parts = Launch {
        data_dir: folder.to_owned(),
        header: header(PAIRS),
        make: Box::new(|header: &JournalHeader| Ok(idle(header))),
        base: Base::simulated(rest, public, private).expect("addresses"),
        egress: Egress::default(),
        clock: Clock::system(),
        account: Account::Kraken(Box::new(key)),
        wanted: Wanted { role: KeyRole::Trade, live: true, accept_no_ip_list: false },
        limits: SchedulerSettings { tier: Tier::Pro, ..SchedulerSettings::default() },
        dead_man: DeadManChoice::StopsRest,
        times: Times::default(),
        config: "bench".to_owned(),
        alerts: None,
        ladder: None,
        seed: Some(1),
    };
    let (hear, mut told) = mpsc::unbounded_channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let tell = Box::new(move |it: Told| drop(hear.send(it)));
    let stopped = async { drop(stopped.await) };
    let task = tokio::spawn(launch(parts, tell, stopped));
    while let Some(it) = told.recv().await {
        if matches!(it, Told::Stage { stage: Stage::Ready, .. }) {
            break;
        }
    }
    let before = processor_seconds();
    tokio::time::sleep(watched).await;
    let (memory, processor) = (resident(), processor_seconds() - before);
    let _ = stop.send(());
    drop(task.await.expect("it does not panic").expect("it ran"));
    (memory, processor)
}
