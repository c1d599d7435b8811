//! The closed list of Kraken's endpoints that this program can name. None of them moves money out
//! of an account, and a signer takes nothing but this list, so no text, setting or bug can make one
//! that does.
//!
//! Costs and permissions: <https://docs.kraken.com/exchange/guides/rest/ratelimits> and the page of
//! each endpoint, read on 2026-11-21.

use std::fmt;

use serde::Serialize;

use crate::{limits::Points, permission::Permission};

/// An endpoint of Kraken's REST interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[expect(missing_docs, reason = "each is Kraken's own name; the table below says what it is")]
pub enum Endpoint {
    Time,
    SystemStatus,
    Assets,
    AssetPairs,
    Ticker,
    #[serde(rename = "OHLC")]
    Ohlc,
    Depth,
    Trades,
    Spread,
    GetApiKeyInfo,
    Balance,
    BalanceEx,
    TradeBalance,
    OpenOrders,
    ClosedOrders,
    QueryOrders,
    TradesHistory,
    QueryTrades,
    Ledgers,
    QueryLedgers,
    TradeVolume,
    OrderAmends,
    GetWebSocketsToken,
    AddOrder,
    AddOrderBatch,
    AmendOrder,
    CancelOrder,
    CancelOrderBatch,
    CancelAll,
    CancelAllOrdersAfter,
}

/// What calling an endpoint does to the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing. It may be repeated.
    Read,
    /// It may place or change an order. It is never repeated: a repeat would be a new order.
    Place,
    /// It takes orders away. Repeating it does no harm, but its outcome has to be looked up.
    Cancel,
}

/// What a key must be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// No key at all: the endpoint is public.
    NoKey,
    /// A key with any permissions.
    AnyKey,
    /// One of these permissions.
    OneOf(&'static [Permission]),
}

/// Which public budget a call counts on, besides the one of its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicScope {
    /// Only the address it comes from.
    Address,
    /// The address, and the address together with the pair.
    AddressAndPair,
}

struct Row {
    endpoint: Endpoint,
    path: &'static str,
    /// Half points on the key's counter.
    half_points: u32,
    effect: Effect,
    needs: Needs,
    is_heavy: bool,
}

const fn public(endpoint: Endpoint, path: &'static str) -> Row {
    read(endpoint, path, 0, Needs::NoKey)
}

const fn read(endpoint: Endpoint, path: &'static str, points: u32, needs: Needs) -> Row {
    Row { endpoint, path, half_points: 2 * points, effect: Effect::Read, needs, is_heavy: false }
}

const fn heavy(endpoint: Endpoint, path: &'static str, points: u32, needs: Needs) -> Row {
    Row { endpoint, path, half_points: 2 * points, effect: Effect::Read, needs, is_heavy: true }
}

const fn trade(endpoint: Endpoint, path: &'static str, points: u32, effect: Effect) -> Row {
    let needs = match effect {
        Effect::Cancel => CANCEL,
        Effect::Read | Effect::Place => PLACE,
    };
    Row { endpoint, path, half_points: 2 * points, effect, needs, is_heavy: false }
}

const FUNDS: Needs = Needs::OneOf(&[Permission::QueryFunds]);
const OPEN: Needs = Needs::OneOf(&[Permission::QueryOpenTrades]);
const CLOSED: Needs = Needs::OneOf(&[Permission::QueryClosedTrades]);
const EITHER: Needs = Needs::OneOf(&[Permission::QueryOpenTrades, Permission::QueryClosedTrades]);
const LEDGER: Needs = Needs::OneOf(&[Permission::QueryLedger]);
const SOCKET: Needs = Needs::OneOf(&[Permission::CreateWsToken]);
const PLACE: Needs = Needs::OneOf(&[Permission::ModifyTrades]);
const CANCEL: Needs = Needs::OneOf(&[Permission::ModifyTrades, Permission::CloseTrades]);

