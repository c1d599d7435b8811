//! Tests of calls over real sockets and a clock that the test turns: what waits, until when, and
//! what is never sent twice.

mod keys;
mod limits;
mod restart;
mod world;

use std::time::Duration;

use kraken_protocol::{
    limits::TradingAction,
    request::Page,
    rest::PairNames,
    scheduler::{TradingPath, Why},
};
use trading_types::{NewOrder, OrderKind, OrderQuantity, Side};

use self::world::World;
use super::*;
use crate::script::Asked;

const SECOND: Duration = Duration::from_secs(1);

fn time() -> Request {
    Request::time()
}

#[tokio::test]
async fn an_answer_comes_back() {
    let world = World::new().await;
    let (reply, ()) = tokio::join!(world.calls.public(time(), Lane::Statistics), async {
        let asked = world.script.asked().await;
        world.hands.turn_to(world.hands.now() + SECOND);
        asked.answer(r#"{"error":[],"result":{"unixtime":1,"rfc1123":""}}"#);
    });
    let reply = reply.unwrap();
    assert_eq!(*reply.result, r#"{"unixtime":1,"rfc1123":""}"#);
    assert_eq!(reply.received, reply.sent + SECOND);
    assert!(!format!("{reply:?}").contains("unixtime"));
}

#[tokio::test]
async fn a_read_is_asked_again_after_one_two_four_seconds() {
    let world = World::new().await;
    let calls = world.calls.clone();
    let reply = tokio::spawn(async move { calls.public(time(), Lane::Statistics).await });
    let answers: [fn(Asked); 5] = [
        |asked| asked.answer_with(502, "", "<html>Bad gateway</html>"),
        |asked| asked.answer(""),
        |asked| asked.answer(r#"{"error":["EService:Unavailable"]}"#),
        |asked| asked.answer_with(520, "content-type: text/html\r\n", "<html>"),
        |asked| asked.answer("{\"error\":[]"),
    ];
    for (answer, seconds) in answers.into_iter().zip([1, 2, 4, 8, 16]) {
        answer(world.script.asked().await);
        let waited = world.turn_to_next().await;
        let whole = SECOND * seconds;
        assert!(whole <= waited && waited <= whole * 3 / 2, "{seconds}: {waited:?}");
    }
    world.script.asked().await.answer_with(502, "", "<html>");
    let error = reply.await.unwrap().unwrap_err();
    assert!(matches!(error, CallError::Unclear(Doubt::Unreadable { status: 502, .. })), "{error}");
    assert!(world.script.is_quiet());
}

#[tokio::test]
async fn a_read_without_an_answer_waits_until_it_cannot_arrive_any_more() {
    let world = World::new().await;
    let calls = world.calls.clone();
    let reply = tokio::spawn(async move { calls.public(time(), Lane::Statistics).await });
    world.script.asked().await.cut_after("");
    let asked = world.asked().await;
    let waited = world.hands.now().since(world::start());
    assert_eq!(waited, SECOND * 31);
    asked.answer(r#"{"error":[],"result":{}}"#);
    reply.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_kraken_that_cannot_be_reached_is_tried_again() {
    let world = World::nowhere().await;
    let calls = world.calls.clone();
    let reply = tokio::spawn(async move { calls.public(time(), Lane::Statistics).await });
    for _ in 1..repeat::ATTEMPTS_MAX {
        world.turn_to_next().await;
    }
    let error = reply.await.unwrap().unwrap_err();
    assert!(matches!(error, CallError::NotReached(_)), "{error}");
}

/// What the server does with a request.
type Answer = fn(Asked);

/// A market order and the work it is.
fn order() -> (Request, Work) {
    let names = PairNames::recorded();
    let pair: Pair = "BTC/USD".parse().unwrap();
    let id = ClientOrderId::new(1, 1);
    let quantity = OrderQuantity::Base("0.001".parse().unwrap());
    let order = NewOrder::new(id, pair, Side::Buy, OrderKind::Market, quantity);
    let request = Request::add_order(&order, names.name(pair).unwrap()).unwrap();
    let action = TradingAction::PlaceImmediate(id);
    let path = TradingPath::Rest(KeyRole::Trade, Endpoint::AddOrder);
    (request, Work::Trading { pair, action, path })
}

#[tokio::test]
async fn an_order_is_sent_once_whatever_comes_back() {
    let answers: [(Answer, &str); 11] = [
        (|asked| asked.answer_with(502, "", "<html>"), "Unclear"),
        (|asked| asked.answer_with(504, "", ""), "Unclear"),
        (|asked| asked.cut_after(""), "Unclear"),
        (|asked| asked.answer(r#"{"error":["EService:Unavailable"]}"#), "Unclear"),
        (|asked| asked.answer(r#"{"error":["EService:Deadline elapsed"]}"#), "Unclear"),
        (|asked| asked.answer(r#"{"error":[],"result":{"descr":{}}}"#), "Unclear"),
        (|asked| asked.answer(r#"{"error":["EOrder:Insufficient funds"]}"#), "Refused"),
        (|asked| asked.answer(r#"{"error":["EOrder:Rate limit exceeded"]}"#), "RateLimited"),
        (|asked| asked.answer(r#"{"error":["EAPI:Rate limit exceeded"]}"#), "RateLimited"),
        (|asked| asked.answer(r#"{"error":["EAPI:Invalid nonce"]}"#), "BadNonce"),
        (|asked| asked.answer_with(429, "", "<html>"), "RateLimited"),
    ];
    for (answer, expect) in answers {
        let world = World::with_key().await;
        let (request, work) = order();
        let (reply, ()) = tokio::join!(world.calls.call(request, work, Lane::Place), async {
            let asked = world.script.asked().await;
            assert_eq!(asked.path, "/0/private/AddOrder");
            answer(asked);
        });
        let error = reply.unwrap_err();
        assert!(format!("{error:?}").starts_with(expect), "{error:?}, not {expect}");
        world.hands.turn_to(world.hands.now() + SECOND * 3_600);
        assert!(world.is_idle().await, "{error:?}");
    }
}

#[tokio::test]
async fn an_order_that_times_out_is_unclear_and_one_that_never_left_is_not() {
    let world = World::with_key().await;
    let (request, work) = order();
    let (reply, _asked) = tokio::join!(world.calls.call(request, work, Lane::Place), async {
        let asked = world.script.asked().await;
        world.hands.turn_to(world.hands.patience_before(Timestamp::NEVER).await);
        asked
    });
    assert!(matches!(reply.unwrap_err(), CallError::Unclear(Doubt::TimedOut)));
    assert!(world.is_idle().await);

    let world = World::nowhere().await;
    let (request, work) = order();
    let error = world.calls.call(request, work, Lane::Place).await.unwrap_err();
    assert!(matches!(error, CallError::NotReached(_)), "{error}");
}

#[tokio::test]
async fn long_histories_wait_for_a_quiet_hour_and_nothing_else_does() {
    let quiet_hours = Some("22-06".parse().unwrap()); // It is eight.
    let settings = SchedulerSettings { quiet_hours, ..SchedulerSettings::default() };
    let world = World::with_settings(settings).await;
    let calls = world.calls.clone();
    let ledgers = || Request::ledgers(None, &Page::default());
    let heavy =
        tokio::spawn(async move { calls.private(ledgers(), KeyRole::Trade, Lane::History).await });
    while world.calls.waiting().await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.calls.waiting().await[0].why, Why::QuietHour);
    let answer = |asked: Asked| asked.answer(r#"{"error":[],"result":{}}"#);
    world.answered(ledgers(), answer).await.unwrap();
    let asked = world.asked().await;
    assert_eq!(world.hands.now().to_string(), "2027-01-15T22:00:00Z");
    answer(asked);
    heavy.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_a_limit_holds_back_is_told_once() {
    let world = World::new().await;
    let mut waits = world.calls.watch_waits().await;
    // Public calls keep a second's distance: all but the first wait.
    let calls = |_| {
        let calls = world.calls.clone();
        tokio::spawn(async move { calls.public(Request::time(), Lane::Reconcile).await })
    };
    let calls: Vec<_> = (0..3).map(calls).collect();
    for _ in 0..3 {
        world.asked().await.answer(r#"{"error":[],"result":{}}"#);
    }
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let mut told = Vec::new();
    while let Ok(wait) = waits.try_recv() {
        assert_eq!(wait.why, Why::PublicRate);
        told.push(wait.call);
    }
    assert_eq!(told.len(), 2, "{told:?}");
    told.dedup();
    assert_eq!(told.len(), 2, "each once");
}

#[tokio::test]
async fn who_stops_waiting_takes_a_call_back_before_it_is_sent_and_not_after() {
    let world = World::new().await;
    // Public calls keep a second's distance: the second waits.
    let first = {
        let calls = world.calls.clone();
        tokio::spawn(async move { calls.public(time(), Lane::Statistics).await })
    };
    let asked = world.script.asked().await;
    let second = {
        let calls = world.calls.clone();
        tokio::spawn(async move { calls.public(Request::assets(), Lane::Statistics).await })
    };
    while world.calls.waiting().await.is_empty() {
        tokio::task::yield_now().await;
    }
    second.abort();
    first.abort();
    assert!(second.await.unwrap_err().is_cancelled());
    // The first was sent: its answer is read and counted although nobody waits for it.
    asked.answer(r#"{"error":[],"result":{}}"#);
    while world.hands.next_sleeper().is_some() {
        tokio::task::yield_now().await;
    }
    assert!(world.is_idle().await);
}
