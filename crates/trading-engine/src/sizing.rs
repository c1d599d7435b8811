//! How much to buy: never more than a small, stated part of the account can be lost.
//!
//! The loss of a trade is counted from entry to stop *including both fees and slippage*. The same
//! code sizes the bot's entries and answers the position calculator.

use std::fmt::Display;

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Fraction, OrderQuantity, PairRules, Price, Quantity, Rounding};

/// How entries are sized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sizing {
    /// All the free cash.
    AllIn,
    /// Always the same quantity of base asset.
    Fixed(Quantity),
    /// So that a loss at the stop costs this part of the equity. Needs a stop.
    Risk(RiskFraction),
    /// So that the position's yearly volatility is this part of the equity's, never above all of
    /// it.
    Volatility {
        /// The wanted yearly volatility of the account.
        target: Fraction,
        /// How many candles the volatility is measured over.
        candles: u32,
    },
    /// The Kelly fraction of the equity that the strategy's own closed trades suggest, capped.
    Kelly {
        /// The largest part of the equity that is ever used.
        cap: Fraction,
        /// Closed trades before the suggestion is believed; until then a quarter of the cap.
        trades_min: u32,
    },
}

/// The part of the equity that one trade may lose. Above [`RiskFraction::CEILING`] it can only be
/// made by somebody who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RiskFraction(Fraction);

/// A person has read what risking more than one percent a trade means, and accepts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcceptedRisk;

impl RiskFraction {
    /// One percent.
    pub const CEILING: Fraction = Fraction::from_basis_points(100);
    /// Ten percent: above this nobody is believed.
    pub const CEILING_ACCEPTED: Fraction = Fraction::from_basis_points(1_000);

    /// A risk of at most one percent.
    pub fn new(fraction: Fraction) -> Result<Self, SizeRefusal> {
        Self::below(fraction, Self::CEILING)
    }

    /// A risk of at most ten percent, for those who accept it.
    pub fn accepted(fraction: Fraction, _: AcceptedRisk) -> Result<Self, SizeRefusal> {
        Self::below(fraction, Self::CEILING_ACCEPTED)
    }

    fn below(risk: Fraction, ceiling: Fraction) -> Result<Self, SizeRefusal> {
        match risk {
            _ if !risk.is_positive() => Err(SizeRefusal::RiskNotPositive { risk: risk.percent() }),
            _ if ceiling < risk => Err(SizeRefusal::RiskAboveCeiling {
                risk: risk.percent(),
                ceiling: ceiling.percent(),
            }),
            _ => Ok(Self(risk)),
        }
    }

    /// The part.
    pub const fn fraction(self) -> Fraction {
        self.0
    }
}

/// What a trade is expected to cost besides its price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradeCosts {
    /// Fee of the entry, as a part of its cost.
    pub entry_fee: Fraction,
    /// Fee of the exit, as a part of its proceeds.
    pub exit_fee: Fraction,
    /// How much worse than wished each side trades.
    pub slippage: Fraction,
}

/// A question to the position calculator.
#[derive(Clone, Copy, Debug)]
pub struct SizeRequest<'a> {
    /// What the account is worth, in quote asset.
    pub equity: Amount,
    /// Quote asset that can be spent.
    pub cash: Amount,
    /// The part of the equity that may be lost.
    pub risk: RiskFraction,
    /// Where the position is to be opened.
    pub entry: Price,
    /// Where it is given up.
    pub stop: Price,
    /// Fees and slippage.
    pub costs: TradeCosts,
    /// The pair's steps and minimums.
    pub rules: &'a PairRules,
}

/// The position calculator's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Base asset to buy.
    pub quantity: Quantity,
    /// What that costs at the entry, in quote asset.
    pub notional: Amount,
    /// What is lost if the stop is reached, both fees and slippage included.
    pub risk_amount: Amount,
    /// From entry to stop, per unit of base asset.
    pub stop_distance: Price,
    /// Both fees together.
    pub fees: Amount,
}

