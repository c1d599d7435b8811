//! Pre-trade controls: a column of one-line rules with named refusals, asked in a documented order
//! before any order is sent. Entries must pass all of them; what reduces a position must pass only
//! those that no exit may break.

mod shown;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trading_types::{
    Amount, Fraction, NewOrder, OrderQuantity, PairRules, Price, Quantity, Quote, Rounding, Side,
    Timestamp,
};

pub use self::shown::{RuleRow, explain_entry};
use crate::{
    pace::Pace,
    report::BlockCause,
    venue_gate::{Message, VenueGate},
};

/// Limits of one pair's orders and of the whole account. Each has a name, and none is optional:
/// who wants no limit says so with [`RiskLimits::unlimited`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskLimits {
    /// Largest quantity of one order, in base asset.
    pub order_quantity_max: Quantity,
    /// Largest value of one order, in quote asset.
    pub order_value_max: Amount,
    /// How far an order's price may be from the mid and from the last trade.
    pub collar: Fraction,
    /// Largest position of one pair, open buys included, in quote asset.
    pub position_value_max: Amount,
    /// Largest value of all positions and open buys together, in quote asset.
    pub exposure_max: Amount,
    /// Most orders sent within a minute.
    pub orders_per_minute_max: u32,
    /// Most entries of one strategy within an hour, after which it is off until a person resumes.
    pub entries_per_hour_max: u32,
    /// No entry is sent on prices older than this.
    pub price_age_max: Duration,
    /// How far below the mark a flattening order may sell.
    pub flatten_collar: Fraction,
    /// No entry is sent when the last trade is further than this from any other of the last
    /// minute: what jumps is a bad print or no market to enter.
    pub move_per_minute: Fraction,
    /// No entry is sent after so many orders of a pair within a day (UTC).
    pub orders_per_day_max: u32,
    /// No entry is sent after so many cancels of a pair within a day (UTC).
    pub cancels_per_day_max: u32,
}

impl RiskLimits {
    /// No limit at all: for a backtest, where the question is what the strategy would have done.
    pub const fn unlimited() -> Self {
        Self {
            order_quantity_max: Quantity::MAX,
            order_value_max: Amount::MAX,
            collar: Fraction::MAX,
            position_value_max: Amount::MAX,
            exposure_max: Amount::MAX,
            orders_per_minute_max: u32::MAX,
            entries_per_hour_max: u32::MAX,
            price_age_max: Duration::MAX,
            flatten_collar: Fraction::from_basis_points(500),
            move_per_minute: Fraction::MAX,
            orders_per_day_max: u32::MAX,
            cancels_per_day_max: u32::MAX,
        }
    }
}

/// Why an order was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[rustfmt::skip] // One line a refusal, as in the table of rules.
pub enum RiskRefusal {
    /// The kill switch is latched.
    Halted,
    /// Our picture of the account contradicts the venue's.
    InDoubt,
    /// The venue does not take this kind of order now.
    VenueNotOnline,
    /// No price is known.
    NoPrice,
    /// The newest price is too old.
    StalePrice,
    /// Not a multiple of the tick.
    OffTick,
    /// Not a multiple of the lot.
    OffLot,
    /// Below the pair's smallest quantity.
    BelowQuantityMinimum,
    /// Below the pair's smallest value.
    BelowCostMinimum,
    /// Above the largest quantity of one order.
    QuantityTooLarge,
    /// Above the largest value of one order.
    ValueTooLarge,
    /// Too far from the mid.
    OutsideCollarOfMid,
    /// Too far from the last trade.
    OutsideCollarOfLast,
    /// The position would be too large.
    PositionTooLarge,
    /// All positions together would be too large.
    ExposureTooLarge,
    /// Too many orders within a minute.
    TooManyOrders,
    /// Too many entries within an hour; the strategy is off until a person resumes.
    RepeatedExecution,
    /// An order of the same signal exists, or an equal one is open.
    Duplicate,
    /// It would trade against an open order of ours.
    SelfMatch,
    /// Not enough free balance.
    InsufficientFunds,
    /// Something outside the engine keeps entries from being made.
    Blocked,
    /// The price has moved too far within a minute.
    PriceJump,
    /// Too many orders of the pair within a day.
    TooManyOrdersToday,
    /// Too many cancels of the pair within a day.
    TooManyCancelsToday,
}

