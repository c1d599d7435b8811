//! Variants over one window, on as many threads as there are.
//!
//! **Law.** The rows are the same whatever the number of threads, and whichever of them were known
//! from an earlier, interrupted sweep. What is done when it is stopped stays done.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::{ControlFlow, Range},
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
};

use crate::{
    evaluate::{Evaluate, EvaluateError, Row, Unfit, Variant, Want},
    grid::{Grid, GridError, VARIANTS_MAX},
    metric::Metric,
    search::{Listed, ModelSearch, Places, Search, SearchFault, SearchKind},
};

/// Batches in a row that brought nothing new end a search.
const IDLE_BATCHES_MAX: u32 = 50;

/// What is to be swept.
#[derive(Clone, Debug)]
pub struct SweepRequest<'a> {
    /// What is varied.
    pub grid: &'a Grid,
    /// How variants are chosen.
    pub search: SearchKind,
    /// How many are tried, where not all are.
    pub samples: u64,
    /// Decides what is left to chance.
    pub seed: u64,
    /// What makes one better than another.
    pub metric: Metric,
    /// What has to be known of each.
    pub want: Want,
    /// Over which candles.
    pub window: Range<usize>,
    /// How many threads work.
    pub threads: usize,
}

/// A variant that has just been run.
#[derive(Debug)]
pub struct Done<'a> {
    /// Its places on the axes.
    pub places: &'a [u64],
    /// Its figures.
    pub row: &'a Row,
    /// How many are done.
    pub done: u64,
    /// How many there will be.
    pub total: u64,
}

/// A variant and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// Its places on the axes.
    pub places: Places,
    /// Its settings.
    pub variant: Variant,
    /// Its figures.
    pub row: Row,
}

/// What a sweep comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Swept {
    /// What was run, in the order of the grid.
    pub tried: Vec<Tried>,
    /// How many were passed over because their values do not fit together.
    pub impossible: u64,
    /// Why the first of them does not.
    pub contradiction: Option<String>,
    /// Whether it was stopped before its end.
    pub is_partial: bool,
}

