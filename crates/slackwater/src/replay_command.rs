//! `slackwater replay`: run a journal again and compare.

use std::path::Path;

use serde::Serialize;
use strategies::from_spec;
use trading_engine::{
    Difference, Engine, JournalError, JournalHeader, JournalReader, Keep, Replay,
};

use crate::{arguments::ReplayArguments, failure::Failure, files, journal_folder, output};

/// The answer as JSON.
#[derive(Debug, Default, Serialize)]
struct Answer {
    same: bool,
    /// How many stretches under settings of their own there are.
    epochs: u64,
    inputs: u64,
    outputs: u64,
    journal_hash: String,
    torn_at: Option<usize>,
    /// How many bytes at the end no seal closes; they may have been changed.
    unsealed_bytes: usize,
    difference: Option<ShownDifference>,
    halted: Option<String>,
}

#[derive(Debug, Serialize)]
struct ShownDifference {
    time: String,
    after_inputs: u64,
    recorded: Option<String>,
    replayed: Option<String>,
}

pub(crate) fn replay(arguments: &ReplayArguments) -> Result<(), Failure> {
    let path = &arguments.journal;
    let answer = if path.is_dir() { replay_folder(path)? } else { replay_file(path)? };
    if arguments.json {
        output::json(&answer)?;
    } else {
        print(&answer)?;
    }
    let is_proved = answer.same && answer.unsealed_bytes == 0;
    if is_proved { Ok(()) } else { Err(Failure::No) }
}

fn replay_file(path: &Path) -> Result<Answer, Failure> {
    let bytes = files::read_journal(path)?;
    let reader = JournalReader::new(&bytes).map_err(|error| damaged(path, &error))?;
    let proof = reader.prove().map_err(|error| damaged(path, &error))?;
    let engine = build(reader.header())?;
    let replay = trading_engine::replay(reader, engine).map_err(|error| damaged(path, &error))?;
    let mut answer = Answer::default();
    answer.add(replay);
    answer.unsealed_bytes = bytes.len() - proof.sealed_to;
    Ok(answer)
}

/// The journal of a bot, one stretch under the same settings after the other. Its records are
/// proved by their own chain.
fn replay_folder(path: &Path) -> Result<Answer, Failure> {
    let mut answer = Answer::default();
    for stretch in journal_folder::stretches(path)? {
        let reader = JournalReader::new(&stretch.bytes).map_err(|error| damaged(path, &error))?;
        let engine = stretch.engine(Keep::Hash)?;
        let replay = trading_engine::replay(reader, engine);
        answer.add(replay.map_err(|error| damaged(path, &error))?);
        if !answer.same {
            break;
        }
    }
    Ok(answer)
}

fn damaged(path: &Path, error: &JournalError) -> Failure {
    Failure::wrong_hint(
        format_args!("{}: {error}", path.display()),
        "give the data folder of a bot, or a file that `slackwater backtest --journal` wrote",
    )
}

impl Answer {
    /// Adds what the next stretch came to.
    fn add(&mut self, mut replay: Replay) {
        self.same = replay.difference.is_none();
        self.epochs += 1;
        self.inputs += replay.inputs;
        self.outputs += replay.outputs;
        self.journal_hash = replay.engine.journal().hash();
        self.torn_at = replay.torn_at;
        self.difference = replay.difference.as_ref().map(shown);
        self.halted = replay.engine.halted().map(ToString::to_string);
    }
}

/// The engine that a journal's header describes.
fn build(header: &JournalHeader) -> Result<Engine, Failure> {
    let pairs = header.settings.pairs.iter();
    let strategies = header.strategies.iter().zip(pairs);
    let strategies = strategies.map(|(spec, rules)| from_spec(spec, rules.tick));
    let strategies = strategies.collect::<Result<Vec<_>, _>>().map_err(|error| {
        Failure::wrong_hint(
            format_args!("the journal's strategy cannot be built: {error}"),
            "replay it with the version of slackwater that wrote it",
        )
    })?;
    Engine::new(header, strategies, Keep::Hash).map_err(Failure::wrong)
}

fn shown(difference: &Difference) -> ShownDifference {
    ShownDifference {
        time: difference.time.to_string(),
        after_inputs: difference.inputs,
        recorded: difference.recorded.as_ref().map(|it| format!("{it:?}")),
        replayed: difference.replayed.as_ref().map(|it| format!("{it:?}")),
    }
}

fn print(answer: &Answer) -> Result<(), Failure> {
    if let Some(at) = answer.torn_at {
        output::word(format_args!("note: the journal ends within a record at byte {at}"));
    }
    if 0 < answer.unsealed_bytes {
        output::word(format_args!(
            "note: no seal closes the last {} bytes: \
             the writer was interrupted, or they were changed",
            answer.unsealed_bytes
        ));
    }
    if let Some(difference) = &answer.difference {
        let nothing = || "nothing".to_owned();
        output::line(format_args!(
            "different at {}, after {} inputs",
            difference.time, difference.after_inputs
        ))?;
        let recorded = difference.recorded.clone().unwrap_or_else(nothing);
        output::line(format_args!("recorded  {recorded}"))?;
        let replayed = difference.replayed.clone().unwrap_or_else(nothing);
        return output::line(format_args!("replayed  {replayed}"));
    }
    output::line(format_args!(
        "the same: {} inputs, {} outputs, hash {}",
        answer.inputs, answer.outputs, answer.journal_hash
    ))
}
