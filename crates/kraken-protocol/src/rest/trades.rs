//! The account's trades: `TradesHistory` and `QueryTrades`
//! (<https://docs.kraken.com/exchange/api-reference>, read on 2026-11-21).
//!
//! The fee is told in quote asset whatever it was taken in; only the ledger knows what left.

use trading_types::{
    Amount, Liquidity, Pair, Price, Quantity, Side, Timestamp, TradeId, VenueOrderId,
};

use super::{
    fields::{DecodeError, Fields, Read, Value, whole},
    orders::{list, name, side},
    pair_names::PairNames,
};

/// A trade of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountTrade {
    /// Kraken's name for it.
    pub id: TradeId,
    /// The order that traded.
    pub order: VenueOrderId,
    /// On which pair, where its name is known.
    pub pair: Option<Pair>,
    /// The pair in Kraken's spelling.
    pub pair_text: String,
    /// When.
    pub time: Timestamp,
    /// Whether we bought or sold.
    pub side: Side,
    /// The order's kind in Kraken's word.
    pub kind: String,
    /// At which price; decimals after the tenth, which only a merged trade can have, are cut off.
    pub price: Price,
    /// How much base asset.
    pub quantity: Quantity,
    /// What was paid or received, before the fee.
    pub cost: Amount,
    /// The fee, in quote asset.
    pub fee: Amount,
    /// Whether our order rested or took, where Kraken says so.
    pub liquidity: Option<Liquidity>,
    /// Its number on the pair.
    pub number: Option<u64>,
    /// Its entries in the ledger, if they were asked for.
    pub ledgers: Vec<String>,
    /// Further words about it.
    pub marks: Vec<String>,
}

/// A page of trades.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TradesPage {
    /// At most fifty trades.
    pub trades: Vec<AccountTrade>,
    /// How many there are on all pages.
    pub count: Option<u64>,
}

/// Reads the result of `TradesHistory`.
pub fn trades_history(result: &str, names: &PairNames) -> Result<TradesPage, DecodeError> {
    let fields = whole(result)?.object()?;
    Ok(TradesPage {
        trades: fields.read("trades", |trades| all(trades, names))?,
        count: fields.read_if_any("count", Value::integer)?,
    })
}

/// Reads the result of `QueryTrades`.
pub fn query_trades(result: &str, names: &PairNames) -> Result<Vec<AccountTrade>, DecodeError> {
    all(whole(result)?, names)
}

fn all(trades: Value<'_>, names: &PairNames) -> Read<Vec<AccountTrade>> {
    trades.object()?.each(|id, value| trade(id, &value.object()?, names))
}

fn trade(id: &str, fields: &Fields<'_>, names: &PairNames) -> Read<AccountTrade> {
    let pair_text = fields.read("pair", Value::string)?;
    let liquidity = |value: Value<'_>| {
        let liquidity = |is_maker| if is_maker { Liquidity::Maker } else { Liquidity::Taker };
        value.boolean().map(liquidity)
    };
    let ledgers = fields.read_if_any("ledgers", |ids| ids.each(Value::string))?;
    Ok(AccountTrade {
        id: name(id)?,
        order: fields.read("ordertxid", Value::parsed)?,
        pair: names.pair(&pair_text),
        pair_text,
        time: fields.read("time", Value::time)?,
        side: fields.read("type", side)?,
        kind: fields.read("ordertype", Value::string)?,
        price: fields.read("price", Value::rough_price)?,
        quantity: fields.read("vol", Value::quantity)?,
        cost: fields.read("cost", Value::amount)?,
        fee: fields.read("fee", Value::amount)?,
        liquidity: fields.read_if_any("maker", liquidity)?,
        number: fields.read_if_any("trade_id", Value::integer)?,
        ledgers: ledgers.unwrap_or_default(),
        marks: fields.read_if_any("misc", list)?.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests;
