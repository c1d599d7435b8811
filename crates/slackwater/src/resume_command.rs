//! `slackwater resume`: the only way back from a halt.
//!
//! **Law.** Nothing is taken back without a reason, and nothing is said to be taken back that is
//! not.

use serde::Serialize;
use trading_bot::{
    control::{Ask, ControlError},
    halt_file::HaltFile,
};

use crate::{
    arguments::bot::ResumeArguments,
    control_link::{self, ask_bot},
    failure::Failure,
    output,
};

#[derive(Debug, Serialize)]
struct Answer {
    resumed: bool,
    /// What is left to do, if anything is.
    why: Option<String>,
}

pub(crate) fn resume(arguments: &ResumeArguments) -> Result<(), Failure> {
    let bot = &arguments.bot;
    if arguments.reason.trim().is_empty() {
        let hint = "write down why it is right to trade again";
        return Err(Failure::wrong_hint("--reason: it is empty", hint));
    }
    let pair = arguments.pair.as_ref().map(|rules| rules.pair);
    let what = Ask::Resume { reason: arguments.reason.clone(), pair };
    let answer = match ask_bot(&bot.data_dir, &what) {
        Ok(answer) if pair.is_none() && answer["halted"] == true => {
            let reason = answer["halt_reason"].as_str().unwrap_or("it does not say why");
            Answer { resumed: false, why: Some(format!("the bot stays halted: {reason}")) }
        }
        Ok(_) => Answer { resumed: true, why: None },
        Err(error @ ControlError::Refused(_)) => {
            Answer { resumed: false, why: Some(error.to_string()) }
        }
        Err(error @ ControlError::NotRunning(_)) => without_bot(arguments, &error)?,
        Err(error) => return Err(control_link::failure(&error).unwrap_or(Failure::No)),
    };
    if bot.json {
        output::json(&answer)?;
    } else if let Some(why) = &answer.why {
        output::word(why);
    } else {
        output::line("it trades again")?;
    }
    if answer.resumed { Ok(()) } else { Err(Failure::No) }
}

/// The file can be taken away; what the journal remembers only a bot that runs takes back.
fn without_bot(arguments: &ResumeArguments, error: &ControlError) -> Result<Answer, Failure> {
    let file = HaltFile::of(&arguments.bot.data_dir);
    let was_there = file.read().is_some() && arguments.pair.is_none();
    if was_there {
        file.remove().map_err(Failure::wrong)?;
    }
    let done = if was_there { "; the file HALT is taken away" } else { "" };
    let why = format!(
        "{error}{done}. What its journal remembers of a halt is taken back by \
         `slackwater run --resume 'why'`"
    );
    Ok(Answer { resumed: false, why: Some(why) })
}
