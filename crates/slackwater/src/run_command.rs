//! `slackwater run`: the bot. For now on a simulated market in this process.

use std::{
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    time::Duration,
};

use trading_engine::Report;
use trading_types::{Amount, Refusal, Timestamp};

use crate::{
    arguments::{RunArguments, VenueArgument},
    clock::{self, Stopwatch},
    config::{self, Config},
    failure::Failure,
    files, output,
    run_event::{RunEvent, Summary},
    run_market::RunMarket,
};

/// Journal bytes are written to the file at least every so many steps of the market.
const STEPS_PER_WRITE: u32 = 2_000;
/// A warm-up of so many days is over at once; a longer one is announced.
const WARM_UP_DAYS_QUIET: u64 = 3;
/// The longest the program waits before it looks around: a bound, not a pace.
const WAIT_MAX: Duration = Duration::from_secs(1);

pub(crate) fn run(arguments: &RunArguments) -> Result<(), Failure> {
    let VenueArgument::Simulated = arguments.venue;
    if arguments.listen.is_some() {
        return Err(Failure::wrong_hint(
            "--listen: this version has no dashboard",
            "leave it out; the events go to the terminal",
        ));
    }
    let mut config = config::load(arguments.config.as_deref())?;
    if let Some(seed) = arguments.seed {
        (config.simulated.seed, config.engine.session) = (seed, seed);
    }
    let speed = arguments.speed.unwrap_or(config.simulated.speed);
    // What can go wrong here does so before anybody has waited.
    let journals = arguments.data_dir.join("journals");
    files::create_folder(&journals)?;
    if !arguments.json {
        introduce(&config, speed, arguments)?;
    }
    let mut market = RunMarket::new(&config)?;
    let interrupted = listen_for_interrupt()?;
    let mut tell = Teller::new(arguments.json, &config, &journals)?;

    let end = arguments.run_for.map(|it| market.start() + it * speed);
    let watch = Stopwatch::start();
    let mut steps = 0;
    while end.is_none_or(|end| market.next_at() <= end) {
        let due = market.next_at().since(market.start());
        if !wait_until(due, speed, &watch, &interrupted) {
            break;
        }
        market.step(&mut |report, now| tell.report(report, now));
        steps += 1;
        if STEPS_PER_WRITE <= steps {
            steps = 0;
            tell.write_journal(&mut market)?;
        }
        if let Err(failure) = tell.check() {
            // What has happened is kept, whoever still listens.
            tell.write_journal(&mut market)?;
            return Err(failure);
        }
    }
    tell.finish(&mut market)
}

/// Says what is going to happen.
fn introduce(config: &Config, speed: u32, arguments: &RunArguments) -> Result<(), Failure> {
    let (pair, strategy) = (config.rules.pair, &config.strategy);
    let settings: Vec<_> =
        strategy.settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
    output::word(format_args!(
        "trading {pair} on a simulated market with {} {}, seed {}, {speed}× real time",
        strategy.name,
        settings.join(" "),
        config.simulated.seed,
    ));
    let days = RunMarket::warm_up(config)?.as_secs() / 86_400;
    if WARM_UP_DAYS_QUIET < days {
        output::word(format_args!("first {days} days of market, so that the strategy is warm"));
    }
    if arguments.run_for.is_none() {
        output::word("Ctrl-C ends it with a summary");
    }
    Ok(())
}

/// Ctrl-C and SIGTERM arrive as a message, so that everything ends in order.
pub(crate) fn listen_for_interrupt() -> Result<Receiver<()>, Failure> {
    let (send, receive) = mpsc::channel();
    ctrlc::set_handler(move || {
        // When nobody receives any more the run is over already.
        let _ = send.send(());
    })
    .map_err(|error| Failure::wrong(format_args!("cannot listen for Ctrl-C: {error}")))?;
    Ok(receive)
}

