//! The exchange behind the wire: accounts, orders, trades, ledger, market data, and the counters of
//! each account's pairs. It knows nothing of keys, requests or frames.
//!
//! The invariant: whatever the matching tells is in the records before anybody hears of it, and
//! everything that was due by a moment has happened before anything asked for at that moment.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use exchange_simulator::{AccountId, Balance, BookExchange, BookSettings, Latency};
use serde::{Deserialize, Serialize};
use simulated_limits::{Points, Tier, TradingLimits};
use trading_types::{
    Amount, Asset, BookUpdate, Fraction, Liquidity, MarketEvent, Pair, PairRules, Price, Quote,
    Side, Timestamp, Trade, TradeId, VenueOrderId, VenueStatus,
};

use crate::{
    names::Names,
    settings::{LimitProfile, MarketSettings, MarketSource, Settings},
    venue::{
        archive::{Archive, look_back::Present},
        counters::Counters,
        identifiers::Identifiers,
        market_desk::MarketDesk,
        notice::Notice,
        past::{PastSettings, desk_with_past},
        recall::Recall,
        records::{LedgerEntry, LedgerId, LedgerKind, OrderRecord, TradeRecord},
        requests::OrderSelector,
        sources::{Sources, first_price, first_trade_quantity, minute_volatility, still_book},
        telling::Undertaking,
    },
};

mod acts;
mod archive;
mod booking;
mod cancelling;
pub(crate) mod candle_series;
pub(crate) mod changing;
mod counters;
mod identifiers;
mod living;
pub(crate) mod market_desk;
pub(crate) mod notice;
mod past;
mod placing;
pub(crate) mod reasons;
mod recall;
pub(crate) mod records;
pub(crate) mod requests;
mod sources;
mod telling;

/// The exchange behind the wire.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Venue {
    tier: Tier,
    exchange: BookExchange,
    names: Names,
    archive: Archive,
    desks: BTreeMap<Pair, MarketDesk>,
    sources: Sources,
    counters: Counters,
    identifiers: Identifiers,
    /// When the dead man's switch of an account goes off.
    switches: BTreeMap<AccountId, Timestamp>,
    #[serde(skip)]
    notices: VecDeque<Notice>,
    /// Live orders whose trigger moves with the price.
    trailing: BTreeMap<Pair, BTreeSet<VenueOrderId>>,
    /// Scheduled orders, by the time they begin to act.
    starts: BTreeSet<(Timestamp, VenueOrderId)>,
    #[serde(skip)]
    undertaking: Undertaking,
    counts: Counts,
    /// How often something has happened to an order or a balance since this run began.
    #[serde(skip)]
    changes: u64,
    now: Timestamp,
}

/// What has happened, counted.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) orders_accepted: u64,
    pub(crate) orders_duplicate_cl_ord_id: u64,
    /// Transactions that were refused because a pair's counter was full.
    pub(crate) pair_rejected_rate: u64,
}

impl Venue {
    /// A venue with these markets and accounts, the first account being number zero.
    pub(crate) fn new(settings: &Settings, now: Timestamp) -> Self {
        let rules: Vec<PairRules> =
            settings.markets.iter().map(|market| market.rules.clone()).collect();
        let held = settings.accounts.iter().flat_map(|account| &account.balances);
        let names = Names::new(rules.iter(), held.map(|(asset, _)| *asset));
        let seed = settings.seed;
        let book = BookSettings { rules, latency: Latency::NONE, intervals: Vec::new(), seed };
        let mut venue = Self {
            tier: settings.tier,
            exchange: BookExchange::new(book, now),
            names,
            archive: Archive::default(),
            desks: BTreeMap::new(),
            sources: Sources::default(),
            counters: Counters::new(trading_limits(settings)),
            identifiers: Identifiers::new(seed),
            switches: BTreeMap::new(),
            notices: VecDeque::new(),
            trailing: BTreeMap::new(),
            starts: BTreeSet::new(),
            undertaking: Undertaking::default(),
            counts: Counts::default(),
            changes: 0,
            now,
        };
        for account in &settings.accounts {
            venue.open_account(&account.balances);
        }
        for (number, market) in (1..).zip(&settings.markets) {
            // Each market has a chance of its own.
            let seed = seed.wrapping_mul(1_000).wrapping_add(number);
            venue.open_market(market, seed, settings.history.min(Settings::HISTORY_MAX));
        }
        venue.handle_timeout(now);
        venue.notices.clear();
        venue
    }

    /// Takes what is not kept with a venue from the settings that it was made with.
    pub(crate) fn resupply(&mut self, settings: &Settings) {
        for market in &settings.markets {
            self.sources.resupply(market);
        }
    }

