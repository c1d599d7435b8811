//! `slackwater run --resume`: takes a halt back that the journal remembers, once the bot is ready.
//!
//! **Law.** Once, and only the halt with which it began: one that comes later stays.

use std::path::PathBuf;

use bot_machine::output::Stage;
use trading_bot::{Told, control::Ask};

use crate::{
    arguments::run::RunArguments, control_link::ask_bot, output, run_command::in_the_background,
};

/// What is still to be taken back.
pub(crate) struct Resume {
    wanted: Option<(PathBuf, String)>,
}

impl Resume {
    /// As it was asked for.
    pub(crate) fn new(arguments: &RunArguments) -> Self {
        let wanted = arguments.resume.clone();
        Self { wanted: wanted.map(|reason| (arguments.data_dir.clone(), reason)) }
    }

    /// Looks whether it is time.
    pub(crate) fn hear(&mut self, told: &Told) {
        if !matches!(told, Told::Stage { stage: Stage::Ready, .. }) {
            return;
        }
        let Some((data_dir, reason)) = self.wanted.take() else { return };
        // The bot answers by what it tells; nobody waits for this.
        drop(in_the_background(move || {
            if let Err(error) = ask_bot(&data_dir, &Ask::Resume { reason, pair: None }) {
                output::word(format_args!("note: the halt was not taken back: {error}"));
            }
        }));
    }
}
