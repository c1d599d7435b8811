//! The money of a replay: exact integers, each number rounded once, against us, as in
//! [`crate::fees`].

use trading_types::{
    Amount, FeeSchedule, Fraction, Liquidity, PairRules, Price, Quantity, Rounding, Side, Timestamp,
};

use crate::fees::{TradedVolume, cost, fee_in_quote};

/// What an account has, holds and has paid.
#[derive(Clone, Debug)]
pub struct ReplayAccount {
    cash: Amount,
    base: Quantity,
    held_cash: Amount,
    held_base: Quantity,
    fees: Amount,
    turnover: Amount,
    volume: TradedVolume,
    schedule: FeeSchedule,
    tick: Price,
    cost_decimals: u8,
    /// The highest rate there is: a hold must do whatever tier is reached.
    rate_max: Fraction,
}

/// What an order holds of each asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hold {
    cash: Amount,
    base: Quantity,
}

/// One trade of ours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Execution {
    pub(super) side: Side,
    pub(super) price: Price,
    pub(super) quantity: Quantity,
    pub(super) liquidity: Liquidity,
}

/// What changed hands in one trade of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settled {
    /// In quote asset.
    pub(super) cost: Amount,
    /// In quote asset.
    pub(super) fee: Amount,
}

impl ReplayAccount {
    /// An account that begins with so much of each asset.
    pub(super) fn new(rules: &PairRules, cash: Amount, base: Quantity) -> Self {
        let rates = rules.fees.tiers().iter().map(|tier| tier.taker.max(tier.maker));
        Self {
            cash,
            base,
            held_cash: Amount::ZERO,
            held_base: Quantity::ZERO,
            fees: Amount::ZERO,
            turnover: Amount::ZERO,
            volume: TradedVolume::default(),
            schedule: rules.fees.clone(),
            tick: rules.tick,
            cost_decimals: rules.cost_decimals,
            rate_max: rates.max().unwrap_or_default(),
        }
    }

    /// Quote asset, what is held included.
    pub const fn cash(&self) -> Amount {
        self.cash
    }

    /// Base asset, what is held included.
    pub const fn base(&self) -> Quantity {
        self.base
    }

    /// Quote asset that open orders hold.
    pub const fn held_cash(&self) -> Amount {
        self.held_cash
    }

    /// Base asset that open orders hold.
    pub const fn held_base(&self) -> Quantity {
        self.held_base
    }

    /// Fees paid, in quote asset.
    pub const fn fees(&self) -> Amount {
        self.fees
    }

    /// Quote asset that has changed hands, fees not included.
    pub const fn turnover(&self) -> Amount {
        self.turnover
    }

    /// What everything is worth when a unit of base asset is worth `steps`.
    pub fn equity_at(&self, steps: i64) -> Option<Amount> {
        Some(self.cash + self.price(steps)? * self.base)
    }

    /// A count of steps as a price, if there is such a price.
    pub fn price(&self, steps: i64) -> Option<Price> {
        steps.checked_mul(self.tick.units()).map(Price::from_units)
    }

    /// What an order holds that may cost up to `cost` quote asset or sell up to `quantity`.
    ///
    /// A buy that fills in pieces is rounded up once more for each piece, so it can cost more than
    /// its hold by as many of the last decimals.
    pub(super) fn hold_for(&self, side: Side, cost: Amount, quantity: Quantity) -> Hold {
        match side {
            Side::Buy => {
                let cost = cost.round_to_decimals(self.cost_decimals, Rounding::Up);
                let fee = fee_in_quote(cost, self.rate_max.max(Fraction::ZERO), self.cost_decimals);
                Hold { cash: cost + fee, base: Quantity::ZERO }
            }
            Side::Sell => Hold { cash: Amount::ZERO, base: quantity },
        }
    }

    /// Whether so much is free once `given_back` is.
    pub(super) fn can_hold(&self, hold: Hold, given_back: Hold) -> bool {
        let free_cash = self.cash - self.held_cash + given_back.cash;
        let free_base = self.base - self.held_base + given_back.base;
        hold.cash <= free_cash.max(Amount::ZERO) && hold.base <= free_base.max(Quantity::ZERO)
    }

    /// Holds so much instead of what was held before.
    pub(super) fn change_hold(&mut self, present: &mut Hold, wanted: Hold) {
        self.held_cash = self.held_cash - present.cash + wanted.cash;
        self.held_base = self.held_base - present.base + wanted.base;
        *present = wanted;
    }

    /// Books a trade of ours.
    pub(super) fn trade(&mut self, execution: Execution, now: Timestamp) -> Settled {
        let Execution { side, price, quantity, liquidity } = execution;
        let cost = cost(price, quantity, side, self.cost_decimals);
        let fee = fee_in_quote(cost, self.rate(liquidity, now), self.cost_decimals);
        match side {
            Side::Buy => {
                self.cash = self.cash - cost - fee;
                self.base += quantity;
            }
            Side::Sell => {
                self.cash = self.cash + cost - fee;
                self.base -= quantity;
            }
        }
        self.fees += fee;
        self.turnover += cost;
        if self.counts_volume() {
            self.volume.add(cost, now);
        }
        Settled { cost, fee }
    }

    /// The fee rate, by what was traded in the last thirty days. The units of the quote asset count
    /// as dollars.
    fn rate(&mut self, liquidity: Liquidity, now: Timestamp) -> Fraction {
        let volume = if self.counts_volume() { self.volume.at(now) } else { Amount::ZERO };
        self.schedule.rate(volume, liquidity)
    }

    fn counts_volume(&self) -> bool {
        1 < self.schedule.tiers().len()
    }
}

#[cfg(test)]
mod tests;
