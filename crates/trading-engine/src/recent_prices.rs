//! What the price did within the last minute, second by second, so that a jump is seen whatever
//! number of trades it took.
//!
//! A price holds until the next trade: the one from before the minute counts until the first within
//! it. At most a second more than a minute is looked at, never less.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use trading_types::{Fraction, Price, Timestamp};

/// How many seconds are looked back.
const WINDOW: u64 = 60;

/// The prices of the last minute.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct RecentPrices {
    /// The last price of before.
    before: Option<Price>,
    seconds: VecDeque<Second>,
}

/// The prices of one second.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Second {
    number: u64,
    low: Price,
    high: Price,
    last: Price,
}

impl RecentPrices {
    /// Adds a price.
    pub(crate) fn add(&mut self, price: Price, now: Timestamp) {
        let number = now.seconds();
        while let Some(oldest) = self.seconds.front().filter(|it| is_past(it, number)) {
            self.before = Some(oldest.last);
            self.seconds.pop_front();
        }
        match self.seconds.back_mut().filter(|it| it.number == number) {
            Some(second) => {
                (second.low, second.high) = (second.low.min(price), second.high.max(price));
                second.last = price;
            }
            None => self.seconds.push_back(Second { number, low: price, high: price, last: price }),
        }
    }

    /// What was seen later than this was seen now.
    pub(crate) fn set_back(&mut self, now: Timestamp) {
        let number = now.seconds();
        let after = self.seconds.iter().position(|it| number < it.number);
        let later = after.map_or_else(VecDeque::new, |at| self.seconds.split_off(at));
        let merged = later.into_iter().reduce(|one, other| Second {
            number,
            low: one.low.min(other.low),
            high: one.high.max(other.high),
            last: other.last,
        });
        self.seconds.extend(merged.map(|it| Second { number, ..it }));
    }

    /// How far the last price is from the lowest and the highest of the last minute, as a part of
    /// that price; the larger of the two, rounded up.
    pub(crate) fn moved(&self, now: Timestamp) -> Fraction {
        let number = now.seconds();
        let past = self.seconds.iter().rev().find(|it| is_past(it, number));
        let held = past.map(|it| it.last).or(self.before);
        let within = self.seconds.iter().filter(|it| !is_past(it, number));
        let prices = within.flat_map(|it| [it.low, it.high]).chain(held);
        let last = self.seconds.back().map(|it| it.last).or(self.before);
        let Some(last) = last else { return Fraction::ZERO };
        prices.map(|price| part_between(last, price)).max().unwrap_or(Fraction::ZERO)
    }
}

fn is_past(second: &Second, now: u64) -> bool {
    second.number + WINDOW < now
}

/// The distance of two prices as a part of the second, rounded up. From a price that is none,
/// everything is infinitely far.
fn part_between(price: Price, reference: Price) -> Fraction {
    if !reference.is_positive() {
        return Fraction::MAX;
    }
    let (distance, reference) =
        (i128::from(price.units()) - i128::from(reference.units()), i128::from(reference.units()));
    let scaled = distance.abs() * i128::from(Fraction::ONE.units());
    let part = scaled / reference + i128::from(scaled % reference != 0);
    i64::try_from(part).map_or(Fraction::MAX, Fraction::from_units)
}

#[cfg(test)]
mod tests;
