//! What the variants of a sweep compute from candles, each thing once, tile by tile: numbers as
//! columns, conditions as words with a bit for each candle.
//!
//! The one invariant: a bit is what the strategy would have found at that candle.
#![expect(clippy::float_arithmetic, reason = "what a condition compares is an opinion, not money")]

use std::{
    collections::BTreeMap,
    ops::{Deref, Range},
};

use strategies::rules::{Graph, NodeId, NodeSeries, Relation};
use trading_types::{Candle, Fraction, Interval};

use super::{
    bollinger,
    market::{Closes, TILE, WORDS},
};

/// The number of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Column(usize);

/// The number of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Condition(usize);

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// The mean of so many closes, in the unit that all closes are multiples of; undefined while
    /// there were none before.
    TickMean(usize),
    /// The close less the mean of so many, times their number; undefined like the mean.
    AboveMean(usize),
    /// The standard deviation of so many closes, times their number.
    Deviation(usize),
    /// A node of the graph, which has seen the candles from this one on.
    Node(NodeId, usize),
    /// The bits of a number that never changes.
    Constant(u64),
}

/// What a condition is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Made {
    Compare(Relation, Column, Column),
    /// A column that is one where it is true.
    Truth(Column),
    /// The close is so many deviations below the mean.
    FarBelow(Bands),
    And(Condition, Condition),
    Or(Condition, Condition),
    Not(Condition),
}

/// A Bollinger band: its columns and settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bands {
    pub(super) above_mean: Column,
    pub(super) deviation: Column,
    pub(super) period: usize,
    pub(super) deviations: Fraction,
}

/// How a column is computed.
enum Feed {
    TickMean(usize),
    AboveMean(usize),
    Deviation(usize),
    /// A node, and the first candle that it has to be shown next.
    Node(Box<NodeSeries>, usize),
    Constant(f64),
}

/// All columns and conditions, as they are asked for.
#[derive(Default)]
pub(super) struct Columns {
    feeds: Vec<Feed>,
    known: BTreeMap<Source, Column>,
    conditions: Vec<Made>,
    known_conditions: BTreeMap<Made, Condition>,
}

impl Columns {
    /// The column of a source; nothing if a node has none.
    pub(super) fn column(
        &mut self,
        source: Source,
        graph: &Graph,
        interval: Interval,
    ) -> Option<Column> {
        if let Some(known) = self.known.get(&source) {
            return Some(*known);
        }
        let feed = match source {
            Source::TickMean(candles) => Feed::TickMean(candles),
            Source::AboveMean(candles) => Feed::AboveMean(candles),
            Source::Deviation(candles) => Feed::Deviation(candles),
            Source::Node(id, from) => {
                Feed::Node(Box::new(NodeSeries::new(graph, id, interval)?), from)
            }
            Source::Constant(bits) => Feed::Constant(f64::from_bits(bits)),
        };
        let column = Column(self.feeds.len());
        self.feeds.push(feed);
        self.known.insert(source, column);
        Some(column)
    }

    /// The condition made like this.
    pub(super) fn condition(&mut self, made: Made) -> Condition {
        if let (Made::Not(of), Some(inner)) = (made, self.inverse(made)) {
            debug_assert!(inner < of, "what is made of something comes later");
            return inner;
        }
        if let Some(known) = self.known_conditions.get(&made) {
            return *known;
        }
        let condition = Condition(self.conditions.len());
        self.conditions.push(made);
        self.known_conditions.insert(made, condition);
        condition
    }

    /// What not of it is not of.
    fn inverse(&self, made: Made) -> Option<Condition> {
        let Made::Not(of) = made else { return None };
        let Made::Not(inner) = self.conditions[of.0] else { return None };
        Some(inner)
    }

    /// `one` where `other` is not.
    pub(super) fn without(&mut self, one: Condition, other: Condition) -> Condition {
        if self.conditions[other.0] == Made::Not(one) {
            return one;
        }
        let not = self.condition(Made::Not(other));
        self.condition(Made::And(one, not))
    }

    /// How many columns there are.
    pub(super) const fn count(&self) -> usize {
        self.feeds.len()
    }

