//! From settings to a bot that runs: the folder, its lock, the journal, the venue's pairs, and only
//! then the loop.
//!
//! **Law.** Whatever could keep the bot from running is found before anything is sent.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use bot_journal::{
    Digest, Identity, JournalSettings, JournalWriter, Records, RecoveryError, Start,
    recover_witnessed,
};
use bot_machine::{
    Bot, BotSettings, DeadManChoice, Recovered,
    recovery::{self, Epoch, Recovery, RecoveryProblem},
    settings::Times,
};
use exchange_simulator::Delay;
use kraken_client::{
    calls::{CallError, Calls, CallsParts, StartError},
    clock::Clock,
    egress::{Egress, EgressError},
    hosts::Base,
    http::Http,
    secrets::Credentials,
};
use kraken_protocol::{
    key_audit::{self, Severity, Wanted},
    request::Request,
    rest::{
        PairNames,
        fields::DecodeError,
        key_info::key_info,
        market::{self, pairs::PairInfo},
    },
    scheduler::{Lane, SchedulerSettings},
};
use sha2::{Digest as _, Sha256};
use trading_engine::{Engine, JournalHeader, Keep, SettingsError};
use trading_types::{Amount, Asset, Pair, PairRules};

use crate::{
    alert_sinks::{AlertSettings, OpenSinksError},
    control::{ControlLimits, ControlServer, OpenControlError},
    halt_file::HaltFile,
    history_thread::{HistoryThread, Past},
    journal_thread::JournalThread,
    ladder_desk::{LadderDesk, LadderError, LadderUse},
    ladder_run::LadderRun,
    line::LineParts,
    paper::PaperSettings,
    paper_line::{self, PaperError, PaperLine},
    proof_threads::ProofThreads,
    real_disk::{LockError, RealDisk},
    service::{Inbox, ServiceEnd, ServiceParts, Told, serve},
    telling::Telling,
    witness_file::WitnessFile,
};

/// A segment of the journal gets no more records once it has this many bytes.
const SEGMENT_BYTES: u64 = 64 << 20;
/// A bot that was not looked at for longer than this was asleep, whatever it was before.
const SILENCE_MAX: Duration = Duration::from_mins(1);
/// Where in the data folder the journal lies.
const JOURNAL_FOLDER: &str = "journal";
/// Where in the data folder a paper account is kept, and what such an account is called.
const PAPER: &str = "paper";

/// Everything that is needed to run a bot at a venue.
pub struct Launch {
    /// Where everything of this bot is kept. One account, one folder.
    pub data_dir: PathBuf,
    /// The engine's settings and strategies. Steps and minimums of the pairs are the venue's.
    pub header: JournalHeader,
    /// How strategies are made by their names.
    pub make: MakeStrategies,
    /// Which Kraken.
    pub base: Base,
    /// Which way out.
    pub egress: Egress,
    /// By which clock.
    pub clock: Clock,
    /// Whose money it trades.
    pub account: Account,
    /// What the key is wanted for.
    pub wanted: Wanted,
    /// Which limits are kept.
    pub limits: SchedulerSettings,
    /// What happens to resting orders when the bot dies.
    pub dead_man: DeadManChoice,
    /// Limits of time and number.
    pub times: Times,
    /// The configuration as a text, to tell one from another.
    pub config: String,
    /// Where alerts go, besides to whoever watches.
    pub alerts: Option<AlertSettings>,
    /// The ladder that says how large entries may be. Without one nothing does: that is for tests
    /// and simulated venues.
    pub ladder: Option<LadderUse>,
    /// Decides what is left to chance; nothing asks the system.
    pub seed: Option<u64>,
}

/// Makes the strategies that a header names.
pub type MakeStrategies = Box<dyn Fn(&JournalHeader) -> Result<Strategies, String> + Send>;

/// Whose money is traded.
pub enum Account {
    /// That of the account of this trade key.
    Kraken(Box<Credentials>),
    /// Nobody's: it is made up, and filled by the real market.
    Paper(PaperAccount),
}

