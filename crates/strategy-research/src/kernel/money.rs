//! What a fill costs, in the exchange's integers.
//!
//! The one invariant: every number is the one that `CandleExchange` would settle, to the last unit.
//! All amounts are in units of [`Amount`], which is 10^-18.

use exchange_simulator::CandleFill;
use trading_engine::{RiskFraction, SizeRequest, Sizing, TradeCosts};
use trading_types::{Amount, FeeTier, Fraction, PairRules, Price, Rounding};

use super::refusal::EngineOnly;

const ONE: u128 = 100_000_000;
/// Beyond this nothing is computed here: products have to fit.
const AMOUNT_MAX: i128 = 10_i128.pow(30);

/// The terms of a sweep, made ready.
#[derive(Clone, Debug)]
pub(super) struct Money {
    /// The smallest cost, in units of an amount.
    step: u128,
    /// The fees, from the least volume up.
    tiers: Vec<Tier>,
    lot: i64,
    quantity_min: i64,
    cost_min: i128,
    size: Size,
    slippage: Fraction,
    rules: PairRules,
    pub(super) fill: CandleFill,
    pub(super) cash: i128,
}

/// A fee, and the volume from which it holds.
#[derive(Clone, Copy, Debug)]
struct Tier {
    volume_min: i128,
    rate: Rate,
}

/// The fee as a part of the cost, in units of a fraction.
pub(super) type Rate = u128;

/// What changes hands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bill {
    pub(super) cost: i128,
    pub(super) fee: i128,
}

/// An entry: decided at a close, with so much cash, and filled at a price.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    pub(super) cash: i128,
    pub(super) close: i64,
    pub(super) price: i64,
    /// Where it is given up.
    pub(super) stop: Option<i64>,
    /// The fee at the moment it is decided, by which it is sized.
    pub(super) decided: Rate,
    /// The fee at the moment it is filled.
    pub(super) filled: Rate,
}

/// How large entries are.
#[derive(Clone, Copy, Debug)]
enum Size {
    AllIn,
    Fixed(i64),
    Risk(RiskFraction),
}

/// What becomes of an entry.
pub(super) enum Bought {
    /// So many units, for so much.
    Units(i64, Bill),
    /// It was refused, or there was nothing to buy for the cash.
    Nothing,
}

impl Money {
    /// The terms of these settings, if they are of the plain kind.
    pub(super) fn new(settings: &backtester::BacktestSettings) -> Result<Self, EngineOnly> {
        let rules = &settings.rules;
        let size = match settings.sizing {
            Sizing::AllIn => Size::AllIn,
            Sizing::Fixed(quantity) => Size::Fixed(quantity.units()),
            Sizing::Risk(part) => Size::Risk(part),
            Sizing::Volatility { .. } | Sizing::Kelly { .. } => return Err(EngineOnly::Sizing),
        };
        let tier = |it: &FeeTier| Tier {
            volume_min: it.volume_min.units(),
            rate: u128::try_from(it.taker.units()).unwrap_or(u128::MAX),
        };
        let tiers: Vec<Tier> = rules.fees.tiers().iter().map(tier).collect();
        let is_slippage = (0..10_000_000).contains(&settings.slippage.units());
        if tiers.is_empty() || !tiers.iter().all(|it| it.rate < 10_000_000) {
            return Err(EngineOnly::Fees);
        }
        let decimals = u32::from(rules.cost_decimals);
        let is_plain = (1..=18).contains(&decimals)
            && 0 < rules.lot.units()
            && settings.cash.units() < AMOUNT_MAX
            && is_slippage;
        if !is_plain {
            return Err(EngineOnly::Precision);
        }
        Ok(Self {
            step: 10_u128.pow(18 - decimals),
            tiers,
            lot: rules.lot.units(),
            quantity_min: rules.quantity_min.units(),
            cost_min: rules.cost_min.units(),
            size,
            slippage: settings.slippage,
            rules: rules.clone(),
            fill: settings.fill,
            cash: settings.cash.units(),
        })
    }

    /// Whether the fee is the same whatever the volume.
    pub(super) const fn is_flat(&self) -> bool {
        self.tiers.len() == 1
    }

    /// The fee at a volume.
    pub(super) fn rate(&self, volume: i128) -> Rate {
        let reached = self.tiers.iter().rev().find(|it| it.volume_min <= volume);
        reached.unwrap_or(&self.tiers[0]).rate
    }

