//! What each strategy wishes, computed from scratch out of all candles up to the one that closed.
//! No floats: what the program computes in floats is computed here in integers wide enough to be
//! called exact.

use super::{
    Bar,
    decimal::{SMALL_ONE, ceil, floor},
};

/// A strategy and its settings.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Plan {
    SmaCross { fast: usize, slow: usize },
    Donchian { entry: usize, exit: usize },
    RsiReversion { period: usize, low: i128, high: i128 },
    Bollinger { period: usize, deviations: i128 },
    Dca { every: usize, amount: i128 },
}

/// A distance from the close to a stop or a target.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Distance {
    /// A part of the close.
    Part(i128),
    /// A multiple of the average true range over so many candles.
    Ranges { factor: i128, candles: usize },
}

/// Where a position is given up besides at a signal.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Guards {
    pub(crate) stop: Option<i128>,
    pub(crate) target: Option<i128>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Wish {
    Nothing,
    BeLong(Guards),
    BeFlat,
    Add(i128),
}

/// What averages smoothed over `n` candles are multiplied by, so that dividing them loses nothing
/// that matters: a power of `n`, so that at first dividing them by `n` loses nothing at all.
fn fine(n: i128) -> i128 {
    let mut power = 1;
    while 1 < n && power * n <= 1 << 40 {
        power *= n;
    }
    power
}

/// Sums of smoothed gains and losses at each close (their averages times the period), where known.
/// Smoothing runs over all closes, so this is the one thing that is computed once.
pub(crate) fn gains_and_losses(bars: &[Bar], period: usize) -> Vec<Option<(i128, i128)>> {
    let n = period as i128;
    let mut known = vec![None; bars.len()];
    if bars.len() <= period {
        return known;
    }
    let (mut gains, mut losses) = (0, 0);
    for at in 1..bars.len() {
        let change = (bars[at].close - bars[at - 1].close) * fine(n);
        if period < at {
            gains -= gains / n;
            losses -= losses / n;
        }
        gains += change.max(0);
        losses += (-change).max(0);
        if period <= at {
            known[at] = Some((gains, losses));
        }
    }
    known
}

/// Sums of smoothed true ranges at each close (their average times `candles`), where known.
pub(crate) fn true_ranges(bars: &[Bar], candles: usize) -> Vec<Option<i128>> {
    let n = candles as i128;
    let mut known = vec![None; bars.len()];
    let mut sum = 0;
    for at in 1..bars.len() {
        let before = bars[at - 1].close;
        let Bar { high, low, .. } = bars[at];
        let range = (high - low).max((high - before).abs()).max((low - before).abs());
        if candles < at {
            sum -= sum / n;
        }
        sum += range * fine(n);
        if candles <= at {
            known[at] = Some(sum);
        }
    }
    known
}

/// A strategy with its exits, over all the candles it will see.
#[derive(Debug)]
pub(crate) struct Wisher<'a> {
    bars: &'a [Bar],
    plan: Plan,
    stop: Option<Distance>,
    target: Option<Distance>,
    tick: i128,
    smoothed_changes: Vec<Option<(i128, i128)>>,
    stop_ranges: Vec<Option<i128>>,
    target_ranges: Vec<Option<i128>>,
}

impl<'a> Wisher<'a> {
    pub(crate) fn new(
        bars: &'a [Bar],
        plan: Plan,
        exits: (Option<Distance>, Option<Distance>),
        tick: i128,
    ) -> Self {
        let smoothed_changes = if let Plan::RsiReversion { period, .. } = plan {
            gains_and_losses(bars, period)
        } else {
            Vec::new()
        };
        let ranges = |distance| match distance {
            Some(Distance::Ranges { candles, .. }) => true_ranges(bars, candles),
            Some(Distance::Part(_)) | None => Vec::new(),
        };
        let (stop, target) = exits;
        let (stop_ranges, target_ranges) = (ranges(stop), ranges(target));
        Self { bars, plan, stop, target, tick, smoothed_changes, stop_ranges, target_ranges }
    }

