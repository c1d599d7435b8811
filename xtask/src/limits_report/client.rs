//! The seam between the simulation and whatever decides when a call is sent: our scheduler, or what
//! other programs do in its place.
//!
//! A client is asked for calls and says when each is sent. It learns how a call ended from
//! [`Client::answered`] exactly once, unless it is restarted in between, and what became of its
//! orders from [`Client::noticed`]. It never sees Kraken's counters.

use simulated_limits::{Exceeded, Tier};
use trading_types::{Pair, Timestamp};

/// The name of a call within one run.
pub(crate) type CallId = u64;
/// The name of an order within one run, chosen before it is placed.
pub(crate) type OrderNumber = u64;

/// Something that a user of the client wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) id: CallId,
    /// The last word of the path, or the method's counterpart of it.
    pub(crate) endpoint: &'static str,
    pub(crate) purpose: Purpose,
    pub(crate) transport: Transport,
    /// The pair of a call that touches orders of one.
    pub(crate) pair: Option<Pair>,
    /// The order that is placed, amended or canceled.
    pub(crate) order: Option<OrderNumber>,
}

/// What a call is for, which is how urgent it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// Cancel everything, now.
    Halt,
    /// Cancel an order.
    Cancel,
    /// Change an order in place.
    Amend,
    /// Place an order.
    Place,
    /// Look at the account.
    Account,
    /// Look at the market, without a key.
    Public,
}

impl Purpose {
    /// Whether it touches orders.
    pub(crate) const fn is_trading(self) -> bool {
        matches!(self, Self::Halt | Self::Cancel | Self::Amend | Self::Place)
    }
}

/// Which way a call goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// It counts on the counter of its key, if its endpoint does.
    Rest,
    /// It does not.
    Socket,
}

/// What a client decided about a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Started {
    /// It is on its way.
    Sent(CallId),
    /// The client will not send it: whoever wanted it has to ask anew.
    Declined(CallId),
}

/// How a call ended, as its client learns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Carried out.
    Accepted,
    /// Refused for a limit.
    Exceeded(Exceeded),
    /// Refused for a reason that has nothing to do with limits, for instance an order that is gone.
    Refused,
    /// No answer came within thirty seconds. It may have been carried out.
    Lost,
}

/// What became of an order, from Kraken's stream of executions; never lost, always in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) pair: Pair,
    pub(crate) order: OrderNumber,
    pub(crate) fate: Fate,
}

/// What can become of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is open.
    Opened,
    /// It was open and is not any more.
    Closed,
    /// Its placing was [`Outcome::Lost`], and a look-up has shown that it was never open.
    NeverOpened,
}

/// What a client is told before a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setup {
    pub(crate) tier: Tier,
    pub(crate) profile: Profile,
    pub(crate) now: Timestamp,
}

/// Whose description of Kraken's limits holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Profile {
    /// Kraken's own.
    Documented,
    /// The article's, with fixed clock minutes.
    Article,
}

impl Profile {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Article => "article",
        }
    }
}

/// The thing under test.
pub(crate) trait Client {
    /// Somebody wants a call made.
    fn ask(&mut self, call: Call, now: Timestamp);

    /// Which of the calls asked for are decided at `now`.
    fn poll(&mut self, now: Timestamp) -> Vec<Started>;

    /// A call that was sent has ended, for all its client can know.
    fn answered(&mut self, id: CallId, outcome: Outcome, now: Timestamp);

    /// Which way trading commands go, where the scenario leaves it open. Programs that poll send
    /// orders the same way.
    fn trading_transport(&self) -> Transport {
        Transport::Rest
    }

    /// When [`Self::poll`] may decide something although nothing else happens.
    fn next_timeout(&self) -> Option<Timestamp>;

    /// An order changed. Clients that keep no record of orders need not listen.
    fn noticed(&mut self, _notice: Notice, _now: Timestamp) {}

    /// The process ended and starts again at `now`. Calls that were asked for are gone; calls that
    /// were under way stay under way, but nobody will hear how they ended. A client that keeps its
    /// state across restarts restores it here; the others begin anew.
    fn restart(&mut self, now: Timestamp);
}