/// What the rules look at besides the order.
#[derive(Debug)]
pub struct RiskContext<'a> {
    /// The pair's steps and minimums.
    pub rules: &'a PairRules,
    /// The limits.
    pub limits: &'a RiskLimits,
    /// Whether the kill switch is latched.
    pub is_halted: bool,
    /// Whether our picture contradicts the venue's.
    pub is_in_doubt: bool,
    /// Why nothing may be opened on the pair, if there is a cause.
    pub blocked: Option<BlockCause>,
    /// What the venue and the pair take.
    pub gate: VenueGate,
    /// The last trade's price.
    pub last: Option<Price>,
    /// When a price was last heard.
    pub heard: Timestamp,
    /// The best bid and ask.
    pub quote: Option<Quote>,
    /// How far the last trade's price is from the others of the last minute.
    pub moved: Fraction,
    /// The pair's position and open buys, in quote asset at the last price.
    pub position_value: Amount,
    /// All positions and open buys, in quote asset.
    pub exposure: Amount,
    /// Quote asset that is free.
    pub cash_free: Amount,
    /// Base asset that is free.
    pub base_free: Amount,
    /// The taker fee.
    pub fee: Fraction,
    /// Open orders of ours on the pair.
    pub open: &'a [&'a NewOrder],
    /// Orders sent recently.
    pub pace: &'a Pace,
    /// Whether this signal has entered already.
    pub signal_used: bool,
    /// The moment.
    pub now: Timestamp,
}

/// Which orders a rule is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    /// Orders that open or enlarge a position.
    Entries,
    /// All orders.
    All,
}

