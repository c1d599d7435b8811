//! A spot exchange of one pair and one account that follows candles: for backtests.
//!
//! A candle says four prices and not in which order they came. The exchange walks it in three
//! phases, stops after each event so that the caller can react at that very moment, and where the
//! order is unknown the worse one for us happened:
//!
//! | phase | time | price of the moment | in this order |
//! |---|---|---|---|
//! | open | `start` | the open, which is known to come first | end dates; orders queued at the
//! previous close; waiting orders whose trigger the open has reached; limits it gapped through;
//! watches |
//! | range | `start` (when, inside, is unknown) | the level that was just processed | 1. adverse
//! triggers (stops), and what the price passes on its way to them; 2. what is favorable:
//! take-profits, resting limits, watches; of each first what a falling price meets, nearest level
//! first; 3. trailing stops follow the extreme, and the close may wake them |
//! | close | `start + interval` | the close | end dates; the candle itself |
//!
//! What a price must do:
//!
//! | to | it must | filled at |
//! |---|---|---|
//! | wake a stop, a take-profit or a watch | touch the level | the level, or the open beyond it,
//! moved by the slippage |
//! | fill a resting limit | trade *through* it: our place in the queue at the limit is unknown |
//! the limit, as maker |
//!
//! What arrives in the range may be harmed by the rest of the candle and cannot profit from it: a
//! stop wakes if the range contains it, a limit, take-profit or watch has to wait for the next
//! candle. A candle in which an adverse trigger and a favorable level on the other side were both
//! in the range, or in whose range a stop was placed and woke, is counted as ambiguous.

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::{
    AccountEvent, Amount, Asset, Candle, Fraction, Interval, MarketEvent, PairRules, Price,
    PriceWatch, Timestamp, VenueCommand, VenueEvent,
};

use crate::{
    account::Balance, candle_exchange::watches::Watched, open_order::OpenOrder, prng::Prng,
    trader::Trader,
};

mod commands;
mod filling;
mod walk;
mod watches;

/// What a candle feed does with an order that arrives when a candle closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CandleFill {
    /// It is accepted at once and acts at the next candle's open.
    NextOpen,
    /// It acts at once, at the close.
    Close,
}

/// How often a fill comes in pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartialFills {
    /// The part of fills that do, between zero and one.
    pub probability: Fraction,
    /// The most pieces; at least two come, if the quantity has two lots.
    pub pieces_max: u32,
}

impl PartialFills {
    /// Every fill comes whole.
    pub const NONE: Self = Self { probability: Fraction::ZERO, pieces_max: 1 };
}

/// How a [`CandleExchange`] behaves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CandleSettings {
    /// The pair and its rules.
    pub rules: PairRules,
    /// The length of the candles.
    pub interval: Interval,
    /// What the account has before the first candle.
    pub balances: Vec<(Asset, Amount)>,
    /// What happens to orders that arrive when a candle closes.
    pub fill: CandleFill,
    /// How far market orders and woken orders fill from the price of the moment, as a part of it.
    /// Exact to ten decimals, rounded against us.
    pub slippage: Fraction,
    /// How often fills come in pieces.
    pub partial_fills: PartialFills,
    /// Decides which fills come in pieces, and in how large ones.
    pub seed: u64,
}

/// What happened so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CandleStatistics {
    /// Candles in which the order of events was unknown and mattered.
    pub ambiguous_candles: u64,
    /// Quote asset lost to slippage.
    pub slippage_cost: Amount,
    /// Fees, valued in quote asset at the price of their fill.
    pub fees: Amount,
    /// Quote asset that changed hands, before fees.
    pub traded: Amount,
    /// Orders accepted.
    pub orders: u64,
    /// Fills; an order in three pieces has three.
    pub fills: u64,
}

