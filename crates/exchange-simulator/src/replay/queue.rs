//! Where our order stands in the queue at its price, as far as a record of levels can prove.
//!
//! The one thing that always holds: the quantity in front of us never grows.

use serde::{Deserialize, Serialize};
use trading_types::Quantity;

/// What is believed of a level that becomes smaller without a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueModel {
    /// Who cancels stood behind us. We move forward by trades at our price, and when the level is
    /// smaller than what we thought was in front of us.
    RiskAverse,
    /// Who cancels stood anywhere, in front of us by our share of the level.
    Proportional,
}

/// The place of one order in the queue at its price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Base asset of others that trades before us.
    front: Quantity,
    /// What has traded at the price since the level was last told.
    traded: Quantity,
}

impl Place {
    /// Behind everything that is offered at the price.
    pub(super) const fn behind(level: Quantity) -> Self {
        Self { front: level, traded: Quantity::ZERO }
    }

    /// Behind more than anybody knows: the price is outside the part of the book that is shown.
    pub(super) const UNKNOWN: Self = Self::behind(Quantity::MAX);

    /// What is in front.
    #[cfg(test)]
    pub(super) const fn front(&self) -> Quantity {
        self.front
    }

    /// The level was `before` and is `now`.
    #[inline]
    pub(super) fn level_changed(&mut self, model: QueueModel, before: Quantity, now: Quantity) {
        let unexplained = before.units().saturating_sub(self.traded.units());
        self.traded = Quantity::ZERO;
        if model == QueueModel::Proportional && now.units() < unexplained {
            self.front = share(self.front, now, unexplained);
        }
        self.front = self.front.min(now);
    }

    /// So much traded at the price: gives back what of it got past those in front of us.
    #[inline]
    pub(super) fn trade(&mut self, quantity: Quantity) -> Quantity {
        let traded = self.traded.units().saturating_add(quantity.units());
        self.traded = Quantity::from_units(traded);
        let past = quantity - quantity.min(self.front);
        self.front = self.front - self.front.min(quantity);
        past
    }
}

/// `front` × `now` ÷ `before`, rounded up: against us.
fn share(front: Quantity, now: Quantity, before: i64) -> Quantity {
    let product = i128::from(front.units()) * i128::from(now.units());
    let units = -(-product).div_euclid(i128::from(before));
    Quantity::from_units(i64::try_from(units).expect("a share is not more than the whole"))
}

#[cfg(test)]
mod tests;
