//! Tests that what was spent comes back, to the last point, and that doubt stops the start.

use std::time::Duration;

use kraken_protocol::{
    Endpoint,
    limits::{Feedback, TradingAction},
    scheduler::{
        CallOutcome, Lane, Scheduler, SchedulerOutput, SchedulerSettings, TradingPath, Work,
    },
};
use trading_types::{ClientOrderId, Pair};

use super::*;

fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000).unwrap()
}

/// A scheduler that has spent something of everything.
fn spent() -> Scheduler {
    let mut scheduler = Scheduler::new(SchedulerSettings::default(), 7, now());
    let pair: Pair = "BTC/USD".parse().unwrap();
    let order = ClientOrderId::new(u64::MAX, 3);
    let private =
        |endpoint: Endpoint| Work::Private { endpoint, key: KeyRole::Trade, cost: endpoint.cost() };
    for work in [
        Work::Public { endpoint: Endpoint::Ohlc, pair: Some(pair) },
        Work::Connect,
        private(Endpoint::Balance),
        Work::Trading {
            pair,
            action: TradingAction::Place(vec![order]),
            path: TradingPath::Socket,
        },
    ] {
        scheduler.submit(work, Lane::Place, now()).unwrap();
    }
    let mut feedback = [Feedback::AddressExceeded, Feedback::Fine].into_iter().cycle();
    while let Some(output) = scheduler.poll_output() {
        if let SchedulerOutput::Start { call, .. } = output {
            let later = now() + Duration::from_millis(1);
            scheduler.finished(call, CallOutcome::Done, feedback.next().unwrap(), later);
        }
    }
    // Which sockets are open is not kept: a restart closes them all.
    scheduler.socket_closed(0, now());
    scheduler
}

fn state() -> State {
    State::new((now(), None), spent().save(now()), BTreeMap::from([(KeyRole::Trade, u64::MAX)]))
}

#[test]
fn what_was_spent_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (store, before) = Store::open(folder.path()).unwrap();
    assert_eq!(before, None);
    let state = state();
    store.save(&state).unwrap();
    store.save(&state).unwrap();
    drop(store);
    let (_store, after) = Store::open(folder.path()).unwrap();
    assert_eq!(after, Some(state));
}

#[test]
fn one_process_has_it_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let error = Store::open(folder.path()).unwrap_err();
    assert!(matches!(error, StateError::InUse(_)), "{error}");
    drop(store);
    Store::open(folder.path()).unwrap();
}

#[test]
fn doubt_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let check = |text: &[u8], expect: &str| {
        files::replace(&folder.path().join(STATE_FILE), text).unwrap();
        let error = Store::open(folder.path()).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    };
    let whole = serde_json::to_vec(&state()).unwrap();
    check(b"", "is damaged");
    check(&whole[..whole.len() / 2], "is damaged");
    check(b"{\"format\":1}", "is damaged");
    check(b"{\"format\":2,\"whatever\":[]}", "later version");
    check(&[0xff; 100], "is damaged");
    let error = Store::open(&folder.path().join(STATE_FILE)).unwrap_err();
    assert!(matches!(error, StateError::File(_)), "{error}");
}

#[test]
fn the_forgetful_keep_nothing() {
    Store::forgetful().save(&state()).unwrap();
}
