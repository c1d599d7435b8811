//! Reading what Kraken keeps of the past: page after page, and its trades as fills of ours.
//!
//! **Law.** A history that may have lost a row while it was read is read again: rows come and go
//! between two pages.

use kraken_protocol::{
    request::Page,
    rest::trades::{AccountTrade, TradesPage},
};
use trading_types::{ClientOrderId, Fill, Liquidity, Pair, Timestamp};

/// Entries on a full page (<https://docs.kraken.com/exchange/api-reference>, read on 2026-11-21).
const PAGE_LENGTH: u64 = 50;

/// How far a history has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    after: Timestamp,
    /// What is newer than the first page does not push the others along.
    until: Option<Timestamp>,
    offset: u64,
    /// The most entries that a page said there are: one may be of an older moment than the last.
    count: u64,
    /// When its first page was asked for: all of it is of that moment or later.
    sent: Option<Timestamp>,
}

/// What matters of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Came {
    /// When it was asked for.
    pub(crate) sent: Timestamp,
    /// Entries on it.
    pub(crate) length: usize,
    /// Entries on all pages.
    pub(crate) count: Option<u64>,
    /// The time of its newest entry.
    pub(crate) newest: Option<Timestamp>,
}

/// What comes after a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NextPage {
    /// Another page.
    More,
    /// It was the last, and nothing is missing. The first page was asked for then.
    Complete(Timestamp),
    /// It was the last, and rows are missing: they moved while they were read.
    Torn,
}

impl Reading {
    /// From the newest entry back to this moment of the venue's clock. The second the moment lies
    /// in is read whole.
    pub(crate) fn back_to(after: Timestamp) -> Self {
        // Kraken takes seconds and leaves out the very first moment.
        let after = after - std::time::Duration::from_secs(1);
        Self { after, until: None, offset: 0, count: 0, sent: None }
    }

    /// The page that is wanted next.
    pub(crate) fn page(&self) -> Page {
        let offset = u32::try_from(self.offset).unwrap_or(u32::MAX);
        Page { after: Some(self.after), until: self.until, offset }
    }

    /// A page came. On this reading so many different entries have been seen so far.
    pub(crate) fn came(&mut self, page: Came, read: usize) -> NextPage {
        let Came { sent, length, count, newest } = page;
        let first = *self.sent.get_or_insert(sent);
        self.until = self.until.or(newest);
        let length = length as u64;
        self.offset += length;
        self.count = self.count.max(count.unwrap_or(0));
        let is_last = length == 0
            || match count {
                Some(count) => count <= self.offset,
                None => length < PAGE_LENGTH,
            };
        if !is_last {
            NextPage::More
        } else if (read as u64) < self.count {
            NextPage::Torn
        } else {
            NextPage::Complete(first)
        }
    }
}

/// A trade of the account as a fill of our order. The fee is in quote asset, because our orders
/// always ask for that.
pub(crate) fn fill(trade: &AccountTrade, order: ClientOrderId, pair: Pair) -> Fill {
    Fill {
        order,
        trade: trade.id,
        pair,
        side: trade.side,
        price: trade.price,
        quantity: trade.quantity,
        cost: trade.cost,
        fee: trade.fee,
        fee_asset: pair.quote,
        liquidity: trade.liquidity.unwrap_or(Liquidity::Taker),
        time: trade.time,
    }
}

impl Came {
    /// Of a page of trades.
    pub(crate) fn trades(sent: Timestamp, page: &TradesPage) -> Self {
        let newest = page.trades.iter().map(|trade| trade.time).max();
        Self { sent, length: page.trades.len(), count: page.count, newest }
    }
}

/// Trades in the order they happened.
pub(crate) fn sort(trades: &mut [AccountTrade]) {
    trades.sort_by_key(|trade| (trade.time, trade.number, trade.id));
}

#[cfg(test)]
mod tests;
