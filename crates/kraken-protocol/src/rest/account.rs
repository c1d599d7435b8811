//! Answers about the money of an account: balances, its worth, its volume and fees
//! (<https://docs.kraken.com/exchange/api-reference>, read on 2026-11-21).
//!
//! A balance may have more decimals than an order accepts, so it is an amount; whoever orders with
//! it rounds down.

use trading_types::{Amount, Asset, Fraction, Pair};

use super::{
    fields::{DecodeError, Fields, Problem, Read, Value, whole},
    pair_names::{Holding, PairNames, Wallet},
};

/// A balance of one asset in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The asset.
    pub asset: Asset,
    /// Where it lies.
    pub wallet: Wallet,
    /// How much there is, what open orders hold included.
    pub total: Amount,
    /// How much open orders hold. `Balance` does not say, and then it is zero.
    pub held: Amount,
    /// What a new order can spend, credit included: nothing where the balance is locked.
    pub spendable: Amount,
}

/// What `TradeBalance` tells: the worth of an account, in the asset that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradeBalance {
    /// `eb`: everything together.
    pub equivalent: Amount,
    /// `tb`: what counts for trading.
    pub trade: Amount,
    /// `e`: the same with open positions.
    pub equity: Option<Amount>,
    /// `mf`: what is free.
    pub free_margin: Option<Amount>,
    /// `m`: held for margin. A spot account has none.
    pub margin: Option<Amount>,
}

/// What `TradeVolume` tells: what the account really pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TradeVolume {
    /// The id of the asset that volume is counted in, for instance `ZUSD`.
    pub currency: String,
    /// The account's 30-day volume.
    pub volume: Amount,
    /// The account's fees by pair, as far as they were asked for.
    pub fees: Vec<PairFees>,
}

/// The account's fees on a pair, as parts of the cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairFees {
    /// The pair, where its name is known.
    pub pair: Option<Pair>,
    /// The name.
    pub name: String,
    /// When an order takes.
    pub taker: Fraction,
    /// When an order rested. Some pairs have only one fee for both.
    pub maker: Fraction,
}

/// Reads the result of `Balance`.
pub fn balance(result: &str, names: &PairNames) -> Result<Vec<Balance>, DecodeError> {
    whole(result)?.object()?.each(|name, value| {
        let Holding { asset, wallet } = holding(name, names)?;
        let total = value.amount()?;
        let spendable = if wallet.is_spendable() { total } else { Amount::ZERO };
        Ok(Balance { asset, wallet, total, held: Amount::ZERO, spendable })
    })
}

/// Reads the result of `BalanceEx`.
pub fn balance_ex(result: &str, names: &PairNames) -> Result<Vec<Balance>, DecodeError> {
    whole(result)?.object()?.each(|name, value| {
        let Holding { asset, wallet } = holding(name, names)?;
        let fields = value.object()?;
        let amount = |name| fields.read_if_any(name, Value::amount).map(Option::unwrap_or_default);
        let total = fields.read("balance", Value::amount)?;
        let held = amount("hold_trade")?;
        let parts = [total, amount("credit")?, -amount("credit_used")?, -held];
        let free = parts.into_iter().try_fold(Amount::ZERO, Amount::checked_add);
        let free = free.ok_or_else(|| malformed("the parts of the balance have no sum"))?;
        let spendable = if wallet.is_spendable() { free } else { Amount::ZERO };
        Ok(Balance { asset, wallet, total, held, spendable })
    })
}

fn malformed(what: &str) -> DecodeError {
    DecodeError { field: String::new(), problem: Problem::Malformed(what.to_owned()) }
}

fn holding(name: &str, names: &PairNames) -> Read<Holding> {
    names.holding(name).ok_or_else(|| malformed("the name is no asset"))
}

/// Reads the result of `TradeBalance`.
pub fn trade_balance(result: &str) -> Result<TradeBalance, DecodeError> {
    let fields = whole(result)?.object()?;
    Ok(TradeBalance {
        equivalent: fields.read("eb", Value::amount)?,
        trade: fields.read("tb", Value::amount)?,
        equity: fields.read_if_any("e", Value::amount)?,
        free_margin: fields.read_if_any("mf", Value::amount)?,
        margin: fields.read_if_any("m", Value::amount)?,
    })
}

/// Reads the result of `TradeVolume`.
pub fn trade_volume(result: &str, names: &PairNames) -> Result<TradeVolume, DecodeError> {
    let fields = whole(result)?.object()?;
    let takers = fields.read_if_any("fees", fees)?.unwrap_or_default();
    let makers = fields.read_if_any("fees_maker", fees)?.unwrap_or_default();
    let maker = |name: &str| makers.iter().find(|(other, _)| other == name).map(|(_, fee)| *fee);
    let fees = takers.into_iter().map(|(name, taker)| PairFees {
        pair: names.pair(&name),
        maker: maker(&name).unwrap_or(taker),
        taker,
        name,
    });
    Ok(TradeVolume {
        fees: fees.collect(),
        currency: fields.read("currency", Value::string)?,
        volume: fields.read("volume", Value::amount)?,
    })
}

fn fees(value: Value<'_>) -> Read<Vec<(String, Fraction)>> {
    let fee = |fields: &Fields<'_>| fields.read("fee", Value::percent);
    value.object()?.each(|name, row| Ok((name.to_owned(), fee(&row.object()?)?)))
}

#[cfg(test)]
mod tests;
