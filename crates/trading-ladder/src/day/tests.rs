//! Days: each bound, just kept and just broken.

use crate::{
    day::{Blemish, Day, SECONDS},
    requirements::Requirements,
    rung::TradingMode,
    test_values::{clean, day_start},
};

#[track_caller]
fn check(change: impl FnOnce(&mut Day), blemishes: &[Blemish]) {
    let mut day = clean(7, TradingMode::Paper);
    change(&mut day);
    assert_eq!(day.blemishes(&Requirements::default().clean_day), blemishes);
}

#[test]
fn a_day_counts_up_to_each_bound_and_not_beyond() {
    check(|_| (), &[]);
    check(|it| it.ready_seconds -= 1, &[Blemish::NotReady { seconds: 901 }]);
    check(|it| it.unknown_seconds_max = 61, &[Blemish::UnknownOutcome { seconds: 61 }]);
    check(|it| it.kill_trips = 1, &[Blemish::KillSwitch]);
}

#[test]
fn what_the_venue_is_away_is_not_our_fault_up_to_four_hours() {
    let away = |seconds: u64| {
        move |it: &mut Day| {
            it.venue_away_seconds = seconds;
            it.ready_seconds = SECONDS - seconds;
        }
    };
    check(away(4 * 3_600), &[]);
    let ready_seconds = 20 * 3_600 - 1;
    check(away(4 * 3_600 + 1), &[Blemish::TooShort { ready_seconds }]);
}

#[test]
fn numbers_that_cannot_be() {
    check(|it| it.venue_away_seconds = 901, &[Blemish::Contradiction]);
    check(|it| it.ready_seconds = u64::MAX, &[Blemish::Contradiction]);
}

#[test]
fn a_day_ends_when_the_next_begins() {
    let mut day = clean(7, TradingMode::Paper);
    assert_eq!((day.number(), day.end()), (7, day_start(8)));
    day.date = day.end() - std::time::Duration::from_nanos(1);
    assert_eq!((day.number(), day.end()), (7, day_start(8)));
    day.date = trading_types::Timestamp::NEVER;
    assert_eq!(day.end(), trading_types::Timestamp::NEVER);
}
