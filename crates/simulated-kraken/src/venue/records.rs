//! What the venue remembers of orders and trades: answers about the past come from here.
//!
//! The invariant: `filled`, `cost` and `fees` of an order are the sums over its trades.

use exchange_simulator::AccountId;
use serde::{Deserialize, Serialize};
use trading_types::{
    Amount, Asset, ClientOrderId, Liquidity, NewOrder, OrderKind, OrderQuantity, Pair, Price,
    Quantity, Rounding, Side, Timestamp, TradeId, VenueOrderId,
};

/// Kraken's name for an entry of the ledger: `LABCDE-FGHIJ-KLMNOP`.
pub(crate) type LedgerId = VenueOrderId;

/// Kraken's name for a change of an order.
pub(crate) type AmendId = VenueOrderId;

/// An order, open or ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OrderRecord {
    /// Kraken's name for it.
    pub(crate) txid: VenueOrderId,
    /// Whose it is.
    pub(crate) account: AccountId,
    /// The matching's name for it, which no client sees.
    pub(crate) key: ClientOrderId,
    /// As it was placed.
    pub(crate) order: NewOrder,
    /// The client's own name for it (`cl_ord_id`).
    pub(crate) client_id: Option<String>,
    /// The client's own number for it (`userref`).
    pub(crate) userref: Option<i64>,
    pub(crate) state: OrderState,
    pub(crate) opened_at: Timestamp,
    pub(crate) closed_at: Option<Timestamp>,
    /// Why it was canceled, in Kraken's words.
    pub(crate) reason: Option<String>,
    /// The whole quantity, as amended.
    pub(crate) quantity: OrderQuantity,
    /// What an iceberg order shows, as amended.
    pub(crate) displayed: Option<Quantity>,
    /// The limit price in force.
    pub(crate) limit: Option<Price>,
    /// The trigger price in force; of a trailing order the one of the moment it was last looked at.
    pub(crate) trigger: Option<Price>,
    /// Whether its trigger has been reached.
    pub(crate) is_triggered: bool,
    pub(crate) filled: Quantity,
    pub(crate) cost: Amount,
    /// Valued in quote asset.
    pub(crate) fees: Amount,
    pub(crate) trades: Vec<TradeId>,
    /// What it was placed as and every change since, the first one included.
    pub(crate) amends: Vec<AmendRecord>,
    /// The order whose fill placed this one, for a conditional close.
    pub(crate) parent: Option<VenueOrderId>,
}

/// The states of an order, as REST names them. A partly filled order is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OrderState {
    /// Accepted and waiting for its start.
    Pending,
    /// In the book, or waiting for its trigger: recorded stop orders say `open`.
    Open,
    /// All of it has traded.
    Closed,
    Canceled,
    Expired,
}

impl OrderState {
    /// Whether it can still trade.
    pub(crate) const fn is_live(self) -> bool {
        matches!(self, Self::Pending | Self::Open)
    }
}

impl OrderRecord {
    /// The order without its trades and without its changes but the last one, for those who are
    /// told of it each time that something happens.
    pub(crate) fn without_history(&self) -> Self {
        Self {
            txid: self.txid,
            account: self.account,
            key: self.key,
            order: self.order.clone(),
            client_id: self.client_id.clone(),
            userref: self.userref,
            state: self.state,
            opened_at: self.opened_at,
            closed_at: self.closed_at,
            reason: self.reason.clone(),
            quantity: self.quantity,
            displayed: self.displayed,
            limit: self.limit,
            trigger: self.trigger,
            is_triggered: self.is_triggered,
            filled: self.filled,
            cost: self.cost,
            fees: self.fees,
            trades: Vec::new(),
            amends: self.amends.last().cloned().into_iter().collect(),
            parent: self.parent,
        }
    }

    /// The mean price of its trades, if there are any.
    pub(crate) fn average_price(&self) -> Option<Price> {
        self.filled.is_positive().then(|| self.cost.price_of(self.filled, Rounding::Down))
    }

    /// Buy or sell.
    pub(crate) const fn side(&self) -> Side {
        self.order.side
    }

    /// On which pair.
    pub(crate) const fn pair(&self) -> Pair {
        self.order.pair
    }
}

/// One change of an order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AmendRecord {
    pub(crate) id: AmendId,
    pub(crate) kind: AmendKind,
    pub(crate) quantity: OrderQuantity,
    pub(crate) displayed: Option<Quantity>,
    /// What had not traded when it was made.
    pub(crate) remaining: Quantity,
    pub(crate) limit: Option<Price>,
    pub(crate) trigger: Option<Price>,
    pub(crate) post_only: bool,
    pub(crate) reason: Option<String>,
    pub(crate) time: Timestamp,
}

/// Who made a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AmendKind {
    /// The order as it was placed.
    Original,
    /// Its owner.
    User,
}

/// One side of a trade: an account's part in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct TradeRecord {
    pub(crate) id: TradeId,
    pub(crate) order: VenueOrderId,
    pub(crate) account: AccountId,
    pub(crate) pair: Pair,
    pub(crate) side: Side,
    pub(crate) kind: OrderKind,
    pub(crate) price: Price,
    pub(crate) quantity: Quantity,
    pub(crate) cost: Amount,
    /// In `fee_asset`.
    pub(crate) fee: Amount,
    pub(crate) fee_asset: Asset,
    /// Valued in quote asset.
    pub(crate) fee_value: Amount,
    pub(crate) liquidity: Liquidity,
    pub(crate) time: Timestamp,
    /// The number of the trade on its pair, as everybody sees it.
    pub(crate) number: u64,
    pub(crate) ledgers: Vec<LedgerId>,
}

/// One movement of a balance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LedgerEntry {
    pub(crate) id: LedgerId,
    pub(crate) account: AccountId,
    /// The trade, or the name of a deposit or withdrawal.
    pub(crate) refid: VenueOrderId,
    pub(crate) time: Timestamp,
    pub(crate) kind: LedgerKind,
    pub(crate) asset: Asset,
    /// Signed, without the fee.
    pub(crate) amount: Amount,
    /// Taken on top of `amount`, in the same asset.
    pub(crate) fee: Amount,
    /// What there was afterwards.
    pub(crate) balance: Amount,
}

/// Why a balance moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum LedgerKind {
    Trade,
    Deposit,
    Withdrawal,
    /// A correction by the venue.
    Adjustment,
    /// Interest on what lies there.
    Earn,
}

impl LedgerKind {
    /// Kraken's word for it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Trade => "trade",
            Self::Deposit => "deposit",
            Self::Withdrawal => "withdrawal",
            Self::Adjustment => "adjustment",
            Self::Earn => "earn",
        }
    }
}
