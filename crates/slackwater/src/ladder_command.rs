//! `slackwater ladder`: where a bot stands on its way to full size, what is missing, and the step
//! up that only a person takes.
//!
//! **Law.** What the ladder says is on disk before it is told, and looking changes nothing.

mod config_subject;
mod proof;
mod track;
mod words;

use serde::Serialize;
use trading_bot::{
    ladder_file::{self, LadderFile},
    launch::paper_folder,
};
use trading_ladder::{
    BacktestEvidence, Demand, EntryCap, Evidence, Ladder, LadderEntry, LadderEvent, LadderOutput,
    Record, Refused, Rung, Tally, TrackingEvidence, TradingMode,
};
use trading_types::{Amount, Timestamp};

pub(crate) use crate::ladder_command::config_subject::{requirements, subject};
use crate::{
    arguments::ladder::{
        AdvanceArguments, HistoryArguments, LadderArguments, LadderCommand, ProofArguments,
        ShowArguments, TrackArguments,
    },
    clock,
    config::{self, Config},
    failure::Failure,
    output,
};

pub(crate) fn ladder(arguments: &LadderArguments) -> Result<(), Failure> {
    match &arguments.command {
        LadderCommand::Show(it) => show(it),
        LadderCommand::Backtest(it) => backtest(it),
        LadderCommand::Track(it) => track(it),
        LadderCommand::Advance(it) => advance(it),
        LadderCommand::History(it) => history(it),
    }
}

/// The version that is written down.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// Where a bot stands, as the command line promises it.
#[derive(Debug, Serialize)]
struct Standing<'a> {
    rung: Rung,
    entered: Option<Timestamp>,
    /// The largest entry with real money; nothing where there may be none.
    entry_cap: Option<Amount>,
    identity: String,
    /// What differs from the bot that climbed here; nothing when the config is its own.
    changed: &'a [String],
    next: Rung,
    ready: bool,
    demands: Vec<Demand>,
    days: &'a Tally,
    backtest: Option<&'a BacktestEvidence>,
    tracking: Option<&'a TrackingEvidence>,
    trials: u64,
    entries: u64,
    head: Option<String>,
}

fn show(arguments: &ShowArguments) -> Result<(), Failure> {
    let which = &arguments.which;
    let config = config::load(which.config.as_deref())?;
    let mut ladder = ladder_file::look(&which.data_dir)?.ladder(requirements(&config))?;
    let changed = changed(&ladder, &config);
    let (entries, now) = (ladder.head(), clock::now());
    // In memory only: what would be so if this config ran.
    configure(&mut ladder, &config, now);
    let demands = ladder.gate(now);
    let standing = Standing {
        rung: ladder.rung(),
        entered: entries.filter(|_| changed.is_empty()).map(|_| ladder.entered()),
        entry_cap: amount(ladder.cap()),
        identity: subject(&config).identity().to_string(),
        changed: &changed,
        next: ladder.rung().above(),
        ready: demands.iter().all(|it| it.is_met),
        demands,
        days: ladder.tally(),
        backtest: ladder.backtest(),
        tracking: ladder.tracking(),
        trials: ladder.trials(),
        entries: entries.map_or(0, |it| it.sequence),
        head: entries.map(|it| it.to_string()),
    };
    if which.json { output::json(&standing) } else { words::print_standing(&standing, &config) }
}

/// What an evidence that was filed comes to.
#[derive(Debug, Serialize)]
struct Proved<'a> {
    filed: bool,
    rung: Rung,
    evidence: &'a BacktestEvidence,
    ready: bool,
    demands: Vec<Demand>,
}

