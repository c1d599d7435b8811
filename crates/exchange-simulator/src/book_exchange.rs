//! A spot exchange of many pairs and many accounts with a real price-time book: for paper trading
//! and for a simulated Kraken.
//!
//! Where things come from and where they go:
//!
//! | comes | is | and is told |
//! |---|---|---|
//! | a command of an account | an order in the book, after the outbound latency | to the account;
//! what it trades and moves in the book to everyone |
//! | a `Book` event from outside | the quantity of anonymous orders at those levels | to everyone,
//! with what the accounts offer there added |
//! | a `Trade` event from outside | an anonymous taker with that limit: it consumes the queues, the
//! accounts' orders included | to everyone, as it came |
//!
//! The book is never crossed. An outside level that reaches an account's order trades with it; an
//! outside level that reaches an older outside level removes it, because the older one was stale.
//!
//! A live feed should give a trade before the book change it made: a level that shrinks first
//! looks like cancels from the back of the queue, and the trade then moves our place once more.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use trading_types::{
    AccountEvent, Amount, Asset, ClientOrderId, Interval, MarketEvent, Pair, PairRules, Price,
    Quote, Timestamp, TradeId, VenueCommand, VenueEvent, VenueStatus,
};

use crate::{
    audience::{AccountId, Audience},
    book::{Book, OrderKey},
    book_exchange::{armed::Armed, recent::Recent},
    candles::CandleBuilder,
    latency::Latency,
    open_order::OpenOrder,
    trader::Trader,
    wire::Wire,
};

mod acts;
mod all_or_none;
mod armed;
mod closes;
mod commands;
mod looking;
mod matching;
mod outside;
mod recent;
mod taking;
mod waiting;

pub use self::{closes::PlacedClose, looking::QueuePlace};

/// How a [`BookExchange`] behaves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BookSettings {
    /// The pairs and their rules.
    pub rules: Vec<PairRules>,
    /// How long messages take.
    pub latency: Latency,
    /// The lengths of the candles that are told when they close.
    pub intervals: Vec<Interval>,
    /// Decides how long each message takes.
    pub seed: u64,
}

/// A simulated exchange with a book. See the head of this file for what it does with what comes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BookExchange {
    markets: BTreeMap<Pair, Market>,
    /// The lengths of the candles of each market.
    intervals: Vec<Interval>,
    accounts: Vec<AccountState>,
    orders: BTreeMap<OrderKey, BookOrder>,
    /// Open orders by their client's name.
    names: BTreeMap<(AccountId, ClientOrderId), OrderKey>,
    /// Open orders that have an end date.
    end_dates: BTreeSet<(Timestamp, OrderKey)>,
    /// Open orders that begin later.
    starts: BTreeSet<(Timestamp, OrderKey)>,
    /// Orders whose trigger was reached and that have not acted yet.
    woken: VecDeque<OrderKey>,
    /// Conditional closes that are to be placed.
    closing: VecDeque<PlacedClose>,
    closes: Recent<ClientOrderId, PlacedClose>,
    closes_planned: u64,
    /// The trades after which an iceberg order showed its next part.
    refills: Recent<TradeId, ()>,
    /// When the first of all open candles ends.
    next_candle_end: Option<Timestamp>,
    wire: Wire,
    status: VenueStatus,
    /// What the outside world has received from the accounts, fees and roundings included.
    outside: BTreeMap<Asset, Amount>,
    orders_accepted: u64,
    fills: u64,
    now: Timestamp,
}

/// One pair.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Market {
    rules: PairRules,
    /// What it takes at the moment, beside what the exchange as a whole takes.
    status: VenueStatus,
    book: Book,
    /// The price of the last trade.
    last: Option<Price>,
    /// The best prices that were told last.
    quote: Option<Quote>,
    /// The index, where somebody has set it.
    index: Option<Price>,
    armed_by_last: Armed,
    armed_by_index: Armed,
    candles: Vec<CandleBuilder>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct AccountState {
    trader: Trader,
    /// Its open orders, by arrival.
    orders: BTreeSet<OrderKey>,
}

/// An open order and whose it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct BookOrder {
    account: AccountId,
    open: OpenOrder,
}

impl Market {
    /// A market with an empty book, online.
    fn new(rules: PairRules, intervals: &[Interval]) -> Self {
        Self {
            rules,
            status: VenueStatus::Online,
            book: Book::default(),
            last: None,
            quote: None,
            index: None,
            armed_by_last: Armed::default(),
            armed_by_index: Armed::default(),
            candles: intervals.iter().copied().map(CandleBuilder::new).collect(),
        }
    }
}

impl BookExchange {
    /// An exchange with empty books, no accounts and all markets online.
    pub fn new(settings: BookSettings, now: Timestamp) -> Self {
        let BookSettings { rules, latency, intervals, seed } = settings;
        let market = |rules: PairRules| (rules.pair, Market::new(rules, &intervals));
        Self {
            markets: rules.into_iter().map(market).collect(),
            intervals,
            accounts: Vec::new(),
            orders: BTreeMap::new(),
            names: BTreeMap::new(),
            end_dates: BTreeSet::new(),
            starts: BTreeSet::new(),
            woken: VecDeque::new(),
            closing: VecDeque::new(),
            closes: Recent::new(),
            closes_planned: 0,
            refills: Recent::new(),
            next_candle_end: None,
            wire: Wire::new(latency, seed),
            status: VenueStatus::Online,
            outside: BTreeMap::new(),
            orders_accepted: 0,
            fills: 0,
            now,
        }
    }

