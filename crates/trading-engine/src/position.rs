//! A position: the lots that were bought, in the order they were bought, and what became of those
//! that were sold. First in, first out.
//!
//! Every unit of cost goes to exactly one sale: when a lot is sold in parts, the parts' costs add
//! up to the lot's.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use trading_types::{Amount, ClientOrderId, Fill, Price, Quantity, Rounding, Timestamp};

/// Base asset bought in one fill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// The order that bought it.
    pub order: ClientOrderId,
    /// When.
    pub time: Timestamp,
    /// At which price.
    pub price: Price,
    /// Base asset left of it, a fee in base asset already taken off.
    pub quantity: Amount,
    /// What is left of its cost in quote asset.
    pub cost: Amount,
    /// What is left of its fee in quote asset.
    pub fee: Amount,
}

/// Why a position was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExitReason {
    /// The strategy wished it.
    Signal,
    /// The stop was reached.
    Stop,
    /// The target was reached.
    TakeProfit,
    /// The run ended.
    End,
    /// The kill switch.
    Kill,
}

/// A part of a lot that was sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedLot {
    /// The order that bought it.
    pub entry_order: ClientOrderId,
    /// When it was bought.
    pub entry_time: Timestamp,
    /// At which price it was bought.
    pub entry_price: Price,
    /// The order that sold it.
    pub exit_order: ClientOrderId,
    /// When it was sold.
    pub exit_time: Timestamp,
    /// At which price it was sold.
    pub exit_price: Price,
    /// Base asset that was sold.
    pub quantity: Amount,
    /// What it had cost, in quote asset.
    pub cost: Amount,
    /// What it brought, in quote asset.
    pub proceeds: Amount,
    /// Its part of both fees, in quote asset.
    pub fees: Amount,
    /// Why it was sold.
    pub reason: ExitReason,
}

impl ClosedLot {
    /// What was won, after fees; negative when lost.
    pub fn profit(&self) -> Amount {
        self.proceeds - self.cost - self.fees
    }
}

/// A fill sold more base asset than the position holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{sold} was sold with only {held} in the position")]
pub struct Oversold {
    /// Base asset that left, fees included.
    pub sold: Amount,
    /// Base asset that was held.
    pub held: Amount,
}

/// The open lots of one pair.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(try_from = "SavedPosition", into = "SavedPosition")]
pub struct Position {
    lots: VecDeque<Lot>,
    quantity: Amount,
    /// `quantity` in units an order can name; kept because it is asked for at every candle.
    sellable: Quantity,
    cost: Amount,
    /// Kept for the same reason, and because dividing 128 bits is slow.
    average: Option<Price>,
    realized: Amount,
}

/// A position without what follows from its lots.
#[derive(Serialize, Deserialize)]
struct SavedPosition {
    lots: VecDeque<Lot>,
    realized: Amount,
}

impl From<Position> for SavedPosition {
    fn from(position: Position) -> Self {
        Self { lots: position.lots, realized: position.realized }
    }
}

impl TryFrom<SavedPosition> for Position {
    type Error = &'static str;

    fn try_from(saved: SavedPosition) -> Result<Self, Self::Error> {
        let SavedPosition { lots, realized } = saved;
        let sum = |part: fn(&Lot) -> Amount| {
            let sum = lots.iter().map(part).try_fold(Amount::ZERO, Amount::checked_add);
            sum.filter(|sum| Amount::ZERO <= *sum).ok_or("the lots of a position make no sense")
        };
        let (quantity, cost) = (sum(|lot| lot.quantity)?, sum(|lot| lot.cost)?);
        let mut position = Self { lots, cost, realized, ..Self::default() };
        position.set_quantity(quantity);
        Ok(position)
    }
}

impl Position {
    /// Base asset held.
    #[inline]
    pub const fn quantity(&self) -> Amount {
        self.quantity
    }

    /// Base asset held, rounded down to what an order can name.
    #[inline]
    pub const fn sellable(&self) -> Quantity {
        self.sellable
    }

    /// What the open lots cost, fees not included.
    pub const fn cost(&self) -> Amount {
        self.cost
    }

    /// Profit of all closed lots after fees.
    pub const fn realized(&self) -> Amount {
        self.realized
    }

    /// Open lots, the oldest first.
    pub fn lots(&self) -> impl Iterator<Item = &Lot> {
        self.lots.iter()
    }

