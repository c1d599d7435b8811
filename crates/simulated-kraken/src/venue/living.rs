//! The life of an order, as it is recorded and told: accepted, begun, triggered, amended, ended.
//!
//! The invariant: an order is told of in the order in which it lived, and the last trade of an
//! order that fills comes before the word that it has filled.

use exchange_simulator::{AccountId, OpenOrder};
use trading_types::{
    Amendment, Amount, CancelReason, ClientOrderId, NewOrder, OrderKind, OrderQuantity, Price,
    Quantity, Side, Timestamp, VenueOrderId,
};

use super::{
    Venue,
    notice::{Execution, ExecutionKind, Notice},
    reasons,
    records::{AmendId, AmendKind, AmendRecord, OrderRecord, OrderState, TradeRecord},
};

/// An order as the matching names it.
pub(super) type Subject = (AccountId, ClientOrderId);

/// How many changes of an order are remembered, the first one among them: a bot that follows the
/// price for weeks must not fill the memory.
const AMENDS_MAX: usize = 1_000;

impl Venue {
    /// An order was accepted. One that is killed was post-only and would have taken: it never was
    /// on the book.
    pub(super) fn accepted(&mut self, (account, key): Subject, is_killed: bool) {
        let arriving = self.undertaking.arriving.take_if(|order| order.key == key);
        let order = match arriving {
            Some(order) => {
                self.counts.orders_accepted += 1;
                order
            }
            None => self.close_record((account, key)),
        };
        let (txid, state) = (order.txid, order.state);
        if let (Some(start), OrderState::Pending) = (order.order.start, state) {
            self.starts.insert((start, txid));
        }
        self.archive.open(order);
        self.watch_trigger(txid);
        self.execution(ExecutionKind::PendingNew, txid, None);
        if state == OrderState::Open && !is_killed {
            self.execution(ExecutionKind::New, txid, None);
        }
    }

    /// The scheduled orders whose time has come are open from now on.
    pub(super) fn begin_orders(&mut self) {
        while let Some((_, txid)) = self.starts.first().copied().filter(|(at, _)| *at <= self.now) {
            self.starts.pop_first();
            self.archive.order_mut(txid).state = OrderState::Open;
            self.execution(ExecutionKind::New, txid, None);
        }
    }

    pub(super) fn triggered(&mut self, subject: Subject) {
        let txid = self.live(subject);
        let order = self.archive.order_mut(txid);
        order.is_triggered = true;
        let pair = order.pair();
        // The limit of a trailing one is known only now; it may have acted on it and be gone.
        let open = self.exchange.open_order(subject.0, subject.1);
        let limit = open.and_then(OpenOrder::limit).or_else(|| trailing_limit(order));
        order.limit = limit.or(order.limit);
        self.leave_trigger(pair, txid);
        self.execution(ExecutionKind::Status, txid, None);
    }

    pub(super) fn amended(&mut self, account: AccountId, amendment: &Amendment) {
        let txid = self.live((account, amendment.order));
        let (id, now) = (self.identifiers.amend(), self.now);
        let displayed = self.undertaking.displayed.take();
        let order = self.archive.order_mut(txid);
        if let Some(quantity) = amendment.quantity {
            order.quantity = OrderQuantity::Base(quantity);
        }
        order.limit = amendment.limit.or(order.limit);
        order.trigger = amendment.trigger.or(order.trigger);
        order.displayed = displayed.or(order.displayed);
        let mut amend = amend_record(order, AmendKind::User, id, now);
        amend.reason = Some(reasons::USER_REQUESTED.to_owned());
        order.amends.push(amend);
        if AMENDS_MAX < order.amends.len() {
            order.amends.remove(1);
        }
        self.execution(ExecutionKind::Amended, txid, None);
    }

    pub(super) fn canceled(&mut self, subject: Subject, reason: CancelReason) {
        let order = self.archive.order_mut(self.live(subject));
        let words = match (reason, self.undertaking.reason) {
            (CancelReason::Requested | CancelReason::Venue, Some(known)) => known,
            (reason, _) => reasons::words(reason, order.limit.is_none()),
        };
        self.ended(subject, OrderState::Canceled, Some(words));
    }

