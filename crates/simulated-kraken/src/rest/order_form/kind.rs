//! The kind of an order with its prices.
//!
//! | kind | `price` | `price2` |
//! |---|---|---|
//! | market | | |
//! | limit, iceberg | limit | |
//! | stop-loss, take-profit | trigger | |
//! | stop-loss-limit, take-profit-limit | trigger | limit |
//! | trailing-stop | `+` distance | |
//! | trailing-stop-limit | `+` distance | limit, relative to the trigger |

use trading_types::{
    ConditionalClose, OrderKind, OrderQuantity, Price, Quantity, Rounding, Side, TrailingOffset,
    Trigger, TriggerSource,
};

use crate::{
    kraken_error::KrakenError,
    rest::{
        parameters::Parameters,
        price_text::{Offset, Place, PriceForm, Stated, Way, refused},
    },
};

/// An iceberg order shows at least one part in this many
/// (<https://docs.kraken.com/api-reference/trading/add-order>, read on 2026-11-21).
const ICEBERG_PARTS_MAX: i128 = 15;

/// What a kind is read from.
struct Reader<'a> {
    parameters: &'a Parameters,
    form: &'a PriceForm,
    side: Side,
    /// What relative prices are relative to.
    base: Option<Price>,
    source: TriggerSource,
}

/// The kind of an order of this side and quantity.
pub(crate) fn read(
    parameters: &Parameters,
    form: &PriceForm,
    side: Side,
    quantity: OrderQuantity,
) -> Result<OrderKind, KrakenError> {
    let source = source(parameters)?;
    let reader = Reader { parameters, form, side, base: form.last, source };
    match parameters.required("ordertype")? {
        "iceberg" => reader.iceberg(quantity),
        name => reader.kind(name),
    }
}

/// The kind of the order that closes what this one opens: `close[ordertype]` and its prices, which
/// are relative to this one's.
pub(crate) fn close(
    parameters: &Parameters,
    form: &PriceForm,
    side: Side,
    opening: &OrderKind,
) -> Result<Option<ConditionalClose>, KrakenError> {
    let Some(close) = parameters.nested("close")? else { return Ok(None) };
    let base = opening.limit().or(form.last);
    let source = source(parameters)?;
    let reader = Reader { parameters: &close, form, side: side.opposite(), base, source };
    let Some(name) = close.text("ordertype")? else {
        return Err(KrakenError::invalid("close"));
    };
    let kind = reader.kind(name)?;
    if matches!(kind, OrderKind::Market) {
        return Err(KrakenError::invalid("close[ordertype]"));
    }
    Ok(Some(ConditionalClose { kind }))
}

fn source(parameters: &Parameters) -> Result<TriggerSource, KrakenError> {
    match parameters.text("trigger")? {
        None | Some("last") => Ok(TriggerSource::Last),
        Some("index") => Ok(TriggerSource::Index),
        Some(_) => Err(KrakenError::invalid("trigger")),
    }
}

