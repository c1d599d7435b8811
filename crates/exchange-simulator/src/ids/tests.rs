//! Names look like Kraken's and never repeat.

use super::*;

#[test]
fn names_count_up_in_the_form_of_kraken() {
    assert_eq!(venue_order_id(1).as_str(), "O00000-00000-000001");
    assert_eq!(trade_id(36).as_str(), "T00000-00000-000010");
    assert_eq!(trade_id(u64::MAX).as_str(), "T0003W-5E112-64SGSF");
}
