//! What a trade costs: the cost and the fee of one fill, and the volume that decides the tier.
//!
//! Every rounding goes against the account, and there is one rounding per number:
//!
//! | number | from | rounded |
//! |---|---|---|
//! | cost of a buy | price × quantity | up to `cost_decimals` |
//! | cost of a sell | price × quantity | down to `cost_decimals` |
//! | fee in quote asset | cost × rate | up to `cost_decimals` |
//! | fee in base asset | fee in quote asset ÷ price | up to 10 decimals |

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Fraction, Price, Quantity, Rounding, Side, Timestamp};

/// The time over which volume counts toward a fee tier.
pub(crate) const VOLUME_WINDOW: Duration = Duration::from_hours(30 * 24);

const NANOS_PER_MINUTE: u64 = 60_000_000_000;
/// One entry for each minute of the window, and one for the minute that is just leaving.
const ENTRIES_MAX: usize = 30 * 24 * 60 + 1;

/// What one account traded in the last thirty days, in the units of the quote asset.
///
/// What trades within one minute is one entry with the time of its first trade: the sum is then
/// bounded, and volume leaves it at most a minute early, which is never to the account's favor.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct TradedVolume {
    entries: VecDeque<(Timestamp, Amount)>,
    sum: Amount,
}

impl TradedVolume {
    /// Counts a trade.
    pub(crate) fn add(&mut self, cost: Amount, now: Timestamp) {
        self.sum += cost;
        let minute = |time: Timestamp| time.nanos() / NANOS_PER_MINUTE;
        match self.entries.back_mut() {
            Some((time, amount)) if minute(*time) == minute(now) => *amount += cost,
            _ => self.entries.push_back((now, cost)),
        }
        self.forget(now);
        assert!(self.entries.len() <= ENTRIES_MAX, "one entry for each minute");
    }

    /// What counts at the moment.
    pub(crate) fn at(&mut self, now: Timestamp) -> Amount {
        self.forget(now);
        self.sum
    }

    fn forget(&mut self, now: Timestamp) {
        while let Some((time, amount)) = self.entries.front()
            && *time + VOLUME_WINDOW <= now
        {
            self.sum -= *amount;
            self.entries.pop_front();
        }
    }
}

/// Quote asset that changes hands for `quantity` at `price`.
pub(crate) fn cost(price: Price, quantity: Quantity, side: Side, decimals: u8) -> Amount {
    let against_us = match side {
        Side::Buy => Rounding::Up,
        Side::Sell => Rounding::Down,
    };
    (price * quantity).round_to_decimals(decimals, against_us)
}

/// The fee on `cost`, in quote asset. A negative rate is a rebate, and is rounded against us too.
pub(crate) fn fee_in_quote(cost: Amount, rate: Fraction, decimals: u8) -> Amount {
    cost.times(rate, Rounding::Up).round_to_decimals(decimals, Rounding::Up)
}

/// A fee of `fee` quote asset as base asset at `price`.
pub(crate) fn fee_in_base(fee: Amount, price: Price) -> Amount {
    // An amount counts 10^-18, a price 10^-10: `fee × 10^10 ÷ price` counts 10^-18 again. The
    // smallest unit of an asset is 10^-10, which is 10^8 of these.
    let asset_units = fee.units().checked_mul(100).expect("a fee is below 10^18 quote asset");
    Amount::from_units(divide_up(asset_units, i128::from(price.units())) * 10_i128.pow(8))
}

fn divide_up(value: i128, divisor: i128) -> i128 {
    -(-value).div_euclid(divisor)
}

#[cfg(test)]
mod tests;
