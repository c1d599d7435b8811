//! What the engine takes in and gives out.

use serde::{Deserialize, Serialize};
use trading_types::{
    Amount, CancelReason, ClientOrderId, Fill, OrderKind, OrderQuantity, Pair, Refusal, Side,
    VenueCommand, VenueEvent,
};

use crate::{
    kill_switch::KillReason,
    ledger::BalanceMismatch,
    order::{OrderError, Role},
    order_life::OrderState,
    position::{ClosedLot, ExitReason, Oversold},
    risk::RiskRefusal,
    sizing::SizeRefusal,
};

/// Something that happened outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Input {
    /// A venue told something.
    Venue(VenueEvent),
    /// A person, or the program that runs the engine, wants something.
    Operator(OperatorCommand),
    /// A timer of the engine's is due.
    Timeout,
    /// What time it is was wrong: it is this moment, though later ones have been told.
    TimeSet,
}

/// What a person may ask of the engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OperatorCommand {
    /// Cancel everything, sell every position, and stay halted.
    Halt {
        /// Why.
        reason: String,
    },
    /// Trade again after a halt.
    Resume {
        /// Why it is right to.
        reason: String,
    },
    /// Sell every position because the run ends.
    Finish,
    /// Open and enlarge no position while this cause lasts; on one pair, or on all.
    Block {
        /// Why.
        cause: BlockCause,
        /// Where; nothing means everywhere.
        pair: Option<Pair>,
    },
    /// The cause is gone.
    Unblock {
        /// Which.
        cause: BlockCause,
        /// Where it had been.
        pair: Option<Pair>,
    },
    /// Trip the kill switch for a reason that was found outside the engine.
    Trip {
        /// Why.
        reason: KillReason,
    },
    /// Entries are made no larger than this from now on, in quote asset; nothing means as large as
    /// the other limits let them.
    CapEntries {
        /// The largest value of an entry.
        value: Option<Amount>,
    },
    /// Cancel and sell everything of one pair, and buy nothing of it until [`Self::ResumePair`].
    /// Each pair has one strategy, so this halts that strategy, too.
    HaltPair {
        /// Which.
        pair: Pair,
        /// Why.
        reason: String,
    },
    /// Trade a pair again after [`Self::HaltPair`]. A halt of everything stays.
    ResumePair {
        /// Which.
        pair: Pair,
        /// Why it is right to.
        reason: String,
    },
}

/// Why no position may be opened or enlarged for now. What reduces a position is not held up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockCause {
    /// Starting up: the picture of the account is not complete yet.
    Starting,
    /// A socket is down.
    LinkDown,
    /// No data for too long.
    StaleData,
    /// Our clock and the venue's differ by too much, or by nobody knows how much.
    ClockError,
    /// What came of an order is not known.
    UnknownOrder,
    /// Somebody else trades on the account.
    ForeignActivity,
    /// A balance moved and nobody knows why.
    UnexplainedBalance,
    /// The venue or the pair does not take orders.
    VenueStatus,
    /// The venue has announced that it will be away.
    Maintenance,
    /// The dead-man switch could not be set again in time.
    DeadManOverdue,
    /// The rung of the ladder does not allow it.
    Rung,
}

/// Something the engine wants done or known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Output {
    /// To be sent to the venue.
    Command(VenueCommand),
    /// To be told to people.
    Report(Report),
}