fn backtest(arguments: &ProofArguments) -> Result<(), Failure> {
    let which = &arguments.which;
    let config = config::load(which.config.as_deref())?;
    let asked = requirements(&config);
    let before = ladder_file::look(&which.data_dir)?.ladder(asked.clone())?;
    check_climber(&before, &config, arguments.start_again)?;
    let stress = asked.backtest.fee_stress;
    let evidence = proof::prove(arguments, &config, &subject(&config), stress)?;

    // Not held while the candles were read: a bot may have written a day meanwhile.
    let (mut file, written) = ladder_file::take(&which.data_dir)?;
    let mut ladder = written.ladder(asked)?;
    check_climber(&ladder, &config, arguments.start_again)?;
    let now = clock::now();
    configure(&mut ladder, &config, now);
    let filed = Evidence::Backtest(Box::new(evidence.clone()));
    let by = arguments.by.clone().unwrap_or_else(principal);
    ladder.handle(LadderEvent::EvidenceFiled { by, evidence: filed }, now);
    let refused = keep(&mut ladder, &mut file)?;
    assert!(refused.is_none(), "evidence for the subject that was just configured is taken");

    let demands = ladder.gate(now);
    let ready = demands.iter().all(|it| it.is_met);
    let rung = ladder.rung();
    if which.json {
        let proved = Proved { filed: true, rung, evidence: &evidence, ready, demands };
        return output::json(&proved);
    }
    words::print_evidence(&evidence, &config)?;
    words::print_demands(rung, &demands)
}

/// What a comparison comes to.
#[derive(Debug, Serialize)]
struct Tracked<'a> {
    filed: bool,
    rung: Rung,
    /// Whether it took a rung away.
    lost: bool,
    evidence: &'a TrackingEvidence,
    demands: Vec<Demand>,
}

fn track(arguments: &TrackArguments) -> Result<(), Failure> {
    let which = &arguments.which;
    let config = config::load(which.config.as_deref())?;
    let asked = requirements(&config);
    let before = ladder_file::look(&which.data_dir)?.ladder(asked.clone())?;
    check_climber(&before, &config, false)?;
    let Some(mode) = before.rung().mode() else {
        let what = "on the rung of backtests nothing is traded that could be compared";
        return Err(Failure::wrong_hint(what, "file a backtest with `slackwater ladder backtest`"));
    };
    let since = track::Since { mode, entered: before.entered() };
    let home = match mode {
        TradingMode::Paper => paper_folder(&which.data_dir),
        TradingMode::Live => which.data_dir.clone(),
    };
    let evidence = track::track(&home, &config, &subject(&config), since)?;

    let (mut file, written) = ladder_file::take(&which.data_dir)?;
    let mut ladder = written.ladder(asked)?;
    check_climber(&ladder, &config, false)?;
    let now = clock::now();
    configure(&mut ladder, &config, now);
    let from = ladder.rung();
    let filed = Evidence::Tracking(Box::new(evidence.clone()));
    let by = arguments.by.clone().unwrap_or_else(principal);
    ladder.handle(LadderEvent::EvidenceFiled { by, evidence: filed }, now);
    let refused = keep(&mut ladder, &mut file)?;
    if let Some(refused) = &refused {
        words::print_missing(ladder.rung(), &refused.missing)?;
        return Err(Failure::No);
    }
    let (rung, demands) = (ladder.rung(), ladder.gate(now));
    let lost = rung < from;
    if which.json {
        return output::json(&Tracked { filed: true, rung, lost, evidence: &evidence, demands });
    }
    words::print_tracking(&evidence)?;
    if lost {
        output::line(format_args!("{from} is lost: fills are too far from the backtest's"))?;
    }
    words::print_demands(rung, &demands)
}

/// Refuses to take away by the way what another config has climbed to.
fn check_climber(ladder: &Ladder, config: &Config, start_again: bool) -> Result<(), Failure> {
    let changed = changed(ladder, config);
    if changed.is_empty() || start_again || ladder.rung() == Rung::Backtest {
        return Ok(());
    }
    let rung = ladder.rung();
    let what = format!("another bot is on rung {rung} in this folder ({})", changed.join("; "));
    let hint = "choose another --data-dir, or give up that rung with --start-again";
    Err(Failure::wrong_hint(what, hint))
}

/// The answer to who wants to go up.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    advanced: bool,
    rung: Rung,
    entry_cap: Option<Amount>,
    missing: &'a [Demand],
}

