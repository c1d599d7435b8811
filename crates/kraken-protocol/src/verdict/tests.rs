//! What answers of every kind mean for orders, cancels and reads.

use std::time::Duration;

use trading_types::VenueStatus;

use super::*;

/// 2026-11-21T12:00:00Z.
const NOW: Timestamp = Timestamp::from_nanos(1_795_262_400_000_000_000);
const PLACED: &str = r#"{"txid":["OL7LNO-R4SAD-6UINEU"],"descr":{"order":"buy"}}"#;

const ORDER: Endpoint = Endpoint::AddOrder;
const CANCEL: Endpoint = Endpoint::CancelOrder;
const READ: Endpoint = Endpoint::Balance;

fn answer(status: u16, body: &str) -> HttpAnswer<'_> {
    HttpAnswer { status, body: body.as_bytes(), retry_after: None, budget: &[] }
}

fn heard(endpoint: Endpoint, status: u16, body: &str) -> Judgment<'_> {
    judge(endpoint.into(), &Heard::Answer(answer(status, body)), NOW)
}

/// How a verdict is written in the tables below.
fn word(verdict: &Verdict<'_>) -> String {
    match verdict {
        Verdict::Done(result) => format!("done {result}"),
        Verdict::Refused(refusal) => format!("refused {refusal}"),
        Verdict::Wait => "wait".to_owned(),
        Verdict::BadNonce => "bad nonce".to_owned(),
        Verdict::BadKey(text) => format!("bad key {text}"),
        Verdict::LockedOut => "locked out".to_owned(),
        Verdict::NotReached => "not reached".to_owned(),
        Verdict::Unclear(doubt) => format!("unclear: {doubt}"),
    }
}

#[track_caller]
fn check(endpoint: Endpoint, (status, body): (u16, &str), expect: &str, feedback: Feedback) {
    let judgment = heard(endpoint, status, body);
    let word = word(&judgment.verdict);
    let fits = if expect == "unclear" { word.starts_with(expect) } else { word == expect };
    assert!(fits, "{word} is not {expect}");
    assert_eq!(judgment.feedback, feedback);
}

