//! The sentence about an order, which clients take apart word by word:
//! `buy 2.12340000 XBTUSD @ stop loss 22000.0 -> limit 21000.0`
//! (<https://docs.kraken.com/api-reference/trading/add-order>, read on 2026-11-21).

use trading_types::{
    ConditionalClose, Fraction, OrderKind, OrderQuantity, Pair, Price, Side, TrailingOffset,
};

use crate::{json::Json, names::Names, venue::records::OrderRecord};

/// What the sentence says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Description {
    pub(crate) pair: Pair,
    pub(crate) side: Side,
    pub(crate) kind: OrderKind,
    pub(crate) quantity: OrderQuantity,
    pub(crate) close: Option<ConditionalClose>,
}

/// An order's two prices as texts; `0` is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PriceTexts {
    pub(crate) price: String,
    pub(crate) secondary: String,
}

impl Description {
    /// Of an order as it is now, changes included.
    pub(crate) fn of(record: &OrderRecord) -> Self {
        Self {
            pair: record.pair(),
            side: record.side(),
            kind: in_force(record),
            quantity: record.quantity,
            close: record.order.close,
        }
    }

    /// `buy 0.10000000 LTCUSDT @ limit 50.00000`
    pub(crate) fn order(&self, names: &Names) -> String {
        let Self { pair, side, .. } = *self;
        let altname = names.pair_altname(pair);
        let quantity = quantity_text(self.quantity, names.lot_decimals(pair));
        let kind = kind_text(&self.kind, side, names.price_decimals(pair));
        format!("{side} {quantity} {altname} @ {kind}")
    }

    /// `close position @ stop loss 22000.0`, or nothing.
    pub(crate) fn close(&self, names: &Names) -> String {
        let decimals = names.price_decimals(self.pair);
        let side = self.side.opposite();
        let text = |close: ConditionalClose| kind_text(&close.kind, side, decimals);
        self.close.map_or(String::new(), |close| format!("close position @ {}", text(close)))
    }

    /// The two prices.
    pub(crate) fn prices(&self, names: &Names) -> PriceTexts {
        prices_of(&self.kind, self.side, names.price_decimals(self.pair))
    }

    /// The object `descr` of an order that is asked for.
    pub(crate) fn to_json(self, names: &Names) -> String {
        let PriceTexts { price, secondary } = self.prices(names);
        Json::object()
            .text("pair", names.pair_altname(self.pair))
            .text("aclass", "forex")
            .text("type", self.side)
            .text("ordertype", self.kind.name())
            .text("price", price)
            .text("price2", secondary)
            .text("leverage", "none")
            .text("order", self.order(names))
            .text("close", self.close(names))
            .close()
    }

    /// The object `descr` of an order that was just placed.
    pub(crate) fn to_short_json(self, names: &Names) -> String {
        let object = Json::object().text("order", self.order(names));
        match self.close {
            Some(_) => object.text("close", self.close(names)).close(),
            None => object.close(),
        }
    }
}

/// The kind of an order with the prices that hold now.
fn in_force(record: &OrderRecord) -> OrderKind {
    let mut kind = record.order.kind;
    match &mut kind {
        OrderKind::Limit { price } => *price = record.limit.unwrap_or(*price),
        OrderKind::Iceberg { price, displayed } => {
            *price = record.limit.unwrap_or(*price);
            *displayed = record.displayed.unwrap_or(*displayed);
        }
        OrderKind::StopLoss { trigger } | OrderKind::TakeProfit { trigger } => {
            trigger.price = record.trigger.unwrap_or(trigger.price);
        }
        OrderKind::StopLossLimit { trigger, price }
        | OrderKind::TakeProfitLimit { trigger, price } => {
            trigger.price = record.trigger.unwrap_or(trigger.price);
            *price = record.limit.unwrap_or(*price);
        }
        OrderKind::Market
        | OrderKind::TrailingStop { .. }
        | OrderKind::TrailingStopLimit { .. } => {}
    }
    kind
}

/// A quantity with the decimals of the pair's lot.
pub(crate) fn quantity_text(quantity: OrderQuantity, decimals: u8) -> String {
    let decimals = usize::from(decimals);
    match quantity {
        OrderQuantity::Base(quantity) => format!("{quantity:.decimals$}"),
        OrderQuantity::Quote(amount) => format!("{amount:.decimals$}"),
    }
}

fn kind_text(kind: &OrderKind, side: Side, decimals: u8) -> String {
    let PriceTexts { price, secondary } = prices_of(kind, side, decimals);
    match kind {
        OrderKind::Market => "market".to_owned(),
        OrderKind::Limit { .. } => format!("limit {price}"),
        OrderKind::Iceberg { .. } => format!("iceberg {price}"),
        OrderKind::StopLoss { .. } => format!("stop loss {price}"),
        OrderKind::StopLossLimit { .. } => format!("stop loss {price} -> limit {secondary}"),
        OrderKind::TakeProfit { .. } => format!("take profit {price}"),
        OrderKind::TakeProfitLimit { .. } => format!("take profit {price} -> limit {secondary}"),
        OrderKind::TrailingStop { .. } => format!("trailing stop {price}"),
        OrderKind::TrailingStopLimit { .. } => {
            format!("trailing stop {price} -> limit {secondary}")
        }
    }
}

fn prices_of(kind: &OrderKind, side: Side, decimals: u8) -> PriceTexts {
    let decimals = usize::from(decimals);
    let text = |price: Price| format!("{price:.decimals$}");
    let (price, secondary) = match *kind {
        OrderKind::Market => (None, None),
        OrderKind::Limit { price } | OrderKind::Iceberg { price, .. } => (Some(text(price)), None),
        OrderKind::StopLoss { trigger } | OrderKind::TakeProfit { trigger } => {
            (Some(text(trigger.price)), None)
        }
        OrderKind::StopLossLimit { trigger, price }
        | OrderKind::TakeProfitLimit { trigger, price } => {
            (Some(text(trigger.price)), Some(text(price)))
        }
        OrderKind::TrailingStop { offset, .. } => (Some(offset_text(offset, decimals)), None),
        OrderKind::TrailingStopLimit { offset, limit_offset, .. } => {
            let limit = limit_offset_text(limit_offset, side, decimals);
            (Some(offset_text(offset, decimals)), Some(limit))
        }
    };
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "0".to_owned());
    PriceTexts { price: or_none(price), secondary: or_none(secondary) }
}

/// `+50.0000%` or `+100.0`
fn offset_text(offset: TrailingOffset, decimals: usize) -> String {
    match offset {
        TrailingOffset::Price(price) => format!("+{price:.decimals$}"),
        TrailingOffset::Fraction(part) => format!("+{}%", percent_text(part)),
    }
}

/// A part of a whole in percent, with at least four decimals.
pub(crate) fn percent_text(part: Fraction) -> String {
    let text = part.percent();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}.{decimals:0<4}")
}

/// An offset of ours is negative where the limit is worse; Kraken's is negative where it is lower.
fn limit_offset_text(offset: Price, side: Side, decimals: usize) -> String {
    let is_above = (side == Side::Buy) == (offset < Price::ZERO);
    let distance = offset.distance(Price::ZERO);
    format!("{}{distance:.decimals$}", if is_above { '+' } else { '-' })
}

#[cfg(test)]
mod tests;