/// Why there is no sweep.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SweepError {
    /// The grid.
    #[error(transparent)]
    Grid(#[from] GridError),
    /// More samples than are kept.
    #[error("{0} samples are more than the {VARIANTS_MAX} that one sweep tries; ask for fewer")]
    Samples(u64),
    /// The search.
    #[error(transparent)]
    Search(#[from] SearchFault),
    /// What all variants share, or a setting that does not exist.
    #[error(transparent)]
    Unfit(Unfit),
    /// Every variant contradicts itself.
    #[error("no variant of the grid can be run: {0}")]
    NothingFits(String),
    /// Something else than the engine evaluated a variant, and not as the engine does.
    #[error("{0}")]
    Differs(String),
    /// Running failed.
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
}

impl Swept {
    /// The best by `metric`, the first of equals; nothing when none has the figure.
    pub fn best(&self, metric: Metric) -> Option<&Tried> {
        let has_figure = self.tried.iter().filter(|it| metric.score(&it.row).is_finite());
        has_figure.reduce(
            |best, it| {
                if metric.score(&best.row) < metric.score(&it.row) { it } else { best }
            },
        )
    }

    /// All, the best first; equals in the order of the grid.
    pub fn ranked(&self, metric: Metric) -> Vec<&Tried> {
        let mut ranked: Vec<&Tried> = self.tried.iter().collect();
        ranked.sort_by(|one, other| metric.score(&other.row).total_cmp(&metric.score(&one.row)));
        ranked
    }
}

/// Sweeps. `known` are rows from before; `watch` is told of every new one and may end it, as may
/// `stop`.
pub fn sweep(
    request: &SweepRequest<'_>,
    evaluator: &dyn Evaluate,
    known: &dyn Fn(&[u64]) -> Option<Row>,
    stop: &AtomicBool,
    watch: &mut dyn FnMut(&Done<'_>) -> ControlFlow<()>,
) -> Result<Swept, SweepError> {
    let (mut search, total) = search_of(request)?;
    let mut sweeper = Sweeper {
        request,
        evaluator,
        stop,
        watch,
        total,
        rows: BTreeMap::new(),
        impossible: BTreeSet::new(),
        contradiction: None,
        is_partial: false,
    };
    let mut idle = 0;
    loop {
        let batch = search.ask();
        if batch.is_empty() {
            break;
        }
        let before = sweeper.seen();
        sweeper.run(&batch, known)?;
        if sweeper.is_partial || total <= sweeper.seen() {
            break;
        }
        idle = if before < sweeper.seen() { 0 } else { idle + 1 };
        if idle == IDLE_BATCHES_MAX {
            break;
        }
        search.tell(&batch.iter().map(|places| sweeper.score(places)).collect::<Vec<_>>());
    }
    sweeper.finish()
}

/// The search, and how many variants it will try at most.
fn search_of(request: &SweepRequest<'_>) -> Result<(Box<dyn Search>, u64), SweepError> {
    let SweepRequest { grid, search, samples, seed, .. } = *request;
    let count = grid.countable();
    if search == SearchKind::Grid {
        let count = count?;
        return Ok((Box::new(Listed::all(grid, count)), count));
    }
    if VARIANTS_MAX < samples {
        return Err(SweepError::Samples(samples));
    }
    let total = count.map_or(samples, |count| count.min(samples));
    Ok(match search {
        SearchKind::Random => (Box::new(Listed::random(grid, samples, seed)), total),
        SearchKind::Grid | SearchKind::Sobol | SearchKind::Tpe | SearchKind::CmaEs => {
            (Box::new(ModelSearch::new(grid, search, seed)?), total)
        }
    })
}

struct Sweeper<'a> {
    request: &'a SweepRequest<'a>,
    evaluator: &'a dyn Evaluate,
    stop: &'a AtomicBool,
    watch: &'a mut dyn FnMut(&Done<'_>) -> ControlFlow<()>,
    total: u64,
    rows: BTreeMap<Places, (Variant, Row)>,
    impossible: BTreeSet<Places>,
    contradiction: Option<String>,
    is_partial: bool,
}

/// What is still to be run.
struct Todo {
    places: Vec<Places>,
    variants: Vec<Variant>,
}

