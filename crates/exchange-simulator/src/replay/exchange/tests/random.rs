//! Thousands of random markets: the exchange tells what its twin tells, and keeps the laws.

use std::collections::BTreeMap;

use proptest::prelude::*;
use trading_types::{Liquidity, Quantity, Side, Timestamp};

use super::{
    Fills, QueueModel, settings,
    twin::{Told, Twin, TwinFill},
};
use crate::{
    fixture::{amount, quantity, quick},
    replay::{
        command::{OrderNumber, ReplayAmend, ReplayCommand, ReplayOrder, ReplayTerms},
        exchange::ReplayExchange,
        report::{ReplayNews, ReplayReport},
        tick::{Tick, TickKind},
    },
};

#[derive(Clone, Debug)]
enum Act {
    Tick(TickKind, i64, i64),
    /// The number is filled in when it is played.
    Place(ReplayOrder),
    Amend(u64, Option<i64>, Option<i64>),
    Cancel(u64),
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

/// Few prices, so that they meet.
fn steps() -> impl Strategy<Value = i64> {
    prop_oneof![20 => 995..1_005_i64, 1 => 990..1_010_i64, 1 => Just(1_000_000), 1 => Just(0)]
}

/// Hundredths of a bitcoin, sometimes odd.
fn units() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => (0..40_i64).prop_map(|it| it * 1_000_000),
        1 => 0..3_000_000_i64,
        1 => (0..20_i64).prop_map(|it| it * 100_000_000),
    ]
}

