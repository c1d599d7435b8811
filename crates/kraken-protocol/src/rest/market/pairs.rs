//! Assets and pairs, with the rules an order on each has to keep.
//!
//! A pair that does not fit our types is set aside with its reason and never traded; the others are
//! not harmed by it. Pairs with a suffix after a colon belong to another venue and are passed over
//! (<https://docs.kraken.com/exchange/changelog>, April 2026, read on 2026-11-21).

use trading_types::{Amount, FeeSchedule, Fraction, Pair, PairRules, Price, Quantity};

use crate::rest::{
    fields::{DecodeError, Fields, Problem, Read, Value, whole},
    pair_names::modern,
};

/// What `Assets` tells of an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetInfo {
    /// Kraken's id, for instance `XXBT`.
    pub id: String,
    /// Its older name, for instance `XBT`.
    pub altname: String,
    /// Decimals of balances.
    pub decimals: u8,
    /// `enabled`, `deposit_only` and so on.
    pub status: Option<String>,
}

/// What `AssetPairs` tells of all pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetPairs {
    /// The pairs that can be traded.
    pub pairs: Vec<PairInfo>,
    /// The ids of pairs that cannot, and why.
    pub set_aside: Vec<(String, DecodeError)>,
}

/// What `AssetPairs` tells of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairInfo {
    /// The pair, by the names of the newer socket.
    pub pair: Pair,
    /// The id that results use, for instance `XXBTZUSD`.
    pub id: String,
    /// The name that orders use, for instance `XBTUSD`.
    pub altname: String,
    /// The name of the older socket, for instance `XBT/USD`.
    pub wsname: Option<String>,
    /// The id of the base asset, for instance `XXBT`.
    pub base_id: String,
    /// The id of the quote asset, for instance `ZUSD`.
    pub quote_id: String,
    /// Prices of orders are multiples of this.
    pub tick: Price,
    /// Quantities of orders are multiples of this.
    pub lot: Quantity,
    /// The smallest quantity of an order.
    pub quantity_min: Quantity,
    /// The smallest value of an order; zero where Kraken names none.
    pub cost_min: Amount,
    /// Decimals of costs and fees.
    pub cost_decimals: u8,
    /// What may be done with it. Older answers do not say.
    pub status: PairStatus,
    /// Fee of a taker by 30-day volume: the least volume, and the part of the cost.
    pub taker_fees: Vec<(Amount, Fraction)>,
    /// Fee of a maker, likewise.
    pub maker_fees: Vec<(Amount, Fraction)>,
}

/// What may be done with a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is Kraken's own word")]
pub enum PairStatus {
    Online,
    CancelOnly,
    PostOnly,
    LimitOnly,
    ReduceOnly,
    /// A word we do not know: not to be traded.
    Other(String),
}

impl PairInfo {
    /// What an order on the pair has to keep, with the account's fees.
    pub fn rules(&self, fees: FeeSchedule) -> PairRules {
        let Self { pair, tick, lot, quantity_min, cost_min, cost_decimals, .. } = *self;
        PairRules { pair, tick, lot, quantity_min, cost_min, cost_decimals, fees }
    }
}

/// Reads the result of `Assets`.
pub fn assets(result: &str) -> Result<Vec<AssetInfo>, DecodeError> {
    whole(result)?.object()?.each(|id, value| {
        let fields = value.object()?;
        Ok(AssetInfo {
            id: id.to_owned(),
            altname: fields.read("altname", Value::string)?,
            decimals: fields.read("decimals", Value::integer)?,
            status: fields.read_if_any("status", Value::string)?,
        })
    })
}

/// Reads the result of `AssetPairs`.
pub fn asset_pairs(result: &str) -> Result<AssetPairs, DecodeError> {
    let mut read = AssetPairs::default();
    let rows = whole(result)?.object()?.each(|id, value| {
        let fields = value.object()?;
        Ok((id.to_owned(), pair(id, &fields).map_err(|error| error.inside(id))))
    })?;
    for (id, row) in rows {
        match row {
            Ok(Some(info)) => read.pairs.push(info),
            Ok(None) => {}
            Err(error) => read.set_aside.push((id, error)),
        }
    }
    Ok(read)
}

