//! `slackwater halt`: three ways to the same end, each without the others: the file HALT, the bot
//! that runs, and a key that may only cancel.
//!
//! **Law.** What failed is said, and does not keep the other ways from being tried.

use std::time::Duration;

use serde::Serialize;
use trading_bot::{
    control::{Ask, ControlError},
    halt_file::HaltFile,
};

use crate::{
    arguments::bot::HaltArguments,
    clock::{self, Stopwatch},
    control_link::ask_bot,
    failure::Failure,
    files,
    halt_alone::{Alone, cancel_everything},
    output,
    status_view::StatusView,
};
/// A bot has this long to cancel, to sell and to see that it is so.
const VERIFIED_MAX: Duration = Duration::from_secs(45);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What was done, as scripts read it.
#[derive(Debug, Default, Serialize)]
struct Done {
    /// Whether it is seen that nothing is open any more.
    halted: bool,
    /// The file that keeps the bot halted, if it could be written.
    file: Option<String>,
    bot: BotSays,
    /// What the key of its own did.
    alone: Option<Alone>,
    problems: Vec<String>,
}

/// What the bot says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum BotSays {
    /// There is none.
    #[default]
    NotRunning,
    /// Nothing.
    Silent,
    /// It halts.
    Halting,
    /// Kraken has told it that nothing is open, and nothing is held.
    Flat,
}

pub(crate) fn halt(arguments: &HaltArguments) -> Result<(), Failure> {
    if arguments.reason.trim().is_empty() {
        return Err(Failure::wrong_hint("--reason: it is empty", "say why; it is written down"));
    }
    let data_dir = &arguments.bot.data_dir;
    let mut done = Done::default();
    // The running bot first: its gate closes at once.
    done.ask(arguments);
    done.write_file(arguments);
    if let Some(key_file) = &arguments.key_file {
        match cancel_everything(key_file, arguments.rest.as_deref(), data_dir) {
            Ok(alone) => done.alone = Some(alone),
            Err(failure) => done.problems.push(failure.to_string()),
        }
    }
    if done.bot == BotSays::Halting {
        done.watch(arguments);
    }
    let is_clear = done.alone.as_ref().is_some_and(|it| it.is_verified);
    done.halted = is_clear || done.bot == BotSays::Flat;
    if done.bot == BotSays::NotRunning && done.alone.is_none() {
        let what = "no bot is running, and nobody looked at Kraken: give a key with --key-file";
        done.problems.push(what.to_owned());
    }
    if arguments.bot.json {
        output::json(&done)?;
    } else {
        done.print()?;
    }
    if done.halted { Ok(()) } else { Err(Failure::No) }
}

impl Done {
    fn ask(&mut self, arguments: &HaltArguments) {
        let what = Ask::Halt { reason: arguments.reason.clone() };
        match ask_bot(&arguments.bot.data_dir, &what) {
            Ok(_) => self.bot = BotSays::Halting,
            Err(ControlError::NotRunning(_)) => {}
            Err(error) => {
                self.bot = BotSays::Silent;
                self.problems.push(error.to_string());
            }
        }
    }

    fn write_file(&mut self, arguments: &HaltArguments) {
        let data_dir = &arguments.bot.data_dir;
        if let Err(failure) = files::create_folder(data_dir) {
            return self.problems.push(failure.to_string());
        }
        let file = HaltFile::of(data_dir);
        if self.bot != BotSays::Halting || file.read().is_none() {
            let written = file.write(&arguments.reason, "slackwater halt", clock::now());
            if let Err(error) = written {
                self.problems.push(error.to_string());
            }
        }
        self.file = file.read().map(|_| file.path().display().to_string());
    }

    /// Waits until the bot has seen that it is flat.
    fn watch(&mut self, arguments: &HaltArguments) {
        let watch = Stopwatch::start();
        while watch.elapsed() < VERIFIED_MAX {
            let status = ask_bot(&arguments.bot.data_dir, &Ask::Status);
            let status = status.map_err(|error| error.to_string());
            match status.and_then(|it| StatusView::read(&it)) {
                Ok(it) if it.halt_verified && it.orders.is_empty() && it.positions.is_empty() => {
                    self.bot = BotSays::Flat;
                    return;
                }
                Ok(_) => clock::pause(LOOK_EVERY),
                Err(problem) => return self.problems.push(problem),
            }
        }
        self.problems
            .push("the bot is not flat yet; `slackwater status` says what is left".to_owned());
    }

    fn print(&self) -> Result<(), Failure> {
        output::line(match self.bot {
            BotSays::NotRunning => "bot     is not running",
            BotSays::Silent => "bot     does not answer",
            BotSays::Halting => "bot     is halted, and still cancels and sells",
            BotSays::Flat => "bot     is halted: nothing is open, nothing is held",
        })?;
        if let Some(file) = &self.file {
            output::line(format_args!("file    {file} keeps it halted"))?;
        }
        if let Some(alone) = &self.alone {
            let open = match alone.open {
                Some(open) => format!("{open} open"),
                None => "nobody could look what is open".to_owned(),
            };
            let seen = if alone.is_verified { "verified" } else { "NOT verified" };
            output::line(format_args!("kraken  {} canceled, {open}, {seen}", alone.canceled))?;
        }
        let alone = self.alone.iter().flat_map(|it| &it.problems);
        self.problems.iter().chain(alone).for_each(|problem| {
            output::word(format_args!("note: {problem}"));
        });
        if self.bot == BotSays::Flat || self.alone.is_none() {
            return Ok(());
        }
        output::line("        what is held stays held: this key only takes orders away")
    }
}
