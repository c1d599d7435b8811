//! What is counted in a replay. Money stays exact; nothing here decides anything.

use std::time::Duration;

use exchange_simulator::replay::{OrderNumber, ReplayExchange, ReplayFill};
use serde::Serialize;
use trading_types::{Amount, Liquidity, Quantity, Side, Timestamp};

/// A trade of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FillRecord {
    /// When, by the exchange's clock.
    pub time: Timestamp,
    /// Of which order.
    pub order: OrderNumber,
    /// The trade.
    pub fill: ReplayFill,
}

/// The equity at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct EquityPoint {
    /// When, by the exchange's clock.
    pub time: Timestamp,
    /// Cash, and base asset at the best bid.
    pub equity: Amount,
}

/// Counts, fills and equity of a replay.
#[derive(Clone, Debug)]
pub struct TickTally {
    /// Things that happened.
    pub ticks: u64,
    /// Commands we sent.
    pub commands: u64,
    /// Trades of ours in which we rested.
    pub maker_fills: u64,
    /// Trades of ours in which we took.
    pub taker_fills: u64,
    /// Orders and changes that were refused.
    pub refused: u64,
    /// Base asset in all of them.
    pub volume: Quantity,
    /// When the first tick happened.
    pub first: Timestamp,
    /// When the last one did.
    pub last: Timestamp,
    /// Each trade, if they are kept.
    pub fills: Vec<FillRecord>,
    /// The equity from time to time, and at the end.
    pub equity: Vec<EquityPoint>,
    equity_every: Duration,
    next_equity: Timestamp,
    keeps_fills: bool,
}

impl TickTally {
    pub(super) fn new(equity_every: Duration, keeps_fills: bool) -> Self {
        Self {
            ticks: 0,
            commands: 0,
            maker_fills: 0,
            taker_fills: 0,
            refused: 0,
            volume: Quantity::ZERO,
            first: Timestamp::EPOCH,
            last: Timestamp::EPOCH,
            fills: Vec::new(),
            equity: Vec::new(),
            equity_every,
            next_equity: Timestamp::EPOCH,
            keeps_fills,
        }
    }

    /// All trades of ours.
    pub const fn fills_count(&self) -> u64 {
        self.maker_fills + self.taker_fills
    }

    pub(super) fn fill(&mut self, order: OrderNumber, fill: ReplayFill, time: Timestamp) {
        match fill.liquidity {
            Liquidity::Maker => self.maker_fills += 1,
            Liquidity::Taker => self.taker_fills += 1,
        }
        self.volume += fill.quantity;
        if self.keeps_fills {
            self.fills.push(FillRecord { time, order, fill });
        }
    }

    #[inline]
    pub(super) fn see_time(&mut self, exchange: &ReplayExchange, now: Timestamp) {
        if self.ticks == 0 {
            self.first = now;
        }
        self.ticks += 1;
        self.last = now;
        if self.next_equity <= now {
            self.note_equity(exchange, now);
        }
    }

    #[cold]
    fn note_equity(&mut self, exchange: &ReplayExchange, now: Timestamp) {
        // A book that is not whole yet has no price; the next tick may bring one.
        let bid = exchange.book().best(Side::Buy);
        if let Some(equity) = bid.and_then(|bid| exchange.account().equity_at(bid)) {
            self.equity.push(EquityPoint { time: now, equity });
            self.next_equity = now + self.equity_every;
        }
    }

    pub(super) fn finish(&mut self, exchange: &ReplayExchange, commands: u64) {
        self.commands = commands;
        if self.equity.last().is_none_or(|point| point.time < self.last) {
            self.note_equity(exchange, self.last);
        }
    }
}
