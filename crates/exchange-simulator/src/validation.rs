//! What an arriving order must satisfy, as a column of rules. The first rule it breaks names the
//! refusal, so the order of the column is part of the behavior.
//!
//! Funds come last and are not here: they are refused where the hold is placed.

use trading_types::{
    Amount, NewOrder, OrderKind, OrderQuantity, PairRules, Price, Quantity, Refusal, TimeInForce,
    Timestamp, TrailingOffset, TriggerSource,
};

use crate::trigger::watched;

/// Open orders that one account may have. The exchange's own guard against running out of memory;
/// the limits that Kraken publishes are far below and belong to the server.
pub(crate) const ORDERS_OPEN_MAX: usize = 10_000;

/// The highest price of an order, in quote asset. A trailing trigger can be twice and its limit
/// three times the price of the market, and that must still be a price.
pub(crate) const PRICE_MAX: Price = Price::from_units(300_000_000 * 10_i64.pow(10));

/// The most that an order can spend, in quote asset: with fees it must still be an amount.
const SPEND_MAX: Amount = Amount::from_units(10_i128.pow(36));

/// An iceberg order shows at least one part in this many of what is left of it
/// (<https://docs.kraken.com/api/docs/rest-api/add-order>, read on 2026-11-21).
const ICEBERG_PARTS_MAX: i128 = 15;

/// Where an order arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Venue {
    /// Candles: no queue, one price.
    Candles,
    /// A book.
    Book,
}

/// What the rules look at beside the order.
pub(crate) struct Arrival<'a> {
    /// Where.
    pub(crate) venue: Venue,
    /// The rules of its pair.
    pub(crate) rules: &'a PairRules,
    /// The price of the market that the order looks at, if there is one.
    pub(crate) market: Option<Price>,
    /// Whether an open order of the account has its client id.
    pub(crate) is_id_open: bool,
    /// How many orders the account has open.
    pub(crate) orders_open: usize,
    /// When it arrives.
    pub(crate) now: Timestamp,
}

