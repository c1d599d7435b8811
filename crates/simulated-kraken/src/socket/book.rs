//! The channel `book`: what of a pair's book changes is told to those who watch so and so many
//! levels (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/book>, read on
//! 2026-11-21).
//!
//! The invariant: a client that applies the levels in their order and then cuts each side to its
//! depth has exactly the best levels of the book. So a level that comes into view because others
//! left is told; one that falls out of view is not.

use trading_types::{BookLevel, BookUpdate, Pair, Timestamp};

use super::{
    book_side::{BookSide, Direction},
    checksum,
    fixed::{Decimals, push_whole},
    moment::push_micros,
};
use crate::message::Frame;

/// One pair's book, as far as somebody watches it.
#[derive(Debug)]
pub(super) struct BookView {
    decimals: Decimals,
    symbol: String,
    bids: BookSide,
    asks: BookSide,
}

/// What changed on both sides, and what is told of it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    bids: Vec<BookLevel>,
    asks: Vec<BookLevel>,
}

impl BookView {
    /// The view of a book as it is now.
    pub(super) fn new(pair: Pair, decimals: Decimals, book: &BookUpdate) -> Self {
        Self {
            decimals,
            symbol: pair.to_string(),
            bids: BookSide::new(Direction::Falling, &book.bids),
            asks: BookSide::new(Direction::Rising, &book.asks),
        }
    }

    /// The first frame of a subscription.
    pub(super) fn snapshot(&self, depth: u16, now: Timestamp) -> Frame {
        let depth = usize::from(depth);
        let all = Told {
            bids: self.bids.best(depth).copied().collect(),
            asks: self.asks.best(depth).copied().collect(),
        };
        self.frame("snapshot", &all, self.checksum(), now)
    }

    /// Takes in a change. Gives the frame for each depth in `depths` that has something to tell.
    pub(super) fn update(
        &mut self,
        update: &BookUpdate,
        depths: &[u16],
        now: Timestamp,
    ) -> Vec<(u16, Frame)> {
        let before: Vec<_> = depths
            .iter()
            .map(|depth| usize::from(*depth))
            .map(|depth| (self.bids.boundary(depth), self.asks.boundary(depth)))
            .collect();
        let bids = self.bids.apply(update.is_snapshot, &update.bids);
        let asks = self.asks.apply(update.is_snapshot, &update.asks);
        let mut checksum = None;
        let mut frames: Vec<(u16, Frame)> = Vec::with_capacity(depths.len());
        let mut last = Told::default();
        for (depth, (bids_before, asks_before)) in depths.iter().zip(before) {
            let levels = usize::from(*depth);
            let told = Told {
                bids: self.bids.told(&bids, bids_before, levels),
                asks: self.asks.told(&asks, asks_before, levels),
            };
            if told.bids.is_empty() && told.asks.is_empty() {
                continue;
            }
            // Mostly the same is told at each depth; then it is written once.
            let frame = match frames.last() {
                Some((_, frame)) if told == last => frame.clone(),
                Some(_) | None => {
                    let sum = *checksum.get_or_insert_with(|| self.checksum());
                    self.frame("update", &told, sum, now)
                }
            };
            frames.push((*depth, frame));
            last = told;
        }
        frames
    }

    fn checksum(&self) -> u32 {
        let mut sum = checksum::Checksum::new(self.decimals);
        for side in [&self.asks, &self.bids] {
            for level in side.best(checksum::LEVELS) {
                sum.add(level.price, level.quantity);
            }
        }
        sum.finish()
    }

    fn frame(&self, kind: &str, told: &Told, checksum: u32, now: Timestamp) -> Frame {
        let levels = told.bids.len() + told.asks.len();
        let mut text = Vec::with_capacity(160 + 48 * levels);
        for part in [r#"{"channel":"book","type":""#, kind, r#"","data":[{"symbol":""#] {
            text.extend_from_slice(part.as_bytes());
        }
        text.extend_from_slice(self.symbol.as_bytes());
        text.extend_from_slice(br#"","bids":["#);
        self.push_levels(&mut text, &told.bids);
        text.extend_from_slice(br#"],"asks":["#);
        self.push_levels(&mut text, &told.asks);
        text.extend_from_slice(br#"],"checksum":"#);
        push_whole(&mut text, u64::from(checksum));
        text.extend_from_slice(br#","timestamp":""#);
        push_micros(&mut text, now);
        text.extend_from_slice(br#""}]}"#);
        Frame(text.into())
    }

    fn push_levels(&self, text: &mut Vec<u8>, levels: &[BookLevel]) {
        for (place, level) in levels.iter().enumerate() {
            if 0 < place {
                text.push(b',');
            }
            text.extend_from_slice(br#"{"price":"#);
            self.decimals.push_price(text, level.price);
            text.extend_from_slice(br#","qty":"#);
            self.decimals.push_quantity(text, level.quantity);
            text.push(b'}');
        }
    }
}

#[cfg(test)]
mod tests;
