//! The life of one order, as a table from (state, event) to the next state, where every race
//! between our commands and the venue's answers has a name.
//!
//! The venue is the authority: a fill is a fact and is counted even if we had asked to cancel. An
//! event the table does not allow means our picture is wrong; the caller then stops entering and
//! asks for a fresh picture instead of guessing.

use serde::{Deserialize, Serialize};

/// Where an order is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum OrderState {
    /// Sent; the venue has not answered.
    Sent,
    /// Sent, and the answer may be lost: live or not, we do not know. Counted as live everywhere.
    Unknown,
    /// On the book, or armed and waiting for its trigger.
    Resting,
    /// On the book, with our cancel on the way.
    Canceling,
    /// All of it traded.
    Filled,
    /// It left the book before it was filled.
    Canceled,
    /// Its time was up.
    Expired,
    /// Refused; it never rested.
    Rejected,
    /// It never reached the venue, by proof.
    NeverExisted,
}

impl OrderState {
    /// Whether it may still trade.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Sent | Self::Unknown | Self::Resting | Self::Canceling)
    }

    /// Whether the venue is known to have it on the book or armed.
    pub const fn is_on_the_book(self) -> bool {
        matches!(self, Self::Resting | Self::Canceling)
    }
}

/// What can happen to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderEvent {
    /// The venue took it.
    Accepted,
    /// The venue refused it.
    Rejected,
    /// We sent a cancel.
    CancelSent,
    /// The venue refused our cancel.
    CancelRejected,
    /// Some of it traded, and more may.
    Traded,
    /// The last of it traded.
    TradedLast,
    /// The venue says that all of it has traded.
    Completed,
    /// It left the book.
    Canceled,
    /// Its time was up.
    Expired,
    /// The link broke; answers may be lost.
    LinkLost,
    /// A look-up proved that it never reached the venue.
    NeverExisted,
}

/// What a transition was: the ordinary course, or which race was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Race {
    /// No race: the ordinary course.
    Ordinary,
    /// A fill came before the answer to the order.
    FillOvertookAnswer,
    /// The order ended before its acceptance was seen.
    EndOvertookAnswer,
    /// A fill came while our cancel was on the way.
    FillBeatCancel,
    /// A fill was reported after the end of the order.
    FillAfterEnd,
    /// Our cancel was refused because the order had ended.
    CancelCameTooLate,
    /// The venue ended the order without our asking.
    EndUnasked,
    /// The venue's word for "filled" came after its last trade, as Kraken does it.
    FilledTwiceTold,
    /// An answer that had been overtaken, and tells nothing new.
    AnswerOvertaken,
    /// An order of unknown outcome turned out to have arrived.
    UnknownWasAlive,
    /// An order of unknown outcome turned out to be dead.
    UnknownWasDead,
    /// The link broke with the order's answer on the way.
    AnswerLost,
}

