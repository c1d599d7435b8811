//! Reports of orders become what the engine understands: each fill once, each end with its reason,
//! and orders that are not ours told apart from those that are.
//!
//! **Law.** A fill is told once, by its id, whatever Kraken repeats; and none is dropped: what
//! cannot be told asks for a comparison with REST.

mod known_order;

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use trading_types::{
    AccountEvent, Amendment, ClientOrderId, Fill, NewOrder, Pair, Price, Quantity, Side, Timestamp,
    VenueOrderId,
};

use self::known_order::{KnownOrder, Owner};
use super::{
    ExecutionReport, ExecutionsMessage, KnownFills, OrderStatus, ReportKind, ReportedTrade,
    cancel_reason,
};
use crate::{
    limits::Points,
    stream::{body::MessageKind, session::ReconcileReason},
};

/// Reports of an order of unknown owner wait this long for the answer that names it.
const ATTRIBUTION_WAIT: Duration = Duration::from_secs(10);
/// Most orders that have ended and are kept, because late fills name nothing but the order.
const ENDED_ORDERS_MAX: usize = 2_000;
/// Most orders we sent and have not seen.
const SENT_ORDERS_MAX: usize = 1_000;
/// Most orders of unknown owner.
const UNCLAIMED_MAX: usize = 200;
/// Most reports kept of an order of unknown owner.
const HELD_REPORTS_MAX: usize = 1_000;

/// What the reports of orders come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderReport {
    /// About an order of ours.
    Event(AccountEvent),
    /// About an order that has none of our names.
    Foreign(ForeignReport),
    /// All open orders, as a snapshot shows them.
    OpenOrders {
        /// Ours and foreign ones.
        open: Vec<OpenOrder>,
        /// Orders of ours that we believed open and that are not among them: look up their end.
        missing: Vec<ClientOrderId>,
    },
    /// Kraken's own trading counter.
    Counter {
        /// Of which pair, if that is known.
        pair: Option<Pair>,
        /// How high it is, rounded up.
        points: Points,
    },
    /// Our picture may be wrong.
    Reconcile(ReconcileReason),
}

/// Something happened to an order that has none of our names: another program's, or a person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignReport {
    /// The venue's name for it.
    pub venue_order: VenueOrderId,
    /// What happened.
    pub kind: ReportKind,
    /// On which pair, if that is known.
    pub pair: Option<Pair>,
    /// Buy or sell, if that is known.
    pub side: Option<Side>,
    /// The trade, if it is one. It moved our balances.
    pub trade: Option<ReportedTrade>,
}

/// An order that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenOrder {
    /// The venue's name for it.
    pub venue_order: VenueOrderId,
    /// Our name for it; nothing for a foreign order.
    pub client: Option<ClientOrderId>,
    /// On which pair.
    pub pair: Option<Pair>,
    /// Buy or sell.
    pub side: Option<Side>,
    /// Its whole quantity.
    pub quantity: Option<Quantity>,
    /// How much of it has traded.
    pub total_traded: Option<Quantity>,
    /// Its limit price.
    pub limit: Option<Price>,
}

/// Every order that is known, by the venue's name.
#[derive(Debug, Default)]
pub struct OrderReports {
    orders: BTreeMap<VenueOrderId, KnownOrder>,
    ended: VecDeque<VenueOrderId>,
    sent: BTreeMap<ClientOrderId, NewOrder>,
    /// Orders of unknown owner and since when; some may have found theirs.
    unclaimed: BTreeMap<VenueOrderId, Timestamp>,
    fills: KnownFills,
}

impl OrderReports {
    /// Knows the fills that were counted before a restart.
    pub fn new(known_fills: KnownFills) -> Self {
        Self { fills: known_fills, ..Self::default() }
    }

    /// The fills that have been counted, to be kept across a restart.
    pub const fn known_fills(&self) -> &KnownFills {
        &self.fills
    }

