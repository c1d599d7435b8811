//! The books of all subscribed pairs.
//!
//! A fault empties the book of its pair and leaves the others alone.

use std::collections::BTreeMap;

use trading_types::{Pair, Quote, Timestamp};

use super::{
    book::{Book, BookApplied, BookDepth, BookFault},
    book_checksum::PricePrecision,
    book_message::BookMessage,
};

/// The books of all subscribed pairs.
#[derive(Clone, Default)]
pub struct Books {
    books: BTreeMap<Pair, Book>,
}

impl Books {
    /// Begins an empty book, or begins it anew.
    pub fn track(&mut self, pair: Pair, depth: BookDepth, precision: PricePrecision) {
        self.books.insert(pair, Book::new(depth, precision));
    }

    /// Forgets a pair.
    pub fn forget(&mut self, pair: Pair) {
        self.books.remove(&pair);
    }

    /// Applies a message that came at `now`. After a fault the book of that pair is empty.
    pub fn apply(
        &mut self,
        message: &BookMessage,
        now: Timestamp,
    ) -> Result<BookApplied, BookFault> {
        let book = self.books.get_mut(&message.pair).ok_or(BookFault::NotTracked)?;
        book.apply(message, now)
    }

    /// Empties all books, as when the connection is lost.
    pub fn empty(&mut self) {
        self.books.values_mut().for_each(Book::empty);
    }

    /// The book of a pair.
    pub fn book(&self, pair: Pair) -> Option<&Book> {
        self.books.get(&pair)
    }

    /// The best bid and ask of a pair; nothing while its book is empty.
    pub fn quote(&self, pair: Pair) -> Option<Quote> {
        self.books.get(&pair)?.quote()
    }
}

#[cfg(test)]
mod tests;
