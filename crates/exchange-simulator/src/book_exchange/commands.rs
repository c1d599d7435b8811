//! What accounts may ask for, done when it reaches the exchange.

use trading_types::{
    AccountEvent, Amendment, CancelReason, ClientOrderId, Liquidity, NewOrder, OrderKind, Pair,
    Price, Refusal, Side, TimeInForce, VenueCommand, VenueStatus,
};

use super::{
    BookExchange, BookOrder,
    matching::{Ending, offered},
};
use crate::{
    amend,
    audience::AccountId,
    book::{OrderKey, reaches},
    ids::venue_order_id,
    open_order::OpenOrder,
    validation::{self, Arrival},
};

impl BookExchange {
    pub(super) fn obey(&mut self, account: AccountId, command: VenueCommand) {
        match command {
            VenueCommand::Place(order) => self.place(account, order),
            VenueCommand::Amend(amendment) => self.amend(account, &amendment),
            VenueCommand::Cancel(id) => self.cancel(account, id),
            VenueCommand::CancelAll => self.cancel_all(account),
        }
    }

    fn place(&mut self, account: AccountId, order: NewOrder) {
        let (id, pair) = (order.id, order.pair);
        match self.try_accept(account, order) {
            Ok(key) => {
                self.arrive(key);
                self.let_woken_act();
                self.publish(pair);
            }
            Err(refusal) => self.tell(account, AccountEvent::Rejected { order: id, refusal }),
        }
    }

    fn try_accept(&mut self, account: AccountId, order: NewOrder) -> Result<OrderKey, Refusal> {
        let id = order.id;
        let mut open = self.prepare(account, order)?;
        let rules = &self.markets[&open.order().pair].rules;
        let state = &mut self.accounts[account.index()];
        state.trader.place_hold(&mut open, rules, self.now)?;
        self.orders_accepted += 1;
        let key = self.orders_accepted;
        state.orders.insert(key);
        self.names.insert((account, id), key);
        self.end_dates.extend(open.expires_at().map(|end| (end, key)));
        let venue_order = open.venue_order();
        self.orders.insert(key, BookOrder { account, open });
        self.tell(account, AccountEvent::Accepted { order: id, venue_order });
        Ok(key)
    }

    /// What an order would be if its account can pay for it.
    fn prepare(&self, account: AccountId, order: NewOrder) -> Result<OpenOrder, Refusal> {
        let market = self.markets.get(&order.pair).ok_or(Refusal::UnknownPair)?;
        let opposite = market.book.best(order.side.opposite());
        let met = opposite.filter(|_| !order.kind.waits_for_trigger());
        let first = liquidity(order.side, order.kind.limit(), met);
        self.require_status(order.pair, |status| takes_order(status, &order, first))?;
        let reference = market.last.or(opposite);
        let arrival = Arrival {
            rules: &market.rules,
            market: reference,
            is_id_open: self.names.contains_key(&(account, order.id)),
            orders_open: self.account(account).orders.len(),
            now: self.now,
        };
        validation::check(&order, &arrival)?;
        let venue_order = venue_order_id(self.orders_accepted + 1);
        Ok(OpenOrder::new(order, venue_order, reference, &market.rules, self.now))
    }

    /// Whether an order would be accepted at this moment, and if not, why. Nothing happens.
    pub fn check(&self, account: AccountId, order: &NewOrder) -> Result<(), Refusal> {
        let mut open = self.prepare(account, order.clone())?;
        let rules = &self.markets[&order.pair].rules;
        self.account(account).trader.clone().place_hold(&mut open, rules, self.now)
    }

    fn amend(&mut self, account: AccountId, amendment: &Amendment) {
        match self.try_amend(account, amendment) {
            Ok(pair) => {
                self.let_woken_act();
                self.publish(pair);
            }
            Err(refusal) => {
                let order = amendment.order;
                self.tell(account, AccountEvent::AmendRejected { order, refusal });
            }
        }
    }

    fn try_amend(&mut self, account: AccountId, amendment: &Amendment) -> Result<Pair, Refusal> {
        let key = self.find(account, amendment.order)?;
        let order = &self.orders[&key];
        let pair = order.open.order().pair;
        let market = self.market(pair);
        amend::check(&order.open, amendment, &market.rules)?;
        let mut changed = order.open.clone();
        changed.change(amendment.quantity, amendment.limit, amendment.trigger);
        let opposite = market.book.best(changed.order().side.opposite());
        let met = opposite.filter(|_| changed.armed().is_none());
        let first = liquidity(changed.order().side, changed.limit(), met);
        if first == Liquidity::Taker && changed.order().post_only {
            return Err(Refusal::PostOnlyWouldTake);
        }
        self.require_status(pair, |status| takes_amendment(status, first))?;
        let trader = &mut self.accounts[account.index()].trader;
        trader.change_hold(&mut changed, &self.markets[&pair].rules)?;
        self.tell(account, AccountEvent::Amended(*amendment));
        self.become_amended(key, changed);
        Ok(pair)
    }

