//! A key is used for nothing before Kraken has said what it may do.

use kraken_client::{audit::AuditError, calls::CallError};
use kraken_protocol::{limits::KeyRole, request::Request, scheduler::Lane};

use crate::{
    script::Asked,
    world::{GOOD_KEY, World},
};

/// Whether the key can be used after this answer.
async fn is_used(answer: impl FnOnce(Asked)) -> Result<(), AuditError> {
    let world = World::before_the_audit().await;
    let audited = world.audit(answer).await;
    let balance = world.calls.private(Request::balance(), KeyRole::Trade, Lane::Halt);
    if audited.is_ok() {
        let (balance, ()) = tokio::join!(balance, async {
            world.script.asked().await.answer(r#"{"error":[],"result":{}}"#);
        });
        balance.unwrap();
    } else {
        let error = balance.await.unwrap_err();
        assert!(matches!(error, CallError::KeyStopped { .. }), "{error}");
        assert!(world.script.is_quiet());
    }
    audited.map(drop)
}

#[tokio::test]
async fn a_good_key_is_used() {
    is_used(|asked| asked.answer(GOOD_KEY)).await.unwrap();
}

#[tokio::test]
async fn a_key_that_may_do_too_much_is_not() {
    for slug in ["withdraw-funds", "add-funds", "earn-funds", "export-data", "teleport-funds"] {
        let text = GOOD_KEY.replace("\"query-funds\"", &format!("\"query-funds\",\"{slug}\""));
        let error = is_used(|asked| asked.answer(&text)).await.unwrap_err();
        assert!(matches!(error, AuditError::Refused(_)), "{slug}");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(slug), "{shown}");
        assert!(!shown.contains("Canary"), "{shown}");
    }
}

#[tokio::test]
async fn a_key_that_may_do_too_little_is_not() {
    let text = GOOD_KEY.replace("\"modify-trades\",", "");
    let error = is_used(|asked| asked.answer(&text)).await.unwrap_err().to_string();
    assert!(error.contains("modify-trades") && error.contains("Create & modify"), "{error}");
    let text = GOOD_KEY.replace("\"203.0.113.7\"", "");
    assert!(is_used(|asked| asked.answer(&text)).await.is_err());
}

#[tokio::test]
async fn a_key_of_which_nobody_could_find_out_is_not() {
    let answers: [fn(Asked); 5] = [
        |asked| asked.answer(r#"{"error":["EAPI:Invalid key"]}"#),
        |asked| asked.answer(r#"{"error":["EGeneral:Temporary lockout"]}"#),
        |asked| asked.answer(r#"{"error":["EGeneral:Permission denied"]}"#),
        |asked| asked.answer(r#"{"error":[],"result":{"permissions":"all"}}"#),
        |asked| asked.answer(r#"{"error":[],"result":{}}"#),
    ];
    for answer in answers {
        let error = is_used(answer).await.unwrap_err();
        assert!(error.to_string().contains("so it is not used"), "{error}");
    }
}

#[tokio::test]
async fn a_key_that_was_let_in_is_thrown_out_when_its_owner_gave_it_more() {
    let world = World::new().await;
    // A line that is down throws nobody out.
    let audited = world.audit(|asked| asked.answer(r#"{"error":["EGeneral:Permission denied"]}"#));
    assert!(matches!(audited.await.unwrap_err(), AuditError::Unknown(_)));
    let (balance, ()) = tokio::join!(
        world.calls.private(Request::balance(), KeyRole::Trade, Lane::Reconcile),
        async { world.script.asked().await.answer(r#"{"error":[],"result":{}}"#) }
    );
    balance.unwrap();
    let text = GOOD_KEY.replace("\"query-funds\"", "\"query-funds\",\"withdraw-funds\"");
    world.audit(|asked| asked.answer(&text)).await.unwrap_err();
    let error = world.calls.private(Request::balance(), KeyRole::Trade, Lane::Halt).await;
    assert!(error.unwrap_err().to_string().contains("withdraw-funds"));
    assert!(world.script.is_quiet());
}
