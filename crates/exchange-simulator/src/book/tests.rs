//! Queues are first come, first served, and the outside world never moves us forward by a guess.

use super::*;
use crate::fixture::{price, quantity};

fn queue(book: &Book, side: Side) -> String {
    let places = book.entries(side).map(|(price, entry)| {
        let owner = match entry.owner {
            Owner::Outside => "out".to_owned(),
            Owner::Order(key) => format!("#{key}"),
        };
        format!("{owner} {} @ {price}", entry.quantity)
    });
    places.collect::<Vec<_>>().join(", ")
}

fn set(book: &mut Book, side: Side, level: &str, all: &str) {
    book.set_outside(side, price(level), quantity(all));
}

#[test]
fn best_prices_first_and_at_each_the_oldest() {
    let mut book = Book::default();
    for (key, side, level) in [
        (1, Side::Buy, "99"),
        (2, Side::Sell, "102"),
        (3, Side::Buy, "100"),
        (4, Side::Sell, "101"),
        (5, Side::Buy, "100"),
    ] {
        book.rest(side, price(level), key, quantity("1"));
    }
    assert_eq!(queue(&book, Side::Buy), "#3 1 @ 100, #5 1 @ 100, #1 1 @ 99");
    assert_eq!(queue(&book, Side::Sell), "#4 1 @ 101, #2 1 @ 102");
    book.take_front(Side::Buy, quantity("1"));
    book.take_front(Side::Buy, quantity("0.4"));
    assert_eq!(queue(&book, Side::Buy), "#5 0.6 @ 100, #1 1 @ 99");
    book.remove(Side::Buy, price("100"), 5);
    assert_eq!(book.best(Side::Buy), Some(price("99")));
}

#[test]
fn what_comes_from_outside_goes_to_the_back_and_what_goes_leaves_from_there() {
    let mut book = Book::default();
    set(&mut book, Side::Buy, "100", "3");
    book.rest(Side::Buy, price("100"), 1, quantity("1"));
    set(&mut book, Side::Buy, "100", "5");
    set(&mut book, Side::Buy, "100", "6");
    assert_eq!(queue(&book, Side::Buy), "out 3 @ 100, #1 1 @ 100, out 3 @ 100");
    set(&mut book, Side::Buy, "100", "2");
    assert_eq!(queue(&book, Side::Buy), "out 2 @ 100, #1 1 @ 100");
    set(&mut book, Side::Buy, "100", "0");
    assert_eq!(queue(&book, Side::Buy), "#1 1 @ 100");
    assert_eq!(book.outside_at(Side::Buy, price("100")), Quantity::ZERO);
}

#[test]
fn who_shrinks_keeps_his_place() {
    let mut book = Book::default();
    book.rest(Side::Sell, price("101"), 1, quantity("2"));
    book.rest(Side::Sell, price("101"), 2, quantity("2"));
    book.shrink(Side::Sell, price("101"), 1, quantity("0.5"));
    assert_eq!(queue(&book, Side::Sell), "#1 0.5 @ 101, #2 2 @ 101");
}

#[test]
fn changes_are_told_once_best_first() {
    let mut book = Book::default();
    set(&mut book, Side::Buy, "99", "1");
    set(&mut book, Side::Buy, "100", "2");
    set(&mut book, Side::Sell, "101", "3");
    book.rest(Side::Sell, price("101"), 1, quantity("1"));
    let update = book.take_changes().unwrap();
    let level = |level: &str, all: &str| BookLevel { price: price(level), quantity: quantity(all) };
    assert_eq!(update.bids, [level("100", "2"), level("99", "1")]);
    assert_eq!(update.asks, [level("101", "4")]);
    assert_eq!(book.take_changes(), None);
    set(&mut book, Side::Buy, "100", "2");
    assert_eq!(book.take_changes(), None, "nothing changed");
    set(&mut book, Side::Buy, "100", "0");
    assert_eq!(book.take_changes().unwrap().bids, [level("100", "0")]);
    let quote = book.quote().unwrap();
    assert_eq!((quote.bid, quote.ask), (level("99", "1"), level("101", "4")));
    assert_eq!(book.snapshot().bids, [level("99", "1")]);
}