    /// The price that a buyer pays and that a seller gets at a market of `price`.
    pub(super) fn slipped(&self, price: Price) -> (Price, Price) {
        if self.slippage.is_zero() {
            return (price, price);
        }
        let buy = price.moved_by(self.slippage, Rounding::Up);
        (buy, price.moved_by(-self.slippage, Rounding::Down))
    }

    /// What becomes of an entry.
    pub(super) fn buy(&self, order: Order) -> Result<Bought, EngineOnly> {
        match self.size {
            Size::Fixed(units) => self.buy_units(units, order),
            Size::AllIn => self.buy_all(order),
            Size::Risk(part) => match self.units_at_risk(part, order) {
                Some(units) => self.buy_units(units, order),
                None => Ok(Bought::Nothing),
            },
        }
    }

    /// What the position calculator says; nothing if it refuses.
    fn units_at_risk(&self, risk: RiskFraction, order: Order) -> Option<i64> {
        let fee = Fraction::from_units(i64::try_from(order.decided).ok()?);
        let cash = Amount::from_units(order.cash);
        let request = SizeRequest {
            equity: cash,
            cash,
            risk,
            entry: Price::from_units(order.close),
            stop: Price::from_units(order.stop?),
            costs: TradeCosts { entry_fee: fee, exit_fee: fee, slippage: self.slippage },
            rules: &self.rules,
        };
        request.answer().ok().map(|size| size.quantity.units())
    }

    fn buy_units(&self, units: i64, order: Order) -> Result<Bought, EngineOnly> {
        let Order { cash, close, decided, .. } = order;
        let value = i128::from(close) * i128::from(units);
        let is_order = units % self.lot == 0 && self.quantity_min <= units;
        if !is_order || value < self.cost_min {
            return Ok(Bought::Nothing);
        }
        // Most entries are paid for many times over, and nothing has to be divided to see it.
        if cash / 2 < value + value / 8 {
            let expected = self.bill_up(close, units, decided);
            if cash < expected.cost + expected.fee {
                return Ok(Bought::Nothing);
            }
        }
        self.paid(units, order)
    }

    fn buy_all(&self, order: Order) -> Result<Bought, EngineOnly> {
        let Order { cash, price, decided, .. } = order;
        let steps = magnitude(cash) / self.step * ONE / (ONE + decided);
        let spend = steps * self.step;
        if signed(spend) < self.cost_min || spend == 0 {
            return Ok(Bought::Nothing);
        }
        let units = spend / u128::from(price.unsigned_abs());
        let units = i64::try_from(units).map_err(|_| EngineOnly::Precision)?;
        match units - units % self.lot {
            0 => Ok(Bought::Nothing),
            units => self.paid(units, order),
        }
    }

    fn paid(&self, units: i64, order: Order) -> Result<Bought, EngineOnly> {
        let bill = self.bill_up(order.price, units, order.filled);
        if order.cash < bill.cost + bill.fee {
            return Err(EngineOnly::Funds);
        }
        Ok(Bought::Units(units, bill))
    }

    /// Whether so many units can be sold at a market of `close`.
    pub(super) fn is_sellable(&self, units: i64, close: i64) -> bool {
        self.quantity_min <= units && self.cost_min <= i128::from(close) * i128::from(units)
    }

    /// What a buy costs: rounded up.
    fn bill_up(&self, price: i64, units: i64, rate: Rate) -> Bill {
        let value = product(price, units);
        self.with_fee(value.div_ceil(self.step), rate)
    }

    /// What a sale brings: rounded down. The fee is not more than that.
    pub(super) fn bill_down(&self, price: i64, units: i64, rate: Rate) -> Bill {
        let bill = self.with_fee(product(price, units) / self.step, rate);
        Bill { fee: bill.fee.min(bill.cost), ..bill }
    }

    /// Rounding twice in one direction is rounding once.
    fn with_fee(&self, steps: u128, rate: Rate) -> Bill {
        let fee = match u64::try_from(steps * rate) {
            Ok(product) => u128::from(product.div_ceil(100_000_000)),
            Err(_) => (steps * rate).div_ceil(ONE),
        };
        Bill { cost: signed(steps * self.step), fee: signed(fee * self.step) }
    }
}

fn product(price: i64, units: i64) -> u128 {
    u128::from(price.unsigned_abs()) * u128::from(units.unsigned_abs())
}

fn magnitude(amount: i128) -> u128 {
    u128::try_from(amount).unwrap_or(0)
}

fn signed(amount: u128) -> i128 {
    i128::try_from(amount).expect("an amount fits its type")
}
