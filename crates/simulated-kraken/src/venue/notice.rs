//! What the venue tells: the same for every interface, before it is put into words.

use serde::{Deserialize, Serialize};
use trading_types::{BookUpdate, Pair, Timestamp, Trade, VenueStatus};

use super::records::{LedgerEntry, OrderRecord, TradeRecord};

/// Something happened.
#[derive(Clone, Debug)]
pub(crate) enum Notice {
    /// Levels of a book changed.
    Book { pair: Pair, update: BookUpdate, time: Timestamp },
    /// Somebody traded. Candles and ticker of the pair have moved with it.
    Trade { pair: Pair, trade: TapeTrade },
    /// The best bid or ask changed.
    Quote { pair: Pair },
    /// Something happened to an order.
    Execution(Box<Execution>),
    /// A balance moved.
    Ledger(Box<LedgerEntry>),
    /// The venue takes something else from now on.
    Status(VenueStatus),
    /// The rules or the state of a pair changed, or a pair is new.
    Instrument { pair: Pair },
}

/// A trade as everybody sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TapeTrade {
    /// Counted up on each pair.
    pub(crate) number: u64,
    pub(crate) trade: Trade,
    /// Whether the taker came with a limit price.
    pub(crate) is_limit: bool,
}

/// Something that happened to an order.
#[derive(Clone, Debug)]
pub(crate) struct Execution {
    pub(crate) kind: ExecutionKind,
    /// The order as it is after it, without its trades and without its changes but the last one.
    pub(crate) order: OrderRecord,
    /// The trade, where one happened.
    pub(crate) trade: Option<TradeRecord>,
    pub(crate) time: Timestamp,
}

/// What happened, as the channel `executions` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExecutionKind {
    PendingNew,
    New,
    Trade,
    Filled,
    IcebergRefill,
    Canceled,
    Expired,
    Amended,
    /// Its trigger was reached.
    Status,
}
