//! Everything is done once, in order, never before what it needs.

use std::sync::Mutex;

use super::*;

/// What was begun and what was ended, in the order it was.
fn run(lanes: [usize; 3], threads: usize) -> Vec<(Task, bool)> {
    let board = Board::new(lanes, threads);
    let log = Mutex::new(Vec::new());
    let work = || {
        board.work(|task| {
            log.lock().unwrap().push((task, false));
            std::thread::yield_now();
            log.lock().unwrap().push((task, true));
        });
    };
    #[expect(clippy::disallowed_methods, reason = "a test of threads")]
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    log.into_inner().unwrap()
}

fn check(lanes: [usize; 3], threads: usize) {
    let [chunks, parts, tiles] = lanes;
    let log = run(lanes, threads);
    let ended = log.iter().filter(|(_, is_end)| *is_end).count();
    let walks = log.iter().filter(|(it, end)| *end && matches!(it, Task::Walk { .. })).count();
    assert_eq!((log.len(), walks), (2 * ended, parts * tiles), "{lanes:?} {threads}");
    let (mut filled, mut walked) = (vec![0; chunks], vec![0; parts]);
    for (task, is_end) in log {
        match task {
            Task::Fill { chunk, tile } => {
                assert_eq!(tile, filled[chunk]);
                assert!(walked.iter().all(|it| tile < it + BUFFERS), "columns are still in use");
                filled[chunk] += usize::from(is_end);
            }
            Task::Walk { part, tile } => {
                assert_eq!(tile, walked[part]);
                assert!(filled.iter().all(|it| tile < *it), "columns are not there yet");
                walked[part] += usize::from(is_end);
            }
        }
    }
}

#[test]
fn everything_is_done_in_order() {
    for threads in [1, 2, 3, 8] {
        for lanes in [[1, 1, 1], [1, 1, 9], [4, 2, 40], [2, 7, 33], [8, 1, 20], [3, 3, 0]] {
            check(lanes, threads);
        }
    }
}

#[test]
fn whoever_panics_ends_it_for_all() {
    let board = Board::new([2, 4, 50], 2);
    #[expect(clippy::disallowed_methods, reason = "a test of threads")]
    std::thread::scope(|scope| {
        let failing = scope.spawn(|| {
            board.work(|task| assert!(!matches!(task, Task::Walk { tile: 3, .. }), "on purpose"));
        });
        let other = scope.spawn(|| {
            board.work(|task| assert!(!matches!(task, Task::Walk { tile: 3, .. }), "on purpose"));
        });
        let failed = [failing.join().is_err(), other.join().is_err()];
        assert!(failed.contains(&true));
    });
}
