//! What of the market reaches the engine, and so its journal: every closed candle in a row without
//! a hole, and prices as often as they matter.
//!
//! **Law.** Candles of a pair follow one another: a hole is asked for and filled before the next
//! one passes.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::{Candle, Interval, MarketEvent, Pair, PriceWatch, Quote, Timestamp, Trade};

use crate::call::Call;

/// Without a position, prices only keep the picture fresh; they are passed this many times more
/// seldom.
const IDLE_FACTOR: u32 = 30;
/// Candles held back while a hole is being filled. More than these and the hole is asked for anew.
const HELD_MAX: usize = 1_000;

/// What of the market reaches the engine.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MarketFeed {
    interval: Interval,
    quote_every: Duration,
    pairs: BTreeMap<Pair, PairFeed>,
}

/// What a process finds out anew is not kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct PairFeed {
    #[serde(skip)]
    quote: Option<Quote>,
    /// Whether the newest quote has been passed.
    #[serde(skip)]
    is_quote_passed: bool,
    #[serde(skip)]
    quote_passed_at: Option<Timestamp>,
    #[serde(skip)]
    trade_passed_at: Option<Timestamp>,
    /// When the last candle that passed began.
    last_candle: Option<Timestamp>,
    #[serde(skip)]
    held: BTreeMap<Timestamp, Candle>,
    #[serde(skip)]
    is_asking: bool,
    /// Whether the past before the first live candle has been asked for and told.
    #[serde(skip)]
    has_past: bool,
}

impl MarketFeed {
    /// Nothing has passed yet.
    pub fn new(
        pairs: impl Iterator<Item = Pair>,
        interval: Interval,
        quote_every: Duration,
    ) -> Self {
        let pairs = pairs.map(|pair| (pair, PairFeed::default())).collect();
        Self { interval, quote_every, pairs }
    }

    /// A journal says that this candle has passed.
    pub fn recall(&mut self, event: &MarketEvent) {
        if let MarketEvent::Candle { pair, candle } = event
            && let Some(feed) = self.pairs.get_mut(pair)
        {
            feed.last_candle = Some(candle.start);
        }
    }

    /// Whether the past of every pair is told, so that strategies are warm.
    pub fn has_past(&self) -> bool {
        self.pairs.values().all(|feed| feed.has_past)
    }

    /// Whether a pair has a price that can be believed.
    pub fn has_price(&self, pair: Pair) -> bool {
        self.pairs.get(&pair).is_some_and(|feed| feed.quote.is_some())
    }

    /// Whether every pair has a price that can be believed.
    pub fn has_prices(&self) -> bool {
        self.pairs.values().all(|feed| feed.quote.is_some())
    }

    /// The calls that would fill what is missing of the past, each once until it is answered.
    pub fn missing(&mut self) -> Vec<Call> {
        let interval = self.interval;
        let mut calls = Vec::new();
        for (pair, feed) in &mut self.pairs {
            if !feed.is_asking && (!feed.has_past || !feed.held.is_empty()) {
                feed.is_asking = true;
                // Kraken gives what came after this moment; the one before may be given again.
                let after = feed.last_candle;
                calls.push(Call::Candles { pair: *pair, interval, after });
            }
        }
        calls
    }

    /// A call for the past has failed; it may be made again.
    pub fn not_told(&mut self, pair: Pair) {
        if let Some(feed) = self.pairs.get_mut(&pair) {
            feed.is_asking = false;
        }
    }

    /// The past was told: the candles that may pass now, in order.
    pub fn past(&mut self, pair: Pair, candles: &[Candle]) -> Vec<Candle> {
        let step = self.interval.duration();
        let Some(feed) = self.pairs.get_mut(&pair) else { return Vec::new() };
        feed.is_asking = false;
        feed.has_past = true;
        for candle in candles {
            feed.held.insert(candle.start, *candle);
        }
        // What nobody can tell any more is a hole for ever; the row goes on behind it.
        feed.release(step, true)
    }

    /// A live candle closed: the candles that may pass now, in order.
    pub fn candle(&mut self, pair: Pair, candle: Candle) -> Vec<Candle> {
        let step = self.interval.duration();
        let Some(feed) = self.pairs.get_mut(&pair) else { return Vec::new() };
        feed.held.insert(candle.start, candle);
        if HELD_MAX < feed.held.len() {
            feed.held.pop_first();
        }
        if feed.has_past { feed.release(step, false) } else { Vec::new() }
    }

    /// The best prices changed. Says whether the engine has to know now.
    pub fn quote(
        &mut self,
        pair: Pair,
        quote: Option<Quote>,
        attention: &Attention<'_>,
        now: Timestamp,
    ) -> Option<Quote> {
        let every = self.every(attention.is_held);
        let feed = self.pairs.get_mut(&pair)?;
        if feed.quote == quote {
            return None;
        }
        let is_first = feed.quote.is_none();
        feed.quote = quote;
        feed.is_quote_passed = false;
        let is_due = feed.quote_passed_at.is_none_or(|at| every <= now.since(at));
        let bid = quote?.bid.price;
        let is_near = attention.watches.iter().any(|it| it.pair == pair && it.price <= bid);
        (is_first || is_due || is_near).then(|| feed.pass_quote(now)).flatten()
    }

    /// The newest quote, if the engine does not have it: asked before it decides something.
    pub fn newest_quote(&mut self, pair: Pair, now: Timestamp) -> Option<Quote> {
        self.pairs.get_mut(&pair)?.pass_quote(now)
    }

    /// Others traded. Says whether the engine has to know.
    pub fn trade(
        &mut self,
        pair: Pair,
        trade: &Trade,
        attention: &Attention<'_>,
        now: Timestamp,
    ) -> bool {
        let every = self.every(attention.is_held);
        let Some(feed) = self.pairs.get_mut(&pair) else { return false };
        let is_near = attention.watches.iter().any(|it| it.pair == pair && it.price <= trade.price);
        let is_due = feed.trade_passed_at.is_none_or(|at| every <= now.since(at));
        if is_near || is_due {
            feed.trade_passed_at = Some(now);
        }
        is_near || is_due
    }

    fn every(&self, is_held: bool) -> Duration {
        if is_held { self.quote_every } else { self.quote_every * IDLE_FACTOR }
    }
}

/// Why prices of a pair may matter at once.
#[derive(Clone, Copy, Debug)]
pub struct Attention<'a> {
    /// Whether anything is held or ordered on it.
    pub is_held: bool,
    /// Prices the engine waits for.
    pub watches: &'a [PriceWatch],
}

impl PairFeed {
    fn pass_quote(&mut self, now: Timestamp) -> Option<Quote> {
        if std::mem::replace(&mut self.is_quote_passed, true) {
            return None;
        }
        self.quote_passed_at = Some(now);
        self.quote
    }

    /// The held candles that continue the row; over a hole only if `leaps`.
    fn release(&mut self, step: Duration, leaps: bool) -> Vec<Candle> {
        let mut passing = Vec::new();
        while let Some((start, candle)) = self.held.pop_first() {
            match self.last_candle {
                Some(last) if start <= last => {}
                Some(last) if last + step < start && !leaps => {
                    self.held.insert(start, candle);
                    break;
                }
                Some(_) | None => {
                    self.last_candle = Some(start);
                    passing.push(candle);
                }
            }
        }
        passing
    }
}

#[cfg(test)]
mod tests;
