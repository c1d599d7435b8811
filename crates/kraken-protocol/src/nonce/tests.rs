//! Nonces grow, whatever happens.

use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp::from_nanos(1_800_000_000_000_000_000);

fn ready(reserved: u64) -> NonceSource {
    let mut source = NonceSource::restore(reserved);
    let ceiling = source.needs_saving(NOW).unwrap();
    source.saved(ceiling);
    source
}

#[test]
fn the_first_is_the_time_and_the_next_one_more() {
    let mut source = ready(0);
    assert_eq!(source.next(NOW), Ok(Nonce(NOW.nanos())));
    assert_eq!(source.next(NOW), Ok(Nonce(NOW.nanos() + 1)));
    let earlier = Timestamp::from_nanos(5);
    assert_eq!(source.next(earlier), Ok(Nonce(NOW.nanos() + 2)));
}

#[test]
fn nothing_is_given_before_it_is_saved() {
    let mut source = NonceSource::restore(0);
    let ceiling = NOW.nanos() + AHEAD;
    assert_eq!(source.next(NOW), Err(NoNonce::SaveFirst(ceiling)));
    assert_eq!(source.needs_saving(NOW), Some(ceiling));
    source.saved(ceiling);
    assert_eq!(source.needs_saving(NOW), None);
    assert!(source.next(NOW).is_ok());
    let last = Timestamp::from_nanos(ceiling);
    assert_eq!(source.next(last), Ok(Nonce(ceiling)));
    assert!(matches!(source.next(last), Err(NoNonce::SaveFirst(_))));
}

#[test]
fn half_a_minute_is_written_ahead() {
    let mut source = ready(0);
    let later = |seconds: u64| Timestamp::from_nanos(NOW.nanos() + seconds * 1_000_000_000);
    assert_eq!(source.needs_saving(later(30)), None);
    assert_eq!(source.needs_saving(later(31)), Some(later(91).nanos()));
    assert!(source.next(later(31)).is_ok(), "there is still room while it is being saved");
}

#[test]
fn restarts_in_a_row_do_not_run_away_from_the_clock() {
    let mut reserved = 0;
    for _ in 0..100 {
        let mut source = NonceSource::restore(reserved);
        reserved = source.needs_saving(NOW).unwrap();
        source.saved(reserved);
        source.next(NOW).unwrap();
    }
    assert!(reserved < NOW.nanos() + AHEAD + 101 * AHEAD_OF_CLOCK);
}

#[test]
fn what_kraken_has_seen_is_passed() {
    let mut source = ready(0);
    let seen = NOW.nanos() + 7;
    source.seed_above(seen);
    assert_eq!(source.next(NOW), Ok(Nonce(seen + 1)));
    source.seed_above(3);
    assert_eq!(source.next(NOW), Ok(Nonce(seen + 2)));
}

#[test]
fn a_key_with_the_largest_nonce_is_used_up() {
    let mut source = NonceSource::restore(0);
    source.seed_above(u64::MAX);
    let ceiling = source.needs_saving(NOW).unwrap();
    source.saved(ceiling);
    assert_eq!(source.next(NOW), Err(NoNonce::UsedUp));
}

#[test]
fn digits_are_those_of_the_number() {
    for number in [0, 7, 10, 1_616_492_376_594, u64::MAX] {
        let mut digits = [0; DIGITS_MAX];
        assert_eq!(Nonce(number).write_into(&mut digits), number.to_string().as_bytes());
    }
}

#[derive(Clone, Debug)]
enum Step {
    Call,
    Save,
    /// It reached storage, but the process died before it knew.
    SaveUnnoticed,
    Restart,
    Clock(i64),
    Seen(u64),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => Just(Step::Call),
        2 => Just(Step::Save),
        1 => Just(Step::SaveUnnoticed),
        1 => Just(Step::Restart),
        3 => (-200_000_000_000_i64..200_000_000_000).prop_map(Step::Clock),
        1 => (0..400_000_000_000_u64).prop_map(Step::Seen),
    ]
}

proptest! {
    /// Strictly increasing across restarts at any point, clock steps in both directions, and
    /// writes that were or were not noticed.
    #[test]
    fn grows_across_restarts_and_clock_steps(steps in prop::collection::vec(any_step(), 0..200)) {
        let mut stored = 0;
        let mut source = NonceSource::restore(stored);
        let mut now = NOW.nanos();
        let mut last = 0;
        for step in steps {
            let time = Timestamp::from_nanos(now);
            match step {
                Step::Call => {
                    if let Ok(nonce) = source.next(time) {
                        prop_assert!(last < nonce.number());
                        prop_assert!(nonce.number() <= stored);
                        last = nonce.number();
                    }
                }
                Step::Save => {
                    if let Some(ceiling) = source.needs_saving(time) {
                        prop_assert!(last < ceiling);
                        stored = ceiling;
                        source.saved(ceiling);
                        prop_assert_eq!(source.needs_saving(time), None);
                    }
                }
                Step::SaveUnnoticed => stored = source.needs_saving(time).unwrap_or(stored),
                Step::Restart => source = NonceSource::restore(stored),
                Step::Clock(by) => now = now.saturating_add_signed(by),
                Step::Seen(above) => source.seed_above(last + above),
            }
        }
    }
}