fn advance(arguments: &AdvanceArguments) -> Result<(), Failure> {
    let which = &arguments.which;
    let config = config::load(which.config.as_deref())?;
    let (mut file, written) = ladder_file::take(&which.data_dir)?;
    let mut ladder = written.ladder(requirements(&config))?;
    let changed = changed(&ladder, &config);
    let now = clock::now();
    configure(&mut ladder, &config, now);
    let price = arguments.price.or(ladder.backtest().map(|it| it.last_price));
    let entry_minimum = price.map_or(Amount::ZERO, |price| proof::entry_minimum(&config, price));
    ladder.handle(
        LadderEvent::Advance {
            principal: arguments.by.clone().unwrap_or_else(principal),
            reason: arguments.reason.clone(),
            to: arguments.to.unwrap_or(ladder.rung().above()),
            entry_minimum,
        },
        now,
    );
    let refused = if changed.is_empty() {
        keep(&mut ladder, &mut file)?
    } else {
        // Nothing was shown of this config, and asking with it takes nothing from the other.
        let changed = changed.join("; ");
        output::word(format_args!("this config is not the one that climbed here: {changed}"));
        taken(&mut ladder).1
    };
    let missing = refused.map(|it| it.missing).unwrap_or_default();
    let (advanced, rung, cap) = (missing.is_empty(), ladder.rung(), ladder.cap());
    if which.json {
        output::json(&Answer { advanced, rung, entry_cap: amount(cap), missing: &missing })?;
    } else if advanced {
        words::print_rung(rung, cap, &config)?;
    } else {
        words::print_missing(rung, &missing)?;
    }
    if advanced { Ok(()) } else { Err(Failure::No) }
}

#[derive(Debug, Serialize)]
struct Line<'a> {
    sequence: u64,
    time: Timestamp,
    what: String,
    record: &'a Record,
    hash: String,
}

fn history(arguments: &HistoryArguments) -> Result<(), Failure> {
    let written = ladder_file::look(&arguments.data_dir)?;
    // Each move is looked at, too.
    written.ladder(trading_ladder::Requirements::default())?;
    let lines = written.entries.iter().map(|entry| Line {
        sequence: entry.sequence,
        time: entry.time,
        what: words::record(&entry.record),
        record: &entry.record,
        hash: entry.hash.to_string(),
    });
    let lines: Vec<Line<'_>> = lines.collect();
    if arguments.json {
        return output::json(&serde_json::json!({ "entries": lines }));
    }
    if lines.is_empty() {
        output::word("nothing has happened yet; begin with `slackwater ladder backtest`");
    }
    for Line { sequence, time, what, .. } in &lines {
        output::line(format_args!("{sequence:>4}  {time}  {what}"))?;
    }
    Ok(())
}

/// What differs between the config and the bot that the ladder is of; nothing without one.
pub(crate) fn changed(ladder: &Ladder, config: &Config) -> Vec<String> {
    ladder.subject().map(|(_, before)| before.differences(&subject(config))).unwrap_or_default()
}

/// Tells the ladder what is configured.
pub(crate) fn configure(ladder: &mut Ladder, config: &Config, now: Timestamp) {
    let subject = Box::new(subject(config));
    ladder.handle(LadderEvent::Configured { subject, program: PROGRAM.to_owned() }, now);
}

/// Writes down what is to be written down, and says what was refused.
fn keep(ladder: &mut Ladder, file: &mut LadderFile) -> Result<Option<Refused>, Failure> {
    let (entries, refusal) = taken(ladder);
    file.append(&entries)?;
    Ok(refusal)
}

/// What is to be written down, and what was refused.
fn taken(ladder: &mut Ladder) -> (Vec<LadderEntry>, Option<Refused>) {
    let mut entries: Vec<LadderEntry> = Vec::new();
    let mut refusal = None;
    while let Some(output) = ladder.poll_output() {
        match output {
            LadderOutput::Append(entry) => entries.push(*entry),
            LadderOutput::Refused(refused) => refusal = Some(refused),
            LadderOutput::Warning(words) => output::word(format_args!("warning: {words}")),
            // What they lead to is shown once, at the end.
            LadderOutput::RungChanged { .. } | LadderOutput::EntryCap(_) => (),
        }
    }
    (entries, refusal)
}

/// Who is at the terminal, by what the machine knows.
fn principal() -> String {
    ladder_file::user().map_or("somebody at this machine".to_owned(), |it| format!("user {it}"))
}

const fn amount(cap: EntryCap) -> Option<Amount> {
    match cap {
        EntryCap::UpTo(amount) => Some(amount),
        EntryCap::NoEntry | EntryCap::Unlimited => None,
    }
}