    fn open_account(&mut self, balances: &[(Asset, Amount)]) {
        let account = self.exchange.open_account(balances);
        for (asset, amount) in balances.iter().filter(|(_, amount)| amount.is_positive()) {
            self.note_transfer(account, LedgerKind::Deposit, (*asset, *amount));
        }
    }

    /// A market begins with a past and a first trade, so that it has a price.
    fn open_market(&mut self, market: &MarketSettings, seed: u64, history: Duration) {
        let (rules, now) = (&market.rules, self.now);
        let (pair, first_price) = (rules.pair, first_price(market));
        let history = match &market.source {
            MarketSource::Still { .. } => Duration::ZERO,
            MarketSource::Model { .. }
            | MarketSource::Quiet { .. }
            | MarketSource::History { .. } => history,
        };
        let past = PastSettings {
            rules: rules.clone(),
            last_price: first_price,
            minute_volatility: minute_volatility(pair),
            trade_value: sources::trade_value(pair),
            seed,
        };
        let mut desk = desk_with_past(&past, now - history);
        let mut recall = Recall::new(&mut desk, rules.tick);
        self.sources.add(market, seed, (history, now), &mut |trade| recall.trade(trade));
        recall.end();
        let price = desk.tape().back().map_or(first_price, |told| told.trade.price);
        self.desks.insert(pair, desk);
        let quantity = first_trade_quantity(rules);
        let trade = Trade { time: now, price, quantity, taker_side: Side::Buy };
        self.apply(&MarketEvent::Trade { pair, trade });
        match &market.source {
            MarketSource::Still { .. } => {
                let update = still_book(rules, price);
                self.apply(&MarketEvent::Book { pair, update });
            }
            MarketSource::Model { .. }
            | MarketSource::Quiet { .. }
            | MarketSource::History { .. } => {}
        }
    }

    /// How everything is spelled.
    pub(crate) const fn names(&self) -> &Names {
        &self.names
    }

    /// What the venue takes at the moment.
    pub(crate) const fn status(&self) -> VenueStatus {
        self.exchange.status()
    }

