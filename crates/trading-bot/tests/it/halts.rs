//! A halt from outside: nothing new leaves, everything is sold, the venue says so itself.

use std::time::Duration;

use kraken_protocol::limits::KeyRole;
use trading_bot::{
    Told,
    control::{self, Ask},
};
use trading_engine::{Report, Role};
use trading_types::Timestamp;

use crate::{observer::observer, run::Run, world::World};

/// A halt has to be through within this, by the venue's clock.
const FLAT_MAX: Duration = Duration::from_secs(30);

fn time(told: &Told) -> Timestamp {
    match told {
        Told::Report { time, .. } | Told::Stage { time, .. } => *time,
        Told::Alert(alert) => alert.time,
        Told::Pulse(_) | Told::LimitWait { .. } | Told::Rung { .. } => Timestamp::EPOCH,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_halt_flattens_and_survives_a_restart() {
    let world = World::new(&[("BTC/USD", "60000"), ("ETH/USD", "3000")], 60, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let mut run = Run::start(&world, folder.path());
    run.until_ready().await;
    run.until_report(|it| matches!(it, Report::OrderPlaced { role: Role::Stop, .. })).await;
    let ask = Ask::Halt { reason: "a drill".to_owned() };
    let told = control::ask(folder.path(), &ask, Duration::from_secs(10)).await;
    assert_eq!(told.expect("an answer")["halted"], true);
    let halted = time(&run.until_report(|it| matches!(it, Report::Halted { .. })).await);
    let flat = time(&run.until_report(|it| matches!(it, Report::Flattened)).await);
    assert!(flat.since(halted) <= FLAT_MAX, "it took {:?}", flat.since(halted));
    // The venue itself has to say that nothing rests.
    let verified = loop {
        let status = control::ask(folder.path(), &Ask::Status, Duration::from_secs(10)).await;
        let status = status.expect("an answer");
        if status["halt_verified"] == true {
            break status["time"].as_str().expect("a time").parse::<Timestamp>().expect("a time");
        }
    };
    let took = verified.since(halted);
    assert!(took <= FLAT_MAX, "it took {took:?} until the venue had said so");
    let end = run.end().await;
    assert!(!end.bot.engine().holds_position());

    let eyes = observer(&world, "read-only", KeyRole::Read).await;
    assert!(eyes.open_orders().await.expect("an answer").is_empty());

    // A restart does not take the halt back, and neither does the time.
    let mut run = Run::start(&world, folder.path());
    run.until_ready().await;
    let orders = tokio::time::timeout(
        Duration::from_secs(5),
        run.until_report(|it| {
            matches!(it, Report::OrderPlaced { role: Role::Entry | Role::Stop, .. })
        }),
    );
    assert!(orders.await.is_err(), "nothing is opened");
    let end = run.end().await;
    assert!(end.bot.engine().halted().is_some());
}