    /// An order of ours is being sent: what its first reports may leave out.
    pub fn sending(&mut self, order: &NewOrder) {
        self.sent.insert(order.id, order.clone());
        if SENT_ORDERS_MAX < self.sent.len() {
            self.sent.pop_first();
        }
    }

    /// The venue has taken an order of ours and named it. What was reported of it before is told.
    pub fn placed(
        &mut self,
        client: ClientOrderId,
        venue_order: VenueOrderId,
        now: Timestamp,
    ) -> Vec<OrderReport> {
        let order = self.orders.entry(venue_order).or_default();
        order.owner = Owner::Ours(client);
        let held = std::mem::take(&mut order.held);
        let mut told = Vec::new();
        for report in held {
            self.tell(&report, now, &mut told);
        }
        told
    }

    /// Reads a message.
    pub fn apply(&mut self, message: ExecutionsMessage, now: Timestamp) -> Vec<OrderReport> {
        let mut told = Vec::new();
        for why in message.unreadable {
            let reason = ReconcileReason::UnreadableReport(why);
            told.push(OrderReport::Reconcile(reason));
        }
        let pair = message.reports.iter().find_map(|report| report.pair);
        if let Some(points) = message.counter {
            told.push(OrderReport::Counter { pair, points });
        }
        match message.kind {
            MessageKind::Update => {
                for report in message.reports {
                    self.handle(report, now, &mut told);
                }
            }
            MessageKind::Snapshot => self.take_snapshot(message.reports, now, &mut told),
        }
        told.append(&mut self.release(now));
        told
    }

    /// Tells as foreign what nobody has claimed in time.
    pub fn release(&mut self, now: Timestamp) -> Vec<OrderReport> {
        let orders = &self.orders;
        self.unclaimed
            .retain(|id, _| orders.get(id).is_some_and(|order| order.owner == Owner::Unknown));
        let mut told = Vec::new();
        let is_late = |since: Timestamp| ATTRIBUTION_WAIT <= now.since(since);
        let too_many = self.unclaimed.len().saturating_sub(UNCLAIMED_MAX);
        let late = self.unclaimed.iter().filter(|(_, since)| is_late(**since)).map(|(id, _)| *id);
        let mut given_up: Vec<VenueOrderId> = late.collect();
        if given_up.len() < too_many {
            given_up = self.unclaimed.keys().copied().collect();
        }
        for id in given_up {
            self.disown(id, now, &mut told);
        }
        told
    }

    /// When [`Self::release`] has something to tell.
    pub fn next_release(&self) -> Option<Timestamp> {
        self.unclaimed.values().min().map(|since| *since + ATTRIBUTION_WAIT)
    }

    fn disown(&mut self, id: VenueOrderId, now: Timestamp, told: &mut Vec<OrderReport>) {
        self.unclaimed.remove(&id);
        let order = self.orders.get_mut(&id).expect("an unclaimed order is known");
        order.owner = Owner::Foreign;
        for report in std::mem::take(&mut order.held) {
            self.tell(&report, now, told);
        }
    }

    /// First the fills, then the orders: an order's total is compared with its fills.
    fn take_snapshot(
        &mut self,
        reports: Vec<ExecutionReport>,
        now: Timestamp,
        told: &mut Vec<OrderReport>,
    ) {
        let (trades, orders): (Vec<_>, Vec<_>) =
            reports.into_iter().partition(|report| report.kind == ReportKind::Trade);
        for report in &orders {
            let fresh = self.fresh_quantity(&trades, report.venue_order);
            self.orders
                .entry(report.venue_order)
                .or_insert_with(|| KnownOrder::first_seen(report, fresh))
                .claim_or_disown(report);
        }
        for report in trades {
            self.handle(report, now, told);
        }
        let mut open = Vec::new();
        for mut report in orders {
            // A resting order may be shown as `pending_new`; that it is shown says that it rests.
            if report.kind == ReportKind::PendingNew {
                report.kind = ReportKind::New;
            }
            let id = report.venue_order;
            if !report.is_end() {
                open.push(id);
            }
            self.handle(report, now, told);
        }
        let missing = self.end_missing(&open);
        let open = open.into_iter().map(|id| self.orders[&id].open_order(id)).collect();
        told.push(OrderReport::OpenOrders { open, missing });
    }

