//! One side of a book is a sorted map, wherever its window stands.

use std::collections::BTreeMap;

use proptest::prelude::*;
use trading_types::Quantity;

use super::{Levels, WINDOW_STEPS};
use crate::fixture::quick;

#[derive(Clone, Debug)]
enum Act {
    Set(i64, i64),
    Center(i64),
    Clear,
}

/// Prices near a few places, so that levels meet, and at the edges of windows.
fn price() -> impl Strategy<Value = i64> {
    let near = |middle: i64| (middle - 70..middle + 70).prop_map(|it| it.max(1));
    prop_oneof![
        near(100),
        near(600_000),
        near(WINDOW_STEPS),
        near(600_000 + WINDOW_STEPS / 2),
        near(1 << 40),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        20 => (price(), 0..3_i64).prop_map(|(steps, units)| Act::Set(steps, units)),
        1 => price().prop_map(Act::Center),
        1 => Just(Act::Clear),
    ]
}

proptest! {
    #![proptest_config(quick())]

    /// Wherever the window stands, it is a sorted map.
    #[test]
    fn levels_are_a_sorted_map(
        acts in prop::collection::vec(act(), 0..80),
        looks in prop::collection::vec(price(), 20),
    ) {
        let mut levels = Levels::default();
        let mut twin: BTreeMap<i64, Quantity> = BTreeMap::new();
        for act in acts {
            match act {
                Act::Set(steps, units) => {
                    let quantity = Quantity::from_units(units);
                    let before = twin.insert(steps, quantity).unwrap_or_default();
                    twin.retain(|_, quantity| !quantity.is_zero());
                    prop_assert_eq!(levels.set(steps, quantity), before);
                }
                Act::Center(steps) => {
                    levels.center_on(steps);
                    prop_assert!(levels.covers(steps));
                }
                Act::Clear => {
                    levels.clear();
                    twin.clear();
                }
            }
        }
        for look in looks {
            prop_assert_eq!(levels.at(look), twin.get(&look).copied().unwrap_or_default());
            let above = twin.range(look + 1..).next().map(|(it, _)| *it);
            prop_assert_eq!(levels.above(look), above);
            let below = twin.range(..look).next_back().map(|(it, _)| *it);
            prop_assert_eq!(levels.below(look), below);
        }
        prop_assert_eq!(levels.above(0), twin.keys().next().copied());
        prop_assert_eq!(levels.below(i64::MAX), twin.keys().next_back().copied());
    }
}
