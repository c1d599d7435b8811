//! Frames of the `instrument` channel: assets and pairs with their steps and minimums
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/instrument>, read on
//! 2026-11-21).
//!
//! Every number is kept exactly. A row that we cannot hold is refused by itself, with its reason;
//! the others stay.

use serde::Deserialize;
use serde_json::value::RawValue;
use trading_types::{Amount, Asset, FeeSchedule, Fraction, Pair, PairRules, Price, Quantity};

use super::{
    body::{Body, MessageKind, Object},
    envelope::{Envelope, FrameError},
    number::Exact,
};

/// One frame of the `instrument` channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstrumentsMessage {
    /// Whether these are all there are.
    pub kind: MessageKind,
    /// Assets.
    pub assets: Vec<AssetEntry>,
    /// Pairs.
    pub pairs: Vec<Instrument>,
    /// Rows that could not be held, each with its reason.
    pub refused: Vec<String>,
}

/// What Kraken says of an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetEntry {
    /// Its name.
    pub asset: Asset,
    /// Kraken's word for what may be done with it; `enabled` for anything.
    pub status: String,
    /// Decimals that balances are kept to.
    pub precision: u8,
    /// Decimals that are shown.
    pub precision_display: u8,
    /// Whether it can be borrowed.
    pub borrowable: bool,
    /// The part of its value that counts as collateral.
    pub collateral_value: Option<Fraction>,
    /// The interest on it when borrowed.
    pub margin_rate: Option<Fraction>,
}

/// What Kraken says of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// The pair.
    pub pair: Pair,
    /// What may be done with it at the moment.
    pub status: PairStatus,
    /// Decimals of prices in checksums.
    pub price_precision: u8,
    /// Prices of orders are multiples of this.
    pub price_increment: Price,
    /// Decimals of quantities in checksums.
    pub quantity_precision: u8,
    /// Quantities of orders are multiples of this.
    pub quantity_increment: Quantity,
    /// Decimals that costs are kept to.
    pub cost_precision: u8,
    /// The smallest value of an order, in quote asset.
    pub cost_min: Amount,
    /// The smallest quantity of an order.
    pub quantity_min: Quantity,
    /// Whether it can be traded on margin.
    pub marginable: bool,
    /// Whether triggers may follow an index of it.
    pub has_index: bool,
    /// The margin that a position needs at first.
    pub margin_initial: Option<Fraction>,
    /// The largest long position on margin.
    pub position_limit_long: Option<u64>,
    /// The largest short position on margin.
    pub position_limit_short: Option<u64>,
    /// The older name of [`Self::price_increment`].
    pub tick_size: Option<Price>,
}

/// What may be done with a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PairStatus {
    /// Everything.
    Online,
    /// Only cancels.
    CancelOnly,
    /// Nothing any more.
    Delisted,
    /// Only limit orders.
    LimitOnly,
    /// Nothing at the moment.
    Maintenance,
    /// Only orders that rest.
    PostOnly,
    /// Only orders that make a position smaller.
    ReduceOnly,
    /// Nothing yet.
    WorkInProgress,
    /// A word that we do not know, so nothing.
    Unknown(String),
}

impl PairStatus {
    /// From Kraken's `status`.
    pub fn from_text(text: &str) -> Self {
        match text {
            "online" => Self::Online,
            "cancel_only" => Self::CancelOnly,
            "delisted" => Self::Delisted,
            "limit_only" => Self::LimitOnly,
            "maintenance" => Self::Maintenance,
            "post_only" => Self::PostOnly,
            "reduce_only" => Self::ReduceOnly,
            "work_in_progress" => Self::WorkInProgress,
            _ => Self::Unknown(text.to_owned()),
        }
    }

    /// Kraken's word for it.
    pub fn as_text(&self) -> &str {
        match self {
            Self::Online => "online",
            Self::CancelOnly => "cancel_only",
            Self::Delisted => "delisted",
            Self::LimitOnly => "limit_only",
            Self::Maintenance => "maintenance",
            Self::PostOnly => "post_only",
            Self::ReduceOnly => "reduce_only",
            Self::WorkInProgress => "work_in_progress",
            Self::Unknown(word) => word,
        }
    }

    /// Whether a new limit order that rests may be placed.
    pub fn takes_resting_orders(&self) -> bool {
        match self {
            Self::Online | Self::LimitOnly | Self::PostOnly => true,
            Self::CancelOnly
            | Self::Delisted
            | Self::Maintenance
            | Self::ReduceOnly
            | Self::WorkInProgress
            | Self::Unknown(_) => false,
        }
    }
}

impl Instrument {
    /// The rules that an order on the pair must keep, with fees from elsewhere.
    pub fn rules(&self, fees: FeeSchedule) -> PairRules {
        PairRules {
            pair: self.pair,
            tick: self.price_increment,
            lot: self.quantity_increment,
            quantity_min: self.quantity_min,
            cost_min: self.cost_min,
            cost_decimals: self.cost_precision,
            fees,
        }
    }
}

