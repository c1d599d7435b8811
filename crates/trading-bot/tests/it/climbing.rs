//! A bot on the ladder, over real sockets: its entries are as small as its rung, and a rung that is
//! lost is lost at once.

use std::{path::Path, time::Duration};

use trading_bot::{
    Told,
    control::{self, Ask},
};
use trading_engine::{Report, Role};
use trading_ladder::{Day, LadderEvent, Rung, TradingMode};
use trading_types::{Fraction, OrderQuantity, Quantity, Timestamp};

use crate::{
    climber::{DAY, advance, backtest, tracking, uses},
    run::Run,
    world::World,
};

fn person(folder: &Path, event: LadderEvent, now: Timestamp) {
    crate::climber::person(folder, uses(), event, now).expect("nothing is missing");
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
