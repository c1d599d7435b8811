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

#[test]
fn a_schedule_can_be_scaled_and_is_rounded_up() {
    let points = Fraction::from_basis_points;
    let kraken = FeeSchedule::kraken_spot();
    let double = kraken.scaled(200);
    assert_eq!(double.tiers().len(), kraken.tiers().len());
    assert_eq!((double.tiers()[0].taker, double.tiers()[0].maker), (points(80), points(50)));
    assert_eq!(kraken.scaled(100), kraken);
    let odd = FeeSchedule::flat(Fraction::from_units(1), Fraction::from_units(-1)).scaled(150);
    let (taker, maker) = (odd.tiers()[0].taker, odd.tiers()[0].maker);
    assert_eq!((taker, maker), (Fraction::from_units(2), Fraction::from_units(-1)));
}
