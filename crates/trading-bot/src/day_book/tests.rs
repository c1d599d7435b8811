//! Days as they are seen.

use std::time::Duration;

use trading_ladder::{Day, TradingMode};
use trading_types::{Amount, ClientOrderId, Fraction, Timestamp};

use super::{Able, DAY, DayBook, Look};

const MINUTE: Duration = Duration::from_mins(1);

fn at(day: u64, second: u64) -> Timestamp {
    Timestamp::from_seconds(day * DAY + second).expect("a time")
}

fn look(able: Able) -> Look {
    Look { able, unknown: Vec::new(), equity: None }
}

fn worth(equity: &str) -> Look {
    Look { equity: Some(equity.parse().expect("an amount")), ..look(Able::Ready) }
}

fn hash() -> String {
    "j".to_owned()
}

fn book(now: Timestamp) -> DayBook {
    DayBook::new(TradingMode::Paper, at(9, 0), now)
}

/// Looks every minute from one moment to another; gives the days that were over.
fn live(book: &mut DayBook, from: Timestamp, to: Timestamp, seen: &Look) -> Vec<Day> {
    let mut days = Vec::new();
    let mut now = from;
    while now <= to {
        days.extend(book.see(seen, MINUTE, hash, now));
        now = now + MINUTE;
    }
    days
}

#[test]
fn a_whole_day_is_ready_to_the_second() {
    let mut book = book(at(10, 0));
    let days = live(&mut book, at(10, 0), at(11, 0), &look(Able::Ready));
    let [day] = &days[..] else { panic!("{days:?}") };
    assert_eq!((day.number(), day.ready_seconds, day.venue_away_seconds), (10, DAY, 0));
    assert_eq!((day.kill_trips, day.trades, &*day.journal), (0, 0, "j"));
}

#[test]
fn what_the_venue_is_away_is_counted_apart_and_what_nobody_saw_not_at_all() {
    let mut book = book(at(10, 0));
    live(&mut book, at(10, 0), at(10, 3_600), &look(Able::Ready));
    live(&mut book, at(10, 3_600), at(10, 7_200), &look(Able::VenueAway));
    live(&mut book, at(10, 7_200), at(10, 10_800), &look(Able::Unable));
    live(&mut book, at(10, 10_800), at(10, 14_400), &look(Able::Ready));
    // The machine slept; then the process ended, and another one went on.
    assert_eq!(book.see(&look(Able::Ready), MINUTE, hash, at(10, 50_000)), None);
    let text = serde_json::to_string(&book).expect("JSON");
    let mut book = serde_json::from_str::<DayBook>(&text).expect("what was written");
    book = book.resumed(TradingMode::Paper);
    let day = book.see(&look(Able::Ready), MINUTE, hash, at(12, 5)).expect("a day is over");
    assert_eq!((day.number(), day.ready_seconds, day.venue_away_seconds), (10, 7_200, 3_600));
    // The day between was not seen; this one begins where it is first seen.
    assert_eq!(book.see(&look(Able::Ready), MINUTE, hash, at(12, 35)), None);
    let day = book.see(&look(Able::Ready), MINUTE, hash, at(13, 0)).expect("a day is over");
    assert_eq!((day.number(), day.ready_seconds), (12, 30));
}

#[test]
fn a_doubt_is_as_long_as_its_oldest_order() {
    let mut book = book(at(10, 0));
    let (one, other) = (ClientOrderId::new(1, 1), ClientOrderId::new(1, 2));
    let doubt =
        |unknown: &[ClientOrderId]| Look { unknown: unknown.to_vec(), ..look(Able::Unable) };
    for (second, unknown) in
        [(10, &[one][..]), (20, &[one, other]), (30, &[other]), (41, &[other]), (50, &[])]
    {
        book.see(&doubt(unknown), MINUTE, hash, at(10, second));
    }
    let half = at(10, 50) + Duration::from_millis(500);
    book.see(&doubt(&[one]), MINUTE, hash, at(10, 50));
    book.see(&doubt(&[]), MINUTE, hash, half);
    let day = book.see(&look(Able::Ready), MINUTE, hash, at(11, 0)).expect("a day is over");
    assert_eq!(day.unknown_seconds_max, 30);
}

#[test]
fn a_trip_counts_once_on_its_day_however_long_it_stays() {
    let mut book = book(at(10, 0));
    assert!(!book.trip(false) && book.trip(true) && !book.trip(true));
    book.traded();
    let days = live(&mut book, at(10, 0), at(12, 0), &look(Able::Unable));
    let counted: Vec<_> = days.iter().map(|day| (day.kill_trips, day.trades)).collect();
    assert_eq!(counted, [(1, 1), (0, 0)]);
    let text = serde_json::to_string(&book).expect("JSON");
    let mut book = serde_json::from_str::<DayBook>(&text).expect("what was written");
    assert!(!book.trip(true), "a restart is no news");
    assert!(!book.trip(false) && book.trip(true), "after it was taken back it is");
}

#[test]
fn a_fall_is_measured_from_the_highest_on_the_rung() {
    #[track_caller]
    fn check(book: &DayBook, basis_points: i64) {
        assert_eq!(book.drawdown(), Fraction::from_basis_points(basis_points));
    }
    let mut book = book(at(10, 0));
    let see = |book: &mut DayBook, equity: &str, second: u64| {
        book.see(&worth(equity), MINUTE, hash, at(10, second));
    };
    see(&mut book, "1000", 0);
    check(&book, 0);
    see(&mut book, "1200", 1);
    see(&mut book, "1140", 2);
    check(&book, 500);
    see(&mut book, "1190", 3);
    check(&book, 500);
    // A deposit is no gain: the next fall is measured without it.
    book.moved("2190".parse::<Amount>().expect("an amount"));
    see(&mut book, "2189", 4);
    check(&book, 500);
    book.enter(at(10, 5));
    check(&book, 0);
    see(&mut book, "2189", 5);
    see(&mut book, "0", 6);
    check(&book, 10_000);
}

#[test]
fn time_does_not_go_back() {
    let mut book = book(at(10, 100));
    let before = book.clone();
    assert_eq!(book.see(&look(Able::Ready), MINUTE, hash, at(10, 99)), None);
    assert_eq!(book, before);
}
