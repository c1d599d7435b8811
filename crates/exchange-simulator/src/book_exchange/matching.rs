//! From an accepted order to its end: waiting, waking, acting, resting, leaving.

use trading_types::{
    AccountEvent, CancelReason, OrderQuantity, Pair, Price, Quantity, Timestamp, Trade,
};

use super::{BookExchange, BookOrder};
use crate::{book::OrderKey, open_order::OpenOrder};

/// How an order ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Completed,
    Canceled(CancelReason),
    Expired,
}

impl BookExchange {
    /// An order has been accepted.
    pub(super) fn arrive(&mut self, key: OrderKey) {
        let open = &self.orders[&key].open;
        if open.armed().is_some() {
            let pair = open.order().pair;
            self.market_mut(pair).armed.insert(key);
            self.wake_if_reached(key);
        } else {
            self.act(key);
        }
    }

    /// Wakes a waiting order if the last trade has reached its trigger already.
    pub(super) fn wake_if_reached(&mut self, key: OrderKey) {
        let open = &self.orders[&key].open;
        let last = self.market(open.order().pair).last;
        let armed = open.armed().expect("the order waits");
        if last.is_some_and(|price| armed.is_reached_by(price)) {
            self.forget_armed(key);
            self.woken.push_back(key);
        }
    }

    /// A trade has happened: the last price moves, and with it triggers and candles.
    pub(super) fn note_trade(&mut self, pair: Pair, trade: &Trade) {
        let Self { markets, orders, woken, .. } = self;
        let market = markets.get_mut(&pair).expect("the pair is known");
        market.last = Some(trade.price);
        for builder in &mut market.candles {
            let closed = builder.handle_trade(trade);
            assert!(closed.is_none(), "a candle is closed when its time comes");
        }
        market.armed.retain(|key| {
            let order = orders.get_mut(key).expect("a waiting order is open");
            let armed = order.open.armed_mut().expect("a waiting order has a trigger");
            let is_reached = armed.is_reached_by(trade.price);
            if is_reached {
                woken.push_back(*key);
            } else {
                armed.follow(trade.price);
            }
            !is_reached
        });
    }

    /// Lets all orders act whose trigger was reached, and those that these reach.
    pub(super) fn let_woken_act(&mut self) {
        while let Some(key) = self.woken.pop_front() {
            let BookOrder { account, open } = &self.orders[&key];
            let (account, id, tick) =
                (*account, open.id(), self.market(open.order().pair).rules.tick);
            self.tell(account, AccountEvent::Triggered { order: id });
            self.orders.get_mut(&key).expect("the order is open").open.wake(tick);
            self.act(key);
        }
    }

    /// Lets an awake order that is not in the book take what it may, and rest if it may.
    pub(super) fn act(&mut self, key: OrderKey) {
        let open = &self.orders[&key].open;
        let best = self.market(open.order().pair).book.best(open.order().side.opposite());
        if open.order().post_only && best.is_some_and(|price| open.takes(price)) {
            return self.close(key, Ending::Canceled(CancelReason::PostOnlyWouldTake));
        }
        if open.is_all_or_none()
            && let Err(reason) = self.can_take_all(key)
        {
            return self.close(key, Ending::Canceled(reason));
        }
        if let Some(ending) = self.take(key) {
            return self.close(key, ending);
        }
        let open = &self.orders[&key].open;
        match open.limit() {
            Some(price) if !open.is_immediate() => self.rest(key, price),
            Some(_) | None => self.close(key, Ending::Canceled(CancelReason::NothingLeftToTake)),
        }
    }

    fn rest(&mut self, key: OrderKey, price: Price) {
        let open = &self.orders[&key].open;
        let (pair, side, quantity) = (open.order().pair, open.order().side, offered(open));
        self.market_mut(pair).book.rest(side, price, key, quantity);
    }

    /// Takes an open order out of the book, or out of those that wait.
    pub(super) fn leave(&mut self, key: OrderKey) {
        let open = &self.orders[&key].open;
        if open.armed().is_some() {
            return self.forget_armed(key);
        }
        let (pair, side) = (open.order().pair, open.order().side);
        let price = open.limit().expect("only limit orders rest");
        self.market_mut(pair).book.remove(side, price, key);
    }

    pub(super) fn forget_armed(&mut self, key: OrderKey) {
        let pair = self.orders[&key].open.order().pair;
        self.market_mut(pair).armed.remove(&key);
    }

    /// Ends an order that is in no queue: frees what it held and says how it ended.
    pub(super) fn close(&mut self, key: OrderKey, ending: Ending) {
        let BookOrder { account, mut open } = self.orders.remove(&key).expect("the order is open");
        let order = open.id();
        let state = self.account_mut(account);
        state.trader.release(&mut open);
        state.orders.remove(&key);
        self.names.remove(&(account, order));
        if let Some(end) = open.expires_at() {
            self.end_dates.remove(&(end, key));
        }
        self.tell(
            account,
            match ending {
                Ending::Completed => AccountEvent::Completed { order },
                Ending::Canceled(reason) => AccountEvent::Canceled { order, reason },
                Ending::Expired => AccountEvent::Expired { order },
            },
        );
    }

    /// Ends the order whose end date comes first.
    pub(super) fn expire_one(&mut self) {
        let (_, key): (Timestamp, OrderKey) = *self.end_dates.first().expect("one is due");
        self.end_open(key, Ending::Expired);
    }

    /// Ends an open order, wherever it waits or rests.
    pub(super) fn end_open(&mut self, key: OrderKey, ending: Ending) {
        let pair = self.orders[&key].open.order().pair;
        self.leave(key);
        self.close(key, ending);
        self.publish(pair);
    }
}

/// What an order offers in the book.
pub(super) fn offered(open: &OpenOrder) -> Quantity {
    match open.remaining() {
        OrderQuantity::Base(quantity) => quantity,
        OrderQuantity::Quote(_) => unreachable!("what is sized in quote asset never rests"),
    }
}
