//! Places in queues, step by step, and the law that they never go backward.

use proptest::prelude::*;
use trading_types::Quantity;

use super::{Place, QueueModel};
use crate::fixture::quick;

#[derive(Clone, Copy, Debug)]
enum Act {
    /// The level is told: before and now.
    Level(i64, i64),
    /// So much trades; so much gets past those in front.
    Trade(i64, i64),
}

fn units(units: i64) -> Quantity {
    Quantity::from_units(units)
}

/// Behind so much, after some acts, so much is in front.
fn check(model: QueueModel, level: i64, acts: &[Act], front: i64) {
    let mut place = Place::behind(units(level));
    for act in acts {
        match *act {
            Act::Level(before, now) => place.level_changed(model, units(before), units(now)),
            Act::Trade(quantity, past) => assert_eq!(place.trade(units(quantity)), units(past)),
        }
    }
    assert_eq!(place.front(), units(front), "behind {level}, after {acts:?}");
}

#[test]
fn the_risk_averse_move_only_by_what_is_proved() {
    use Act::{Level, Trade};
    let check = |level, acts: &[Act], front| check(QueueModel::RiskAverse, level, acts, front);
    check(10, &[], 10);
    check(10, &[Trade(4, 0)], 6);
    check(10, &[Trade(4, 0), Level(10, 6)], 6);
    check(10, &[Trade(10, 0)], 0);
    check(10, &[Trade(13, 3)], 0);
    check(10, &[Trade(13, 3), Trade(1, 1)], 0);
    // Somebody cancels 3: behind us, until the level is smaller than what was in front.
    check(10, &[Level(15, 12)], 10);
    check(10, &[Level(10, 7)], 7);
    check(10, &[Level(10, 30)], 10);
    check(10, &[Level(10, 0), Level(0, 30)], 0);
}

#[test]
fn the_proportional_move_by_their_share_of_what_is_canceled() {
    use Act::{Level, Trade};
    let check = |level, acts: &[Act], front| check(QueueModel::Proportional, level, acts, front);
    // Ten behind came later; half of all that is there goes.
    check(10, &[Level(10, 20), Level(20, 10)], 5);
    // A third of four is rounded up: against us.
    check(4, &[Level(4, 12), Level(12, 4)], 2);
    // What traded is not counted again when the level is told.
    check(10, &[Level(10, 20), Trade(4, 0), Level(20, 16)], 6);
    check(10, &[Level(10, 20), Trade(4, 0), Level(20, 8)], 3);
    // More traded than the level had: it was filled up meanwhile, nobody canceled.
    check(10, &[Trade(4, 0), Level(3, 9)], 6);
    check(10, &[Level(10, 30)], 10);
}

/// Nobody knows how much is in front, until the level is shown.
#[test]
fn a_place_out_of_sight_is_known_when_it_is_seen() {
    for model in [QueueModel::RiskAverse, QueueModel::Proportional] {
        let mut place = Place::UNKNOWN;
        assert_eq!(place.trade(units(1 << 40)), Quantity::ZERO);
        place.level_changed(model, Quantity::ZERO, units(7));
        assert_eq!(place.front(), units(7));
    }
}

proptest! {
    #![proptest_config(quick())]

    #[test]
    fn the_queue_in_front_never_grows(
        level in 0..100_i64,
        told in prop::collection::vec((any::<bool>(), 0..100_i64), 0..30),
        model in prop_oneof![Just(QueueModel::RiskAverse), Just(QueueModel::Proportional)],
    ) {
        let mut place = Place::behind(units(level));
        let mut shown = level;
        for (is_trade, quantity) in told {
            let before = place.front();
            if is_trade {
                let past = place.trade(units(quantity));
                prop_assert_eq!(past, units((quantity - before.units()).max(0)));
            } else {
                place.level_changed(model, units(shown), units(quantity));
                shown = quantity;
                prop_assert!(place.front() <= units(shown));
            }
            prop_assert!(place.front() <= before);
        }
    }

    /// The proportional model is never behind the risk-averse one.
    #[test]
    fn the_risk_averse_are_last(
        level in 0..100_i64,
        told in prop::collection::vec((any::<bool>(), 0..100_i64), 0..30),
    ) {
        let mut places = [Place::behind(units(level)); 2];
        let mut shown = level;
        for (is_trade, quantity) in told {
            for (place, model) in
                places.iter_mut().zip([QueueModel::RiskAverse, QueueModel::Proportional])
            {
                if is_trade {
                    place.trade(units(quantity));
                } else {
                    place.level_changed(model, units(shown), units(quantity));
                }
            }
            if !is_trade {
                shown = quantity;
            }
            prop_assert!(places[1].front() <= places[0].front());
        }
    }
}
