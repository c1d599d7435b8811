//! Watches the equity of one run, candle by candle, within its window.
//!
//! Sharpe and Sortino are those of `backtester`, bit for bit: the same sums in the same order.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use backtest_statistics::{
    BlockSums, Sums,
    curve::{periods_per_year, yearly_growth},
    functions::real,
};
use backtester::metrics::approximate;
use trading_types::{Amount, Interval};

use crate::evaluate::{BLOCKS, CurveRow};

pub(crate) struct Observer {
    per_year: f64,
    /// Candles of the window.
    length: usize,
    seen: usize,
    held: u64,
    start: f64,
    equity: Amount,
    equity_f64: f64,
    peak: Amount,
    max_drawdown: f64,
    sum_of_losses_squared: f64,
    sums: Sums,
    blocks: Vec<BlockSums>,
}

impl Observer {
    /// Before the first of `length` candles, with `cash`.
    pub(crate) fn new(cash: Amount, interval: Interval, length: usize) -> Self {
        Self {
            per_year: periods_per_year(interval.minutes() * 60),
            length,
            seen: 0,
            held: 0,
            start: cash.to_f64(),
            equity: cash,
            equity_f64: approximate(cash),
            peak: cash,
            max_drawdown: 0.0,
            sum_of_losses_squared: 0.0,
            sums: Sums::default(),
            blocks: vec![BlockSums::default(); BLOCKS],
        }
    }

    /// The equity at the close of the next candle.
    pub(crate) fn see(&mut self, equity: Amount, is_held: bool) {
        let block = &mut self.blocks[self.seen * BLOCKS / self.length];
        self.seen += 1;
        self.held += u64::from(is_held);
        if equity == self.equity {
            self.sums.add_nothing(1);
            block.count += 1;
            return;
        }
        let equity_f64 = approximate(equity);
        let gain = equity_f64 / self.equity_f64 - 1.0;
        self.sums.add(gain);
        block.add(gain);
        if gain < 0.0 {
            self.sum_of_losses_squared += gain * gain;
        }
        if self.peak < equity {
            self.peak = equity;
        } else {
            let drawdown = 1.0 - equity_f64 / approximate(self.peak);
            self.max_drawdown = self.max_drawdown.max(drawdown);
        }
        (self.equity, self.equity_f64) = (equity, equity_f64);
    }

    /// The next `candles` closes, at which nothing is held and the equity is what it was before.
    pub(crate) fn rest(&mut self, candles: usize) {
        self.sums.add_nothing(candles as u64);
        let end = self.seen + candles;
        while self.seen < end {
            let at = self.seen * BLOCKS / self.length;
            // The first candle that belongs to the next block.
            let next = ((at + 1) * self.length).div_ceil(BLOCKS).min(end);
            self.blocks[at].count += (next - self.seen) as u64;
            self.seen = next;
        }
    }

    /// What it was, with `end` after everything was sold.
    ///
    /// Growth is counted by the calendar: `years` may be longer than its candles, some are missing.
    pub(crate) fn finish(self, end: Amount, years: f64) -> CurveRow {
        let count = real(self.sums.count.max(1));
        let mean = self.sums.sum / count;
        let deviation = (self.sums.squares / count - mean * mean).sqrt();
        let downside = (self.sum_of_losses_squared / count).sqrt();
        let per_year = |by: f64| (0.0 < by).then(|| mean / by * self.per_year.sqrt());
        let yearly_growth = yearly_growth(end.to_f64() / self.start, years);
        CurveRow {
            candles: self.sums.count,
            max_drawdown: self.max_drawdown,
            exposure: real(self.held) / count,
            sharpe: per_year(deviation),
            sortino: per_year(downside),
            yearly_growth,
            calmar: (0.0 < self.max_drawdown).then(|| yearly_growth / self.max_drawdown),
            sums: self.sums,
            blocks: self.blocks,
        }
    }
}