    /// What the trades of a snapshot come to for one order, without those counted before.
    fn fresh_quantity(&self, trades: &[ExecutionReport], order: VenueOrderId) -> Quantity {
        let of_order = trades.iter().filter(|report| report.venue_order == order);
        let fresh = of_order
            .filter_map(|report| report.trade.as_ref())
            .filter(|trade| !self.fills.contains(&trade.id));
        fresh.fold(Quantity::ZERO, |sum, trade| {
            sum.checked_add(trade.quantity).unwrap_or(Quantity::MAX)
        })
    }

    /// Orders that a snapshot does not show have ended. Names ours among them.
    fn end_missing(&mut self, open: &[VenueOrderId]) -> Vec<ClientOrderId> {
        let mut missing = Vec::new();
        for (id, order) in &mut self.orders {
            let is_known = order.owner != Owner::Unknown;
            if is_known && !order.has_ended && !open.contains(id) {
                order.has_ended = true;
                self.ended.push_back(*id);
                missing.extend(order.owner.ours());
            }
        }
        missing
    }

    /// Finds out whose a report is; then tells it, or keeps it until that is known.
    fn handle(&mut self, report: ExecutionReport, now: Timestamp, told: &mut Vec<OrderReport>) {
        let id = report.venue_order;
        let is_counted = report.trade.as_ref().is_some_and(|it| self.fills.contains(&it.id));
        if is_counted {
            return;
        }
        let order = self.orders.entry(id).or_default();
        if report.client.is_some() || report.kind == ReportKind::PendingNew {
            order.claim_or_disown(&report);
        }
        order.learn(&report);
        if order.owner == Owner::Unknown {
            order.held.push(report);
            let is_full = HELD_REPORTS_MAX <= order.held.len();
            self.unclaimed.entry(id).or_insert(now);
            if is_full {
                self.disown(id, now, told);
            }
            return;
        }
        let held = std::mem::take(&mut order.held);
        for report in held.into_iter().chain([report]) {
            self.tell(&report, now, told);
        }
    }

    /// Tells a report of an order whose owner is known.
    fn tell(&mut self, report: &ExecutionReport, now: Timestamp, told: &mut Vec<OrderReport>) {
        if let Some(trade) = &report.trade
            && self.fills.contains(&trade.id)
        {
            return;
        }
        let id = report.venue_order;
        let order = self.orders.get_mut(&id).expect("a report is told of a known order");
        if let Owner::Ours(client) = order.owner
            && let Some(sent) = self.sent.remove(&client)
        {
            order.learn_from(&sent);
        }
        if let Some(points) = report.counter {
            told.push(OrderReport::Counter { pair: order.pair, points });
        }
        match order.owner {
            Owner::Ours(client) => Self::tell_own(order, client, report, now, told),
            Owner::Foreign | Owner::Unknown => told.push(OrderReport::Foreign(ForeignReport {
                venue_order: id,
                kind: report.kind,
                pair: order.pair,
                side: order.side,
                trade: report.trade.clone(),
            })),
        }
        // One that could not be told is left to the comparison.
        let is_told = !matches!(told.last(), Some(OrderReport::Reconcile(_)));
        if let Some(trade) = &report.trade
            && is_told
        {
            self.fills.insert(trade.id);
        }
        if order.count(report) {
            let reason = ReconcileReason::MissedFills { venue_order: id };
            told.push(OrderReport::Reconcile(reason));
        }
        if report.is_end() && !order.has_ended {
            order.has_ended = true;
            self.ended.push_back(id);
        }
        if ENDED_ORDERS_MAX < self.ended.len()
            && let Some(oldest) = self.ended.pop_front()
        {
            self.orders.remove(&oldest);
        }
    }