    /// What the open lots cost per unit on average, fees not included.
    #[inline]
    pub const fn average_price(&self) -> Option<Price> {
        self.average
    }

    /// What the open lots are worth at `price`; dust below what an order can name counts nothing.
    #[inline]
    pub fn value(&self, price: Price) -> Amount {
        price * self.sellable
    }

    /// What selling everything at `price` would win, fees of the sale not included.
    pub fn unrealized(&self, price: Price) -> Amount {
        let fees: Amount = self.lots.iter().map(|lot| lot.fee).sum();
        self.value(price) - self.cost - fees
    }

    /// Adds what a fill bought.
    pub fn buy(&mut self, fill: &Fill) {
        let in_base = fill.fee_asset == fill.pair.base;
        let quantity = Amount::from(fill.quantity);
        let lot = Lot {
            order: fill.order,
            time: fill.time,
            price: fill.price,
            quantity: if in_base { quantity - fill.fee } else { quantity },
            cost: fill.cost,
            fee: if in_base { Amount::ZERO } else { fill.fee },
        };
        self.cost += lot.cost;
        self.set_quantity(self.quantity + lot.quantity);
        self.lots.push_back(lot);
    }

    /// Takes off what a fill sold, oldest lots first, and adds to `closed` what became of each.
    pub fn sell(
        &mut self,
        fill: &Fill,
        reason: ExitReason,
        closed: &mut Vec<ClosedLot>,
    ) -> Result<(), Oversold> {
        let in_base = fill.fee_asset == fill.pair.base;
        let traded = Amount::from(fill.quantity);
        let sold = if in_base { traded + fill.fee } else { traded };
        if self.quantity < sold {
            return Err(Oversold { sold, held: self.quantity });
        }
        let mut left = Remaining {
            quantity: sold,
            proceeds: fill.cost,
            fee: if in_base { Amount::ZERO } else { fill.fee },
        };
        while left.quantity.is_positive() {
            let lot = self.lots.front_mut().expect("the lots add up to the position");
            let part = close_part(lot, &mut left, fill, reason);
            self.cost -= part.cost;
            self.realized += part.profit();
            if lot.quantity.is_zero() {
                self.lots.pop_front();
            }
            closed.push(part);
        }
        self.set_quantity(self.quantity - sold);
        Ok(())
    }

    fn set_quantity(&mut self, quantity: Amount) {
        self.quantity = quantity;
        let sellable = Quantity::floor_from(quantity);
        self.sellable = sellable;
        self.average = sellable.is_positive().then(|| self.cost.price_of(sellable, Rounding::Down));
        assert!(Amount::ZERO <= quantity);
        assert!(!self.lots.is_empty() || self.cost.is_zero() || quantity.is_positive());
    }
}

/// What is left of a sale to be spread over lots.
struct Remaining {
    quantity: Amount,
    proceeds: Amount,
    fee: Amount,
}

/// Sells as much of `lot` as is wanted, and takes its share off both sides, so that nothing is
/// lost to rounding: what one part does not carry, the next one does.
fn close_part(lot: &mut Lot, left: &mut Remaining, fill: &Fill, reason: ExitReason) -> ClosedLot {
    let quantity = lot.quantity.min(left.quantity);
    let share = |amount: Amount, whole: Amount| share_of(amount, quantity, whole);
    let (cost, entry_fee) = (share(lot.cost, lot.quantity), share(lot.fee, lot.quantity));
    let proceeds = share(left.proceeds, left.quantity);
    let exit_fee = share(left.fee, left.quantity);
    lot.quantity -= quantity;
    lot.cost -= cost;
    lot.fee -= entry_fee;
    left.quantity -= quantity;
    left.proceeds -= proceeds;
    left.fee -= exit_fee;
    ClosedLot {
        entry_order: lot.order,
        entry_time: lot.time,
        entry_price: lot.price,
        exit_order: fill.order,
        exit_time: fill.time,
        exit_price: fill.price,
        quantity,
        cost,
        proceeds,
        fees: entry_fee + exit_fee,
        reason,
    }
}

/// `part` of `whole` of an amount that may be negative (a rebate).
fn share_of(amount: Amount, part: Amount, whole: Amount) -> Amount {
    if part == whole {
        amount
    } else if amount < Amount::ZERO {
        -(-amount).share(part, whole, Rounding::Down)
    } else {
        amount.share(part, whole, Rounding::Down)
    }
}

#[cfg(test)]
mod tests;
