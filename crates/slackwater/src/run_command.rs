//! `slackwater run`: the bot, at a simulated Kraken of its own or at the real one.

use std::{
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Duration,
};

use bot_journal::{Advice, RecoveryError};
use bot_machine::settings::Times;
use kraken_client::{clock::Clock, egress::Egress, hosts::Base};
use kraken_protocol::{key_audit::Wanted, scheduler::SchedulerSettings};
use simulator_server::Server;
use strategies::from_spec;
use tokio::sync::oneshot;
use trading_bot::{
    Launch, LaunchError, ServiceEnd, Told,
    halt_file::HaltFile,
    ladder_desk::{LadderError, LadderUse},
    launch,
    launch::{Account, Strategies, journal_folder},
    set_aside::set_aside_journal,
};
use trading_engine::JournalHeader;

use crate::{
    arguments::run::{ModeArgument, RunArguments, VenueArgument},
    clock::{self, Stopwatch},
    config::{self, Config},
    failure::Failure,
    kraken_link::tell_warnings,
    output, run_kraken, run_resume, run_simulated,
    run_teller::Teller,
};

/// The longest the program waits before it looks around: a bound, not a pace.
const WAIT_MAX: Duration = Duration::from_millis(100);
/// Kraken refuses orders whose deadline is further away
/// (<https://docs.kraken.com/api/docs/rest-api/add-order>, read on 2026-11-21).
const ORDER_DEADLINE_MAX: Duration = Duration::from_mins(1);
/// Threads that carry sockets and disks. The bot itself needs one.
const WORKERS: usize = 2;

/// Where the bot trades, and with what.
pub(crate) struct Venue {
    /// The simulated Kraken, if it is ours; it ends with us.
    pub(crate) server: Option<Server>,
    pub(crate) base: Base,
    pub(crate) egress: Egress,
    pub(crate) clock: Clock,
    pub(crate) account: Account,
    pub(crate) wanted: Wanted,
    pub(crate) limits: SchedulerSettings,
    pub(crate) times: Times,
    /// How much longer the engine waits than it would in real time.
    pub(crate) patience: u32,
    /// What says how large entries may be, where they are real.
    pub(crate) ladder: Option<LadderUse>,
    /// What a person is told of it.
    pub(crate) words: String,
}

pub(crate) fn run(arguments: &RunArguments) -> Result<(), Failure> {
    check(arguments)?;
    let mut config = config::load(arguments.config.as_deref())?;
    if let Some(seed) = arguments.seed {
        (config.simulated.seed, config.engine.session) = (seed, seed);
    }
    let interrupted = listen_for_interrupt()?;
    tell_warnings();
    let connect = arguments.rest.clone().or_else(|| config.simulated.connect.clone());
    let venue = match (arguments.venue, connect) {
        (VenueArgument::Simulated, None) => run_simulated::start(&config, arguments)?,
        (VenueArgument::Simulated, Some(rest)) => {
            run_simulated::connect(&config, arguments, &rest)?
        }
        (VenueArgument::Kraken, _) if arguments.mode == Some(ModeArgument::Paper) => {
            run_kraken::paper(&config, arguments)?
        }
        (VenueArgument::Kraken, _) => run_kraken::live(&config, arguments)?,
    };
    let home = venue.account.home(&arguments.data_dir);
    if arguments.resume.is_some() {
        // The file would halt it again.
        HaltFile::of(&arguments.data_dir).remove().map_err(Failure::wrong)?;
    }
    if arguments.rebuild.is_some() {
        let aside = set_aside_journal(&home, clock::now());
        let hint = "leave --rebuild out, or correct --data-dir";
        let aside = aside.map_err(|error| Failure::wrong_hint(error, hint))?;
        output::word(format_args!("the old journal is in {}", aside.display()));
    }
    let mut teller = Teller::new(arguments.json, journal_folder(&home));
    teller.introduce(&config, &venue.words);
    let (server, parts) = parts(config, arguments, venue);
    let end = watch(parts, &mut teller, arguments, &interrupted);
    // It goes on serving until the bot has said its last word.
    drop(server);
    teller.finish(&end?)
}

/// What cannot be, whatever the config says.
fn check(arguments: &RunArguments) -> Result<(), Failure> {
    if arguments.listen.is_some() {
        return Err(Failure::wrong_hint(
            "--listen: this version has no dashboard",
            "leave it out; the events go to the terminal",
        ));
    }
    let is_kraken = arguments.venue == VenueArgument::Kraken;
    let simulated_only = [
        ("--speed", arguments.speed.is_some()),
        ("--seed", arguments.seed.is_some()),
        ("--fault", !arguments.faults.is_empty()),
    ];
    for (name, is_given) in simulated_only {
        if is_given && is_kraken {
            let what = format!("{name} is for the simulated venue");
            return Err(Failure::wrong_hint(what, "leave it out, or leave out --venue kraken"));
        }
    }
    match (is_kraken, arguments.mode) {
        (false, Some(_)) => Err(Failure::wrong_hint(
            "--mode is for --venue kraken",
            "leave it out: no real money is at the simulated venue",
        )),
        (true, None) => Err(Failure::wrong_hint(
            "--venue kraken: say with what money",
            "give --mode paper, or --mode live for real money",
        )),
        (true, Some(_)) | (false, None) => Ok(()),
    }
}

