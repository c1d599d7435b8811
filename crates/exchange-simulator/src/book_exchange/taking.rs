//! Who meets whom: an order of an account takes from the book, place by place.

use trading_types::{
    AccountEvent, CancelReason, Liquidity, MarketEvent, Pair, Price, Quantity, SelfTradePrevention,
    Side, Trade, TradeId,
};

use super::{BookExchange, matching::Ending};
use crate::{
    book::{Entry, OrderKey, Owner},
    ids::trade_id,
    trader::Execution,
};

/// A meeting at the front of a queue.
#[derive(Clone, Copy)]
struct Meeting {
    pair: Pair,
    taker_side: Side,
    price: Price,
    /// What both would trade.
    quantity: Quantity,
}

impl BookExchange {
    /// Takes what an order may take. Says how the order ended, or nothing if something is left.
    pub(super) fn take(&mut self, key: OrderKey) -> Option<Ending> {
        loop {
            let open = &self.orders[&key].open;
            let (pair, side) = (open.order().pair, open.order().side);
            let market = self.market(pair);
            let (price, entry) = market.book.front(side.opposite())?;
            if !open.takes(price) {
                return None;
            }
            let wanted = open.wanted_at(price, market.rules.lot);
            if wanted.is_zero() {
                // What is left to spend does not buy one lot at this price.
                let is_unfilled = open.filled().is_zero();
                let nothing = Ending::Canceled(CancelReason::NothingLeftToTake);
                return Some(if is_unfilled { nothing } else { Ending::Completed });
            }
            if let Some(maker) = self.own(key, &entry) {
                match self.prevent(key, maker) {
                    Some(ending) => return Some(ending),
                    None => continue,
                }
            }
            let quantity = wanted.min(entry.quantity);
            let meeting = Meeting { pair, taker_side: side, price, quantity };
            let ending = match entry.owner {
                Owner::Outside => self.take_outside(key, meeting),
                Owner::Order(maker) => self.take_order(key, maker, meeting),
            };
            if ending.is_some() {
                return ending;
            }
            let lot = self.market(pair).rules.lot;
            if self.orders[&key].open.wanted_at(price, lot).is_zero() {
                return Some(Ending::Completed);
            }
        }
    }

    /// The order behind a place in the queue, if it is of the same account as `key`.
    fn own(&self, key: OrderKey, entry: &Entry) -> Option<OrderKey> {
        match entry.owner {
            Owner::Outside => None,
            Owner::Order(maker) => {
                (self.orders[&maker].account == self.orders[&key].account).then_some(maker)
            }
        }
    }

    /// Two orders of one account would meet: one or both end. Says how the taker ended.
    fn prevent(&mut self, taker: OrderKey, maker: OrderKey) -> Option<Ending> {
        let self_trade = Ending::Canceled(CancelReason::SelfTrade);
        let (oldest_goes, newest_goes) = match self.orders[&taker].open.order().self_trade {
            SelfTradePrevention::CancelNewest => (false, true),
            SelfTradePrevention::CancelOldest => (true, false),
            SelfTradePrevention::CancelBoth => (true, true),
        };
        if oldest_goes {
            self.leave(maker);
            self.close(maker, self_trade);
        }
        newest_goes.then_some(self_trade)
    }

    fn take_outside(&mut self, taker: OrderKey, meeting: Meeting) -> Option<Ending> {
        let quantity = self.affordable(taker, &meeting, Liquidity::Taker);
        if quantity.is_positive() {
            let cut = Meeting { quantity, ..meeting };
            self.market_mut(meeting.pair).book.take_front(meeting.taker_side.opposite(), quantity);
            self.settle(taker, &cut, Liquidity::Taker);
            self.print(&cut);
        }
        (quantity < meeting.quantity).then_some(Ending::Canceled(CancelReason::InsufficientFunds))
    }

