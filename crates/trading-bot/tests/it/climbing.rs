//! A bot on the ladder, over real sockets: its entries are as small as its rung, and a rung that is
//! lost is lost at once.

use std::{collections::BTreeMap, path::Path, time::Duration};

use trading_bot::{
    Told,
    control::{self, Ask},
    ladder_desk::LadderUse,
    ladder_file,
};
use trading_engine::{Report, Role};
use trading_ladder::{
    BacktestEvidence, Day, Evidence, Figures, LadderEvent, LadderOutput, Requirements, Rung,
    Source, Subject, Tracking, TrackingEvidence, TradingMode,
};
use trading_types::{Amount, Fraction, Interval, OrderQuantity, Quantity, Timestamp};

use crate::{run::Run, world::World};

const DAY: Duration = Duration::from_hours(24);

fn uses() -> LadderUse {
    let mut requirements = Requirements::default();
    requirements.backtest.trades_min = 0;
    (requirements.paper.clean_days, requirements.paper.trades) = (1, 0);
    let subject = Subject {
        strategy: "churn".to_owned(),
        settings: BTreeMap::new(),
        pair: "BTC/USD".parse().expect("a pair"),
        interval: Interval::from_minutes(1).expect("a minute"),
        tables: BTreeMap::new(),
        journal_format: 1,
    };
    LadderUse { mode: TradingMode::Live, subject, requirements, requested: None }
}

fn source() -> Source {
    Source { name: "here".to_owned(), hash: "h".to_owned() }
}

/// What a person does at the terminal.
fn person(folder: &Path, event: LadderEvent, now: Timestamp) {
    let LadderUse { subject, requirements, .. } = uses();
    let (mut file, written) = ladder_file::take(folder).expect("nobody has it");
    let mut ladder = written.ladder(requirements).expect("a whole chain");
    let program = env!("CARGO_PKG_VERSION").to_owned();
    ladder.handle(LadderEvent::Configured { subject: Box::new(subject), program }, now);
    ladder.handle(event, now);
    let mut entries = Vec::new();
    while let Some(output) = ladder.poll_output() {
        match output {
            LadderOutput::Append(entry) => entries.push(*entry),
            LadderOutput::Refused(refused) => panic!("{refused}"),
            LadderOutput::RungChanged { .. }
            | LadderOutput::EntryCap(_)
            | LadderOutput::Warning(_) => (),
        }
    }
    file.append(&entries).expect("it can be written");
}

fn backtest(now: Timestamp) -> LadderEvent {
    let figures = Figures {
        from: now - 3 * DAY,
        to: now - DAY,
        candles: 2_880,
        trades: 100,
        refused: 0,
        net_profit: Amount::from_units(1),
        buy_and_hold_profit: Amount::ZERO,
        fees: Amount::ZERO,
        max_drawdown: Fraction::ZERO,
        journal: "j".to_owned(),
    };
    let evidence = BacktestEvidence {
        identity: uses().subject.identity(),
        data: source(),
        split: now - 2 * DAY,
        cash: "10000".parse().expect("cash"),
        slippage: Fraction::ZERO,
        fee_stress: Fraction::from_basis_points(15_000),
        in_sample: figures.clone(),
        out_of_sample: figures.clone(),
        stressed: figures,
        last_price: "60000".parse().expect("a price"),
    };
    LadderEvent::EvidenceFiled {
        by: "ann".to_owned(),
        evidence: Evidence::Backtest(Box::new(evidence)),
    }
}

fn tracking(mode: TradingMode, slipped: i64, (from, to): (Timestamp, Timestamp)) -> LadderEvent {
    let slipped = Fraction::from_basis_points(slipped);
    let tracking = Tracking {
        matched: 60,
        missed: 0,
        extra: 0,
        slippage_mean: slipped,
        slippage_worst: slipped,
    };
    let identity = uses().subject.identity();
    let (happened, expected) = (source(), source());
    let evidence = TrackingEvidence { identity, mode, from, to, happened, expected, tracking };
    LadderEvent::EvidenceFiled {
        by: "ann".to_owned(),
        evidence: Evidence::Tracking(Box::new(evidence)),
    }
}

fn advance(to: Rung) -> LadderEvent {
    LadderEvent::Advance {
        principal: "ann".to_owned(),
        reason: "it behaved".to_owned(),
        to,
        entry_minimum: "6".parse().expect("an amount"),
    }
}

/// From the bottom to tiny entries of 30 USD, in the days before `now`.
fn climb_to_tiny(folder: &Path, now: Timestamp) {
    let begun = now - 4 * DAY;
    person(folder, backtest(begun), begun);
    person(folder, advance(Rung::Paper), begun);
    let day = Day {
        date: begun + DAY,
        mode: TradingMode::Paper,
        ready_seconds: 86_400,
        venue_away_seconds: 0,
        unknown_seconds_max: 0,
        kill_trips: 0,
        trades: 20,
        drawdown: Fraction::ZERO,
        journal: "j".to_owned(),
    };
    let after = begun + 3 * DAY;
    person(folder, LadderEvent::DayClosed(day), after);
    person(folder, tracking(TradingMode::Paper, 0, (begun, after)), after);
    person(folder, advance(Rung::Tiny), after);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_are_as_small_as_the_rung_and_a_lost_rung_ends_them() {
    let world = World::new(&[("BTC/USD", "60000")], 60, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let start = world.clock().now();
    climb_to_tiny(folder.path(), start);
    let mut parts = world.launch(folder.path());
    parts.ladder = Some(uses());
    let mut run = Run::launch(parts);
    run.until_ready().await;
    let ready = world.clock().now();
    let entry = |it: &Report| matches!(it, Report::OrderPlaced { role: Role::Entry, .. });
    let Told::Report { report, .. } = run.until_report(entry).await else { unreachable!() };
    let Report::OrderPlaced { quantity, .. } = *report else { unreachable!() };
    // The config asks for 0.01; at 60,000 the rung allows about 0.0005.
    let OrderQuantity::Base(quantity) = quantity else { panic!("{quantity:?}") };
    assert!(quantity < "0.0007".parse::<Quantity>().expect("a quantity"), "{quantity}");

    let now = world.clock().now();
    person(folder.path(), tracking(TradingMode::Live, 500, (ready, now)), now);
    run.until(|told| matches!(told, Told::Rung { to: Rung::Paper, .. })).await;
    let told = control::ask(folder.path(), &Ask::Status, Duration::from_secs(10)).await;
    let status = told.expect("an answer");
    assert_eq!(status["ladder"]["entry_cap"], "no_entry");
    let blocks = status["blocks"].as_array().expect("causes");
    assert!(blocks.iter().any(|it| it["cause"] == "rung"), "{blocks:?}");
    let end = run.end().await;
    assert!(end.bot.engine().halted().is_none(), "a lost rung is no halt");

    // The next start is refused, by the same ladder.
    let mut parts = world.launch(folder.path());
    parts.ladder = Some(uses());
    let refused = Run::launch(parts).result().await.expect_err("paper is no rung for real money");
    assert!(refused.to_string().contains("have paper, need tiny"), "{refused}");
}
