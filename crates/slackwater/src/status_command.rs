//! `slackwater status`: how a running bot is, in plain answers.

use serde_json::{Value, json};
use trading_bot::control::Ask;

use crate::{
    arguments::bot::StatusArguments,
    control_link::{self, ask_bot},
    failure::Failure,
    output,
    status_view::StatusView,
    status_words::status_words,
};

pub(crate) fn status(arguments: &StatusArguments) -> Result<(), Failure> {
    let bot = &arguments.bot;
    let mut answer = match ask_bot(&bot.data_dir, &Ask::Status) {
        Ok(answer) => answer,
        Err(error) => {
            if let Some(failure) = control_link::failure(&error) {
                return Err(failure);
            }
            if bot.json {
                output::json(&json!({ "running": false, "why": error.to_string() }))?;
            } else {
                output::word(&error);
            }
            return Err(Failure::No);
        }
    };
    if bot.json {
        if let Value::Object(answer) = &mut answer {
            answer.insert("running".to_owned(), true.into());
        }
        return output::json(&answer);
    }
    let status = StatusView::read(&answer).map_err(Failure::wrong)?;
    status_words(&status).iter().try_for_each(output::line)
}
