//! How long the stops are.

use super::*;

fn waits(seed: u64) -> Vec<u64> {
    let mut chance = Chance::from_seed(seed);
    let mut pause = Pause::default();
    let mut now = Timestamp::EPOCH;
    let mut waits = Vec::new();
    for _ in 0..10 {
        pause.strike(&mut chance, now);
        waits.push(u64::try_from(pause.until().since(now).as_millis()).unwrap());
        now = pause.until();
    }
    waits
}

#[test]
fn stops_double_and_end_at_four_minutes() {
    let doubling = [1, 2, 4, 8, 16, 32, 64, 128, 256, 256].map(|seconds| seconds * 1_000);
    for seed in 0..100 {
        for (wait, least) in waits(seed).into_iter().zip(doubling) {
            assert!(least <= wait && wait <= least * 3 / 2, "{wait} for {least}");
        }
    }
    assert_ne!(waits(1), waits(2));
}

#[test]
fn a_named_end_is_never_made_earlier() {
    let mut pause = Pause::default();
    let later = Timestamp::EPOCH + Duration::from_mins(15);
    pause.stop_until(later);
    pause.strike(&mut Chance::from_seed(1), Timestamp::EPOCH);
    pause.stop_until(Timestamp::EPOCH);
    assert_eq!(pause.until(), later);
}

#[test]
fn a_call_that_goes_through_begins_again() {
    let mut pause = Pause::default();
    pause.strike(&mut Chance::from_seed(1), Timestamp::EPOCH);
    pause.strike(&mut Chance::from_seed(1), Timestamp::EPOCH);
    pause.forgive();
    let now = pause.until();
    pause.strike(&mut Chance::from_seed(1), now);
    assert!(pause.until().since(now) <= Duration::from_millis(1_500));
}
