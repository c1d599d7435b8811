//! The way of all accounts through a window, on as many threads as there are.
//!
//! The one invariant: what is computed once for a tile is computed once for all threads, and each
//! account goes its way alone.

use std::{
    ops::Range,
    sync::{Mutex, RwLock},
};

use strategies::rules::Graph;
use trading_types::Price;

use super::{
    account::{Account, Shared, Wishes},
    board::{BUFFERS, Board, Task},
    columns::{Chunk, Columns, Condition, Conditions, Filled},
    exits::levels,
    market::{Closes, TILE, Tile},
    plan::Plan,
};

/// The most accounts of a part: their bits stay near the processor.
const PART_MAX: usize = 2_500;
/// The least, so that taking a part costs nothing beside walking it.
const PART_MIN: usize = 32;
/// Parts and chunks for each thread, so that nobody waits long for the slowest.
const PARTS_A_THREAD: usize = 2;
const CHUNKS_A_THREAD: usize = 4;

/// What is walked through.
pub(super) struct Walk<'a> {
    pub(super) shared: Shared<'a>,
    pub(super) closes: Option<&'a Closes>,
    pub(super) graph: &'a Graph,
    pub(super) tick: Price,
    pub(super) window: Range<usize>,
}

/// An account with what it wishes, and its place among those that were asked for.
pub(super) struct Run {
    pub(super) place: usize,
    pub(super) plan: Plan,
    pub(super) account: Account,
}

/// Some of the accounts, and the conditions they look at.
struct Part {
    conditions: Vec<Condition>,
    runs: Vec<Run>,
}

/// What is known of a tile.
struct Buffer {
    tile: RwLock<Tile>,
    values: Vec<RwLock<Vec<f64>>>,
}

/// All that threads share.
struct Field<'a> {
    walk: &'a Walk<'a>,
    /// How many columns there are.
    columns: usize,
    conditions: Conditions,
    chunks: Vec<Mutex<Chunk>>,
    buffers: Vec<Buffer>,
    parts: Vec<Mutex<Part>>,
}

const NOBODY_PANICS: &str = "the board ends everything when a thread panics";

impl Walk<'_> {
    /// Leads all accounts through the window.
    #[expect(clippy::disallowed_methods, reason = "threads that share what they compute")]
    pub(super) fn run(&self, columns: Columns, runs: Vec<Run>, threads: usize) -> Vec<Run> {
        let field = Field::new(self, columns, runs, threads);
        let tiles = self.window.len().div_ceil(TILE);
        let board = Board::new([field.chunks.len(), field.parts.len(), tiles], threads);
        let work = || {
            let mut words = field.conditions.room();
            board.work(|task| field.work(task, &mut words));
        };
        std::thread::scope(|scope| {
            for _ in 1..threads.min(field.parts.len().max(1)) {
                scope.spawn(work);
            }
            work();
        });
        let parts = field.parts.into_iter();
        parts.flat_map(|it| it.into_inner().expect(NOBODY_PANICS).runs).collect()
    }
}

impl<'a> Field<'a> {
    fn new(walk: &'a Walk<'a>, columns: Columns, mut runs: Vec<Run>, threads: usize) -> Self {
        let chunks = if threads == 1 { 1 } else { CHUNKS_A_THREAD * threads };
        let count = columns.count();
        let (chunks, conditions) = columns.into_chunks(chunks.min(count).max(1));
        let buffer = || Buffer {
            tile: RwLock::default(),
            values: chunks.iter().map(|it| RwLock::new(it.room())).collect(),
        };
        let buffers = (0..BUFFERS).map(|_| buffer()).collect();
        let parts = if threads == 1 { 1 } else { PARTS_A_THREAD * threads };
        let size = runs.len().div_ceil(parts).clamp(PART_MIN, PART_MAX);
        let mut parts = Vec::new();
        while !runs.is_empty() {
            let rest = runs.split_off(runs.len().min(size));
            let wanted = runs.iter().flat_map(|it| [it.plan.enter, it.plan.exit]);
            let part = Part { conditions: conditions.needed(wanted), runs };
            parts.push(Mutex::new(part));
            runs = rest;
        }
        let chunks = chunks.into_iter().map(Mutex::new).collect();
        Self { walk, columns: count, conditions, chunks, buffers, parts }
    }

    fn work(&self, task: Task, words: &mut [u64]) {
        match task {
            Task::Fill { chunk, tile } => self.fill(chunk, tile),
            Task::Walk { part, tile } => self.lead(part, tile, words),
        }
    }

    /// The candles of a tile.
    fn range(&self, tile: usize) -> Range<usize> {
        let Range { start, end } = self.walk.window;
        let start = start + tile * TILE;
        start..end.min(start + TILE)
    }

    fn fill(&self, chunk: usize, tile: usize) {
        let Walk { shared, closes, ref window, .. } = *self.walk;
        let (buffer, range) = (&self.buffers[tile % BUFFERS], self.range(tile));
        if chunk == 0 {
            let mut tile = buffer.tile.write().expect(NOBODY_PANICS);
            tile.fill(shared.money, shared.candles, &range, window.end);
        }
        let mut values = buffer.values[chunk].write().expect(NOBODY_PANICS);
        let mut chunk = self.chunks[chunk].lock().expect(NOBODY_PANICS);
        chunk.fill(shared.candles, closes, &range, &mut values);
    }

    fn lead(&self, part: usize, tile: usize, words: &mut [u64]) {
        let Walk { shared, graph, tick, .. } = *self.walk;
        let (buffer, range) = (&self.buffers[tile % BUFFERS], self.range(tile));
        let values = buffer.values.iter().map(|it| it.read().expect(NOBODY_PANICS));
        let values: Vec<_> = values.collect();
        let filled = Filled::new(&values, self.columns);
        let tile = buffer.tile.read().expect(NOBODY_PANICS);
        let mut part = self.parts[part].lock().expect(NOBODY_PANICS);
        let candles = (&shared.candles[..range.end], range.start);
        for condition in &part.conditions {
            self.conditions.fill(*condition, &filled, candles, words);
        }
        for Run { plan, account, .. } in &mut part.runs {
            let (enter, exit) = (plan.enter.of(words), plan.exit.of(words));
            let levels = |at: usize| levels(plan, (&filled, graph), tick, (at, tile.close[at]));
            account.walk(shared, &tile, Wishes { enter, exit, plan, levels: &levels });
        }
    }
}
