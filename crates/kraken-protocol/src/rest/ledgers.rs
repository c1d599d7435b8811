//! The account's ledger: `Ledgers` and `QueryLedgers`
//! (<https://docs.kraken.com/exchange/api-reference>, read on 2026-11-21).
//!
//! It is the only place that says in which asset a fee was really taken
//! (<https://support.kraken.com/articles/360001184886>).

use trading_types::{Amount, Ascii, Asset, Timestamp};

use super::{
    fields::{DecodeError, Fields, Problem, Read, Value, whole},
    orders::{name, text_if_any},
    pair_names::{PairNames, Wallet},
};

/// An entry of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Kraken's name for it.
    pub id: Ascii<24>,
    /// What it belongs to: of a trade, the trade's id.
    pub reference: String,
    /// When.
    pub time: Timestamp,
    /// `trade`, `spend`, `receive`, `transfer`, `adjustment` and so on.
    pub kind: String,
    /// Further words about the kind.
    pub subkind: Option<String>,
    /// Which asset.
    pub asset: Asset,
    /// Where it lies.
    pub wallet: Wallet,
    /// By how much the balance changed, before the fee; negative when it left.
    pub amount: Amount,
    /// The fee, in the same asset.
    pub fee: Amount,
    /// The balance afterwards. Entries that are not settled have none.
    pub balance: Option<Amount>,
}

/// A page of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerPage {
    /// At most fifty entries.
    pub entries: Vec<LedgerEntry>,
    /// How many there are on all pages.
    pub count: Option<u64>,
}

/// Reads the result of `Ledgers`.
pub fn ledgers(result: &str, names: &PairNames) -> Result<LedgerPage, DecodeError> {
    let fields = whole(result)?.object()?;
    Ok(LedgerPage {
        entries: fields.read("ledger", |entries| all(entries, names))?,
        count: fields.read_if_any("count", Value::integer)?,
    })
}

/// Reads the result of `QueryLedgers`.
pub fn query_ledgers(result: &str, names: &PairNames) -> Result<Vec<LedgerEntry>, DecodeError> {
    all(whole(result)?, names)
}

fn all(entries: Value<'_>, names: &PairNames) -> Read<Vec<LedgerEntry>> {
    entries.object()?.each(|id, value| entry(id, &value.object()?, names))
}

fn entry(id: &str, fields: &Fields<'_>, names: &PairNames) -> Read<LedgerEntry> {
    let holding = fields.read("asset", |value| {
        let text = value.text()?;
        let problem = || Problem::Malformed(format!("`{text}` is no asset"));
        let none = || DecodeError { field: String::new(), problem: problem() };
        names.holding(&text).ok_or_else(none)
    })?;
    // An unsettled entry has an empty text for a balance.
    let balance = |value: Value<'_>| match value.text().as_deref() {
        Ok("") => Ok(None),
        Ok(_) | Err(_) => value.amount().map(Some),
    };
    Ok(LedgerEntry {
        id: name(id)?,
        reference: fields.read("refid", Value::string)?,
        time: fields.read("time", Value::time)?,
        kind: fields.read("type", Value::string)?,
        subkind: text_if_any(fields, "subtype")?,
        asset: holding.asset,
        wallet: holding.wallet,
        amount: fields.read("amount", Value::amount)?,
        fee: fields.read("fee", Value::amount)?,
        balance: fields.read_if_any("balance", balance)?.flatten(),
    })
}

#[cfg(test)]
mod tests;
