//! What Kraken, or the edge before it, says about our rate, and until when we stop for it.

use super::{world::World, *};
use crate::log::Log;

const OK: &str = r#"{"error":[],"result":{}}"#;

/// What was answered, and what was asked then.
struct Case {
    first: fn() -> Request,
    answer: fn(Asked),
    next: fn() -> Request,
}

/// How long the next call waits after this answer, and what was logged.
async fn stop(case: &Case) -> (Duration, String) {
    let log = Log::start();
    let world = World::with_key().await;
    // Whether the caller is told or asked to wait longer is not the question here.
    let (calls, first) = (world.calls.clone(), (case.first)());
    let first = tokio::spawn(async move { by_kind(&calls, first).await });
    (case.answer)(world.script.asked().await);
    let answered = world.hands.now();
    world.settle().await;
    first.abort();
    let (calls, next) = (world.calls.clone(), (case.next)());
    let path = next.endpoint().path();
    let next = tokio::spawn(async move { by_kind(&calls, next).await });
    world.settle().await;
    let asked = world.asked().await;
    assert!(asked.path.starts_with(path), "{} is not {path}", asked.path);
    let waited = world.hands.now().since(answered);
    asked.answer(OK);
    next.await.unwrap().unwrap();
    (waited, log.text())
}

async fn by_kind(calls: &Calls, request: Request) -> Result<Reply, CallError> {
    if request.endpoint().is_public() {
        calls.public(request, Lane::Reconcile).await
    } else {
        calls.private(request, KeyRole::Trade, Lane::Reconcile).await
    }
}

/// Each stop is logged with its time, endpoint, cost and estimate.
#[track_caller]
fn is_logged(log: &str, case: &Case) {
    let line = log.lines().find(|line| line.contains("we are too fast"));
    let line = line.unwrap_or_else(|| panic!("nothing was logged: {log}"));
    let endpoint = format!("endpoint=\"{}\"", (case.first)().endpoint());
    for part in ["time=2027-01-15T08:00:0", &endpoint, "cost=", "estimate=", "feedback=", "until="]
    {
        assert!(line.contains(part), "{part}: {line}");
    }
}

/// The wait is between so many seconds and so many.
async fn check(case: Case, seconds: std::ops::RangeInclusive<u64>) {
    let (waited, log) = stop(&case).await;
    let (least, most) = (SECOND * to_u32(*seconds.start()), SECOND * to_u32(*seconds.end()));
    assert!(least <= waited && waited <= most, "{waited:?} is not in {seconds:?}");
    is_logged(&log, &case);
}

fn to_u32(seconds: u64) -> u32 {
    u32::try_from(seconds).unwrap()
}

const BALANCE: fn() -> Request = Request::balance;
const TIME: fn() -> Request = Request::time;
const STATUS: fn() -> Request = Request::system_status;
const OPEN: fn() -> Request = || Request::open_orders(None);

#[tokio::test]
async fn http_429_with_a_time_stops_until_then() {
    let answer = |asked: Asked| asked.answer_with(429, "Retry-After: 37\r\n", "<html>");
    check(Case { first: TIME, answer, next: STATUS }, 37..=37).await;
    check(Case { first: BALANCE, answer, next: OPEN }, 37..=37).await;
    check(Case { first: BALANCE, answer, next: TIME }, 37..=37).await;
    let date = |asked: Asked| {
        let headers = "Retry-After: Fri, 15 Jan 2027 08:02:00 GMT\r\n";
        asked.answer_with(503, headers, "<html>");
    };
    check(Case { first: TIME, answer: date, next: STATUS }, 120..=120).await;
}

#[tokio::test]
async fn http_429_without_a_time_backs_off() {
    let answer = |asked: Asked| asked.answer_with(429, "", "");
    check(Case { first: TIME, answer, next: STATUS }, 1..=2).await;
}

