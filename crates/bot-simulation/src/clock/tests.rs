//! A clock goes forward while a process runs, and its inverse is the first moment.

use super::*;

fn options(drift_max: u32) -> ClockOptions {
    let hour = Duration::from_hours(1);
    ClockOptions { offset_max: hour, drift_max, jumps_percent: 100, jump_max: 24 * hour }
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(1_700_000_000 + seconds).expect("a time")
}

#[test]
fn the_inverse_is_the_first_moment_that_shows_it() {
    for seed in 0..200 {
        let mut clock = Clock::new(options(500), Prng::from_seed(seed), at(0));
        for step in 0..20 {
            let now = at(step * 977);
            let shown = clock.shows(now);
            let first = clock.true_time(shown);
            assert!(first <= now && clock.shows(first) == shown, "seed {seed}");
            assert!(clock.shows(first - Duration::from_nanos(1)) < shown, "seed {seed}");
            if step == 10 {
                assert!(clock.restart(now));
                let gap = clock.shows(now).since(shown).max(shown.since(clock.shows(now)));
                assert!(Duration::from_secs(1) <= gap, "seed {seed}: {gap:?}");
            }
        }
        clock.set_right(at(99));
        assert_eq!(clock.shows(at(100)), at(100));
    }
}
