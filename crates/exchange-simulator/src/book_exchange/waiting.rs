//! Orders that are accepted and do not act yet: until their start, and until the price they watch
//! reaches their trigger.
//!
//! An order watches the last trade, or the index: what was last set, else the middle of the book,
//! else the last trade.

use trading_types::{AccountEvent, Pair, Price, Timestamp, Trade, TriggerSource};

use super::{BookExchange, BookOrder, Market, armed::Armed};
use crate::{book::OrderKey, open_order::OpenOrder, trigger::watched};

impl Market {
    /// The index of the pair.
    pub(super) fn index_price(&self) -> Option<Price> {
        self.index.or_else(|| self.book.mid()).or(self.last)
    }

    /// The price that a source says at the moment.
    pub(super) fn price_of(&self, source: TriggerSource) -> Option<Price> {
        match source {
            TriggerSource::Last => self.last,
            TriggerSource::Index => self.index_price(),
        }
    }

    /// The orders that watch a source.
    pub(super) const fn armed_by(&mut self, source: TriggerSource) -> &mut Armed {
        match source {
            TriggerSource::Last => &mut self.armed_by_last,
            TriggerSource::Index => &mut self.armed_by_index,
        }
    }
}

impl BookExchange {
    /// An order has been accepted or changed, and is in no queue.
    pub(super) fn arrive(&mut self, key: OrderKey) {
        let open = &self.orders[&key].open;
        if let Some(start) = open.starts_at() {
            self.starts.insert((start, key));
        } else if let Some(armed) = open.armed() {
            let source = source(open);
            let market = self.markets.get_mut(&open.order().pair).expect("the pair is known");
            if market.price_of(source).is_some_and(|price| armed.is_reached_by(price)) {
                self.woken.push_back(key);
            } else {
                market.armed_by(source).insert(key, armed);
            }
        } else {
            self.act(key);
        }
    }

    /// Takes an order out of those that wait.
    pub(super) fn stop_waiting(&mut self, key: OrderKey) {
        let open = &self.orders[&key].open;
        if let Some(start) = open.starts_at() {
            self.starts.remove(&(start, key));
        } else if let Some(armed) = open.armed() {
            let market = self.markets.get_mut(&open.order().pair).expect("the pair is known");
            market.armed_by(source(open)).remove(key, armed);
        }
    }

    pub(super) fn next_start(&self) -> Option<Timestamp> {
        self.starts.first().map(|(at, _)| *at)
    }

    /// Lets the order begin whose start comes first.
    pub(super) fn start_one(&mut self) {
        let (_, key) = self.starts.pop_first().expect("one is due");
        let order = self.orders.get_mut(&key).expect("a waiting order is open");
        let pair = order.open.order().pair;
        let source = watched(&order.open.order().kind);
        order.open.start(source.and_then(|source| self.markets[&pair].price_of(source)));
        self.arrive(key);
        self.settle_down(pair);
    }

    /// A trade has happened: the last price moves, and with it triggers and candles.
    pub(super) fn note_trade(&mut self, pair: Pair, trade: &Trade) {
        let market = self.markets.get_mut(&pair).expect("the pair is known");
        market.last = Some(trade.price);
        for builder in &mut market.candles {
            let closed = builder.handle_trade(trade);
            assert!(closed.is_none(), "a candle is closed when its time comes");
            let end = builder.next_timeout();
            self.next_candle_end = [self.next_candle_end, end].into_iter().flatten().min();
        }
        self.wake(pair, TriggerSource::Last, trade.price);
    }

    /// The index may have moved: wakes the orders it reaches.
    fn follow_index(&mut self, pair: Pair) {
        let market = self.market(pair);
        if !market.armed_by_index.is_empty()
            && let Some(price) = market.index_price()
        {
            self.wake(pair, TriggerSource::Index, price);
        }
    }

    /// Wakes the orders whose trigger a price reaches, by arrival; trailing triggers follow it.
    fn wake(&mut self, pair: Pair, source: TriggerSource, price: Price) {
        let Self { markets, orders, woken, .. } = self;
        let armed = markets.get_mut(&pair).expect("the pair is known").armed_by(source);
        let mut reached = armed.take_reached(price);
        reached.extend(armed.trail(|key| {
            let order = orders.get_mut(&key).expect("a waiting order is open");
            let trigger = order.open.armed_mut().expect("a waiting order has a trigger");
            let is_reached = trigger.is_reached_by(price);
            if !is_reached {
                trigger.follow(price);
            }
            is_reached
        }));
        reached.sort_unstable();
        woken.extend(reached);
    }

    /// Lets everything follow from what has happened on a pair, and tells how its book changed.
    pub(super) fn settle_down(&mut self, pair: Pair) {
        loop {
            self.let_woken_act();
            self.place_closes();
            self.follow_index(pair);
            if self.woken.is_empty() && self.closing.is_empty() {
                break;
            }
        }
        self.publish(pair);
    }

    /// Lets all orders act whose trigger was reached, and those that these reach.
    fn let_woken_act(&mut self) {
        while let Some(key) = self.woken.pop_front() {
            let BookOrder { account, open } = &self.orders[&key];
            let (account, id, tick) =
                (*account, open.id(), self.market(open.order().pair).rules.tick);
            self.tell(account, AccountEvent::Triggered { order: id });
            self.orders.get_mut(&key).expect("the order is open").open.wake(tick);
            self.act(key);
        }
    }
}

/// Which price a waiting order watches.
fn source(open: &OpenOrder) -> TriggerSource {
    watched(&open.order().kind).expect("an order with a trigger watches a price")
}