impl Account {
    /// Where in a data folder its journal and history are. Pretended money has its own; the ladder
    /// is one for both.
    pub fn home(&self, data_dir: &Path) -> PathBuf {
        match self {
            Self::Kraken(_) => data_dir.to_owned(),
            Self::Paper(_) => paper_folder(data_dir),
        }
    }
}

/// A made-up account as it begins.
#[derive(Clone, Debug)]
pub struct PaperAccount {
    /// What it has.
    pub balances: Vec<(Asset, Amount)>,
    /// How long a command takes to the venue and its answer back, together.
    pub latency: Delay,
    /// Decides how long each takes.
    pub seed: u64,
}

/// The strategies of an engine.
pub type Strategies = Vec<Box<dyn trading_engine::Strategy>>;

/// Why a bot does not run, sorted by what to do next.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    // Correct the folder, or wait for the other one to end.
    /// Its folder cannot be made.
    #[error("the folder {path} cannot be made ({error}): correct --data-dir or its rights")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Another process uses it.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The control socket cannot be opened.
    #[error(transparent)]
    Control(#[from] OpenControlError),
    // Correct the config.
    /// There is a way to tell people that cannot be used.
    #[error(transparent)]
    Alerts(#[from] OpenSinksError),
    // Climb, or look at the ladder's file.
    /// The ladder does not let the bot trade so.
    #[error(transparent)]
    Ladder(#[from] LadderError),
    /// The paper account cannot be gone on with.
    #[error(transparent)]
    Paper(#[from] PaperError),
    // Look at the journal.
    /// It is damaged, or another account's.
    #[error(transparent)]
    Journal(#[from] RecoveryError),
    /// It cannot be gone on from.
    #[error(transparent)]
    Recovery(#[from] RecoveryProblem),
    // Correct the config.
    /// The settings cannot be.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The strategies cannot be made.
    #[error("the strategy cannot be made: {0}")]
    Strategy(String),
    /// The venue does not have a pair.
    #[error("kraken has no pair {0}: correct `pair` in the config")]
    UnknownPair(Pair),
    // Correct the key in Kraken's settings.
    /// It may do too much or too little.
    #[error("the key is refused: {0}")]
    Key(String),
    // Look at the network, the venue.
    /// There is no way out.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// The budgets of the last run cannot be used, or the key is another Kraken's.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The venue cannot be asked.
    #[error("kraken was asked about the key and its pairs: {0}")]
    Venue(#[from] CallError),
    /// Its answer cannot be read.
    #[error("kraken was asked about the key and its pairs: {0}")]
    Unreadable(#[from] DecodeError),
}

/// Runs a bot until it is over. `stop` asks it to end; `tell` hears what happens.
pub async fn launch(
    launch: Launch,
    tell: Box<dyn FnMut(Told) + Send>,
    stop: impl Future<Output = ()> + Send,
) -> Result<ServiceEnd, LaunchError> {
    let home = launch.account.home(&launch.data_dir);
    let folder = journal_folder(&home);
    let mut disk = open_disk(&folder)?;
    let limits = ControlLimits::default();
    let (_server, control) = ControlServer::open(&launch.data_dir, limits).await?;

    if let Some(uses) = &launch.ladder {
        LadderDesk::look(&launch.data_dir, uses, launch.clock.now())?;
    }
    let telling = launch.alerts.as_ref().map(|it| Telling::open(it, launch.clock.clone()));
    let telling = telling.transpose()?;

    // The key is looked at before anything else is believed or begun.
    let way = Http::new(launch.base.clone(), &launch.egress, launch.clock.clone())?;
    let parts = CallsParts {
        ways: vec![way.clone()],
        settings: launch.limits,
        state_folder: Some(launch.data_dir.clone()),
        seed: launch.seed,
    };
    let (keys, paper) = match launch.account {
        Account::Kraken(key) => (vec![*key], None),
        Account::Paper(paper) => (Vec::new(), Some(paper)),
    };
    let mark = keys.first().map(Credentials::mark);
    let calls = Calls::start(parts, keys)?;
    let account = match mark {
        // Without a mark of the account the key's is taken: another key's journal is never gone on
        // with.
        Some(mark) => audit(&calls, launch.wanted).await?.unwrap_or(mark),
        None => digest(PAPER.as_bytes()),
    };
    let pairs = pairs(&calls).await?;
    let names = PairNames::from_pairs(&pairs);
    let mut header = launch.header;
    adopt_all(&mut header, &pairs)?;

    let identity = identity(account, &launch.config, &header);
    let (witness, said) = WitnessFile::open(&folder)
        .map_err(|error| LaunchError::Folder { path: folder.clone(), error })?;
    let journal = recover_witnessed(&ProofThreads::of(&folder), &mut disk, &identity, said)?;
    let recovered = begin(&mut disk, &journal, &mut header, &launch.times, &launch.make)?;
    let data_dir = launch.data_dir;
    // Nothing has been begun so far, on the ladder either.
    let climb = |uses| LadderRun::start(&data_dir, uses, SILENCE_MAX, launch.clock.now());
    let ladder = launch.ladder.map(climb).transpose()?;
    let inbox = Inbox::new();
    let place = Place { home: &home, folder, identity, witness };
    let journal = write_on(disk, &journal, place, &inbox)?;
    let settings = BotSettings {
        header,
        key: launch.wanted,
        names: names.clone(),
        dead_man: launch.dead_man,
        times: launch.times,
    };
    let now = launch.clock.now();
    let paper = paper.map(|paper| begin_paper(paper, &settings, &data_dir, &launch.clock, &inbox));
    let paper = paper.transpose()?;
    let bot = Bot::new(settings, recovered, env!("CARGO_PKG_VERSION"), now);
    let key = launch.wanted.role;
    let venue = match launch.base {
        Base::Kraken | Base::Simulated(_) if paper.is_some() => PAPER,
        Base::Kraken => "kraken",
        Base::Simulated(_) => "simulated",
    };
    let line = LineParts { calls, ways: vec![way], key, names, seed: launch.seed, paper };
    let halt_file = HaltFile::of(&data_dir);
    #[rustfmt::skip] // Names only.
    let parts = ServiceParts {
        bot, journal, line, venue, inbox, control, halt_file, telling, ladder, tell,
    };
    Ok(serve(parts, stop).await)
}

/// A folder for this process alone, made if there is none.
fn open_disk(folder: &Path) -> Result<RealDisk, LaunchError> {
    std::fs::create_dir_all(folder)
        .map_err(|error| LaunchError::Folder { path: folder.to_owned(), error })?;
    Ok(RealDisk::open(folder)?)
}

/// Where a journal is, and whose.
struct Place<'a> {
    home: &'a Path,
    folder: PathBuf,
    identity: Identity,
    witness: WitnessFile,
}

/// The journal's thread, which goes on where the journal ended, and the history's after it.
fn write_on(
    disk: RealDisk,
    recovered: &bot_journal::Recovered,
    place: Place<'_>,
    inbox: &Inbox,
) -> Result<JournalThread, LaunchError> {
    let Place { home, folder, identity, witness } = place;
    let past = Past {
        data_dir: home.to_owned(),
        journal: folder.clone(),
        recovered: recovered.clone(),
        identity,
    };
    let history = HistoryThread::start(past, inbox.to_bot.clone());
    let settings = JournalSettings { identity, segment_bytes: SEGMENT_BYTES };
    let writer = JournalWriter::new(disk, recovered, settings);
    JournalThread::start(writer, witness, inbox.to_bot.clone(), history)
        .map_err(|error| LaunchError::Folder { path: folder, error })
}

/// The made-up account, which goes on where it was.
fn begin_paper(
    paper: PaperAccount,
    settings: &BotSettings,
    data_dir: &Path,
    clock: &Clock,
    inbox: &Inbox,
) -> Result<PaperLine, LaunchError> {
    let mut disk = open_disk(&paper_folder(data_dir))?;
    let rules = settings.header.settings.pairs.clone();
    let PaperAccount { balances, latency, seed } = paper;
    let settings = PaperSettings { rules, balances, latency, seed };
    let venue = paper_line::open(&mut disk, settings, clock.now())?;
    Ok(PaperLine::start(venue, disk, clock.clone(), inbox.to_bot.clone()))
}

fn identity(account: Digest, config: &str, header: &JournalHeader) -> Identity {
    Identity {
        account,
        binary: digest(env!("CARGO_PKG_VERSION").as_bytes()),
        config: digest(config.as_bytes()),
        strategy: digest(format!("{:?}", header.strategies).as_bytes()),
    }
}

/// The bot as its journal leaves it, under the settings it is to have from now on.
fn begin(
    disk: &mut RealDisk,
    journal: &bot_journal::Recovered,
    header: &mut JournalHeader,
    times: &Times,
    make: recovery::MakeStrategies<'_>,
) -> Result<Recovered, LaunchError> {
    let mut recovery = Recovery::new(*times, make);
    let mut records = Records::new(disk, journal, Start::LastSnapshot)?;
    while let Some(record) = records.next_record()? {
        recovery.record(record.sequence, record.time, record.kind, record.payload)?;
    }
    let Some((was, mut recovered)) = recovery.finish()? else {
        let strategies = make(header).map_err(LaunchError::Strategy)?;
        let engine = Engine::new(header, strategies, Keep::Bytes)?;
        return Ok(Recovered::fresh(engine, header, *times));
    };
    // Names of orders go on where they were.
    header.settings.session = was.settings.session;
    if was != *header {
        let state = recovered.engine.save();
        let strategies = make(header).map_err(LaunchError::Strategy)?;
        recovered.engine = Engine::resume_with(header, strategies, Keep::Bytes, &state)
            .map_err(|error| LaunchError::Strategy(error.to_string()))?;
        let state = Some(recovered.engine.save());
        // Its journal begins with the header, which stands in the epoch's record.
        recovered.engine.journal().take_bytes();
        recovered.epoch = Some(Epoch { header: header.clone(), state });
    }
    Ok(recovered)
}

async fn pairs(calls: &Calls) -> Result<Vec<PairInfo>, LaunchError> {
    let reply = calls.public(Request::asset_pairs(), Lane::Reconcile).await?;
    Ok(market::asset_pairs(&reply.result)?.pairs)
}

fn adopt_all(header: &mut JournalHeader, pairs: &[PairInfo]) -> Result<(), LaunchError> {
    for rules in &mut header.settings.pairs {
        let told = pairs.iter().find(|it| it.pair == rules.pair);
        adopt(rules, told.ok_or(LaunchError::UnknownPair(rules.pair))?);
    }
    Ok(())
}

/// Steps and minimums are the venue's; what is paid is the account's own business.
fn adopt(rules: &mut PairRules, told: &PairInfo) {
    *rules = told.rules(rules.fees.clone());
}

/// Whether the key may be used, and whose account it is: a mark of the account where Kraken tells
/// one, so that a new key of the same account goes on.
async fn audit(calls: &Calls, wanted: Wanted) -> Result<Option<Digest>, LaunchError> {
    let reply = calls.private(Request::api_key_info(), wanted.role, Lane::Resolve).await?;
    let info = key_info(&reply.result)?;
    let judged = key_audit::audit(&info, wanted, calls.clock().now());
    if !judged.accepted {
        let refused = judged.findings.iter().filter(|it| it.severity == Severity::Refused);
        let why: Vec<String> = refused.map(|it| format!("{}: {}", it.reason, it.fix)).collect();
        return Err(LaunchError::Key(why.join("; ")));
    }
    Ok(info.account)
}

fn digest(bytes: &[u8]) -> Digest {
    Sha256::digest(bytes).into()
}

/// Where in a data folder the journal and the history of paper trading are, and its account.
pub fn paper_folder(data_dir: &Path) -> PathBuf {
    data_dir.join(PAPER)
}

/// Where the journal of a data folder lies.
pub fn journal_folder(data_dir: &Path) -> PathBuf {
    data_dir.join(JOURNAL_FOLDER)
}
