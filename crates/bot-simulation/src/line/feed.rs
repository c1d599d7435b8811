//! Market data of one socket in the bot's words: quotes of books that are proved, trades, closed
//! candles, states.
//!
//! The invariant: a quote is told only of a book that its checksum has proved; what is broken or
//! lost is told as no quote at all.

use std::collections::{BTreeMap, VecDeque};

use bot_machine::BotInput;
use kraken_protocol::stream::{
    MessageKind,
    book_keeper::{BookKeeper, BookNews},
    candles::{CandleEvent, CandleFeed, CandleNews},
    instrument_message::PairStatus,
    market::MarketMessage,
    subscription::Subscription,
};
use trading_types::{Pair, Timestamp, VenueStatus};

/// The feed.
#[derive(Default)]
pub(super) struct Feed {
    books: BookKeeper,
    candles: CandleFeed,
    /// Books that have a quote.
    quoted: BTreeMap<Pair, bool>,
    statuses: BTreeMap<Pair, VenueStatus>,
    told: VecDeque<BotInput>,
}

impl std::fmt::Debug for Feed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Feed").field("quoted", &self.quoted).finish_non_exhaustive()
    }
}

impl Feed {
    pub(super) fn want(&mut self, subscription: Subscription) {
        self.books.want(subscription);
    }

    pub(super) fn next_timeout(&self) -> Option<Timestamp> {
        self.candles.next_timeout()
    }

    pub(super) fn handle_timeout(&mut self, now: Timestamp) {
        if self.candles.next_timeout().is_some_and(|due| due <= now) {
            self.candles.handle_timeout(now);
            self.tell_candles();
        }
    }

    /// What the bot is told next; nothing about pairs that nobody trades.
    pub(super) fn poll_told(&mut self, pairs: &[Pair]) -> Option<BotInput> {
        loop {
            let told = self.told.pop_front()?;
            let is_ours = match &told {
                BotInput::Status { pair: Some(pair), .. } => pairs.contains(pair),
                _ => true,
            };
            if is_ours {
                return Some(told);
            }
        }
    }

    /// The connection is lost.
    pub(super) fn lost(&mut self, now: Timestamp) {
        self.books.lost();
        self.candles.handle(CandleEvent::Disconnected, now);
        let pairs: Vec<Pair> = self.quoted.keys().copied().collect();
        for pair in pairs {
            self.no_quote(pair);
        }
    }

    fn no_quote(&mut self, pair: Pair) {
        if self.quoted.insert(pair, false) == Some(true) {
            self.told.push_back(BotInput::Quote { pair, quote: None });
        }
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
                if let Some(pair) = subscription.pair() {
                    self.no_quote(pair);
                }
                broken = Some(subscription);
            }
            Some(BookNews::Applied(pair, applied)) => match applied.quote {
                Some(_) if applied.is_quote_new || self.quoted.get(&pair) != Some(&true) => {
                    self.quoted.insert(pair, true);
                    self.told.push_back(BotInput::Quote { pair, quote: applied.quote });
                }
                Some(_) => (),
                None => self.no_quote(pair),
            },
            None => (),
        }
        match message {
            MarketMessage::Trades(trades) if trades.kind == MessageKind::Update => {
                let told = trades.trades.iter();
                self.told.extend(told.map(|it| BotInput::Trade { pair: it.pair, trade: it.trade }));
            }
            MarketMessage::Candles(candles) => {
                self.candles.handle(CandleEvent::Message(candles), now);
                self.tell_candles();
            }
            MarketMessage::Status(status) => {
                self.told.push_back(BotInput::Status { pair: None, status: status.status });
            }
            MarketMessage::Instruments(message) => {
                for instrument in &message.pairs {
                    let status = pair_status(&instrument.status);
                    if self.statuses.insert(instrument.pair, status) != Some(status) {
                        let pair = Some(instrument.pair);
                        self.told.push_back(BotInput::Status { pair, status });
                    }
                }
            }
            MarketMessage::Trades(_)
            | MarketMessage::Book(_)
            | MarketMessage::Level3(_)
            | MarketMessage::Ticker(_)
            | MarketMessage::Heartbeat => (),
        }
        broken
    }

    fn tell_candles(&mut self) {
        while let Some(news) = self.candles.poll_output() {
            match news {
                CandleNews::Closed { report, is_history: _ } => {
                    let (pair, candle) = (report.pair, report.candle);
                    self.told.push_back(BotInput::Candle { pair, candle });
                }
                // The bot sees a hole and asks for what is missing.
                CandleNews::Missed { .. } | CandleNews::Late { .. } | CandleNews::Ahead { .. } => {
                    ()
                }
            }
        }
    }
}

/// What a pair takes, in the words of the venue as a whole. What we do not know takes nothing.
fn pair_status(status: &PairStatus) -> VenueStatus {
    match status.as_text() {
        "online" => VenueStatus::Online,
        "post_only" => VenueStatus::PostOnly,
        "limit_only" => VenueStatus::LimitOnly,
        "cancel_only" => VenueStatus::CancelOnly,
        _ => VenueStatus::Maintenance,
    }
}
