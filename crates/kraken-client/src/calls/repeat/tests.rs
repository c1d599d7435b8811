//! The table of what is repeated.

use trading_types::Refusal;

use super::*;

fn verdicts() -> Vec<Verdict<'static>> {
    let doubts = [
        Doubt::TimedOut,
        Doubt::Broken,
        Doubt::Unreadable { status: 502, what: String::new() },
        Doubt::Said("EService:Unavailable".to_owned()),
    ];
    let clear = [
        Verdict::Done("{}"),
        Verdict::Refused(Refusal::UnknownPair),
        Verdict::Wait,
        Verdict::BadNonce,
        Verdict::BadKey("EAPI:Invalid key".to_owned()),
        Verdict::LockedOut,
        Verdict::NotReached,
    ];
    clear.into_iter().chain(doubts.map(Verdict::Unclear)).collect()
}

#[test]
fn what_may_place_an_order_is_never_repeated() {
    for verdict in verdicts() {
        for attempt in 1..10 {
            assert_eq!(step(&verdict, Effect::Place, attempt, 0), Step::Tell, "{verdict:?}");
        }
    }
}

#[test]
fn nothing_is_repeated_for_ever() {
    for verdict in verdicts() {
        for effect in [Effect::Read, Effect::Cancel] {
            assert_eq!(step(&verdict, effect, ATTEMPTS_MAX, 0), Step::Tell, "{verdict:?}");
        }
    }
}

#[test]
fn reads_and_cancels_by_verdict() {
    let after = |seconds| Step::AskAgainAfter(Duration::from_secs(seconds));
    let check = |verdict: &Verdict<'_>, read, cancel| {
        assert_eq!(step(verdict, Effect::Read, 1, 0), read, "{verdict:?}");
        assert_eq!(step(verdict, Effect::Cancel, 1, 0), cancel, "{verdict:?}");
    };
    for verdict in verdicts() {
        match &verdict {
            Verdict::Wait => check(&verdict, Step::AskAgain, Step::AskAgain),
            Verdict::BadNonce => check(&verdict, Step::AskAgain, Step::Tell),
            Verdict::NotReached => check(&verdict, after(1), after(1)),
            Verdict::Unclear(_) => check(&verdict, after(1), Step::Tell),
            Verdict::Done(_) | Verdict::Refused(_) | Verdict::BadKey(_) | Verdict::LockedOut => {
                check(&verdict, Step::Tell, Step::Tell);
            }
        }
    }
    assert_eq!(step(&Verdict::BadNonce, Effect::Read, 2, 0), Step::Tell);
}

#[test]
fn waits_double_and_are_stretched_by_chance() {
    for (attempt, seconds) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16)] {
        let whole = Duration::from_secs(seconds);
        assert_eq!(wait(attempt, 0), whole);
        for chance in [1, 499, 500, 501, 77_777, u64::MAX] {
            let wait = wait(attempt, chance);
            assert!(whole <= wait && wait <= whole * 3 / 2, "{attempt} {chance} {wait:?}");
        }
    }
    assert_eq!(wait(1, 500), Duration::from_millis(1_500));
}
