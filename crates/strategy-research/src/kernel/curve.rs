//! The equity at every candle, where a metric asks for it.
//!
//! The one invariant: it is what the engine's own evaluator sees at each close, in the same order.

use std::{collections::VecDeque, ops::Range};

use trading_types::{Amount, Candle, Interval};

use crate::{evaluate::CurveRow, observer::Observer};

/// What an account has from the close of a candle on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Holdings {
    pub(super) from: usize,
    pub(super) cash: i128,
    pub(super) units: i64,
}

/// Watches an account.
pub(super) struct Curve {
    observer: Observer,
    changes: VecDeque<Holdings>,
    now: Holdings,
}

impl Curve {
    /// The curve of so much cash, over so many candles.
    pub(super) fn new(cash: i128, interval: Interval, candles: usize) -> Self {
        Self {
            observer: Observer::new(Amount::from_units(cash), interval, candles),
            changes: VecDeque::new(),
            now: Holdings { from: 0, cash, units: 0 },
        }
    }

    /// What the account has changes.
    pub(super) fn change(&mut self, to: Holdings) {
        self.changes.push_back(to);
    }

    /// Sees the closes of the candles in `range`, whose changes are known.
    pub(super) fn see(&mut self, candles: &[Candle], range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            let mut is_new = false;
            while let Some(change) = self.changes.front().filter(|it| it.from <= at) {
                self.now = *change;
                self.changes.pop_front();
                is_new = true;
            }
            let until = self.changes.front().map_or(range.end, |it| it.from.min(range.end));
            // While nothing is held nothing moves, but for the candle at which it was sold.
            if self.now.units == 0 && !is_new {
                self.observer.rest(until - at);
                at = until;
                continue;
            }
            let Holdings { cash, units, .. } = self.now;
            let until = if units == 0 { at + 1 } else { until };
            for candle in &candles[at..until] {
                let value = i128::from(candle.close.units()) * i128::from(units);
                self.observer.see(Amount::from_units(cash + value), 0 < units);
            }
            at = until;
        }
    }

    /// What it was.
    pub(super) fn finish(self, end: Amount, years: f64) -> CurveRow {
        self.observer.finish(end, years)
    }
}
