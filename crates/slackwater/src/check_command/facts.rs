//! What the checklist is made of: plain facts, gathered once, so that each row is a function of
//! them. What a running bot knows comes in here.

use std::{fs, path::Path, time::Duration};

use kraken_client::{calls::CallError, state};
use kraken_protocol::{
    key_audit::{Severity, Wanted, audit},
    limits::KeyRole,
    request::Request,
    rest::{PairNames, account, key_info::key_info, market},
    scheduler::{Gauge, Lane, Scheduler, SchedulerSettings},
};
use serde::Deserialize;
use tokio::time::timeout;
use trading_bot::{
    control::Ask,
    ladder_file,
    read_model::{HISTORY_NAME, History, Listing, Query},
};
use trading_engine::{KillLimits, Sizing};
use trading_ladder::Ladder;
use trading_types::{Asset, Timestamp, VenueStatus};

use crate::{
    arguments::check::CheckArguments,
    check_command::{
        journal_facts::{self, JournalFacts},
        key_facts::{self, AuditFacts, KeyFacts},
    },
    clock,
    config::{self, Config},
    control_link::ask_bot,
    failure::Failure,
    files,
    kraken_link::KrakenLink,
    ladder_command,
};

/// Something that may not be known, and then why.
pub(crate) type Known<T> = Result<T, String>;

/// Everything that is looked at.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) now: Timestamp,
    pub(crate) config: ConfigFacts,
    pub(crate) key: KeyFacts,
    pub(crate) connection: Known<Connection>,
    /// The budgets on file; nothing where there are none. An error is a file that cannot be used.
    pub(crate) budgets: Result<Option<Vec<Gauge>>, String>,
    /// How often Kraken has said that we are too fast; nothing where nobody counted.
    pub(crate) rate_refusals: Option<u64>,
    /// Where live data come from, in words.
    pub(crate) sockets: Known<String>,
    /// The ladder as it is for this config. An error is one that cannot be believed.
    pub(crate) ladder: Result<Ladder, String>,
    /// The newest journal.
    pub(crate) journal: Known<JournalFacts>,
    pub(crate) folder: Folder,
}

/// What of the config matters here.
#[derive(Debug)]
pub(crate) struct ConfigFacts {
    /// What it is called.
    pub(crate) name: String,
    pub(crate) sizing: Sizing,
    pub(crate) stop: String,
    pub(crate) kill: KillLimits,
    pub(crate) quote: Asset,
    /// The first line that looks as if a key stood in it.
    pub(crate) secret_line: Option<usize>,
}

/// What Kraken answered.
#[derive(Debug)]
pub(crate) struct Connection {
    /// Who answered.
    pub(crate) who: String,
    pub(crate) status: VenueStatus,
    /// How many assets the key sees, where one was let in.
    pub(crate) balances: Known<usize>,
}

/// Where everything is kept.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) name: String,
    pub(crate) state: FolderState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FolderState {
    Missing,
    NoFolder,
    ReadOnly,
    Usable,
}

/// Why nobody was asked.
const OFFLINE: &str = "nobody was asked (--offline)";

impl Facts {
    pub(crate) fn gather(arguments: &CheckArguments) -> Result<Self, Failure> {
        let config = config::load(arguments.config.as_deref())?;
        let text = arguments.config.as_deref().map(files::read_config).transpose()?;
        let data = &arguments.kraken.data_dir;
        let now = clock::now();
        let mut key = key_facts::stored(&arguments.key_file, data, now);
        let line = line(data);
        let connection =
            if arguments.offline { Err(OFFLINE.to_owned()) } else { ask(arguments, &mut key) };
        Ok(Self {
            now,
            key,
            connection,
            budgets: budgets(data, now),
            rate_refusals: line.as_ref().map_or_else(|| counted(data), |it| Some(it.rate_refusals)),
            sockets: sockets(line.as_ref()),
            ladder: ladder(data, &config, now).map_err(|failure| said(&failure)),
            journal: journal_facts::of(data),
            folder: Folder { name: data.display().to_string(), state: folder(data) },
            config: config_facts(arguments, &config, text.as_deref()),
        })
    }
}

/// What a bot that runs knows of its line.
#[derive(Debug, Deserialize)]
struct Line {
    venue: String,
    public_socket: bool,
    private_socket: bool,
    rate_refusals: u64,
}

/// Asks the bot that runs in this folder; nothing where none does.
fn line(data: &Path) -> Option<Line> {
    let mut status = ask_bot(data, &Ask::Status).ok()?;
    serde_json::from_value(status.get_mut("line")?.take()).ok()
}

fn sockets(line: Option<&Line>) -> Known<String> {
    match line {
        None => Err("no bot runs in this folder, so nobody sees its sockets".to_owned()),
        Some(it) if it.venue != "kraken" => {
            Err("the bot in this folder trades at a simulated Kraken".to_owned())
        }
        Some(it) if it.public_socket && it.private_socket => {
            Ok("the bot that runs has prices and its account over two sockets to Kraken".to_owned())
        }
        Some(_) => Err("the bot that runs has lost a socket just now".to_owned()),
    }
}

