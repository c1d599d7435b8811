//! Who learns what when, and that nothing arrives before it can.

use std::{convert::Infallible, time::Duration};

use exchange_simulator::{
    Delay,
    replay::{
        Fills, OrderNumber, QueueModel, ReplayAmend, ReplayNews, ReplayReport, ReplaySettings,
        ReplayTerms, Tick, TickKind,
    },
};
use trading_types::{KrakenPairs, Quantity, Side, Timestamp};

use super::{FeedLatency, TickDesk, TickLatency, TickOutcome, TickSettings, TickStrategy};

mod laws;

/// A strategy that acts at set moments and writes down what reaches it, each with the milliseconds
/// at which it did.
#[derive(Default)]
pub(super) struct Script {
    /// At the trade with this number, from one: what to do.
    acts: Vec<(u64, Act)>,
    trades: u64,
    diary: Vec<String>,
    reports: Vec<(Timestamp, ReplayReport)>,
}

#[derive(Clone, Copy)]
enum Act {
    Place(Side, &'static str, ReplayTerms),
    Cancel(u64),
    Amend(u64, i64),
}

impl Script {
    fn note(&mut self, what: &str, desk: &TickDesk) {
        self.diary.push(format!("{} {what}", millis(desk.now())));
    }
}

impl TickStrategy for Script {
    fn on_trade(&mut self, trade: &Tick, desk: &mut TickDesk) {
        self.trades += 1;
        self.note(&format!("trade at {}", trade.steps()), desk);
        for (at, act) in self.acts.clone() {
            if at != self.trades {
                continue;
            }
            match act {
                Act::Place(side, quantity, terms) => {
                    desk.place(side, quantity.parse().unwrap(), terms);
                }
                Act::Cancel(number) => desk.cancel(OrderNumber(number)),
                Act::Amend(number, steps) => desk.amend(ReplayAmend {
                    number: OrderNumber(number),
                    quantity: None,
                    steps: Some(steps),
                }),
            }
        }
    }

    fn on_book(&mut self, desk: &mut TickDesk) {
        let best = |side| desk.book().best(side).map_or("-".to_owned(), |it| it.to_string());
        self.note(&format!("book {} {}", best(Side::Buy), best(Side::Sell)), desk);
    }

