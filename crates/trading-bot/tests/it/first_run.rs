//! A bot starts from nothing, trades, ends in order, and goes on where it was.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bot_machine::output::Stage;
use trading_bot::{Told, launch};
use trading_engine::Report;

use crate::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_trades_ends_and_goes_on() {
    let world = World::new(&[("BTC/USD", "60000")], 60, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let mut fills = Vec::new();
    for _ in 0..2 {
        let told = Arc::new(Mutex::new(Vec::new()));
        let (hear, done) = (Arc::clone(&told), tokio::sync::Notify::new());
        let done = Arc::new(done);
        let (finished, mut count) = (Arc::clone(&done), 0);
        let tell = Box::new(move |it: Told| {
            eprintln!("{it:?}");
            if let Told::Report { report, .. } = &it
                && matches!(**report, Report::OrderFilled { .. })
            {
                count += 1;
                if count == 4 {
                    finished.notify_one();
                }
            }
            hear.lock().expect("a lock").push(it);
        });
        let stop = async move {
            let _ = tokio::time::timeout(Duration::from_secs(40), done.notified()).await;
        };
        let end = launch(world.launch(folder.path()), tell, stop).await.expect("it runs");
        eprintln!("ended: {}", end.why);
        let told = told.lock().expect("a lock");
        let ready = told.iter().any(|it| matches!(it, Told::Stage { stage: Stage::Ready, .. }));
        assert!(ready, "the bot came to trade");
        fills.push(told.iter().filter(|it| matches!(it, Told::Report { report, .. } if matches!(**report, Report::OrderFilled { .. }))).count());
    }
    assert!(fills.iter().all(|it| 4 <= *it), "{fills:?}");
}