    /// The wish at the close of candle `at`, exits included.
    pub(crate) fn wish(&self, at: usize) -> Wish {
        let wish = self.own_wish(at);
        for (distance, ranges) in
            [(self.stop, &self.stop_ranges), (self.target, &self.target_ranges)]
        {
            if let Some(Distance::Ranges { .. }) = distance
                && ranges[at].is_none()
            {
                return Wish::Nothing;
            }
        }
        let Wish::BeLong(_) = wish else { return wish };
        let close = self.bars[at].close;
        // A price and a distance as fractions over the same denominator.
        let stop = self.stop.map(|distance| {
            let (away, of) = fraction(distance, &self.stop_ranges, at, close);
            floor(close * of - away, of * self.tick) * self.tick
        });
        let target = self.target.map(|distance| {
            let (away, of) = fraction(distance, &self.target_ranges, at, close);
            ceil(close * of + away, of * self.tick) * self.tick
        });
        if stop.is_some_and(|stop| stop <= 0 || close <= stop) {
            return Wish::Nothing;
        }
        Wish::BeLong(Guards { stop, target })
    }

    fn own_wish(&self, at: usize) -> Wish {
        match self.plan {
            Plan::SmaCross { fast, slow } => self.sma_cross(at, fast, slow),
            Plan::Donchian { entry, exit } => self.donchian(at, entry, exit),
            Plan::RsiReversion { low, high, .. } => self.rsi_reversion(at, low, high),
            Plan::Bollinger { period, deviations } => self.bollinger(at, period, deviations),
            Plan::Dca { every, amount } if (at + 1).is_multiple_of(every) => Wish::Add(amount),
            Plan::Dca { .. } => Wish::Nothing,
        }
    }

    fn sma_cross(&self, at: usize, fast: usize, slow: usize) -> Wish {
        if at + 1 < slow {
            return Wish::Nothing;
        }
        let fast_sum: i128 = self.closes(at, fast).iter().sum();
        let slow_sum: i128 = self.closes(at, slow).iter().sum();
        if slow_sum * (fast as i128) < fast_sum * (slow as i128) {
            Wish::BeLong(Guards::default())
        } else {
            Wish::BeFlat
        }
    }

    fn donchian(&self, at: usize, entry: usize, exit: usize) -> Wish {
        if at < entry.max(exit) {
            return Wish::Nothing;
        }
        let close = self.bars[at].close;
        let highest = self.bars[at - entry..at].iter().map(|bar| bar.high).max().unwrap();
        let lowest = self.bars[at - exit..at].iter().map(|bar| bar.low).min().unwrap();
        if highest < close {
            Wish::BeLong(Guards::default())
        } else if close < lowest {
            Wish::BeFlat
        } else {
            Wish::Nothing
        }
    }

    fn rsi_reversion(&self, at: usize, low: i128, high: i128) -> Wish {
        let Some((gains, losses)) = self.smoothed_changes[at] else { return Wish::Nothing };
        // A market that never moved says nothing.
        if gains + losses == 0 {
            return Wish::Nothing;
        }
        // 100 × gains ÷ both against settings in units of 10^-8.
        let (index, of) = (100 * SMALL_ONE * gains, gains + losses);
        if index < low * of {
            Wish::BeLong(Guards::default())
        } else if high * of < index {
            Wish::BeFlat
        } else {
            Wish::Nothing
        }
    }

    fn bollinger(&self, at: usize, period: usize, deviations: i128) -> Wish {
        if at + 1 < period {
            return Wish::Nothing;
        }
        let n = period as i128;
        let closes = self.closes(at, period);
        let sum: i128 = closes.iter().sum();
        let squares: i128 = closes.iter().map(|close| close * close).sum();
        // The distance below the mean times n, and the variance times n².
        let (below, spread) = (sum - n * self.bars[at].close, n * squares - sum * sum);
        let (up, down) = shortened(deviations, SMALL_ONE);
        if 0 < below && up * up * spread < below * below * (down * down) {
            Wish::BeLong(Guards::default())
        } else if below < 0 {
            Wish::BeFlat
        } else {
            Wish::Nothing
        }
    }

    fn closes(&self, at: usize, count: usize) -> Vec<i128> {
        self.bars[at + 1 - count..=at].iter().map(|bar| bar.close).collect()
    }
}

/// A distance at candle `at`, as a numerator and a denominator. A part of the close is exact; a
/// multiple of the average range is taken to the nearest unit of price.
fn fraction(distance: Distance, ranges: &[Option<i128>], at: usize, close: i128) -> (i128, i128) {
    match distance {
        Distance::Part(part) => (close * part, SMALL_ONE),
        Distance::Ranges { factor, candles } => {
            let (up, down) = shortened(factor, SMALL_ONE);
            let n = candles as i128;
            let (above, below) = (up * ranges[at].unwrap(), down * n * fine(n));
            (floor(2 * above + below, 2 * below), 1)
        }
    }
}

/// A fraction with small numbers.
fn shortened(up: i128, down: i128) -> (i128, i128) {
    let (mut a, mut b) = (up, down);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (up / a, down / a)
}
