//! Tests of the waits and of what is final.

use super::*;

const NOW: Timestamp = Timestamp::from_nanos(1_000_000_000_000);

fn wait(reconnect: &mut Reconnect, loss: &LinkLoss, chance: &mut Chance) -> Duration {
    match reconnect.after(loss, None, chance, NOW) {
        Next::At(at) => at.since(NOW),
        Next::Never(reason) => panic!("{reason:?}"),
    }
}

#[test]
fn waits_grow_and_stay_in_their_bounds() {
    for seed in 0..200 {
        let (mut reconnect, mut chance) = (Reconnect::default(), Chance::from_seed(seed));
        for least in [750, 750, 5_000, 10_000, 20_000, 40_000, 40_000, 40_000, 40_000, 40_000] {
            let wait = wait(&mut reconnect, &LinkLoss::Silent, &mut chance).as_millis();
            assert!((least..=least * 5 / 3).contains(&wait), "{wait} is not about {least}");
        }
    }
}

#[test]
fn back_offs_are_1_2_4_to_60_seconds() {
    let mut chance = Chance::from_seed(1);
    for (failures, seconds) in [(0, 1), (1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (u32::MAX, 60)] {
        let wait = back_off(failures, &mut chance).as_millis();
        let least = seconds * 1_000;
        assert!((least..least * 5 / 4).contains(&wait), "{failures}: {wait}");
    }
}

#[test]
fn many_failures_overflow_nothing() {
    let (mut reconnect, mut chance) = (Reconnect { failures: u32::MAX }, Chance::from_seed(1));
    wait(&mut reconnect, &LinkLoss::Silent, &mut chance);
}