    fn take_order(&mut self, taker: OrderKey, maker: OrderKey, meeting: Meeting) -> Option<Ending> {
        let taker_funds = self.affordable(taker, &meeting, Liquidity::Taker);
        let resting_funds = self.affordable(maker, &meeting, Liquidity::Maker);
        let quantity = taker_funds.min(resting_funds);
        let is_short = |funds: Quantity| funds == quantity && funds < meeting.quantity;
        if quantity.is_positive() {
            let cut = Meeting { quantity, ..meeting };
            self.market_mut(meeting.pair).book.take_front(meeting.taker_side.opposite(), quantity);
            let trade = self.settle(maker, &cut, Liquidity::Maker);
            self.settle(taker, &cut, Liquidity::Taker);
            self.print(&cut);
            if !is_short(resting_funds) {
                self.go_on(maker, trade);
            }
        }
        if is_short(resting_funds) {
            self.cut_maker(maker);
        }
        is_short(taker_funds).then_some(Ending::Canceled(CancelReason::InsufficientFunds))
    }

    /// An order in the book meets somebody outside who wants `quantity` at its price. Says how
    /// much traded; the order has ended if that is less.
    pub(super) fn make_for_outside(&mut self, maker: OrderKey, quantity: Quantity) -> Quantity {
        let open = &self.orders[&maker].open;
        let price = open.limit().expect("only limit orders rest");
        let (pair, side) = (open.order().pair, open.order().side);
        let meeting = Meeting { pair, taker_side: side.opposite(), price, quantity };
        let traded = self.affordable(maker, &meeting, Liquidity::Maker);
        if traded.is_positive() {
            self.market_mut(pair).book.take_front(side, traded);
            let cut = Meeting { quantity: traded, ..meeting };
            let trade = self.settle(maker, &cut, Liquidity::Maker);
            if traded == quantity {
                self.go_on(maker, trade);
            }
        }
        if traded < quantity {
            self.cut_maker(maker);
        }
        traded
    }

    /// Ends an order in the book whose funds have run out.
    fn cut_maker(&mut self, maker: OrderKey) {
        self.leave(maker);
        self.close(maker, Ending::Canceled(CancelReason::InsufficientFunds));
    }

    fn affordable(&mut self, key: OrderKey, meeting: &Meeting, liquidity: Liquidity) -> Quantity {
        let Meeting { pair, price, quantity, .. } = *meeting;
        let execution = Execution { trade: trade_id(0), price, quantity, liquidity };
        let now = self.now;
        let Self { accounts, orders, markets, .. } = self;
        let order = &orders[&key];
        let trader = &mut accounts[order.account.index()].trader;
        trader.affordable(&order.open, &execution, &markets[&pair].rules, now)
    }

    /// Settles one side of a meeting that its funds pay for, and tells its account. Returns the
    /// account's name for the trade.
    fn settle(&mut self, key: OrderKey, meeting: &Meeting, liquidity: Liquidity) -> TradeId {
        self.fills += 1;
        let Meeting { pair, price, quantity, .. } = *meeting;
        let execution = Execution { trade: trade_id(self.fills), price, quantity, liquidity };
        let now = self.now;
        let Self { accounts, orders, markets, .. } = self;
        let order = orders.get_mut(&key).expect("the order is open");
        let account = order.account;
        let trader = &mut accounts[account.index()].trader;
        let settled = trader.settle(&mut order.open, &execution, &markets[&pair].rules, now);
        let settled = settled.expect("it was cut to the funds before");
        assert!(settled.fill.quantity == quantity, "it was cut to the funds before");
        let (pays_with, is_paid_in) = (order.open.pays_with(), order.open.is_paid_in());
        *self.outside.entry(pays_with).or_default() += settled.payment;
        *self.outside.entry(is_paid_in).or_default() -= settled.receipt;
        self.plan_close(key, &settled.fill);
        self.tell(account, AccountEvent::Traded(settled.fill));
        settled.fill.trade
    }

    /// Tells everyone of a trade that happened here.
    fn print(&mut self, meeting: &Meeting) {
        let Meeting { pair, taker_side, price, quantity } = *meeting;
        self.print_trade(pair, Trade { time: self.now, price, quantity, taker_side });
    }

    /// Tells everyone of a trade, and lets it move triggers and candles.
    pub(super) fn print_trade(&mut self, pair: Pair, trade: Trade) {
        self.tell_market(MarketEvent::Trade { pair, trade });
        // By our own time: the clock of a recorded feed may be a little off, and a trade must not
        // fall into a candle that is closed.
        self.note_trade(pair, &Trade { time: self.now, ..trade });
    }
}
