//! A market that goes along recorded candles: in each one its trades go from the open to the nearer
//! of its extremes, to the other, and to the close, with about its volume, and the book goes along.
//! Where the candles end it is a [`MarketModel`] from there on.
//!
//! The invariant: whoever builds candles of the same length from the trades finds the recorded
//! ones, volume and count of trades approximately, as long as nothing is done to the market.
#![expect(clippy::float_arithmetic, reason = "the model is an opinion, not money")]

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::{Candle, Fraction, MarketEvent, Price, Side, Timestamp, Trade};

use self::path::{PastTrade, PathTaker};
use super::{
    MarketModel, MarketModelSettings, SHOCK_LENGTH, SHOCK_TIMES,
    chance::Chance,
    fair_price::{draw_spread, real, whole},
    shock::Shock,
    street::Street,
    tempo::Tempo,
};

mod path;

/// The length of a candle that stands alone.
const LONE_LENGTH: Duration = Duration::from_mins(1);
/// Below so many ticks a book has no room.
const TICKS_MIN: f64 = 100.0;

/// A market that follows candles. See the head of this file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HistoryModel(Stage);

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Stage {
    Past(Box<Past>),
    Present(Box<MarketModel>),
}

/// The part that the candles tell.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Past {
    settings: MarketModelSettings,
    chance: Chance,
    street: Street,
    tempo: Tempo,
    path: PathTaker,
    /// The trades of the present candle that are still to come.
    trades: VecDeque<PastTrade>,
    /// The price of the last trade, in ticks, before `shift`.
    ticks: f64,
    /// What the price is multiplied with; one, until there is a shock.
    shift: f64,
    shock: Option<Shock>,
    walked_to: Timestamp,
    next_book: Timestamp,
}

impl HistoryModel {
    /// A market that follows `candles`, the first of which begins now. They are of one length and
    /// in order of time; there may be gaps. Without any, it begins at the settings' first price.
    pub fn new(settings: MarketModelSettings, candles: Vec<Candle>, now: Timestamp) -> Self {
        Self::with_past(settings, candles, (Duration::ZERO, now), &mut |_| {})
    }

    /// A market whose first candle began `past` ago and that goes on from now: `tell` hears of the
    /// trades until then, in order of time. Where the candles end before, the rest of the past is
    /// that of a model, see [`MarketModel::with_past`].
    pub fn with_past(
        settings: MarketModelSettings,
        candles: Vec<Candle>,
        (past, now): (Duration, Timestamp),
        tell: &mut dyn FnMut(Trade),
    ) -> Self {
        assert!(settings.rules.tick.is_positive(), "prices move in steps");
        let in_order = candles.windows(2).all(|pair| pair[0].start < pair[1].start);
        assert!(in_order, "candles are given in order of time");
        let Some(first) = candles.first() else {
            let model = MarketModel::with_past(settings, past, now, tell);
            return Self(Stage::Present(Box::new(model)));
        };
        let begin = now - past;
        let mut past = Past {
            chance: Chance::from_seed(settings.seed),
            street: Street::new(&settings),
            tempo: Tempo::default(),
            trades: VecDeque::new(),
            ticks: real(first.open.units() / settings.rules.tick.units()),
            shift: 1.0,
            shock: None,
            walked_to: now,
            next_book: now,
            path: PathTaker::new(candles, &settings, begin),
            settings,
        };
        past.plan();
        past.tell_until(now, tell);
        if past.trades.is_empty() && past.path.end() < now {
            let length = now.since(past.path.end());
            let model = MarketModel::with_past(past.continuation(), length, now, tell);
            return Self(Stage::Present(Box::new(model)));
        }
        past.move_book();
        past.street.tell(true);
        past.draw_next_book(now);
        Self(Stage::Past(Box::new(past)))
    }

    /// Gives a model that was kept somewhere the candles again that it was made with: they are not
    /// kept with it.
    pub fn resupply(&mut self, candles: Vec<Candle>) {
        match &mut self.0 {
            Stage::Past(past) => past.path.resupply(candles),
            Stage::Present(_) => {}
        }
    }

    /// When the next event happens.
    pub fn next_event_at(&self) -> Timestamp {
        match &self.0 {
            Stage::Past(past) => past.next_event_at(),
            Stage::Present(model) => model.next_event_at(),
        }
    }

    /// The next event that has happened by `now`. Ask at [`HistoryModel::next_event_at`]; asking
    /// later gives the same events, late.
    pub fn poll(&mut self, now: Timestamp) -> Option<MarketEvent> {
        if let Stage::Past(past) = &mut self.0
            && let Some(model) = past.end_by(now)
        {
            self.0 = Stage::Present(Box::new(model));
        }
        match &mut self.0 {
            Stage::Past(past) => past.poll(now),
            Stage::Present(model) => model.poll(now),
        }
    }

    /// What [`MarketModel::shock`] does. The price comes back to what the candles say a part of the
    /// way only, and follows their changes from there.
    pub fn shock(&mut self, change: Fraction, now: Timestamp) {
        match &mut self.0 {
            Stage::Past(past) => {
                past.walk_to(now.max(past.walked_to));
                past.shock = Some(Shock::new(change));
                past.burst(SHOCK_TIMES, SHOCK_LENGTH, now);
            }
            Stage::Present(model) => model.shock(change, now),
        }
    }

