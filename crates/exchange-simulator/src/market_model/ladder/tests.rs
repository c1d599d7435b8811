//! A side has ten levels, best first, and tells what changed and nothing else.

use super::*;
use crate::fixture::{amount, price, quantity, rules};

fn ladder(side: Side) -> Ladder {
    let settings = MarketModelSettings::demo(rules(), price("60000"), 1);
    Ladder::new(side, &settings)
}

fn ticks(ladder: &Ladder) -> Vec<i64> {
    ladder.levels.iter().map(|level| level.ticks).collect()
}

#[test]
fn the_best_level_is_where_it_is_told_to_be() {
    let mut chance = Chance::from_seed(1);
    for (side, bests) in
        [(Side::Buy, [600_000, 600_050, 599_000]), (Side::Sell, [600_002, 599_000, 600_900])]
    {
        let mut ladder = ladder(side);
        for best in bests {
            ladder.follow(best, &mut chance);
            let levels = ticks(&ladder);
            assert_eq!((levels[0], levels.len()), (best, ladder.depth));
            let in_order = |pair: &[i64]| ladder.is_better(pair[0], pair[1]);
            assert!(levels.windows(2).all(in_order), "{levels:?}");
        }
    }
}

#[test]
fn changes_told_one_after_the_other_are_the_ladder() {
    let mut chance = Chance::from_seed(1);
    let mut ladder = ladder(Side::Buy);
    let mut told = BTreeMap::new();
    for step in 0..500 {
        ladder.follow(600_000 + (step * 37) % 211, &mut chance);
        ladder.take_best(quantity("0.3"));
        for level in ladder.take_changes() {
            if level.quantity.is_zero() {
                told.remove(&level.price);
            } else {
                told.insert(level.price, level.quantity);
            }
        }
        let levels = ladder.levels.iter().rev();
        let levels: Vec<_> =
            levels.map(|it| (super::price(it.ticks, ladder.tick), it.quantity)).collect();
        assert_eq!(told.clone().into_iter().collect::<Vec<_>>(), levels);
    }
}

#[test]
fn a_taker_empties_level_after_level_but_not_the_last() {
    let mut chance = Chance::from_seed(1);
    let mut ladder = ladder(Side::Sell);
    ladder.follow(600_000, &mut chance);
    let all = quantity("1000");
    for level in ladder.levels.clone() {
        assert_eq!(ladder.take_best(all), (super::price(level.ticks, ladder.tick), level.quantity));
    }
    assert_eq!(ladder.levels.len(), 1);
    assert_eq!(ladder.levels[0].quantity, rules().lot);
    let least = ladder.quantity_worth(0.000_000_1, amount("1"));
    assert_eq!(least, rules().quantity_min);
}