impl Sweeper<'_> {
    fn seen(&self) -> u64 {
        (self.rows.len() + self.impossible.len()) as u64
    }

    fn score(&self, places: &[u64]) -> Option<f64> {
        self.rows.get(places).map(|(_, row)| self.request.metric.score(row))
    }

    fn run(
        &mut self,
        batch: &[Places],
        known: &dyn Fn(&[u64]) -> Option<Row>,
    ) -> Result<(), SweepError> {
        let mut todo = Todo { places: Vec::new(), variants: Vec::new() };
        let mut new = BTreeSet::new();
        for places in batch {
            let is_seen = self.rows.contains_key(places) || self.impossible.contains(places);
            let is_enough = self.total <= self.seen() + todo.places.len() as u64;
            if is_seen || is_enough || !new.insert(places) {
                continue;
            }
            let variant = self.request.grid.at(places);
            match self.evaluator.check(&variant) {
                Ok(()) => {}
                Err(Unfit::Contradiction(reason)) => {
                    self.contradiction.get_or_insert(reason);
                    self.impossible.insert(places.clone());
                    continue;
                }
                Err(wrong @ Unfit::Wrong { .. }) => return Err(SweepError::Unfit(wrong)),
            }
            if let Some(row) = known(places) {
                self.rows.insert(places.clone(), (variant, row));
            } else {
                todo.places.push(places.clone());
                todo.variants.push(variant);
            }
        }
        if self.evaluator.is_threaded() { self.run_in_turn(&todo) } else { self.run_tiles(&todo) }
    }

    /// One tile after the other, each on all threads.
    fn run_in_turn(&mut self, todo: &Todo) -> Result<(), SweepError> {
        let (evaluator, stop) = (self.evaluator, self.stop);
        let SweepRequest { ref window, want, threads, .. } = *self.request;
        let tile = evaluator.tile().max(1);
        for (at, variants) in (0..).step_by(tile).zip(todo.variants.chunks(tile)) {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let rows = evaluator.evaluate_on(threads.max(1), variants, window, want)?;
            if self.take(todo, at, rows).is_break() {
                self.is_partial |= self.seen() < self.total;
                return Ok(());
            }
        }
        self.is_partial |= stop.load(Ordering::Relaxed) && self.seen() < self.total;
        Ok(())
    }

    /// Spreads what is to be run over threads. Each takes the next tile when it is free.
    #[expect(clippy::disallowed_methods, reason = "one of two places of sweeps that have threads")]
    fn run_tiles(&mut self, todo: &Todo) -> Result<(), SweepError> {
        let (evaluator, stop) = (self.evaluator, self.stop);
        let SweepRequest { ref window, want, threads, .. } = *self.request;
        // No thread stands by while another has all there is to do.
        let tile = evaluator.tile().min(todo.variants.len().div_ceil(threads.max(1))).max(1);
        let (next, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
        // Nobody runs far ahead of what is kept.
        let (send, receive) = mpsc::sync_channel(threads.max(1));
        let work = |send: mpsc::SyncSender<_>| {
            while !stop.load(Ordering::Relaxed) && !is_over.load(Ordering::Relaxed) {
                let at = next.fetch_add(tile, Ordering::Relaxed);
                if todo.variants.len() <= at {
                    break;
                }
                let variants = &todo.variants[at..todo.variants.len().min(at + tile)];
                if send.send((at, evaluator.evaluate(variants, window, want))).is_err() {
                    break;
                }
            }
        };
        let mut failed: Option<EvaluateError> = None;
        std::thread::scope(|scope| {
            for _ in 0..threads.max(1).min(todo.variants.len().div_ceil(tile)) {
                let send = send.clone();
                scope.spawn(|| work(send));
            }
            drop(send);
            for (at, rows) in receive {
                match rows {
                    Ok(rows) => {
                        if self.take(todo, at, rows).is_break() {
                            is_over.store(true, Ordering::Relaxed);
                        }
                    }
                    Err(error) => {
                        failed.get_or_insert(error);
                        is_over.store(true, Ordering::Relaxed);
                    }
                }
            }
        });
        let is_told = stop.load(Ordering::Relaxed) || is_over.load(Ordering::Relaxed);
        self.is_partial |= is_told && self.seen() < self.total;
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    fn take(&mut self, todo: &Todo, at: usize, rows: Vec<Row>) -> ControlFlow<()> {
        let mut flow = ControlFlow::Continue(());
        for (at, row) in (at..).zip(rows) {
            let (places, variant) = (&todo.places[at], &todo.variants[at]);
            let done = self.seen() + 1;
            let told = Done { places, row: &row, done, total: self.total };
            if (self.watch)(&told).is_break() {
                flow = ControlFlow::Break(());
            }
            self.rows.insert(places.clone(), (variant.clone(), row));
        }
        flow
    }

    fn finish(self) -> Result<Swept, SweepError> {
        if let (true, false, Some(reason)) =
            (self.rows.is_empty(), self.is_partial, &self.contradiction)
        {
            return Err(SweepError::NothingFits(reason.clone()));
        }
        let tried = self.rows.into_iter();
        let tried = tried.map(|(places, (variant, row))| Tried { places, variant, row });
        Ok(Swept {
            tried: tried.collect(),
            impossible: self.impossible.len() as u64,
            contradiction: self.contradiction,
            is_partial: self.is_partial,
        })
    }
}

#[cfg(test)]
mod tests;
