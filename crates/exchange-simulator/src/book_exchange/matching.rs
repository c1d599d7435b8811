//! From an order that acts to its end: taking, resting, leaving.

use trading_types::{AccountEvent, CancelReason, Pair, Price, Timestamp, TradeId};

use super::{BookExchange, BookOrder};
use crate::book::OrderKey;

/// How an order ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Completed,
    Canceled(CancelReason),
    Expired,
}

impl BookExchange {
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
        let (pair, side, quantity) = (open.order().pair, open.order().side, open.offered());
        self.market_mut(pair).book.rest(side, price, key, quantity);
    }

    /// Takes an open order out of the book, or out of those that wait.
    pub(super) fn leave(&mut self, key: OrderKey) {
        let open = &self.orders[&key].open;
        if open.is_waiting() {
            return self.stop_waiting(key);
        }
        let (pair, side) = (open.order().pair, open.order().side);
        let price = open.limit().expect("only limit orders rest");
        self.market_mut(pair).book.remove(side, price, key);
    }

    /// Lets an order go on that has just traded out of the book: it ends once all of it has
    /// traded, and an iceberg order that has used up what it showed shows its next part, at the
    /// back of the queue.
    pub(super) fn go_on(&mut self, key: OrderKey, trade: TradeId) {
        let open = &self.orders[&key].open;
        let price = open.limit().expect("only limit orders rest");
        let (pair, side) = (open.order().pair, open.order().side);
        if open.remaining_base().is_zero() {
            self.close(key, Ending::Completed);
        } else if self.market(pair).book.offer_of(side, price, key).is_none() {
            self.rest(key, price);
            self.refills.remember(trade, ());
        }
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
        let pair = self.take_away(key, ending);
        self.settle_down(pair);
    }

    /// Ends an open order; what follows from it is left to the caller.
    pub(super) fn take_away(&mut self, key: OrderKey, ending: Ending) -> Pair {
        let pair = self.orders[&key].open.order().pair;
        self.leave(key);
        self.close(key, ending);
        self.publish(pair);
        pair
    }
}
