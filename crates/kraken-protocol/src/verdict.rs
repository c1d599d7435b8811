//! What an answer, or none, means for whoever asked: one of nine things to do next.
//!
//! **Law.** An order call whose outcome nobody told us is [`Verdict::Unclear`], never a success and
//! never a refusal: it is looked up and not repeated. What an answer says about limits may only
//! slow us down.
//!
//! Texts: <https://docs.kraken.com/exchange/guides/general/errors>, read on 2026-11-21. Statuses
//! other than 200 come from the edge before Kraken, but a list of errors inside such an answer is
//! still Kraken's, and is tried first.

pub mod edge;
pub mod meaning;

use trading_types::{Refusal, Timestamp};

pub use self::{
    edge::{HttpAnswer, NoAnswer},
    meaning::{Meaning, meaning, refusal_from_text},
};
use crate::{
    endpoint::{Effect, Endpoint},
    limits::Feedback,
    rest::{Answer, DecodeError, placing},
};

/// What was asked, as far as a verdict depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Which endpoint.
    pub endpoint: Endpoint,
    /// Whether an order was only to be checked (`validate`), so that none is named in the answer.
    pub is_check_only: bool,
}

impl From<Endpoint> for Asked {
    fn from(endpoint: Endpoint) -> Self {
        Self { endpoint, is_check_only: false }
    }
}

/// What came back.
#[derive(Clone, Copy, Debug)]
pub enum Heard<'a> {
    /// An HTTP answer, from Kraken or from the edge before it.
    Answer(HttpAnswer<'a>),
    /// Nothing, or nothing whole.
    Nothing(NoAnswer),
}

/// What a call came to, and what it says about limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgment<'a> {
    /// What to do next.
    pub verdict: Verdict<'a>,
    /// What the answer says about our rate.
    pub feedback: Feedback,
}

/// What a call came to, sorted by what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// It was done; read the result. That of an order call has been read once already, so it says
    /// what has to be known; of a batch it says so for each order by itself.
    Done(&'a str),
    /// A definite no: drop it, or look again, as the refusal says.
    Refused(Refusal),
    /// A limit: a definite no for now. Ask the scheduler again.
    Wait,
    /// The nonce was too low; nothing was done. Learn Kraken's last one. A read may be asked once
    /// more.
    BadNonce,
    /// The key or the signature is wrong, in these words; nothing was done. Never retry: it leads
    /// to a lockout. A person has to look.
    BadKey(String),
    /// Too many bad keys, signatures or nonces. Nothing was done, and for about fifteen minutes
    /// nothing will be. A person has to look.
    LockedOut,
    /// It was certainly never sent. It may be sent.
    NotReached,
    /// Nobody knows whether it was done. An order call has to be looked up and is not repeated; a
    /// read may be.
    Unclear(Doubt),
}

/// Why an outcome is unclear.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// Nothing came in time.
    #[error("there was no answer in time")]
    TimedOut,
    /// The connection broke after something was sent.
    #[error("the connection broke before the answer")]
    Broken,
    /// Something else than an answer of Kraken's.
    #[error("http {status}: {what}")]
    Unreadable {
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        what: String,
    },
    /// Kraken does not know either.
    #[error("kraken says `{0}`")]
    Said(String),
    /// A success that does not say what has to be known.
    #[error("the answer says too little: {0}")]
    Incomplete(DecodeError),
}

/// What was heard means this for what was asked.
pub fn judge<'a>(asked: Asked, heard: &Heard<'a>, now: Timestamp) -> Judgment<'a> {
    match heard {
        Heard::Answer(answer) => judge_answer(asked, answer, now),
        Heard::Nothing(nothing) => {
            let verdict = match nothing {
                NoAnswer::NeverSent => Verdict::NotReached,
                NoAnswer::TimedOut => Verdict::Unclear(Doubt::TimedOut),
                NoAnswer::Broken => Verdict::Unclear(Doubt::Broken),
            };
            Judgment { verdict, feedback: Feedback::Fine }
        }
    }
}

