//! Which limits a call meets, by where it goes and what it is for.

use super::*;
use crate::limits_report::workload::{Numbers, some_pair};

const START: Timestamp = Timestamp::from_nanos(600_000_000_000);

fn documented() -> BareLimits {
    BareLimits::documented(Tier::Starter, DecayMode::Continuous)
}

/// How many of a hundred calls at once are accepted.
fn accepted(
    venue: &mut BareLimits,
    mut call: impl FnMut(&mut Numbers) -> Call,
    now: Timestamp,
) -> usize {
    let mut numbers = Numbers::default();
    let calls = (0..100).map(|_| call(&mut numbers));
    calls.filter(|call| venue.receive(call, now) == Outcome::Accepted).count()
}

#[test]
fn looks_at_the_account_count_on_the_key() {
    let look = |numbers: &mut Numbers| numbers.call("Balance", Purpose::Account);
    assert_eq!(accepted(&mut documented(), look, START), 15);
}

#[test]
fn what_goes_over_the_socket_does_not() {
    let look = |numbers: &mut Numbers| Call {
        transport: Transport::Socket,
        ..numbers.call("Balance", Purpose::Account)
    };
    assert_eq!(accepted(&mut documented(), look, START), 100);
}

#[test]
fn orders_count_on_their_pair() {
    let mut venue = documented();
    assert_eq!(accepted(&mut venue, |numbers| numbers.placing(some_pair()), START), 59);
    assert_eq!(venue.trading_peak(), Some(Points::whole(59)));
    assert_eq!(venue.private_peak(), Some(Points::ZERO));
    assert_eq!(venue.take_notices().len(), 59);
}

#[test]
fn a_halt_closes_everything_on_every_pair() {
    let mut venue = documented();
    let mut numbers = Numbers::default();
    let orders = ["BTC/USD", "ETH/USD"].map(|pair| numbers.placing(pair.parse().unwrap()));
    for order in &orders {
        assert_eq!(venue.receive(order, START), Outcome::Accepted);
    }
    let halt = numbers.call("CancelAll", Purpose::Halt);
    assert_eq!(venue.receive(&halt, START), Outcome::Accepted);
    let fates: Vec<Fate> = venue.take_notices().iter().map(|notice| notice.fate).collect();
    assert_eq!(fates, [Fate::Opened, Fate::Opened, Fate::Closed, Fate::Closed]);
    let (pair, order) = (orders[0].pair, orders[0].order);
    for purpose in [Purpose::Cancel, Purpose::Amend] {
        let late = Call { pair, order, ..numbers.call("", purpose) };
        assert_eq!(venue.receive(&late, START), Outcome::Refused, "{purpose:?}");
    }
    venue.fill(pair.unwrap(), order.unwrap(), START);
    assert_eq!(venue.take_notices(), [], "what is canceled does not fill");
}

/// How many calls the article's windows take at a moment, after a full minute was used up half a
/// second before the turn of ours.
#[track_caller]
fn check_clock(ahead_millis: u64, expect: usize) {
    let mut venue = BareLimits::article(Tier::Starter, Duration::from_millis(ahead_millis));
    let look = |numbers: &mut Numbers| numbers.call("Balance", Purpose::Account);
    assert_eq!(accepted(&mut venue, look, START - Duration::from_millis(501)), 20);
    assert_eq!(accepted(&mut venue, look, START - Duration::from_millis(500)), expect);
}

#[test]
fn the_article_s_minutes_turn_by_kraken_s_clock() {
    check_clock(1_000, 20);
    check_clock(999, 0);
    check_clock(0, 0);
}

#[test]
fn the_share_of_the_budget_is_of_all_there_was() {
    let mut venue = documented();
    let look = |numbers: &mut Numbers| numbers.call("Balance", Purpose::Account);
    accepted(&mut venue, look, START);
    assert_eq!(venue.used_millionths(START, Duration::ZERO), 1_000_000);
    let hour = 15_000_000 / (15 + 1_188);
    assert_eq!(venue.used_millionths(START, Duration::from_hours(1)), hour);
    assert_eq!(venue.traded_millionths(Duration::ZERO), None);

    let mut venue = BareLimits::article(Tier::Starter, CLOCK_OFFSET_MAX);
    accepted(&mut venue, look, START);
    assert_eq!(venue.used_millionths(START, Duration::ZERO), 20_000_000 / 35);
    assert_eq!(venue.used_millionths(START, Duration::from_mins(1)), 20_000_000 / 70);
}
