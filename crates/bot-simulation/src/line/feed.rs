//! Market data of one socket in the bot's words: the books are kept and proved here, the words are
//! `bot-machine`'s own.
//!
//! The invariant: a quote is told only of a book that its checksum has proved; what is broken or
//! lost is told as no quote at all.

use std::collections::{BTreeSet, VecDeque};

use bot_machine::{BotInput, market_words::MarketWords};
use kraken_protocol::stream::{
    book_keeper::{BookKeeper, BookNews},
    market::MarketMessage,
    subscription::Subscription,
};
use trading_types::{Pair, Timestamp};

/// The feed.
#[derive(Default)]
pub(super) struct Feed {
    books: BookKeeper,
    words: MarketWords,
    /// Pairs whose books are wanted.
    kept: BTreeSet<Pair>,
    told: VecDeque<BotInput>,
}

impl std::fmt::Debug for Feed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feed").field("kept", &self.kept).finish_non_exhaustive()
    }
}

impl Feed {
    pub(super) fn want(&mut self, subscription: Subscription) {
        self.books.want(subscription);
        if let Subscription::Book { pair, .. } = subscription {
            self.kept.insert(pair);
        }
    }

    pub(super) fn next_timeout(&self) -> Option<Timestamp> {
        self.words.next_timeout()
    }

    pub(super) fn handle_timeout(&mut self, now: Timestamp) {
        if self.words.next_timeout().is_some_and(|due| due <= now) {
            self.told.extend(self.words.handle_timeout(now));
        }
    }

    /// What the bot is told next; nothing about pairs that nobody trades.
    pub(super) fn poll_told(&mut self, pairs: &[Pair]) -> Option<BotInput> {
        loop {
            let told = self.told.pop_front()?;
            let is_foreign =
                matches!(&told, BotInput::PairStatus { pair, .. } if !pairs.contains(pair));
            if !is_foreign {
                return Some(told);
            }
        }
    }

    /// The connection is lost.
    pub(super) fn lost(&mut self, now: Timestamp) {
        self.books.lost();
        self.told.extend(self.words.disconnected(now));
        self.told.extend(self.kept.iter().map(|pair| BotInput::Quote { pair: *pair, quote: None }));
    }

    /// Takes a message in; says which subscription has to be asked for again because its book is
    /// broken.
    pub(super) fn market(
        &mut self,
        message: &MarketMessage,
        now: Timestamp,
    ) -> Option<Subscription> {
        let mut broken = None;
        match self.books.handle(message, now) {
            Some(BookNews::Broken(subscription, _)) => {
                self.told.extend(self.words.broken(&subscription));
                broken = Some(subscription);
            }
            Some(BookNews::Applied(pair, applied)) => {
                self.told.extend(self.words.book(pair, &applied));
            }
            None => (),
        }
        self.told.extend(self.words.message(message, now));
        broken
    }
}
