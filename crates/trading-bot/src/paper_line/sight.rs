//! The real books, whole, put together from what a socket tells of their changes.
//!
//! The invariant: it is told only changes that were proved, so it does not prove them again; what
//! fell out of what is shown is forgotten.

use std::collections::BTreeMap;

use kraken_protocol::stream::{MessageKind, book_message::BookMessage};
use trading_types::{BookLevel, BookUpdate, Pair, Price, Quantity};

/// So many levels of each side are kept: as many as the bot subscribes to.
const DEPTH: usize = 10;

/// The books.
#[derive(Debug, Default)]
pub(super) struct Sight {
    books: BTreeMap<Pair, Book>,
}

#[derive(Debug, Default)]
struct Book {
    bids: BTreeMap<Price, Quantity>,
    asks: BTreeMap<Price, Quantity>,
}

impl Sight {
    /// A change; gives the book as it is then.
    pub(super) fn apply(&mut self, message: &BookMessage) -> BookUpdate {
        let book = self.books.entry(message.pair).or_default();
        if message.kind == MessageKind::Snapshot {
            *book = Book::default();
        }
        change(&mut book.bids, &message.bids);
        change(&mut book.asks, &message.asks);
        while DEPTH < book.bids.len() {
            book.bids.pop_first();
        }
        while DEPTH < book.asks.len() {
            book.asks.pop_last();
        }
        let level = |(price, quantity): (&Price, &Quantity)| BookLevel {
            price: *price,
            quantity: *quantity,
        };
        BookUpdate {
            is_snapshot: true,
            bids: book.bids.iter().rev().map(level).collect(),
            asks: book.asks.iter().map(level).collect(),
        }
    }

    /// A book is not known any more; whether it was.
    pub(super) fn lose(&mut self, pair: Pair) -> bool {
        self.books.remove(&pair).is_some()
    }

    /// No book is known any more; which were.
    pub(super) fn lose_all(&mut self) -> Vec<Pair> {
        std::mem::take(&mut self.books).into_keys().collect()
    }
}

fn change(side: &mut BTreeMap<Price, Quantity>, levels: &[BookLevel]) {
    for level in levels {
        if level.quantity.is_positive() {
            side.insert(level.price, level.quantity);
        } else {
            side.remove(&level.price);
        }
    }
}
