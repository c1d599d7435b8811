//! Whether a call is made again, by the rule of `kraken-client`. Nothing that may place an order
//! ever is.

use std::time::Duration;

use kraken_protocol::{
    endpoint::Effect,
    verdict::{Doubt, Verdict},
};

/// How often one call is made at most.
const ATTEMPTS_MAX: u32 = 6;
/// The wait before the second attempt; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// What follows a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Tell,
    AskAgain,
    AskAgainAfter(Duration),
}

/// What follows the verdict on the `attempt`-th attempt, counted from 1. `chance` stretches a wait
/// by up to a half.
pub(super) fn step(verdict: &Verdict<'_>, effect: Effect, attempt: u32, chance: u64) -> Step {
    if ATTEMPTS_MAX <= attempt {
        return Step::Tell;
    }
    match (verdict, effect) {
        (_, Effect::Place) => Step::Tell,
        (Verdict::Wait, Effect::Read | Effect::Cancel) => Step::AskAgain,
        (Verdict::BadNonce, Effect::Read) if attempt == 1 => Step::AskAgain,
        (Verdict::NotReached, Effect::Read | Effect::Cancel) => {
            Step::AskAgainAfter(wait(attempt, chance))
        }
        (Verdict::Unclear(doubt), Effect::Read) if may_pass(doubt) => {
            Step::AskAgainAfter(wait(attempt, chance))
        }
        (
            Verdict::Unclear(_)
            | Verdict::Done(_)
            | Verdict::Refused(_)
            | Verdict::BadNonce
            | Verdict::BadKey(_)
            | Verdict::LockedOut,
            Effect::Read | Effect::Cancel,
        ) => Step::Tell,
    }
}

fn may_pass(doubt: &Doubt) -> bool {
    match doubt {
        Doubt::TimedOut | Doubt::Broken | Doubt::Unreadable { .. } | Doubt::Said(_) => true,
        Doubt::Incomplete(_) => false,
    }
}

fn wait(attempt: u32, chance: u64) -> Duration {
    let wait = FIRST_WAIT * 2_u32.pow(attempt.saturating_sub(1).min(ATTEMPTS_MAX));
    let half = u64::try_from(wait.as_millis() / 2).expect("a wait is seconds");
    wait + Duration::from_millis(chance % (half + 1))
}
