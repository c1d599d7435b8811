//! What the bot is told. Whoever tells it has no say in what follows.

use kraken_protocol::stream::{
    session::{AccountReport, CommandAnswer, LinkChange, ReconcileReason},
    subscription::SocketKind,
};
use trading_engine::OperatorCommand;
use trading_types::{Candle, Pair, Quote, Timestamp, Trade, VenueStatus};

use crate::{
    call::{Answer, CallFailure},
    guard::StatusSource,
    output::{AlertKind, Severity},
};

/// Something happened.
#[derive(Clone, Debug)]
pub enum BotInput {
    // The disk.
    /// So many records, counted from the start of this process, are durable.
    Durable {
        /// How many.
        records: u64,
    },
    /// The journal cannot be written any more. Nothing leaves after this.
    JournalFailed {
        /// What happened.
        what: String,
    },

    // The market.
    /// The best prices of a pair; nothing when its book is broken or gone.
    Quote {
        /// Which pair.
        pair: Pair,
        /// The prices.
        quote: Option<Quote>,
    },
    /// Others traded.
    Trade {
        /// On which pair.
        pair: Pair,
        /// The trade.
        trade: Trade,
    },
    /// A candle closed.
    Candle {
        /// On which pair.
        pair: Pair,
        /// The candle.
        candle: Candle,
    },
    /// What the venue takes as a whole. A word nobody knows comes as maintenance.
    Status {
        /// Who says so.
        source: StatusSource,
        /// What it takes.
        status: VenueStatus,
    },
    /// What one pair takes. A word nobody knows comes as maintenance.
    PairStatus {
        /// Which pair.
        pair: Pair,
        /// What it takes.
        status: VenueStatus,
    },

    // The account.
    /// The private socket tells of our account.
    Account(AccountReport),
    /// What came of a command, for one of its orders.
    Answer(CommandAnswer),
    /// A socket came up or went down.
    Link {
        /// Which socket.
        socket: SocketKind,
        /// What happened to it.
        change: LinkChange,
    },
    /// A socket will not come back by itself; a new one may be opened.
    SocketEnded {
        /// Which socket.
        socket: SocketKind,
        /// Why.
        why: String,
    },
    /// Something may have been missed.
    Reconcile(ReconcileReason),
    /// A call came back.
    Answered {
        /// Which: the number the bot gave it.
        call: u64,
        /// When it was sent; what it says is of that moment or later.
        sent: Timestamp,
        /// What it says.
        result: Result<Answer, CallFailure>,
    },

    // People.
    /// A person wants something.
    Operator(Operator),
    /// Somebody has read an alert.
    Acknowledged {
        /// Which; nothing means all.
        alert: Option<u64>,
        /// Who.
        by: String,
    },
    /// Whoever carries things for the bot has found something a person should know.
    Noticed {
        /// What it is about.
        kind: AlertKind,
        /// How bad it is.
        severity: Severity,
        /// In words: what happened, and what to do.
        text: String,
    },
    /// End in order: nothing that should not rest stays open.
    ShutDown,
}

/// What a person wants of the bot, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Who: a user of this machine, or the name of a channel.
    pub principal: String,
    /// What.
    pub command: OperatorCommand,
}
