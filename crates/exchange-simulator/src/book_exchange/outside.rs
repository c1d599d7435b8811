//! What the outside world does: its book and its trades.

use trading_types::{BookLevel, BookUpdate, Pair, Quantity, Side, Trade};

use super::BookExchange;
use crate::{
    book::{Owner, reaches},
    validation::is_sane,
};

impl BookExchange {
    /// Sets the outside world's levels, and trades where they reach an account's order.
    pub(super) fn apply_book(&mut self, pair: Pair, update: &BookUpdate) {
        if update.is_snapshot {
            let book = &mut self.market_mut(pair).book;
            for side in [Side::Buy, Side::Sell] {
                let named = match side {
                    Side::Buy => &update.bids,
                    Side::Sell => &update.asks,
                };
                for price in book.outside_prices(side) {
                    if !named.iter().any(|level| level.price == price) {
                        book.set_outside(side, price, Quantity::ZERO);
                    }
                }
            }
        }
        for level in &update.bids {
            self.set_level(pair, Side::Buy, *level);
        }
        for level in &update.asks {
            self.set_level(pair, Side::Sell, *level);
        }
    }

    fn set_level(&mut self, pair: Pair, side: Side, level: BookLevel) {
        let BookLevel { price, quantity } = level;
        if !is_sane(price) || quantity < Quantity::ZERO {
            return;
        }
        let rest = self.meet_other_side(pair, side, level);
        self.market_mut(pair).book.set_outside(side, price, rest);
    }

    /// Lets an outside level meet what stands in its way on the other side: accounts' orders trade
    /// with it, and older outside levels go. Returns what is left of it.
    fn meet_other_side(&mut self, pair: Pair, side: Side, level: BookLevel) -> Quantity {
        let mut rest = level.quantity;
        while rest.is_positive() {
            let book = &mut self.market_mut(pair).book;
            let Some((price, entry)) = book.front(side.opposite()) else { break };
            if !reaches(side, level.price, price) {
                break;
            }
            match entry.owner {
                Owner::Outside => book.take_front(side.opposite(), entry.quantity),
                Owner::Order(maker) => {
                    let traded = self.make_for_outside(maker, rest.min(entry.quantity));
                    rest -= traded;
                    if traded.is_positive() {
                        let trade =
                            Trade { time: self.now, price, quantity: traded, taker_side: side };
                        self.print_trade(pair, trade);
                    }
                }
            }
        }
        rest
    }

    /// Somebody outside took `trade.quantity` at `trade.price` or better.
    pub(super) fn apply_trade(&mut self, pair: Pair, trade: &Trade) {
        if !is_sane(trade.price) || !trade.quantity.is_positive() {
            return;
        }
        let side = trade.taker_side;
        let mut rest = trade.quantity;
        while rest.is_positive() {
            let book = &mut self.market_mut(pair).book;
            let Some((price, entry)) = book.front(side.opposite()) else { break };
            if !reaches(side, trade.price, price) {
                break;
            }
            let quantity = rest.min(entry.quantity);
            rest -= match entry.owner {
                Owner::Outside => {
                    book.take_front(side.opposite(), quantity);
                    quantity
                }
                Owner::Order(maker) => self.make_for_outside(maker, quantity),
            };
        }
        self.print_trade(pair, *trade);
    }
}
