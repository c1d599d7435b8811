//! What the reconciler is told, and what it wants.

use kraken_protocol::clock_offset::Ahead;
use trading_engine::BlockCause;
use trading_types::{AccountEvent, Amount, Ascii, Asset, Pair, Timestamp};

use crate::{
    call::{Answer, Call, CallFailure},
    output::{AlertKind, Severity},
};

/// Why balances should be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trigger {
    /// The bot has started: nothing is believed before.
    Started,
    /// A private stream was away and is back.
    Reconnected,
    /// The stream tells of an order or a trade that is not ours.
    ForeignReport,
    /// A balance moved in a way the stream does not explain.
    BalanceMoved,
    /// The stream says that fills were missed, or that it cannot be read.
    MissedFills,
    /// Somebody wants to know.
    Asked,
}

/// Something the reconciler has to know.
#[derive(Clone, Debug)]
pub enum ReconcilerEvent {
    /// There is a reason to compare.
    Trigger(Trigger),
    /// Whether no command is under way and the fate of every order is known. Only then do balances
    /// compare sensibly. At first it is taken not to be so.
    Quiet(bool),
    /// Our ledger may have changed, also by what the reconciler itself has told; if a balance did,
    /// a comparison under way is void.
    OursChanged,
    /// How far the venue's clock is ahead of ours.
    Clock(Ahead),
    /// Whether calls can reach the venue.
    Reachable(bool),
    /// A person says that what somebody else did on a pair, or everywhere, is all right. What must
    /// stay blocked all the same, because foreign orders are open, is told again; so is a
    /// difference that still nothing explains.
    Resumed(Option<Pair>),
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

/// Something the reconciler wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReconcilerOutput {
    /// Make this call.
    Ask {
        /// Its answer comes back with this.
        tag: u64,
        /// What.
        call: Call,
    },
    /// The engine has to know this.
    Tell(AccountEvent),
    /// Why the balance moves that is told next. It is told once for each id, and comes immediately
    /// before its `Tell`; one without a `Tell` was in the opening balances already.
    Explained {
        /// The venue's id of the entry in its ledger.
        id: Ascii<24>,
        /// Which asset.
        asset: Asset,
        /// By how much.
        change: Amount,
        /// What it was: `deposit`, `withdrawal`, `foreign trade …`, …
        what: String,
    },
    /// Every trade and every movement up to this moment, by the venue's clock, is accounted for.
    AccountedTo(Timestamp),
    /// Our balances are the venue's, to the last unit.
    Reconciled,
    /// Nothing may be opened for this cause.
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
    /// Tell somebody.
    Alert {
        /// About what.
        kind: AlertKind,
        /// How bad it is.
        severity: Severity,
        /// What happened and what to do.
        text: String,
    },
}
