//! The `slackwater` command: arguments in, data on stdout, words on stderr.
//!
//! Exit status: 0 done, 1 the answer is no, 2 the arguments or the input were wrong, 3 the venue or
//! the network failed.

mod arguments;
mod backtest_command;
mod backtest_table;
mod check_command;
mod clock;
mod columns_file;
mod config;
mod config_command;
mod config_raw;
mod control_link;
mod data_command;
mod failure;
mod files;
mod halt_alone;
mod halt_command;
mod history_command;
mod history_file;
mod journal_folder;
mod key_command;
mod kraken_link;
mod ladder_command;
mod limits_command;
mod output;
mod output_files;
mod price_history;
mod progress;
mod record_command;
mod replay_command;
mod report_file;
mod resume_command;
mod rules_file;
mod run_command;
mod run_event;
mod run_kraken;
mod run_resume;
mod run_simulated;
mod run_teller;
mod simulate_command;
mod size_command;
mod status_command;
mod status_view;
mod status_words;
mod sweep_command;
mod terminal;
mod terminal_block;
mod tick_answer;
mod tick_command;
mod tick_recording;
mod tick_strategy;
mod value_text;
mod walk_forward_command;
mod why_command;
mod why_words;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    arguments::{Arguments, Command},
    failure::Failure,
};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.command {
        Command::Backtest(it) => backtest_command::backtest(it),
        Command::Sweep(it) => sweep_command::sweep(it),
        Command::WalkForward(it) => walk_forward_command::walk_forward(it),
        Command::Size(it) => size_command::size(it),
        Command::Run(it) => run_command::run(it),
        Command::Status(it) => status_command::status(it),
        Command::Halt(it) => halt_command::halt(it),
        Command::Resume(it) => resume_command::resume(it),
        Command::Why(it) => why_command::why(it),
        Command::History(it) => history_command::history(it),
        Command::Config(it) => config_command::config(it),
        Command::Replay(it) => replay_command::replay(it),
        Command::Limits(it) => limits_command::limits(it),
        Command::Data(it) => data_command::data(it),
        Command::Key(it) => key_command::key(it),
        Command::Ladder(it) => ladder_command::ladder(it),
        Command::Check(it) => check_command::check(it),
        Command::Simulate(it) => simulate_command::simulate(it),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => report(&failure),
    }
}

fn report(failure: &Failure) -> ExitCode {
    failure.print();
    ExitCode::from(failure.exit_status())
}