fn pair(id: &str, fields: &Fields<'_>) -> Read<Option<PairInfo>> {
    let altname = fields.read("altname", Value::string)?;
    if id.contains(':') || altname.contains(':') {
        return Ok(None);
    }
    let base_id = fields.read("base", Value::string)?;
    let quote_id = fields.read("quote", Value::string)?;
    let wsname = fields.read_if_any("wsname", Value::string)?;
    let names = wsname.as_deref().and_then(|name| name.split_once('/'));
    let (base, quote) = names.unwrap_or((&base_id, &quote_id));
    let price_step = fields.read("pair_decimals", |value| step(value, Price::DECIMALS))?;
    let lot_step = fields.read("lot_decimals", |value| step(value, Quantity::DECIMALS))?;
    let tick = fields.read_if_any("tick_size", Value::price)?;
    Ok(Some(PairInfo {
        pair: Pair::new(asset("base", base)?, asset("quote", quote)?),
        tick: tick.filter(|tick| tick.is_positive()).unwrap_or(Price::from_units(price_step)),
        lot: Quantity::from_units(lot_step),
        quantity_min: fields.read_if_any("ordermin", Value::quantity)?.unwrap_or_default(),
        cost_min: fields.read_if_any("costmin", Value::amount)?.unwrap_or_default(),
        cost_decimals: fields.read_if_any("cost_decimals", decimals)?.unwrap_or(COST_DECIMALS),
        status: fields.read_if_any("status", status)?.unwrap_or(PairStatus::Online),
        taker_fees: fields.read_if_any("fees", fees)?.unwrap_or_default(),
        maker_fees: fields.read_if_any("fees_maker", fees)?.unwrap_or_default(),
        id: id.to_owned(),
        altname,
        base_id,
        quote_id,
        wsname,
    }))
}

/// Decimals of costs where Kraken does not say, as most pairs have them.
const COST_DECIMALS: u8 = 5;

fn asset(field: &str, text: &str) -> Read<trading_types::Asset> {
    modern(text).parse().map_err(|error: trading_types::text::AsciiError| DecodeError {
        field: field.to_owned(),
        problem: Problem::Malformed(error.to_string()),
    })
}

/// The smallest step with so many decimals, in units of a type that has `most`.
fn step(value: Value<'_>, most: usize) -> Read<i64> {
    let decimals: usize = value.integer()?;
    let zeros = most.checked_sub(decimals).and_then(|zeros| u32::try_from(zeros).ok());
    zeros.map(|zeros| 10_i64.pow(zeros)).ok_or_else(|| DecodeError {
        field: String::new(),
        problem: Problem::Malformed(format!("{decimals} decimals are more than {most}")),
    })
}

fn decimals(value: Value<'_>) -> Read<u8> {
    let decimals: u8 = value.integer()?;
    if usize::from(decimals) <= Amount::DECIMALS {
        return Ok(decimals);
    }
    let most = Amount::DECIMALS;
    let problem = Problem::Malformed(format!("{decimals} decimals are more than {most}"));
    Err(DecodeError { field: String::new(), problem })
}

fn status(value: Value<'_>) -> Read<PairStatus> {
    Ok(match &*value.text()? {
        "online" => PairStatus::Online,
        "cancel_only" => PairStatus::CancelOnly,
        "post_only" => PairStatus::PostOnly,
        "limit_only" => PairStatus::LimitOnly,
        "reduce_only" => PairStatus::ReduceOnly,
        other => PairStatus::Other(other.to_owned()),
    })
}

/// Rows of volume and percent.
fn fees(value: Value<'_>) -> Read<Vec<(Amount, Fraction)>> {
    value.each(|row| {
        let row = row.row()?;
        let volume = row.read(0, "volume", Value::amount)?;
        Ok((volume, row.read(1, "percent", Value::percent)?))
    })
}

#[cfg(test)]
mod tests;
