//! Every cell of the table, at both ends of its row.

use super::*;

/// The ages in milliseconds at which a row begins and ends, and its cells.
#[track_caller]
fn check(first_millis: u64, last_millis: u64, expect: (u32, u32, u32)) {
    for millis in [first_millis, last_millis] {
        let age = Duration::from_millis(millis);
        let cells = [Touch::Amend, Touch::Edit, Touch::Cancel].map(|touch| penalty(touch, age));
        let expect = [expect.0, expect.1, expect.2].map(Points::whole);
        assert_eq!(cells, expect, "at an age of {millis} ms");
    }
}

#[test]
fn every_row_is_as_documented() {
    check(0, 4_999, (3, 6, 8));
    check(5_000, 9_999, (2, 5, 6));
    check(10_000, 14_999, (1, 4, 5));
    check(15_000, 44_999, (0, 2, 4));
    check(45_000, 89_999, (0, 1, 2));
    check(90_000, 299_999, (0, 0, 1));
    check(300_000, 86_400_000, (0, 0, 0));
}
