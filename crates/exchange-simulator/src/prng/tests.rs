//! The stream of a seed is fixed for ever, and draws stay within their bounds.

use super::*;

#[test]
fn a_seed_means_the_same_for_ever() {
    // The reference outputs of SplitMix64 for seed 1234567.
    let mut prng = Prng::from_seed(1_234_567);
    assert_eq!(prng.next(), 6_457_827_717_110_365_317);
    assert_eq!(prng.next(), 3_203_168_211_198_807_973);
    assert_eq!(prng.next(), 9_817_491_932_198_370_423);
}

#[test]
fn draws_stay_within_their_bounds_and_reach_them() {
    let mut prng = Prng::from_seed(7);
    let draws: Vec<u64> = (0..1_000).map(|_| prng.between(3, 7)).collect();
    assert_eq!(draws.iter().min(), Some(&3));
    assert_eq!(draws.iter().max(), Some(&7));
}

#[test]
fn a_chance_comes_as_often_as_it_says() {
    let mut prng = Prng::from_seed(7);
    let quarter: Fraction = "0.25".parse().unwrap();
    let hits = (0..10_000).filter(|_| prng.chance(quarter)).count();
    assert!((2_400..2_600).contains(&hits), "{hits}");
    assert!((0..1_000).all(|_| prng.chance(Fraction::ONE)));
    assert!(!(0..1_000).any(|_| prng.chance(Fraction::ZERO)));
}
