//! Who does what next: threads fill columns tile by tile and walk accounts over what is filled.
//!
//! The one invariant: each column and each account sees its tiles in their order, whoever takes
//! them, so that what comes of it does not depend on threads. Whoever is free takes what is behind.

use std::sync::{Condvar, Mutex, MutexGuard};

/// Tiles whose columns are kept where threads share them: some are filled while others are walked
/// over. So many that who is free does not stand by while another is kept from its processor.
const BUFFERS: usize = 3;
/// By so many tiles a thread goes ahead of others with what it has near by.
const STAY: usize = 16;

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
    buffers: usize,
}

impl Board {
    pub(super) fn new([chunks, parts, tiles]: [usize; 3], threads: usize) -> Self {
        let lanes = |count| vec![Lane::default(); count];
        let state = State { chunks: lanes(chunks), parts: lanes(parts), is_over: false };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            tiles,
            // What one thread has filled it finds near by, if it fills it in one place.
            buffers: if threads == 1 { 1 } else { BUFFERS },
        }
    }

    /// Tiles whose columns are kept: the next takes the place of the first of them.
    pub(super) const fn buffers(&self) -> usize {
        self.buffers
    }

    /// Does what there is to do until all is done. To be called by every thread.
    pub(super) fn work(&self, mut work: impl FnMut(Task)) {
        let mut own = None;
        while let Some(task) = self.take(own) {
            if let Task::Walk { part, .. } = task {
                own = Some(part);
            }
            let mut alarm = Alarm { board: self, is_done: false };
            work(task);
            alarm.is_done = true;
            self.put(task);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics who has it")
    }

    fn take(&self, own: Option<usize>) -> Option<Task> {
        let mut state = self.state();
        loop {
            if state.is_over || state.parts.iter().all(|it| it.next == self.tiles) {
                return None;
            }
            if let Some(task) = state.next(own, self.tiles, self.buffers) {
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

    fn next(&self, own: Option<usize>, tiles: usize, buffers: usize) -> Option<Task> {
        let least = |lanes: &[Lane]| lanes.iter().map(|it| it.next).min().unwrap_or(tiles);
        let (filled, walked) = (least(&self.chunks), least(&self.parts));
        let end = filled.min(tiles);
        let near = own.filter(|part| {
            let Lane { next, is_busy } = self.parts[*part];
            !is_busy && next < end.min(walked + STAY)
        });
        let walk = near.or_else(|| first(&self.parts, end));
        let fill = first(&self.chunks, tiles.min(walked + buffers));
        let walk = walk.map(|part| Task::Walk { part, tile: self.parts[part].next });
        let fill = fill.map(|chunk| Task::Fill { chunk, tile: self.chunks[chunk].next });
        match (walk, fill) {
            (Some(Task::Walk { tile: walk, .. }), Some(Task::Fill { tile, .. }))
                if tile <= walk + usize::from(1 < buffers) =>
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
