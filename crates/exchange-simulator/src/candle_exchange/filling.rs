//! How orders act at the price of the moment, and how they end.

use trading_types::{AccountEvent, CancelReason, Liquidity, Price, Quantity, Rounding, Side};

use super::{CandleExchange, CandleOrder};
use crate::{ids::trade_id, trader::Execution};

/// What brings an order to act.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// It has arrived.
    Arrived,
    /// Its trigger was reached.
    Woken,
}

impl CandleExchange {
    /// Lets a queued order act at the open.
    pub(super) fn act_at_open(&mut self, index: usize) {
        let mut order = self.orders.remove(index);
        order.is_queued = false;
        if let Some(order) = self.act(order, Cause::Arrived) {
            self.orders.insert(index, order);
        }
    }

    /// Wakes a waiting order at the price of the moment.
    pub(super) fn wake(&mut self, index: usize) {
        let order = self.orders.remove(index);
        if let Some(order) = self.wake_taken(order) {
            self.orders.insert(index, order);
        }
    }

    /// Wakes an order that is out of the list; gives it back if it stays open.
    pub(super) fn wake_taken(&mut self, mut order: CandleOrder) -> Option<CandleOrder> {
        self.tell(AccountEvent::Triggered { order: order.open.id() });
        order.open.wake(self.rules.tick);
        order.ranged_in = self.range_number();
        self.act(order, Cause::Woken)
    }

    /// Fills a resting limit at its price, as maker.
    pub(super) fn fill_resting(&mut self, index: usize) {
        let order = self.orders.remove(index);
        let price = order.open.limit().expect("only limit orders rest");
        self.fill_order(order, price, Liquidity::Maker);
    }

    /// Lets an awake order act at the price of the moment; gives it back if it stays open.
    pub(super) fn act(&mut self, order: CandleOrder, cause: Cause) -> Option<CandleOrder> {
        let price = self.price;
        if !order.open.takes(price) {
            if order.open.is_immediate() {
                self.cancel_order(order, CancelReason::NothingLeftToTake);
                return None;
            }
            return Some(order);
        }
        if order.open.order().post_only {
            self.cancel_order(order, CancelReason::PostOnlyWouldTake);
            return None;
        }
        let side = order.open.order().side;
        let price = match (order.open.limit(), side) {
            (None, _) => self.slipped(side),
            (Some(_), _) if cause == Cause::Arrived => price,
            (Some(limit), Side::Buy) => self.slipped(side).min(limit),
            (Some(limit), Side::Sell) => self.slipped(side).max(limit),
        };
        self.fill_order(order, price, Liquidity::Taker);
        None
    }

    /// The price of the moment, moved against us.
    fn slipped(&self, side: Side) -> Price {
        match side {
            Side::Buy => self.price.moved_by(self.slippage, Rounding::Up),
            Side::Sell => self.price.moved_by(-self.slippage, Rounding::Down),
        }
    }

    /// Fills all of an order at `price`, as far as the funds reach. Either way it ends.
    fn fill_order(&mut self, mut order: CandleOrder, price: Price, liquidity: Liquidity) {
        let wanted = order.open.wanted_at(price, self.rules.lot);
        if wanted.is_zero() {
            return self.cancel_order(order, CancelReason::NothingLeftToTake);
        }
        let all_or_none = order.open.is_all_or_none();
        if all_or_none && !self.funds_reach(&order, price, wanted) {
            return self.cancel_order(order, CancelReason::InsufficientFunds);
        }
        let mut pieces = if all_or_none { 1 } else { self.draw_pieces(wanted) };
        let mut rest = wanted;
        while !rest.is_zero() {
            let quantity = self.draw_piece(rest, pieces);
            pieces = pieces.saturating_sub(1);
            let traded = self.trade(&mut order, price, quantity, liquidity);
            rest -= traded;
            if traded < quantity {
                return self.cancel_order(order, CancelReason::InsufficientFunds);
            }
        }
        let id = order.open.id();
        self.close_order(order, AccountEvent::Completed { order: id });
    }

    fn funds_reach(&mut self, order: &CandleOrder, price: Price, quantity: Quantity) -> bool {
        let (trade, liquidity) = (trade_id(0), Liquidity::Taker);
        let execution = Execution { trade, price, quantity, liquidity };
        let now = self.now();
        self.trader.affordable(&order.open, &execution, &self.rules, now) == quantity
    }

    /// Trades one piece and says how much of it the funds paid for.
    fn trade(
        &mut self,
        order: &mut CandleOrder,
        price: Price,
        quantity: Quantity,
        liquidity: Liquidity,
    ) -> Quantity {
        let (now, market) = (self.now(), self.price);
        let trade = trade_id(self.statistics.fills + 1);
        let execution = Execution { trade, price, quantity, liquidity };
        let settled = self.trader.settle(&mut order.open, &execution, &self.rules, now);
        let Some(settled) = settled else { return Quantity::ZERO };
        let fill = settled.fill;
        self.statistics.fills += 1;
        self.statistics.traded += fill.cost;
        self.statistics.fees += settled.fee_value;
        if liquidity == Liquidity::Taker {
            self.statistics.slippage_cost += price.distance(market) * fill.quantity;
        }
        self.tell(AccountEvent::Traded(fill));
        fill.quantity
    }

    /// In how many pieces a fill comes.
    fn draw_pieces(&mut self, quantity: Quantity) -> u64 {
        let lots = quantity.units() / self.rules.lot.units();
        let pieces_max = u64::from(self.partial_fills.pieces_max);
        let pieces_max = pieces_max.min(u64::try_from(lots).expect("quantities are not negative"));
        let is_split = !self.partial_fills.probability.is_zero()
            && 1 < pieces_max
            && self.prng.chance(self.partial_fills.probability);
        if is_split { self.prng.between(2, pieces_max) } else { 1 }
    }

    /// The next of `pieces` pieces of `rest`: whole lots, at least one for each that follows.
    fn draw_piece(&mut self, rest: Quantity, pieces: u64) -> Quantity {
        if pieces <= 1 {
            return rest;
        }
        let lot = self.rules.lot.units();
        let lots = u64::try_from(rest.units() / lot).expect("quantities are not negative");
        let lots = i64::try_from(self.prng.between(1, lots + 1 - pieces)).expect("it was an i64");
        Quantity::from_units(lots * lot)
    }

    /// Ends an order before it was filled.
    pub(super) fn cancel_order(&mut self, order: CandleOrder, reason: CancelReason) {
        let id = order.open.id();
        self.close_order(order, AccountEvent::Canceled { order: id, reason });
    }

    /// Ends an order: frees what it held and says how it ended.
    pub(super) fn close_order(&mut self, mut order: CandleOrder, ending: AccountEvent) {
        self.trader.release(&mut order.open);
        self.tell(ending);
    }
}
