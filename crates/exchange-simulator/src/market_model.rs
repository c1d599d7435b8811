//! A market to play in: seeded events of an outside world, for a
//! [`BookExchange`](crate::BookExchange) that has no recorded one.
//!
//! A fair price wanders: a random walk whose volatility comes in clusters, with mild trends that
//! last for hours, so that moving averages cross. Ten levels a side stand a few ticks away from it
//! and follow. Takers arrive at random, most of them small and a few large.
//!
//! The model is an opinion, not money: inside it are floating numbers, but only sums, products,
//! quotients and square roots of them, which every machine computes alike. What leaves it is on
//! the tick and on the lot. It does not see the accounts' orders; they meet its events in the book.

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::{
    Amount, BookUpdate, Fraction, MarketEvent, PairRules, Price, Quantity, Side, Timestamp, Trade,
};

use crate::market_model::{chance::Chance, fair_price::FairPrice, ladder::Ladder};

mod chance;
mod fair_price;
mod ladder;

/// How a [`MarketModel`] behaves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MarketModelSettings {
    /// The pair and its rules.
    pub rules: PairRules,
    /// The fair price at the start.
    pub start_price: Price,
    /// Standard deviation of the return of a year, as a part of the price.
    pub volatility: Fraction,
    /// Mean time between takers.
    pub trade_interval: Duration,
    /// Mean time between moves of the book.
    pub book_interval: Duration,
    /// Mean value of a level, in quote asset.
    pub level_value: Amount,
    /// Mean value of what a taker takes, in quote asset.
    pub trade_value: Amount,
    /// Decides everything else.
    pub seed: u64,
}

impl MarketModelSettings {
    /// A market like BTC/USD: 60 % a year, a taker every four seconds, a move every second.
    pub fn demo(rules: PairRules, start_price: Price, seed: u64) -> Self {
        let dollars = |whole: i128| Amount::from_units(whole * 10_i128.pow(18));
        Self {
            rules,
            start_price,
            volatility: Fraction::from_basis_points(6_000),
            trade_interval: Duration::from_secs(4),
            book_interval: Duration::from_secs(1),
            level_value: dollars(20_000),
            trade_value: dollars(1_500),
            seed,
        }
    }
}

/// An outside world. See the head of this file for what it is like.
#[derive(Clone, Debug)]
pub struct MarketModel {
    settings: MarketModelSettings,
    chance: Chance,
    fair: FairPrice,
    bids: Ladder,
    asks: Ladder,
    /// What happens at the same moment, after what was polled last.
    pending: VecDeque<MarketEvent>,
    /// The moment up to which the fair price has wandered.
    walked_to: Timestamp,
    next_trade: Timestamp,
    next_book: Timestamp,
}

/// A taker walks through at most so many levels.
const LEVELS_TAKEN_MAX: usize = 3;

impl MarketModel {
    /// A market whose first event, a snapshot of the book, happens now.
    pub fn new(settings: MarketModelSettings, now: Timestamp) -> Self {
        let tick = settings.rules.tick;
        assert!(tick.is_positive() && tick < settings.start_price, "a price is many ticks");
        let mut chance = Chance::from_seed(settings.seed);
        let start = settings.start_price.units() / tick.units();
        let fair = FairPrice::new(start, settings.volatility, &mut chance);
        let mut model = Self {
            bids: Ladder::new(Side::Buy, &settings),
            asks: Ladder::new(Side::Sell, &settings),
            chance,
            fair,
            pending: VecDeque::new(),
            walked_to: now,
            next_trade: now,
            next_book: now,
            settings,
        };
        model.move_book();
        let update = BookUpdate { is_snapshot: true, ..model.take_changes() };
        model.tell_book(update);
        model.next_trade = now + model.chance.wait(model.settings.trade_interval);
        model.next_book = now + model.chance.wait(model.settings.book_interval);
        model
    }

    /// When the next event happens.
    pub fn next_event_at(&self) -> Timestamp {
        if self.pending.is_empty() { self.next_trade.min(self.next_book) } else { self.walked_to }
    }

    /// The next event that has happened by `now`. Ask at [`MarketModel::next_event_at`]; asking
    /// later gives the same events, late.
    pub fn poll(&mut self, now: Timestamp) -> Option<MarketEvent> {
        if self.pending.is_empty() {
            let at = self.next_event_at();
            if now < at {
                return None;
            }
            self.walk_to(at);
            if at == self.next_trade {
                self.take();
                self.next_trade = at + self.chance.wait(self.settings.trade_interval);
            } else {
                self.move_book();
                self.next_book = at + self.chance.wait(self.settings.book_interval);
            }
            let update = self.take_changes();
            self.tell_book(update);
        }
        self.pending.pop_front()
    }

    fn walk_to(&mut self, at: Timestamp) {
        self.fair.wander(at.since(self.walked_to), &mut self.chance);
        self.walked_to = at;
    }

    /// The levels follow the fair price.
    fn move_book(&mut self) {
        let (bid, ask) = self.fair.quote(&mut self.chance);
        self.bids.follow(bid, &mut self.chance);
        self.asks.follow(ask, &mut self.chance);
    }

    /// A taker arrives.
    fn take(&mut self) {
        let pair = self.settings.rules.pair;
        let taker_side = if self.chance.toss() { Side::Buy } else { Side::Sell };
        let ladder = match taker_side {
            Side::Buy => &mut self.asks,
            Side::Sell => &mut self.bids,
        };
        let wanted = self.chance.heavy_tail();
        let mut rest = ladder.quantity_worth(wanted, self.settings.trade_value);
        for _ in 0..LEVELS_TAKEN_MAX {
            let (price, quantity) = ladder.take_best(rest);
            let trade = Trade { time: self.walked_to, price, quantity, taker_side };
            self.pending.push_back(MarketEvent::Trade { pair, trade });
            rest -= quantity;
            if rest == Quantity::ZERO {
                break;
            }
        }
    }

    fn take_changes(&mut self) -> BookUpdate {
        let (bids, asks) = (self.bids.take_changes(), self.asks.take_changes());
        BookUpdate { is_snapshot: false, bids, asks }
    }

    fn tell_book(&mut self, update: BookUpdate) {
        let pair = self.settings.rules.pair;
        self.pending.push_back(MarketEvent::Book { pair, update });
    }
}

#[cfg(test)]
mod tests;
