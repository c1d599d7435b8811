//! When a waiting order wakes: at a fixed price, or once the price has come back from its best.
//!
//! | kind | side | wakes when the price | to us it is |
//! |---|---|---|---|
//! | stop-loss, trailing stop | sell | falls | adverse |
//! | stop-loss, trailing stop | buy | rises | adverse |
//! | take-profit | sell | rises | favorable |
//! | take-profit | buy | falls | favorable |

use serde::{Deserialize, Serialize};
use trading_types::{Direction, OrderKind, Price, Rounding, Side, TrailingOffset, TriggerSource};

/// The trigger of an order that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ArmedTrigger {
    direction: Direction,
    is_adverse: bool,
    level: Level,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Level {
    Fixed(Price),
    Trailing { offset: TrailingOffset, best: Price, tick: Price },
}

impl ArmedTrigger {
    /// The trigger of an order that arrives while the price is `price`; nothing for an order that
    /// does not wait.
    pub(crate) fn arm(kind: &OrderKind, side: Side, price: Price, tick: Price) -> Option<Self> {
        let (is_adverse, level) = match *kind {
            OrderKind::Market | OrderKind::Limit { .. } | OrderKind::Iceberg { .. } => return None,
            OrderKind::StopLoss { trigger } | OrderKind::StopLossLimit { trigger, .. } => {
                (true, Level::Fixed(trigger.price))
            }
            OrderKind::TakeProfit { trigger } | OrderKind::TakeProfitLimit { trigger, .. } => {
                (false, Level::Fixed(trigger.price))
            }
            OrderKind::TrailingStop { offset, .. }
            | OrderKind::TrailingStopLimit { offset, .. } => {
                (true, Level::Trailing { offset, best: price, tick })
            }
        };
        let direction = match (side, is_adverse) {
            (Side::Sell, true) | (Side::Buy, false) => Direction::Falling,
            (Side::Buy, true) | (Side::Sell, false) => Direction::Rising,
        };
        Some(Self { direction, is_adverse, level })
    }

    /// From which side the price comes.
    pub(crate) const fn direction(&self) -> Direction {
        self.direction
    }

    /// Whether waking means that the price moved against us.
    pub(crate) const fn is_adverse(&self) -> bool {
        self.is_adverse
    }

    /// Whether the level moves with the price.
    pub(crate) const fn is_trailing(&self) -> bool {
        matches!(self.level, Level::Trailing { .. })
    }

    /// The price that wakes it now.
    pub(crate) fn price(&self) -> Price {
        let (offset, best, tick) = match self.level {
            Level::Fixed(price) => return price,
            Level::Trailing { offset, best, tick } => (offset, best, tick),
        };
        // Rounded away from the price: it wakes later, and then at a worse price.
        match (self.direction, offset) {
            (Direction::Falling, TrailingOffset::Price(distance)) => best - distance,
            (Direction::Rising, TrailingOffset::Price(distance)) => best + distance,
            (Direction::Falling, TrailingOffset::Fraction(part)) => {
                best.moved_by(-part, Rounding::Down).round_to(tick, Rounding::Down)
            }
            (Direction::Rising, TrailingOffset::Fraction(part)) => {
                best.moved_by(part, Rounding::Up).round_to(tick, Rounding::Up)
            }
        }
    }

    /// Whether the market at `price` wakes it; touching is enough.
    pub(crate) fn is_reached_by(&self, price: Price) -> bool {
        is_reached(self.price(), self.direction, price)
    }

    /// Moves a trailing level along when `price` is a new best.
    pub(crate) fn follow(&mut self, price: Price) {
        if let Level::Trailing { best, .. } = &mut self.level {
            *best = match self.direction {
                Direction::Falling => price.max(*best),
                Direction::Rising => price.min(*best),
            };
        }
    }

    /// Begins to trail at `price`; a fixed level stays.
    pub(crate) const fn restart(&mut self, price: Price) {
        if let Level::Trailing { best, .. } = &mut self.level {
            *best = price;
        }
    }

    /// Sets a fixed level; false when the level is a trailing one.
    #[must_use = "a trailing level cannot be set"]
    pub(crate) fn set_price(&mut self, price: Price) -> bool {
        match &mut self.level {
            Level::Fixed(level) => {
                *level = price;
                true
            }
            Level::Trailing { .. } => false,
        }
    }
}

/// Which price a kind of order watches while it waits; nothing for one that does not wait.
pub(crate) const fn watched(kind: &OrderKind) -> Option<TriggerSource> {
    match kind {
        OrderKind::Market | OrderKind::Limit { .. } | OrderKind::Iceberg { .. } => None,
        OrderKind::StopLoss { trigger }
        | OrderKind::StopLossLimit { trigger, .. }
        | OrderKind::TakeProfit { trigger }
        | OrderKind::TakeProfitLimit { trigger, .. } => Some(trigger.source),
        OrderKind::TrailingStop { source, .. } | OrderKind::TrailingStopLimit { source, .. } => {
            Some(*source)
        }
    }
}

/// Whether a market at `price` has reached `level`, coming from the side that `direction` says.
pub(crate) fn is_reached(level: Price, direction: Direction, price: Price) -> bool {
    match direction {
        Direction::Falling => price <= level,
        Direction::Rising => level <= price,
    }
}

/// The limit price of an order that wakes at `woken_at`; nothing for what becomes a market order.
pub(crate) fn limit_once_woken(
    kind: &OrderKind,
    side: Side,
    woken_at: Price,
    tick: Price,
) -> Option<Price> {
    let limit_offset = match *kind {
        OrderKind::TrailingStopLimit { limit_offset, .. } => limit_offset,
        OrderKind::Market
        | OrderKind::Limit { .. }
        | OrderKind::Iceberg { .. }
        | OrderKind::StopLoss { .. }
        | OrderKind::StopLossLimit { .. }
        | OrderKind::TakeProfit { .. }
        | OrderKind::TakeProfitLimit { .. }
        | OrderKind::TrailingStop { .. } => return kind.limit(),
    };
    // A negative offset is a worse price for us: lower for a sell, higher for a buy.
    let limit = match side {
        Side::Sell => (woken_at + limit_offset).round_to(tick, Rounding::Down),
        Side::Buy => (woken_at - limit_offset).round_to(tick, Rounding::Up),
    };
    Some(limit.max(tick))
}

#[cfg(test)]
mod tests;