    /// The columns in so many chunks, of which threads may fill one each, and the conditions.
    pub(super) fn into_chunks(self, count: usize) -> (Vec<Chunk>, Conditions) {
        let mut chunks: Vec<Chunk> = (0..count).map(|_| Chunk(Vec::new())).collect();
        for (at, feed) in self.feeds.into_iter().enumerate() {
            chunks[at % count].0.push(feed);
        }
        (chunks, Conditions(self.conditions))
    }
}

/// Some of the columns: of `count` chunks each has every `count`th.
pub(super) struct Chunk(Vec<Feed>);

impl Chunk {
    /// Room for its values at a tile.
    pub(super) fn room(&self) -> Vec<f64> {
        let value = |feed: &Feed| match feed {
            Feed::Constant(value) => *value,
            Feed::TickMean(_) | Feed::AboveMean(_) | Feed::Deviation(_) | Feed::Node(..) => {
                f64::NAN
            }
        };
        self.0.iter().flat_map(|feed| [value(feed); TILE]).collect()
    }

    /// Goes on to the candles in `range`.
    pub(super) fn fill(
        &mut self,
        candles: &[Candle],
        closes: Option<&Closes>,
        range: &Range<usize>,
        values: &mut [f64],
    ) {
        for (feed, tile) in self.0.iter_mut().zip(values.chunks_exact_mut(TILE)) {
            match feed {
                Feed::Constant(_) => {}
                Feed::TickMean(count) => means(&sums_of(closes).sums, *count, range, tile),
                Feed::AboveMean(count) => {
                    bollinger::above_mean(sums_of(closes), *count, range, tile);
                }
                Feed::Deviation(count) => {
                    bollinger::deviations(sums_of(closes), *count, range, tile);
                }
                Feed::Node(series, shown) => {
                    for candle in &candles[(*shown).min(range.start)..range.start] {
                        series.update(candle);
                    }
                    for (candle, value) in candles[range.clone()].iter().zip(tile) {
                        *value = series.update(candle);
                    }
                    *shown = range.end;
                }
            }
        }
    }
}

/// The values of all columns at a tile.
pub(super) struct Filled<'a>(Vec<&'a [f64]>);

impl<'a> Filled<'a> {
    /// Of so many columns, with what the chunks have filled.
    pub(super) fn new(chunks: &[impl Deref<Target = Vec<f64>>], count: usize) -> Filled<'_> {
        let column = |at: usize| &chunks[at % chunks.len()][at / chunks.len() * TILE..][..TILE];
        Filled((0..count).map(column).collect())
    }

    fn column(&self, column: Column) -> &'a [f64] {
        self.0[column.0]
    }

    /// A number at a candle of the tile.
    pub(super) fn value(&self, column: Column, at: usize) -> f64 {
        self.column(column)[at]
    }
}

/// All conditions, each after those that it is made of.
pub(super) struct Conditions(Vec<Made>);

impl Conditions {
    /// Room for the bits of all of them at a tile.
    pub(super) fn room(&self) -> Vec<u64> {
        vec![0; self.0.len() * WORDS]
    }

    /// These and what they are made of, in the order in which they have to be filled.
    pub(super) fn needed(&self, wanted: impl Iterator<Item = Condition>) -> Vec<Condition> {
        let mut is_needed = vec![false; self.0.len()];
        for condition in wanted {
            is_needed[condition.0] = true;
        }
        for at in (0..self.0.len()).rev().filter(|at| is_needed[*at]).collect::<Vec<_>>() {
            self.need(at, &mut is_needed);
        }
        (0..self.0.len()).filter(|at| is_needed[*at]).map(Condition).collect()
    }

    fn need(&self, at: usize, is_needed: &mut [bool]) {
        is_needed[at] = true;
        match self.0[at] {
            Made::And(left, right) | Made::Or(left, right) => {
                self.need(left.0, is_needed);
                self.need(right.0, is_needed);
            }
            Made::Not(of) => self.need(of.0, is_needed),
            Made::Compare(..) | Made::Truth(_) | Made::FarBelow(_) => {}
        }
    }

