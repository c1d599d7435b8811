//! Amounts: fees, shares, what money buys.

use proptest::prelude::*;

use super::*;

#[test]
fn a_fee_is_rounded_as_told() {
    let cost: Amount = "1234.56789".parse().unwrap();
    let rate = Fraction::from_percent("0.26").unwrap();
    let fee = cost.times(rate, Rounding::Up);
    assert_eq!(fee.to_string(), "3.209876514");
    assert_eq!(fee.round_to_decimals(5, Rounding::Up).to_string(), "3.20988");
    assert_eq!(fee.round_to_decimals(5, Rounding::Down).to_string(), "3.20987");
}

#[test]
fn survives_the_largest_product() {
    let most = Price::MAX * Quantity::MAX;
    assert!(most < Amount::MAX);
    assert_eq!(most.times(Fraction::ONE, Rounding::Down), most);
}

proptest! {
    #[test]
    fn what_can_be_spent_leaves_room_for_the_fee(
        cash in 0_i128..10_i128.pow(30),
        rate in 0_i64..10_000_000,
    ) {
        let (cash, rate) = (Amount::from_units(cash), Fraction::from_units(rate));
        let spend = cash.without_surcharge(rate);
        prop_assert!(spend + spend.times(rate, Rounding::Up) <= cash + Amount::from_units(1));
        let more = spend + Amount::from_units(2);
        prop_assert!(cash < more + more.times(rate, Rounding::Up));
    }

    #[test]
    fn shares_add_up(whole in 1_i128..i128::MAX >> 1, amount in 0_i128..i128::MAX >> 1, cut: u64) {
        let part = whole / 7 + i128::from(cut) % (whole - whole / 7 + 1);
        let [whole, amount, part] = [whole, amount, part].map(Amount::from_units);
        let down = amount.share(part, whole, Rounding::Down);
        let up = amount.share(part, whole, Rounding::Up);
        prop_assert!(down <= up && up - down <= Amount::from_units(1) && up <= amount);
        let rest = amount.share(whole - part, whole, Rounding::Up);
        prop_assert_eq!(down + rest, amount);
    }

    #[test]
    fn money_buys_no_more_than_it_can_pay(
        cash in 0_i128..10_i128.pow(28),
        price in 1_i64..i64::MAX,
    ) {
        let (cash, price) = (Amount::from_units(cash), Price::from_units(price));
        let quantity = cash.quantity_at(price);
        prop_assume!(quantity < Quantity::MAX);
        prop_assert!(price * quantity <= cash);
        prop_assert!(cash < price * (quantity + Quantity::from_units(1)));
    }
}
