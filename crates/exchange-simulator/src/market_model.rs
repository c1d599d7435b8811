//! A market to play in: seeded events of an outside world, for a
//! [`BookExchange`](crate::BookExchange) that has no recorded one.
//!
//! A fair price wanders: a random walk whose volatility comes in clusters, with mild trends that
//! last for hours, so that moving averages cross. Some levels a side stand a little away from it
//! and follow. Takers arrive at random, most of them small and a few large. On demand the market
//! does what markets do at their worst: it crashes ([`MarketModel::shock`]), dries up
//! ([`MarketModel::thin`]), or goes mad ([`MarketModel::burst`]).
//!
//! It may have a past: a length of time before the present, of which only the fair price and the
//! trades are worked out ([`MarketModel::with_past`]).
//!
//! A [`HistoryModel`] goes along recorded candles instead, and becomes a [`MarketModel`] where they
//! end.
//!
//! The model is an opinion, not money: inside it are floating numbers, but only sums, products,
//! quotients and square roots of them, which every machine computes alike. What leaves it is on
//! the tick and on the lot. It does not see the accounts' orders; they meet its events in the book.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Fraction, MarketEvent, PairRules, Price, Timestamp, Trade};

use crate::market_model::{chance::Chance, fair_price::FairPrice, street::Street, tempo::Tempo};

mod chance;
mod fair_price;
mod history_model;
mod ladder;
mod past;
mod shock;
mod street;
mod tempo;

pub use self::history_model::HistoryModel;

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
    /// How many levels a side has. Those beyond the tenth are larger and further apart.
    pub levels: usize,
    /// Mean distance between bid and ask while the market is calm, as a part of the price; where a
    /// few ticks are more than that, it is those.
    pub spread: Fraction,
    /// Mean value of a level, in quote asset.
    pub level_value: Amount,
    /// Mean value of what a taker takes, in quote asset.
    pub trade_value: Amount,
    /// Decides everything else.
    pub seed: u64,
}

impl MarketModelSettings {
    /// A market like BTC/USD: 60 % a year, a taker every four seconds, a move every second, ten
    /// levels a side a few ticks apart.
    pub fn demo(rules: PairRules, start_price: Price, seed: u64) -> Self {
        let dollars = |whole: i128| Amount::from_units(whole * 10_i128.pow(18));
        Self {
            rules,
            start_price,
            volatility: Fraction::from_basis_points(6_000),
            trade_interval: Duration::from_secs(4),
            book_interval: Duration::from_secs(1),
            levels: 10,
            spread: Fraction::ZERO,
            level_value: dollars(20_000),
            trade_value: dollars(1_500),
            seed,
        }
    }

    /// The same market with little to do: a taker every twenty seconds, a move every half a minute,
    /// five levels a side a basis point apart. The price wanders as much, so that months of it can
    /// be gone through in minutes.
    pub fn quiet(rules: PairRules, start_price: Price, seed: u64) -> Self {
        Self {
            trade_interval: Duration::from_secs(20),
            book_interval: Duration::from_secs(30),
            levels: 5,
            spread: Fraction::from_basis_points(1),
            ..Self::demo(rules, start_price, seed)
        }
    }
}

/// A shock makes everything happen so many times as often, for so long.
const SHOCK_TIMES: u32 = 10;
const SHOCK_LENGTH: Duration = Duration::from_secs(30);

/// An outside world. See the head of this file for what it is like.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MarketModel {
    settings: MarketModelSettings,
    chance: Chance,
    fair: FairPrice,
    street: Street,
    tempo: Tempo,
    /// The moment up to which the fair price has wandered.
    walked_to: Timestamp,
    next_trade: Timestamp,
    next_book: Timestamp,
}

impl MarketModel {
    /// A market whose first event, a snapshot of the book, happens now.
    pub fn new(settings: MarketModelSettings, now: Timestamp) -> Self {
        Self::with_past(settings, Duration::ZERO, now, &mut |_| {})
    }