/// Kraken excludes only `AddOrder` and `CancelOrder` from a key's counter by name; every other
/// call costs a point, and history and ledgers two. Others treat more of them as free; a cost that
/// is too high only makes us slower.
#[rustfmt::skip] // A table.
const TABLE: [Row; 30] = [
    public(Endpoint::Time,           "/0/public/Time"),
    public(Endpoint::SystemStatus,   "/0/public/SystemStatus"),
    public(Endpoint::Assets,         "/0/public/Assets"),
    public(Endpoint::AssetPairs,     "/0/public/AssetPairs"),
    public(Endpoint::Ticker,         "/0/public/Ticker"),
    public(Endpoint::Ohlc,           "/0/public/OHLC"),
    public(Endpoint::Depth,          "/0/public/Depth"),
    public(Endpoint::Trades,         "/0/public/Trades"),
    public(Endpoint::Spread,         "/0/public/Spread"),
    read(Endpoint::GetApiKeyInfo,      "/0/private/GetApiKeyInfo",      1, Needs::AnyKey),
    read(Endpoint::Balance,            "/0/private/Balance",            1, FUNDS),
    read(Endpoint::BalanceEx,          "/0/private/BalanceEx",          1, FUNDS),
    read(Endpoint::TradeBalance,       "/0/private/TradeBalance",       1, FUNDS),
    read(Endpoint::OpenOrders,         "/0/private/OpenOrders",         1, OPEN),
    read(Endpoint::ClosedOrders,       "/0/private/ClosedOrders",       1, CLOSED),
    read(Endpoint::QueryOrders,        "/0/private/QueryOrders",        1, EITHER),
    heavy(Endpoint::TradesHistory,     "/0/private/TradesHistory",      2, CLOSED),
    read(Endpoint::QueryTrades,        "/0/private/QueryTrades",        1, CLOSED),
    heavy(Endpoint::Ledgers,           "/0/private/Ledgers",            2, LEDGER),
    heavy(Endpoint::QueryLedgers,      "/0/private/QueryLedgers",       2, LEDGER),
    read(Endpoint::TradeVolume,        "/0/private/TradeVolume",        1, FUNDS),
    read(Endpoint::OrderAmends,        "/0/private/OrderAmends",        1, EITHER),
    read(Endpoint::GetWebSocketsToken, "/0/private/GetWebSocketsToken", 1, SOCKET),
    trade(Endpoint::AddOrder,             "/0/private/AddOrder",             0, Effect::Place),
    trade(Endpoint::AddOrderBatch,        "/0/private/AddOrderBatch",        1, Effect::Place),
    trade(Endpoint::AmendOrder,           "/0/private/AmendOrder",           1, Effect::Place),
    trade(Endpoint::CancelOrder,          "/0/private/CancelOrder",          0, Effect::Cancel),
    trade(Endpoint::CancelOrderBatch,     "/0/private/CancelOrderBatch",     1, Effect::Cancel),
    trade(Endpoint::CancelAll,            "/0/private/CancelAll",            1, Effect::Cancel),
    trade(Endpoint::CancelAllOrdersAfter, "/0/private/CancelAllOrdersAfter", 1, Effect::Cancel),
];

impl Endpoint {
    /// Every endpoint there is.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.endpoint)
    }

    /// The endpoint whose last word is `name`, as Kraken spells it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|endpoint| endpoint.name() == name)
    }

    fn row(self) -> &'static Row {
        let row = &TABLE[self as usize];
        assert!(row.endpoint == self, "the table stands in the order of the enum");
        row
    }

    /// Its path, from the root of the host.
    pub fn path(self) -> &'static str {
        self.row().path
    }

    /// The last word of its path.
    pub fn name(self) -> &'static str {
        let path = self.path();
        path.rsplit_once('/').map_or(path, |(_, name)| name)
    }

    /// Whether it is called without a key.
    pub fn is_public(self) -> bool {
        self.row().needs == Needs::NoKey
    }

    /// What one call costs on the counter of its key.
    pub fn cost(self) -> Points {
        Points::from_halves(self.row().half_points)
    }

    /// What it does to the account.
    pub fn effect(self) -> Effect {
        self.row().effect
    }

    /// Whether a failed call may simply be made again.
    pub fn may_be_repeated(self) -> bool {
        self.effect() == Effect::Read
    }

    /// What its key must be allowed.
    pub fn needs(self) -> Needs {
        self.row().needs
    }

    /// Whether it reads history, and so may wait for a quiet hour.
    pub fn is_heavy(self) -> bool {
        self.row().is_heavy
    }

    /// Which public budgets a call counts on
    /// (<https://support.kraken.com/articles/206548367>, read on 2026-11-21).
    pub fn public_scope(self) -> PublicScope {
        if matches!(self, Self::Ohlc | Self::Trades) {
            PublicScope::AddressAndPair
        } else {
            PublicScope::Address
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests;
