//! No bot runs with a key that may do too much or too little, or goes on with one that does.

use std::time::Duration;

use bot_machine::output::{AlertKind, Stage};
use kraken_client::secrets::Credentials;
use kraken_protocol::limits::KeyRole;
use trading_bot::{Launch, LaunchError, Told, launch::Account};
use trading_engine::Report;

use crate::{run::Run, world::World};

/// The key is looked at once an hour; the answer has to come too.
const AUDIT_MAX: Duration = Duration::from_mins(61);

fn with_key(world: &World, mut parts: Launch, name: &str) -> Launch {
    let key = world.server.keys.iter().find(|it| it.name == name).expect("such a key");
    let key = Credentials::new(KeyRole::Trade, key.key.clone(), key.secret.clone());
    parts.account = Account::Kraken(Box::new(key.expect("a key")));
    parts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dangerous_or_powerless_key_is_refused_with_words() {
    let world = World::new(&[("BTC/USD", "60000")], 60, &[]);
    let cases = [
        ("withdraw", "untick `Funds: Withdraw`"),
        ("no-ip-list", "turn on `IP address restriction`"),
        ("read-only", "tick `Orders: Create & modify orders`"),
        ("cancel-only", "does not have `query-funds`"),
    ];
    for (name, words) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        let parts = with_key(&world, world.launch(folder.path()), name);
        let refused = Run::launch(parts).result().await.expect_err("it is refused");
        let LaunchError::Key(why) = &refused else { panic!("{name}: {refused}") };
        assert!(why.contains(words), "{name}: {why}");
    }
    assert_eq!(world.statistics().await["orders_accepted"], 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_key_is_refused_with_words() {
    let world = World::new(&[("BTC/USD", "60000")], 60, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let parts = with_key(&world, world.launch(folder.path()), "expired");
    let refused = Run::launch(parts).result().await.expect_err("it is refused").to_string();
    assert!(refused.contains("EAPI:Invalid key"), "{refused}");
    assert!(refused.contains("expired"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_gains_the_right_to_withdraw_halts_the_bot_within_the_hour() {
    // An hour in ten seconds.
    let world = World::new(&[("BTC/USD", "60000")], 360, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let mut run = Run::start(&world, folder.path());
    run.until_ready().await;
    run.until_report(|it| matches!(it, Report::OrderPlaced { .. })).await;
    let changed = world.server.kraken_time();
    let permissions = r#"["query-funds", "query-open-trades", "query-closed-trades",
        "modify-trades", "close-trades", "query-ledger", "create-ws-token", "withdraw-funds"]"#;
    world.change_key(&format!(r#"{{"key": "trade", "permissions": {permissions}}}"#)).await;
    let mut why = String::new();
    let told = run.until_report(|it| {
        if let Report::Halted { reason } = it {
            why = reason.to_string();
        }
        !why.is_empty()
    });
    let Told::Report { time, .. } = told.await else { unreachable!("it was just one") };
    assert!(time.since(changed) <= AUDIT_MAX, "after {:?}", time.since(changed));
    assert!(why.contains("untick `Funds: Withdraw`"), "{why}");
    // It can still take everything away: the key is refused for what it may do too much.
    run.until_report(|it| matches!(it, Report::Flattened)).await;
    let end = run.end().await;
    assert!(end.bot.engine().halted().is_some() && !end.bot.engine().holds_position());
}

async fn alert(run: &mut Run, kind: AlertKind) -> String {
    let is_it = |it: &Told| matches!(it, Told::Alert(alert) if alert.kind == kind);
    let Told::Alert(alert) = run.until(is_it).await else { unreachable!("it was just one") };
    alert.text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_expires_while_it_is_used_is_told_and_nothing_is_opened() {
    let world = World::new(&[("BTC/USD", "60000")], 180, &[]);
    let folder = tempfile::tempdir().expect("a folder");
    let mut run = Run::start(&world, folder.path());
    run.until_ready().await;
    world.change_key(r#"{"key": "trade", "expires": "0s"}"#).await;
    let why = alert(&mut run, AlertKind::Key).await;
    assert!(why.contains("key"), "{why}");
    let before = world.statistics().await["orders_accepted"].clone();
    let end = run.end().await;
    assert_ne!(end.bot.stage(), &Stage::Ready);
    assert_eq!(world.statistics().await["orders_accepted"], before);
}
