//! What a restart does not forget.

use std::{fs, path::Path};

use super::{
    world::{World, start},
    *,
};

const OK: &str = r#"{"error":[],"result":{}}"#;

fn state(folder: &Path) -> String {
    let bytes = crate::files::read_if_any(&folder.join("kraken-budgets.json"), 1 << 20);
    String::from_utf8(bytes.unwrap().unwrap()).unwrap()
}

/// Ends a run: its loop is gone when its lock is.
async fn end(world: World, folder: &Path) {
    drop(world);
    while matches!(Store::open(folder), Err(StateError::InUse(_))) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_a_call_spends_is_on_disk_before_it_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::again(folder.path(), start()).await;
    let mut reserved = 0;
    let mut nonce = 0;
    let answer = |asked: Asked| {
        let state: serde_json::Value = serde_json::from_str(&state(folder.path())).unwrap();
        reserved = state["nonces"]["trade"].as_u64().unwrap();
        assert_eq!(state["budgets"]["keys"]["trade"]["counter"]["in_flight"], 100_000_000_000_u64);
        nonce = asked.field("nonce").unwrap().parse().unwrap();
        asked.answer(OK);
    };
    world.answered(Request::balance(), answer).await.unwrap();
    assert!(nonce <= reserved, "{nonce} {reserved}");
}

#[tokio::test]
async fn a_full_counter_is_still_full_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::again(folder.path(), start()).await;
    let calls = |gauges: Vec<Gauge>| {
        gauges.into_iter().find(|gauge| gauge.name == "trade key").unwrap().used
    };
    for _ in 0..10 {
        world.answered(Request::balance(), |asked| asked.answer(OK)).await.unwrap();
    }
    let before = calls(world.calls.gauges().await);
    assert_eq!(before, Points::whole(10));
    let now = world.hands.now();
    end(world, folder.path()).await;
    let world = World::again(folder.path(), now).await;
    assert!(before <= calls(world.calls.gauges().await));
}

#[tokio::test]
async fn what_was_answered_is_soon_no_longer_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::again(folder.path(), start()).await;
    world.answered(Request::time(), |asked| asked.answer(OK)).await.unwrap();
    let waited = world.turn_to_next().await;
    assert_eq!(waited, SECOND);
    assert!(world.is_idle().await);
    // Killed an hour later: the next process need not wait until that call can arrive no more.
    let now = world.hands.now() + SECOND * 3_600;
    end(world, folder.path()).await;
    let world = World::again(folder.path(), now).await;
    world.answered(Request::time(), |asked| asked.answer(OK)).await.unwrap();
    assert_eq!(world.hands.now(), now);
}

#[tokio::test]
async fn connection_attempts_are_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::again(folder.path(), start()).await;
    let mut grants = 0;
    // A crash that comes back at once, again and again.
    while grants < 100 {
        for _ in 0..25 {
            let grant = world.calls.permit(Work::Connect, Lane::Reconcile).await.unwrap();
            world.calls.settle(grant, CallOutcome::Done, Feedback::Fine).await;
            grants += 1;
        }
        let now = world.hands.now() + SECOND;
        end(world, folder.path()).await;
        world = World::again(folder.path(), now).await;
    }
    let calls = world.calls.clone();
    let grant = tokio::spawn(async move { calls.permit(Work::Connect, Lane::Halt).await });
    let until = world.hands.plan_before(Timestamp::NEVER).await;
    assert_eq!(until, start() + SECOND * 600);
    world.hands.turn_to(until);
    let _grant = grant.await.unwrap().unwrap();
}

#[tokio::test]
async fn nonces_rise_over_a_restart_with_a_clock_that_was_set_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut last = 0;
    for now in [start(), start() - SECOND * 3_600, start() - SECOND * 7_200] {
        let world = World::again(folder.path(), now).await;
        let calls = world.calls.clone();
        let reply = tokio::spawn(async move {
            calls.private(Request::balance(), KeyRole::Trade, Lane::Halt).await
        });
        let asked = world.asked().await;
        let nonce = asked.field("nonce").unwrap().parse::<u64>().unwrap();
        asked.answer(OK);
        reply.await.unwrap().unwrap();
        assert!(last < nonce, "{last} {nonce}");
        last = nonce;
        end(world, folder.path()).await;
    }
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_spent_unless_it_halts() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::again(folder.path(), start()).await;
    // A folder that is not empty stands where the file has to go.
    fs::create_dir_all(folder.path().join("kraken-budgets.json/full")).unwrap();
    let refused = world.calls.private(Request::balance(), KeyRole::Trade, Lane::Cancel).await;
    let error = refused.unwrap_err();
    assert!(matches!(error, CallError::NotSaved(_)), "{error}");
    assert!(world.is_idle().await);
    let calls = world.calls.clone();
    let halt = tokio::spawn(async move {
        calls.private(Request::open_orders(None), KeyRole::Trade, Lane::Halt).await
    });
    world.script.asked().await.answer(OK);
    halt.await.unwrap().unwrap();
}