/// Waits until real time has come as far as `due` of market time; false when interrupted.
fn wait_until(due: Duration, speed: u32, watch: &Stopwatch, interrupted: &Receiver<()>) -> bool {
    loop {
        let left = (due / speed).saturating_sub(watch.elapsed());
        match interrupted.recv_timeout(left.min(WAIT_MAX)) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) if left <= WAIT_MAX => return true,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

/// Tells people and the journal file what happens, and counts.
struct Teller {
    is_json: bool,
    path: PathBuf,
    file: std::io::BufWriter<std::fs::File>,
    equity_start: Amount,
    orders: u64,
    fills: u64,
    trades: u64,
    wins: u64,
    rate_rejections: u64,
    failure: Option<Failure>,
}

impl Teller {
    fn new(is_json: bool, config: &Config, journals: &Path) -> Result<Self, Failure> {
        let started = clock::now().to_string().replace(':', "-");
        let path = journals.join(format!("{started}.journal"));
        let file = files::create(&path)?;
        let equity_start = config.simulated.cash;
        Ok(Self {
            is_json,
            path,
            file,
            equity_start,
            orders: 0,
            fills: 0,
            trades: 0,
            wins: 0,
            rate_rejections: 0,
            failure: None,
        })
    }

    fn report(&mut self, report: &Report, now: Timestamp) {
        self.count(report);
        let event = RunEvent::new(report, now);
        let told = match self.is_json {
            true => output::json(&event),
            false if event.is_detail() => Ok(()),
            false => output::line(event),
        };
        if let Err(failure) = told {
            self.failure.get_or_insert(failure);
        }
    }

    fn count(&mut self, report: &Report) {
        match report {
            Report::OrderPlaced { .. } => self.orders += 1,
            Report::OrderFilled { .. } => self.fills += 1,
            Report::TradeClosed { profit, .. } => {
                self.trades += 1;
                self.wins += u64::from(profit.is_positive());
            }
            Report::OrderRejected { refusal: Refusal::RateLimited, .. } => {
                self.rate_rejections += 1;
            }
            Report::OrderRejected { .. }
            | Report::OrderEnded { .. }
            | Report::OrderRefused { .. }
            | Report::SizeRefused { .. }
            | Report::LotClosed { .. }
            | Report::Halted { .. }
            | Report::Flattened
            | Report::Resumed { .. }
            | Report::Alarm(_)
            | Report::Residual { .. }
            | Report::PairHalted { .. }
            | Report::PairFlattened { .. }
            | Report::PairResumed { .. }
            | Report::PairNotTraded { .. } => {}
        }
    }

    /// Whether telling has failed: nobody listens any more, or the disk is full.
    fn check(&mut self) -> Result<(), Failure> {
        self.failure.take().map_or(Ok(()), Err)
    }

    fn write_journal(&mut self, market: &mut RunMarket) -> Result<(), Failure> {
        let bytes = market.engine().journal().take_bytes();
        files::write(&self.path, &mut self.file, &bytes)
    }

    fn finish(&mut self, market: &mut RunMarket) -> Result<(), Failure> {
        self.write_journal(market)?;
        let now = market.now();
        let engine = market.engine();
        // The account's balances take their time to arrive; without a fill they have not changed.
        let equity_end = if self.fills == 0 { self.equity_start } else { engine.equity() };
        let summary = Summary {
            time: now,
            event: "summary",
            orders: self.orders,
            fills: self.fills,
            trades: self.trades,
            wins: self.wins,
            equity_start: self.equity_start,
            equity_end,
            fees: engine.fees_in_quote(),
            rate_rejections: self.rate_rejections,
            halted: engine.halted().is_some(),
            halt_reason: engine.halted().map(ToString::to_string),
            journal: self.path.display().to_string(),
            journal_hash: engine.journal().hash(),
        };
        if self.is_json { output::json(&summary) } else { output::line(&summary) }
    }
}
