//! Both sides of a model's book, and the events that are still to be told of them.
//!
//! The invariant: what was told, one after the other, is what the two sides hold.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use trading_types::{BookUpdate, MarketEvent, Pair, Quantity, Side, Timestamp, Trade};

use super::{MarketModelSettings, chance::Chance, ladder::Ladder};

/// A taker walks through at most so many levels.
const LEVELS_TAKEN_MAX: usize = 3;

/// The book of a model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Street {
    pair: Pair,
    bids: Ladder,
    asks: Ladder,
    /// What happens at the same moment, after what was polled last.
    pending: VecDeque<MarketEvent>,
}

impl Street {
    /// An empty book.
    pub(super) fn new(settings: &MarketModelSettings) -> Self {
        Self {
            pair: settings.rules.pair,
            bids: Ladder::new(Side::Buy, settings),
            asks: Ladder::new(Side::Sell, settings),
            pending: VecDeque::new(),
        }
    }

    /// Whether everything has been told.
    pub(super) fn is_quiet(&self) -> bool {
        self.pending.is_empty()
    }

    /// The next event.
    pub(super) fn pop(&mut self) -> Option<MarketEvent> {
        self.pending.pop_front()
    }

    /// The levels follow the best bid and ask.
    pub(super) fn follow(&mut self, (bid, ask): (i64, i64), chance: &mut Chance) {
        self.bids.follow(bid, chance);
        self.asks.follow(ask, chance);
    }

    /// What a taker meets.
    pub(super) const fn met_by(&mut self, taker_side: Side) -> &mut Ladder {
        match taker_side {
            Side::Buy => &mut self.asks,
            Side::Sell => &mut self.bids,
        }
    }

    /// A taker takes `wanted`, from more levels than one if need be.
    pub(super) fn take(&mut self, taker_side: Side, wanted: Quantity, time: Timestamp) {
        let pair = self.pair;
        let mut rest = wanted;
        for _ in 0..LEVELS_TAKEN_MAX {
            let (price, quantity) = self.met_by(taker_side).take_best(rest);
            let trade = Trade { time, price, quantity, taker_side };
            self.pending.push_back(MarketEvent::Trade { pair, trade });
            rest -= quantity;
            if rest == Quantity::ZERO {
                break;
            }
        }
    }

    /// From now on there is this part of what there usually is, on every level.
    pub(super) fn thin(&mut self, part: f64) {
        self.bids.thin(part);
        self.asks.thin(part);
        self.tell(false);
    }

    /// Tells what changed in the book.
    pub(super) fn tell(&mut self, is_snapshot: bool) {
        let (bids, asks) = (self.bids.take_changes(), self.asks.take_changes());
        let update = BookUpdate { is_snapshot, bids, asks };
        self.pending.push_back(MarketEvent::Book { pair: self.pair, update });
    }
}
