//! The generator is the published one, and its orders are fair.

use super::*;

#[test]
fn it_is_splitmix() {
    // The first numbers of seed 1234567, as in Rosetta Code's table of SplitMix64.
    let mut prng = Prng::from_seed(1_234_567);
    let drawn: Vec<u64> = (0..3).map(|_| prng.next()).collect();
    assert_eq!(
        drawn,
        [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
    );
}

#[test]
fn every_order_is_about_as_likely() {
    let mut prng = Prng::from_seed(7);
    let mut counts = std::collections::BTreeMap::<[u8; 3], u32>::new();
    for _ in 0..60_000 {
        let mut items = [0, 1, 2];
        prng.shuffle(&mut items);
        *counts.entry(items).or_default() += 1;
    }
    assert_eq!(counts.len(), 6);
    // Six standard deviations of a fair count.
    assert!(counts.values().all(|count| count.abs_diff(10_000) < 550), "{counts:?}");
}
