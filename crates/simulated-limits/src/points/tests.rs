//! Points as text, and their arithmetic.

use super::*;

#[track_caller]
fn check(points: Points, expect: &str) {
    assert_eq!(points.to_string(), expect);
}

#[test]
fn points_are_written_exactly() {
    check(Points::ZERO, "0");
    check(Points::whole(15), "15");
    check(Points::halves(3), "1.5");
    check(Points::from_pieces(1), "0.00000000001");
    check(Points::whole(50).minus(Points::from_pieces(2_340_000_000_000)), "26.6");
    check(Points::whole(u32::MAX), "4294967295");
    assert_eq!(format!("{:>5}|{:?}", Points::halves(1), Points::halves(1)), "  0.5|0.5");
}

#[test]
fn there_is_nothing_below_nothing() {
    check(Points::whole(1).minus(Points::whole(2)), "0");
    check(Points::whole(1) + Points::halves(1), "1.5");
    check([Points::whole(1), Points::whole(2)].into_iter().sum(), "3");
    assert_eq!(Points::halves(1).millionths(), 500_000);
}
