//! What the resolver is told, and what it wants.

use kraken_protocol::clock_offset::Ahead;
use trading_types::{AccountEvent, Amendment, ClientOrderId, NewOrder, Timestamp, VenueOrderId};

use crate::call::{Answer, Call, CallFailure};

/// Something the resolver has to know.
#[derive(Clone, Debug)]
pub enum ResolverEvent {
    /// A placement has no answer, or one that leaves its fate open.
    Unclear {
        /// What was sent.
        order: NewOrder,
        /// When, by our clock; earlier is harmless, and costs a longer reading of trades.
        sent_at: Timestamp,
    },
    /// An amendment has no answer, or one that leaves its fate open.
    AmendUnclear {
        /// The change.
        amendment: Amendment,
        /// After this the venue must not make it; nothing when none was sent.
        deadline: Option<Timestamp>,
        /// The order as it was before.
        order: NewOrder,
        /// When the amendment was sent, by our clock.
        sent_at: Timestamp,
    },
    /// An order that we took for open is not: the executions snapshot does not show it, or a
    /// cancel of it was refused. It has ended, or the snapshot lacks it. Of an order whose
    /// placement is unclear this says nothing but that it should be looked for now.
    Missing {
        /// The order as we know it.
        order: NewOrder,
        /// When it was sent, by our clock; earlier is harmless.
        sent_at: Timestamp,
    },
    /// The stream, or the answer to the command after all, has told that an order exists, or what
    /// became of it. Its case is dropped, unless the question is whether it was amended.
    Settled(ClientOrderId),
    /// The stream, or the answer after all, has told what came of an amendment, or that its order
    /// has ended. Its case is dropped; without this the order is looked up.
    AmendSettled(ClientOrderId),
    /// The executions stream shows a fresh snapshot, and everything in it has been told.
    StreamRenewed {
        /// When it was asked for, or any time until it came: it shows this moment or a later one.
        at: Timestamp,
    },
    /// How far the venue's clock is ahead of ours, as an interval that holds the truth.
    Clock(Ahead),
    /// Whether calls can reach the venue.
    Reachable(bool),
    /// A call came back. Every call that was wanted comes back exactly once.
    Answered {
        /// Which.
        tag: u64,
        /// When it was sent; what it says is of that moment or later.
        sent: Timestamp,
        /// What it says.
        result: Result<Answer, CallFailure>,
    },
}

/// Something the resolver wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolverOutput {
    /// Make this call.
    Ask {
        /// Its answer comes back with this.
        tag: u64,
        /// What.
        call: Call,
    },
    /// What became of an order, or how it was proved; the parts of one fate follow each other.
    Proved {
        /// Which order.
        order: ClientOrderId,
        /// The venue's name for it, when it has one.
        venue_order: Option<VenueOrderId>,
        /// How, in words.
        evidence: String,
    },
    /// The engine has to know this.
    Tell(AccountEvent),
    /// The fate of an order is not known for too long: a person has to be told.
    Overdue(ClientOrderId),
    /// A fresh snapshot of the executions stream is needed.
    Renew,
}
