//! A fee of nothing has no asset; every other one has.

use super::*;

#[test]
fn fees_are_the_same_where_they_move_the_same() {
    let fee = |text: &str, asset: &str| -> (Amount, Asset) {
        (text.parse().expect("an amount"), asset.parse().expect("an asset"))
    };
    let check = |told, taken, is_same| assert_eq!(is_same_fee(told, taken), is_same, "{told:?}");
    check(fee("0.4", "USD"), fee("0.4", "USD"), true);
    check(fee("0", "USD"), fee("0", "BTC"), true);
    check(fee("0.4", "USD"), fee("0.4", "BTC"), false);
    check(fee("0", "USD"), fee("0.00001", "BTC"), false);
    check(fee("0.00001", "USD"), fee("0", "BTC"), false);
    check(fee("0.4", "USD"), fee("0.5", "USD"), false);
}
