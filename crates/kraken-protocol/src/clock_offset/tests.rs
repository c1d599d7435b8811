//! Properties of the interval that holds Kraken's clock.

use proptest::prelude::*;

use super::*;

const START: u64 = 1_800_000_000_000_000_000;
const SECOND: u64 = 1_000_000_000;

fn at(nanos: i128) -> Timestamp {
    Timestamp::from_nanos(u64::try_from(nanos).unwrap())
}

/// Kraken's clock: ours, ahead by `offset`, and a little faster or slower.
fn theirs(ours: i128, offset: i128, drift_ppm: i128) -> i128 {
    ours + offset + (ours - i128::from(START)) * drift_ppm / 1_000_000
}

/// Waits, way there, way back, all in nanoseconds.
type Call = (u64, u64, u64);

fn calls() -> impl Strategy<Value = Vec<Call>> {
    prop::collection::vec((0..90 * SECOND, 0..3 * SECOND, 0..3 * SECOND), 1..40)
}

proptest! {
    #[test]
    fn the_truth_is_in_the_interval(
        calls in calls(),
        offset in -100 * i128::from(SECOND)..100 * i128::from(SECOND),
        drift_ppm in -200_i128..200,
        unit in prop_oneof![Just(SECOND), Just(1_000_000), Just(1)],
        later in 0..600 * SECOND,
    ) {
        let mut clock = ClockOffset::default();
        let mut now = i128::from(START);
        let mut shortest = i128::MAX;
        for (wait, there, back) in calls {
            let sent = now + i128::from(wait);
            let read = sent + i128::from(there);
            now = read + i128::from(back);
            let shown = theirs(read, offset, drift_ppm);
            let shown = shown - shown % i128::from(unit);
            let unit = Duration::from_nanos(unit);
            let (sent, received, shown) = (at(sent), at(now), at(shown));
            clock.observe(ClockSample { sent, received, shown, unit });
            let width = i128::from(there + back) + i128::try_from(unit.as_nanos()).unwrap();
            shortest = shortest.min(width);
            let ahead = clock.ahead(at(now)).unwrap();
            let truth = theirs(now, offset, drift_ppm) - now;
            prop_assert!(ahead.least <= truth && truth <= ahead.most, "{ahead:?} {truth}");
            let drift = 2 * 40 * 96 * i128::from(SECOND) * DRIFT_PPM / 1_000_000;
            prop_assert!(ahead.most - ahead.least <= width + drift);
            let known = i128::from(ahead.kraken_time(at(now)).nanos());
            let error = i128::try_from(ahead.error_max().as_nanos()).unwrap();
            prop_assert!((known - theirs(now, offset, drift_ppm)).abs() <= error);
        }
        let then = now + i128::from(later);
        let ahead = clock.ahead(at(then)).unwrap();
        let truth = theirs(then, offset, drift_ppm) - then;
        prop_assert!(ahead.least <= truth && truth <= ahead.most, "{ahead:?} {truth}");
    }
}

fn sample(sent_ms: u64, received_ms: u64, shown_ms: u64) -> ClockSample {
    let at = |ms: u64| Timestamp::from_nanos(START + ms * 1_000_000);
    ClockSample {
        sent: at(sent_ms),
        received: at(received_ms),
        shown: at(shown_ms),
        unit: Duration::from_millis(1),
    }
}

#[test]
fn nothing_is_known_before_the_first_answer() {
    assert_eq!(ClockOffset::default().ahead(Timestamp::from_nanos(START)), None);
}

#[test]
fn a_clock_that_was_set_makes_us_start_anew() {
    let mut clock = ClockOffset::default();
    clock.observe(sample(0, 10, 5));
    clock.observe(sample(1_000, 1_010, 1_005));
    assert_eq!(clock.samples.len(), 2);
    clock.observe(sample(2_000, 2_010, 9_005));
    assert_eq!(clock.samples.len(), 1);
    let now = Timestamp::from_nanos(START + 2_010_000_000);
    assert!(clock.ahead(now).unwrap().is_alarming());
}

#[test]
fn alarms_only_when_it_is_sure() {
    let check = |received_ms, shown_ms, expect| {
        let mut clock = ClockOffset::default();
        let sample = sample(10_000, received_ms, shown_ms);
        clock.observe(sample);
        assert_eq!(clock.ahead(sample.received).unwrap().is_alarming(), expect, "{sample:?}");
    };
    check(10_010, 10_005, false);
    check(10_010, 10_900, false);
    check(10_010, 11_100, true);
    check(10_010, 8_900, true);
    // An answer that took three seconds proves little.
    check(13_000, 13_500, false);
    check(13_000, 14_500, true);
}

#[test]
fn the_memory_is_bounded() {
    let mut clock = ClockOffset::default();
    for call in 0..100 {
        clock.observe(sample(call * 1_000, call * 1_000 + 10, call * 1_000 + 5));
    }
    assert_eq!(clock.samples.len(), SAMPLES_MAX);
}
