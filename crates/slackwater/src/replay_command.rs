//! `slackwater replay`: run a journal again and compare.

use serde::Serialize;
use strategies::from_spec;
use trading_engine::{Difference, Engine, JournalHeader, JournalReader, Keep};

use crate::{arguments::ReplayArguments, failure::Failure, files, output};

/// The answer as JSON.
#[derive(Debug, Serialize)]
struct Answer {
    same: bool,
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
    let path = arguments.journal.display();
    let bytes = files::read_journal(&arguments.journal)?;
    let damaged = |error| {
        Failure::wrong_hint(
            format_args!("{path}: {error}"),
            "give a file that `slackwater run` or `slackwater backtest --journal` wrote",
        )
    };
    let reader = JournalReader::new(&bytes).map_err(damaged)?;
    let proof = reader.prove().map_err(damaged)?;
    let engine = build(reader.header())?;
    let mut replay = trading_engine::replay(reader, engine).map_err(damaged)?;
    let answer = Answer {
        same: replay.difference.is_none(),
        inputs: replay.inputs,
        outputs: replay.outputs,
        journal_hash: replay.engine.journal().hash(),
        torn_at: replay.torn_at,
        unsealed_bytes: bytes.len() - proof.sealed_to,
        difference: replay.difference.as_ref().map(shown),
        halted: replay.engine.halted().map(ToString::to_string),
    };
    if arguments.json {
        output::json(&answer)?;
    } else {
        print(&answer)?;
    }
    let is_proved = answer.same && answer.unsealed_bytes == 0;
    if is_proved { Ok(()) } else { Err(Failure::No) }
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
