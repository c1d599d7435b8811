//! Between the words of HTTP, of verdicts, of the scheduler and of the caller. Tables decide
//! nothing.

use kraken_protocol::{
    endpoint::Effect,
    limits::KeyRole,
    scheduler::{CallOutcome, TradingPath, Work},
    verdict::{Heard, HttpAnswer, Verdict},
};
use zeroize::Zeroizing;

use super::{CallError, Reply};
use crate::http::{NoReply, RawAnswer};

/// The key a call is made with.
pub(super) const fn role(work: &Work) -> Option<KeyRole> {
    match work {
        Work::Private { key, .. } => Some(*key),
        Work::Trading { path, .. } | Work::CancelAll { path } => match path {
            TradingPath::Rest(key, _) => Some(*key),
            TradingPath::Socket => None,
        },
        Work::Public { .. } | Work::Connect => None,
    }
}

pub(super) fn as_heard<'a>(
    heard: &'a Result<RawAnswer, NoReply>,
    budget: &'a [(&'a str, &'a str)],
) -> Heard<'a> {
    match heard {
        Ok(answer) => Heard::Answer(HttpAnswer {
            status: answer.status,
            body: &answer.body,
            retry_after: answer.retry_after.as_deref(),
            budget,
        }),
        Err(nothing) => Heard::Nothing(nothing.no_answer()),
    }
}

/// What the scheduler has to know: whether the call counted, and whether it may count yet.
pub(super) const fn outcome(
    verdict: &Verdict<'_>,
    effect: Effect,
    heard: &Result<RawAnswer, NoReply>,
) -> CallOutcome {
    match (verdict, effect, heard) {
        (Verdict::Done(_), _, _) => CallOutcome::Done,
        // An answer that says nothing ends a question all the same.
        (Verdict::Unclear(_), Effect::Read, Ok(_)) => CallOutcome::Done,
        (Verdict::Unclear(_), _, _) => CallOutcome::Lost,
        (
            Verdict::Refused(_)
            | Verdict::Wait
            | Verdict::BadNonce
            | Verdict::BadKey(_)
            | Verdict::LockedOut
            | Verdict::NotReached,
            _,
            _,
        ) => CallOutcome::Refused,
    }
}

/// What the caller is told.
pub(super) fn told(
    verdict: Verdict<'_>,
    heard: &Result<RawAnswer, NoReply>,
) -> Result<Reply, CallError> {
    match verdict {
        Verdict::Done(result) => {
            let answer = heard.as_ref().expect("what was done was answered");
            let result = Zeroizing::new(result.to_owned());
            Ok(Reply { result, sent: answer.sent, received: answer.received })
        }
        Verdict::Refused(refusal) => Err(CallError::Refused(refusal)),
        Verdict::Wait => Err(CallError::RateLimited),
        Verdict::BadNonce => Err(CallError::BadNonce),
        Verdict::BadKey(text) => Err(CallError::BadKey(text)),
        Verdict::LockedOut => Err(CallError::LockedOut),
        Verdict::NotReached => {
            let why = match heard {
                Err(NoReply::NeverSent(why)) => why.clone(),
                Err(other @ (NoReply::TimedOut | NoReply::Broken(_))) => other.to_string(),
                Ok(_) => String::new(),
            };
            Err(CallError::NotReached(why))
        }
        Verdict::Unclear(doubt) => Err(CallError::Unclear(doubt)),
    }
}

/// A verdict's name, without what an answer said: that may be a secret.
pub(super) const fn name(verdict: &Verdict<'_>) -> &'static str {
    match verdict {
        Verdict::Done(_) => "done",
        Verdict::Refused(_) => "refused",
        Verdict::Wait => "rate limited",
        Verdict::BadNonce => "bad nonce",
        Verdict::BadKey(_) => "bad key",
        Verdict::LockedOut => "locked out",
        Verdict::NotReached => "not reached",
        Verdict::Unclear(_) => "unclear",
    }
}
