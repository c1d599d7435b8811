//! A stop that follows the price: it is raised in place, and nothing lowers it.

use super::*;
use crate::terms::Terms;

fn trailing(stop: &str) -> Wish {
    Wish::BeLongOn(Terms { trail: Some(price(stop)), ..Terms::from(Exits::default()) })
}

fn kept(stop: &str) -> Wish {
    Wish::Keep(Some(price(stop)))
}

fn raised(commands: &[VenueCommand]) -> Option<Price> {
    match commands {
        [] => None,
        [VenueCommand::Amend(Amendment { quantity: None, limit: None, trigger, .. })] => *trigger,
        other => panic!("a stop was to be raised or not, but it wants {other:?}"),
    }
}

/// Enters at the first candle and gives the bench with its resting stop at 90.
fn protected(wishes: &[Wish]) -> (Bench, ClientOrderId) {
    let wishes: Vec<Wish> = [trailing("90")].into_iter().chain(wishes.iter().copied()).collect();
    let mut bench = Bench::new(ONE, NO_KILL, &wishes);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "1")).clone();
    assert_eq!(stop.kind.trigger().unwrap().price, price("90"));
    bench.accept(stop.id);
    (bench, stop.id)
}

fn amended(bench: &mut Bench, order: ClientOrderId, to: &str) -> Vec<VenueCommand> {
    let trigger = Some(price(to));
    bench.account(AccountEvent::Amended(Amendment { order, quantity: None, limit: None, trigger }))
}

#[test]
fn a_stop_is_raised_and_never_lowered() {
    let wishes = [trailing("95"), trailing("93"), kept("97"), kept("96"), Wish::Keep(None)];
    let (mut bench, stop) = protected(&wishes);
    assert_eq!(raised(&bench.candle("105")), Some(price("95")));
    assert_eq!(amended(&mut bench, stop, "95"), []);
    assert_eq!(raised(&bench.candle("103")), None);
    assert_eq!(raised(&bench.candle("107")), Some(price("97")));
    assert_eq!(amended(&mut bench, stop, "97"), []);
    assert_eq!(raised(&bench.candle("106")), None);
    assert_eq!(raised(&bench.candle("106")), None);
}

#[test]
fn one_change_at_a_time_and_the_highest_wins() {
    let (mut bench, stop) = protected(&[kept("95"), kept("98")]);
    assert_eq!(raised(&bench.candle("105")), Some(price("95")));
    assert_eq!(raised(&bench.candle("108")), None);
    assert_eq!(raised(&amended(&mut bench, stop, "95")), Some(price("98")));
}

#[test]
fn a_refused_change_is_tried_again_at_the_next_price() {
    let (mut bench, order) = protected(&[kept("95")]);
    assert_eq!(raised(&bench.candle("105")), Some(price("95")));
    let refusal = Refusal::InvalidOrder("no".to_owned());
    assert_eq!(bench.account(AccountEvent::AmendRejected { order, refusal }), []);
    assert_eq!(raised(&bench.candle("105")), Some(price("95")));
}

#[test]
fn keeping_ends_a_row_so_that_the_next_wish_enters_again() {
    for (between, enters) in [(Wish::Nothing, false), (Wish::Keep(None), true)] {
        let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN, between, PLAIN]);
        let entry = placed(&bench.candle("100")).clone();
        let reason = CancelReason::Requested;
        bench.account(AccountEvent::Canceled { order: entry.id, reason });
        assert_eq!(bench.candle("100"), []);
        assert_eq!(!bench.candle("100").is_empty(), enters, "{between:?}");
    }
}

#[test]
fn a_part_of_the_size_is_bought() {
    let half = Terms { part: percent("50"), ..Terms::from(Exits::default()) };
    let mut bench = Bench::new(ONE, NO_KILL, &[Wish::BeLongOn(half)]);
    let quantity = placed(&bench.candle("100")).quantity;
    assert_eq!(quantity, OrderQuantity::Base("0.5".parse().unwrap()));
}