    /// What [`MarketModel::thin`] does.
    pub fn thin(&mut self, thickness: Fraction, now: Timestamp) {
        match &mut self.0 {
            Stage::Past(past) => {
                past.walk_to(now.max(past.walked_to));
                past.street.thin(thickness.to_f64());
            }
            Stage::Present(model) => model.thin(thickness, now),
        }
    }

    /// What [`MarketModel::burst`] does; the trades are those of the candles all the same.
    pub fn burst(&mut self, times: u32, length: Duration, now: Timestamp) {
        match &mut self.0 {
            Stage::Past(past) => past.burst(times, length, now),
            Stage::Present(model) => model.burst(times, length, now),
        }
    }
}

impl Past {
    fn next_event_at(&self) -> Timestamp {
        if !self.street.is_quiet() {
            return self.walked_to;
        }
        let trade = self.trades.front().map_or(self.path.end(), |trade| trade.at);
        trade.min(self.next_book)
    }

    fn poll(&mut self, now: Timestamp) -> Option<MarketEvent> {
        if self.street.is_quiet() {
            let at = self.next_event_at();
            if now < at {
                return None;
            }
            self.walk_to(at);
            if let Some(trade) = self.trades.pop_front_if(|trade| trade.at == at) {
                self.trade(&trade);
            } else {
                self.move_book();
                self.street.tell(false);
                self.draw_next_book(at);
            }
        }
        self.street.pop()
    }

    /// What goes on once the candles have ended, if that is so by `now`.
    fn end_by(&mut self, now: Timestamp) -> Option<MarketModel> {
        let end = self.path.end();
        let is_over = self.trades.is_empty() && self.street.is_quiet() && end <= self.next_book;
        if now < end || !is_over {
            return None;
        }
        Some(MarketModel::new(self.continuation(), end))
    }

    /// What goes on where the price is now.
    fn continuation(&self) -> MarketModelSettings {
        let tick = self.settings.rules.tick.units();
        let start_price = Price::from_units(whole(self.shifted(self.ticks)) * tick);
        MarketModelSettings { start_price, ..self.settings.clone() }
    }

    /// Tells of the trades before a moment, without a book around them.
    fn tell_until(&mut self, now: Timestamp, tell: &mut dyn FnMut(Trade)) {
        while let Some(PastTrade { at, ticks, quantity, taker_side }) =
            self.trades.pop_front_if(|trade| trade.at < now)
        {
            let shown = whole(self.shifted(real(ticks)));
            let price = Price::from_units(shown * self.settings.rules.tick.units());
            tell(Trade { time: at, price, quantity, taker_side });
            self.ticks = real(ticks);
            self.plan();
        }
    }

    /// Works out the trades of the next candle that has any.
    fn plan(&mut self) {
        while self.trades.is_empty() && !self.path.is_at_end() {
            self.trades = self.path.next_candle(&mut self.chance);
        }
    }

    fn walk_to(&mut self, at: Timestamp) {
        let length = at.since(self.walked_to);
        self.walked_to = at;
        let Some(shock) = &mut self.shock else { return };
        self.shift *= shock.pass(length);
        if shock.is_over() {
            self.shock = None;
        }
    }

    fn burst(&mut self, times: u32, length: Duration, now: Timestamp) {
        self.tempo.burst(times, now + length);
        self.draw_next_book(now.max(self.walked_to));
    }

    fn draw_next_book(&mut self, at: Timestamp) {
        self.next_book = self.tempo.next(self.settings.book_interval, at, &mut self.chance);
    }

    fn shifted(&self, ticks: f64) -> f64 {
        (ticks * self.shift).max(TICKS_MIN)
    }

    fn spread(&mut self, ticks: f64) -> i64 {
        let mean = ticks * self.settings.spread.to_f64();
        whole(draw_spread(mean, &mut self.chance)).max(1)
    }

    /// The levels stand around the price.
    fn move_book(&mut self) {
        let ticks = self.shifted(self.ticks);
        let spread = self.spread(ticks);
        let bid = whole(ticks) - spread / 2;
        self.street.follow((bid, bid + spread), &mut self.chance);
    }

    /// The book comes to where somebody trades, and he does.
    fn trade(&mut self, trade: &PastTrade) {
        self.ticks = real(trade.ticks);
        let ticks = self.shifted(self.ticks);
        let spread = self.spread(ticks);
        let at = whole(ticks);
        let quote = match trade.taker_side {
            Side::Buy => ((at - spread).max(1), at),
            Side::Sell => (at, at + spread),
        };
        self.street.follow(quote, &mut self.chance);
        self.street.met_by(trade.taker_side).have(trade.quantity);
        self.street.tell(false);
        self.street.take(trade.taker_side, trade.quantity, self.walked_to);
        self.street.tell(false);
        self.plan();
    }
}

#[cfg(test)]
mod tests;