/// What the bot is launched with, and what has to live as long.
fn parts(config: Config, arguments: &RunArguments, venue: Venue) -> (Option<Server>, Launch) {
    let strategies = vec![config.strategy; config.engine.pairs.len()];
    let mut header = JournalHeader { settings: config.engine, strategies };
    if venue.server.is_none() || arguments.rebuild.is_some() {
        // Ids of orders never come twice at a venue that outlives our journal. One that is gone on
        // with keeps its own.
        header.settings.session = clock::now().nanos();
    }
    header.settings.stop_deadline *= venue.patience;
    let deadline = header.settings.order_deadline * venue.patience;
    header.settings.order_deadline = deadline.min(ORDER_DEADLINE_MAX);
    let launch = Launch {
        data_dir: arguments.data_dir.clone(),
        header,
        make: Box::new(make_strategies),
        base: venue.base,
        egress: venue.egress,
        clock: venue.clock,
        account: venue.account,
        wanted: venue.wanted,
        limits: venue.limits,
        dead_man: config.dead_man,
        times: venue.times,
        config: format!("{:?}", config.raw),
        alerts: config.raw.alerts.settings(),
        ladder: venue.ladder,
        seed: venue.server.is_some().then_some(config.simulated.seed),
    };
    (venue.server, launch)
}

/// The strategies a header names.
fn make_strategies(header: &JournalHeader) -> Result<Strategies, String> {
    let each = header.settings.pairs.iter().zip(&header.strategies);
    each.map(|(rules, spec)| from_spec(spec, rules.tick).map_err(|error| error.to_string()))
        .collect()
}

/// Lets the bot run beside this thread, which tells what happens and says when it is to end.
fn watch(
    parts: Launch,
    teller: &mut Teller,
    arguments: &RunArguments,
    interrupted: &Receiver<()>,
) -> Result<ServiceEnd, Failure> {
    let (tell, told) = mpsc::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let mut stop = Some(stop);
    let mut resume = run_resume::Resume::new(arguments);
    let bot = in_the_background(move || serve(parts, tell, stopped));
    let watch = Stopwatch::start();
    loop {
        match told.recv_timeout(WAIT_MAX) {
            Ok(told) => {
                teller.hear(&told);
                resume.hear(&told);
            }
            Err(RecvTimeoutError::Timeout) => {}
            // The bot is over: it lets go of the channel.
            Err(RecvTimeoutError::Disconnected) => break,
        }
        let is_time = arguments.run_for.is_some_and(|length| length <= watch.elapsed());
        if (interrupted.try_recv().is_ok() || is_time || teller.has_failed())
            && let Some(stop) = stop.take()
        {
            // A bot that has ended meanwhile needs no word.
            let _ = stop.send(());
        }
    }
    let ended = bot.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    teller.check()?;
    ended
}

/// Threads belong to the edge, and this is it.
#[expect(clippy::disallowed_methods, reason = "the terminal and the bot do not wait for another")]
pub(crate) fn in_the_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> thread::JoinHandle<T> {
    thread::spawn(work)
}

fn serve(
    parts: Launch,
    tell: mpsc::Sender<Told>,
    stopped: oneshot::Receiver<()>,
) -> Result<ServiceEnd, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()
        .map_err(|error| Failure::venue(format_args!("no threads: {error}")))?;
    let tell = Box::new(move |it| {
        // A teller that is gone has failed itself.
        let _ = tell.send(it);
    });
    let stop = async {
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    runtime.block_on(launch(parts, tell, stop)).map_err(|error| not_launched(&error))
}

/// Sorted by what the person does next.
fn not_launched(error: &LaunchError) -> Failure {
    match error {
        LaunchError::Key(_) | LaunchError::Ladder(LadderError::Refused(_)) => {
            output::word(format_args!("error: {error}"));
            Failure::No
        }
        LaunchError::Egress(_)
        | LaunchError::Start(_)
        | LaunchError::Venue(_)
        | LaunchError::Unreadable(_) => Failure::venue(error),
        LaunchError::Journal(error) => Failure::wrong_hint(error, advice(error)),
        LaunchError::Folder { .. }
        | LaunchError::Lock(_)
        | LaunchError::Control(_)
        | LaunchError::Alerts(_)
        | LaunchError::Ladder(LadderError::File { .. } | LadderError::Thread(_))
        | LaunchError::Paper(_)
        | LaunchError::Recovery(_)
        | LaunchError::Settings(_)
        | LaunchError::Strategy(_)
        | LaunchError::UnknownPair(_) => Failure::wrong(error),
    }
}

/// What to do about a journal that is not to be gone on with.
fn advice(error: &RecoveryError) -> &'static str {
    match error.advice() {
        Advice::MendDisk => "put the disk right, then start again; nothing was changed",
        Advice::UseOtherFolder => "give another --data-dir: one account, one folder",
        Advice::UseOtherVersion => "use the version of slackwater that wrote it",
        Advice::RestoreFiles | Advice::RebuildFromVenue => {
            "restore a copy of the journal; without one look at what is held and open at Kraken, \
             then `run --rebuild REASON` puts the journal aside and begins with what Kraken says"
        }
    }
}

/// Ctrl-C and SIGTERM arrive as a message, so that everything ends in order; a second one ends the
/// program at once.
pub(crate) fn listen_for_interrupt() -> Result<Receiver<()>, Failure> {
    let (send, receive) = mpsc::channel();
    let mut is_second = false;
    ctrlc::set_handler(move || {
        if std::mem::replace(&mut is_second, true) {
            // What matters is on the disk: starting up is recovering.
            std::process::exit(130);
        }
        // When nobody receives any more the run is over already.
        let _ = send.send(());
    })
    .map_err(|error| Failure::wrong(format_args!("cannot listen for Ctrl-C: {error}")))?;
    Ok(receive)
}
