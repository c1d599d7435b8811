//! One account as the matching sees it: its balances, its volume, and how a fill settles.
//!
//! The invariant: an execution settles for as much as the funds pay for, never for more, whatever
//! price, rounding or fee tier it meets.

use serde::{Deserialize, Serialize};
use trading_types::{
    Amount, Asset, FeeCurrency, Fill, Fraction, Liquidity, PairRules, Price, Quantity, Refusal,
    Side, Timestamp, TradeId,
};

use crate::{
    account::{Account, Balance},
    fees::{TradedVolume, cost, fee_in_base, fee_in_quote},
    open_order::OpenOrder,
};

/// An account and what decides its fees.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Trader {
    account: Account,
    volume: TradedVolume,
}

/// A meeting of two orders, as one of them sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Execution {
    /// Its name.
    pub(crate) trade: TradeId,
    /// The price.
    pub(crate) price: Price,
    /// What both orders would trade, before anyone looks at the funds.
    pub(crate) quantity: Quantity,
    /// Whether this order rested or took.
    pub(crate) liquidity: Liquidity,
}

/// A fill, and what moved for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settled {
    /// The fill, as the account is told.
    pub(crate) fill: Fill,
    /// The fee in quote asset, whatever asset it was taken in.
    pub(crate) fee_value: Amount,
    /// What left the account, in the asset that the order pays with.
    pub(crate) payment: Amount,
    /// What came, in the asset that the order is paid in.
    pub(crate) receipt: Amount,
}

/// What a quantity costs an order, all in.
struct Bill {
    cost: Amount,
    fee: Amount,
    fee_value: Amount,
    payment: Amount,
    receipt: Amount,
}

impl Trader {
    /// An account with these balances, no orders and no volume.
    pub(crate) fn new(balances: &[(Asset, Amount)]) -> Self {
        Self { account: Account::new(balances), volume: TradedVolume::default() }
    }

    /// What there is of `asset`.
    pub(crate) fn balance(&self, asset: Asset) -> Balance {
        self.account.balance(asset)
    }

    /// All balances, in alphabetic order.
    pub(crate) fn balances(&self) -> Vec<(Asset, Balance)> {
        self.account.balances().collect()
    }

    /// All totals, in alphabetic order.
    pub(crate) fn totals(&self) -> Vec<(Asset, Amount)> {
        self.account.balances().map(|(asset, balance)| (asset, balance.total)).collect()
    }

    /// What it traded in the last thirty days, in quote asset.
    pub(crate) fn volume_at(&mut self, now: Timestamp) -> Amount {
        self.volume.at(now)
    }

    /// Puts `amount` in from outside.
    pub(crate) fn deposit(&mut self, asset: Asset, amount: Amount) {
        self.account.receive(asset, amount);
    }

    /// Takes `amount` out; false, and nothing happens, when less than that is free.
    #[must_use = "a withdrawal that was refused must not be told"]
    pub(crate) fn withdraw(&mut self, asset: Asset, amount: Amount) -> bool {
        let is_free = amount <= self.account.balance(asset).free();
        if is_free {
            self.account.pay(asset, amount, Amount::ZERO, Amount::ZERO);
        }
        is_free
    }

    /// What an order can pay with: its own hold and what is free.
    fn funds(&self, order: &OpenOrder) -> Amount {
        order.hold() + self.account.balance(order.pays_with()).free()
    }

    /// Holds what an arriving order needs.
    pub(crate) fn place_hold(
        &mut self,
        order: &mut OpenOrder,
        rules: &PairRules,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let tier = rules.fees.tier_at(self.volume.at(now));
        // Who can only be maker holds for the maker's fee; anyone else may turn out a taker.
        let rate = if order.order().post_only { tier.maker } else { tier.taker };
        order.expect_rate(rate);
        self.change_hold(order, rules)
    }

    /// Makes the hold of an order fit what it has become.
    pub(crate) fn change_hold(
        &mut self,
        order: &mut OpenOrder,
        rules: &PairRules,
    ) -> Result<(), Refusal> {
        let needed = order.hold_needed(rules);
        if !self.account.change_hold(order.pays_with(), order.hold(), needed) {
            return Err(Refusal::InsufficientFunds);
        }
        order.set_hold(needed);
        Ok(())
    }

