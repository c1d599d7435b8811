//! `slackwater why`: what a bot does on a pair, and why, at this moment or at one that has passed.

use serde_json::Value;
use trading_bot::control::Ask;
use trading_types::Timestamp;

use crate::{
    arguments::bot::WhyArguments,
    control_link::{self, ask_bot},
    failure::Failure,
    journal_folder::{self, Moment},
    output,
    why_words::why_words,
};

pub(crate) fn why(arguments: &WhyArguments) -> Result<(), Failure> {
    let bot = &arguments.bot;
    let answer = match arguments.at {
        Some(at) => then(arguments, at)?,
        None => match ask_bot(&bot.data_dir, &Ask::Explain { pair: arguments.pair.pair }) {
            Ok(answer) => answer,
            Err(error) => {
                let no = || {
                    output::word(format_args!(
                        "{error}; or ask for a moment that has passed (--at)"
                    ));
                    Failure::No
                };
                return Err(control_link::failure(&error).unwrap_or_else(no));
            }
        },
    };
    if answer.is_null() {
        let what = format!("{} is not traded by this bot", arguments.pair.pair);
        return Err(Failure::wrong_hint(what, "give one of its pairs"));
    }
    if bot.json {
        return output::json(&answer);
    }
    why_words(&answer).iter().try_for_each(output::line)
}

/// The journal is run again up to that moment.
fn then(arguments: &WhyArguments, at: Timestamp) -> Result<Value, Failure> {
    let Moment { time, engine } = journal_folder::at(&arguments.bot.data_dir, at)?;
    let explanation = engine.explain(arguments.pair.pair, time);
    Ok(serde_json::to_value(explanation).expect("an explanation can be written"))
}