impl Reader<'_> {
    fn kind(&self, name: &str) -> Result<OrderKind, KrakenError> {
        match name {
            "market" => Ok(OrderKind::Market),
            "limit" => Ok(OrderKind::Limit { price: self.primary(self.cheaper())? }),
            "stop-loss" => Ok(OrderKind::StopLoss { trigger: self.trigger(self.dearer())? }),
            "take-profit" => Ok(OrderKind::TakeProfit { trigger: self.trigger(self.cheaper())? }),
            "stop-loss-limit" => {
                let trigger = self.trigger(self.dearer())?;
                Ok(OrderKind::StopLossLimit { trigger, price: self.secondary()? })
            }
            "take-profit-limit" => {
                let trigger = self.trigger(self.cheaper())?;
                Ok(OrderKind::TakeProfitLimit { trigger, price: self.secondary()? })
            }
            "trailing-stop" => {
                Ok(OrderKind::TrailingStop { offset: self.trailing()?, source: self.source })
            }
            "trailing-stop-limit" => {
                let (offset, source) = (self.trailing()?, self.source);
                let limit_offset = self.limit_offset()?;
                Ok(OrderKind::TrailingStopLimit { offset, source, limit_offset })
            }
            "settle-position" => Err(KrakenError::fixed("EOrder:Unknown position")),
            _ => Err(KrakenError::invalid("ordertype")),
        }
    }

    fn iceberg(&self, quantity: OrderQuantity) -> Result<OrderKind, KrakenError> {
        let price = self.primary(self.cheaper())?;
        let displayed = self.parameters.parsed::<Quantity>("displayvol")?;
        match (displayed, quantity) {
            (Some(displayed), OrderQuantity::Base(whole)) if shows_enough(displayed, whole) => {
                Ok(OrderKind::Iceberg { price, displayed })
            }
            (None | Some(_), OrderQuantity::Base(_) | OrderQuantity::Quote(_)) => {
                Err(KrakenError::invalid("displayvol"))
            }
        }
    }

    /// Where `#` lies for an order that waits for a better price.
    fn cheaper(&self) -> Way {
        match self.side {
            Side::Buy => Way::Below,
            Side::Sell => Way::Above,
        }
    }

    /// Where `#` lies for an order that waits for a worse price.
    fn dearer(&self) -> Way {
        match self.side {
            Side::Buy => Way::Above,
            Side::Sell => Way::Below,
        }
    }

    fn primary(&self, sense: Way) -> Result<Price, KrakenError> {
        self.form.resolve(self.stated("price", Place::Primary)?, sense, self.base)
    }

    fn secondary(&self) -> Result<Price, KrakenError> {
        let stated = self.stated("price2", Place::Secondary)?;
        self.form.resolve(stated, self.dearer(), self.base)
    }

    fn trigger(&self, sense: Way) -> Result<Trigger, KrakenError> {
        Ok(Trigger { price: self.primary(sense)?, source: self.source })
    }

    fn stated(&self, name: &str, place: Place) -> Result<Stated, KrakenError> {
        let text = self.parameters.text(name)?.ok_or_else(|| refused("", place))?;
        self.form.read(text, place)
    }

    /// A trailing distance needs its plus sign.
    fn trailing(&self) -> Result<TrailingOffset, KrakenError> {
        match self.stated("price", Place::Primary)? {
            Stated::Relative(Some(Way::Above), Offset::Price(price)) => {
                Ok(TrailingOffset::Price(price))
            }
            Stated::Relative(Some(Way::Above), Offset::Part(part)) => {
                Ok(TrailingOffset::Fraction(part))
            }
            Stated::Relative(Some(Way::Below) | None, _) | Stated::Absolute(_) => {
                Err(refused("", Place::Primary))
            }
        }
    }

    /// Kraken's offset is positive where the limit is higher, ours where it is better.
    fn limit_offset(&self) -> Result<Price, KrakenError> {
        let (way, offset) = match self.stated("price2", Place::Secondary)? {
            Stated::Relative(way, offset) => (way.unwrap_or(self.dearer()), offset),
            Stated::Absolute(_) => return Err(refused("", Place::Secondary)),
        };
        let size = match offset {
            Offset::Price(price) => price,
            Offset::Part(part) => {
                let base = self.base.ok_or_else(|| refused("", Place::Secondary))?;
                let stated = Stated::Relative(Some(Way::Above), Offset::Part(part));
                let above = self.form.resolve(stated, Way::Above, Some(base))?;
                (above - base).round_to(self.form.tick, Rounding::Down)
            }
        };
        Ok(if way == self.cheaper() { size } else { Price::ZERO - size })
    }
}

fn shows_enough(displayed: Quantity, whole: Quantity) -> bool {
    let parts = i128::from(displayed.units()) * ICEBERG_PARTS_MAX;
    displayed.is_positive() && displayed <= whole && i128::from(whole.units()) <= parts
}