fn terms() -> impl Strategy<Value = ReplayTerms> {
    prop_oneof![
        1 => Just(ReplayTerms::Market),
        4 => steps().prop_map(|steps| ReplayTerms::Limit { steps }),
        2 => steps().prop_map(|steps| ReplayTerms::PostOnly { steps }),
        1 => steps().prop_map(|steps| ReplayTerms::ImmediateOrCancel { steps }),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let level = (side(), steps(), units(), 0..3_u8).prop_map(|(side, steps, units, gone)| {
        Act::Tick(TickKind::Level(side), steps, if gone == 0 { 0 } else { units })
    });
    let trade = (side(), steps(), units())
        .prop_map(|(side, steps, units)| Act::Tick(TickKind::Trade(side), steps, units));
    let order = (side(), units(), terms()).prop_map(|(side, units, terms)| {
        let quantity = Quantity::from_units(units);
        Act::Place(ReplayOrder { number: OrderNumber(0), side, quantity, terms })
    });
    let amend = (0..12_u64, prop::option::of(units()), prop::option::of(steps()))
        .prop_map(|(number, total, steps)| Act::Amend(number, total, steps));
    prop_oneof![
        12 => level,
        6 => trade,
        6 => order,
        3 => amend,
        2 => (0..12_u64).prop_map(Act::Cancel),
        1 => (side(), steps()).prop_map(|(side, it)| Act::Tick(TickKind::Forget(side), it, 0)),
        1 => Just(Act::Tick(TickKind::Clear, 0, 0)),
    ]
}

fn bare(report: &ReplayReport) -> Told {
    let number = report.number.0;
    let name = |why: &dyn std::fmt::Display| -> &'static str { Box::leak(why.to_string().into()) };
    match report.news {
        ReplayNews::Accepted => Told::Accepted(number),
        ReplayNews::Refused(why) => Told::Refused(number, name(&why)),
        ReplayNews::Canceled { rest } => Told::Canceled(number, rest.units()),
        ReplayNews::CancelRefused => Told::NotThere(number),
        ReplayNews::Amended { steps, rest } => Told::Amended(number, steps, rest.units()),
        ReplayNews::AmendRefused(why) => Told::Stays(number, name(&why)),
        ReplayNews::Filled(fill) => Told::Filled(
            number,
            TwinFill {
                steps: fill.steps,
                quantity: fill.quantity.units(),
                cost: fill.cost.units(),
                fee: fill.fee.units(),
                liquidity: fill.liquidity,
                rest: fill.rest.units(),
            },
        ),
    }
}

/// Plays acts against the exchange, and calls `after` each with what it told.
fn play(
    exchange: &mut ReplayExchange,
    acts: &[Act],
    mut after: impl FnMut(&ReplayExchange, &Act, Option<ReplayCommand>, &[ReplayReport]),
) {
    let mut last = 0;
    for (act, second) in acts.iter().zip(1..) {
        let now = Timestamp::from_seconds(second).unwrap();
        let command = match act.clone() {
            Act::Tick(kind, steps, units) => {
                let quantity = Quantity::from_units(units);
                exchange.handle_tick(&Tick::new(kind, steps, quantity, now));
                None
            }
            Act::Place(order) => {
                last += 1;
                Some(ReplayCommand::Place(ReplayOrder { number: OrderNumber(last), ..order }))
            }
            Act::Amend(back, total, steps) => {
                let number = OrderNumber(last.saturating_sub(back));
                let quantity = total.map(Quantity::from_units);
                Some(ReplayCommand::Amend(ReplayAmend { number, quantity, steps }))
            }
            Act::Cancel(back) => {
                Some(ReplayCommand::Cancel(OrderNumber(last.saturating_sub(back))))
            }
        };
        if let Some(command) = command {
            exchange.handle(command, now);
        }
        let told: Vec<_> = std::iter::from_fn(|| exchange.poll_report()).collect();
        after(exchange, act, command, &told);
    }
}

fn models() -> impl Strategy<Value = (QueueModel, Fills)> {
    let queue = prop_oneof![Just(QueueModel::RiskAverse), Just(QueueModel::Proportional)];
    (queue, prop_oneof![Just(Fills::Partial), Just(Fills::Whole)])
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec(act(), 1..120)
}

fn many() -> proptest::test_runner::Config {
    proptest::test_runner::Config { cases: 400, ..quick() }
}

proptest! {
    #![proptest_config(many())]

    #[test]
    fn the_exchange_tells_what_its_twin_tells(
        acts in acts(),
        (queue, fills) in models(),
        shown in prop::option::of(1..4_u32),
        cash in 0..3_000_i64,
    ) {
        let mut settings = settings(queue, fills);
        settings.levels_shown = shown;
        settings.cash = amount(&cash.to_string());
        settings.base = quantity("5");
        let mut twin = Twin::new(queue, fills, shown.map(|it| usize::try_from(it).unwrap()));
        twin.cash = settings.cash.units();
        twin.base = settings.base.units().into();
        let mut exchange = ReplayExchange::new(settings);
        play(&mut exchange, &acts, |exchange, act, command, told| {
            match (act, command) {
                (Act::Tick(kind, steps, units), _) => twin.tick(*kind, *steps, *units),
                (_, Some(command)) => twin.command(command),
                (_, None) => unreachable!("what is no tick is a command"),
            }
            let told: Vec<Told> = told.iter().map(bare).collect();
            assert_eq!(told, std::mem::take(&mut twin.told), "after {act:?}");
            let account = exchange.account();
            assert_eq!(account.cash().units(), twin.cash);
            assert_eq!(i128::from(account.base().units()), twin.base);
            assert_eq!(account.fees().units(), twin.fees);
            let held = (account.held_cash().units(), account.held_base().units().into());
            assert_eq!(held, twin.held());
        });
    }

    /// No trade at a worse price than the limit, none of more than was left, none of an order that
    /// is not open, none as taker that must not; and the money is the sum of the trades.
    #[test]
    fn every_trade_is_allowed(acts in acts(), (queue, fills) in models()) {
        let settings = settings(queue, fills);
        let (mut cash, mut base) = (settings.cash, settings.base);
        let mut open: BTreeMap<OrderNumber, (Side, ReplayTerms, Quantity)> = BTreeMap::new();
        let mut exchange = ReplayExchange::new(settings);
        play(&mut exchange, &acts, |exchange, act, command, told| {
            if let Some(ReplayCommand::Place(order)) = command {
                open.insert(order.number, (order.side, order.terms, order.quantity));
            }
            let mut traded = Quantity::ZERO;
            for ReplayReport { number, news, .. } in told {
                match news {
                    ReplayNews::Filled(fill) => {
                        let (side, terms, rest) = open.get_mut(number).expect("it is open");
                        assert_eq!(*side, fill.side);
                        assert!(fill.quantity.is_positive() && fill.quantity <= *rest);
                        *rest -= fill.quantity;
                        assert_eq!(*rest, fill.rest);
                        let limit = terms.limit();
                        assert!(limit.is_none_or(|limit| match side {
                            Side::Buy => fill.steps <= limit,
                            Side::Sell => limit <= fill.steps,
                        }));
                        let is_post_only = matches!(terms, ReplayTerms::PostOnly { .. });
                        assert!(!is_post_only || fill.liquidity == Liquidity::Maker);
                        if fill.liquidity == Liquidity::Maker {
                            assert_eq!(limit, Some(fill.steps));
                            traded += fill.quantity;
                        }
                        match side {
                            Side::Buy => (cash, base) =
                                (cash - fill.cost - fill.fee, base + fill.quantity),
                            Side::Sell => (cash, base) =
                                (cash + fill.cost - fill.fee, base - fill.quantity),
                        }
                        if fill.rest.is_zero() {
                            open.remove(number);
                        }
                    }
                    ReplayNews::Refused(_) | ReplayNews::Canceled { .. } => {
                        open.remove(number).expect("it was open");
                    }
                    &ReplayNews::Amended { steps, rest } => {
                        let (_, terms, left) = open.get_mut(number).expect("it is open");
                        *terms = match terms {
                            ReplayTerms::PostOnly { .. } => ReplayTerms::PostOnly { steps },
                            ReplayTerms::Market
                            | ReplayTerms::Limit { .. }
                            | ReplayTerms::ImmediateOrCancel { .. } => ReplayTerms::Limit { steps },
                        };
                        *left = rest;
                    }
                    ReplayNews::Accepted
                    | ReplayNews::CancelRefused
                    | ReplayNews::AmendRefused(_) => (),
                }
            }
            // No more rests and trades than came.
            if let Act::Tick(_, _, units) = act
                && fills == Fills::Partial
            {
                assert!(traded.units() <= *units, "{traded} traded after {act:?}");
            }
            assert_eq!((exchange.account().cash(), exchange.account().base()), (cash, base));
            assert_eq!(exchange.open_orders(), open.len());
        });
    }
}
