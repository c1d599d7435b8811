//! What the outside of an HTTP answer says about our rate: its status, its headers, and the pages
//! of the edge that stands before Kraken.
//!
//! Kraken documents no such status and no such header; the edge and older articles speak of them.
//! So they may slow us down, and nothing else: none makes us faster than our own counters allow.

use std::time::Duration;

use trading_types::Timestamp;

use crate::limits::Feedback;

/// An HTTP answer.
#[derive(Clone, Copy, Debug)]
pub struct HttpAnswer<'a> {
    /// The status.
    pub status: u16,
    /// The body, whole.
    pub body: &'a [u8],
    /// The header `Retry-After`, if there is one.
    pub retry_after: Option<&'a str>,
    /// Name and value of every header that [`is_about_budget`].
    pub budget: &'a [(&'a str, &'a str)],
}

/// How there came to be no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// Not one byte of the request left: no connection could be made.
    NeverSent,
    /// Nothing came in time.
    TimedOut,
    /// The connection broke when something had been sent, or in the middle of the answer.
    Broken,
}

/// Whether a header tells how much of a budget is left.
pub fn is_about_budget(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("x-ratelimit-") || name.starts_with("x-bs-unit-")
}

/// No wait that the edge asks for is believed to be longer than this: a day.
const RETRY_AFTER_MAX: Duration = Duration::from_hours(24);
/// A budget without a time is full again after the minute that the articles speak of.
const BUDGET_PERIOD: Duration = Duration::from_mins(1);
/// And none is believed to need longer than this: an hour.
const BUDGET_PERIOD_MAX: Duration = Duration::from_hours(1);
/// How much of a page is searched.
const PAGE_MAX: usize = 16 * 1024;
/// A reset below this is a wait in seconds, above it a moment: the year 2001.
const MOMENT_MIN: u64 = 1_000_000_000;
/// From here on it counts in milliseconds: the year 33658.
const MILLIS_MIN: u64 = 1_000_000_000_000;

/// What status and headers say.
pub(super) fn feedback(http: &HttpAnswer<'_>, now: Timestamp) -> Feedback {
    let refuses = matches!(http.status, 403 | 429 | 500..);
    let retry_after = http.retry_after.filter(|_| refuses).and_then(|text| wait(text, now));
    let by_status = match (retry_after, http.status) {
        (Some(wait), _) => Feedback::RetryAfter(wait),
        (None, 429) => Feedback::TooManyRequests,
        (None, _) => Feedback::Fine,
    };
    slower(by_status, budget(http.budget, now), now)
}

/// What a page says that is not Kraken's.
pub(super) fn page_feedback(http: &HttpAnswer<'_>) -> Feedback {
    let is_blocked = http.status == 403 || is_page_1015(http.body);
    if is_blocked { Feedback::AddressBlocked } else { Feedback::Fine }
}

/// The edge's page about too many requests
/// (<https://developers.cloudflare.com/support/troubleshooting/http-status-codes/>, error 1015).
fn is_page_1015(body: &[u8]) -> bool {
    let page = String::from_utf8_lossy(&body[..body.len().min(PAGE_MAX)]).to_lowercase();
    let speaks_of_errors = ["error", "rate limited", "cloudflare"];
    page.contains("1015") && speaks_of_errors.iter().any(|word| page.contains(word))
}

/// Of two pieces of feedback on one answer, the one that slows us more.
pub(super) fn slower(one: Feedback, other: Feedback, now: Timestamp) -> Feedback {
    if weight(&one, now) < weight(&other, now) { other } else { one }
}

/// About how long each keeps us waiting. Only the order matters.
fn weight(feedback: &Feedback, now: Timestamp) -> Duration {
    let seconds = |seconds| Duration::from_secs(seconds);
    match feedback {
        Feedback::Fine => Duration::ZERO,
        Feedback::BudgetLeft { .. } => Duration::from_nanos(1),
        Feedback::TooManyRequests | Feedback::MessagesExceeded => seconds(1),
        Feedback::PairExceeded | Feedback::DomainExceeded => seconds(10),
        Feedback::KeyExceeded | Feedback::AddressExceeded => seconds(15),
        Feedback::RetryAfter(wait) => seconds(1) + *wait,
        Feedback::ThrottledUntil(until) => seconds(1) + until.since(now),
        Feedback::AddressBlocked => seconds(600),
        Feedback::LockedOut => seconds(900),
    }
}

/// `Retry-After`: seconds, or the date of a header
/// (<https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>).
fn wait(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => header_date(text)?.since(now),
    };
    // No wait at all would make us faster than a refusal without any word about time.
    Some(wait.min(RETRY_AFTER_MAX)).filter(|wait| !wait.is_zero())
}

/// `Wed, 21 Oct 2015 07:28:00 GMT`.
fn header_date(text: &str) -> Option<Timestamp> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let (_, date) = text.split_once(", ")?;
    let parts: Vec<&str> = date.split(' ').collect();
    let [day, month, year, time, "GMT"] = parts[..] else { return None };
    let at = (month.len() == 3).then(|| MONTHS.find(month)).flatten()?;
    let month = at.is_multiple_of(3).then_some(at / 3 + 1)?;
    format!("{year}-{month:02}-{day}T{time}Z").parse().ok()
}

/// `X-RateLimit-Limit`, `-Remaining`, `-Reset` and `X-BS-Unit-Current`, `-Limit`, `-Reset`; of
/// several budgets the one with the least left.
fn budget(headers: &[(&str, &str)], now: Timestamp) -> Feedback {
    let number = |wanted: &str| {
        let same = |(name, _): &&(&str, &str)| name.eq_ignore_ascii_case(wanted);
        headers.iter().find(same).and_then(|(_, value)| value.trim().parse::<u64>().ok())
    };
    let remaining = number("x-ratelimit-remaining");
    let limit = number("x-bs-unit-limit");
    let unused = number("x-bs-unit-current").zip(limit).map(|(used, of)| of.saturating_sub(used));
    let budgets = [(remaining, number("x-ratelimit-reset")), (unused, number("x-bs-unit-reset"))];
    let least = budgets
        .into_iter()
        .filter_map(|(left, reset)| Some((left?, until(reset, now))))
        .min_by_key(|(left, until)| (*left, std::cmp::Reverse(*until)));
    match least {
        Some((left, until)) => {
            let left = u32::try_from(left).unwrap_or(u32::MAX);
            Feedback::BudgetLeft { left, until }
        }
        None => Feedback::Fine,
    }
}

fn until(reset: Option<u64>, now: Timestamp) -> Timestamp {
    let until = match reset {
        None => Some(now + BUDGET_PERIOD),
        Some(wait) if wait < MOMENT_MIN => Some(now + Duration::from_secs(wait)),
        Some(seconds) if seconds < MILLIS_MIN => Timestamp::from_seconds(seconds),
        Some(millis) => Timestamp::from_seconds(millis / 1_000),
    };
    until.unwrap_or(Timestamp::NEVER).clamp(now, now + BUDGET_PERIOD_MAX)
}

#[cfg(test)]
mod tests;