    pub(super) fn ended(
        &mut self,
        (account, key): Subject,
        state: OrderState,
        reason: Option<&'static str>,
    ) {
        let txid = self.live((account, key));
        let now = self.now;
        let order = self.archive.order_mut(txid);
        order.state = state;
        order.closed_at = Some(now);
        order.reason = reason.map(str::to_owned);
        let (pair, start) = (order.pair(), order.order.start);
        if order.order.close.is_some() {
            self.undertaking.ended.push((key, txid));
        }
        self.counters.closed((account, pair), txid);
        self.starts.remove(&(start.unwrap_or_default(), txid));
        self.leave_trigger(pair, txid);
        let kind = match state {
            OrderState::Closed => ExecutionKind::Filled,
            OrderState::Expired => ExecutionKind::Expired,
            OrderState::Canceled | OrderState::Open | OrderState::Pending => {
                ExecutionKind::Canceled
            }
        };
        self.execution(kind, txid, None);
        self.archive.close(txid);
    }

    /// Tells that something happened to an order.
    pub(super) fn execution(
        &mut self,
        kind: ExecutionKind,
        txid: VenueOrderId,
        trade: Option<TradeRecord>,
    ) {
        let order = self.archive.order_mut(txid).without_history();
        let execution = Execution { kind, order, trade, time: self.now };
        self.notices.push_back(Notice::Execution(Box::new(execution)));
    }

    /// The record of an order that the matching placed for a fill of another one.
    fn close_record(&mut self, (account, key): Subject) -> OrderRecord {
        let close = self.exchange.placed_close(key).expect("only a close comes unasked");
        let (order, parent_key) = (close.order.clone(), close.parent);
        let ended = self.undertaking.ended.iter().find(|(known, _)| *known == parent_key);
        let parent = ended.map(|(_, txid)| *txid);
        let parent = parent.or_else(|| self.archive.live(account, parent_key));
        let txid = self.identifiers.order();
        let place = (account, order.pair);
        // Nobody asked for it, so it is never refused; the counter takes what it has room for.
        let _ = self.counters.open(place, txid, self.now);
        OrderRecord { parent, ..self.record(txid, account, order) }
    }

    /// The record of an order that is accepted now.
    pub(super) fn record(
        &mut self,
        txid: VenueOrderId,
        account: AccountId,
        order: NewOrder,
    ) -> OrderRecord {
        let now = self.now;
        let is_early = order.start.is_some_and(|start| now < start);
        let mut record = OrderRecord {
            txid,
            account,
            key: order.id,
            client_id: None,
            userref: None,
            state: if is_early { OrderState::Pending } else { OrderState::Open },
            opened_at: now,
            closed_at: None,
            reason: None,
            quantity: order.quantity,
            displayed: order.kind.displayed(),
            limit: order.kind.limit(),
            trigger: order.kind.trigger().map(|trigger| trigger.price),
            is_triggered: false,
            filled: Quantity::ZERO,
            cost: Amount::ZERO,
            fees: Amount::ZERO,
            trades: Vec::new(),
            amends: Vec::new(),
            parent: None,
            order,
        };
        let original = amend_record(&record, AmendKind::Original, self.identifiers.amend(), now);
        record.amends.push(original);
        record
    }

    pub(super) fn live(&self, (account, key): Subject) -> VenueOrderId {
        self.archive.live(account, key).expect("what the matching tells of is live")
    }
}

/// The limit of an order whose trailing trigger has been reached.
fn trailing_limit(order: &OrderRecord) -> Option<Price> {
    let OrderKind::TrailingStopLimit { limit_offset, .. } = order.order.kind else { return None };
    let trigger = order.trigger?;
    Some(match order.side() {
        Side::Sell => trigger + limit_offset,
        Side::Buy => trigger - limit_offset,
    })
}

/// An order as it is now, for its history.
fn amend_record(order: &OrderRecord, kind: AmendKind, id: AmendId, time: Timestamp) -> AmendRecord {
    let remaining = match order.quantity {
        OrderQuantity::Base(whole) => whole - order.filled.min(whole),
        // What is sized in quote asset is a market order, of which nothing remains.
        OrderQuantity::Quote(_) => Quantity::ZERO,
    };
    AmendRecord {
        id,
        kind,
        quantity: order.quantity,
        displayed: order.displayed,
        remaining,
        limit: order.limit,
        trigger: order.trigger,
        post_only: order.order.post_only,
        reason: None,
        time,
    }
}