/// Why no size is right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum SizeRefusal {
    /// Nothing to risk.
    #[error("the equity {0} is not above zero")]
    EquityNotPositive(Amount),
    /// A price that is none.
    #[error("the {field} price {price} is not above zero")]
    PriceNotPositive {
        /// Entry or stop.
        field: String,
        /// The price.
        price: Price,
    },
    /// A risk of nothing.
    #[error("a risk of {risk} % is not above zero")]
    RiskNotPositive {
        /// In percent.
        risk: String,
    },
    /// More than may be risked.
    #[error("a risk of {risk} % is above the ceiling of {ceiling} %")]
    RiskAboveCeiling {
        /// In percent.
        risk: String,
        /// In percent.
        ceiling: String,
    },
    /// Sizing by risk needs a stop.
    #[error("sizing by risk needs a stop")]
    NoStop,
    /// Nothing between entry and stop.
    #[error("the stop {0} is at the entry")]
    StopAtEntry(Price),
    /// A buy's stop above its entry.
    #[error("the stop {stop} is above the entry {entry}; a buy is stopped below it")]
    StopOnWrongSide {
        /// The stop.
        stop: Price,
        /// The entry.
        entry: Price,
    },
    /// Less than the pair allows.
    #[error("the size {quantity} is below the pair's minimum of {minimum}")]
    BelowQuantityMinimum {
        /// What the risk allows.
        quantity: Quantity,
        /// What the pair demands.
        minimum: Quantity,
    },
    /// Worth less than the pair allows.
    #[error("the size is worth {notional}, below the pair's minimum of {minimum}")]
    BelowCostMinimum {
        /// What the size is worth.
        notional: Amount,
        /// What the pair demands.
        minimum: Amount,
    },
    /// No price is known yet, or too few to measure the volatility.
    #[error("not enough prices are known yet")]
    NotEnoughPrices,
}

/// One unit of base asset.
const ONE_UNIT: Quantity = Quantity::from_units(10_i64.pow(8));

impl SizeRequest<'_> {
    /// The largest quantity whose loss at the stop, both fees and slippage included, is within the
    /// risk, and whose cost is within the cash. Rounded down to the lot.
    pub fn answer(&self) -> Result<Size, SizeRefusal> {
        self.answer_telling(&mut |_, _| {})
    }

    /// [`Self::answer`], each step of the arithmetic told by its name.
    pub fn answer_telling(
        &self,
        tell: &mut dyn FnMut(&'static str, &dyn Display),
    ) -> Result<Size, SizeRefusal> {
        tell("risk of the equity", &self.risk.fraction());
        tell("stop price", &self.stop);
        tell("slippage of each side", &self.costs.slippage);
        self.check_inputs()?;
        let per_unit = self.loss_of(ONE_UNIT);
        let budget = self.equity.times(self.risk.fraction(), Rounding::Down);
        let by_risk = quantity_for(budget, per_unit.loss);
        let by_cash = quantity_for(spendable(self.cash, self.rules), per_unit.outlay);
        tell("may be lost", &budget);
        tell("lost at the stop per unit, fees and slippage included", &per_unit.loss);
        tell("fees per unit", &per_unit.fees);
        tell("quantity the risk allows", &by_risk);
        tell("quantity the cash allows", &by_cash);
        let mut quantity = by_risk.min(by_cash).floor_to(self.rules.lot);
        // Each of the two fees is rounded up, so the loss may be a unit or two above its share.
        while self.rules.lot <= quantity && budget < self.loss_of(quantity).loss {
            quantity -= self.rules.lot;
        }
        let notional = self.entry * quantity;
        check_minimums(quantity, notional, self.rules)?;
        let at_stop = self.loss_of(quantity);
        assert!(at_stop.loss <= budget, "a size never risks more than it was allowed");
        let stop_distance = self.entry - self.stop;
        Ok(Size {
            quantity,
            notional,
            risk_amount: at_stop.loss,
            stop_distance,
            fees: at_stop.fees,
        })
    }

    fn check_inputs(&self) -> Result<(), SizeRefusal> {
        let (entry, stop) = (self.entry, self.stop);
        for (field, price) in [("entry", entry), ("stop", stop)] {
            if !price.is_positive() {
                return Err(SizeRefusal::PriceNotPositive { field: field.to_owned(), price });
            }
        }
        match stop {
            _ if !self.equity.is_positive() => Err(SizeRefusal::EquityNotPositive(self.equity)),
            _ if stop == entry => Err(SizeRefusal::StopAtEntry(stop)),
            _ if entry < stop => Err(SizeRefusal::StopOnWrongSide { stop, entry }),
            _ => Ok(()),
        }
    }

    fn loss_of(&self, quantity: Quantity) -> RoundTrip {
        let TradeCosts { entry_fee, exit_fee, slippage } = self.costs;
        let paid = self.entry.moved_by(slippage, Rounding::Up) * quantity;
        let received = self.stop.moved_by(-slippage, Rounding::Down) * quantity;
        let fee_in = paid.times(entry_fee, Rounding::Up);
        let fee_out = received.times(exit_fee, Rounding::Up);
        RoundTrip {
            loss: paid - received + fee_in + fee_out,
            outlay: paid + fee_in,
            fees: fee_in + fee_out,
        }
    }
}