/// A simulated exchange that follows candles. See the head of this file for how it reads one.
#[derive(Debug)]
pub struct CandleExchange {
    rules: PairRules,
    interval: Duration,
    fill: CandleFill,
    slippage: Fraction,
    partial_fills: PartialFills,
    prng: Prng,
    trader: Trader,
    /// Open orders by arrival.
    orders: Vec<CandleOrder>,
    watches: Vec<Watched>,
    outputs: VecDeque<(Timestamp, VenueEvent)>,
    phase: Phase,
    candle: Candle,
    /// When the present candle closes.
    close: Timestamp,
    /// How many candles have begun; the present one's number.
    candle_number: u64,
    /// The number of the last candle that was counted as ambiguous.
    ambiguous_number: u64,
    /// The price of the moment.
    price: Price,
    statistics: CandleStatistics,
}

/// An open order, and what the walk has to know about it.
#[derive(Debug)]
struct CandleOrder {
    /// In a box, because it is taken out of the list and put back, and is large.
    open: Box<OpenOrder>,
    /// Whether it waits for the next open before it acts at all.
    is_queued: bool,
    /// The number of the candle in whose range it was placed or changed; zero for none.
    ranged_in: u64,
}

/// How far the present candle has been walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Open,
    Range,
    /// The end of the range: trailing stops have followed the extreme.
    RangeEnd,
    Close,
    /// Everything has happened; it is still the moment of the close.
    Done,
}

const NO_CANDLE: Candle = Candle {
    start: Timestamp::EPOCH,
    open: Price::ZERO,
    high: Price::ZERO,
    low: Price::ZERO,
    close: Price::ZERO,
    volume: Amount::ZERO,
    trades: 0,
};

impl CandleExchange {
    /// An exchange before its first candle. The first output is the account's balances.
    pub fn new(settings: CandleSettings) -> Self {
        let CandleSettings { rules, interval, balances, fill, slippage, partial_fills, seed } =
            settings;
        let part = |fraction: Fraction| Fraction::ZERO <= fraction && fraction <= Fraction::ONE;
        assert!(part(slippage), "slippage is a part of the price");
        assert!(part(partial_fills.probability), "a probability is between zero and one");
        assert!(0 < partial_fills.pieces_max, "a fill has at least one piece");
        Self {
            rules,
            interval: interval.duration(),
            fill,
            slippage,
            partial_fills,
            prng: Prng::from_seed(seed),
            trader: Trader::new(&balances),
            orders: Vec::new(),
            watches: Vec::new(),
            outputs: VecDeque::new(),
            phase: Phase::Done,
            candle: NO_CANDLE,
            close: Timestamp::EPOCH,
            candle_number: 0,
            ambiguous_number: 0,
            price: Price::ZERO,
            statistics: CandleStatistics::default(),
        }
    }

    /// Begins the next candle. The previous one must have been polled to its end.
    #[inline]
    pub fn begin_candle(&mut self, candle: &Candle) {
        assert!(self.outputs.is_empty(), "the previous candle has been polled to its end");
        assert!(self.phase == Phase::Done, "the previous candle has been polled to its end");
        if self.candle_number == 0 {
            let balances = AccountEvent::Balances(self.trader.totals());
            self.outputs.push_back((candle.start, VenueEvent::Account(balances)));
        }
        self.count_candle(candle);
        self.candle = *candle;
        self.price = candle.open;
        self.phase = Phase::Open;
    }

    /// Whether nothing of ours can happen in the next candle: there is neither an order nor a
    /// watch, and everything has been said.
    #[inline]
    pub fn is_at_rest(&self) -> bool {
        let is_alone = self.outputs.is_empty() && self.orders.is_empty() && self.watches.is_empty();
        0 < self.candle_number && is_alone && self.phase == Phase::Done
    }

    /// Walks candles in which nothing of ours can happen, in one step: the only thing that each
    /// would say is itself, at its close. The exchange must be at rest.
    #[inline]
    pub fn pass_candles(&mut self, candles: &[Candle]) {
        assert!(self.is_at_rest(), "something can happen in a candle that is passed");
        for candle in candles {
            self.count_candle(candle);
        }
        // Of a candle that is over, its close is all that is looked at.
        if let Some(last) = candles.last() {
            self.price = last.close;
        }
    }

