//! What each rung asks for. The defaults are argued for, one by one, in `docs/ladder.md`.

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Fraction, PairRules, Price, Rounding};

use crate::rung::Rung;

/// What each rung asks for. Whoever changes it starts the days of the present rung again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirements {
    /// Of the backtest, to go on paper.
    pub backtest: BacktestNeeds,
    /// Of the days on paper, to go tiny.
    pub paper: Stay,
    /// Of the days with tiny entries, to double them.
    pub tiny: Stay,
    /// Of the days since the last doubling, to double again.
    pub scaled: Stay,
    /// When a day counts.
    pub clean_day: CleanDay,
    /// How close fills must be to the backtest's.
    pub tracking: TrackingNeeds,
    /// A fall of the equity beyond this takes a rung away.
    pub drawdown_max: Fraction,
    /// A tiny entry is so many times the smallest that the pair takes.
    pub tiny_times: u32,
    /// Doublings of the tiny entry at most.
    pub steps_max: u8,
    /// Days without trading after which those before no longer count.
    pub silent_days_max: u64,
}

/// What a backtest must show on the candles that came last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BacktestNeeds {
    /// Round trips, at least.
    pub trades_min: u64,
    /// The deepest fall of the equity, at most.
    pub drawdown_max: Fraction,
    /// It must make money at so many times the venue's fees.
    pub fee_stress: Fraction,
}

/// What must have been shown on a rung before it is left upward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stay {
    /// Clean days.
    pub clean_days: u64,
    /// Round trips on clean days.
    pub trades: u64,
}

/// When a day counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CleanDay {
    /// Seconds the bot may be not ready without the venue being away.
    pub unready_seconds_max: u64,
    /// Seconds it must be ready at least.
    pub ready_seconds_min: u64,
    /// Seconds the outcome of an order may be unknown.
    pub unknown_seconds_max: u64,
}

/// How close fills must be to the backtest's. Beyond twice any of these a rung is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackingNeeds {
    /// How much worse than expected they may be on average.
    pub slippage_mean_max: Fraction,
    /// How much worse the worst may be.
    pub slippage_worst_max: Fraction,
    /// The part of the orders that only one of the two may have.
    pub mismatched_max: Fraction,
    /// Fewer orders than this take no rung away: they are chance.
    pub breach_orders_min: u64,
}

impl Default for Requirements {
    fn default() -> Self {
        Self {
            backtest: BacktestNeeds {
                trades_min: 100,
                drawdown_max: Fraction::from_basis_points(1_500),
                fee_stress: Fraction::from_basis_points(15_000),
            },
            paper: Stay { clean_days: 14, trades: 20 },
            tiny: Stay { clean_days: 28, trades: 30 },
            scaled: Stay { clean_days: 14, trades: 15 },
            clean_day: CleanDay {
                unready_seconds_max: 15 * 60,
                ready_seconds_min: 20 * 3_600,
                unknown_seconds_max: 60,
            },
            tracking: TrackingNeeds {
                slippage_mean_max: Fraction::from_basis_points(10),
                slippage_worst_max: Fraction::from_basis_points(100),
                mismatched_max: Fraction::from_basis_points(1_000),
                breach_orders_min: 10,
            },
            drawdown_max: Fraction::from_basis_points(1_000),
            tiny_times: 5,
            steps_max: 8,
            silent_days_max: 30,
        }
    }
}

impl Requirements {
    /// The defaults for a bot whose kill switch trips at a fall of `kill` from the peak: what is
    /// shown must leave a quarter of that as room, and half of it takes a rung away.
    pub fn for_kill_limit(kill: Option<Fraction>) -> Self {
        let mut requirements = Self::default();
        if let Some(kill) = kill {
            let part = |of: i64| Fraction::from_units(kill.units() / 4 * of);
            let backtest = &mut requirements.backtest.drawdown_max;
            *backtest = (*backtest).min(part(3));
            requirements.drawdown_max = requirements.drawdown_max.min(part(2));
        }
        requirements
    }

    /// What must have been shown on `rung`; nothing where there are no days.
    pub const fn stay(&self, rung: Rung) -> Option<Stay> {
        match rung {
            Rung::Backtest => None,
            Rung::Paper => Some(self.paper),
            Rung::Tiny => Some(self.tiny),
            Rung::Scaled { .. } => Some(self.scaled),
        }
    }

    /// A tiny entry where the smallest entry is worth `minimum`.
    pub fn tiny_entry(&self, minimum: Amount) -> Amount {
        Amount::from_units(minimum.units().saturating_mul(i128::from(self.tiny_times)))
    }
}

/// The value of the smallest entry that a pair takes at `price`: its smallest cost or its smallest
/// quantity, whichever is more, rounded up to what the pair's costs are kept to.
pub fn entry_minimum(rules: &PairRules, price: Price) -> Amount {
    let quantity = price * rules.quantity_min;
    rules.cost_min.max(quantity).round_to_decimals(rules.cost_decimals, Rounding::Up)
}

#[cfg(test)]
mod tests;
