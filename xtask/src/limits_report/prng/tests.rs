//! The generator keeps its promises.

use super::*;

#[test]
fn a_seed_and_a_purpose_decide_everything() {
    let numbers = |seed, purpose| {
        let mut prng = Prng::new(seed, purpose);
        [prng.next(), prng.next(), prng.next()]
    };
    assert_eq!(numbers(1, "network"), numbers(1, "network"));
    assert_ne!(numbers(1, "network"), numbers(2, "network"));
    assert_ne!(numbers(1, "network"), numbers(1, "workload"));
}

#[test]
fn numbers_stay_within_their_bounds_and_reach_them() {
    let mut prng = Prng::new(7, "bounds");
    let drawn: Vec<u64> = (0..1_000).map(|_| prng.below(3)).collect();
    for number in 0..3 {
        assert!(drawn.contains(&number));
    }
    assert!(drawn.iter().all(|number| *number < 3));
    let (least, most) = (Duration::from_nanos(5), Duration::from_nanos(6));
    let lengths: Vec<Duration> = (0..100).map(|_| prng.duration(least, most)).collect();
    assert!(lengths.contains(&least) && lengths.contains(&most));
    assert_eq!((0..10_000).filter(|_| prng.percent(0)).count(), 0);
    assert_eq!((0..10_000).filter(|_| prng.percent(100)).count(), 10_000);
}
