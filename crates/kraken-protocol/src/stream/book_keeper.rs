//! All books of a socket, proved message by message.
//!
//! **Law.** No book is shown that its checksum has not proved, and a book that is broken takes no
//! other with it: its pair is asked for again, alone.

use trading_types::{KrakenPairs, Pair, PairRules, Quote, Timestamp};

use super::{
    book::{Book, BookApplied, BookFault},
    book_checksum::PricePrecision,
    books::Books,
    instrument_message::Instrument,
    instruments::Instruments,
    level3::{Level3Book, Level3Books},
    market::MarketMessage,
    subscription::Subscription,
};

/// The books of one socket, and what is known of the pairs.
#[derive(Clone)]
pub struct BookKeeper {
    recorded: KrakenPairs,
    instruments: Instruments,
    wanted: Vec<Subscription>,
    books: Books,
    level3: Level3Books,
}

/// What a message did to a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookNews {
    /// It is as Kraken has it.
    Applied(Pair, BookApplied),
    /// It is empty now; ask for it again.
    Broken(Subscription, BookFault),
}

impl Default for BookKeeper {
    fn default() -> Self {
        Self {
            recorded: KrakenPairs::recorded(),
            instruments: Instruments::default(),
            wanted: Vec::new(),
            books: Books::default(),
            level3: Level3Books::default(),
        }
    }
}

impl BookKeeper {
    /// A subscription is wanted; those of books are kept.
    pub fn want(&mut self, subscription: Subscription) {
        if matches!(subscription, Subscription::Book { .. } | Subscription::Level3 { .. }) {
            self.unwant(&subscription);
            self.wanted.push(subscription);
            self.begin(subscription);
        }
    }

    /// A subscription is wanted no more.
    pub fn unwant(&mut self, subscription: &Subscription) {
        self.wanted.retain(|wanted| wanted != subscription);
        match subscription {
            Subscription::Book { pair, .. } => self.books.forget(*pair),
            Subscription::Level3 { pair, .. } => self.level3.forget(*pair),
            Subscription::Executions
            | Subscription::Balances
            | Subscription::Instruments
            | Subscription::Ticker { .. }
            | Subscription::Trades { .. }
            | Subscription::Candles { .. } => (),
        }
    }

    /// The connection is lost: all books are empty until their next snapshots.
    pub fn lost(&mut self) {
        self.books.empty();
        self.level3.empty();
    }

    /// Takes over what a message says of books and of pairs.
    pub fn handle(&mut self, message: &MarketMessage, now: Timestamp) -> Option<BookNews> {
        let (pair, applied) = match message {
            MarketMessage::Book(message) => (message.pair, self.books.apply(message, now)),
            MarketMessage::Level3(message) => (message.pair, self.level3.apply(message, now)),
            MarketMessage::Instruments(message) => {
                self.instruments.apply(message.clone());
                return None;
            }
            MarketMessage::Ticker(_)
            | MarketMessage::Trades(_)
            | MarketMessage::Candles(_)
            | MarketMessage::Status(_)
            | MarketMessage::Heartbeat => return None,
        };
        match applied {
            Ok(applied) => Some(BookNews::Applied(pair, applied)),
            // What was on its way when a book broke, or when it was no longer wanted.
            Err(BookFault::BeforeSnapshot | BookFault::NotTracked) => None,
            Err(fault) => {
                let is_level3 = matches!(message, MarketMessage::Level3(_));
                let broken = *self.wanted.iter().find(|it| is_of(it, pair, is_level3))?;
                // What is known of the pair may be what is wrong.
                self.begin(broken);
                Some(BookNews::Broken(broken, fault))
            }
        }
    }

    /// The book of a pair.
    pub fn book(&self, pair: Pair) -> Option<&Book> {
        self.books.book(pair)
    }

    /// The book of a pair, order by order.
    pub fn level3(&self, pair: Pair) -> Option<&Level3Book> {
        self.level3.book(pair)
    }

    /// The best bid and ask of a pair; nothing while its book is empty.
    pub fn quote(&self, pair: Pair) -> Option<Quote> {
        self.books.quote(pair)
    }

    /// What Kraken has said of assets and pairs.
    pub const fn instruments(&self) -> &Instruments {
        &self.instruments
    }

    /// Begins an empty book, with the pair's decimals as far as they are known.
    fn begin(&mut self, subscription: Subscription) {
        match subscription {
            Subscription::Book { pair, depth } => {
                let precision = self.precision(pair);
                self.books.track(pair, depth, precision);
            }
            Subscription::Level3 { pair, depth } => {
                let precision = self.precision(pair);
                self.level3.track(pair, depth, precision);
            }
            Subscription::Executions
            | Subscription::Balances
            | Subscription::Instruments
            | Subscription::Ticker { .. }
            | Subscription::Trades { .. }
            | Subscription::Candles { .. } => (),
        }
    }

    /// By Kraken's word if it has been heard, else by the recorded table, which may be old: then
    /// the first checksum fails, and by the next snapshot Kraken's word is there.
    fn precision(&self, pair: Pair) -> PricePrecision {
        let told = self.instruments.pair(pair).and_then(Instrument::precision);
        let recorded = || self.recorded.rules(pair).as_ref().and_then(recorded_precision);
        let usual = || PricePrecision::new(2, 8).expect("decimals that every type holds");
        told.or_else(recorded).unwrap_or_else(usual)
    }
}

fn is_of(subscription: &Subscription, wanted: Pair, is_level3: bool) -> bool {
    match subscription {
        Subscription::Book { pair, .. } => !is_level3 && *pair == wanted,
        Subscription::Level3 { pair, .. } => is_level3 && *pair == wanted,
        Subscription::Executions
        | Subscription::Balances
        | Subscription::Instruments
        | Subscription::Ticker { .. }
        | Subscription::Trades { .. }
        | Subscription::Candles { .. } => false,
    }
}

/// As many decimals as the steps have.
fn recorded_precision(rules: &PairRules) -> Option<PricePrecision> {
    let decimals = |text: String| text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    PricePrecision::new(
        u8::try_from(decimals(rules.tick.to_string())).ok()?,
        u8::try_from(decimals(rules.lot.to_string())).ok()?,
    )
}

#[cfg(test)]
mod tests;
