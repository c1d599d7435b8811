//! Candles that reach much farther than the fifty before and the fifty after them.

use std::collections::VecDeque;

use trading_types::Candle;

use super::Outlier;

/// So many candles before it and after it are a candle's neighbors.
const NEIGHBORS: usize = 50;
/// So many times the median range of its neighbors is strange.
const TIMES_MEDIAN_MIN: u64 = 25;

/// A window that moves over candles.
#[derive(Debug, Default)]
pub(super) struct Outliers {
    before: Option<Candle>,
    /// Candles and how far each reaches.
    window: VecDeque<(Candle, u64)>,
    /// The place in the window of the next one to be judged.
    next: usize,
    ranges: Vec<u64>,
}

impl Outliers {
    /// Takes the next candle, and judges the one that has all its neighbors now.
    pub(super) fn see(&mut self, candle: &Candle, step: u64) -> Option<Outlier> {
        // The range with the jump from the last close: a wrong price shows in either. After a gap
        // the price may be anywhere.
        let next_to = |it: &Candle| it.start.nanos() + step == candle.start.nanos();
        let before = self.before.filter(next_to).map_or(candle.open, |it| it.close).units();
        let range = candle.high.units().max(before).abs_diff(candle.low.units().min(before));
        self.before = Some(*candle);
        self.window.push_back((*candle, range));
        if self.window.len() <= self.next + NEIGHBORS {
            return None;
        }
        let outlier = self.judge(self.next);
        if self.next == NEIGHBORS {
            self.window.pop_front();
        } else {
            self.next += 1;
        }
        outlier
    }

    /// Judges those that have no more neighbors to come.
    pub(super) fn finish(mut self) -> Vec<Outlier> {
        (self.next..self.window.len()).filter_map(|at| self.judge(at)).collect()
    }

    fn judge(&mut self, at: usize) -> Option<Outlier> {
        let (candle, range) = self.window[at];
        let others = self.window.iter().enumerate().filter(|(other, _)| *other != at);
        self.ranges.clear();
        self.ranges.extend(others.map(|(_, (_, range))| *range));
        let middle = self.ranges.len() / 2;
        let limit = range / TIMES_MEDIAN_MIN;
        // Counting is much cheaper than finding the median, and settles nearly all.
        let below = self.ranges.iter().filter(|range| **range <= limit).count();
        if below <= middle {
            return None;
        }
        let (_, median, _) = self.ranges.select_nth_unstable(middle);
        let times_median = range.checked_div(*median).unwrap_or(range);
        (0 < range).then_some(Outlier { time: candle.start, times_median })
    }
}
