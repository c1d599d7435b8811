//! Made-up candles: random walks with flat stretches, exact ties, jumps, prices between two ticks,
//! and missing candles. The same seed gives the same candles.

use crate::twin::Bar;

/// A small generator of numbers that only look random.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From zero to one below `end`.
    pub(crate) fn below(&mut self, end: i128) -> i128 {
        i128::from(self.next()) % end
    }

    /// From `-most` to `most`.
    pub(crate) fn around(&mut self, most: i128) -> i128 {
        self.below(2 * most + 1) - most
    }

    /// True in one of `count` cases.
    pub(crate) fn one_in(&mut self, count: i128) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, table: &[T]) -> T {
        table[usize::try_from(self.below(table.len() as i128)).unwrap()]
    }
}

/// What a walk is like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terrain {
    pub(crate) candles: usize,
    pub(crate) seconds: i128,
    /// Where it begins, in units of price.
    pub(crate) price: i128,
    /// All prices are multiples of this.
    pub(crate) grid: i128,
    /// The largest step from one candle to the next, in parts of ten thousand.
    pub(crate) step: i128,
}

/// The candles of a walk. The first two move whatever the terrain: what a strategy makes of a
/// market that has never moved is a question of its own.
pub(crate) fn bars(chance: &mut Chance, terrain: &Terrain) -> Vec<Bar> {
    let Terrain { candles, seconds, price, grid, step } = *terrain;
    let on_grid = |price: i128| (price / grid * grid).max(grid);
    let (mut start, mut before) = (1_500_000_000 / seconds * seconds, on_grid(price));
    let mut flat_left = 0;
    let mut bars = Vec::new();
    while bars.len() < candles {
        if 2 <= bars.len() && flat_left == 0 && chance.one_in(60) {
            flat_left = 1 + chance.below(70);
        }
        let mut bar = Bar { start, open: before, high: before, low: before, close: before };
        if 0 < flat_left {
            flat_left -= 1;
        } else if bars.len() < 2 {
            bar.close = before + grid;
            bar.high = bar.close;
        } else {
            let far = if chance.one_in(25) { 8 * step } else { step };
            let moved = |chance: &mut Chance, from: i128, most: i128| {
                on_grid(from + from * chance.around(most * 1_000) / 10_000_000)
            };
            if chance.one_in(3) {
                bar.open = moved(chance, before, far);
            }
            bar.close = moved(chance, bar.open, far);
            // Not forever away from where it began.
            if chance.one_in(4) {
                bar.close = on_grid(bar.close + (price - bar.close) / 50);
            }
            bar.high = bar.open.max(bar.close);
            bar.low = bar.open.min(bar.close);
            if chance.one_in(2) {
                bar.high = bar.high.max(moved(chance, bar.high, step));
            }
            if chance.one_in(2) {
                bar.low = bar.low.min(moved(chance, bar.low, step));
            }
        }
        before = bar.close;
        bars.push(bar);
        start += seconds;
        if chance.one_in(40) {
            start += seconds * (1 + chance.below(20));
        }
    }
    bars
}
