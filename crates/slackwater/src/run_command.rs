//! `slackwater run`: the bot, at a simulated Kraken of its own or at the real one.

use std::{
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::Duration,
};

use kraken_protocol::{key_audit::Wanted, limits::KeyRole, scheduler::SchedulerSettings};
use strategies::from_spec;
use tokio::sync::oneshot;
use trading_bot::{
    Launch, LaunchError, ServiceEnd, Told, launch,
    launch::{Strategies, journal_folder},
};
use trading_engine::JournalHeader;

use crate::{
    arguments::{RunArguments, VenueArgument},
    clock::Stopwatch,
    config,
    failure::Failure,
    output,
    run_simulated::{self, Simulated, stretched},
    run_teller::Teller,
};

/// The longest the program waits before it looks around: a bound, not a pace.
const WAIT_MAX: Duration = Duration::from_millis(100);
/// Threads that carry sockets and disks. The bot itself needs one.
const WORKERS: usize = 2;

pub(crate) fn run(arguments: &RunArguments) -> Result<(), Failure> {
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
    let interrupted = listen_for_interrupt()?;
    let VenueArgument::Simulated = arguments.venue;
    let speed = arguments.speed.unwrap_or(config.simulated.speed);
    let simulated = run_simulated::start(&config, speed, &arguments.faults, &arguments.data_dir)?;
    let Simulated { server, base, clock, key } = simulated;
    let mut teller = Teller::new(arguments.json, journal_folder(&arguments.data_dir));
    teller.introduce(&config, speed, &server)?;
    let mut header = JournalHeader {
        settings: config.engine.clone(),
        strategies: vec![config.strategy.clone(); config.engine.pairs.len()],
    };
    header.settings.stop_deadline = stretched(header.settings.stop_deadline, speed);
    let parts = Launch {
        data_dir: arguments.data_dir.clone(),
        header,
        make: Box::new(make_strategies),
        base,
        egress: kraken_client::egress::Egress::default(),
        clock,
        key,
        wanted: Wanted { role: KeyRole::Trade, live: true, accept_no_ip_list: false },
        limits: SchedulerSettings::default(),
        dead_man: config.dead_man,
        times: run_simulated::times(speed),
        config: format!("{:?}", config.raw),
        alerts: None,
        ladder: None,
        seed: Some(config.simulated.seed),
    };
    let end = watch(parts, &mut teller, arguments.run_for, &interrupted)?;
    teller.finish(&end)
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
    run_for: Option<Duration>,
    interrupted: &Receiver<()>,
) -> Result<ServiceEnd, Failure> {
    let (tell, told) = mpsc::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let mut stop = Some(stop);
    let bot = thread::spawn(move || serve(parts, tell, stopped));
    let watch = Stopwatch::start();
    loop {
        match told.recv_timeout(WAIT_MAX) {
            Ok(told) => teller.hear(&told),
            Err(RecvTimeoutError::Timeout) => {}
            // The bot is over: it lets go of the channel.
            Err(RecvTimeoutError::Disconnected) => break,
        }
        let is_time = run_for.is_some_and(|length| length <= watch.elapsed());
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
        LaunchError::Key(_) => {
            output::word(format_args!("error: {error}"));
            Failure::No
        }
        LaunchError::Egress(_)
        | LaunchError::Start(_)
        | LaunchError::Venue(_)
        | LaunchError::Unreadable(_) => Failure::venue(error),
        LaunchError::Folder { .. }
        | LaunchError::Lock(_)
        | LaunchError::Control(_)
        | LaunchError::Journal(_)
        | LaunchError::Recovery(_)
        | LaunchError::Settings(_)
        | LaunchError::Strategy(_)
        | LaunchError::UnknownPair(_) => Failure::wrong(error),
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