/// What a quantity costs when it is bought at the entry and sold at the stop.
struct RoundTrip {
    outlay: Amount,
    loss: Amount,
    fees: Amount,
}

/// How much base asset `money` pays for at `per_unit` of quote asset each, rounded down.
fn quantity_for(money: Amount, per_unit: Amount) -> Quantity {
    let (money, per_unit, one) =
        (money.units().max(0), per_unit.units().max(1), i128::from(ONE_UNIT.units()));
    // In two steps, so that no product needs more than 128 bits.
    let whole = (money / per_unit).saturating_mul(one);
    let units = whole.saturating_add((money % per_unit).saturating_mul(one) / per_unit);
    Quantity::from_units(i64::try_from(units).unwrap_or(i64::MAX))
}

/// What of the cash an order can be sized for: the venue rounds its cost and its fee up, each by
/// less than one unit of the pair's decimals.
fn spendable(cash: Amount, rules: &PairRules) -> Amount {
    let decimals = usize::from(rules.cost_decimals).min(Amount::DECIMALS);
    let unit = 10_i128.pow(u32::try_from(Amount::DECIMALS - decimals).expect("at most 18"));
    let cash = cash.round_to_decimals(rules.cost_decimals, Rounding::Down);
    cash.saturating_less(Amount::from_units(2 * unit))
}

pub(crate) fn check_minimums(
    quantity: Quantity,
    notional: Amount,
    rules: &PairRules,
) -> Result<(), SizeRefusal> {
    if quantity < rules.quantity_min {
        return Err(SizeRefusal::BelowQuantityMinimum { quantity, minimum: rules.quantity_min });
    }
    if notional < rules.cost_min {
        return Err(SizeRefusal::BelowCostMinimum { notional, minimum: rules.cost_min });
    }
    Ok(())
}

/// All the cash as an order in quote asset: the fee comes on top of it, so it is left out.
pub fn all_in(
    cash: Amount,
    fee: Fraction,
    rules: &PairRules,
) -> Result<OrderQuantity, SizeRefusal> {
    // The venue keeps its books to these decimals: dust beyond them cannot pay for a fee.
    let cash = cash.round_to_decimals(rules.cost_decimals, Rounding::Down);
    // A rebate comes after the trade; it cannot pay for it.
    let spend = cash.without_surcharge(fee.max(Fraction::ZERO));
    let spend = spend.round_to_decimals(rules.cost_decimals, Rounding::Down);
    if spend < rules.cost_min || !spend.is_positive() {
        return Err(SizeRefusal::BelowCostMinimum { notional: spend, minimum: rules.cost_min });
    }
    Ok(OrderQuantity::Quote(spend))
}

/// `part` of the equity at `price`, but no more than the cash pays for with `fee` on top, as a
/// quantity.
pub fn part_of_equity(
    part: Fraction,
    (equity, cash): (Amount, Amount),
    fee: Fraction,
    price: Price,
    rules: &PairRules,
) -> Result<OrderQuantity, SizeRefusal> {
    let most = spendable(cash, rules).without_surcharge(fee);
    let wanted = equity.times(part.min(Fraction::ONE), Rounding::Down).min(most);
    let quantity = wanted.quantity_at(price).floor_to(rules.lot);
    check_minimums(quantity, price * quantity, rules)?;
    Ok(OrderQuantity::Base(quantity))
}

/// The same size, or the largest one worth at most `cap` at `price`, rounded down to the lot. A cap
/// never enlarges, and what it leaves has to be worth an order.
pub fn cap_entry(
    size: OrderQuantity,
    cap: Amount,
    price: Price,
    rules: &PairRules,
) -> Result<OrderQuantity, SizeRefusal> {
    let cap = cap.max(Amount::ZERO);
    match size {
        OrderQuantity::Quote(spend) if cap < spend => {
            let spend = cap.round_to_decimals(rules.cost_decimals, Rounding::Down);
            check_minimums(spend.quantity_at(price), spend, rules)?;
            Ok(OrderQuantity::Quote(spend))
        }
        OrderQuantity::Base(quantity) if cap < price * quantity => {
            let quantity = cap.quantity_at(price).floor_to(rules.lot);
            check_minimums(quantity, price * quantity, rules)?;
            Ok(OrderQuantity::Base(quantity))
        }
        OrderQuantity::Quote(_) | OrderQuantity::Base(_) => Ok(size),
    }
}

#[cfg(test)]
mod tests;
