//! The channel `balances`: what an account has, and each movement of it
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/balances>, read on
//! 2026-11-21).
//!
//! The invariant: an update is one entry of the ledger; what orders hold is not shown here.

use exchange_simulator::AccountId;
use trading_types::{Amount, Asset, Rounding};

use super::moment::Micros;
use crate::{
    json::Json,
    names::Names,
    venue::{
        Venue,
        records::{LedgerEntry, LedgerKind},
    },
};

/// What an account has.
pub(super) fn snapshot(venue: &Venue, account: AccountId) -> String {
    let all = venue.balances(account).into_iter().fold(Json::array(), |all, (asset, balance)| {
        let total = written(venue.names(), asset, balance.total);
        let wallet = Json::object().text("type", "spot").text("id", "main").raw("balance", &total);
        let one = Json::object()
            .text("asset", asset)
            .text("asset_class", "currency")
            .raw("balance", &total)
            .raw("wallets", Json::array().push_raw(wallet.close()).close());
        all.push_raw(one.close())
    });
    all.close()
}

/// A movement.
pub(super) fn update(names: &Names, entry: &LedgerEntry) -> String {
    let amount = |amount| written(names, entry.asset, amount);
    let one = Json::object()
        .text("ledger_id", entry.id)
        .text("ref_id", entry.refid)
        .text("timestamp", Micros(entry.time))
        .text("type", entry.kind.name())
        .text("asset", entry.asset)
        .text("asset_class", "currency")
        .text("category", category(entry.kind))
        .text("wallet_type", "spot")
        .text("wallet_id", "main")
        .raw("amount", amount(entry.amount))
        .raw("fee", amount(entry.fee))
        .raw("balance", amount(entry.balance));
    Json::array().push_raw(one.close()).close()
}

/// With all decimals of the asset, and none beyond.
fn written(names: &Names, asset: Asset, amount: Amount) -> String {
    let decimals = names.asset_decimals(&asset);
    let amount = amount.round_to_decimals(decimals, Rounding::Down);
    format!("{amount:.*}", usize::from(decimals))
}

const fn category(kind: LedgerKind) -> &'static str {
    match kind {
        LedgerKind::Trade => "trade",
        LedgerKind::Deposit => "deposit",
        LedgerKind::Withdrawal => "withdrawal",
        LedgerKind::Adjustment => "adjustment",
        LedgerKind::Earn => "staking",
    }
}