type Rule = fn(&NewOrder, &Arrival<'_>) -> Result<(), Refusal>;

#[rustfmt::skip] // A column is easier to read.
const RULES: &[Rule] = &[
    is_on_this_pair,
    has_flags_that_fit,
    is_simulated,
    has_a_close_that_fits,
    ends_in_the_future,
    has_prices_on_the_tick,
    has_a_trailing_offset_below_the_price,
    has_a_quantity_on_the_lot,
    has_the_least_quantity,
    has_the_least_cost,
    is_within_its_deadline,
    has_a_fresh_id,
    is_not_one_too_many,
];

/// The rules for an order that the exchange places itself, for a fill of another order. It is as
/// large as the fill, however small that is.
const RULES_OF_CLOSE: &[Rule] =
    &[has_prices_on_the_tick, has_a_trailing_offset_below_the_price, is_not_one_too_many];

/// The first rule that an order breaks.
pub(crate) fn check(order: &NewOrder, arrival: &Arrival<'_>) -> Result<(), Refusal> {
    RULES.iter().try_for_each(|rule| rule(order, arrival))
}

/// The first rule that a conditional close breaks once its time has come.
pub(crate) fn check_close(order: &NewOrder, arrival: &Arrival<'_>) -> Result<(), Refusal> {
    RULES_OF_CLOSE.iter().try_for_each(|rule| rule(order, arrival))
}

/// The price that a quantity is valued at before it trades.
pub(crate) fn reference_price(order: &NewOrder, market: Option<Price>) -> Option<Price> {
    order.kind.limit().or(order.kind.trigger().map(|trigger| trigger.price)).or(market)
}

fn require(is_met: bool, refusal: Refusal) -> Result<(), Refusal> {
    if is_met { Ok(()) } else { Err(refusal) }
}

/// [`require`] with words, which are put together only when they are said.
fn require_fit(fits: bool, why: &str) -> Result<(), Refusal> {
    if fits { Ok(()) } else { Err(Refusal::InvalidOrder(why.to_owned())) }
}

fn is_on_this_pair(order: &NewOrder, arrival: &Arrival<'_>) -> Result<(), Refusal> {
    require(order.pair == arrival.rules.pair, Refusal::UnknownPair)
}

fn has_flags_that_fit(order: &NewOrder, _: &Arrival<'_>) -> Result<(), Refusal> {
    order.check_flags().map_err(|contradiction| Refusal::InvalidOrder(contradiction.to_string()))
}

fn is_simulated(order: &NewOrder, arrival: &Arrival<'_>) -> Result<(), Refusal> {
    match arrival.venue {
        Venue::Book => return Ok(()),
        Venue::Candles => {}
    }
    let is_iceberg = matches!(order.kind, OrderKind::Iceberg { .. });
    let starts_later = order.start.is_some_and(|start| arrival.now < start);
    let is_indexed = watched(&order.kind) == Some(TriggerSource::Index);
    require_fit(!is_iceberg, "not simulated: iceberg orders")?;
    require_fit(order.close.is_none(), "not simulated: conditional close")?;
    require_fit(!is_indexed, "not simulated: index triggers")?;
    require_fit(!starts_later, "not simulated: scheduled orders")
}

fn has_a_close_that_fits(order: &NewOrder, _: &Arrival<'_>) -> Result<(), Refusal> {
    let kind = order.close.map(|close| close.kind);
    let is_market = matches!(kind, Some(OrderKind::Market));
    // Its size is that of each fill; how much of that it shows, nobody can say before.
    let is_iceberg = matches!(kind, Some(OrderKind::Iceberg { .. }));
    require_fit(!is_market, "a conditional close cannot be a market order")?;
    require_fit(!is_iceberg, "a conditional close cannot be an iceberg order")
}

fn ends_in_the_future(order: &NewOrder, arrival: &Arrival<'_>) -> Result<(), Refusal> {
    let is_over = match order.time_in_force {
        TimeInForce::GoodTilDate(end) => end <= arrival.now,
        TimeInForce::GoodTilCanceled | TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill => {
            false
        }
    };
    require_fit(!is_over, "the end date has passed")
}

fn has_prices_on_the_tick(order: &NewOrder, arrival: &Arrival<'_>) -> Result<(), Refusal> {
    [Some(order.kind), order.close.map(|close| close.kind)].into_iter().flatten().try_for_each(
        |kind| {
            let prices = [kind.limit(), kind.trigger().map(|trigger| trigger.price)];
            let mut prices = prices.into_iter().flatten();
            prices.try_for_each(|price| check_price(price, arrival.rules))
        },
    )
}

fn has_a_trailing_offset_below_the_price(
    order: &NewOrder,
    arrival: &Arrival<'_>,
) -> Result<(), Refusal> {
    let (offset, limit_offset) = match order.kind {
        OrderKind::TrailingStop { offset, .. } => (offset, Price::ZERO),
        OrderKind::TrailingStopLimit { offset, limit_offset, .. } => (offset, limit_offset),
        OrderKind::Market
        | OrderKind::Limit { .. }
        | OrderKind::Iceberg { .. }
        | OrderKind::StopLoss { .. }
        | OrderKind::StopLossLimit { .. }
        | OrderKind::TakeProfit { .. }
        | OrderKind::TakeProfitLimit { .. } => return Ok(()),
    };
    // Before the first trade there is nothing to trail.
    let market = arrival.market.ok_or(Refusal::InvalidPrice)?;
    let fits = match offset {
        TrailingOffset::Price(distance) => {
            check_price(distance, arrival.rules)?;
            distance < market
        }
        TrailingOffset::Fraction(part) => part.is_positive() && part < trading_types::Fraction::ONE,
    };
    let is_near = limit_offset.units().unsigned_abs() <= market.units().unsigned_abs();
    let is_on_tick = limit_offset.is_multiple_of(arrival.rules.tick);
    require(fits && is_near && is_on_tick, Refusal::InvalidPrice)
}

fn has_a_quantity_on_the_lot(order: &NewOrder, arrival: &Arrival<'_>) -> Result<(), Refusal> {
    if let OrderKind::Iceberg { displayed, .. } = order.kind {
        check_lot(displayed, arrival.rules)?;
    }
    match order.quantity {
        OrderQuantity::Base(quantity) => check_lot(quantity, arrival.rules),
        OrderQuantity::Quote(spend) => {
            require(spend.is_positive() && spend <= SPEND_MAX, Refusal::InvalidQuantity)
        }
    }
}

fn has_the_least_quantity(order: &NewOrder, arrival: &Arrival<'_>) -> Result<(), Refusal> {
    let quantity = match (order.quantity, arrival.market) {
        (OrderQuantity::Base(quantity), _) => quantity,
        (OrderQuantity::Quote(spend), Some(price)) => spend.quantity_at(price),
        (OrderQuantity::Quote(_), None) => return Ok(()),
    };
    check_quantity_min(quantity, arrival.rules)
}

fn has_the_least_cost(order: &NewOrder, arrival: &Arrival<'_>) -> Result<(), Refusal> {
    let cost = match (order.quantity, reference_price(order, arrival.market)) {
        (OrderQuantity::Quote(spend), _) => spend,
        (OrderQuantity::Base(quantity), Some(price)) => price * quantity,
        (OrderQuantity::Base(_), None) => return Ok(()),
    };
    check_cost_min(cost, arrival.rules)
}

fn is_within_its_deadline(order: &NewOrder, arrival: &Arrival<'_>) -> Result<(), Refusal> {
    let is_late = order.deadline.is_some_and(|deadline| deadline < arrival.now);
    require(!is_late, Refusal::DeadlineElapsed)
}

fn has_a_fresh_id(_: &NewOrder, arrival: &Arrival<'_>) -> Result<(), Refusal> {
    require(!arrival.is_id_open, Refusal::DuplicateClientOrderId)
}

fn is_not_one_too_many(_: &NewOrder, arrival: &Arrival<'_>) -> Result<(), Refusal> {
    require(arrival.orders_open < ORDERS_OPEN_MAX, Refusal::OrdersLimitExceeded)
}

/// Whether a price is above zero, on the tick and not beyond all sense.
pub(crate) fn check_price(price: Price, rules: &PairRules) -> Result<(), Refusal> {
    require(is_sane(price) && price.is_multiple_of(rules.tick), Refusal::InvalidPrice)
}

/// Whether a price can be that of an order.
pub(crate) fn is_sane(price: Price) -> bool {
    price.is_positive() && price <= PRICE_MAX
}

/// Whether a quantity is above zero and on the lot.
pub(crate) fn check_lot(quantity: Quantity, rules: &PairRules) -> Result<(), Refusal> {
    let fits = quantity.is_positive() && quantity.is_multiple_of(rules.lot);
    require(fits, Refusal::InvalidQuantity)
}

/// Whether an order of which `rest` is left may show `displayed` of it.
pub(crate) fn check_displayed(displayed: Quantity, rest: Quantity) -> Result<(), Refusal> {
    let parts = i128::from(displayed.units()) * ICEBERG_PARTS_MAX;
    let hides_too_much = parts < i128::from(rest.units());
    require_fit(!hides_too_much, "an iceberg order shows at least a fifteenth of what is left")
}

/// Whether a quantity is not below the pair's smallest.
pub(crate) fn check_quantity_min(quantity: Quantity, rules: &PairRules) -> Result<(), Refusal> {
    require(rules.quantity_min <= quantity, Refusal::BelowQuantityMinimum)
}

/// Whether a cost is not below the pair's smallest.
pub(crate) fn check_cost_min(cost: Amount, rules: &PairRules) -> Result<(), Refusal> {
    require(rules.cost_min <= cost, Refusal::BelowCostMinimum)
}

#[cfg(test)]
mod tests;
