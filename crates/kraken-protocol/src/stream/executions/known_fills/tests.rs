//! Tests of the set of counted trades: once each, and never without bound.

use super::*;

fn id(number: usize) -> TradeId {
    format!("T{number}").parse().unwrap()
}

#[test]
fn a_trade_is_new_once() {
    let mut known = KnownFills::default();
    assert!(known.insert(id(1)));
    assert!(!known.insert(id(1)));
    assert!(known.contains(&id(1)) && !known.contains(&id(2)));
}

#[test]
fn the_oldest_is_forgotten_first() {
    let mut known: KnownFills = (0..KNOWN_FILLS_MAX).map(id).collect();
    assert!(!known.insert(id(0)), "all fit");
    known.insert(id(KNOWN_FILLS_MAX));
    assert!(!known.contains(&id(0)) && known.contains(&id(1)));
    assert_eq!(known.iter().count(), KNOWN_FILLS_MAX);
}

#[test]
fn it_comes_back_from_what_was_kept() {
    let known: KnownFills = [id(3), id(1), id(2)].into_iter().collect();
    let kept: Vec<TradeId> = known.iter().collect();
    assert_eq!(kept, [id(3), id(1), id(2)]);
    assert_eq!(kept.into_iter().collect::<KnownFills>(), known);
}