    #[inline]
    fn count_candle(&mut self, candle: &Candle) {
        assert!(self.close <= candle.start, "candles come in order of time");
        self.close = candle.start + self.interval;
        self.candle_number += 1;
    }

    /// Gives a command at the present moment of the walk; the answers come from
    /// [`CandleExchange::poll_output`].
    pub fn handle(&mut self, command: &VenueCommand) {
        assert!(0 < self.candle_number, "there is no moment before the first candle");
        match command {
            VenueCommand::Place(order) => self.place(order),
            VenueCommand::Amend(amendment) => self.amend(amendment),
            VenueCommand::Cancel(id) => self.cancel(*id),
            VenueCommand::CancelAll => self.cancel_all(),
        }
    }

    /// Replaces all watches. One that stays is not new, and is not told twice of the same candle.
    pub fn set_watches(&mut self, watches: &[PriceWatch]) {
        self.replace_watches(watches);
    }

    /// The next thing that happens and when, walking the candle as far as needed; nothing once the
    /// candle is over.
    pub fn poll_output(&mut self) -> Option<(Timestamp, VenueEvent)> {
        self.walk();
        self.outputs.pop_front()
    }

    /// What [`CandleExchange::poll_output`] would give next, left where it is.
    #[inline]
    pub fn next_output(&mut self) -> Option<&(Timestamp, VenueEvent)> {
        self.walk();
        self.outputs.front()
    }

    /// Forgets what [`CandleExchange::next_output`] showed.
    #[inline]
    pub fn drop_output(&mut self) {
        drop(self.outputs.pop_front());
    }

    /// Walks the candle until there is something to say, or to its end.
    #[inline]
    fn walk(&mut self) {
        while self.outputs.is_empty() {
            match self.phase {
                Phase::Open => self.step_open(),
                Phase::Range => self.step_range(),
                Phase::RangeEnd => self.step_range_end(),
                Phase::Close => self.step_close(),
                Phase::Done => return,
            }
        }
    }

    /// Says that no candle follows: what is queued for the next open is canceled, and what arrives
    /// from now on acts at the last close.
    pub fn end(&mut self) {
        self.fill = CandleFill::Close;
        self.cancel_queued();
    }

    /// What happened so far.
    pub const fn statistics(&self) -> CandleStatistics {
        self.statistics
    }

    /// What the account has, in alphabetic order.
    pub fn balances(&self) -> Vec<(Asset, Balance)> {
        self.trader.balances()
    }

    /// What the account has of one asset.
    pub fn balance(&self, asset: Asset) -> Balance {
        self.trader.balance(asset)
    }

    /// The open orders by arrival.
    pub fn open_orders(&self) -> impl Iterator<Item = &OpenOrder> {
        self.orders.iter().map(|order| &*order.open)
    }

    /// What the account traded in the thirty days before `now`, in quote asset.
    pub fn volume_at(&mut self, now: Timestamp) -> Amount {
        self.trader.volume_at(now)
    }

    /// The present moment.
    fn now(&self) -> Timestamp {
        match self.phase {
            Phase::Open | Phase::Range | Phase::RangeEnd => self.candle.start,
            Phase::Close | Phase::Done => self.close,
        }
    }

    fn is_in_range(&self) -> bool {
        matches!(self.phase, Phase::Range | Phase::RangeEnd)
    }

    /// The number of the present candle if the moment is in its range, else none.
    fn range_number(&self) -> u64 {
        if self.is_in_range() { self.candle_number } else { 0 }
    }

    fn tell(&mut self, event: AccountEvent) {
        self.outputs.push_back((self.now(), VenueEvent::Account(event)));
    }

    fn tell_market(&mut self, event: MarketEvent) {
        self.outputs.push_back((self.now(), VenueEvent::Market(event)));
    }
}

#[cfg(test)]
mod tests;
