//! On paper: the market of a venue that never hears of an order.

use std::time::Duration;

use exchange_simulator::Delay;
use trading_bot::launch::{Account, PaperAccount};
use trading_engine::Report;

use crate::{run::Run, world::World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paper_account_trades_and_goes_on_and_the_venue_never_knows() {
    let world = World::new(&[("BTC/USD", "60000")], 60, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let dollars = "USD".parse().expect("an asset");
    let mut had = None;
    for _ in 0..2 {
        let mut parts = world.launch(folder.path());
        let latency = Delay { min: Duration::from_millis(20), max: Duration::from_millis(80) };
        let balances = vec![(dollars, "50000".parse().expect("an amount"))];
        parts.account = Account::Paper(PaperAccount { balances, latency, seed: 1 });
        let mut run = Run::launch(parts);
        run.until_ready().await;
        for _ in 0..2 {
            run.until_report(|it| matches!(it, Report::OrderFilled { .. })).await;
        }
        let end = run.end().await;
        assert_eq!(end.bot.unknown_orders(), 0);
        let has = end.bot.engine().balance(dollars);
        assert!(had != Some(has), "it goes on from {had:?}");
        had = Some(has);
    }
    let stats = world.statistics().await;
    assert_eq!(stats["orders_accepted"], 0);
    assert_eq!(stats["private_calls"], serde_json::json!({}), "nothing needs a key");
}
