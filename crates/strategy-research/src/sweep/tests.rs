//! The same rows on any number of threads, after any interruption.

use std::cell::RefCell;

use super::*;
use crate::samples::Hill;

fn request(grid: &Grid, search: SearchKind, threads: usize) -> SweepRequest<'_> {
    SweepRequest {
        grid,
        search,
        samples: 120,
        seed: 9,
        metric: Metric::NetProfit,
        want: Want::Trades,
        window: 0..10,
        threads,
    }
}

fn grid() -> Grid {
    Grid::parse(&["a=1..20", "b=5..60:5"]).unwrap()
}

fn run(request: &SweepRequest<'_>) -> Swept {
    let never = AtomicBool::new(false);
    sweep(request, &Hill, &|_| None, &never, &mut |_| ControlFlow::Continue(())).unwrap()
}

#[test]
fn threads_do_not_matter_and_the_top_is_found() {
    let grid = grid();
    for (name, kind) in SearchKind::ALL {
        let one = run(&request(&grid, kind, 1));
        for threads in [2, 3, 16] {
            assert_eq!(one, run(&request(&grid, kind, threads)), "{name} on {threads}");
        }
        assert!(one.tried.is_sorted_by_key(|it| it.places.clone()), "{name}");
    }
    let all = run(&request(&grid, SearchKind::Grid, 2));
    assert_eq!((all.tried.len() as u64 + all.impossible, all.impossible), (240, 3));
    assert_eq!(all.best(Metric::NetProfit).unwrap().variant.to_string(), "a=7 b=40");
    assert_eq!(all.ranked(Metric::NetProfit)[1].variant.to_string(), "a=6 b=40");
    let some = run(&request(&grid, SearchKind::Random, 2));
    assert_eq!(some.tried.len() as u64 + some.impossible, 120);
}

#[test]
fn an_interrupted_sweep_is_gone_on_with() {
    let grid = grid();
    for (name, kind) in SearchKind::ALL {
        let request = request(&grid, kind, 2);
        let whole = run(&request);
        let stop = AtomicBool::new(false);
        let known: RefCell<BTreeMap<Places, Row>> = RefCell::default();
        let mut rounds = 0;
        loop {
            let before = known.borrow().len();
            let mut watch = |done: &Done<'_>| {
                known.borrow_mut().insert(done.places.to_vec(), done.row.clone());
                let enough = before + 20 <= known.borrow().len();
                if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            let from = known.borrow().clone();
            let done = sweep(&request, &Hill, &|it| from.get(it).cloned(), &stop, &mut watch);
            let done = done.unwrap();
            rounds += 1;
            if !done.is_partial {
                assert_eq!(done, whole, "{name}");
                break;
            }
            assert!(done.tried.iter().all(|it| whole.tried.contains(it)), "{name}");
        }
        assert!(1 < rounds, "{name} was never interrupted");
    }
}

#[test]
fn a_stop_before_the_beginning_leaves_nothing_done() {
    let grid = grid();
    let stop = AtomicBool::new(true);
    let request = request(&grid, SearchKind::Grid, 2);
    let mut watch = |_: &Done<'_>| ControlFlow::Continue(());
    let swept = sweep(&request, &Hill, &|_| None, &stop, &mut watch).unwrap();
    assert!(swept.is_partial && swept.tried.is_empty());
}

#[track_caller]
fn check_refused(texts: &[&str], samples: u64, kind: SearchKind, expect: &str) {
    let grid = Grid::parse(texts).unwrap();
    let request = SweepRequest { samples, ..request(&grid, kind, 2) };
    let never = AtomicBool::new(false);
    let mut watch = |_: &Done<'_>| ControlFlow::Continue(());
    let error = sweep(&request, &Hill, &|_| None, &never, &mut watch).unwrap_err().to_string();
    assert!(error.contains(expect), "{error}");
}

#[test]
fn what_cannot_be_swept_is_refused() {
    let huge = ["a=1..10000", "b=1..10000", "c=1..10000"];
    check_refused(&huge, 10, SearchKind::Grid, "1,000,000,000,000 variants");
    check_refused(&huge, 300_000, SearchKind::Random, "300000 samples are more than");
    check_refused(&["a=-1..1"], 10, SearchKind::Grid, "a is negative");
    check_refused(&["a=10", "b=10"], 10, SearchKind::Grid, "no variant of the grid can be run");
}

#[test]
fn a_huge_grid_can_be_drawn_from() {
    let grid = Grid::parse(&["a=1..10000", "b=1..10000", "c=1..10000"]).unwrap();
    for kind in [SearchKind::Random, SearchKind::Sobol, SearchKind::Tpe, SearchKind::CmaEs] {
        let swept = run(&SweepRequest { samples: 64, ..request(&grid, kind, 2) });
        assert_eq!(swept.tried.len() as u64 + swept.impossible, 64, "{kind}");
    }
}
