//! Who does what next: threads fill columns tile by tile and walk accounts over what is filled.
//!
//! The one invariant: each column and each account sees its tiles in their order, whoever takes
//! them, so that what comes of it does not depend on threads. Whoever is free takes what is behind.

use std::sync::{Condvar, Mutex, MutexGuard};

/// Tiles whose columns are kept: one is filled while another is walked over.
pub(super) const BUFFERS: usize = 2;

/// A piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// To compute a chunk of the columns at a tile.
    Fill { chunk: usize, tile: usize },
    /// To lead a part of the accounts over a tile.
    Walk { part: usize, tile: usize },
}

/// Something that goes through all tiles.
#[derive(Clone, Copy, Debug, Default)]
struct Lane {
    /// The tile that comes next.
    next: usize,
    is_busy: bool,
}

#[derive(Debug)]
struct State {
    chunks: Vec<Lane>,
    parts: Vec<Lane>,
    /// A thread has panicked: nobody waits for it.
    is_over: bool,
}

/// All that is to be done over so many tiles.
#[derive(Debug)]
pub(super) struct Board {
    state: Mutex<State>,
    changed: Condvar,
    tiles: usize,
    /// By how many tiles filling goes ahead of walking, where there is a choice.
    ahead: usize,
}

impl Board {
    pub(super) fn new([chunks, parts, tiles]: [usize; 3], threads: usize) -> Self {
        let lanes = |count| vec![Lane::default(); count];
        let state = State { chunks: lanes(chunks), parts: lanes(parts), is_over: false };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            tiles,
            ahead: usize::from(1 < threads),
        }
    }

    /// Does what there is to do until all is done. To be called by every thread.
    pub(super) fn work(&self, mut work: impl FnMut(Task)) {
        while let Some(task) = self.take() {
            let mut alarm = Alarm { board: self, is_done: false };
            work(task);
            alarm.is_done = true;
            self.put(task);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics who has it")
    }

    fn take(&self) -> Option<Task> {
        let mut state = self.state();
        loop {
            if state.is_over || state.parts.iter().all(|it| it.next == self.tiles) {
                return None;
            }
            if let Some(task) = state.next(self.tiles, self.ahead) {
                state.lane(task).is_busy = true;
                return Some(task);
            }
            state = self.changed.wait(state).expect("nobody panics who has it");
        }
    }

    fn put(&self, task: Task) {
        let mut state = self.state();
        let lane = state.lane(task);
        *lane = Lane { next: lane.next + 1, is_busy: false };
        drop(state);
        self.changed.notify_all();
    }
}

impl State {
    fn lane(&mut self, task: Task) -> &mut Lane {
        match task {
            Task::Fill { chunk, .. } => &mut self.chunks[chunk],
            Task::Walk { part, .. } => &mut self.parts[part],
        }
    }

    fn next(&self, tiles: usize, ahead: usize) -> Option<Task> {
        let least = |lanes: &[Lane]| lanes.iter().map(|it| it.next).min().unwrap_or(tiles);
        let (filled, walked) = (least(&self.chunks), least(&self.parts));
        let walk = first(&self.parts, filled.min(tiles));
        let fill = first(&self.chunks, tiles.min(walked + BUFFERS));
        let walk = walk.map(|part| Task::Walk { part, tile: self.parts[part].next });
        let fill = fill.map(|chunk| Task::Fill { chunk, tile: self.chunks[chunk].next });
        match (walk, fill) {
            (Some(Task::Walk { tile: walk, .. }), Some(Task::Fill { tile, .. }))
                if tile <= walk + ahead =>
            {
                fill
            }
            _ => walk.or(fill),
        }
    }
}

/// The lane that is furthest behind of those that nobody has and that may go on: its next tile is
/// before `end`.
fn first(lanes: &[Lane], end: usize) -> Option<usize> {
    let free = lanes.iter().enumerate().filter(|(_, it)| !it.is_busy && it.next < end);
    free.min_by_key(|(_, it)| it.next).map(|(at, _)| at)
}

/// Calls off what others wait for when its thread panics.
struct Alarm<'a> {
    board: &'a Board,
    is_done: bool,
}

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            self.board.state().is_over = true;
            self.board.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests;