/// How often somebody was told that calls came too fast, by the history; nothing without one.
fn counted(data: &Path) -> Option<u64> {
    let history = History::open(&data.join(HISTORY_NAME)).ok()?;
    let alerts = history.rows(Listing::Alerts, &Query::default()).ok()?;
    let kind = alerts.columns.iter().position(|it| *it == "kind")?;
    let is_one = |row: &&Vec<Option<String>>| row[kind].as_deref() == Some("rate_limit");
    Some(alerts.rows.iter().filter(is_one).count() as u64)
}

fn config_facts(arguments: &CheckArguments, config: &Config, text: Option<&str>) -> ConfigFacts {
    let path = arguments.config.as_deref();
    ConfigFacts {
        name: path.map_or("the built-in config".to_owned(), |it| it.display().to_string()),
        sizing: config.engine.sizing,
        stop: crate::rules_file::stop_of(&config.strategy).unwrap_or_default().to_owned(),
        kill: config.engine.kill,
        quote: config.rules.pair.quote,
        secret_line: text.and_then(key_facts::secret_line),
    }
}

/// A failure in words, as a fact.
fn said(failure: &Failure) -> String {
    match failure {
        Failure::Wrong { what, hint: Some(hint) } => format!("{what}; {hint}"),
        Failure::Wrong { what, hint: None } | Failure::Venue { what } => what.clone(),
        Failure::No | Failure::Interrupted | Failure::NobodyListens => "no".to_owned(),
    }
}

/// Asks Kraken whether it is there, and about the key if there is one.
fn ask(arguments: &CheckArguments, key: &mut KeyFacts) -> Known<Connection> {
    let credentials = key_facts::load(&arguments.key_file).ok();
    let has_key = credentials.is_some();
    let link = KrakenLink::open(&arguments.kraken, credentials.into_iter().collect())
        .map_err(|failure| said(&failure))?;
    let who = arguments.kraken.rest.clone().unwrap_or_else(|| "Kraken".to_owned());
    let status = link.run(async |calls, _| {
        let reply = within(calls.public(Request::system_status(), Lane::Reconcile)).await?;
        market::system_status(&reply.result).map_err(|error| error.to_string())
    })?;
    let balances = if has_key {
        account(&link, &arguments.kraken.data_dir, key)
    } else {
        Err("there is no key".to_owned())
    };
    Ok(Connection { who, status: status.status, balances })
}

/// Asks about the key, writes the verdict down, and looks at the account with a key that is good.
fn account(link: &KrakenLink, data: &Path, key: &mut KeyFacts) -> Known<usize> {
    let role = KeyRole::Trade;
    let info = link.run(async |calls, _| {
        let reply = within(calls.private(Request::api_key_info(), role, Lane::Reconcile)).await?;
        key_info(&reply.result).map_err(|error| error.to_string())
    })?;
    let now = clock::now();
    let audit = audit(&info, Wanted { role, live: true, accept_no_ip_list: false }, now);
    let of = |severity| {
        let findings = audit.findings.iter().filter(move |it| it.severity == severity);
        findings.map(|it| format!("{}; {}", it.reason, it.fix)).collect()
    };
    let facts = AuditFacts {
        time: now,
        key: key.shown.clone().unwrap_or_default(),
        accepted: audit.accepted,
        reasons: of(Severity::Refused),
        warnings: of(Severity::Warned),
    };
    key_facts::write_audit(data, &facts).map_err(|failure| said(&failure))?;
    key.audit = Ok(facts);
    if !audit.accepted {
        return Err("the key is refused".to_owned());
    }
    link.run(async |calls, _| {
        calls.admit(role, Ok(info.nonce)).await;
        let reply = within(calls.private(Request::balance_ex(), role, Lane::Reconcile)).await?;
        let balances = account::balance_ex(&reply.result, &PairNames::recorded());
        balances.map(|it| it.len()).map_err(|error| error.to_string())
    })
}

/// The longest that a person waits for one answer.
const WAIT_MAX: Duration = Duration::from_secs(8);

/// What comes of a call, if it comes soon.
async fn within<T>(call: impl Future<Output = Result<T, CallError>>) -> Known<T> {
    match timeout(WAIT_MAX, call).await {
        Ok(answered) => answered.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} s", WAIT_MAX.as_secs())),
    }
}

fn budgets(data: &Path, now: Timestamp) -> Result<Option<Vec<Gauge>>, String> {
    let saved = state::budgets(data).map_err(|error| error.to_string())?;
    let gauges = |saved| Scheduler::restore(SchedulerSettings::default(), saved, now).gauges(now);
    Ok(saved.map(gauges))
}

/// The ladder of this config: as it was written down, or at the bottom where that is of another.
fn ladder(data: &Path, config: &Config, now: Timestamp) -> Result<Ladder, Failure> {
    let written = ladder_file::look(data)?;
    let mut ladder = written.ladder(ladder_command::requirements(config))?;
    ladder_command::configure(&mut ladder, config, now);
    Ok(ladder)
}

fn folder(path: &Path) -> FolderState {
    match fs::metadata(path) {
        Err(_) => FolderState::Missing,
        Ok(about) if !about.is_dir() => FolderState::NoFolder,
        Ok(about) if about.permissions().readonly() => FolderState::ReadOnly,
        Ok(_) => FolderState::Usable,
    }
}