fn judge_answer<'a>(asked: Asked, http: &HttpAnswer<'a>, now: Timestamp) -> Judgment<'a> {
    let edge = edge::feedback(http, now);
    let answer = match Answer::open(http.body) {
        Ok(answer) => answer,
        Err(not_an_answer) => {
            let verdict = unreadable(asked.endpoint, http.status, not_an_answer.to_string());
            let feedback = edge::slower(edge, edge::page_feedback(http), now);
            return Judgment { verdict, feedback };
        }
    };
    if answer.errors.is_empty() {
        return Judgment { verdict: success(asked, http.status, answer.result), feedback: edge };
    }
    let meanings = answer.errors.into_iter().map(|text| {
        let meaning = meaning(&text, asked.endpoint, now);
        (text, meaning)
    });
    let (verdict, feedback) = meanings
        .map(|(text, meaning)| (meaning.feedback(), verdict(text, meaning)))
        .fold((None, edge), |(worst, feedback), (said, verdict)| {
            let worst = worse(worst, verdict, asked.endpoint.effect());
            (Some(worst), edge::slower(feedback, said, now))
        });
    Judgment { verdict: verdict.expect("there is at least one error"), feedback }
}

fn verdict<'a>(text: String, meaning: Meaning) -> Verdict<'a> {
    match meaning {
        Meaning::Refused(refusal) => Verdict::Refused(refusal),
        Meaning::Wait(_) => Verdict::Wait,
        Meaning::BadNonce => Verdict::BadNonce,
        Meaning::BadKey => Verdict::BadKey(text),
        Meaning::LockedOut => Verdict::LockedOut,
        Meaning::Unclear => Verdict::Unclear(Doubt::Said(text)),
    }
}

/// The one of two verdicts on one answer that matters more. For an order call that is doubt: the
/// other texts do not say that nothing was done.
fn worse<'a>(one: Option<Verdict<'a>>, other: Verdict<'a>, effect: Effect) -> Verdict<'a> {
    let rank = |verdict: &Verdict<'_>| match (verdict, effect) {
        (Verdict::Unclear(_), Effect::Place | Effect::Cancel) => 6,
        (Verdict::LockedOut, _) => 5,
        (Verdict::BadKey(_), _) => 4,
        (Verdict::BadNonce, _) => 3,
        (Verdict::Wait, _) => 2,
        (Verdict::Unclear(_), Effect::Read) => 1,
        (Verdict::Refused(_) | Verdict::Done(_) | Verdict::NotReached, _) => 0,
    };
    match one {
        Some(one) if rank(&other) <= rank(&one) => one,
        Some(_) | None => other,
    }
}

/// An answer that is not Kraken's. Only HTTP 429 says that nothing was done.
fn unreadable<'a>(endpoint: Endpoint, status: u16, what: String) -> Verdict<'a> {
    match (status, endpoint.effect()) {
        (429, _) | (403, Effect::Read) => Verdict::Wait,
        _ => Verdict::Unclear(Doubt::Unreadable { status, what }),
    }
}

fn success(asked: Asked, status: u16, result: Option<&str>) -> Verdict<'_> {
    let Some(result) = result else {
        let what = "there is neither an error nor a result";
        return unreadable(asked.endpoint, status, what.to_owned());
    };
    if !(200..300).contains(&status) {
        let what = "there is no error, and yet the status says so";
        return unreadable(asked.endpoint, status, what.to_owned());
    }
    match says_enough(asked, result) {
        Ok(()) => Verdict::Done(result),
        Err(error) => Verdict::Unclear(Doubt::Incomplete(error)),
    }
}

/// Whether the result of an order call says what was done.
fn says_enough(asked: Asked, result: &str) -> Result<(), DecodeError> {
    use Endpoint as E;
    let check_only = asked.is_check_only;
    match asked.endpoint {
        E::AddOrder => placing::added(result, check_only).map(drop),
        E::AddOrderBatch => placing::batch_added(result, check_only).map(drop),
        E::AmendOrder => placing::amended(result).map(drop),
        E::CancelOrder | E::CancelOrderBatch | E::CancelAll => placing::canceled(result).map(drop),
        E::CancelAllOrdersAfter => placing::dead_man_switch(result).map(drop),
        E::Time
        | E::SystemStatus
        | E::Assets
        | E::AssetPairs
        | E::Ticker
        | E::Ohlc
        | E::Depth
        | E::Trades
        | E::Spread
        | E::GetApiKeyInfo
        | E::Balance
        | E::BalanceEx
        | E::TradeBalance
        | E::OpenOrders
        | E::ClosedOrders
        | E::QueryOrders
        | E::TradesHistory
        | E::QueryTrades
        | E::Ledgers
        | E::QueryLedgers
        | E::TradeVolume
        | E::OrderAmends
        | E::GetWebSocketsToken => Ok(()),
    }
}

#[cfg(test)]
mod tests;
