//! Commands under way on the private socket: which permit each has, and settling it when the last
//! of its answers is here.

use std::collections::BTreeMap;

use kraken_protocol::{
    scheduler::{CallOutcome, Lane, Work},
    stream::session::{CommandAnswer, Outcome, SocketCommand},
};

use super::calls::Permit;

/// A command that waits for its permit.
#[derive(Debug)]
pub(crate) struct Commanded {
    pub(crate) request: u64,
    pub(crate) command: SocketCommand,
    pub(crate) work: Work,
    pub(crate) lane: Lane,
}

/// A command that was permitted and has not had all its answers.
#[derive(Debug)]
struct UnderWay {
    permit: Permit,
    is_check: bool,
    answers_missing: usize,
    outcome: CallOutcome,
}

/// All of them, by the caller's number.
#[derive(Debug, Default)]
pub(super) struct Commands(BTreeMap<u64, UnderWay>);

impl Commands {
    /// A command may leave.
    pub(super) fn start(&mut self, request: u64, command: &SocketCommand, permit: Permit) {
        let is_check = matches!(command, SocketCommand::Check(_));
        let answers_missing = command.orders().len().max(1);
        let outcome = CallOutcome::Refused;
        let under_way = UnderWay { permit, is_check, answers_missing, outcome };
        let before = self.0.insert(request, under_way);
        assert!(before.is_none(), "the bot gives each of its commands a number of its own");
    }

    /// An answer is here; says what it settles, if it was the last.
    pub(super) fn answered(&mut self, answer: &CommandAnswer) -> Option<(Permit, CallOutcome)> {
        let under_way = self.0.get_mut(&answer.request)?;
        let outcome = outcome(&answer.outcome, under_way.is_check);
        under_way.outcome = worse(under_way.outcome, outcome);
        under_way.answers_missing -= 1;
        if 0 < under_way.answers_missing {
            return None;
        }
        self.0.remove(&answer.request).map(|it| (it.permit, it.outcome))
    }
}

const fn outcome(outcome: &Outcome, is_check: bool) -> CallOutcome {
    match outcome {
        Outcome::Placed { .. }
        | Outcome::Amended
        | Outcome::Canceling
        | Outcome::CancelingAll { .. }
        | Outcome::SwitchSet { .. } => CallOutcome::Done,
        Outcome::Refused(_) | Outcome::TokenStale | Outcome::NotSent(_) | Outcome::Checked => {
            CallOutcome::Refused
        }
        Outcome::Unclear(_) if is_check => CallOutcome::Refused,
        Outcome::Unclear(_) => CallOutcome::Lost,
    }
}

const fn worse(one: CallOutcome, other: CallOutcome) -> CallOutcome {
    match (one, other) {
        (CallOutcome::Lost, _) | (_, CallOutcome::Lost) => CallOutcome::Lost,
        (CallOutcome::Done, _) | (_, CallOutcome::Done) => CallOutcome::Done,
        (CallOutcome::Refused, CallOutcome::Refused) => CallOutcome::Refused,
    }
}
