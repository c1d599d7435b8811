//! What the exchange is told: place, change, cancel.

use trading_types::{Quantity, Side};

/// Our number of an order, never used twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderNumber(pub u64);

/// Under which terms an order trades.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayTerms {
    /// At the best prices there are, now; the rest is canceled.
    Market,
    /// At this price or better; the rest waits on the book.
    Limit {
        /// The worst price, in steps.
        steps: i64,
    },
    /// At this price or better, and never as taker: refused when it would take.
    PostOnly {
        /// The worst price, in steps.
        steps: i64,
    },
    /// At this price or better, now; the rest is canceled.
    ImmediateOrCancel {
        /// The worst price, in steps.
        steps: i64,
    },
}

impl ReplayTerms {
    /// The worst price, where there is one.
    pub const fn limit(self) -> Option<i64> {
        match self {
            Self::Market => None,
            Self::Limit { steps }
            | Self::PostOnly { steps }
            | Self::ImmediateOrCancel { steps } => Some(steps),
        }
    }

    /// Whether what does not trade at once waits on the book.
    pub(super) const fn rests(self) -> bool {
        matches!(self, Self::Limit { .. } | Self::PostOnly { .. })
    }
}

/// An order to be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayOrder {
    /// Our number for it.
    pub number: OrderNumber,
    /// Buy or sell.
    pub side: Side,
    /// How much base asset.
    pub quantity: Quantity,
    /// Under which terms.
    pub terms: ReplayTerms,
}

/// A change of an order that rests. Only a smaller quantity keeps the place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplayAmend {
    /// Which.
    pub number: OrderNumber,
    /// The new total, what has traded included; at or below that, the rest is canceled.
    pub quantity: Option<Quantity>,
    /// The new limit price, in steps.
    pub steps: Option<i64>,
}

/// A command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayCommand {
    /// Places an order.
    Place(ReplayOrder),
    /// Changes one that rests.
    Amend(ReplayAmend),
    /// Cancels one that rests.
    Cancel(OrderNumber),
}
