//! The book of one pair order by order, proved by its checksum
//! (<https://docs.kraken.com/exchange/guides/websockets/l3-checksum-v2>, read on 2026-11-21).
//!
//! Like [`Book`](super::book::Book) it is right or empty. Orders of a level stand in line as they
//! came; the checksum covers that line, so it also proves who is served first.

use std::collections::BTreeMap;

use trading_types::{Pair, Quantity, Quote, Side, Timestamp, VenueOrderId};

use self::side::Level3Side;
use super::{
    MessageKind,
    book::{BookApplied, BookFault, BookState},
    book_checksum::PricePrecision,
    level3_message::{Level3Message, Level3Order},
};

mod side;

/// How many levels of each side are subscribed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level3Depth {
    /// 10.
    Ten,
    /// 100.
    Hundred,
    /// 1000.
    Thousand,
}

impl Level3Depth {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Ten, Self::Hundred, Self::Thousand];

    /// From the number of levels; nothing when Kraken has no such depth.
    pub fn from_levels(levels: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|depth| depth.levels() == levels)
    }

    /// The number of levels.
    pub const fn levels(self) -> u32 {
        match self {
            Self::Ten => 10,
            Self::Hundred => 100,
            Self::Thousand => 1_000,
        }
    }
}

/// The book of one pair, order by order.
#[derive(Clone, Debug)]
pub struct Level3Book {
    depth: Level3Depth,
    precision: PricePrecision,
    bids: Level3Side,
    asks: Level3Side,
    state: BookState,
    changed: Option<Timestamp>,
}

impl Level3Book {
    /// An empty book.
    pub fn new(depth: Level3Depth, precision: PricePrecision) -> Self {
        Self {
            depth,
            precision,
            bids: Level3Side::new(Side::Buy),
            asks: Level3Side::new(Side::Sell),
            state: BookState::Empty,
            changed: None,
        }
    }

    /// Applies a message that came at `now`. After a fault the book is empty.
    pub fn apply(
        &mut self,
        message: &Level3Message,
        now: Timestamp,
    ) -> Result<BookApplied, BookFault> {
        let before = self.quote();
        self.state = match self.try_apply(message) {
            Ok(state) => state,
            Err(fault) => {
                self.empty();
                return Err(fault);
            }
        };
        self.changed = Some(now);
        let quote = self.quote();
        Ok(BookApplied {
            kind: message.kind,
            is_verified: self.is_verified(),
            quote,
            is_quote_new: quote != before,
        })
    }

    /// Applies a message; after a fault the sides are in disorder.
    fn try_apply(&mut self, message: &Level3Message) -> Result<BookState, BookFault> {
        match (message.kind, self.state) {
            (MessageKind::Update, BookState::Empty) => return Err(BookFault::BeforeSnapshot),
            (MessageKind::Update, BookState::Unverified | BookState::Verified) => {}
            (MessageKind::Snapshot, _) => {
                self.bids.clear();
                self.asks.clear();
            }
        }
        let depth = self.depth.levels() as usize;
        for (side, changes) in [(&mut self.bids, &message.bids), (&mut self.asks, &message.asks)] {
            for change in changes {
                side.apply(*change, self.precision)?;
            }
            side.cut(depth);
        }
        let state = match (message.kind, message.checksum) {
            (MessageKind::Snapshot, None) => BookState::Unverified,
            (_, told) => {
                let ours = self.checksum();
                if told != Some(ours) {
                    return Err(BookFault::Checksum { told, ours });
                }
                BookState::Verified
            }
        };
        match self.quote() {
            Some(Quote { bid, ask }) if ask.price <= bid.price => {
                Err(BookFault::Crossed { bid: bid.price, ask: ask.price })
            }
            Some(_) | None => Ok(state),
        }
    }

    /// The checksum of the book as it is now.
    pub fn checksum(&self) -> u32 {
        let mut hash = crc32fast::Hasher::new();
        self.asks.hash(&mut hash);
        self.bids.hash(&mut hash);
        hash.finalize()
    }

    /// Forgets everything; only a snapshot fills the book again.
    pub fn empty(&mut self) {
        self.bids.clear();
        self.asks.clear();
        self.state = BookState::Empty;
    }

    /// Buy orders, best price first, in line within a price.
    pub fn bids(&self) -> impl Iterator<Item = &Level3Order> {
        self.bids.orders()
    }

    /// Sell orders, best price first, in line within a price.
    pub fn asks(&self) -> impl Iterator<Item = &Level3Order> {
        self.asks.orders()
    }

    /// How much stands in line before an order at its price, and will be filled first.
    pub fn ahead_of(&self, order: VenueOrderId) -> Option<Quantity> {
        self.bids.ahead_of(order).or_else(|| self.asks.ahead_of(order))
    }

    /// The best bid and ask, where both sides have one. An empty book has none.
    pub fn quote(&self) -> Option<Quote> {
        Some(Quote { bid: self.bids.best()?, ask: self.asks.best()? })
    }

    /// Whether a checksum has proved the book as it is.
    pub fn is_verified(&self) -> bool {
        self.state == BookState::Verified
    }

    /// Whether no snapshot has come since the subscription or the last fault.
    pub fn is_empty(&self) -> bool {
        self.state == BookState::Empty
    }

    /// When the last good message came.
    pub fn changed(&self) -> Option<Timestamp> {
        self.changed
    }
}

/// The books of all pairs that are subscribed order by order. A fault empties the book of its pair
/// and leaves the others alone.
#[derive(Clone, Debug, Default)]
pub struct Level3Books {
    books: BTreeMap<Pair, Level3Book>,
}

impl Level3Books {
    /// Begins an empty book, or begins it anew.
    pub fn track(&mut self, pair: Pair, depth: Level3Depth, precision: PricePrecision) {
        self.books.insert(pair, Level3Book::new(depth, precision));
    }

    /// Forgets a pair.
    pub fn forget(&mut self, pair: Pair) {
        self.books.remove(&pair);
    }

    /// Applies a message that came at `now`.
    pub fn apply(
        &mut self,
        message: &Level3Message,
        now: Timestamp,
    ) -> Result<BookApplied, BookFault> {
        let book = self.books.get_mut(&message.pair).ok_or(BookFault::NotTracked)?;
        book.apply(message, now)
    }

    /// Empties all books, as when the connection is lost.
    pub fn empty(&mut self) {
        self.books.values_mut().for_each(Level3Book::empty);
    }

    /// The book of a pair.
    pub fn book(&self, pair: Pair) -> Option<&Level3Book> {
        self.books.get(&pair)
    }
}

#[cfg(test)]
mod tests;
