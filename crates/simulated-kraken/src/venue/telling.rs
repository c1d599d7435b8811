//! What the matching tells becomes records first and notices then.
//!
//! The invariant: nothing the matching tells is passed over, and what it tells is taken in before
//! it is asked for anything else.

use std::{collections::VecDeque, iter};

use exchange_simulator::{AccountId, Audience, OpenOrder};
use trading_types::{
    AccountEvent, CancelReason, LinkEvent, MarketEvent, OrderKind, Pair, Quantity, Refusal,
    VenueEvent, VenueOrderId,
};

use super::{
    Venue,
    notice::Notice,
    reasons,
    records::{OrderRecord, OrderState},
};

/// What is being carried out at the moment, for those parts of it that the matching does not know.
#[derive(Debug, Default)]
pub(super) struct Undertaking {
    /// The order that a client places.
    pub(super) arriving: Option<OrderRecord>,
    /// The matching's no.
    pub(super) refusal: Option<Refusal>,
    /// Why orders are canceled, where the venue knows better than the matching.
    pub(super) reason: Option<&'static str>,
    /// What an iceberg order is to show.
    pub(super) displayed: Option<Quantity>,
    /// Whether the taker of the trade that is about to be told came with a limit.
    pub(super) taker_is_limit: Option<bool>,
    /// Orders that have just ended and whose fills may still place others.
    pub(super) ended: Vec<OrderName>,
}

/// The two names of an order: the matching's and the client's.
pub(super) type OrderName = (trading_types::ClientOrderId, VenueOrderId);

impl Venue {
    /// Takes in all that the matching has to tell.
    pub(super) fn tell(&mut self) {
        let mut events: VecDeque<(Audience, VenueEvent)> =
            iter::from_fn(|| self.exchange.poll_output()).collect();
        while let Some((audience, event)) = events.pop_front() {
            match (audience, event) {
                (_, VenueEvent::Market(event)) => self.tell_market(event),
                (Audience::Account(account), VenueEvent::Account(event)) => {
                    let next = events.front().map(|(_, event)| event);
                    let is_killed = is_killed(&event, next);
                    self.tell_account(account, event, is_killed);
                }
                (_, VenueEvent::Link(LinkEvent::Status(status))) => {
                    self.notices.push_back(Notice::Status(status));
                }
                (Audience::Everyone, VenueEvent::Account(_)) => {
                    unreachable!("an account alone is told of its orders")
                }
                // The exchange tells of itself as a whole; `instrument` tells of pairs.
                (_, VenueEvent::Link(LinkEvent::PairStatus { .. })) => {}
                (_, VenueEvent::Link(LinkEvent::Connected | LinkEvent::Disconnected)) => {}
            }
        }
        self.undertaking.ended.clear();
    }

    fn tell_market(&mut self, event: MarketEvent) {
        let now = self.now;
        let pair = event.pair();
        let desk = self.desks.get_mut(&pair).expect("each market has a desk");
        match event {
            MarketEvent::Book { update, .. } => {
                self.notices.push_back(Notice::Book { pair, update, time: now });
            }
            MarketEvent::Trade { trade, .. } => {
                // Of the takers of the outside world, every other one comes with a limit.
                let otherwise = desk.next_number().is_multiple_of(2);
                let is_limit = self.undertaking.taker_is_limit.take().unwrap_or(otherwise);
                let trade = desk.trade(trade, is_limit);
                self.notices.push_back(Notice::Trade { pair, trade });
                self.follow_triggers(pair);
            }
            MarketEvent::Quote { quote, .. } => {
                desk.quote(&quote, now);
                self.notices.push_back(Notice::Quote { pair });
                self.follow_triggers(pair);
            }
            MarketEvent::Candle { .. } | MarketEvent::Reached { .. } => {}
        }
    }

    fn tell_account(&mut self, account: AccountId, event: AccountEvent, is_killed: bool) {
        match event {
            AccountEvent::Accepted { order, .. } => self.accepted((account, order), is_killed),
            AccountEvent::Triggered { order } => self.triggered((account, order)),
            AccountEvent::Traded(fill) => self.traded(account, &fill),
            AccountEvent::Completed { order } => {
                self.ended((account, order), OrderState::Closed, None);
            }
            AccountEvent::Canceled { order, reason } => self.canceled((account, order), reason),
            AccountEvent::Expired { order } => {
                self.ended((account, order), OrderState::Expired, Some(reasons::EXPIRED));
            }
            AccountEvent::Amended(amendment) => self.amended(account, &amendment),
            AccountEvent::Rejected { order, refusal } => {
                // An order that was to follow on a fill may be refused too, and nobody hears of it.
                let arriving = self.undertaking.arriving.as_ref();
                if arriving.is_some_and(|arriving| arriving.key == order) {
                    self.undertaking.refusal = Some(refusal);
                }
            }
            AccountEvent::AmendRejected { refusal, .. }
            | AccountEvent::CancelRejected { refusal, .. } => {
                self.undertaking.refusal = Some(refusal);
            }
            // The ledger is written where money is moved.
            AccountEvent::Balances(_)
            | AccountEvent::Moved { .. }
            | AccountEvent::Unclear { .. }
            | AccountEvent::NeverExisted { .. } => {}
        }
    }

    /// Looks at where the trailing triggers of a pair stand.
    fn follow_triggers(&mut self, pair: Pair) {
        let Self { trailing, archive, exchange, .. } = self;
        for txid in trailing.get(&pair).into_iter().flatten() {
            let order = archive.order_mut(*txid);
            let open = exchange.open_order(order.account, order.key);
            order.trigger = open.and_then(OpenOrder::trigger).or(order.trigger);
        }
    }

    /// An order whose trigger moves with the price begins to be watched.
    pub(super) fn watch_trigger(&mut self, txid: VenueOrderId) {
        let order = self.archive.order_mut(txid);
        if trails(&order.order.kind) {
            let pair = order.pair();
            self.trailing.entry(pair).or_default().insert(txid);
            self.follow_triggers(pair);
        }
    }

    /// An order does not wait for its trigger any more.
    pub(super) fn leave_trigger(&mut self, pair: Pair, txid: VenueOrderId) {
        if let Some(trailing) = self.trailing.get_mut(&pair) {
            trailing.remove(&txid);
        }
    }
}

/// Whether the trigger of an order moves with the price.
const fn trails(kind: &OrderKind) -> bool {
    matches!(kind, OrderKind::TrailingStop { .. } | OrderKind::TrailingStopLimit { .. })
}

/// Whether an order that is accepted is canceled in the same breath because it would take.
fn is_killed(event: &AccountEvent, next: Option<&VenueEvent>) -> bool {
    let AccountEvent::Accepted { order, .. } = *event else { return false };
    let killed = AccountEvent::Canceled { order, reason: CancelReason::PostOnlyWouldTake };
    next == Some(&VenueEvent::Account(killed))
}
