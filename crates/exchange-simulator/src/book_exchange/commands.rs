//! What accounts may ask for, done when it reaches the exchange.

use std::collections::BTreeSet;

use trading_types::{
    AccountEvent, Amendment, CancelReason, ClientOrderId, Liquidity, NewOrder, OrderKind,
    OrderQuantity, Pair, Price, Quantity, Refusal, Side, TimeInForce, TriggerSource, VenueCommand,
    VenueStatus,
};

use super::{BookExchange, BookOrder, closes::PlacedClose, matching::Ending};
use crate::{
    amend,
    audience::AccountId,
    book::{OrderKey, reaches},
    ids::venue_order_id,
    open_order::OpenOrder,
    trigger::watched,
    validation::{self, Arrival, Venue},
};

impl BookExchange {
    pub(super) fn obey(&mut self, account: AccountId, command: VenueCommand) {
        match command {
            VenueCommand::Place(order) => self.place(account, order),
            VenueCommand::Amend(amendment) => self.amend(account, &amendment, None),
            VenueCommand::Cancel(id) => self.cancel(account, id),
            VenueCommand::CancelAll => self.cancel_all(account),
        }
    }

    fn place(&mut self, account: AccountId, order: NewOrder) {
        let (id, pair) = (order.id, order.pair);
        match self.try_accept(account, order) {
            Ok(key) => {
                self.arrive(key);
                self.settle_down(pair);
            }
            Err(refusal) => self.tell(account, AccountEvent::Rejected { order: id, refusal }),
        }
    }

    fn try_accept(&mut self, account: AccountId, order: NewOrder) -> Result<OrderKey, Refusal> {
        let open = self.prepare(account, order)?;
        self.accept(account, open)
    }

    /// What [`BookExchange::try_accept`] is for a client's order, for a conditional close.
    pub(super) fn try_accept_close(&mut self, close: &PlacedClose) -> Result<OrderKey, Refusal> {
        let PlacedClose { account, parent, order, .. } = close;
        validation::check_close(order, &self.arrival(*account, order))?;
        let mut open = self.open(order.clone());
        open.descend_from(*parent);
        self.accept(*account, open)
    }

    fn accept(&mut self, account: AccountId, mut open: OpenOrder) -> Result<OrderKey, Refusal> {
        let (id, venue_order) = (open.id(), open.venue_order());
        let rules = &self.markets[&open.order().pair].rules;
        let state = &mut self.accounts[account.index()];
        state.trader.place_hold(&mut open, rules, self.now)?;
        self.orders_accepted += 1;
        let key = self.orders_accepted;
        state.orders.insert(key);
        self.names.insert((account, id), key);
        self.end_dates.extend(open.expires_at().map(|end| (end, key)));
        self.orders.insert(key, BookOrder { account, open });
        self.tell(account, AccountEvent::Accepted { order: id, venue_order });
        Ok(key)
    }

    /// What an order would be if its account can pay for it.
    fn prepare(&self, account: AccountId, order: NewOrder) -> Result<OpenOrder, Refusal> {
        let market = self.markets.get(&order.pair).ok_or(Refusal::UnknownPair)?;
        let is_waiting =
            order.kind.waits_for_trigger() || order.start.is_some_and(|at| self.now < at);
        let opposite = market.book.best(order.side.opposite());
        let first = liquidity(order.side, order.kind.limit(), opposite.filter(|_| !is_waiting));
        self.require_status(order.pair, |status| takes_order(status, &order, first))?;
        validation::check(&order, &self.arrival(account, &order))?;
        Ok(self.open(order))
    }