    /// Frees what an order that has ended held.
    pub(crate) fn release(&mut self, order: &mut OpenOrder) {
        self.account.release(order.pays_with(), order.hold());
        order.set_hold(Amount::ZERO);
    }

    /// What of `quantity` at `price` the funds pay for, in whole lots unless it is all of it.
    pub(crate) fn affordable(
        &mut self,
        order: &OpenOrder,
        execution: &Execution,
        rules: &PairRules,
        now: Timestamp,
    ) -> Quantity {
        let rate = rules.fees.rate(self.volume.at(now), execution.liquidity);
        let funds = self.funds(order);
        let pays_for = |quantity: Quantity| {
            Bill::of(order, execution.price, quantity, rate, rules).payment <= funds
        };
        if pays_for(execution.quantity) {
            return execution.quantity;
        }
        let (mut least, mut most) = (0, execution.quantity.units() / rules.lot.units());
        while least < most {
            let middle = i64::midpoint(least, most + 1);
            if pays_for(Quantity::from_units(middle * rules.lot.units())) {
                least = middle;
            } else {
                most = middle - 1;
            }
        }
        Quantity::from_units(least * rules.lot.units())
    }

    /// Settles an execution for as much as the funds pay for; nothing when that is not one lot.
    pub(crate) fn settle(
        &mut self,
        order: &mut OpenOrder,
        execution: &Execution,
        rules: &PairRules,
        now: Timestamp,
    ) -> Option<Settled> {
        let rate = rules.fees.rate(self.volume.at(now), execution.liquidity);
        let mut quantity = execution.quantity;
        let mut bill = Bill::of(order, execution.price, quantity, rate, rules);
        if self.funds(order) < bill.payment {
            quantity = self.affordable(order, execution, rules, now);
            bill = Bill::of(order, execution.price, quantity, rate, rules);
        }
        if quantity.is_zero() {
            return None;
        }
        let fill = Fill {
            order: order.id(),
            trade: execution.trade,
            pair: rules.pair,
            side: order.order().side,
            price: execution.price,
            quantity,
            cost: bill.cost,
            fee: bill.fee,
            fee_asset: order.fee_asset(),
            liquidity: execution.liquidity,
            time: now,
        };
        order.count(&fill, bill.fee_value);
        let needed = order.hold_needed(rules).min(order.hold());
        let hold = self.account.pay(order.pays_with(), bill.payment, order.hold(), needed);
        order.set_hold(hold);
        self.account.receive(order.is_paid_in(), bill.receipt);
        self.volume.add(bill.cost, now);
        let Bill { fee_value, payment, receipt, .. } = bill;
        Some(Settled { fill, fee_value, payment, receipt })
    }
}

impl Bill {
    fn of(
        order: &OpenOrder,
        price: Price,
        quantity: Quantity,
        rate: Fraction,
        rules: &PairRules,
    ) -> Self {
        let side = order.order().side;
        let base = Amount::from(quantity);
        let cost = cost(price, quantity, side, rules.cost_decimals);
        let fee_value = fee_in_quote(cost, rate, rules.cost_decimals);
        match (side, order.order().fee_currency) {
            (Side::Buy, FeeCurrency::Quote) => {
                let payment = cost + fee_value;
                Self { cost, fee: fee_value, fee_value, payment, receipt: base }
            }
            (Side::Buy, FeeCurrency::Base) => {
                // Rounding can make the fee on dust larger than the dust.
                let fee = fee_in_base(fee_value, price).min(base);
                Self { cost, fee, fee_value, payment: cost, receipt: base - fee }
            }
            (Side::Sell, FeeCurrency::Quote) => {
                let fee = fee_value.min(cost);
                Self { cost, fee, fee_value: fee, payment: base, receipt: cost - fee }
            }
            (Side::Sell, FeeCurrency::Base) => {
                let fee = fee_in_base(fee_value, price);
                Self { cost, fee, fee_value, payment: base + fee, receipt: cost }
            }
        }
    }
}

#[cfg(test)]
mod tests;
