//! Statuses and headers of every kind, right and wrong.

use super::*;

/// 2026-11-21T12:00:00Z.
const NOW: Timestamp = Timestamp::from_nanos(1_795_262_400_000_000_000);

fn http<'a>(status: u16, budget: &'a [(&'a str, &'a str)]) -> HttpAnswer<'a> {
    HttpAnswer { status, body: b"", retry_after: None, budget }
}

#[track_caller]
fn check_retry(status: u16, retry_after: &str, expect: Feedback) {
    let answer = HttpAnswer { retry_after: Some(retry_after), ..http(status, &[]) };
    assert_eq!(feedback(&answer, NOW), expect);
}

const fn after(seconds: u64) -> Feedback {
    Feedback::RetryAfter(Duration::from_secs(seconds))
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    check_retry(429, "30", after(30));
    check_retry(503, " 5 ", after(5));
    check_retry(429, "Sat, 21 Nov 2026 12:01:30 GMT", after(90));
    check_retry(429, "99999999", after(86_400));
}

#[test]
fn a_senseless_retry_after_is_none() {
    for text in [
        "",
        "soon",
        "-5",
        "1.5",
        "0",
        "Sat, 41 Nov 2026 12:01:30 GMT",
        "Sat, 21 Nov 2026",
        "Sat, 21 Nov 2026 11:00:00 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sat, 21 anF 2026 12:01:30 GMT",
    ] {
        check_retry(429, text, Feedback::TooManyRequests);
        check_retry(503, text, Feedback::Fine);
    }
    check_retry(200, "30", Feedback::Fine);
}

#[track_caller]
fn check_budget(headers: &[(&str, &str)], expect: Option<(u32, u64)>) {
    let expect = expect.map_or(Feedback::Fine, |(left, seconds)| Feedback::BudgetLeft {
        left,
        until: NOW + Duration::from_secs(seconds),
    });
    assert_eq!(feedback(&http(200, headers), NOW), expect);
}

#[test]
fn budgets_in_headers() {
    let moment = (NOW.seconds() + 45).to_string();
    let millis = format!("{}250", NOW.seconds() + 45);
    check_budget(&[("X-RateLimit-Remaining", "7"), ("X-RateLimit-Reset", "20")], Some((7, 20)));
    check_budget(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &moment)], Some((0, 45)));
    check_budget(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &millis)], Some((0, 45)));
    check_budget(&[("X-RateLimit-Remaining", "7"), ("X-RateLimit-Limit", "15")], Some((7, 60)));
    check_budget(&[("X-BS-Unit-Current", "12"), ("X-BS-Unit-Limit", "15")], Some((3, 60)));
    check_budget(&[("X-BS-Unit-Current", "16"), ("X-BS-Unit-Limit", "15")], Some((0, 60)));
    let both = [
        ("X-RateLimit-Remaining", "7"),
        ("X-BS-Unit-Current", "12"),
        ("X-BS-Unit-Limit", "15"),
        ("X-BS-Unit-Reset", "9"),
    ];
    check_budget(&both, Some((3, 9)));
}

#[test]
fn senseless_budgets_are_none() {
    check_budget(&[("X-RateLimit-Remaining", "lots")], None);
    check_budget(&[("X-RateLimit-Remaining", "-1")], None);
    check_budget(&[("X-RateLimit-Limit", "15")], None);
    check_budget(&[("X-BS-Unit-Current", "3")], None);
    check_budget(&[("X-RateLimit-Remaining", "99999999999")], Some((u32::MAX, 60)));
    check_budget(&[("X-RateLimit-Remaining", "1"), ("X-RateLimit-Reset", "x")], Some((1, 60)));
    let past = (NOW.seconds() - 45).to_string();
    check_budget(&[("X-RateLimit-Remaining", "1"), ("X-RateLimit-Reset", &past)], Some((1, 0)));
    let far = [("X-RateLimit-Remaining", "1"), ("X-RateLimit-Reset", "18446744073709551615")];
    check_budget(&far, Some((1, 3_600)));
}

#[test]
fn headers_of_interest() {
    assert!(is_about_budget("X-RateLimit-Limit"));
    assert!(is_about_budget("x-bs-unit-current"));
    assert!(!is_about_budget("cache-control"));
}

#[track_caller]
fn check_page(status: u16, body: &str, expect: Feedback) {
    let answer = HttpAnswer { body: body.as_bytes(), ..http(status, &[]) };
    assert_eq!(page_feedback(&answer), expect);
}

#[test]
fn pages_of_the_edge() {
    check_page(403, "<html>captcha</html>", Feedback::AddressBlocked);
    check_page(429, "error code: 1015", Feedback::AddressBlocked);
    check_page(200, "<title>You are being rate limited</title> 1015", Feedback::AddressBlocked);
    check_page(502, "<html>Error 502 Ray ID 10a5</html>", Feedback::Fine);
    check_page(200, "1015", Feedback::Fine);
    check_page(200, "", Feedback::Fine);
}

#[test]
fn of_two_the_slower_counts() {
    use Feedback as F;
    let rising = [
        F::Fine,
        F::BudgetLeft { left: 0, until: NOW },
        F::TooManyRequests,
        F::PairExceeded,
        F::KeyExceeded,
        after(60),
        F::ThrottledUntil(NOW + Duration::from_mins(2)),
        F::AddressBlocked,
        F::LockedOut,
    ];
    for (at, one) in rising.iter().enumerate() {
        for other in &rising[at..] {
            assert_eq!(slower(*one, *other, NOW), *other);
            assert_eq!(slower(*other, *one, NOW), *other);
        }
    }
}
