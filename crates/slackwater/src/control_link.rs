//! The line from a command to the bot that runs in a data folder.

use std::{path::Path, time::Duration};

use serde_json::Value;
use trading_bot::control::{Ask, ControlError, ask};

use crate::failure::Failure;

/// A bot answers at once or hangs.
const ANSWER_MAX: Duration = Duration::from_secs(5);

/// Asks the bot, and waits for what it says.
pub(crate) fn ask_bot(data_dir: &Path, what: &Ask) -> Result<Value, ControlError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime =
        runtime.map_err(|error| ControlError::System { path: data_dir.to_owned(), error })?;
    runtime.block_on(ask(data_dir, what, ANSWER_MAX))
}

/// Sorted by what the person does next. That nobody runs or says no is an answer: the caller
/// prints it.
pub(crate) fn failure(error: &ControlError) -> Option<Failure> {
    match error {
        ControlError::NotRunning(_) | ControlError::Refused(_) => None,
        ControlError::Denied(_) | ControlError::System { .. } => Some(Failure::wrong(error)),
        ControlError::Silent { .. } => Some(Failure::venue(error)),
    }
}