fn errors(texts: &[&str]) -> String {
    format!(r#"{{"error":{}}}"#, serde_json::to_string(texts).unwrap())
}

#[test]
fn success() {
    let body = format!(r#"{{"error":[],"result":{PLACED}}}"#);
    check(ORDER, (200, &body), &format!("done {PLACED}"), Feedback::Fine);
    let body = r#"{"error":[],"result":{"XXBT":"1.0"}}"#;
    check(READ, (200, body), r#"done {"XXBT":"1.0"}"#, Feedback::Fine);
    check(
        CANCEL,
        (200, r#"{"error":[],"result":{"count":1}}"#),
        r#"done {"count":1}"#,
        Feedback::Fine,
    );
}

#[test]
fn warnings_are_no_errors() {
    let body = format!(r#"{{"error":["WGeneral:Deprecated"],"result":{PLACED}}}"#);
    check(ORDER, (200, &body), &format!("done {PLACED}"), Feedback::Fine);
}

#[test]
fn a_success_that_names_no_order_is_unclear() {
    let bare = r#"{"error":[],"result":{"descr":{"order":"buy"}}}"#;
    let too_little = "unclear: the answer says too little: `txid` in kraken's answer is missing";
    check(ORDER, (200, bare), too_little, Feedback::Fine);
    check(ORDER, (200, r#"{"error":[],"result":{}}"#), too_little, Feedback::Fine);
    check(ORDER, (200, r#"{"error":[],"result":{"txid":[]}}"#), too_little, Feedback::Fine);
    check(ORDER, (200, r#"{"error":[],"result":[]}"#), "unclear", Feedback::Fine);
    check(Endpoint::AmendOrder, (200, r#"{"error":[],"result":{}}"#), "unclear", Feedback::Fine);
    check(CANCEL, (200, r#"{"error":[],"result":{}}"#), "unclear", Feedback::Fine);
    check(Endpoint::AddOrderBatch, (200, bare), "unclear", Feedback::Fine);
    let switch = Endpoint::CancelAllOrdersAfter;
    check(switch, (200, r#"{"error":[],"result":{}}"#), "unclear", Feedback::Fine);

    let asked = Asked { endpoint: ORDER, is_check_only: true };
    let checked = judge(asked, &Heard::Answer(answer(200, bare)), NOW);
    assert_eq!(checked.verdict, Verdict::Done(r#"{"descr":{"order":"buy"}}"#));
}

#[test]
fn an_answer_without_error_or_result_is_unclear() {
    for endpoint in [ORDER, CANCEL, READ] {
        check(endpoint, (200, r#"{"error":[]}"#), "unclear", Feedback::Fine);
        check(endpoint, (200, r#"{"error":["WX"]}"#), "unclear", Feedback::Fine);
        check(endpoint, (500, r#"{"error":[],"result":{"count":1}}"#), "unclear", Feedback::Fine);
    }
}

#[test]
fn texts_decide() {
    let says = |endpoint, text, expect: &str, feedback| {
        check(endpoint, (200, &errors(&[text])), expect, feedback);
    };
    says(ORDER, "EOrder:Insufficient funds", "refused insufficient funds", Feedback::Fine);
    says(ORDER, "EAPI:Rate limit exceeded", "wait", Feedback::KeyExceeded);
    says(Endpoint::Ticker, "EAPI:Rate limit exceeded", "wait", Feedback::AddressExceeded);
    says(ORDER, "EOrder:Rate limit exceeded", "wait", Feedback::PairExceeded);
    let until = Feedback::ThrottledUntil(NOW + Duration::from_secs(30));
    says(READ, "EService: Throttled: 1795262430", "wait", until);
    says(READ, "EAPI:Invalid nonce", "bad nonce", Feedback::Fine);
    says(ORDER, "EAPI:Invalid nonce", "bad nonce", Feedback::Fine);
    says(ORDER, "EAPI:Invalid key", "bad key EAPI:Invalid key", Feedback::Fine);
    says(ORDER, "EAPI:Invalid signature", "bad key EAPI:Invalid signature", Feedback::Fine);
    says(READ, "EGeneral:Temporary lockout", "locked out", Feedback::LockedOut);
    says(
        ORDER,
        "EService:Unavailable",
        "unclear: kraken says `EService:Unavailable`",
        Feedback::Fine,
    );
    says(CANCEL, "EOrder:Unknown order", "refused unknown order", Feedback::Fine);
    let mode = Refusal::MarketMode(VenueStatus::CancelOnly);
    says(ORDER, "EService:Market in cancel_only mode", &format!("refused {mode}"), Feedback::Fine);
}

#[test]
fn texts_decide_whatever_the_status() {
    for status in [200, 400, 403, 500, 502, 520] {
        let refused = errors(&["EOrder:Insufficient funds"]);
        check(ORDER, (status, &refused), "refused insufficient funds", Feedback::Fine);
        let denied = errors(&["EGeneral:Permission denied"]);
        check(READ, (status, &denied), "refused permission denied", Feedback::Fine);
    }
    let limited = errors(&["EAPI:Rate limit exceeded"]);
    check(READ, (429, &limited), "wait", Feedback::KeyExceeded);
    check(
        ORDER,
        (429, &errors(&["EOrder:Insufficient funds"])),
        "refused insufficient funds",
        Feedback::TooManyRequests,
    );
}

#[test]
fn of_several_texts_the_one_that_matters_more() {
    let funds = "EOrder:Insufficient funds";
    let check = |endpoint, texts: &[&str], expect, feedback| {
        check(endpoint, (200, &errors(texts)), expect, feedback);
        let turned: Vec<&str> = texts.iter().rev().copied().collect();
        check(endpoint, (200, &errors(&turned)), expect, feedback);
    };
    check(ORDER, &[funds, "EService:Busy"], "unclear: kraken says `EService:Busy`", Feedback::Fine);
    check(ORDER, &["EGeneral:Temporary lockout", "EService:Busy"], "unclear", Feedback::LockedOut);
    check(
        READ,
        &["EGeneral:Temporary lockout", "EService:Busy"],
        "locked out",
        Feedback::LockedOut,
    );
    check(
        READ,
        &["EAPI:Invalid key", "EAPI:Rate limit exceeded"],
        "bad key EAPI:Invalid key",
        Feedback::KeyExceeded,
    );
    check(ORDER, &[funds, "EAPI:Invalid nonce"], "bad nonce", Feedback::Fine);
}

#[test]
fn pages_of_the_edge() {
    const HTML: &str = "<html><h1>502 Bad Gateway</h1></html>";
    for status in [200, 302, 400, 404, 500, 502, 503, 504, 520, 521, 522, 523, 524] {
        check(ORDER, (status, HTML), "unclear", Feedback::Fine);
        check(CANCEL, (status, HTML), "unclear", Feedback::Fine);
        check(READ, (status, HTML), "unclear", Feedback::Fine);
        check(ORDER, (status, ""), "unclear", Feedback::Fine);
    }
    check(ORDER, (403, HTML), "unclear", Feedback::AddressBlocked);
    check(CANCEL, (403, HTML), "unclear", Feedback::AddressBlocked);
    check(READ, (403, HTML), "wait", Feedback::AddressBlocked);
    check(ORDER, (429, HTML), "wait", Feedback::TooManyRequests);
    check(ORDER, (429, r#"{"error":[]}"#), "wait", Feedback::TooManyRequests);
    check(ORDER, (429, r#"{"message":"slow down"}"#), "wait", Feedback::TooManyRequests);
    check(READ, (429, "error code: 1015"), "wait", Feedback::AddressBlocked);
    check(ORDER, (503, "error code: 1015"), "unclear", Feedback::AddressBlocked);
}

#[test]
fn half_an_answer_is_unclear() {
    let whole = format!(r#"{{"error":[],"result":{PLACED}}}"#);
    for end in 0..whole.len() {
        check(ORDER, (200, &whole[..end]), "unclear", Feedback::Fine);
    }
    let whole = errors(&["EOrder:Insufficient funds"]);
    for end in 0..whole.len() {
        check(ORDER, (200, &whole[..end]), "unclear", Feedback::Fine);
    }
}

#[test]
fn retry_after_slows_down() {
    let check = |status, retry_after, expect, feedback| {
        let http = HttpAnswer { retry_after: Some(retry_after), ..answer(status, "busy") };
        let judgment = judge(ORDER.into(), &Heard::Answer(http), NOW);
        assert!(word(&judgment.verdict).starts_with(expect));
        assert_eq!(judgment.feedback, feedback);
    };
    let after = |seconds| Feedback::RetryAfter(Duration::from_secs(seconds));
    check(429, "30", "wait", after(30));
    check(503, "30", "unclear", after(30));
    check(429, "Sat, 21 Nov 2026 12:02:00 GMT", "wait", after(120));
    check(403, "30", "unclear", Feedback::AddressBlocked);
    check(403, "7200", "unclear", after(7_200));
}

#[test]
fn budgets_are_told_with_a_success_too() {
    let budget = [("X-RateLimit-Remaining", "3"), ("X-RateLimit-Reset", "10")];
    let http = HttpAnswer { budget: &budget, ..answer(200, r#"{"error":[],"result":{}}"#) };
    let judgment = judge(READ.into(), &Heard::Answer(http), NOW);
    assert_eq!(judgment.verdict, Verdict::Done("{}"));
    let until = NOW + Duration::from_secs(10);
    assert_eq!(judgment.feedback, Feedback::BudgetLeft { left: 3, until });
}

#[test]
fn no_answer_at_all() {
    for endpoint in [ORDER, CANCEL, READ] {
        let verdict = |nothing| judge(endpoint.into(), &Heard::Nothing(nothing), NOW).verdict;
        assert_eq!(verdict(NoAnswer::NeverSent), Verdict::NotReached);
        assert_eq!(verdict(NoAnswer::TimedOut), Verdict::Unclear(Doubt::TimedOut));
        assert_eq!(verdict(NoAnswer::Broken), Verdict::Unclear(Doubt::Broken));
    }
}