    /// Replaces an open order by what an amendment made of it.
    fn become_amended(&mut self, key: OrderKey, changed: OpenOrder) {
        let order = self.orders.get_mut(&key).expect("the order is open");
        let before = std::mem::replace(&mut order.open, changed);
        let after = &order.open;
        let (rest_before, rest) = (offered(&before), offered(after));
        let keeps_its_place = before.limit() == after.limit() && rest <= rest_before;
        let is_waiting = after.armed().is_some();
        if !is_waiting {
            let (side, limit) = (before.order().side, before.limit());
            let price = limit.expect("only limit orders rest");
            let book = &mut self.market_mut(before.order().pair).book;
            if keeps_its_place && !rest.is_zero() {
                return book.shrink(side, price, key, rest);
            }
            book.remove(side, price, key);
        }
        if rest.is_zero() {
            self.forget_armed(key);
            self.close(key, Ending::Canceled(CancelReason::Requested));
        } else if is_waiting {
            self.wake_if_reached(key);
        } else {
            self.act(key);
        }
    }

    fn cancel(&mut self, account: AccountId, id: ClientOrderId) {
        match self.try_cancel(account, id) {
            Ok(()) => {}
            Err(refusal) => {
                self.tell(account, AccountEvent::CancelRejected { order: id, refusal });
            }
        }
    }

    fn try_cancel(&mut self, account: AccountId, id: ClientOrderId) -> Result<(), Refusal> {
        if !takes_cancel(self.status) {
            return Err(Refusal::MarketMode(self.status));
        }
        let key = self.find(account, id)?;
        self.require_status(self.orders[&key].open.order().pair, takes_cancel)?;
        self.end_open(key, Ending::Canceled(CancelReason::Requested));
        Ok(())
    }

    fn cancel_all(&mut self, account: AccountId) {
        for id in self.open_ids(account) {
            self.cancel(account, id);
        }
    }

    /// The open orders of an account, by arrival.
    pub(super) fn open_ids(&self, account: AccountId) -> Vec<ClientOrderId> {
        self.open_orders(account).map(OpenOrder::id).collect()
    }

    pub(super) fn find(&self, account: AccountId, id: ClientOrderId) -> Result<OrderKey, Refusal> {
        self.names.get(&(account, id)).copied().ok_or(Refusal::UnknownOrder)
    }

    /// Whether both the exchange and the pair are in a state that takes something.
    fn require_status(
        &self,
        pair: Pair,
        takes: impl Fn(VenueStatus) -> bool,
    ) -> Result<(), Refusal> {
        let states = [self.status, self.market(pair).status];
        let refusing = states.into_iter().find(|status| !takes(*status));
        refusing.map_or(Ok(()), |status| Err(Refusal::MarketMode(status)))
    }
}

/// What an order is first of all when it meets a best price of the other side.
fn liquidity(side: Side, limit: Option<Price>, met: Option<Price>) -> Liquidity {
    let takes = |price| limit.is_none_or(|limit| reaches(side, limit, price));
    if met.is_some_and(takes) { Liquidity::Taker } else { Liquidity::Maker }
}

/// Whether the exchange takes a new order in its present state.
fn takes_order(status: VenueStatus, order: &NewOrder, liquidity: Liquidity) -> bool {
    let is_limit = matches!(order.kind, OrderKind::Limit { .. });
    let is_immediate =
        matches!(order.time_in_force, TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill);
    match status {
        VenueStatus::Online => true,
        VenueStatus::PostOnly => {
            is_limit && !is_immediate && (order.post_only || liquidity == Liquidity::Maker)
        }
        VenueStatus::LimitOnly => is_limit,
        VenueStatus::CancelOnly | VenueStatus::Maintenance => false,
    }
}

/// Whether the exchange takes a change of an order in its present state.
fn takes_amendment(status: VenueStatus, liquidity: Liquidity) -> bool {
    match status {
        VenueStatus::Online | VenueStatus::LimitOnly => true,
        VenueStatus::PostOnly => liquidity == Liquidity::Maker,
        VenueStatus::CancelOnly | VenueStatus::Maintenance => false,
    }
}

/// Whether the exchange takes a cancel in its present state.
const fn takes_cancel(status: VenueStatus) -> bool {
    match status {
        VenueStatus::Online
        | VenueStatus::PostOnly
        | VenueStatus::LimitOnly
        | VenueStatus::CancelOnly => true,
        VenueStatus::Maintenance => false,
    }
}
