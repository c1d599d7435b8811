//! What a wish to be long may say besides its exits: how far a stop follows the price, and how much
//! of the size it wants. A stop is only ever raised, and a size is only ever made smaller.

use serde::{Deserialize, Serialize};
use trading_types::{Fraction, OrderQuantity, PairRules, Price, Rounding};

use crate::{
    sizing::{SizeRefusal, check_minimums},
    strategy::Exits,
};

/// The terms on which a position is wished for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Where it is given up; of a row of wishes the first one's count.
    pub exits: Exits,
    /// What its stop is at the least, now and from now on: every wish of a row may raise it, and
    /// none lowers it.
    pub trail: Option<Price>,
    /// The part of the size that the engine would choose: above nothing, and at most all of it.
    pub part: Fraction,
}

impl From<Exits> for Terms {
    fn from(exits: Exits) -> Self {
        Self { exits, trail: None, part: Fraction::ONE }
    }
}

impl Terms {
    /// The exits of an entry made now.
    pub(crate) fn exits_now(&self) -> Exits {
        Exits { stop: self.exits.stop.max(self.trail), ..self.exits }
    }

    /// The part of `size` that is wanted, rounded down to what an order can be.
    pub(crate) fn part_of(
        &self,
        size: OrderQuantity,
        price: Price,
        rules: &PairRules,
    ) -> Result<OrderQuantity, SizeRefusal> {
        let part = self.part.max(Fraction::ZERO);
        if Fraction::ONE <= part {
            return Ok(size);
        }
        let (size, quantity, notional) = match size {
            OrderQuantity::Quote(spend) => {
                let spend = spend.times(part, Rounding::Down);
                let spend = spend.round_to_decimals(rules.cost_decimals, Rounding::Down);
                (OrderQuantity::Quote(spend), spend.quantity_at(price), spend)
            }
            OrderQuantity::Base(whole) => {
                let quantity = (price * whole).times(part, Rounding::Down).quantity_at(price);
                let quantity = quantity.min(whole).floor_to(rules.lot);
                (OrderQuantity::Base(quantity), quantity, price * quantity)
            }
        };
        check_minimums(quantity, notional, rules)?;
        Ok(size)
    }
}

#[cfg(test)]
mod tests;
