//! Laws over random records, delays and strategies.

use std::{collections::BTreeMap, time::Duration};

use exchange_simulator::{
    Delay, Prng,
    replay::{Fills, OrderNumber, QueueModel, ReplayNews, ReplayReport, ReplayTerms, Tick},
};
use proptest::prelude::*;
use trading_types::{Amount, Quantity, Side, Timestamp};

use super::{
    super::{FeedLatency, TickDesk, TickOutcome, TickSettings, TickStrategy},
    settings,
};
use crate::tick_strategies::{EmaTaker, MarketMaker, Requote};

/// Does something at random with every trade, and keeps when each order was sent.
struct Restless {
    prng: Prng,
    sent: BTreeMap<OrderNumber, Timestamp>,
    heard: Vec<(Timestamp, ReplayReport)>,
    money: (Amount, Quantity),
}

impl TickStrategy for Restless {
    fn on_trade(&mut self, trade: &Tick, desk: &mut TickDesk) {
        let side = if self.prng.below(2) == 0 { Side::Buy } else { Side::Sell };
        let away = i64::try_from(self.prng.below(8)).unwrap() - 3;
        let steps = trade.steps() + if side == Side::Buy { -away } else { away };
        let terms = match self.prng.below(4) {
            0 => ReplayTerms::Market,
            1 => ReplayTerms::PostOnly { steps },
            2 => ReplayTerms::ImmediateOrCancel { steps },
            _ => ReplayTerms::Limit { steps },
        };
        let oldest = desk.orders().keys().next().copied();
        if let Some(oldest) = oldest.filter(|_| self.prng.below(3) == 0) {
            desk.cancel(oldest);
        }
        let number = desk.place(side, Quantity::from_units(30_000_000), terms);
        self.sent.insert(number, desk.now());
    }

    fn on_report(&mut self, report: &ReplayReport, desk: &mut TickDesk) {
        self.heard.push((desk.now(), *report));
        self.money = (desk.cash(), desk.base());
    }
}

/// A seeded walk of a book with trades, in messages of bid and ask.
fn record(seed: u64, trades: u64) -> Vec<Tick> {
    let mut prng = Prng::from_seed(seed);
    let mut time = Timestamp::from_seconds(1).unwrap();
    let mut bid = 1_000;
    let mut ticks = Vec::new();
    for _ in 0..trades {
        time = time + prng.duration_between(Duration::ZERO, Duration::from_millis(40));
        bid += i64::try_from(prng.below(5)).unwrap() - 2;
        let mut units = || Quantity::from_units(i64::try_from(prng.below(90_000_000)).unwrap());
        let (bids, asks, sold) = (units(), units(), units());
        ticks.push(Tick::level(Side::Buy, bid, bids, time).unfinished());
        ticks.push(Tick::level(Side::Sell, bid + 2, asks, time));
        let taker = if prng.below(2) == 0 { Side::Buy } else { Side::Sell };
        ticks.push(Tick::trade(taker, bid + if taker == Side::Buy { 2 } else { 0 }, sold, time));
    }
    // The last reports arrive too.
    let quiet = time + Duration::from_mins(1);
    ticks.push(Tick::level(Side::Buy, 1, Quantity::ZERO, quiet));
    ticks
}

fn delay() -> impl Strategy<Value = Delay> {
    (0..50_u64, 0..80_u64).prop_map(|(min, more)| Delay {
        min: Duration::from_millis(min),
        max: Duration::from_millis(min + more),
    })
}

fn models() -> impl Strategy<Value = (QueueModel, Fills)> {
    let queue = prop_oneof![Just(QueueModel::RiskAverse), Just(QueueModel::Proportional)];
    (queue, prop_oneof![Just(Fills::Partial), Just(Fills::Whole)])
}

fn run(settings: &TickSettings, ticks: &[Tick], strategy: &mut dyn TickStrategy) -> TickOutcome {
    settings.run(ticks.iter().copied().map(Ok::<_, ()>), strategy).unwrap()
}

fn few() -> ProptestConfig {
    ProptestConfig { cases: 60, failure_persistence: None, ..Default::default() }
}

proptest! {
    #![proptest_config(few())]

    /// No fill before the order can have arrived, no news before it can have traveled, and in the
    /// end we know what the exchange knows.
    #[test]
    fn nothing_happens_too_early(
        seed: u64,
        delays in [delay(), delay(), delay()],
        (queue, fills) in models(),
    ) {
        let mut settings = settings();
        settings.seed = seed;
        (settings.replay.queue, settings.replay.fills) = (queue, fills);
        settings.latency.feed = FeedLatency::Drawn(delays[0]);
        settings.latency.entry = delays[1];
        settings.latency.response = delays[2];
        let money = (settings.replay.cash, settings.replay.base);
        let mut restless = Restless {
            prng: Prng::from_seed(seed),
            sent: BTreeMap::new(),
            heard: Vec::new(),
            money,
        };
        let ticks = record(seed, 60);
        let outcome = run(&settings, &ticks, &mut restless);
        for record in &outcome.tally.fills {
            prop_assert!(restless.sent[&record.order] + delays[1].min <= record.time);
        }
        let mut last = Timestamp::EPOCH;
        let mut happened = Timestamp::EPOCH;
        for (heard, report) in &restless.heard {
            prop_assert!(report.time + delays[2].min <= *heard);
            prop_assert!(last <= *heard && happened <= report.time);
            (last, happened) = (*heard, report.time);
        }
        let filled = |report: &ReplayReport| matches!(report.news, ReplayNews::Filled(_));
        let heard_fills = restless.heard.iter().filter(|(_, it)| filled(it)).count();
        prop_assert_eq!(heard_fills, outcome.tally.fills.len());
        prop_assert_eq!(restless.money, (outcome.account.cash(), outcome.account.base()));
        let fees: Amount = outcome.tally.fills.iter().map(|it| it.fill.fee).sum();
        prop_assert_eq!(fees, outcome.account.fees());
    }

    /// One seed, one run; and a maker that amends keeps at most one quote on each side.
    #[test]
    fn a_seed_decides_the_run(seed: u64, delays in [delay(), delay()], (queue, fills) in models()) {
        let mut settings = settings();
        settings.seed = seed;
        (settings.replay.queue, settings.replay.fills) = (queue, fills);
        (settings.latency.entry, settings.latency.response) = (delays[0], delays[1]);
        let ticks = record(seed, 200);
        for requote in [Requote::Replace, Requote::Amend] {
            let mut maker = MarketMaker::new(Quantity::from_units(20_000_000), 2, 3);
            maker.requote = requote;
            let mut outcomes = Vec::new();
            for _ in 0..2 {
                outcomes.push(run(&settings, &ticks, &mut maker.clone()));
            }
            prop_assert_eq!(&outcomes[0].tally.fills, &outcomes[1].tally.fills);
            prop_assert_eq!(&outcomes[0].tally.equity, &outcomes[1].tally.equity);
        }
        let mut taker = EmaTaker::new(3, 9, Quantity::from_units(20_000_000));
        let outcome = run(&settings, &ticks, &mut taker);
        prop_assert_eq!(outcome.tally.maker_fills, 0);
    }
}
