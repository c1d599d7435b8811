//! The book of one pair as Kraken tells it, proved by its checksum
//! (<https://docs.kraken.com/exchange/guides/websockets/book-checksum-v2>, read on 2026-11-21).
//!
//! A book is right or it is empty: whatever does not fit empties it, and it stays empty until the
//! next snapshot. Changes apply in the order they came, and only after the whole message is each
//! side cut to the subscribed depth, because Kraken does not say which levels fell out.

use trading_types::{BookLevel, Price, Quote, Side, Timestamp, VenueOrderId};

use self::side::BookSide;
use super::{
    MessageKind,
    book_checksum::{CHECKSUM_LEVELS, ChecksumText, PricePrecision},
    book_message::BookMessage,
};

mod side;

/// How many levels of each side are subscribed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BookDepth {
    /// 10.
    Ten,
    /// 25.
    TwentyFive,
    /// 100.
    Hundred,
    /// 500.
    FiveHundred,
    /// 1000.
    Thousand,
}

impl BookDepth {
    /// All there are.
    pub const ALL: [Self; 5] =
        [Self::Ten, Self::TwentyFive, Self::Hundred, Self::FiveHundred, Self::Thousand];

    /// From the number of levels; nothing when Kraken has no such depth.
    pub fn from_levels(levels: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|depth| depth.levels() == levels)
    }

    /// The number of levels.
    pub const fn levels(self) -> u32 {
        match self {
            Self::Ten => 10,
            Self::TwentyFive => 25,
            Self::Hundred => 100,
            Self::FiveHundred => 500,
            Self::Thousand => 1_000,
        }
    }
}

/// The book of one pair.
#[derive(Clone)]
pub struct Book {
    depth: BookDepth,
    precision: PricePrecision,
    bids: BookSide,
    asks: BookSide,
    state: BookState,
    changed: Option<Timestamp>,
    text: ChecksumText,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BookState {
    /// No snapshot since the subscription or the last fault.
    Empty,
    /// Filled by a snapshot that had no checksum.
    Unverified,
    /// Its checksum was right after the last message.
    Verified,
}

/// What a message did to a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookApplied {
    /// Whether it replaced the book.
    pub kind: MessageKind,
    /// Whether a checksum proved the book. Only a snapshot may lack one.
    pub is_verified: bool,
    /// The best bid and ask now, where both sides have one.
    pub quote: Option<Quote>,
    /// Whether that is another than before.
    pub is_quote_new: bool,
}

/// Why a message could not be applied. The book is empty now; ask for that pair again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookFault {
    /// The book is not the one that Kraken has.
    #[error(
        "our book has the checksum {ours}, Kraken's has {}; subscribe to the pair again",
        shown(*.told)
    )]
    Checksum {
        /// What the message said. An update that says nothing cannot be believed either.
        told: Option<u32>,
        /// What the book has.
        ours: u32,
    },
    /// Somebody would buy higher than somebody sells, which a running market does not leave so.
    #[error("the bid {bid} is not below the ask {ask}; subscribe to the pair again")]
    Crossed {
        /// The best bid.
        bid: Price,
        /// The best ask.
        ask: Price,
    },
    /// A number has more decimals than the pair, so what we know of the pair is out of date.
    #[error("{} at the price {} has more decimals than the pair; read the instruments, \
             then subscribe to the pair again", .0.quantity, .0.price)]
    TooPrecise(BookLevel),
    /// Level 3 only: an order changed that is not in the book.
    #[error("the order {0} changed and is not in the book; subscribe to the pair again")]
    UnknownOrder(VenueOrderId),
    /// Nobody asked for this pair.
    #[error("nobody subscribed to this pair")]
    NotTracked,
    /// An update came while the book was empty. Right after a fault this is only what was still
    /// on its way.
    #[error("an update came before a snapshot; wait for the snapshot, or subscribe again")]
    BeforeSnapshot,
}

fn shown(told: Option<u32>) -> String {
    told.map_or_else(|| "none".to_owned(), |told| told.to_string())
}

impl Book {
    /// An empty book.
    pub fn new(depth: BookDepth, precision: PricePrecision) -> Self {
        Self {
            depth,
            precision,
            bids: BookSide::new(Side::Buy),
            asks: BookSide::new(Side::Sell),
            state: BookState::Empty,
            changed: None,
            text: ChecksumText::new(),
        }
    }

    /// Applies a message that came at `now`.
    pub fn apply(
        &mut self,
        message: &BookMessage,
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
    fn try_apply(&mut self, message: &BookMessage) -> Result<BookState, BookFault> {
        match (message.kind, self.state) {
            (MessageKind::Update, BookState::Empty) => return Err(BookFault::BeforeSnapshot),
            (MessageKind::Update, BookState::Unverified | BookState::Verified) => {}
            (MessageKind::Snapshot, _) => {
                self.bids.clear();
                self.asks.clear();
            }
        }
        let depth = self.depth.levels() as usize;
        self.bids.apply(&message.bids, self.precision).map_err(BookFault::TooPrecise)?;
        self.asks.apply(&message.asks, self.precision).map_err(BookFault::TooPrecise)?;
        self.bids.cut(depth);
        self.asks.cut(depth);

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
        match (self.bids.best(), self.asks.best()) {
            (Some(bid), Some(ask)) if ask.price <= bid.price => {
                Err(BookFault::Crossed { bid: bid.price, ask: ask.price })
            }
            (_, _) => Ok(state),
        }
    }

    /// The checksum of the book as it is now.
    pub fn checksum(&mut self) -> u32 {
        self.text.clear();
        for side in [&self.asks, &self.bids] {
            side.digits().take(CHECKSUM_LEVELS).for_each(|digits| self.text.push(digits));
        }
        self.text.checksum()
    }

    /// Forgets everything; only a snapshot fills the book again.
    pub fn empty(&mut self) {
        self.bids.clear();
        self.asks.clear();
        self.state = BookState::Empty;
    }

    /// Buy levels, highest first.
    pub fn bids(&self) -> impl Iterator<Item = BookLevel> {
        self.bids.levels()
    }

    /// Sell levels, lowest first.
    pub fn asks(&self) -> impl Iterator<Item = BookLevel> {
        self.asks.levels()
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

    /// How many levels of each side are subscribed.
    pub fn depth(&self) -> BookDepth {
        self.depth
    }
}

#[cfg(test)]
mod tests;
