//! Orders from the request to the records, the notices and the money.

use trading_types::{OrderKind, Side};

use super::{
    notice::{Execution, ExecutionKind},
    records::OrderState,
    *,
};
use crate::fixture::{self, ALICE, at, limit, order, start};

mod life;

fn venue() -> Venue {
    Venue::new(&fixture::settings(), start())
}

/// Everything that has happened to orders since the last look.
fn executions(venue: &mut Venue) -> Vec<Execution> {
    let mut executions = Vec::new();
    while let Some(notice) = venue.poll_notice() {
        if let Notice::Execution(execution) = notice {
            executions.push(*execution);
        }
    }
    executions
}

fn kinds(venue: &mut Venue) -> Vec<ExecutionKind> {
    executions(venue).iter().map(|execution| execution.kind).collect()
}
