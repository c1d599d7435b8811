//! A tile of candles, and what its orders are filled at: computed once for all variants.
//!
//! The one invariant: the prices are those at which the exchange would fill.

use std::ops::Range;

use exchange_simulator::CandleFill;
use trading_types::Candle;

use super::money::Money;

/// Candles of a tile: so few that what variants share of them stays near the processor.
pub(super) const TILE: usize = 1024;
/// Words of a condition in a tile, a bit for each candle.
pub(super) const WORDS: usize = TILE / 64;

/// Nanoseconds of a minute.
const MINUTE: u64 = 60_000_000_000;

/// Prices of a tile of candles, in units of a price.
#[derive(Debug, Default)]
pub(super) struct Tile {
    /// The number of its first candle.
    pub(super) start: usize,
    /// How many candles it has.
    pub(super) length: usize,
    /// At how many of them something can be decided.
    pub(super) decisions: usize,
    pub(super) close: Vec<i64>,
    /// What the market is at when an order decided on at the candle is filled.
    pub(super) market: Vec<i64>,
    pub(super) buy: Vec<i64>,
    pub(super) sell: Vec<i64>,
}

impl Tile {
    /// Takes the place of another tile: candles in `range`, of a window that ends at `end`.
    pub(super) fn fill(
        &mut self,
        money: &Money,
        candles: &[Candle],
        range: &Range<usize>,
        end: usize,
    ) {
        let Self { close, market, buy, sell, .. } = self;
        for column in [&mut *close, &mut *market, &mut *buy, &mut *sell] {
            column.clear();
        }
        let decisions = match money.fill {
            CandleFill::Close => range.clone(),
            // What is decided at the very last close has no open to be filled at.
            CandleFill::NextOpen => range.start..range.end.min(end - 1),
        };
        for at in decisions.clone() {
            let price = match money.fill {
                CandleFill::NextOpen => candles[at + 1].open,
                CandleFill::Close => candles[at].close,
            };
            let (bought, sold) = money.slipped(price);
            close.push(candles[at].close.units());
            market.push(price.units());
            buy.push(bought.units());
            sell.push(sold.units());
        }
        self.start = range.start;
        self.decisions = decisions.len();
        self.length = range.len();
    }
}

/// Sums of closes, counted in the largest price that all of them are multiples of.
#[derive(Debug)]
pub(super) struct Closes {
    /// Before each candle, the sum of all closes.
    pub(super) sums: Vec<i64>,
    /// The largest close.
    pub(super) most: i64,
    /// From the lowest close to the largest.
    pub(super) range: i64,
    /// The close at each candle, and before each the sum of all squares as it wraps round; both are
    /// there only where deviations are asked for.
    pub(super) ticks: Vec<i64>,
    pub(super) squares: Vec<u64>,
}

impl Closes {
    /// The sums over all candles, and of squares where wanted; nothing if they do not fit.
    pub(super) fn new(candles: &[Candle], with_squares: bool) -> Option<Self> {
        let closes = || candles.iter().map(|it| it.close.units());
        let tick = closes().fold(0, common);
        if tick == 0 || closes().any(|it| it <= 0) {
            return None;
        }
        let mut sums = Vec::with_capacity(candles.len() + 1);
        let (mut sum, mut most, mut least) = (0_i64, 0, i64::MAX);
        sums.push(0);
        for close in closes() {
            let ticks = close / tick;
            sum = sum.checked_add(ticks)?;
            (most, least) = (most.max(ticks), least.min(ticks));
            sums.push(sum);
        }
        let (mut ticks, mut squares) = (Vec::new(), Vec::new());
        if with_squares {
            ticks.extend(closes().map(|it| it / tick));
            let add = |sum: &mut u64, it: &i64| {
                *sum = sum.wrapping_add(it.unsigned_abs().wrapping_mul(it.unsigned_abs()));
                Some(*sum)
            };
            squares.push(0);
            squares.extend(ticks.iter().scan(0, add));
        }
        let range = most.saturating_sub(least);
        (sum < 1 << 52).then_some(Self { sums, most, range, ticks, squares })
    }
}

/// The greatest common divisor.
fn common(one: i64, other: i64) -> i64 {
    let (mut one, mut other) = (one, other);
    if one != 0 && other % one == 0 {
        return one;
    }
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one.abs()
}

/// What is true of all candles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// The lowest close.
    pub(super) least: i64,
    /// Whether every range holds its open and its close.
    pub(super) is_sane: bool,
    /// Whether no two prices are the same double.
    pub(super) is_exact: bool,
    /// Whether all begin with a minute.
    pub(super) is_on_minutes: bool,
}

impl Facts {
    pub(super) fn of(candles: &[Candle]) -> Self {
        let is_sane = |it: &Candle| {
            it.low <= it.open && it.low <= it.close && it.open <= it.high && it.close <= it.high
        };
        let is_exact =
            |it: &Candle| [it.high, it.low, it.close].iter().all(|it| it.units() < 1 << 53);
        Self {
            least: candles.iter().map(|it| it.close.units()).min().unwrap_or(0),
            is_sane: candles.iter().all(is_sane),
            is_exact: candles.iter().all(is_exact),
            is_on_minutes: candles.iter().all(|it| it.start.nanos().is_multiple_of(MINUTE)),
        }
    }
}
