//! A bot starts from nothing, trades, ends in order, and goes on where it was.

use trading_engine::{Report, Role};

use crate::{run::Run, world::World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_trades_ends_and_goes_on() {
    let world = World::new(&[("BTC/USD", "60000")], 60, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let mut equity = None;
    for start in 0..2 {
        let mut run = Run::start(&world, folder.path());
        run.until_ready().await;
        for _ in 0..2 {
            run.until_report(|it| matches!(it, Report::OrderFilled { .. })).await;
        }
        let end = run.end().await;
        let resting = end.bot.engine().live_orders().filter(|order| order.role != Role::Stop);
        assert_eq!(resting.count(), 0, "only stops stay");
        assert_eq!(end.bot.unknown_orders(), 0);
        let (before, now) = (equity, end.bot.engine().equity());
        assert!(before != Some(now), "start {start}: it goes on from {before:?}");
        equity = Some(now);
    }
    let observer = crate::observer::observer(&world, "read-only", crate::READ).await;
    let dollars = "USD".parse().expect("an asset");
    let run = Run::start(&world, folder.path());
    let end = run.end().await;
    let theirs = observer.balance().await.expect("balances");
    let theirs = theirs.iter().find(|it| it.asset == dollars).expect("dollars").total;
    assert_eq!(end.bot.engine().balance(dollars), theirs, "to the last unit");
}