    fn on_report(&mut self, report: &ReplayReport, desk: &mut TickDesk) {
        self.reports.push((desk.now(), *report));
        let number = report.number.0;
        let known = desk.orders().get(&report.number);
        let known = known.map_or("gone".to_owned(), |it| format!("{:?}", it.standing));
        let news = match report.news {
            ReplayNews::Filled(fill) => format!("fill {} at {}", fill.quantity, fill.steps),
            ReplayNews::Accepted => "accepted".to_owned(),
            ReplayNews::Refused(why) => format!("refused: {why}"),
            ReplayNews::Canceled { .. } => "canceled".to_owned(),
            ReplayNews::CancelRefused => "not there".to_owned(),
            ReplayNews::Amended { steps, .. } => format!("moved to {steps}"),
            ReplayNews::AmendRefused(why) => format!("stays: {why}"),
        };
        self.note(&format!("{number} {news}, {known}"), desk);
    }
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_nanos(millis * 1_000_000)
}

fn millis(time: Timestamp) -> u64 {
    time.nanos() / 1_000_000
}

fn fixed(millis: u64) -> Delay {
    let delay = Duration::from_millis(millis);
    Delay { min: delay, max: delay }
}

fn level(side: Side, steps: i64, quantity: &str, millis: u64) -> Tick {
    Tick::level(side, steps, quantity.parse().unwrap(), at(millis))
}

fn trade(taker: Side, steps: i64, quantity: &str, millis: u64) -> Tick {
    Tick::trade(taker, steps, quantity.parse().unwrap(), at(millis))
}

/// The feed takes 10 ms, commands 20, answers 40.
pub(super) fn settings() -> TickSettings {
    TickSettings {
        replay: ReplaySettings {
            rules: KrakenPairs::recorded().find("BTC/USD").unwrap(),
            cash: "1000000".parse().unwrap(),
            base: "10".parse().unwrap(),
            queue: QueueModel::RiskAverse,
            fills: Fills::Partial,
            levels_shown: None,
        },
        latency: TickLatency {
            feed: FeedLatency::Drawn(fixed(10)),
            entry: fixed(20),
            response: fixed(40),
        },
        seed: 1,
        equity_every: Duration::from_secs(1),
        keeps_fills: true,
    }
}

fn run(settings: &TickSettings, ticks: &[Tick], script: &mut Script) -> TickOutcome {
    let ticks = ticks.iter().copied().map(Ok::<_, Infallible>);
    settings.run(ticks, script).unwrap()
}

fn check(ticks: &[Tick], acts: &[(u64, Act)], diary: &[&str]) -> TickOutcome {
    let mut script = Script { acts: acts.to_vec(), ..Script::default() };
    let outcome = run(&settings(), ticks, &mut script);
    assert_eq!(script.diary, diary);
    outcome
}

/// We see a trade 10 ms late, our order is there 20 ms later, and its fill is told 40 ms after it
/// happened.
#[test]
fn everything_takes_its_time() {
    let outcome = check(
        &[
            level(Side::Buy, 1_000, "1", 0).unfinished(),
            level(Side::Sell, 1_001, "1", 0),
            trade(Side::Buy, 1_001, "0.1", 100),
            // Seen at 135, when the order is at the exchange already.
            trade(Side::Sell, 999, "5", 125),
            // The order is there since 130.
            trade(Side::Sell, 999, "0.5", 150),
            trade(Side::Sell, 999, "5", 300),
        ],
        &[(1, Act::Place(Side::Buy, "2", ReplayTerms::Limit { steps: 1_000 }))],
        &[
            "10 book 1000 1001",
            "110 trade at 1001",
            "135 trade at 999",
            "160 trade at 999",
            "170 1 accepted, Open",
            "190 1 fill 0.5 at 1000, Open",
            "310 trade at 999",
        ],
    );
    assert_eq!((outcome.tally.maker_fills, outcome.tally.taker_fills), (2, 0));
    assert_eq!(outcome.account.base(), "12".parse().unwrap());
    assert_eq!(outcome.best, [Some(1_000), Some(1_001)]);
}

/// The order is sent when the ask is 1001; when it is there, the ask is 1005.
#[test]
fn a_taker_meets_the_book_that_is_there_when_it_arrives() {
    let outcome = check(
        &[
            level(Side::Sell, 1_001, "1", 0),
            trade(Side::Buy, 1_001, "0.1", 100),
            level(Side::Sell, 1_001, "0", 120).unfinished(),
            level(Side::Sell, 1_005, "1", 120),
            level(Side::Sell, 1_003, "1", 200),
        ],
        &[(1, Act::Place(Side::Buy, "0.5", ReplayTerms::Market))],
        &[
            "10 book - 1001",
            "110 trade at 1001",
            "130 book - 1005",
            "170 1 accepted, Open",
            "170 1 fill 0.5 at 1005, gone",
            "210 book - 1003",
        ],
    );
    let record = outcome.tally.fills[0];
    assert_eq!((record.time, record.order), (at(130), OrderNumber(1)));
}

/// A cancel can come too late; and nobody cancels twice.
#[test]
fn a_cancel_races_with_a_fill() {
    check(
        &[
            trade(Side::Buy, 1_001, "0.1", 100),
            trade(Side::Buy, 1_001, "0.1", 200),
            trade(Side::Sell, 999, "1", 215),
            trade(Side::Buy, 1_001, "0.1", 240),
            trade(Side::Buy, 1_001, "0.1", 400),
        ],
        &[
            (1, Act::Place(Side::Buy, "1", ReplayTerms::Limit { steps: 1_000 })),
            (2, Act::Cancel(1)),
            (4, Act::Cancel(1)),
            (5, Act::Cancel(1)),
        ],
        &[
            "110 trade at 1001",
            "170 1 accepted, Open",
            "210 trade at 1001",
            "225 trade at 999",
            "250 trade at 1001",
            "255 1 fill 1 at 1000, gone",
            "270 1 not there, gone",
            "410 trade at 1001",
        ],
    );
}

#[test]
fn amends_travel_too() {
    let outcome = check(
        &[
            trade(Side::Buy, 1_001, "0.1", 100),
            trade(Side::Buy, 1_001, "0.1", 200),
            trade(Side::Sell, 999, "0.4", 300),
            trade(Side::Sell, 990, "0.4", 400),
        ],
        &[
            (1, Act::Place(Side::Buy, "1", ReplayTerms::PostOnly { steps: 1_000 })),
            (2, Act::Amend(1, 995)),
            (4, Act::Amend(7, 995)),
        ],
        &[
            "110 trade at 1001",
            "170 1 accepted, Open",
            "210 trade at 1001",
            "270 1 moved to 995, Open",
            "310 trade at 999",
            "410 trade at 990",
        ],
    );
    assert_eq!(outcome.tally.fills[0].fill.steps, 995);
    // An amend of an order that nobody knows is not sent.
    assert_eq!(outcome.tally.commands, 2);
}

/// Between the ticks of one message the strategy is not asked.
#[test]
fn a_message_is_seen_as_a_whole() {
    check(
        &[
            Tick::new(TickKind::Clear, 0, Quantity::ZERO, at(5)).unfinished(),
            level(Side::Buy, 1_000, "1", 5).unfinished(),
            level(Side::Sell, 1_002, "1", 5),
            level(Side::Buy, 1_000, "0", 7).unfinished(),
            level(Side::Buy, 999, "1", 7),
        ],
        &[],
        &["15 book 1000 1002", "17 book 999 1002"],
    );
}

/// With the recorder's own delays, what it had late we have late; nothing overtakes.
#[test]
fn the_recorded_delays_can_be_used() {
    let mut settings = settings();
    settings.latency.feed = FeedLatency::Recorded;
    let mut script = Script::default();
    run(
        &settings,
        &[
            level(Side::Buy, 1_000, "1", 10).received_at(at(35)),
            level(Side::Buy, 1_001, "1", 20).received_at(at(30)),
            // A recorder's clock that is behind the exchange's.
            level(Side::Buy, 1_002, "1", 50).received_at(at(45)),
        ],
        &mut script,
    );
    assert_eq!(script.diary, ["35 book 1000 -", "35 book 1001 -", "50 book 1002 -"]);
}

#[test]
fn the_equity_is_noted_from_time_to_time_and_at_the_end() {
    let ticks: Vec<Tick> = (0..35_u64).map(|it| level(Side::Buy, 1_000, "1", it * 100)).collect();
    let outcome = run(&settings(), &ticks, &mut Script::default());
    let times: Vec<u64> = outcome.tally.equity.iter().map(|it| millis(it.time)).collect();
    assert_eq!(times, [0, 1_000, 2_000, 3_000, 3_400]);
    // A million, and ten bitcoins at 100 dollars.
    assert!(outcome.tally.equity.iter().all(|it| it.equity == "1001000".parse().unwrap()));
    assert_eq!((outcome.tally.first, outcome.tally.last), (at(0), at(3_400)));
    let nothing = run(&settings(), &[], &mut Script::default());
    assert_eq!((nothing.tally.ticks, nothing.tally.equity.len()), (0, 0));
}