#[derive(Deserialize)]
struct Rows<'a> {
    #[serde(borrow, default)]
    assets: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    pairs: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct AssetRow {
    id: Asset,
    status: String,
    precision: u8,
    precision_display: u8,
    #[serde(default)]
    borrowable: bool,
    collateral_value: Option<Exact<Fraction>>,
    margin_rate: Option<Exact<Fraction>>,
}

#[derive(Deserialize)]
struct PairRow {
    symbol: Pair,
    base: Asset,
    quote: Asset,
    status: String,
    qty_precision: u8,
    qty_increment: Exact<Quantity>,
    price_precision: u8,
    price_increment: Exact<Price>,
    cost_precision: u8,
    cost_min: Exact<Amount>,
    qty_min: Exact<Quantity>,
    #[serde(default)]
    marginable: bool,
    #[serde(default)]
    has_index: bool,
    margin_initial: Option<Exact<Fraction>>,
    position_limit_long: Option<u64>,
    position_limit_short: Option<u64>,
    tick_size: Option<Exact<Price>>,
}

impl InstrumentsMessage {
    /// Reads a frame of the `instrument` channel, whose `data` is an object and not a list.
    pub fn decode(envelope: &Envelope<'_>) -> Result<Self, FrameError> {
        let body = Body::of(envelope, "instrument")?;
        let rows: Rows<'_> = body.object()?;
        let mut refused = Vec::new();
        let assets = keep(&rows.assets, &mut refused, |row: AssetRow| Ok(row.into()));
        let pairs = keep(&rows.pairs, &mut refused, PairRow::checked);
        Ok(Self { kind: body.kind, assets, pairs, refused })
    }
}

/// The rows that can be held; the reasons of the others go to `refused`.
fn keep<'a, Row: Deserialize<'a>, Entry>(
    rows: &[&'a RawValue],
    refused: &mut Vec<String>,
    check: impl Fn(Row) -> Result<Entry, String>,
) -> Vec<Entry> {
    const SHOWN_MAX: usize = 80;
    let read = |raw: &&'a RawValue| {
        let row = serde_json::from_str(raw.get()).map_err(|error| error.to_string());
        row.and_then(|Object(row)| check(row)).map_err(|reason| {
            let shown: String = raw.get().chars().take(SHOWN_MAX).collect();
            format!("{reason} in {shown}")
        })
    };
    let mut kept = Vec::with_capacity(rows.len());
    for row in rows {
        match read(row) {
            Ok(entry) => kept.push(entry),
            Err(reason) => refused.push(reason),
        }
    }
    kept
}

impl From<AssetRow> for AssetEntry {
    fn from(row: AssetRow) -> Self {
        Self {
            asset: row.id,
            status: row.status,
            precision: row.precision,
            precision_display: row.precision_display,
            borrowable: row.borrowable,
            collateral_value: row.collateral_value.map(|it| it.0),
            margin_rate: row.margin_rate.map(|it| it.0),
        }
    }
}

impl PairRow {
    fn checked(self) -> Result<Instrument, String> {
        let instrument = Instrument {
            pair: self.symbol,
            status: PairStatus::from_text(&self.status),
            price_precision: self.price_precision,
            price_increment: self.price_increment.0,
            quantity_precision: self.qty_precision,
            quantity_increment: self.qty_increment.0,
            cost_precision: self.cost_precision,
            cost_min: self.cost_min.0,
            quantity_min: self.qty_min.0,
            marginable: self.marginable,
            has_index: self.has_index,
            margin_initial: self.margin_initial.map(|it| it.0),
            position_limit_long: self.position_limit_long,
            position_limit_short: self.position_limit_short,
            tick_size: self.tick_size.map(|it| it.0),
        };
        if self.symbol != Pair::new(self.base, self.quote) {
            return Err(format!("{} is not {} against {}", self.symbol, self.base, self.quote));
        }
        instrument.check().map(|()| instrument)
    }
}

impl Instrument {
    /// Whether the numbers can be worked with: steps above zero, decimals that our types hold.
    fn check(&self) -> Result<(), String> {
        let steps = [
            ("price_increment", self.price_increment.is_positive()),
            ("qty_increment", self.quantity_increment.is_positive()),
            ("qty_min", Quantity::ZERO <= self.quantity_min),
            ("cost_min", Amount::ZERO <= self.cost_min),
            ("price_precision", usize::from(self.price_precision) <= Price::DECIMALS),
            ("qty_precision", usize::from(self.quantity_precision) <= Quantity::DECIMALS),
            ("cost_precision", usize::from(self.cost_precision) <= Amount::DECIMALS),
        ];
        match steps.iter().find(|(_, holds)| !holds) {
            Some((field, _)) => Err(format!("{}: {field} is out of range", self.pair)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