    /// Fills the words of one at the tile that begins at `start` and ends with the candles.
    pub(super) fn fill(
        &self,
        Condition(at): Condition,
        filled: &Filled<'_>,
        (candles, start): (&[Candle], usize),
        words: &mut [u64],
    ) {
        let (done, rest) = words.split_at_mut(at * WORDS);
        let words = &mut rest[..WORDS];
        let of = |condition: Condition| &done[condition.0 * WORDS..][..WORDS];
        let column = |column: Column| filled.column(column);
        match self.0[at] {
            Made::Compare(relation, left, right) => {
                compare(relation, column(left), column(right), words);
            }
            Made::FarBelow(bands) => {
                let (above_mean, deviation) = (column(bands.above_mean), column(bands.deviation));
                bollinger::far_below(bands, (above_mean, deviation), (candles, start), words);
            }
            Made::Truth(truth) => bits(column(truth), column(truth), words, |it, _| 0.5 < it),
            Made::And(left, right) => join(words, of(left), of(right), |one, other| one & other),
            Made::Or(left, right) => join(words, of(left), of(right), |one, other| one | other),
            Made::Not(negated) => join(words, of(negated), of(negated), |one, _| !one),
        }
    }
}

impl Condition {
    /// Its words among those of all.
    pub(super) fn of(self, words: &[u64]) -> &[u64] {
        &words[self.0 * WORDS..][..WORDS]
    }
}

fn sums_of(closes: Option<&Closes>) -> &Closes {
    closes.expect("there are no means without sums")
}

fn join(words: &mut [u64], left: &[u64], right: &[u64], of: impl Fn(u64, u64) -> u64) {
    for ((word, left), right) in words.iter_mut().zip(left).zip(right) {
        *word = of(*left, *right);
    }
}

fn compare(relation: Relation, left: &[f64], right: &[f64], words: &mut [u64]) {
    #[expect(clippy::float_cmp, reason = "rules compare exactly")]
    match relation {
        Relation::Above => bits(left, right, words, |left, right| left > right),
        Relation::AtLeast => bits(left, right, words, |left, right| left >= right),
        Relation::Equal => bits(left, right, words, |left, right| left == right),
        Relation::NotEqual => {
            bits(left, right, words, |left, right| left < right || right < left);
        }
    }
}

/// A bit for each pair that `holds`. Eight candles stand side by side, which is how compilers see
/// that many pairs can be compared at once.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the comparison has to be inside the loop")]
pub(super) fn bits(
    left: &[f64],
    right: &[f64],
    words: &mut [u64],
    holds: impl Fn(f64, f64) -> bool,
) {
    let pairs = left.as_chunks::<64>().0.iter().zip(right.as_chunks::<64>().0);
    for (word, (left, right)) in words.iter_mut().zip(pairs) {
        let mut lanes = [0_u64; 8];
        for (row, (left, right)) in
            left.as_chunks::<8>().0.iter().zip(right.as_chunks::<8>().0).enumerate()
        {
            for lane in 0..8 {
                let bit = 1_u64 << (row * 8 + lane);
                lanes[lane] |= if holds(left[lane], right[lane]) { bit } else { 0 };
            }
        }
        *word = lanes.iter().fold(0, |word, lane| word | lane);
    }
}

/// Means of the last `count` closes at the candles in `range`. Sums are whole and below 2^52, so
/// the division is the only step that rounds: equal means are equal numbers.
#[expect(clippy::cast_precision_loss, reason = "sums are below 2^52")]
fn means(sums: &[i64], count: usize, range: &Range<usize>, tile: &mut [f64]) {
    let (first, warm) = warmed(count, range, tile);
    if warm.is_empty() {
        return;
    }
    let (after, before) = (&sums[first..=range.end], &sums[first - count..]);
    let divisor = count as f64;
    for ((value, after), before) in warm.iter_mut().zip(after).zip(before) {
        *value = (after - before) as f64 / divisor;
    }
}

/// Of a tile what has `count` candles behind it, and how many candles its first number is about;
/// what comes before is undefined.
pub(super) fn warmed<'a>(
    count: usize,
    range: &Range<usize>,
    tile: &'a mut [f64],
) -> (usize, &'a mut [f64]) {
    let undefined = count.saturating_sub(range.start + 1).min(range.len());
    let (cold, warm) = tile[..range.len()].split_at_mut(undefined);
    cold.fill(f64::NAN);
    (range.start + undefined + 1, warm)
}
