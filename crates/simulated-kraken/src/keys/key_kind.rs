//! The keys that every account has, by name: what each may do, and from where.

use crate::keys::Permission;

/// A kind of key.
pub(crate) struct KeyKind {
    pub(crate) name: &'static str,
    pub(crate) permissions: &'static [Permission],
    /// The addresses it is meant for; empty is any.
    pub(crate) ip_list: &'static [&'static str],
    /// When it ends, in Unix seconds.
    pub(crate) valid_until: Option<u64>,
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

/// What cancels everything when all else is broken, and nothing more.
const CANCEL_ONLY: &[P] = &[P::CloseTrades];

/// The first second there was: before every simulation, in whatever year it begins.
const OVER: Option<u64> = Some(1);

const fn kind(
    name: &'static str,
    permissions: &'static [Permission],
    ip_list: &'static [&'static str],
    valid_until: Option<u64>,
) -> KeyKind {
    KeyKind { name, permissions, ip_list, valid_until }
}

#[rustfmt::skip] // A table.
pub(crate) const KEY_KINDS: [KeyKind; 6] = [
    kind("trade",       TRADE,       THIS_MACHINE, None),
    kind("withdraw",    WITHDRAW,    THIS_MACHINE, None),
    kind("no-ip-list",  TRADE,       &[],          None),
    kind("read-only",   READ_ONLY,   THIS_MACHINE, None),
    kind("cancel-only", CANCEL_ONLY, THIS_MACHINE, None),
    kind("expired",     TRADE,       THIS_MACHINE, OVER),
];
