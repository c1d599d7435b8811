//! What each rule compares, in words, so that a person sees why an entry is let through or not. The
//! rules decide; what is shown here is read from the same order and the same context.

use serde::Serialize;
use trading_types::{Amount, Fraction, NewOrder, OrderQuantity, Price, Quantity};

use crate::risk::{For, RULES, RiskContext, RiskRefusal, prices};

/// A rule, and what it says of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleRow {
    /// The rule, by the name of its refusal.
    pub rule: RiskRefusal,
    /// Whether orders that reduce a position have to pass it, too.
    pub holds_exits: bool,
    /// What it looks at.
    pub value: String,
    /// What it holds it against.
    pub limit: String,
    /// Whether the order passes.
    pub passed: bool,
}

/// All rules of an entry, in the order they are asked. The first that is not passed refuses it.
pub fn explain_entry(order: &NewOrder, context: &RiskContext<'_>) -> Vec<RuleRow> {
    let row = |(rule_is_for, rule, refuses): &(For, RiskRefusal, super::Rule)| {
        let (value, limit) = context.compared(*rule, order);
        let (holds_exits, passed) = (*rule_is_for == For::All, !refuses(order, context));
        RuleRow { rule: *rule, holds_exits, value, limit, passed }
    };
    RULES.iter().map(row).collect()
}

impl RiskContext<'_> {
    /// What a rule looks at, and what it holds it against.
    fn compared(&self, rule: RiskRefusal, order: &NewOrder) -> (String, String) {
        use RiskRefusal as R;

        let (rules, limits, pace) = (self.rules, self.limits, self.pace);
        let value = self.value(order);
        match rule {
            R::Halted => pair(yes(self.is_halted, "halted", "trading"), "trading"),
            R::InDoubt => pair(yes(self.is_in_doubt, "in doubt", "certain"), "certain"),
            R::Blocked => {
                let cause = self.blocked.map(|cause| format!("{cause:?}"));
                pair(cause.unwrap_or_else(|| "nothing".to_owned()), "nothing")
            }
            R::VenueNotOnline => {
                let (venue, of_pair) = (self.gate.venue, self.gate.pair);
                pair(format!("venue {venue}, pair {of_pair}"), "takes this kind of order")
            }
            R::NoPrice => pair(shown(self.last), "known"),
            R::StalePrice => {
                let age = self.now.since(self.heard);
                pair(format!("{age:?}"), format!("{:?}", limits.price_age_max))
            }
            R::PriceJump => pair(percent(self.moved), percent(limits.move_per_minute)),
            R::OffTick => pair(shown(prices(order).next()), format!("steps of {}", rules.tick)),
            R::OffLot => pair(size(order), format!("steps of {}", rules.lot)),
            R::BelowQuantityMinimum => pair(size(order), rules.quantity_min),
            R::BelowCostMinimum => pair(value, rules.cost_min),
            R::QuantityTooLarge => {
                pair(self.quantity(order), up_to(limits.order_quantity_max, Quantity::MAX))
            }
            R::ValueTooLarge => pair(value, most(limits.order_value_max)),
            R::OutsideCollarOfMid => {
                pair(self.price(order), self.band(self.quote.map(|quote| quote.mid())))
            }
            R::OutsideCollarOfLast => pair(self.price(order), self.band(self.last)),
            R::PositionTooLarge => {
                pair(self.position_value + value, most(limits.position_value_max))
            }
            R::ExposureTooLarge => pair(self.exposure + value, most(limits.exposure_max)),
            R::TooManyOrders => {
                let sent = pace.orders_within_minute(self.now);
                pair(sent, below(limits.orders_per_minute_max))
            }
            R::RepeatedExecution => {
                let sent = pace.entries_within_hour(self.now).to_string();
                let sent = if pace.is_off() { "switched off".to_owned() } else { sent };
                pair(sent, below(limits.entries_per_hour_max))
            }
            R::TooManyOrdersToday => {
                pair(pace.orders_today(self.now), below(limits.orders_per_day_max))
            }
            R::TooManyCancelsToday => {
                pair(pace.cancels_today(self.now), below(limits.cancels_per_day_max))
            }
            R::Duplicate => {
                let signal = yes(self.signal_used, "the signal has an order", "a new signal");
                pair(format!("{signal}, {} orders are open", self.open.len()), "none like it")
            }
            R::SelfMatch => {
                let meets = self.open.iter().filter(|open| self.would_match(order, open)).count();
                pair(format!("{meets} orders of ours"), "none")
            }
            R::InsufficientFunds => pair(self.cost_with_fee(order), self.cash_free),
        }
    }

    fn band(&self, around: Option<Price>) -> String {
        match around {
            None => "nothing to compare with".to_owned(),
            Some(_) if self.limits.collar == Fraction::MAX => NO_LIMIT.to_owned(),
            Some(price) => format!("within {} of {price}", percent(self.limits.collar)),
        }
    }
}

const NO_LIMIT: &str = "no limit";

#[expect(clippy::needless_pass_by_value, reason = "numbers and texts made for this call")]
fn pair(value: impl ToString, limit: impl ToString) -> (String, String) {
    (value.to_string(), limit.to_string())
}

const fn yes(it_is: bool, then: &'static str, otherwise: &'static str) -> &'static str {
    if it_is { then } else { otherwise }
}

fn shown(price: Option<Price>) -> String {
    price.map_or_else(|| "none".to_owned(), |price| price.to_string())
}

fn percent(part: Fraction) -> String {
    if part == Fraction::MAX { NO_LIMIT.to_owned() } else { format!("{}%", part.percent()) }
}

fn size(order: &NewOrder) -> String {
    match order.quantity {
        OrderQuantity::Base(quantity) => quantity.to_string(),
        OrderQuantity::Quote(spend) => format!("{spend} in quote asset"),
    }
}

fn up_to<T: Copy + PartialEq + ToString>(limit: T, none: T) -> String {
    if limit == none { NO_LIMIT.to_owned() } else { limit.to_string() }
}

fn most(limit: Amount) -> String {
    up_to(limit, Amount::MAX)
}

fn below(limit: u32) -> String {
    if limit == u32::MAX { NO_LIMIT.to_owned() } else { format!("below {limit}") }
}