    /// The pairs that are traded, sorted.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = Pair> {
        self.desks.keys().copied()
    }

    /// The rules of a pair.
    pub(crate) fn rules(&self, pair: Pair) -> Option<&PairRules> {
        self.exchange.rules(pair)
    }

    /// The tier of all accounts.
    pub(crate) const fn tier(&self) -> Tier {
        self.tier
    }

    /// An order of any account, live or not.
    pub(crate) fn order(&self, txid: &VenueOrderId) -> Option<&OrderRecord> {
        self.archive.order(txid)
    }

    /// The live orders that are meant, oldest first.
    pub(crate) fn find(&self, account: AccountId, selector: &OrderSelector) -> Vec<&OrderRecord> {
        self.archive.find(account, selector)
    }

    /// The live orders of an account, oldest first.
    pub(crate) fn open_orders(&self, account: AccountId) -> impl Iterator<Item = &OrderRecord> {
        self.archive.open_orders(account)
    }

    /// The ended orders of an account by the time they ended, the last one last.
    pub(crate) fn closed_orders(
        &self,
        account: AccountId,
    ) -> impl DoubleEndedIterator<Item = &OrderRecord> {
        self.archive.closed_orders(account)
    }

    /// The trades of an account, the last one last.
    pub(crate) fn trades(
        &self,
        account: AccountId,
    ) -> impl DoubleEndedIterator<Item = &TradeRecord> {
        self.archive.trades(account)
    }

    /// How many orders of an account are open and ended, its trades, its entries in the ledger.
    pub(crate) fn sizes(&self, account: AccountId) -> (usize, usize, usize, usize) {
        self.archive.sizes(account)
    }

    /// A trade of any account.
    pub(crate) fn trade(&self, id: &TradeId) -> Option<&TradeRecord> {
        self.archive.trade_by_id(id)
    }

    /// The ledger of an account, the last entry last.
    pub(crate) fn ledger(
        &self,
        account: AccountId,
    ) -> impl DoubleEndedIterator<Item = &LedgerEntry> {
        self.archive.ledger(account)
    }

    /// An entry of the ledger of an account.
    pub(crate) fn ledger_entry(&self, account: AccountId, id: &LedgerId) -> Option<&LedgerEntry> {
        self.archive.ledger_entry(account, id)
    }

    /// What an account has, in alphabetic order.
    pub(crate) fn balances(&self, account: AccountId) -> Vec<(Asset, Balance)> {
        let shown = self.archive.shown_balances(account);
        shown.map_or_else(|| self.exchange.balances(account), <[_]>::to_vec)
    }

    /// Shows an account as it was at `past`, until it looks ahead again.
    pub(crate) fn look_back(
        &mut self,
        account: AccountId,
        balances: Option<Vec<(Asset, Balance)>>,
        past: Timestamp,
    ) -> Option<Present> {
        self.archive.look_back(account, balances, past)
    }

    /// Shows the present again.
    pub(crate) fn look_ahead(&mut self, present: Present) {
        self.archive.look_ahead(present);
    }

    /// What an account traded in the last thirty days, in quote asset.
    pub(crate) fn volume(&mut self, account: AccountId) -> Amount {
        self.exchange.volume(account)
    }

    /// The fees of an account on a pair, in force now: taker, then maker.
    pub(crate) fn rates(&mut self, account: AccountId, pair: Pair) -> (Fraction, Fraction) {
        let volume = self.exchange.volume(account);
        let rate = |liquidity| {
            self.exchange
                .rules(pair)
                .map_or(Fraction::ZERO, |rules| rules.fees.rate(volume, liquidity))
        };
        (rate(Liquidity::Taker), rate(Liquidity::Maker))
    }

    /// The counter of an account's pair.
    pub(crate) fn counter_level(&self, account: AccountId, pair: Pair, now: Timestamp) -> Points {
        self.counters.level((account, pair), now)
    }

    /// The highest level of any account's counter, by pair.
    pub(crate) fn counter_peaks(&self) -> BTreeMap<Pair, String> {
        let peaks = self.counters.peaks().into_iter();
        peaks.map(|(pair, peak)| (pair, peak.to_string())).collect()
    }

    /// What has happened, counted.
    pub(crate) const fn counts(&self) -> Counts {
        Counts { pair_rejected_rate: self.counters.refused_for_rate(), ..self.counts }
    }

    /// The whole book of a pair, best first.
    pub(crate) fn book(&self, pair: Pair) -> Option<BookUpdate> {
        self.exchange.book(pair)
    }

    /// The best prices of a pair.
    pub(crate) fn quote(&self, pair: Pair) -> Option<Quote> {
        self.exchange.quote(pair)
    }

    /// The price of the last trade on a pair.
    pub(crate) fn last_price(&self, pair: Pair) -> Option<Price> {
        self.exchange.last_price(pair)
    }

    /// What is remembered of a market.
    pub(crate) fn market(&self, pair: Pair) -> Option<&MarketDesk> {
        self.desks.get(&pair)
    }

    /// Lets everything happen that is due by `now`, each thing at its own time. A time before the
    /// last one counts as that one.
    pub(crate) fn handle_timeout(&mut self, now: Timestamp) {
        let now = now.max(self.now);
        while let Some(due) = self.next_timeout().filter(|due| *due <= now) {
            self.now = self.now.max(due);
            self.let_happen(due);
        }
        self.now = now;
    }

    fn let_happen(&mut self, due: Timestamp) {
        let now = self.now;
        self.begin_orders();
        if self.exchange.next_timeout() == Some(due) {
            self.exchange.handle_timeout(now);
            self.tell();
        } else if self.next_switch_at() == Some(due) {
            self.fire_switch();
        } else if let Some(event) = self.sources.poll(now) {
            self.apply(&event);
        }
    }

    /// When there is something to do.
    pub(crate) fn next_timeout(&self) -> Option<Timestamp> {
        let times =
            [self.exchange.next_timeout(), self.next_switch_at(), self.sources.next_event_at()];
        times.into_iter().flatten().min()
    }

    /// The next thing that happened.
    pub(crate) fn poll_notice(&mut self) -> Option<Notice> {
        let notice = self.notices.pop_front()?;
        self.changes += u64::from(matches!(notice, Notice::Execution(_) | Notice::Ledger(_)));
        Some(notice)
    }

    /// How often something has happened to an order or a balance.
    pub(crate) const fn changes(&self) -> u64 {
        self.changes
    }

    /// The outside world does something on a market.
    pub(crate) fn hear(&mut self, event: &MarketEvent, now: Timestamp) {
        self.handle_timeout(now);
        self.apply(event);
    }

    fn apply(&mut self, event: &MarketEvent) {
        self.exchange.handle_market(event, self.now);
        self.tell();
    }
}

fn trading_limits(settings: &Settings) -> Option<TradingLimits> {
    let limits = TradingLimits {
        tier: settings.tier,
        decay: settings.decay,
        boundary: settings.boundary,
        refused_transactions_count: settings.refused_calls_count,
    };
    match settings.limits {
        LimitProfile::Documented | LimitProfile::Article => Some(limits),
        LimitProfile::Off => None,
    }
}

#[cfg(test)]
mod tests;
