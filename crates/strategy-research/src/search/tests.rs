//! Every search is decided by its seed, stays on the grid, and finds what is to be found.
#![expect(clippy::float_arithmetic, reason = "scores of a made-up hill")]

use super::*;

fn grid() -> Grid {
    Grid::parse(&["a=1..50", "b=10..100:0.5", "c=only"]).unwrap()
}

/// A hill with its top at place (30, 60).
fn height(places: &[u64]) -> f64 {
    let [a, b] = [places[0], places[1]].map(|it| f64::from(u32::try_from(it).unwrap()));
    -((a - 30.0) * (a - 30.0) + (b - 60.0) * (b - 60.0))
}

fn search(kind: SearchKind, seed: u64, samples: u64) -> Box<dyn Search> {
    let grid = grid();
    match kind {
        SearchKind::Grid => Box::new(Listed::all(&grid, grid.countable().unwrap())),
        SearchKind::Random => Box::new(Listed::random(&grid, samples, seed)),
        SearchKind::Sobol | SearchKind::Tpe | SearchKind::CmaEs => {
            Box::new(ModelSearch::new(&grid, kind, seed).unwrap())
        }
    }
}

fn asked(kind: SearchKind, seed: u64, samples: usize) -> Vec<Places> {
    let mut search = search(kind, seed, samples as u64);
    let mut all = Vec::new();
    while all.len() < samples {
        let batch = search.ask();
        if batch.is_empty() {
            break;
        }
        search.tell(&batch.iter().map(|it| Some(height(it))).collect::<Vec<_>>());
        all.extend(batch);
    }
    all
}

#[test]
fn a_seed_decides_and_everything_is_on_the_grid() {
    for (name, kind) in SearchKind::ALL {
        let once = asked(kind, 7, 200);
        assert_eq!(once, asked(kind, 7, 200), "{name}");
        if kind != SearchKind::Grid {
            assert_ne!(once, asked(kind, 8, 200), "{name}");
        }
        assert!(once.iter().all(|it| it[0] < 50 && it[1] < 181 && it[2] == 0), "{name}");
        assert_eq!(name.parse::<SearchKind>(), Ok(kind));
    }
    assert!("tpee".parse::<SearchKind>().unwrap_err().to_string().contains("tpe, cma-es"));
}

#[test]
fn those_that_learn_find_the_top() {
    // What is asked late lies about the top; what chance asks does not.
    let late = |kind, seed| {
        let found = asked(kind, seed, 240);
        let mut heights: Vec<f64> = found[160..].iter().map(|it| height(it)).collect();
        backtest_statistics::quantiles::median(&mut heights).unwrap()
    };
    for seed in 0..8 {
        let [tpe, cma_es, random] =
            [SearchKind::Tpe, SearchKind::CmaEs, SearchKind::Random].map(|kind| late(kind, seed));
        assert!(random * 0.25 < tpe, "{seed}: {tpe} is no better than {random}");
        assert!(random * 0.01 < cma_es, "{seed}: {cma_es} is no better than {random}");
    }
}

/// Axes of the same length are told apart.
#[test]
fn axes_that_look_alike_are_not_mixed_up() {
    let grid = Grid::parse(&["a=1..60", "b=1..60"]).unwrap();
    let mut search = ModelSearch::new(&grid, SearchKind::Tpe, 1).unwrap();
    let mut late = Vec::new();
    for round in 0..40 {
        let batch = search.ask();
        let height = |it: &Places| -real_distance(it[0], 5) - real_distance(it[1], 55);
        search.tell(&batch.iter().map(|it| Some(height(it))).collect::<Vec<_>>());
        if 30 <= round {
            late.extend(batch);
        }
    }
    let near = late.iter().filter(|it| it[0] < 25 && 35 < it[1]).count();
    assert!(late.len() / 2 < near, "{near} of {}", late.len());
}

fn real_distance(one: u64, other: u64) -> f64 {
    let distance = f64::from(u32::try_from(one.abs_diff(other)).unwrap());
    distance * distance
}

#[test]
fn random_never_asks_twice_and_gives_all_of_a_small_grid() {
    let drawn = asked(SearchKind::Random, 1, 500);
    let different: BTreeSet<&Places> = drawn.iter().collect();
    assert_eq!((drawn.len(), different.len()), (500, 500));
    let small = Grid::parse(&["a=1..5"]).unwrap();
    assert_eq!(Listed::random(&small, 100, 1).ask().len(), 5);
    let huge = Grid::parse(&["a=1..10000", "b=1..10000", "c=1..10000"]).unwrap();
    assert_eq!(Listed::random(&huge, 1_000, 1).ask().len(), 1_000);
}

#[test]
fn sobol_is_even() {
    let mut quarters = [0_u32; 4];
    for places in asked(SearchKind::Sobol, 5, 256) {
        quarters[usize::from(25 <= places[0]) + 2 * usize::from(91 <= places[1])] += 1;
    }
    assert!(quarters.iter().all(|it| it.abs_diff(64) <= 6), "{quarters:?}");
}

#[test]
fn what_cannot_be_is_told_and_goes_on() {
    for kind in [SearchKind::Tpe, SearchKind::CmaEs] {
        let mut search = search(kind, 1, 0);
        for _ in 0..20 {
            let batch = search.ask();
            search.tell(&batch.iter().map(|_| None).collect::<Vec<_>>());
        }
        assert!(!search.ask().is_empty());
    }
}
