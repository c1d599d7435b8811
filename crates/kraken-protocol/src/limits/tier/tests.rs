//! The table of tiers, and what an account's `maxratecount` tells.

use super::*;

#[test]
fn names_and_rows_agree() {
    for tier in Tier::all() {
        assert_eq!(tier.row().tier, tier);
        assert_eq!(tier.name().to_uppercase().parse(), Ok(tier));
    }
    assert_eq!("gold".parse::<Tier>(), Err(UnknownTier("gold".to_owned())));
}

#[test]
fn the_account_tells_its_tier() {
    let told = |points| Tier::from_max_rate_count(points);
    assert_eq!([60, 125, 180].map(told), [Tier::Starter, Tier::Intermediate, Tier::Pro]);
    // Something new is taken for the largest that is surely no more than it.
    assert_eq!(
        [0, 59, 124, 179, 9_999].map(told),
        [Tier::Starter, Tier::Starter, Tier::Starter, Tier::Intermediate, Tier::Pro,]
    );
}
