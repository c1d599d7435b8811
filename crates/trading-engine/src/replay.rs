//! Replay: run a journal's inputs through an engine again and compare every output.

use trading_types::Timestamp;

use crate::{
    engine::Engine,
    journal::{JournalError, JournalReader, Record},
    report::Output,
};

/// What a replay found.
#[derive(Debug)]
pub struct Replay {
    /// The engine, in the state the journal leaves it in.
    pub engine: Engine,
    /// Inputs replayed.
    pub inputs: u64,
    /// Outputs that were the same.
    pub outputs: u64,
    /// The first output that was not.
    pub difference: Option<Difference>,
    /// Where the journal ends within a record, if it does: the writer was interrupted.
    pub torn_at: Option<usize>,
}

/// An output that the journal has and the replay has not, or the other way round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// When.
    pub time: Timestamp,
    /// After how many inputs.
    pub inputs: u64,
    /// What the journal says.
    pub recorded: Option<Output>,
    /// What the engine wanted now.
    pub replayed: Option<Output>,
}

/// Replays what `reader` has left through `engine`, which must be one that has seen nothing; for a
/// journal of an engine that was restored, one restored from the same state.
///
/// Outputs are compared, not sent. After the last input the engine may have outputs that the
/// journal lacks: the writer stopped between them. They stay in the engine.
pub fn replay(mut reader: JournalReader<'_>, mut engine: Engine) -> Result<Replay, JournalError> {
    let (mut inputs, mut outputs) = (0, 0);
    let (mut difference, mut torn_at) = (None, None);
    loop {
        let (time, record) = match reader.next_record() {
            Ok(Some(next)) => next,
            Ok(None) => break,
            Err(JournalError::Torn { at }) => {
                torn_at = Some(at);
                break;
            }
            Err(error) => return Err(error),
        };
        match record {
            Record::Input(input) => {
                if let Some(extra) = engine.poll_output() {
                    difference.get_or_insert(Difference {
                        time,
                        inputs,
                        recorded: None,
                        replayed: Some(extra),
                    });
                    while engine.poll_output().is_some() {}
                }
                engine.handle(&input, time);
                inputs += 1;
            }
            Record::Output(recorded) => {
                let replayed = engine.poll_output();
                if replayed.as_ref() == Some(&recorded) {
                    outputs += 1;
                } else {
                    let recorded = Some(recorded);
                    difference.get_or_insert(Difference { time, inputs, recorded, replayed });
                }
            }
        }
    }
    Ok(Replay { engine, inputs, outputs, difference, torn_at })
}

#[cfg(test)]
mod tests;