#[tokio::test]
async fn headers_about_a_budget_stop_when_nothing_is_left() {
    let answer = |asked: Asked| {
        let headers = "X-RateLimit-Limit: 20\r\nX-RateLimit-Remaining: 0\r\n\
                       X-RateLimit-Reset: 42\r\n";
        asked.answer_with(200, headers, OK);
    };
    check(Case { first: BALANCE, answer, next: OPEN }, 42..=42).await;
    let answer = |asked: Asked| {
        let headers = "X-BS-Unit-Current: 15\r\nX-BS-Unit-Limit: 15\r\nX-BS-Unit-Reset: 33\r\n";
        asked.answer_with(200, headers, OK);
    };
    check(Case { first: TIME, answer, next: STATUS }, 33..=33).await;
}

#[tokio::test]
async fn a_budget_that_is_not_used_up_changes_nothing() {
    let answer = |asked: Asked| {
        let headers = "X-RateLimit-Remaining: 1\r\nX-RateLimit-Reset: 42\r\n";
        asked.answer_with(200, headers, OK);
    };
    let (waited, log) = stop(&Case { first: BALANCE, answer, next: OPEN }).await;
    assert_eq!(waited, Duration::ZERO);
    assert!(!log.contains("too fast"), "{log}");
}

#[tokio::test]
async fn a_throttle_stops_every_key_until_its_time() {
    // A second because the time is cut off to seconds, and one because clocks differ.
    let answer = |asked: Asked| {
        asked.answer(r#"{"error":["EService: Throttled: 1800000020"]}"#);
    };
    check(Case { first: BALANCE, answer, next: OPEN }, 22..=22).await;
    let answer = |asked: Asked| asked.answer(r#"{"error":["EService:Throttled:1800000020"]}"#);
    check(Case { first: OPEN, answer, next: BALANCE }, 22..=22).await;
}

#[tokio::test]
async fn a_full_counter_backs_off_until_it_has_room() {
    let answer = |asked: Asked| asked.answer(r#"{"error":["EAPI:Rate limit exceeded"]}"#);
    // Starter's counter takes 3 s for a point; five are waited at least.
    check(Case { first: BALANCE, answer, next: OPEN }, 5..=8).await;
    let answer = |asked: Asked| asked.answer(r#"{"error":["EGeneral:Too many requests"]}"#);
    // The address's counter is taken for full as well, a second after the first call at the latest.
    check(Case { first: TIME, answer, next: STATUS }, 1..=3).await;
}

#[tokio::test]
async fn a_blocked_address_waits_ten_minutes() {
    let answer = |asked: Asked| asked.answer_with(403, "", "<html>captcha</html>");
    check(Case { first: TIME, answer, next: STATUS }, 600..=600).await;
}

#[tokio::test]
async fn a_lockout_stops_all_calls_for_fifteen_minutes() {
    for next in [OPEN, TIME] {
        let answer = |asked: Asked| asked.answer(r#"{"error":["EGeneral:Temporary lockout"]}"#);
        check(Case { first: BALANCE, answer, next }, 900..=900).await;
    }
    let world = World::with_key().await;
    let answer = |asked: Asked| asked.answer(r#"{"error":["EGeneral:Temporary lockout"]}"#);
    let error = world.answered(Request::balance(), answer).await.unwrap_err();
    assert!(matches!(error, CallError::LockedOut), "{error}");
    assert!(world.is_idle().await, "a lockout is not knocked at");
}

#[tokio::test]
async fn limits_in_a_row_double_the_wait() {
    let world = World::new().await;
    let calls = world.calls.clone();
    let reply = tokio::spawn(async move { calls.public(Request::time(), Lane::Reconcile).await });
    for seconds in [1, 2, 4, 8, 16] {
        world.script.asked().await.answer_with(429, "", "");
        let waited = world.turn_to_next().await;
        let whole = SECOND * seconds;
        assert!(whole <= waited && waited <= whole * 3 / 2, "{seconds}: {waited:?}");
    }
    world.script.asked().await.answer(OK);
    reply.await.unwrap().unwrap();
}
