//! What a session is told and what it wants done. Nothing that is shown of either holds a token.

use std::{fmt, time::Duration};

use trading_types::{AccountEvent, Pair, Timestamp, VenueOrderId};
use zeroize::Zeroizing;

use super::command::{CommandAnswer, SocketCommand};
use crate::{
    limits::Feedback,
    stream::{
        balances::BalanceReport,
        executions::OrderReport,
        market::MarketMessage,
        subscription::{SocketKind, Subscription},
        token::Token,
    },
};

/// Something happened.
///
/// After [`SessionOutput::Close`] the caller tells nothing more of that connection.
#[derive(Debug)]
pub enum SessionEvent<'a> {
    /// There is room in the budget of connection attempts: the answer to
    /// [`SessionOutput::WantConnect`].
    ConnectAllowed,
    /// The dial succeeded.
    Connected,
    /// The dial failed.
    ConnectFailed {
        /// What the server answered to the upgrade, if it answered.
        http_status: Option<u16>,
    },
    /// A text frame arrived.
    Frame(&'a str),
    /// A binary frame arrived. Kraken sends none; it is read like a text.
    BinaryFrame(&'a [u8]),
    /// The connection ended.
    Closed {
        /// The close code, if there was a close frame.
        code: Option<u16>,
        /// The reason in it.
        reason: &'a str,
    },
    /// A fresh token: the answer to [`SessionOutput::WantToken`].
    Token(Token),
    /// No token could be had for now. A key that is bad is ended with [`Self::Shutdown`].
    TokenRefused,
    /// This is wanted from now on, on every connection.
    Subscribe {
        /// What.
        subscription: Subscription,
        /// How long it may be silent at most, where that is known.
        expects_data_every: Option<Duration>,
    },
    /// This is not wanted any more.
    Unsubscribe(Subscription),
    /// The caller found the data of a subscription broken: a checksum failed, a book crossed. It
    /// is taken back and asked for again, alone.
    DataBroken(Subscription),
    /// Send this, once.
    Command {
        /// The caller's number for it; its answers carry it.
        request: u64,
        /// What.
        command: SocketCommand,
    },
    /// Take back a command that has not left; one that has stays.
    Withdraw {
        /// The caller's number of it.
        request: u64,
    },
    /// What the venue's clock shows when ours shows `here`: deadlines go by the venue's. Until it
    /// is told they are taken to show the same.
    VenueClock {
        /// Ours.
        here: Timestamp,
        /// The venue's.
        venue: Timestamp,
    },
    /// Close the connection and stay closed.
    Shutdown,
}

/// Something is to be done, or is to be known.
#[derive(Debug)]
pub enum SessionOutput {
    /// Ask the budget of connection attempts, then tell [`SessionEvent::ConnectAllowed`].
    WantConnect,
    /// Open a connection to this host.
    Dial(SocketKind),
    /// Ask for a new token, then tell [`SessionEvent::Token`] or [`SessionEvent::TokenRefused`].
    WantToken,
    /// Send this.
    Send(Outgoing),
    /// Drop the connection.
    Close,
    /// The market, or the venue's state, as it was told.
    Market(MarketMessage),
    /// Our account.
    Account(AccountReport),
    /// The answer to a command, for one of its orders.
    Answer(CommandAnswer),
    /// Events flow, or stopped flowing.
    Link(LinkChange),
    /// Something may have been missed: compare with what REST says.
    Reconcile(ReconcileReason),
    /// What the venue said of our rate.
    Feedback {
        /// What.
        feedback: Feedback,
        /// About which pair, if it is known.
        pair: Option<Pair>,
    },
    /// The session is over and will want nothing more.
    Ended(EndReason),
    /// For the log.
    Log(SessionNote),
}

/// Something happened on our account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountReport {
    /// About an order.
    Order(OrderReport),
    /// About a balance.
    Balance(BalanceReport),
    /// The highest the trading counter may be: 60, 125 or 180 by the account's tier.
    CounterMax(u32),
}

