//! `slackwater data`: the history store, and where its rows come from.

mod csv_text;
mod export;
mod fetch;
mod import;
mod list;
mod resample;
mod verify;

use crate::{
    arguments::data::{DataArguments, DataCommand},
    failure::Failure,
    record_command::record,
};

pub(crate) fn data(arguments: &DataArguments) -> Result<(), Failure> {
    match &arguments.command {
        DataCommand::Import(it) => import::import(it),
        DataCommand::Fetch(it) => fetch::fetch(it),
        DataCommand::List(it) => list::list(it),
        DataCommand::Verify(it) => verify::verify(it),
        DataCommand::Export(it) => export::export(it),
        DataCommand::Resample(it) => resample::resample(it),
        DataCommand::Record(it) => record(it),
    }
}
