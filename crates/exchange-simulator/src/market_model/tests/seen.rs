//! A market as somebody sees it who keeps its book from the events alone, and checks each of them.
#![expect(clippy::float_arithmetic, reason = "statistics")]

use std::collections::BTreeMap;

use trading_types::{Quantity, Side, Trade};

use super::*;

/// What was seen so far.
#[derive(Default)]
pub(in crate::market_model) struct Seen {
    /// Bids and asks.
    sides: [BTreeMap<Price, Quantity>; 2],
    pub(in crate::market_model) trades: Vec<Trade>,
    pub(in crate::market_model) events: u64,
}

impl Seen {
    /// Sees an event: the book is not crossed, trades happen at its best price, and everything is
    /// on the tick and on the lot.
    #[track_caller]
    pub(in crate::market_model) fn event(&mut self, event: &MarketEvent) {
        self.events += 1;
        match event {
            MarketEvent::Book { update, .. } => {
                for (side, changes) in [(0, &update.bids), (1, &update.asks)] {
                    if update.is_snapshot {
                        self.sides[side].clear();
                    }
                    for level in changes {
                        assert!(
                            level.price.is_multiple_of(rules().tick) && level.price.is_positive()
                        );
                        assert!(Quantity::ZERO <= level.quantity);
                        self.sides[side].insert(level.price, level.quantity);
                    }
                    self.sides[side].retain(|_, quantity| quantity.is_positive());
                }
                let (bid, ask) = self.quote();
                assert!(bid < ask, "{bid} {ask}");
            }
            MarketEvent::Trade { trade, .. } => {
                let (side, best) = match trade.taker_side {
                    Side::Buy => (1, self.quote().1),
                    Side::Sell => (0, self.quote().0),
                };
                let there = self.sides[side].get_mut(&trade.price).expect("a level of the book");
                assert!(trade.quantity.is_positive() && trade.quantity <= *there);
                assert_eq!(trade.price, best);
                *there -= trade.quantity;
                self.sides[side].retain(|_, quantity| quantity.is_positive());
                self.trades.push(*trade);
            }
            MarketEvent::Candle { .. }
            | MarketEvent::Quote { .. }
            | MarketEvent::Reached { .. } => unreachable!("the model says nothing else"),
        }
    }

    /// The best bid and ask.
    pub(in crate::market_model) fn quote(&self) -> (Price, Price) {
        let [bids, asks] = &self.sides;
        let (bid, ask) = (bids.last_key_value(), asks.first_key_value());
        (*bid.expect("there are bids").0, *ask.expect("there are asks").0)
    }

    /// How many levels each side has.
    pub(in crate::market_model) fn levels(&self) -> [usize; 2] {
        [self.sides[0].len(), self.sides[1].len()]
    }

    /// The value of all bids, best first, each with its distance from the best as a part of it.
    pub(in crate::market_model) fn bids(&self) -> Vec<(f64, f64)> {
        let best = self.quote().0.to_f64();
        let level = |(price, quantity): (&Price, &Quantity)| {
            (1.0 - price.to_f64() / best, (*price * *quantity).to_f64())
        };
        self.sides[0].iter().rev().map(level).collect()
    }
}
