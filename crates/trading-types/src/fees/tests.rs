//! Fee tiers: the row that holds.

use super::*;

#[track_caller]
fn check(volume: &str, taker: &str, maker: &str) {
    let tier = FeeSchedule::kraken_spot().tier_at(volume.parse().unwrap());
    assert_eq!((tier.taker.percent(), tier.maker.percent()), (taker.to_owned(), maker.to_owned()));
}

#[test]
fn fees_fall_as_volume_accrues() {
    check("0", "0.4", "0.25");
    check("9999.999", "0.4", "0.25");
    check("10000", "0.35", "0.2");
    check("49999", "0.35", "0.2");
    check("1000000", "0.16", "0.06");
    check("99999999", "0.1", "0");
}
