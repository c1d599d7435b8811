//! The past of a model: what its fair price did before there was a book, and what was traded then.
//!
//! The invariant: a past of no length draws nothing, so that a model without one is the model it
//! always was.

use trading_types::{Price, Side, Timestamp, Trade};

use super::{MarketModelSettings, chance::Chance, fair_price::FairPrice, ladder};

/// Walks from a moment to another, and tells of every trade between them.
pub(super) fn walk(
    settings: &MarketModelSettings,
    (fair, chance): (&mut FairPrice, &mut Chance),
    (begin, end): (Timestamp, Timestamp),
    tell: &mut dyn FnMut(Trade),
) {
    let mut walked_to = begin;
    while walked_to < end {
        let next = (walked_to + chance.wait(settings.trade_interval)).min(end);
        fair.wander(next.since(walked_to), chance);
        walked_to = next;
        if next < end {
            tell(draw(settings, fair, chance, next));
        }
    }
}

/// A taker arrives.
fn draw(
    settings: &MarketModelSettings,
    fair: &FairPrice,
    chance: &mut Chance,
    time: Timestamp,
) -> Trade {
    let (bid, ask) = fair.quote(chance);
    let taker_side = fair.taker_side(chance);
    let ticks = match taker_side {
        Side::Buy => ask,
        Side::Sell => bid,
    }
    .max(1);
    let rules = &settings.rules;
    let wanted = ladder::quantity_worth(chance.heavy_tail(), settings.trade_value, ticks, rules);
    let price = Price::from_units(ticks.checked_mul(rules.tick.units()).expect("a price fits"));
    Trade { time, price, quantity: wanted.max(rules.quantity_min).max(rules.lot), taker_side }
}

#[cfg(test)]
mod tests;
