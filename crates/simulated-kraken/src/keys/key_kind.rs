//! The keys that every account has, by name: what each may do, and from where.

use crate::keys::Permission;

/// A kind of key.
pub(crate) struct KeyKind {
    pub(crate) name: &'static str,
    pub(crate) permissions: &'static [Permission],
    /// The addresses it is meant for; empty is any.
    pub(crate) ip_list: &'static [&'static str],
}

use Permission as P;

/// A simulated Kraken is meant for programs on the same machine.
const THIS_MACHINE: &[&str] = &["127.0.0.1"];

const TRADE: &[P] = &[
    P::QueryFunds,
    P::QueryOpenTrades,
    P::QueryClosedTrades,
    P::ModifyTrades,
    P::CloseTrades,
    P::QueryLedger,
    P::CreateWsToken,
];

const WITHDRAW: &[P] = &[
    P::QueryFunds,
    P::WithdrawFunds,
    P::QueryOpenTrades,
    P::QueryClosedTrades,
    P::ModifyTrades,
    P::CloseTrades,
    P::QueryLedger,
    P::CreateWsToken,
];

const READ_ONLY: &[P] =
    &[P::QueryFunds, P::QueryOpenTrades, P::QueryClosedTrades, P::QueryLedger, P::CreateWsToken];

#[rustfmt::skip] // A table.
pub(crate) const KEY_KINDS: [KeyKind; 4] = [
    KeyKind { name: "trade",      permissions: TRADE,     ip_list: THIS_MACHINE },
    KeyKind { name: "withdraw",   permissions: WITHDRAW,  ip_list: THIS_MACHINE },
    KeyKind { name: "no-ip-list", permissions: TRADE,     ip_list: &[] },
    KeyKind { name: "read-only",  permissions: READ_ONLY, ip_list: THIS_MACHINE },
];