/// The next state and the race that was decided, or nothing when the event cannot happen.
#[rustfmt::skip] // A table is easier to check when its columns line up.
pub fn next_state(state: OrderState, event: OrderEvent) -> Option<(OrderState, Race)> {
    use OrderEvent as E;
    use OrderState as S;
    use Race as R;

    let next = match (state, event) {
        // The ordinary course.
        (S::Sent,                    E::Accepted)       => (S::Resting,      R::Ordinary),
        (S::Sent,                    E::Rejected)       => (S::Rejected,     R::Ordinary),
        (S::Resting,                 E::CancelSent)     => (S::Canceling,    R::Ordinary),
        (S::Canceling,               E::Canceled)       => (S::Canceled,     R::Ordinary),
        (S::Canceling,               E::CancelRejected) => (S::Resting,      R::Ordinary),
        (S::Resting,                 E::Traded)         => (S::Resting,      R::Ordinary),
        (S::Resting,                 E::TradedLast)     => (S::Filled,       R::Ordinary),
        (S::Resting,                 E::Completed)      => (S::Filled,       R::Ordinary),
        (S::Resting | S::Canceling,  E::Expired)        => (S::Expired,      R::Ordinary),
        (S::Filled,                  E::Completed)      => (S::Filled,       R::FilledTwiceTold),

        // The venue ends orders on its own: post-only that would take, the rest of an immediate
        // order, self-match, its dead-man switch.
        (S::Resting,                 E::Canceled)       => (S::Canceled,     R::EndUnasked),

        // Fills and ends may overtake the answer to what we sent.
        (S::Sent,                    E::Traded)         => (S::Resting,      R::FillOvertookAnswer),
        (S::Sent,                    E::TradedLast)     => (S::Filled,       R::FillOvertookAnswer),
        (S::Sent,                    E::Completed)      => (S::Filled,       R::FillOvertookAnswer),
        (S::Sent,                    E::Canceled)       => (S::Canceled,     R::EndOvertookAnswer),
        (S::Sent,                    E::Expired)        => (S::Expired,      R::EndOvertookAnswer),
        (S::Canceling,               E::Traded)         => (S::Canceling,    R::FillBeatCancel),
        (S::Canceling,               E::TradedLast)     => (S::Filled,       R::FillBeatCancel),
        (S::Canceling,               E::Completed)      => (S::Filled,       R::FillBeatCancel),
        (S::Canceled | S::Expired,   E::Traded)         => (state,           R::FillAfterEnd),
        (S::Canceled | S::Expired,   E::TradedLast)     => (S::Filled,       R::FillAfterEnd),
        (S::Canceled | S::Expired,   E::Completed)      => (S::Filled,       R::FillAfterEnd),

        // A cancel sent before the answer to the order itself was seen.
        (S::Sent | S::Unknown,       E::CancelSent)     => (state,           R::Ordinary),
        (S::Sent | S::Resting,       E::CancelRejected) => (state,           R::AnswerOvertaken),
        (S::Unknown,                 E::CancelRejected) => (state,           R::AnswerOvertaken),
        (S::Canceling,               E::CancelSent)     => (state,           R::Ordinary),

        // The answer that was overtaken; it tells nothing new.
        (S::Resting | S::Canceling,  E::Accepted)       => (state,           R::AnswerOvertaken),
        (S::Filled | S::Canceled,    E::Accepted)       => (state,           R::AnswerOvertaken),
        (S::Expired,                 E::Accepted)       => (state,           R::AnswerOvertaken),
        (S::Filled | S::Canceled,    E::CancelRejected) => (state,           R::CancelCameTooLate),
        (S::Expired | S::Rejected,   E::CancelRejected) => (state,           R::CancelCameTooLate),
        (S::NeverExisted,            E::CancelRejected) => (state,           R::CancelCameTooLate),
        (S::Canceled,                E::Canceled)       => (state,           R::AnswerOvertaken),
        (S::Expired,                 E::Expired)        => (state,           R::AnswerOvertaken),

        // The link. What had been answered stays as it was; the rest is unknown until proved.
        (S::Sent,                    E::LinkLost)       => (S::Unknown,      R::AnswerLost),
        (S::Unknown | S::Resting,    E::LinkLost)       => (state,           R::Ordinary),
        (S::Canceling,               E::LinkLost)       => (state,           R::AnswerLost),
        (S::Unknown,                 E::Accepted)       => (S::Resting,      R::UnknownWasAlive),
        (S::Unknown,                 E::Traded)         => (S::Resting,      R::UnknownWasAlive),
        (S::Unknown,                 E::TradedLast)     => (S::Filled,       R::UnknownWasAlive),
        (S::Unknown,                 E::Completed)      => (S::Filled,       R::UnknownWasAlive),
        (S::Unknown,                 E::Canceled)       => (S::Canceled,     R::UnknownWasAlive),
        (S::Unknown,                 E::Expired)        => (S::Expired,      R::UnknownWasAlive),
        (S::Unknown,                 E::Rejected)       => (S::Rejected,     R::UnknownWasDead),
        (S::Unknown | S::Sent,       E::NeverExisted)   => (S::NeverExisted, R::UnknownWasDead),

        _ => return None,
    };
    Some(next)
}

#[cfg(test)]
mod tests;
