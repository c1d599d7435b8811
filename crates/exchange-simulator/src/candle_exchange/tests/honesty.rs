//! A candle never flatters: whatever way the price really took through it, who trades against the
//! candle does not end up with more than who trades along that way.

use proptest::prelude::*;
use trading_types::{Price, Quantity};

use super::*;

/// What somebody does who has one bitcoin to sell, or wants to buy one.
#[derive(Clone, Copy, Debug)]
enum Plan {
    /// Owns one: a stop below and a target above.
    Leave { stop: i64, target: i64 },
    /// Buys when the price has risen to `entry`, and rests a stop below it.
    Breakout { entry: i64, stop: i64 },
    /// Rests a buy at `entry`, and once it has it a stop below.
    Dip { entry: i64, stop: i64 },
}

fn at(tick: i64) -> Price {
    Price::from_units(tick * 1_000_000_000)
}

/// A way of single ticks, as ticks of 0.1; it begins at 100.
fn any_way() -> impl Strategy<Value = Vec<i64>> {
    prop::collection::vec(prop::bool::ANY, 0..400).prop_map(|rises| {
        let mut tick = 1_000;
        let mut way = vec![tick];
        for rise in rises {
            tick += if rise { 1 } else { -1 };
            way.push(tick);
        }
        way
    })
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let near = || 1_i64..15;
    prop_oneof![
        (near(), near())
            .prop_map(|(below, above)| Plan::Leave { stop: 1_000 - below, target: 1_000 + above }),
        (near(), near()).prop_map(|(above, below)| Plan::Breakout {
            entry: 1_000 + above,
            stop: 1_000 + above - below
        }),
        (near(), near()).prop_map(|(below, deeper)| Plan::Dip {
            entry: 1_000 - below,
            stop: 1_000 - below - deeper
        }),
    ]
}

/// What the plan makes along the real way, in ticks: what was sold less what was bought, and the
/// bitcoin at the last price if there is one.
fn along_the_way(plan: Plan, way: &[i64]) -> i64 {
    let owns_one = matches!(plan, Plan::Leave { .. });
    let (mut cash, mut owned, mut is_over) = (0, i64::from(owns_one), false);
    for tick in way {
        let (entry, stop, target) = match plan {
            Plan::Leave { stop, target } => (None, stop, target),
            Plan::Breakout { entry, stop } => ((entry <= *tick).then_some(entry), stop, i64::MAX),
            Plan::Dip { entry, stop } => ((*tick < entry).then_some(entry), stop, i64::MAX),
        };
        if let Some(entry) = entry.filter(|_| owned == 0 && !is_over) {
            cash -= entry;
            owned = 1;
        }
        if owned == 1 && (*tick <= stop || target <= *tick) {
            cash += tick;
            (owned, is_over) = (0, true);
        }
    }
    cash + owned * way[way.len() - 1]
}

/// What the plan makes against the candle of the way.
fn against_the_candle(plan: Plan, way: &[i64]) -> i64 {
    let mut desk = Desk::with(|settings| {
        let zero = Fraction::ZERO;
        settings.rules.fees = trading_types::FeeSchedule::flat(zero, zero);
    });
    desk.candle("100 100 100 100");
    let one = quantity("1");
    let sell_stop = |tick: i64| stop(9, Side::Sell, "1", &at(tick).to_string());
    match plan {
        Plan::Leave { stop, target } => {
            desk.place(sell_stop(stop));
            let direction = Direction::Rising;
            desk.exchange.set_watches(&[PriceWatch { pair: pair(), price: at(target), direction }]);
        }
        Plan::Breakout { entry, .. } => {
            let direction = Direction::Rising;
            desk.exchange.set_watches(&[PriceWatch { pair: pair(), price: at(entry), direction }]);
        }
        Plan::Dip { entry, .. } => {
            desk.place(limit(1, Side::Buy, "1", &at(entry).to_string()));
        }
    }
    desk.poll();
    let extreme =
        |pick: fn(std::slice::Iter<'_, i64>) -> Option<&i64>| at(*pick(way.iter()).unwrap());
    let (high, low) = (extreme(|way| way.max()), extreme(|way| way.min()));
    let close = at(way[way.len() - 1]);
    let before = worth(&desk, close);
    desk.exchange.begin_candle(&candle(HOUR, &format!("100 {high} {low} {close}")));
    while let Some((_, event)) = desk.exchange.poll_output() {
        match (event, plan) {
            (VenueEvent::Market(MarketEvent::Reached { .. }), Plan::Leave { .. }) => {
                desk.command(&VenueCommand::CancelAll).place(market(2, Side::Sell, "1"));
                desk.exchange.set_watches(&[]);
            }
            (VenueEvent::Market(MarketEvent::Reached { .. }), Plan::Breakout { stop, .. }) => {
                desk.place(market(1, Side::Buy, "1")).place(sell_stop(stop));
                desk.exchange.set_watches(&[]);
            }
            (VenueEvent::Account(AccountEvent::Traded(fill)), Plan::Dip { stop, .. })
                if fill.side == Side::Buy =>
            {
                desk.place(sell_stop(stop));
            }
            (VenueEvent::Account(AccountEvent::Completed { .. }), Plan::Leave { .. }) => {
                desk.exchange.set_watches(&[]);
            }
            (VenueEvent::Market(_) | VenueEvent::Account(_) | VenueEvent::Link(_), _) => (),
        }
    }
    let after = worth(&desk, close);
    let made = (after - before).units() / 10_i128.pow(17);
    let owned = i128::from(matches!(plan, Plan::Leave { .. })) * (close * one).units();
    i64::try_from(made + owned / 10_i128.pow(17)).unwrap()
}

fn worth(desk: &Desk, price: Price) -> Amount {
    let bitcoins = desk.exchange.balance(asset("BTC")).total;
    price * Quantity::floor_from(bitcoins) + desk.exchange.balance(asset("USD")).total
}

proptest! {
    #![proptest_config(quick())]

    #[test]
    fn a_candle_never_flatters(way in any_way(), plan in any_plan()) {
        prop_assert!(against_the_candle(plan, &way) <= along_the_way(plan, &way));
    }

    /// And where the candle leaves no doubt, it is exact.
    #[test]
    fn a_candle_is_exact_where_it_leaves_no_doubt(way in any_way(), plan in any_plan()) {
        let (high, low) = (way.iter().max().unwrap(), way.iter().min().unwrap());
        let is_in_doubt = match plan {
            Plan::Leave { stop, target } => *low <= stop && target <= *high,
            Plan::Breakout { entry, stop } => *low <= stop && entry <= *high,
            Plan::Dip { .. } => false,
        };
        if !is_in_doubt {
            prop_assert_eq!(against_the_candle(plan, &way), along_the_way(plan, &way));
        }
    }
}
