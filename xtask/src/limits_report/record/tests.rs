//! Counting, and the percentiles of waiting times.

use super::*;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(1_000 + seconds).unwrap()
}

#[test]
fn refusals_are_counted_by_limit_and_the_first_is_remembered() {
    let mut record = Record::new(at(0));
    record.received(Outcome::Accepted, at(1));
    for (exceeded, seconds) in [(Exceeded::PrivateCalls, 2), (Exceeded::OpenOrders, 3)] {
        record.received(Outcome::Exceeded(exceeded), at(seconds));
    }
    record.received(Outcome::Exceeded(Exceeded::PrivateCalls), at(4));
    record.received(Outcome::Refused, at(5));
    assert_eq!(record.calls_accepted(), 1);
    assert_eq!(record.first_trip(), Some(Duration::from_secs(2)));
    let expect = BTreeMap::from([("open_orders", 1), ("private_counter", 2)]);
    assert_eq!(record.violations(), &expect);
}

#[track_caller]
fn check_percentile(delays: &[u64], percent: usize, expect: Option<u64>) {
    let mut record = Record::new(at(0));
    for delay in delays {
        record.sent(Purpose::Place, Duration::from_secs(*delay), at(0));
    }
    let delays = record.delays(&[Purpose::Place, Purpose::Cancel]);
    assert_eq!(delays.percentile(percent), expect.map(Duration::from_secs));
}

#[test]
fn percentiles_are_of_all_waiting_times_in_order() {
    let hundred: Vec<u64> = (0..100).rev().collect();
    check_percentile(&hundred, 50, Some(50));
    check_percentile(&hundred, 99, Some(99));
    check_percentile(&hundred, 100, Some(99));
    check_percentile(&[7], 50, Some(7));
    check_percentile(&[], 99, None);
}

#[test]
fn who_is_left_waiting_counts_as_having_waited() {
    let mut record = Record::new(at(0));
    record.left_waiting(Purpose::Cancel, Duration::from_mins(1));
    assert_eq!(record.delays(&[Purpose::Cancel]).percentile(99), Some(Duration::from_mins(1)));
    assert_eq!(record.calls_sent(), 0);
    assert_eq!(record.last_sent(Purpose::Cancel), None);
}