    fn arrival(&self, account: AccountId, order: &NewOrder) -> Arrival<'_> {
        Arrival {
            venue: Venue::Book,
            rules: &self.market(order.pair).rules,
            market: self.reference_price(order),
            is_id_open: self.names.contains_key(&(account, order.id)),
            orders_open: self.account(account).orders.len(),
            now: self.now,
        }
    }

    fn open(&self, order: NewOrder) -> OpenOrder {
        let venue_order = venue_order_id(self.orders_accepted + 1);
        let (reference, rules) = (self.reference_price(&order), &self.market(order.pair).rules);
        OpenOrder::new(order, venue_order, reference, rules, self.now)
    }

    /// The price of the market that an order looks at.
    fn reference_price(&self, order: &NewOrder) -> Option<Price> {
        let market = self.market(order.pair);
        match watched(&order.kind) {
            Some(TriggerSource::Index) => market.index_price(),
            Some(TriggerSource::Last) | None => {
                market.last.or_else(|| market.book.best(order.side.opposite()))
            }
        }
    }

    /// Whether an order would be accepted at this moment, and if not, why. Nothing happens.
    pub fn check(&self, account: AccountId, order: &NewOrder) -> Result<(), Refusal> {
        let mut open = self.prepare(account, order.clone())?;
        let rules = &self.markets[&order.pair].rules;
        self.account(account).trader.clone().place_hold(&mut open, rules, self.now)
    }

    /// Changes an open order, and what it shows if it is an iceberg order.
    pub(super) fn amend(
        &mut self,
        account: AccountId,
        amendment: &Amendment,
        displayed: Option<Quantity>,
    ) {
        match self.try_amend(account, amendment, displayed) {
            Ok(pair) => self.settle_down(pair),
            Err(refusal) => {
                let order = amendment.order;
                self.tell(account, AccountEvent::AmendRejected { order, refusal });
            }
        }
    }

    fn try_amend(
        &mut self,
        account: AccountId,
        amendment: &Amendment,
        displayed: Option<Quantity>,
    ) -> Result<Pair, Refusal> {
        let key = self.find(account, amendment.order)?;
        let order = &self.orders[&key];
        let pair = order.open.order().pair;
        let market = self.market(pair);
        amend::check(&order.open, amendment, displayed, &market.rules)?;
        let mut changed = order.open.clone();
        changed.change(amendment.quantity, amendment.limit, amendment.trigger);
        if let Some(displayed) = displayed {
            changed.show(displayed);
        }
        let opposite = market.book.best(changed.order().side.opposite());
        let met = opposite.filter(|_| !changed.is_waiting());
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
        if let Some(price) = self.kept_place(key, &changed) {
            let (pair, side) = (changed.order().pair, changed.order().side);
            let book = &mut self.market_mut(pair).book;
            let before = book.offer_of(side, price, key).expect("an order that rests has a place");
            book.shrink(side, price, key, before.min(changed.offered()));
            return self.replace(key, changed);
        }
        self.leave(key);
        let is_over = changed.remaining() == OrderQuantity::Base(Quantity::ZERO);
        self.replace(key, changed);
        if is_over {
            self.close(key, Ending::Canceled(CancelReason::Requested));
        } else {
            self.arrive(key);
        }
    }

    /// The price at which an order that is changed keeps its place: it must rest, stay where it
    /// is, and become smaller in all respects.
    fn kept_place(&self, key: OrderKey, changed: &OpenOrder) -> Option<Price> {
        let before = &self.orders[&key].open;
        let price = before.limit().filter(|_| !before.is_waiting())?;
        let (rest_before, rest) = (before.remaining_base(), changed.remaining_base());
        let is_smaller = rest <= rest_before && changed.displayed() <= before.displayed();
        let stays = changed.limit() == Some(price) && is_smaller && !rest.is_zero();
        stays.then_some(price)
    }

    fn replace(&mut self, key: OrderKey, changed: OpenOrder) {
        self.orders.get_mut(&key).expect("the order is open").open = changed;
    }

    fn cancel(&mut self, account: AccountId, id: ClientOrderId) {
        if let Some(pair) = self.try_cancel(account, id) {
            self.settle_down(pair);
        }
    }

    /// Cancels all as one act: what follows from it happens afterwards.
    fn cancel_all(&mut self, account: AccountId) {
        let mut pairs = BTreeSet::new();
        for id in self.open_ids(account) {
            pairs.extend(self.try_cancel(account, id));
        }
        for pair in pairs {
            self.settle_down(pair);
        }
    }

    /// Cancels an order, or says why not. Returns the pair whose book has changed.
    fn try_cancel(&mut self, account: AccountId, id: ClientOrderId) -> Option<Pair> {
        match self.find_cancelable(account, id) {
            Ok(key) => Some(self.take_away(key, Ending::Canceled(CancelReason::Requested))),
            Err(refusal) => {
                self.tell(account, AccountEvent::CancelRejected { order: id, refusal });
                None
            }
        }
    }

    fn find_cancelable(&self, account: AccountId, id: ClientOrderId) -> Result<OrderKey, Refusal> {
        if !takes_cancel(self.status) {
            return Err(Refusal::MarketMode(self.status));
        }
        let key = self.find(account, id)?;
        self.require_status(self.orders[&key].open.order().pair, takes_cancel)?;
        Ok(key)
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