/// Says when an order is refused.
type Rule = fn(&NewOrder, &RiskContext<'_>) -> bool;

/// The rules, in the order they are asked.
#[rustfmt::skip] // A table is easier to check when its columns line up.
const RULES: [(For, RiskRefusal, Rule); 24] = [
    (For::Entries, RiskRefusal::Halted,               |_, it| it.is_halted),
    (For::Entries, RiskRefusal::InDoubt,              |_, it| it.is_in_doubt),
    (For::Entries, RiskRefusal::Blocked,              |_, it| it.blocked.is_some()),
    (For::All,     RiskRefusal::VenueNotOnline,       |order, it| it.is_out_of_state(order)),
    (For::All,     RiskRefusal::NoPrice,              |_, it| it.last.is_none()),
    (For::Entries, RiskRefusal::StalePrice,           |_, it| it.is_stale()),
    (For::Entries, RiskRefusal::PriceJump,            |_, it| it.has_jumped()),
    (For::All,     RiskRefusal::OffTick,              |order, it| it.is_off_tick(order)),
    (For::All,     RiskRefusal::OffLot,               |order, it| it.is_off_lot(order)),
    (For::All,     RiskRefusal::BelowQuantityMinimum, |order, it| it.is_too_small(order)),
    (For::All,     RiskRefusal::BelowCostMinimum,     |order, it| it.is_too_cheap(order)),
    (For::Entries, RiskRefusal::QuantityTooLarge,     |order, it| it.is_too_much(order)),
    (For::Entries, RiskRefusal::ValueTooLarge,        |order, it| it.is_too_dear(order)),
    (For::Entries, RiskRefusal::OutsideCollarOfMid,   |order, it| it.is_far_from_mid(order)),
    (For::Entries, RiskRefusal::OutsideCollarOfLast,  |order, it| it.is_far_from_last(order)),
    (For::Entries, RiskRefusal::PositionTooLarge,     |order, it| it.fills_position(order)),
    (For::Entries, RiskRefusal::ExposureTooLarge,     |order, it| it.fills_exposure(order)),
    (For::Entries, RiskRefusal::TooManyOrders,        |_, it| it.is_too_fast()),
    (For::Entries, RiskRefusal::RepeatedExecution,    |_, it| it.is_too_often()),
    (For::Entries, RiskRefusal::TooManyOrdersToday,   |_, it| it.is_too_busy()),
    (For::Entries, RiskRefusal::TooManyCancelsToday,  |_, it| it.cancels_too_much()),
    (For::Entries, RiskRefusal::Duplicate,            |order, it| it.is_repeated(order)),
    (For::Entries, RiskRefusal::SelfMatch,            |order, it| it.meets_own(order)),
    (For::All,     RiskRefusal::InsufficientFunds,    |order, it| it.lacks_funds(order)),
];

/// The first rule an entry breaks, if it breaks one.
pub fn check_entry(order: &NewOrder, context: &RiskContext<'_>) -> Result<(), RiskRefusal> {
    check(order, context, |_| true)
}

/// The first rule an order that reduces a position breaks, if it breaks one. Limits on size, pace
/// and place do not hold for it: getting out is always allowed.
pub fn check_exit(order: &NewOrder, context: &RiskContext<'_>) -> Result<(), RiskRefusal> {
    check(order, context, |rule_is_for| rule_is_for == For::All)
}

fn check(
    order: &NewOrder,
    context: &RiskContext<'_>,
    holds: impl Fn(For) -> bool,
) -> Result<(), RiskRefusal> {
    let broken = RULES
        .iter()
        .filter(|(rule_is_for, ..)| holds(*rule_is_for))
        .find(|(_, _, refuses)| refuses(order, context));
    broken.map_or(Ok(()), |(_, refusal, _)| Err(*refusal))
}

fn base(order: &NewOrder) -> Option<Quantity> {
    match order.quantity {
        OrderQuantity::Base(quantity) => Some(quantity),
        OrderQuantity::Quote(_) => None,
    }
}

fn prices(order: &NewOrder) -> impl Iterator<Item = Price> {
    order.kind.limit().into_iter().chain(order.kind.trigger().map(|trigger| trigger.price))
}

fn is_same(open: &NewOrder, order: &NewOrder) -> bool {
    open.side == order.side && open.kind == order.kind && open.quantity == order.quantity
}

impl RiskContext<'_> {
    fn is_out_of_state(&self, order: &NewOrder) -> bool {
        !self.gate.takes(Message::placing(order))
    }

    fn is_stale(&self) -> bool {
        self.limits.price_age_max < self.now.since(self.heard)
    }

    fn has_jumped(&self) -> bool {
        self.limits.move_per_minute < self.moved
    }

    fn is_off_tick(&self, order: &NewOrder) -> bool {
        prices(order).any(|price| !price.is_multiple_of(self.rules.tick))
    }

    fn is_off_lot(&self, order: &NewOrder) -> bool {
        base(order).is_some_and(|quantity| !quantity.is_multiple_of(self.rules.lot))
    }

    fn is_too_small(&self, order: &NewOrder) -> bool {
        base(order).is_some_and(|quantity| quantity < self.rules.quantity_min)
    }

    fn is_too_cheap(&self, order: &NewOrder) -> bool {
        self.value(order) < self.rules.cost_min
    }

    fn is_too_much(&self, order: &NewOrder) -> bool {
        self.limits.order_quantity_max < self.quantity(order)
    }

    fn is_too_dear(&self, order: &NewOrder) -> bool {
        self.limits.order_value_max < self.value(order)
    }

    fn is_far_from_mid(&self, order: &NewOrder) -> bool {
        self.quote.is_some_and(|quote| self.is_outside(order, quote.mid()))
    }

    fn is_far_from_last(&self, order: &NewOrder) -> bool {
        self.last.is_some_and(|last| self.is_outside(order, last))
    }

    fn fills_position(&self, order: &NewOrder) -> bool {
        self.limits.position_value_max < self.position_value + self.value(order)
    }

    fn fills_exposure(&self, order: &NewOrder) -> bool {
        self.limits.exposure_max < self.exposure + self.value(order)
    }

    fn is_too_fast(&self) -> bool {
        self.limits.orders_per_minute_max <= self.pace.orders_within_minute(self.now)
    }

    fn is_too_often(&self) -> bool {
        let entries = self.pace.entries_within_hour(self.now);
        self.pace.is_off() || self.limits.entries_per_hour_max <= entries
    }

    fn is_too_busy(&self) -> bool {
        self.limits.orders_per_day_max <= self.pace.orders_today(self.now)
    }

    fn cancels_too_much(&self) -> bool {
        self.limits.cancels_per_day_max <= self.pace.cancels_today(self.now)
    }

    fn is_repeated(&self, order: &NewOrder) -> bool {
        self.signal_used || self.open.iter().any(|open| is_same(open, order))
    }

    fn meets_own(&self, order: &NewOrder) -> bool {
        self.open.iter().any(|open| self.would_match(order, open))
    }

    /// The price an order is valued at: its own, or the worse of last and best.
    fn price(&self, order: &NewOrder) -> Price {
        let seen = match (order.side, self.quote) {
            (Side::Buy, Some(quote)) => Some(quote.ask.price),
            (Side::Sell, Some(quote)) => Some(quote.bid.price),
            (_, None) => None,
        };
        let market = self.last.into_iter().chain(seen).max().unwrap_or(Price::ZERO);
        prices(order).max().unwrap_or(market)
    }

    fn value(&self, order: &NewOrder) -> Amount {
        match order.quantity {
            OrderQuantity::Base(quantity) => self.price(order) * quantity,
            OrderQuantity::Quote(spend) => spend,
        }
    }

    fn quantity(&self, order: &NewOrder) -> Quantity {
        match order.quantity {
            OrderQuantity::Base(quantity) => quantity,
            OrderQuantity::Quote(spend) if self.price(order).is_positive() => {
                spend.quantity_at(self.price(order))
            }
            OrderQuantity::Quote(_) => Quantity::ZERO,
        }
    }

    fn is_outside(&self, order: &NewOrder, reference: Price) -> bool {
        if self.limits.collar == Fraction::MAX {
            return false;
        }
        let band = reference.moved_by(self.limits.collar, Rounding::Down) - reference;
        band < self.price(order).distance(reference)
    }

    /// Whether two orders of ours could trade with each other. A sell stop is an exit and rests
    /// below the market, so it counts with its trigger.
    fn would_match(&self, order: &NewOrder, open: &NewOrder) -> bool {
        let resting = open.kind.limit();
        match (order.side, open.side, resting) {
            (Side::Buy, Side::Sell, Some(ask)) => ask <= self.price(order),
            (Side::Sell, Side::Buy, Some(bid)) => self.price(order) <= bid,
            (Side::Buy | Side::Sell, _, _) => false,
        }
    }

    fn lacks_funds(&self, order: &NewOrder) -> bool {
        match (order.side, order.quantity) {
            (Side::Sell, OrderQuantity::Base(quantity)) => self.base_free < quantity.into(),
            (Side::Sell, OrderQuantity::Quote(_)) => true,
            (Side::Buy, _) => self.cash_free < self.cost_with_fee(order),
        }
    }

    /// Each rounded up, as the venue does it.
    fn cost_with_fee(&self, order: &NewOrder) -> Amount {
        let decimals = self.rules.cost_decimals;
        let cost = self.value(order).round_to_decimals(decimals, Rounding::Up);
        let fee = cost.times(self.fee, Rounding::Up);
        cost + fee.round_to_decimals(decimals, Rounding::Up)
    }
}

#[cfg(test)]
mod tests;
