//! Commands under way on a socket: which permit each has, and settling it when the last of its
//! answers is here.

use std::collections::BTreeMap;

use kraken_protocol::{
    limits::Feedback,
    scheduler::{CallOutcome, Work},
    stream::session::{CommandAnswer, Outcome, SocketCommand},
};
use trading_types::Pair;

use crate::calls::Permit;

/// A command that was permitted and has not had all its answers.
struct UnderWay {
    permit: Permit,
    pair: Option<Pair>,
    /// Whether it only asks whether an order would do.
    is_check: bool,
    answers_missing: usize,
    outcome: CallOutcome,
}

/// All of them, by the caller's number.
#[derive(Default)]
pub(super) struct Orders(BTreeMap<u64, UnderWay>);

/// A command whose last answer is here.
pub(super) struct Settled {
    pub(super) permit: Permit,
    pub(super) pair: Option<Pair>,
    pub(super) outcome: CallOutcome,
}

impl Orders {
    /// A command may leave.
    pub(super) fn start(
        &mut self,
        request: u64,
        command: &SocketCommand,
        work: &Work,
        permit: Permit,
    ) {
        let pair = match work {
            Work::Trading { pair, .. } => Some(*pair),
            Work::Public { .. } | Work::Private { .. } | Work::CancelAll { .. } | Work::Connect => {
                None
            }
        };
        let is_check = matches!(command, SocketCommand::Check(_));
        let answers_missing = command.orders().len().max(1);
        let outcome = CallOutcome::Refused;
        let under_way = UnderWay { permit, pair, is_check, answers_missing, outcome };
        let before = self.0.insert(request, under_way);
        assert!(before.is_none(), "the caller gives each of its commands a number of its own");
    }

    /// An answer is here; says what it settles, if it was the last.
    pub(super) fn answered(&mut self, answer: &CommandAnswer) -> Option<Settled> {
        let under_way = self.0.get_mut(&answer.request)?;
        let outcome = outcome(&answer.outcome, under_way.is_check);
        under_way.outcome = worse(under_way.outcome, outcome);
        under_way.answers_missing -= 1;
        if 0 < under_way.answers_missing {
            return None;
        }
        let UnderWay { permit, pair, outcome, .. } = self.0.remove(&answer.request)?;
        Some(Settled { permit, pair, outcome })
    }
}

/// What the scheduler has to know of an answer. An order that was only checked is not there.
const fn outcome(outcome: &Outcome, is_check: bool) -> CallOutcome {
    match outcome {
        Outcome::Placed { .. }
        | Outcome::Amended
        | Outcome::Canceling
        | Outcome::CancelingAll { .. }
        | Outcome::SwitchSet { .. } => CallOutcome::Done,
        Outcome::Refused(_) | Outcome::TokenStale | Outcome::NotSent(_) => CallOutcome::Refused,
        Outcome::Checked => CallOutcome::Refused,
        Outcome::Unclear(_) if is_check => CallOutcome::Refused,
        Outcome::Unclear(_) => CallOutcome::Lost,
    }
}

/// Of several answers to one command, the one that leaves more open.
const fn worse(one: CallOutcome, other: CallOutcome) -> CallOutcome {
    match (one, other) {
        (CallOutcome::Lost, _) | (_, CallOutcome::Lost) => CallOutcome::Lost,
        (CallOutcome::Done, _) | (_, CallOutcome::Done) => CallOutcome::Done,
        (CallOutcome::Refused, CallOutcome::Refused) => CallOutcome::Refused,
    }
}

/// What was said of our rate, for the command it belongs to.
pub(super) fn feedback(heard: &[(Feedback, Option<Pair>)], pair: Option<Pair>) -> Feedback {
    let belongs = |(_, about): &&(Feedback, Option<Pair>)| about.is_none() || *about == pair;
    heard.iter().find(belongs).map_or(Feedback::Fine, |(feedback, _)| *feedback)
}
