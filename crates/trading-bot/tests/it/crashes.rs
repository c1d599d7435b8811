//! A process that dies: what is on the disk is enough to go on, and the venue takes care of the
//! rest.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use bot_machine::DeadManChoice;
use kraken_protocol::limits::KeyRole;
use trading_engine::{Report, Role};

use crate::{observer::observer, run::Run, world::World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_between_order_and_answer_loses_nothing_and_doubles_nothing() {
    let world = World::new(&[("BTC/USD", "60000"), ("ETH/USD", "3000")], 60, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    for _ in 0..6 {
        let mut run = Run::start(&world, folder.path());
        run.until_ready().await;
        // The order is on its way, or about to be.
        run.until_report(|it| matches!(it, Report::OrderPlaced { .. })).await;
        run.kill().await;
    }
    let mut run = Run::start(&world, folder.path());
    run.until_ready().await;
    let end = run.end().await;
    assert_eq!(end.bot.unknown_orders(), 0);
    let eyes = observer(&world, "read-only", KeyRole::Read).await;
    for balance in eyes.balance().await.expect("balances") {
        let ours = end.bot.engine().balance(balance.asset);
        assert_eq!(ours, balance.total, "{}", balance.asset);
    }
    let open = eyes.open_orders().await.expect("orders").len();
    assert_eq!(open, end.bot.engine().orders_live(), "what rests is what the engine knows");
    let stats = world.statistics().await;
    assert_eq!(stats["orders_duplicate_cl_ord_id"], 0);
    assert_eq!(stats["private_rejected_rate"], 0);
    assert_eq!(stats["pair_rejected_rate"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_dead_man_switch_cancels_what_a_dead_bot_left() {
    let world = World::new(&[("BTC/USD", "60000")], 60, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let mut parts = world.launch(folder.path());
    parts.dead_man = DeadManChoice::CancelAll;
    let mut run = Run::launch(parts);
    run.until_ready().await;
    let eyes = observer(&world, "read-only", KeyRole::Read).await;
    run.until_report(|it| matches!(it, Report::OrderPlaced { role: Role::Stop, .. })).await;
    while eyes.open_orders().await.expect("orders").is_empty() {}
    // Long enough for the switch to be set and confirmed, short enough for the stop to rest still.
    world.clock().sleep_until(world.clock().now() + Duration::from_secs(20)).await;
    run.kill().await;
    let died = world.clock().now();
    while !eyes.open_orders().await.expect("orders").is_empty() {
        let dead_for = world.clock().now().since(died);
        assert!(dead_for < Duration::from_secs(65), "orders rest {dead_for:?} after the crash");
    }
}

/// The segments of a journal.
#[expect(clippy::disallowed_methods, reason = "it plays a person who copies files")]
fn segments(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(folder.join("journal")).expect("a journal");
    let paths = entries.map(|entry| entry.expect("a file").path());
    paths
        .filter(|path| path.extension().is_some_and(|it| it == "journal"))
        .map(|path| (path.clone(), std::fs::read(path).expect("a segment")))
        .collect()
}

/// Puts a copy in the place of the segments.
#[expect(clippy::disallowed_methods, reason = "it plays a person who copies files")]
fn restore(folder: &Path, copy: &[(PathBuf, Vec<u8>)]) {
    for (path, _) in segments(folder) {
        std::fs::remove_file(path).expect("a segment");
    }
    for (path, bytes) in copy {
        std::fs::write(path, bytes).expect("our folder");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_that_lost_what_was_promised_is_not_gone_on_with() {
    let world = World::new(&[("BTC/USD", "60000")], 60, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let mut run = Run::start(&world, folder.path());
    run.until_ready().await;
    run.end().await;
    let older = segments(folder.path());
    let mut run = Run::start(&world, folder.path());
    run.until_report(|it| matches!(it, Report::OrderPlaced { .. })).await;
    run.end().await;
    let newer = segments(folder.path());
    // Whole and right, as a copy from yesterday would be.
    restore(folder.path(), &older);
    let refused = Run::start(&world, folder.path()).result().await.expect_err("it is refused");
    assert!(refused.to_string().contains("had been written for good"), "{refused}");
    restore(folder.path(), &newer);
    let mut run = Run::start(&world, folder.path());
    run.until_ready().await;
    run.end().await;
}
