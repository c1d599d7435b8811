//! Keys that are not used yet, not used any more, and their nonces.

use super::{
    world::{SECRET, World, key, start},
    *,
};
use crate::script::Script;

const OK: &str = r#"{"error":[],"result":{}}"#;

#[tokio::test]
async fn a_key_is_used_for_nothing_but_its_audit_before_it_is_let_in() {
    let world = World::of(Script::start().await, None, vec![key()], start());
    for request in [Request::balance(), Request::open_orders(None), Request::socket_token()] {
        let error = world.calls.private(request, KeyRole::Trade, Lane::Halt).await.unwrap_err();
        let reason = StopReason::NotAudited;
        assert!(matches!(&error, CallError::KeyStopped { reason: r, .. } if *r == reason));
    }
    let (request, work) = order();
    world.calls.call(request, work, Lane::Place).await.unwrap_err();
    assert!(world.is_idle().await);
    world.answered(Request::api_key_info(), |asked| asked.answer(OK)).await.unwrap();
    world.calls.admit(KeyRole::Trade, Err(StopReason::AuditRefused("no".to_owned()))).await;
    world.calls.admit(KeyRole::Trade, Ok(0)).await;
    let error = world.calls.private(Request::api_key_info(), KeyRole::Trade, Lane::Halt).await;
    assert!(error.unwrap_err().to_string().contains("the trade key is not used: no"));
    assert!(world.is_idle().await);
}

#[tokio::test]
async fn a_key_that_is_called_wrong_is_not_used_again() {
    for text in ["EAPI:Invalid key", "EAPI:Invalid signature", "EAuth:Account temporary disabled"] {
        let world = World::with_key().await;
        let answer = format!(r#"{{"error":["{text}"]}}"#);
        let error = world.answered(Request::balance(), |asked| asked.answer(&answer)).await;
        assert!(matches!(error.unwrap_err(), CallError::BadKey(said) if said == text));
        let again = world.calls.private(Request::balance(), KeyRole::Trade, Lane::Halt).await;
        assert!(again.unwrap_err().to_string().contains(text));
        assert!(world.is_idle().await, "{text}");
    }
}

#[tokio::test]
async fn what_waits_when_a_key_is_stopped_is_not_sent() {
    let world = World::with_key().await;
    let calls = world.calls.clone();
    let first = tokio::spawn({
        let calls = calls.clone();
        async move { calls.private(Request::balance(), KeyRole::Trade, Lane::Reconcile).await }
    });
    let asked = world.script.asked().await;
    // One call with a key is under way at a time.
    let second = tokio::spawn(async move {
        calls.private(Request::open_orders(None), KeyRole::Trade, Lane::Reconcile).await
    });
    world.settle().await;
    asked.answer(r#"{"error":["EAPI:Invalid key"]}"#);
    assert!(matches!(first.await.unwrap().unwrap_err(), CallError::BadKey(_)));
    assert!(matches!(second.await.unwrap().unwrap_err(), CallError::KeyStopped { .. }));
    assert!(world.is_idle().await);
}

#[tokio::test]
async fn a_bad_nonce_is_tried_once_more_and_thrice_in_a_row_is_the_end() {
    let world = World::with_key().await;
    let bad = |asked: Asked| asked.answer(r#"{"error":["EAPI:Invalid nonce"]}"#);
    let calls = world.calls.clone();
    let read = |request| {
        let calls = calls.clone();
        tokio::spawn(async move { calls.private(request, KeyRole::Trade, Lane::Reconcile).await })
    };
    let reply = read(Request::balance());
    bad(world.script.asked().await);
    world.script.asked().await.answer(OK);
    reply.await.unwrap().unwrap();
    let reply = read(Request::balance());
    bad(world.script.asked().await);
    bad(world.script.asked().await);
    assert!(matches!(reply.await.unwrap().unwrap_err(), CallError::BadNonce));
    let reply = read(Request::balance());
    bad(world.script.asked().await);
    let error = reply.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("make a key for this program alone"), "{error}");
    assert!(world.is_idle().await);
}

#[tokio::test]
async fn nonces_rise_and_start_above_what_kraken_has_seen() {
    let world = World::of(Script::start().await, None, vec![key()], start());
    let seen = start().nanos() + 1_000;
    world.calls.admit(KeyRole::Trade, Ok(seen)).await;
    let mut last = seen;
    for _ in 0..5 {
        let mut nonce = 0;
        let asked = |asked: Asked| {
            nonce = asked.field("nonce").unwrap().parse().unwrap();
            asked.answer(OK);
        };
        world.answered(Request::balance(), asked).await.unwrap();
        assert!(last < nonce, "{last} {nonce}");
        last = nonce;
    }
}

#[tokio::test]
async fn a_role_without_a_key_and_a_key_without_the_right_are_named() {
    let read = Credentials::new(KeyRole::Read, "SIMULATED-2".to_owned(), SECRET.to_owned());
    let world = World::of(Script::start().await, None, vec![read.unwrap()], start());
    world.calls.admit(KeyRole::Read, Ok(0)).await;
    let none = world.calls.private(Request::balance(), KeyRole::Kill, Lane::Halt).await;
    assert!(matches!(none.unwrap_err(), CallError::NoKey(KeyRole::Kill)));
    let wrong = world.calls.private(Request::cancel_all(), KeyRole::Read, Lane::Halt).await;
    assert!(matches!(wrong.unwrap_err(), CallError::NotQueued(SubmitError::NotAllowed { .. })));
    assert!(world.is_idle().await);
}

#[tokio::test]
async fn a_key_of_the_wrong_kraken_does_not_even_start() {
    let script = Script::start().await;
    let way = |base| {
        let (clock, _hands) = Clock::by_hand(start());
        Http::new(base, &crate::egress::Egress::Direct, clock).unwrap()
    };
    for (base, key) in [(script.base(), "Real"), (crate::hosts::Base::Kraken, "SIMULATED-1")] {
        let key = Credentials::new(KeyRole::Trade, key.to_owned(), SECRET.to_owned()).unwrap();
        let parts = CallsParts {
            ways: vec![way(base)],
            settings: SchedulerSettings::default(),
            state_folder: None,
            seed: None,
        };
        let error = Calls::start(parts, vec![key]).unwrap_err();
        assert!(matches!(error, StartError::MisplacedKey(_)), "{error}");
    }
}