    /// A market that began `past` ago at its settings' first price, and whose first event, a
    /// snapshot of the book, happens now. `tell` hears of the trades until then, in order of time.
    ///
    /// The past is quick to work out because there is no book in it: takers arrive as they do later
    /// and trade at the best prices around the fair price, each at one price.
    pub fn with_past(
        settings: MarketModelSettings,
        past: Duration,
        now: Timestamp,
        tell: &mut dyn FnMut(Trade),
    ) -> Self {
        let tick = settings.rules.tick;
        assert!(tick.is_positive() && tick < settings.start_price, "a price is many ticks");
        let mut chance = Chance::from_seed(settings.seed);
        let mut fair = FairPrice::new(&settings, &mut chance);
        past::walk(&settings, (&mut fair, &mut chance), (now - past, now), tell);
        let mut model = Self {
            street: Street::new(&settings),
            chance,
            fair,
            tempo: Tempo::default(),
            walked_to: now,
            next_trade: now,
            next_book: now,
            settings,
        };
        model.move_book();
        model.street.tell(true);
        model.draw_next_trade(now);
        model.draw_next_book(now);
        model
    }

    /// When the next event happens.
    pub fn next_event_at(&self) -> Timestamp {
        if self.street.is_quiet() { self.next_trade.min(self.next_book) } else { self.walked_to }
    }

    /// The next event that has happened by `now`. Ask at [`MarketModel::next_event_at`]; asking
    /// later gives the same events, late.
    pub fn poll(&mut self, now: Timestamp) -> Option<MarketEvent> {
        if self.street.is_quiet() {
            let at = self.next_event_at();
            if now < at {
                return None;
            }
            self.walk_to(at);
            if at == self.next_trade {
                self.take();
                self.draw_next_trade(at);
            } else {
                self.move_book();
                self.draw_next_book(at);
            }
            self.street.tell(false);
        }
        self.street.pop()
    }

    /// The price runs away by `change` of itself within seconds, and comes back a part of the way
    /// within minutes. Takers run with it, and everything happens more often.
    pub fn shock(&mut self, change: Fraction, now: Timestamp) {
        self.walk_to(now.max(self.walked_to));
        self.fair.strike(change);
        self.burst(SHOCK_TIMES, SHOCK_LENGTH, now);
    }

    /// From now on every level has this part of what it would have.
    pub fn thin(&mut self, thickness: Fraction, now: Timestamp) {
        self.walk_to(now.max(self.walked_to));
        self.street.thin(thickness.to_f64());
    }

    /// For a while everything happens `times` as often.
    pub fn burst(&mut self, times: u32, length: Duration, now: Timestamp) {
        self.tempo.burst(times, now + length);
        let at = now.max(self.walked_to);
        self.draw_next_trade(at);
        self.draw_next_book(at);
    }

    fn walk_to(&mut self, at: Timestamp) {
        self.fair.wander(at.since(self.walked_to), &mut self.chance);
        self.walked_to = at;
    }

    fn draw_next_trade(&mut self, at: Timestamp) {
        self.next_trade = self.tempo.next(self.settings.trade_interval, at, &mut self.chance);
    }

    fn draw_next_book(&mut self, at: Timestamp) {
        self.next_book = self.tempo.next(self.settings.book_interval, at, &mut self.chance);
    }

    /// The levels follow the fair price.
    fn move_book(&mut self) {
        let quote = self.fair.quote(&mut self.chance);
        self.street.follow(quote, &mut self.chance);
    }

    /// A taker arrives.
    fn take(&mut self) {
        let taker_side = self.fair.taker_side(&mut self.chance);
        let wanted = self.chance.heavy_tail();
        let ladder = self.street.met_by(taker_side);
        let wanted = ladder.quantity_worth(wanted, self.settings.trade_value);
        self.street.take(taker_side, wanted, self.walked_to);
    }
}

#[cfg(test)]
mod tests;