    /// Opens an account; it is told its balances.
    pub fn open_account(&mut self, balances: &[(Asset, Amount)]) -> AccountId {
        let id = u32::try_from(self.accounts.len()).expect("below four billion accounts");
        let trader = Trader::new(balances);
        let event = AccountEvent::Balances(trader.totals());
        self.accounts.push(AccountState { trader, orders: BTreeSet::new() });
        self.tell(AccountId(id), event);
        AccountId(id)
    }

    /// Sends a command of an account. It arrives after the outbound latency.
    pub fn handle(&mut self, account: AccountId, command: VenueCommand, now: Timestamp) {
        self.advance(now);
        self.wire.send(account, command, now);
        self.advance(now);
    }

    /// Something happened in the outside world. Only `Book` and `Trade` events of a pair of this
    /// exchange mean anything to it.
    pub fn handle_market(&mut self, event: &MarketEvent, now: Timestamp) {
        self.advance(now);
        let pair = event.pair();
        if !self.markets.contains_key(&pair) {
            return;
        }
        match event {
            MarketEvent::Book { update, .. } => self.apply_book(pair, update),
            MarketEvent::Trade { trade, .. } => self.apply_trade(pair, trade),
            MarketEvent::Candle { .. }
            | MarketEvent::Quote { .. }
            | MarketEvent::Reached { .. } => {}
        }
        self.settle_down(pair);
    }

    /// Lets everything happen that is due: arrivals, end dates, closed candles.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.advance(now);
    }

    /// When there is something to do or to poll next.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        let times = [
            self.wire.next_command_at(),
            self.wire.next_event_at(),
            self.next_end_date(),
            self.next_candle_end,
            self.next_start(),
        ];
        times.into_iter().flatten().min()
    }

    /// The next event that has reached its audience.
    pub fn poll_output(&mut self) -> Option<(Audience, VenueEvent)> {
        self.wire.pop_event(self.now)
    }

    /// Lets everything happen that is due by `now`, each thing at its own time.
    fn advance(&mut self, now: Timestamp) {
        assert!(self.now <= now, "time does not run backward");
        while let Some(due) = self.next_due().filter(|due| *due <= now) {
            self.now = self.now.max(due);
            if self.next_end_date() == Some(due) {
                self.expire_one();
            } else if self.next_candle_end == Some(due) {
                self.close_candles();
            } else if self.next_start() == Some(due) {
                self.start_one();
            } else if let Some((account, command)) = self.wire.pop_command() {
                self.obey(account, command);
            }
        }
        self.now = now;
    }

    fn next_due(&self) -> Option<Timestamp> {
        let times = [
            self.wire.next_command_at(),
            self.next_end_date(),
            self.next_candle_end,
            self.next_start(),
        ];
        times.into_iter().flatten().min()
    }

    fn next_end_date(&self) -> Option<Timestamp> {
        self.end_dates.first().map(|(at, _)| *at)
    }

    fn close_candles(&mut self) {
        for (pair, market) in &mut self.markets {
            for builder in &mut market.candles {
                if let Some(candle) = builder.handle_timeout(self.now) {
                    let event = MarketEvent::Candle { pair: *pair, candle };
                    self.wire.tell(Audience::Everyone, VenueEvent::Market(event), self.now);
                }
            }
        }
        let builders = self.markets.values().flat_map(|market| &market.candles);
        self.next_candle_end = builders.filter_map(CandleBuilder::next_timeout).min();
    }

    /// Tells everyone what changed in a book.
    fn publish(&mut self, pair: Pair) {
        let market = self.markets.get_mut(&pair).expect("the pair is known");
        let quote = market.book.quote();
        let is_new = quote.is_some() && quote != market.quote;
        market.quote = quote;
        if let Some(update) = market.book.take_changes() {
            self.tell_market(MarketEvent::Book { pair, update });
        }
        if let Some(quote) = quote.filter(|_| is_new) {
            self.tell_market(MarketEvent::Quote { pair, quote });
        }
    }

    fn tell(&mut self, account: AccountId, event: AccountEvent) {
        self.wire.tell(Audience::Account(account), VenueEvent::Account(event), self.now);
    }

    fn tell_market(&mut self, event: MarketEvent) {
        self.wire.tell(Audience::Everyone, VenueEvent::Market(event), self.now);
    }

    fn account(&self, account: AccountId) -> &AccountState {
        self.accounts.get(account.index()).expect("the account was opened here")
    }

    fn account_mut(&mut self, account: AccountId) -> &mut AccountState {
        self.accounts.get_mut(account.index()).expect("the account was opened here")
    }

    fn market(&self, pair: Pair) -> &Market {
        self.markets.get(&pair).expect("the pair is known")
    }

    fn market_mut(&mut self, pair: Pair) -> &mut Market {
        self.markets.get_mut(&pair).expect("the pair is known")
    }
}

#[cfg(test)]
mod tests;
