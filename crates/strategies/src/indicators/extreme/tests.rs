//! The extreme of a window: what is refused when read back. Its values are checked as those of
//! the Donchian channel.

use super::*;
use crate::samples::price;

/// Candidates `(number, price)` of the highest of three prices.
#[track_caller]
fn check(seen: u64, candidates: &[(u64, &str)], expect: Result<Option<&str>, &str>) {
    let candidates = candidates.iter().map(|(number, text)| (*number, price(text))).collect();
    let stored = Stored { end: End::Highest, period: 3, seen, candidates };
    let actual = Extreme::try_from(stored).map(|it| it.value()).map_err(|it| it.to_string());
    let expect = expect.map(|value| value.map(price));
    assert_eq!(
        actual,
        expect.map_err(|reason| { format!("the stored extreme is inconsistent: {reason}") })
    );
}

#[test]
fn nonsense_is_refused() {
    check(0, &[], Ok(None));
    check(2, &[(0, "5"), (1, "4")], Ok(None));
    check(3, &[(0, "5"), (2, "4")], Ok(Some("5")));
    check(u64::MAX / 2 + 1, &[], Err("it counts more prices than there can be"));
    check(u64::MAX / 2, &[], Err("the newest price is missing"));
    check(3, &[], Err("the newest price is missing"));
    check(0, &[(0, "5")], Err("the newest price is missing"));
    check(3, &[(u64::MAX, "5")], Err("the newest price is missing"));
    check(3, &[(2, "5"), (2, "4")], Err("its candidates are out of order"));
    check(3, &[(1, "4"), (2, "4")], Err("its candidates are out of order"));
    check(4, &[(0, "5"), (3, "4")], Err("it keeps a price that is too old"));
    let no_period = Stored { end: End::Lowest, period: 0, seen: 0, candidates: VecDeque::new() };
    assert!(Extreme::try_from(no_period).is_err());
}

#[test]
fn the_lowest_is_the_highest_upside_down() {
    let stored = |earlier: &str| {
        let candidates = [(1, price(earlier)), (2, price("4"))].into();
        Extreme::try_from(Stored { end: End::Lowest, period: 2, seen: 3, candidates })
    };
    assert_eq!(stored("3").unwrap().value(), Some(price("3")));
    assert!(stored("4").is_err());
    assert!(stored("5").is_err());
}
