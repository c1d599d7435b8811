//! Thirty days of volume.

use super::*;
use crate::test_values::{amount, at};

#[test]
fn counts_thirty_days_and_no_more() {
    let day = 86_400;
    let mut volume = TradedVolume::default();
    volume.add(amount("100"), at(0));
    volume.add(amount("10"), at(5 * day));
    assert_eq!(volume.within_window(at(30 * day - 1)), amount("110"));
    assert_eq!(volume.within_window(at(30 * day)), amount("10"));
    assert_eq!(volume.within_window(at(99 * day)), Amount::ZERO);
}
