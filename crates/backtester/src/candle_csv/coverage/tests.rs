//! Coverage: order, gaps inside the window, candles of another length.

use super::*;

const HOUR: u64 = 3_600;
/// Midnight.
const START: u64 = 400_008 * HOUR;

fn hour(count: u64) -> Timestamp {
    Timestamp::from_seconds(START + count * HOUR).unwrap()
}

fn hourly(from: Option<Timestamp>, to: Option<Timestamp>) -> Coverage {
    Coverage::new(Window { interval: Interval::from_minutes(60).unwrap(), from, to })
}

#[track_caller]
fn check(from: Option<u64>, to: Option<u64>, hours: &[u64], expect: (u64, Option<(u64, u64)>)) {
    let mut coverage = hourly(from.map(hour), to.map(hour));
    for at in hours {
        coverage.count_in(hour(*at)).unwrap();
    }
    let gap = expect.1.map(|(from, to)| Gap { from: hour(from), to: hour(to) });
    assert_eq!(coverage.missing(), MissingIntervals { count: expect.0, longest: gap });
}

#[test]
fn counts_what_is_missing_between_candles() {
    check(None, None, &[], (0, None));
    check(None, None, &[5], (0, None));
    check(None, None, &[5, 6, 7], (0, None));
    check(None, None, &[5, 7], (1, Some((6, 7))));
    check(None, None, &[1, 3, 7, 9, 13], (8, Some((4, 7))));
}

#[test]
fn counts_only_inside_the_window() {
    check(Some(4), None, &[1, 8, 9], (4, Some((4, 8))));
    check(None, Some(4), &[1, 8, 9], (2, Some((2, 4))));
    check(Some(3), Some(5), &[1, 8], (2, Some((3, 5))));
    check(Some(8), Some(9), &[1, 8, 9, 20], (0, None));
    check(Some(30), Some(40), &[1, 8], (0, None));
}

#[test]
fn a_window_need_not_lie_on_the_grid() {
    let (from, to) = (hour(3) + Duration::from_secs(1), hour(5) + Duration::from_secs(1));
    let mut coverage = hourly(Some(from), Some(to));
    coverage.count_in(hour(1)).unwrap();
    coverage.count_in(hour(8)).unwrap();
    let gap = Gap { from: hour(4), to: hour(6) };
    assert_eq!(coverage.missing(), MissingIntervals { count: 2, longest: Some(gap) });
    let mut coverage = hourly(Some(Timestamp::NEVER), Some(Timestamp::NEVER));
    coverage.count_in(hour(1)).unwrap();
    coverage.count_in(hour(8)).unwrap();
    assert_eq!(coverage.missing(), MissingIntervals::default());
}

#[test]
fn candles_come_in_order_and_once() {
    let mut coverage = hourly(None, None);
    coverage.count_in(hour(5)).unwrap();
    let twice = ContentFault::TimeRepeated(hour(5));
    assert_eq!(coverage.count_in(hour(5)), Err(twice.into()));
    let backward = ContentFault::TimeBackward { time: hour(4), last: hour(5) };
    assert_eq!(coverage.count_in(hour(4)), Err(backward.into()));
    assert_eq!(coverage.rows(), 1);
}

#[test]
fn many_candles_on_a_longer_grid_are_longer_ones() {
    let asked = Interval::from_minutes(60).unwrap();
    for (step, found) in [(1, None), (2, None), (4, Some(240)), (8, Some(240)), (24, Some(1_440))] {
        let mut coverage = hourly(None, None);
        let counted =
            (0..LONGER_CANDLES_PROOF).try_for_each(|at| coverage.count_in(hour(at * step)));
        let expect = match found {
            Some(minutes) => {
                let found = Interval::from_minutes(minutes).unwrap();
                Err(RequestFault::LongerCandles { found, asked }.into())
            }
            None => Ok(()),
        };
        assert_eq!(counted, expect, "{step}");
    }
}

#[test]
fn one_candle_between_shows_that_they_are_not_longer() {
    let mut coverage = hourly(None, None);
    coverage.count_in(hour(0)).unwrap();
    coverage.count_in(hour(1)).unwrap();
    for at in 1..2 * LONGER_CANDLES_PROOF {
        coverage.count_in(hour(4 * at)).unwrap();
    }
}

#[test]
fn divides() {
    for (one, other, expect) in [(0, 0, 0), (12, 0, 12), (0, 12, 12), (12, 18, 6), (7, 5, 1)] {
        assert_eq!(greatest_common_divisor(one, other), expect);
    }
}