/// Something people may want to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Report {
    /// An order was sent.
    OrderPlaced {
        /// Our name for it.
        order: ClientOrderId,
        /// On which pair.
        pair: Pair,
        /// Buy or sell.
        side: Side,
        /// Why.
        role: Role,
        /// Its kind and prices.
        kind: OrderKind,
        /// How much.
        quantity: OrderQuantity,
    },
    /// Some of an order traded.
    OrderFilled {
        /// The trade.
        fill: Fill,
        /// Why the order was placed.
        role: Role,
    },
    /// An order ended without being filled completely.
    OrderEnded {
        /// Our name for it.
        order: ClientOrderId,
        /// On which pair.
        pair: Pair,
        /// Why the order had been placed.
        role: Role,
        /// How it ended.
        state: OrderState,
        /// Why, where the venue canceled it.
        reason: Option<CancelReason>,
    },
    /// The venue refused an order.
    OrderRejected {
        /// Our name for it.
        order: ClientOrderId,
        /// On which pair.
        pair: Pair,
        /// Why it was placed.
        role: Role,
        /// Why it was refused.
        refusal: Refusal,
    },
    /// A risk rule kept an order from being sent.
    OrderRefused {
        /// On which pair.
        pair: Pair,
        /// Buy or sell.
        side: Side,
        /// Why it was wanted.
        role: Role,
        /// The rule.
        refusal: RiskRefusal,
    },
    /// No size was right for an entry.
    SizeRefused {
        /// On which pair.
        pair: Pair,
        /// Why.
        refusal: SizeRefusal,
    },
    /// A part of a position was sold.
    LotClosed {
        /// On which pair.
        pair: Pair,
        /// What became of it.
        lot: ClosedLot,
    },
    /// Nothing that can be sold is left of a position: the trade is over.
    TradeClosed {
        /// On which pair.
        pair: Pair,
        /// What was won after fees; negative when lost.
        profit: Amount,
        /// Why it was sold.
        reason: ExitReason,
    },
    /// The kill switch tripped: everything is being canceled and sold.
    Halted {
        /// Why.
        reason: KillReason,
    },
    /// After a halt: nothing is open and nothing that can be sold is left.
    Flattened,
    /// A person took the halt back.
    Resumed {
        /// Why.
        reason: String,
    },
    /// Something a person should look at.
    Alarm(Alarm),
    /// Something could not be sold at a halt.
    Residual {
        /// On which pair.
        pair: Pair,
        /// What is still held of it.
        quantity: Amount,
        /// Why.
        why: ResidualCause,
    },
    /// One pair was halted: everything of it is being canceled and sold.
    PairHalted {
        /// Which.
        pair: Pair,
        /// Why.
        reason: String,
    },
    /// After a halt of one pair: nothing of it is open and nothing that can be sold is left.
    PairFlattened {
        /// Which.
        pair: Pair,
    },
    /// A person took the halt of one pair back.
    PairResumed {
        /// Which.
        pair: Pair,
        /// Why.
        reason: String,
    },
    /// A command named a pair that is not traded here; nothing was done.
    PairNotTraded {
        /// Which.
        pair: Pair,
    },
}

/// Why something could not be sold at a halt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ResidualCause {
    /// It is less than the pair's smallest order. It stays.
    #[error("it is less than the smallest order")]
    BelowMinimum,
    /// A rule keeps the sale back; it is tried again when that may have changed.
    #[error("a rule keeps it back ({0:?}); it is tried again")]
    Refused(RiskRefusal),
}

/// Something a person should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Alarm {
    /// The venue says something that our order table does not allow.
    #[error("the venue contradicts our orders: {0}")]
    Order(OrderError),
    /// More was sold than we held.
    #[error("the venue contradicts our position: {0}")]
    Position(Oversold),
    /// Balances differ.
    #[error("the venue contradicts our ledger: {0}")]
    Balance(BalanceMismatch),
    /// An order that is not ours was reported.
    #[error("order {0} is not one of ours")]
    ForeignOrder(ClientOrderId),
    /// A position has no stop at the venue although it wants one; it is being sold.
    #[error("{0} had no stop at the venue for too long and is being sold")]
    Unprotected(Pair),
    /// A position could not be sold after many attempts.
    #[error("{pair} could not be sold after {attempts} attempts ({reason:?})")]
    CannotExit {
        /// Which pair.
        pair: Pair,
        /// How often it was tried.
        attempts: u32,
        /// Why it is to be sold.
        reason: ExitReason,
    },
}
