//! The real market, as the paper account's exchange is told of it.
//!
//! **Law.** An order of ours at a price that nobody shows us stands behind an endless queue, until
//! the market trades beyond it or its level comes into sight.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use trading_types::{
    BookLevel, BookUpdate, MarketEvent, Pair, Price, Quantity, Side, Timestamp, Trade, VenueStatus,
};

use super::PaperVenue;

/// What is taken to be offered at a price that nobody shows: more than will ever trade.
const UNSEEN: Quantity = Quantity::from_units(1_000_000_000 * 100_000_000);

/// Prices of our orders whose queue has to be kept while nobody shows it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Queues {
    prices: BTreeSet<(Pair, Side, Price)>,
    /// Books that are not known at the moment.
    blind: BTreeSet<Pair>,
    /// The worst price that is shown of each side.
    last_shown: BTreeMap<(Pair, Side), Price>,
}

impl Queues {
    fn of(&self, pair: Pair, side: Side) -> Vec<Price> {
        let range = (pair, side, Price::ZERO)..=(pair, side, Price::MAX);
        self.prices.range(range).map(|(.., price)| *price).collect()
    }
}

impl PaperVenue {
    /// An order is on its way that may rest: at a price that nobody shows it will be the last.
    pub(super) fn expect(&mut self, pair: Pair, side: Side, price: Price, now: Timestamp) {
        self.state.queues.prices.insert((pair, side, price));
        if self.is_in_sight(pair, side, price) {
            return;
        }
        let levels = vec![BookLevel { price, quantity: UNSEEN }];
        self.set_levels(pair, side, levels, now);
    }

    /// Whether it is known what there is at a price.
    fn is_in_sight(&self, pair: Pair, side: Side, price: Price) -> bool {
        let (exchange, queues) = (&self.state.exchange, &self.state.queues);
        // A price that reaches the other side takes, and has no queue.
        let other = exchange.orders_at(pair, side.opposite()).next();
        let reaches = other.is_some_and(|place| !is_better(side, place.price, price));
        let last = queues.last_shown.get(&(pair, side)).filter(|_| !queues.blind.contains(&pair));
        let is_shown = last.is_some_and(|last| !is_better(side, *last, price));
        let mut places = exchange.orders_at(pair, side).filter(|place| place.order.is_none());
        reaches || is_shown || places.any(|place| place.price == price)
    }

    fn set_levels(&mut self, pair: Pair, side: Side, levels: Vec<BookLevel>, now: Timestamp) {
        let (bids, asks) = match side {
            Side::Buy => (levels, Vec::new()),
            Side::Sell => (Vec::new(), levels),
        };
        let update = BookUpdate { is_snapshot: false, bids, asks };
        self.state.exchange.handle_market(&MarketEvent::Book { pair, update }, now);
    }

    pub(super) fn see_book(&mut self, pair: Pair, book: &BookUpdate, now: Timestamp) {
        if self.state.queues.blind.remove(&pair) {
            self.state.exchange.set_pair_status(pair, VenueStatus::Online, now);
        }
        self.forget_queues(pair);
        for (side, levels) in [(Side::Buy, &book.bids), (Side::Sell, &book.asks)] {
            match worst(side, levels) {
                Some(price) => self.state.queues.last_shown.insert((pair, side), price),
                None => self.state.queues.last_shown.remove(&(pair, side)),
            };
        }
        let update = BookUpdate {
            is_snapshot: true,
            bids: self.with_unseen(pair, Side::Buy, &book.bids),
            asks: self.with_unseen(pair, Side::Sell, &book.asks),
        };
        self.state.exchange.handle_market(&MarketEvent::Book { pair, update }, now);
    }

    /// A book that nobody shows cannot be taken from; what rests keeps its place in the queue.
    pub(super) fn lose_book(&mut self, pair: Pair, now: Timestamp) {
        self.state.queues.blind.insert(pair);
        self.state.exchange.set_pair_status(pair, VenueStatus::PostOnly, now);
    }

    /// Somebody took what they wanted. What was offered at a better price than they got is gone.
    pub(super) fn see_trade(&mut self, pair: Pair, trade: &Trade, now: Timestamp) {
        let side = trade.taker_side.opposite();
        let places = self.state.exchange.orders_at(pair, side);
        let gone: BTreeSet<Price> = places
            .filter(|place| place.order.is_none() && is_better(side, place.price, trade.price))
            .map(|place| place.price)
            .collect();
        if !gone.is_empty() {
            let level = |price| BookLevel { price, quantity: Quantity::ZERO };
            let levels: Vec<BookLevel> = gone.into_iter().map(level).collect();
            self.set_levels(pair, side, levels, now);
        }
        let event = MarketEvent::Trade { pair, trade: *trade };
        self.state.exchange.handle_market(&event, now);
    }

    /// The levels that are shown, and behind them the queues of our own that are not.
    fn with_unseen(&self, pair: Pair, side: Side, shown: &[BookLevel]) -> Vec<BookLevel> {
        let mut levels = shown.to_vec();
        let Some(last) = worst(side, shown) else { return levels };
        let exchange = &self.state.exchange;
        for price in self.state.queues.of(pair, side) {
            if !is_better(side, last, price) {
                continue;
            }
            let before: Quantity = exchange
                .orders_at(pair, side)
                .filter(|place| place.order.is_none() && place.price == price)
                .fold(Quantity::ZERO, |sum, place| sum + place.quantity);
            let quantity = if before.is_positive() { before } else { UNSEEN };
            levels.push(BookLevel { price, quantity });
        }
        levels
    }

    /// Prices at which nothing of ours rests or is under way any more.
    fn forget_queues(&mut self, pair: Pair) {
        let state = &mut self.state;
        let wanted: BTreeSet<(Side, Price)> = state
            .records
            .live()
            .filter(|order| order.pair == pair)
            .filter_map(|order| {
                let amended = state.exchange.open_order(state.account, order.id)?.limit();
                amended.map(|price| (order.side, price))
            })
            .chain(
                state
                    .records
                    .under_way()
                    .filter(|order| order.pair == pair)
                    .filter_map(|order| order.kind.limit().map(|price| (order.side, price))),
            )
            .collect();
        state.queues.prices.retain(|(known, ..)| *known != pair);
        state.queues.prices.extend(wanted.into_iter().map(|(side, price)| (pair, side, price)));
    }
}

/// Whether an offer on this side at `one` trades before one at `other`.
fn is_better(side: Side, one: Price, other: Price) -> bool {
    match side {
        Side::Buy => other < one,
        Side::Sell => one < other,
    }
}

/// The price of the level that would trade last.
fn worst(side: Side, levels: &[BookLevel]) -> Option<Price> {
    let prices = levels.iter().map(|level| level.price);
    prices.reduce(|one, other| if is_better(side, one, other) { other } else { one })
}