impl AccountReport {
    /// What the engine is to be told, if anything.
    pub const fn event(&self) -> Option<&AccountEvent> {
        match self {
            Self::Order(OrderReport::Event(event)) | Self::Balance(BalanceReport::Event(event)) => {
                Some(event)
            }
            Self::Order(
                OrderReport::Foreign(_)
                | OrderReport::OpenOrders { .. }
                | OrderReport::Counter { .. }
                | OrderReport::Reconcile(_),
            )
            | Self::Balance(BalanceReport::Changed(_) | BalanceReport::Reconcile(_))
            | Self::CounterMax(_) => None,
        }
    }
}

/// A frame to be sent. It may hold the token, so it does not show itself and is wiped.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing(Zeroizing<String>);

impl Outgoing {
    /// A frame.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text. It may hold the token.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text. It may hold the token.
    pub fn into_text(mut self) -> String {
        std::mem::take(&mut *self.0)
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outgoing({} bytes)", self.0.len())
    }
}

/// Whether events flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkChange {
    /// They do. On a private socket the picture of our orders has just been renewed.
    Up,
    /// They do not.
    Down(LinkLoss),
}

/// Why a connection ended or did not come about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkLoss {
    /// The dial failed.
    ConnectFailed {
        /// What the server answered to the upgrade, if it answered.
        http_status: Option<u16>,
    },
    /// The other side closed, or the network broke.
    Closed {
        /// The close code, if there was a close frame.
        code: Option<u16>,
        /// The reason in it.
        reason: String,
    },
    /// No frame came for too long.
    Silent,
    /// The dial took too long.
    DialTooSlow,
    /// We wanted it.
    Shutdown,
}

/// Why a session will not connect again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// Close code 1008: we broke a rule of the venue's.
    PolicyViolation {
        /// The reason in the close frame.
        reason: String,
    },
    /// The server refuses the upgrade and would again.
    UpgradeRefused {
        /// With this status.
        http_status: u16,
    },
    /// We wanted it.
    Shutdown,
}

/// Why our picture of the account may be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReconcileReason {
    /// Messages of a private channel were lost.
    SequenceGap(Subscription),
    /// The venue's total of an order is above what its fills come to.
    MissedFills {
        /// The venue's name for the order.
        venue_order: VenueOrderId,
    },
    /// A report could not be read.
    UnreadableReport(String),
    /// A private channel was acknowledged several times and never showed all there is.
    NoSnapshot(Subscription),
}

/// What a log should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionNote {
    /// The venue took a subscription.
    Acknowledged(Subscription),
    /// The venue refused a subscription; it is asked for again later.
    SubscriptionRefused {
        /// Which.
        subscription: Subscription,
        /// Why.
        error: String,
    },
    /// Nobody answered to a subscription; it is asked for again.
    Unacknowledged(Subscription),
    /// A subscription was acknowledged but shows nothing, or shows nothing any more; it is asked
    /// for again, alone.
    Silent(Subscription),
    /// A subscription is taken back and asked for again, because its data is broken.
    Resubscribing(Subscription),
    /// Messages of a private channel were lost.
    SequenceGap {
        /// Of which channel.
        subscription: Subscription,
        /// The number that should have come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// This socket does not carry this subscription, or the venue does not have it. It is dropped.
    NotCarriedHere(Subscription),
    /// An acknowledgement came with a warning.
    Warning(String),
    /// The venue told of an error that belongs to nothing we asked.
    VenueError(String),
    /// An answer that belongs to nothing that waits for one; perhaps it came too late.
    UnmatchedAnswer {
        /// To which method.
        method: String,
        /// To which of our requests.
        request: Option<u64>,
        /// Why it failed, if it did.
        error: Option<String>,
    },
    /// A frame that cannot be read.
    UnreadableFrame(String),
    /// A dial failed or a connection ended; the next attempt is due then.
    ConnectAgain {
        /// Why the last one ended.
        loss: LinkLoss,
        /// When.
        at: Timestamp,
    },
    /// We send too much; subscriptions wait until then.
    SlowedDown {
        /// Until when.
        until: Timestamp,
    },
    /// The venue does not know our token; a new one is asked for.
    TokenStale,
}
