//! Changing an open order in place: what may be changed, and what a change must satisfy.
//!
//! | changed | may be | refused when |
//! |---|---|---|
//! | quantity | the new total, what has traded included; at or below that it cancels the rest | the
//! order is sized in quote asset |
//! | limit | of an order that has one | it has none, or not yet |
//! | trigger | of an order that waits for a fixed price | it does not wait, or its trigger trails |
//! | displayed | what an iceberg order shows | it is another kind, or shows less than a fifteenth |

use trading_types::{Amendment, OrderQuantity, PairRules, Quantity, Refusal};

use crate::{
    open_order::OpenOrder,
    trigger::ArmedTrigger,
    validation::{check_cost_min, check_displayed, check_lot, check_price, check_quantity_min},
};

/// The first rule that a change of `order` breaks.
pub(crate) fn check(
    order: &OpenOrder,
    amendment: &Amendment,
    displayed: Option<Quantity>,
    rules: &PairRules,
) -> Result<(), Refusal> {
    let invalid = |why: &str| Err(Refusal::InvalidOrder(why.to_owned()));
    let Amendment { order: _, quantity, limit, trigger } = *amendment;
    if quantity.is_some() && order.is_sized_in_quote() {
        return invalid("an order sized in the quote currency has no quantity to change");
    }
    if limit.is_some() && order.limit().is_none() {
        return invalid("the order has no limit price");
    }
    if trigger.is_some() && order.armed().is_none_or(ArmedTrigger::is_trailing) {
        return invalid("the order has no fixed trigger price");
    }
    if displayed.is_some() && order.displayed().is_none() {
        return invalid("only an iceberg order has a displayed quantity");
    }
    for price in [limit, trigger].into_iter().flatten() {
        check_price(price, rules)?;
    }
    for quantity in [quantity, displayed].into_iter().flatten() {
        check_lot(quantity, rules)?;
    }
    // The minimums are for the whole order; what is left of it may be dust.
    let OrderQuantity::Base(rest) = order.remaining() else { return Ok(()) };
    let total = quantity.unwrap_or(order.filled() + rest);
    if total <= order.filled() {
        return Ok(());
    }
    if let Some(displayed) = displayed.or(order.displayed()) {
        check_displayed(displayed, total - order.filled())?;
    }
    check_quantity_min(total, rules)?;
    let price = limit.or(order.limit()).or(trigger).or(order.trigger());
    price.map_or(Ok(()), |price| check_cost_min(price * total, rules))
}
