//! `slackwater check`: the safe-start checklist, each row with its evidence and what to do.
//!
//! **Law.** A row passes on evidence only; what nobody has seen is not yet known, and that is no
//! pass.

mod facts;
mod journal_facts;
mod key_facts;
mod rows;

use serde::Serialize;

use crate::{
    arguments::check::CheckArguments,
    check_command::{
        facts::Facts,
        rows::{Row, State, rows},
    },
    failure::Failure,
    output,
};

/// The checklist, as the command line promises it.
#[derive(Debug, Serialize)]
struct Answer {
    passed: bool,
    rows: Vec<Row>,
}

pub(crate) fn check(arguments: &CheckArguments) -> Result<(), Failure> {
    let facts = Facts::gather(arguments)?;
    let rows = rows(&facts);
    let answer = Answer { passed: rows.iter().all(|it| it.state == State::Passed), rows };
    if arguments.json {
        output::json(&answer)?;
    } else {
        print(&answer)?;
    }
    if answer.passed { Ok(()) } else { Err(Failure::No) }
}

fn print(answer: &Answer) -> Result<(), Failure> {
    for Row { id, title, state, evidence, next } in &answer.rows {
        let mark = match state {
            State::Passed => "passed",
            State::Failed => "FAILED",
            State::NotYetKnown => "not yet known",
        };
        output::line(format_args!("{id:<4} {mark:<14} {title}"))?;
        output::line(format_args!("     {evidence}"))?;
        if let Some(next) = next {
            output::line(format_args!("     next: {next}"))?;
        }
    }
    let open = answer.rows.iter().filter(|it| it.state != State::Passed).count();
    output::line(match open {
        0 => "every row passed".to_owned(),
        _ => format!("{open} of {} rows are open", answer.rows.len()),
    })
}