    fn tell_own(
        order: &mut KnownOrder,
        client: ClientOrderId,
        report: &ExecutionReport,
        now: Timestamp,
        told: &mut Vec<OrderReport>,
    ) {
        let venue_order = report.venue_order;
        if report.is_triggered && !std::mem::replace(&mut order.told.triggered, true) {
            told.push(OrderReport::Event(AccountEvent::Triggered { order: client }));
        }
        let event = match report.end_or_kind() {
            ReportKind::PendingNew | ReportKind::Other => None,
            ReportKind::New => (!std::mem::replace(&mut order.told.accepted, true))
                .then_some(AccountEvent::Accepted { order: client, venue_order }),
            ReportKind::Trade => match fill(order, client, report, now) {
                Ok(fill) => Some(AccountEvent::Traded(fill)),
                Err(why) => {
                    let reason = ReconcileReason::UnreadableReport(why);
                    told.push(OrderReport::Reconcile(reason));
                    None
                }
            },
            // The total may be above the fills we saw; then a comparison is asked for as well.
            ReportKind::Filled => Some(AccountEvent::Completed { order: client }),
            ReportKind::Canceled => {
                let reason = cancel_reason(report.reason.as_deref(), order.is_immediate);
                Some(AccountEvent::Canceled { order: client, reason })
            }
            ReportKind::Expired => Some(AccountEvent::Expired { order: client }),
            ReportKind::Amended => Some(AccountEvent::Amended(Amendment {
                order: client,
                quantity: report.quantity,
                limit: report.limit,
                trigger: report.trigger,
            })),
        };
        told.extend(event.map(OrderReport::Event));
    }
}

/// Our part in the trade of a report, with what only the order knows filled in.
fn fill(
    order: &KnownOrder,
    client: ClientOrderId,
    report: &ExecutionReport,
    now: Timestamp,
) -> Result<Fill, String> {
    let missing = |what: &str| format!("the {what} of order {} is not known", report.venue_order);
    let trade = report.trade.as_ref().ok_or_else(|| missing("trade"))?;
    let pair = order.pair.ok_or_else(|| missing("pair"))?;
    let side = order.side.ok_or_else(|| missing("side"))?;
    let (fee_asset, fee) = fee(trade, pair)?;
    Ok(Fill {
        order: client,
        trade: trade.id,
        pair,
        side,
        price: trade.price,
        quantity: trade.quantity,
        cost: trade.cost,
        fee,
        fee_asset,
        liquidity: trade.liquidity,
        time: report.time.unwrap_or(now),
    })
}

/// The one fee of a trade.
fn fee(
    trade: &ReportedTrade,
    pair: Pair,
) -> Result<(trading_types::Asset, trading_types::Amount), String> {
    let Some((asset, _)) = trade.fees.first() else {
        return Ok((pair.quote, trading_types::Amount::ZERO));
    };
    if trade.fees.iter().any(|(other, _)| other != asset) {
        return Err(format!("trade {} has fees in several assets", trade.id));
    }
    let sum = trade
        .fees
        .iter()
        .try_fold(trading_types::Amount::ZERO, |sum, (_, fee)| sum.checked_add(*fee));
    sum.map(|sum| (*asset, sum))
        .ok_or_else(|| format!("the fee of trade {} is too large", trade.id))
}

impl ExecutionReport {
    /// What it says of the end of an order: by its own kind, or by a status that says more.
    fn end_or_kind(&self) -> ReportKind {
        match (self.kind, self.status) {
            (ReportKind::Other | ReportKind::New, Some(OrderStatus::Canceled)) => {
                ReportKind::Canceled
            }
            (ReportKind::Other | ReportKind::New, Some(OrderStatus::Expired)) => {
                ReportKind::Expired
            }
            (ReportKind::Other | ReportKind::New, Some(OrderStatus::Filled)) => ReportKind::Filled,
            (kind, _) => kind,
        }
    }

    fn is_end(&self) -> bool {
        matches!(
            self.end_or_kind(),
            ReportKind::Filled | ReportKind::Canceled | ReportKind::Expired
        )
    }
}

#[cfg(test)]
mod tests;
