//! What may be commanded over the socket, and what can come of it. Every order of a command gets
//! exactly one answer, and one that says *unclear* is the caller's to look up: nothing is repeated.

use std::time::Duration;

use trading_types::{ClientOrderId, NewOrder, Refusal, Timestamp, VenueOrderId};

use crate::stream::order_writer::{AmendRequest, NotExpressible, OrderName};

/// A command. Each leaves the socket once or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketCommand {
    /// Place an order.
    Place(NewOrder),
    /// Have the venue check an order without placing it.
    Check(NewOrder),
    /// Place 2 to 15 orders of one pair with one deadline.
    PlaceBatch(Vec<NewOrder>),
    /// Change an order in place.
    Amend(AmendRequest),
    /// Cancel 1 to 50 orders, each answered by itself.
    Cancel(Vec<OrderName>),
    /// Cancel 2 to 50 orders, answered together.
    CancelBatch(Vec<OrderName>),
    /// Cancel every open order of the account.
    CancelAll,
    /// Have the venue cancel every order of the account after this long; zero switches it off.
    CancelAllAfter(Duration),
}

impl SocketCommand {
    /// The orders it is about; each gets an answer. None means one answer for the whole.
    pub fn orders(&self) -> Vec<OrderName> {
        let ours = |id: ClientOrderId| OrderName::Ours(id);
        match self {
            Self::Place(order) | Self::Check(order) => vec![ours(order.id)],
            Self::PlaceBatch(orders) => orders.iter().map(|order| ours(order.id)).collect(),
            Self::Amend(request) => vec![ours(request.amendment.order)],
            Self::Cancel(orders) | Self::CancelBatch(orders) => orders.clone(),
            Self::CancelAll | Self::CancelAllAfter(_) => Vec::new(),
        }
    }

    /// The time after which the venue must not act on it. It is not sent after that.
    pub fn deadline(&self) -> Option<Timestamp> {
        match self {
            Self::Place(order) | Self::Check(order) => order.deadline,
            Self::PlaceBatch(orders) => orders.iter().filter_map(|order| order.deadline).min(),
            Self::Amend(request) => request.deadline,
            Self::Cancel(_) | Self::CancelBatch(_) | Self::CancelAll | Self::CancelAllAfter(_) => {
                None
            }
        }
    }

    /// The method's name on the wire.
    pub const fn method(&self) -> &'static str {
        match self {
            Self::Place(_) | Self::Check(_) => "add_order",
            Self::PlaceBatch(_) => "batch_add",
            Self::Amend(_) => "amend_order",
            Self::Cancel(_) => "cancel_order",
            Self::CancelBatch(_) => "batch_cancel",
            Self::CancelAll => "cancel_all",
            Self::CancelAllAfter(_) => "cancel_all_orders_after",
        }
    }
}

/// What a command came to, for one of its orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandAnswer {
    /// The caller's number of the command.
    pub request: u64,
    /// Which of its orders; nothing for a command that names none.
    pub order: Option<OrderName>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a command, sorted by what the caller does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    // Go on.
    /// The venue took the order.
    Placed {
        /// The venue's name for it.
        venue_order: VenueOrderId,
    },
    /// The venue would take the order.
    Checked,
    /// The order was changed.
    Amended,
    /// The order is being canceled; `executions` tells its end.
    Canceling,
    /// Every order is being canceled.
    CancelingAll {
        /// How many.
        count: u32,
    },
    /// The dead-man switch was set.
    SwitchSet {
        /// When it fires; never, when it was switched off.
        fires: Option<Timestamp>,
    },

    // It had no effect.
    /// The venue said no.
    Refused(Refusal),
    /// The venue did not know our token. A new one is on its way; the command had no effect.
    TokenStale,
    /// It never left.
    NotSent(NotSent),

    // Look it up before anything else is done.
    /// Whether it had an effect is not known.
    Unclear(Unclear),
}

/// Why a command never left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// There is no connection, or it is not ready.
    #[error("the private socket is not ready: wait for the link or use REST")]
    NotConnected,
    /// Too many commands wait already.
    #[error("too many commands wait to be sent: slow down")]
    QueueFull,
    /// It waited until its deadline.
    #[error("its deadline passed before it could be sent")]
    DeadlinePassed,
    /// It was taken back.
    #[error("it was taken back before it was sent")]
    Withdrawn,
    /// This is a socket for market data.
    #[error("this socket takes no orders: use the private one")]
    WrongSocket,
    /// The socket has no words for it.
    #[error("{0}")]
    NotExpressible(NotExpressible),
}

/// Why the outcome of a command is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// The connection ended before the answer.
    LinkLost,
    /// No answer came in time.
    NoAnswer,
    /// The venue's answer leaves it open: `EService:Unavailable`, `EService:Deadline elapsed` and
    /// the like.
    VenueInDoubt(String),
    /// The answer said neither that it was done nor that it was refused.
    AnswerIncomplete,
}
