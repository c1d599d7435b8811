//! Kraken's tables of tiers, row by row.

use super::*;

#[track_caller]
fn check(tier: Tier, private: (u32, u32), trading: (u32, u32, usize), level3: u32) {
    assert_eq!(tier.private_max(), Points::whole(private.0));
    assert_eq!(tier.private_decay_hundredths(), private.1);
    assert_eq!(tier.trading_threshold(), Points::whole(trading.0));
    assert_eq!(tier.trading_decay_hundredths(), trading.1);
    assert_eq!(tier.open_orders_max(), trading.2);
    assert_eq!(tier.level3_max(), level3);
}

#[test]
fn every_row_is_as_documented() {
    check(Tier::Starter, (15, 33), (60, 100, 60), 200);
    check(Tier::Intermediate, (20, 50), (125, 234, 80), 200);
    check(Tier::Pro, (20, 100), (180, 375, 225), 500);
    assert_eq!(Tier::ALL.map(Tier::name), ["starter", "intermediate", "pro"]);
    assert_eq!(format!("{:>8}", Tier::Pro), "     pro");
}
