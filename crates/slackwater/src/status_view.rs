//! How a bot is, as it tells over its socket and once a second.

use bot_machine::{DeadManChoice, output::Stage};
use serde::Deserialize;
use serde_json::Value;
use trading_engine::BlockCause;
use trading_ladder::{EntryCap, Rung};
use trading_types::{Amount, Fraction, Pair, Price, Quantity, Side, Timestamp};

/// How a bot is.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct StatusView {
    pub(crate) time: Timestamp,
    pub(crate) stage: Stage,
    pub(crate) equity: Amount,
    pub(crate) fees: Amount,
    pub(crate) positions: Vec<PositionView>,
    pub(crate) orders: Vec<OrderView>,
    pub(crate) worst_case: WorstCaseView,
    pub(crate) dead_man: DeadManView,
    pub(crate) blocks: Vec<BlockView>,
    pub(crate) halt_reason: Option<String>,
    pub(crate) halt_verified: bool,
    pub(crate) unknown_orders: usize,
    pub(crate) budgets: Vec<BudgetView>,
    pub(crate) clock_error_ms: Option<u64>,
    pub(crate) journal: JournalView,
    /// Where the bot stands on the ladder, if it climbs one.
    pub(crate) ladder: Option<LadderView>,
}

/// Where the bot stands on the ladder.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct LadderView {
    pub(crate) rung: Rung,
    pub(crate) entry_cap: EntryCap,
}

/// What is held of a pair.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PositionView {
    pub(crate) pair: Pair,
    pub(crate) quantity: Amount,
    pub(crate) average_price: Option<Price>,
    pub(crate) mark: Option<Price>,
    pub(crate) stop: Option<Price>,
    pub(crate) covered: Quantity,
    pub(crate) without_stop: Amount,
}

/// An order that is live.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct OrderView {
    pub(crate) pair: Pair,
    pub(crate) side: Side,
    pub(crate) kind: String,
    /// `entry`, `stop`, or an exit with its reason.
    pub(crate) why: Value,
}

/// The most that can be lost.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct WorstCaseView {
    pub(crate) gap: Fraction,
    pub(crate) at_stops: Amount,
    pub(crate) at_gap: Amount,
    pub(crate) without_stop: Amount,
    pub(crate) may_be_added: Amount,
    pub(crate) total: Amount,
}

/// What becomes of resting orders when the bot dies.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct DeadManView {
    pub(crate) choice: DeadManChoice,
    /// When a switch that is set fires.
    pub(crate) fires: Option<Timestamp>,
}

/// Something that keeps entries from being made.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct BlockView {
    pub(crate) cause: BlockCause,
    /// Where; nothing means everywhere.
    pub(crate) pair: Option<Pair>,
}

/// How full a budget is.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct BudgetView {
    pub(crate) name: String,
    pub(crate) used: Amount,
    pub(crate) limit: Amount,
}

/// How far the journal is.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct JournalView {
    pub(crate) durable: u64,
    pub(crate) records: u64,
}

impl StatusView {
    /// Reads what a bot says; an error is another version's bot.
    pub(crate) fn read(status: &Value) -> Result<Self, String> {
        Self::deserialize(status).map_err(|error| {
            format!("the bot speaks of itself in another way ({error}); use its own version")
        })
    }
}

/// How large entries may be, in words.
pub(crate) fn cap_words(cap: EntryCap) -> String {
    match cap {
        EntryCap::UpTo(amount) => format!("entries up to {amount}"),
        EntryCap::Unlimited => "entries as large as the config says".to_owned(),
        EntryCap::NoEntry => "no entries".to_owned(),
    }
}

/// A stage in words.
pub(crate) fn stage_words(stage: &Stage) -> String {
    match stage {
        Stage::Auditing => "asking what the key may do".to_owned(),
        Stage::Connecting => "opening the sockets".to_owned(),
        Stage::Resolving => "finding out what came of unknown orders".to_owned(),
        Stage::Reconciling => "comparing balances".to_owned(),
        Stage::Ready => "ready".to_owned(),
        Stage::Ending => "ending in order".to_owned(),
        Stage::Stopped { why } => format!("stopped: {why}"),
    }
}

/// Why entries are held back, in words.
pub(crate) const fn block_words(cause: BlockCause) -> &'static str {
    match cause {
        BlockCause::Starting => "the account is not known yet",
        BlockCause::LinkDown => "a socket is down",
        BlockCause::StaleData => "there has been no data for too long",
        BlockCause::ClockError => "our clock and Kraken's differ",
        BlockCause::UnknownOrder => "what came of an order is not known",
        BlockCause::ForeignActivity => "somebody else trades on the account",
        BlockCause::UnexplainedBalance => "a balance moved and nobody knows why",
        BlockCause::VenueStatus => "Kraken does not take orders",
        BlockCause::Maintenance => "Kraken has announced maintenance",
        BlockCause::DeadManOverdue => "the dead-man switch could not be set again",
        BlockCause::Rung => "the rung of the ladder does not allow it",
    }
}

impl BlockView {
    /// In words, with the pair where there is one.
    pub(crate) fn words(self) -> String {
        let why = block_words(self.cause);
        self.pair.map_or_else(|| why.to_owned(), |pair| format!("{pair}: {why}"))
    }
}

/// How far it is from one price down to another, in percent of the first with one place.
pub(crate) fn percent_below(price: Price, stop: Price) -> Option<String> {
    if price.units() <= 0 {
        return None;
    }
    let tenths =
        (i128::from(price.units()) - i128::from(stop.units())) * 1_000 / i128::from(price.units());
    let sign = if tenths < 0 { "-" } else { "" };
    let tenths = tenths.unsigned_abs();
    Some(format!("{sign}{}.{}%", tenths / 10, tenths % 10))
}
