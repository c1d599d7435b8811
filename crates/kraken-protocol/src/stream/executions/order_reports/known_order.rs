//! What is known of one order, merged from its reports. A field once known stays known: later
//! reports leave out what has not changed.

use trading_types::{
    ClientOrderId, NewOrder, OrderKind, OrderQuantity, Pair, Price, Quantity, Side, TimeInForce,
    VenueOrderId,
};

use super::OpenOrder;
use crate::stream::executions::ExecutionReport;

/// Whose an order is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Owner {
    /// It carries a name of ours.
    Ours(ClientOrderId),
    /// It carries none.
    Foreign,
    /// No report has said so far: a `new` or a `trade` may come before the answer to our order.
    #[default]
    Unknown,
}

impl Owner {
    pub(super) const fn ours(self) -> Option<ClientOrderId> {
        match self {
            Self::Ours(client) => Some(client),
            Self::Foreign | Self::Unknown => None,
        }
    }
}

/// What the engine has been told and is not told again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    pub(super) accepted: bool,
    pub(super) triggered: bool,
}

/// One order.
#[derive(Clone, Debug, Default)]
pub(super) struct KnownOrder {
    pub(super) owner: Owner,
    pub(super) pair: Option<Pair>,
    pub(super) side: Option<Side>,
    pub(super) is_immediate: bool,
    pub(super) told: Told,
    pub(super) has_ended: bool,
    pub(super) held: Vec<ExecutionReport>,
    quantity: Option<Quantity>,
    limit: Option<Price>,
    total_traded: Option<Quantity>,
    /// What the fills that were told come to.
    counted: Quantity,
}

impl KnownOrder {
    /// An order that a snapshot shows for the first time. What it traded before is not ours to
    /// miss, except the `fresh` part, whose trades the same snapshot shows.
    pub(super) fn first_seen(report: &ExecutionReport, fresh: Quantity) -> Self {
        let total = report.total_traded.unwrap_or(Quantity::ZERO);
        let counted = if fresh < total { total - fresh } else { Quantity::ZERO };
        Self { counted, ..Self::default() }
    }

    /// A full report says whose an order is: one without a name of ours is not ours.
    pub(super) fn claim_or_disown(&mut self, report: &ExecutionReport) {
        match (self.owner, report.client) {
            (Owner::Ours(_), _) => {}
            (Owner::Unknown | Owner::Foreign, Some(client)) => self.owner = Owner::Ours(client),
            (Owner::Unknown | Owner::Foreign, None) => self.owner = Owner::Foreign,
        }
    }

    /// Takes over what a report says.
    pub(super) fn learn(&mut self, report: &ExecutionReport) {
        self.pair = report.pair.or(self.pair);
        self.side = report.side.or(self.side);
        self.quantity = report.quantity.or(self.quantity);
        self.limit = report.limit.or(self.limit);
        self.total_traded = report.total_traded.or(self.total_traded);
        self.is_immediate = report.is_immediate.unwrap_or(self.is_immediate);
    }

    /// Takes over what we sent, where no report has said more.
    pub(super) fn learn_from(&mut self, sent: &NewOrder) {
        self.pair = self.pair.or(Some(sent.pair));
        self.side = self.side.or(Some(sent.side));
        self.limit = self.limit.or(sent.kind.limit());
        if let OrderQuantity::Base(quantity) = sent.quantity {
            self.quantity = self.quantity.or(Some(quantity));
        }
        self.is_immediate |= matches!(sent.kind, OrderKind::Market)
            || matches!(
                sent.time_in_force,
                TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill
            );
    }

    /// Adds up what was told; says whether the venue's total is above it.
    pub(super) fn count(&mut self, report: &ExecutionReport) -> bool {
        if let Some(trade) = &report.trade {
            self.counted = self.counted.checked_add(trade.quantity).unwrap_or(Quantity::MAX);
        }
        let total = report.total_traded.unwrap_or(Quantity::ZERO);
        let has_missed = self.counted < total;
        // Once is enough.
        self.counted = self.counted.max(total);
        has_missed
    }

    pub(super) const fn open_order(&self, venue_order: VenueOrderId) -> OpenOrder {
        OpenOrder {
            venue_order,
            client: self.owner.ours(),
            pair: self.pair,
            side: self.side,
            quantity: self.quantity,
            total_traded: self.total_traded,
            limit: self.limit,
        }
    }
}
