//! Grids as they are typed: what they hold, in which order, and what is refused with which words.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(texts: &[&str], expect: &str) {
    let found = match Grid::parse(texts).and_then(|grid| Ok((grid.countable()?, grid))) {
        Ok((count, grid)) => {
            let all: Vec<String> =
                (0..count).map(|number| grid.at(&grid.places(number)).to_string()).collect();
            all.join(" | ")
        }
        Err(error) => error.to_string(),
    };
    assert_eq!(found, expect, "{texts:?}");
}

#[test]
fn the_last_axis_turns_fastest() {
    check(&["a=1..3:1"], "a=1 | a=2 | a=3");
    check(&["a=5,10", "b=x, y"], "a=5 b=x | a=5 b=y | a=10 b=x | a=10 b=y");
    check(&["stop=2*atr(14),5%"], "stop=2*atr(14) | stop=5%");
}

#[test]
fn ranges_are_exact_and_hold_their_ends() {
    check(&["a=0.1..0.3:0.1"], "a=0.1 | a=0.2 | a=0.3");
    check(&["a=5..10:2"], "a=5 | a=7 | a=9");
    check(&["a=5..5"], "a=5");
    check(&["a= 1 .. 2 "], "a=1 | a=2");
    check(&["a=-1..1:1"], "a=-1 | a=0 | a=1");
}

#[test]
fn what_is_no_grid_is_refused_with_what_to_write() {
    check(&[], "there is no grid; give at least one --grid key=first..last:step");
    check(&["a"], "`a` is not a grid; write key=5..104:1, or key=5,10,20");
    check(&["=1..2"], "`=1..2` is not a grid; write key=5..104:1, or key=5,10,20");
    check(&["a=1,,2"], "`a=1,,2` is not a grid; write key=5..104:1, or key=5,10,20");
    check(&["a=x..2"], "`x` in `a=x..2` is not a number with at most eight decimals");
    check(
        &["a=1..2:0.000000001"],
        "`0.000000001` in `a=1..2:0.000000001` is not a number with at most eight decimals",
    );
    let empty = "has no value: give first..last:step with a step above zero and first ≤ last";
    check(&["a=3..1:1"], &format!("`a=3..1:1` {empty}"));
    check(&["a=1..3:0"], &format!("`a=1..3:0` {empty}"));
    check(&["a=1..3:-1"], &format!("`a=1..3:-1` {empty}"));
    check(&["a=1,2", "a=3"], "`a` is in the grid twice; give all its values at once, as a=5,10,20");
    check(&["a=1,2,1"], "`1` is given twice for `a`");
}

#[test]
fn a_grid_that_cannot_be_swept_says_how_large_it_is() {
    check(
        &["a=1..10000", "b=1..10000", "c=1..10000"],
        "the grid has 1,000,000,000,000 variants (10000 a × 10000 b × 10000 c), more than the \
         250000 that one sweep tries; use wider steps, or draw some of them: --search random \
         --samples 10000",
    );
    let axes: Vec<String> = (0..9).map(|at| format!("k{at}=0..90000000000:0.00000001")).collect();
    let grid = Grid::parse(&axes).unwrap();
    assert_eq!(grid.count().to_string(), "more than 10^38");
    assert!(grid.countable().is_err());
    // Of which places can be named all the same.
    assert_eq!(grid.at(&[0, 1, 2, 3, 4, 5, 6, 7, 8]).settings[1].1, "0.00000001");
}

proptest! {
    #[test]
    fn numbers_and_places_are_the_same(
        lengths in prop::collection::vec(1_u64..6, 1..5), at in any::<prop::sample::Index>()
    ) {
        let texts: Vec<String> =
            lengths.iter().enumerate().map(|(at, length)| format!("k{at}=1..{length}")).collect();
        let grid = Grid::parse(&texts).unwrap();
        let count = grid.countable().unwrap();
        prop_assert_eq!(count, lengths.iter().product::<u64>());
        let number = at.index(usize::try_from(count).unwrap()) as u64;
        prop_assert_eq!(grid.number(&grid.places(number)), Some(number));
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,40}") {
        if let Ok(grid) = Grid::parse(&[text]) {
            let _ = grid.count().to_string();
            let places: Vec<u64> = grid.axes().iter().map(|it| it.count() - 1).collect();
            let _ = grid.at(&places);
        }
    }
}
