//! Calls, ready to be sent: one constructor for each endpoint of the closed list, with typed
//! arguments.
//!
//! **Law.** A request says exactly what it was given: decimals plain and never with an exponent,
//! every flag that Kraken's own default could change spelled out, everything in a form
//! percent-encoded that is not unreserved, so that a `+` stays one.

mod account;
mod change;
mod encoding;
mod market;
mod order;

use std::time::Duration;

use trading_types::{OrderContradiction, Pair, Timestamp};

pub use self::{
    account::Page,
    change::{Amend, OrderName},
};
use crate::{endpoint::Endpoint, limits::Points, nonce::Nonce, verdict::Asked};

/// A call of one endpoint, without nonce and signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    endpoint: Endpoint,
    cost: Points,
    pair: Option<Pair>,
    is_check_only: bool,
    content: Content,
}

/// The parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    /// Names and values of a form or a query.
    Form(Parameters),
    /// The fields of a JSON object after the nonce, each with a comma before it.
    Json(String),
}

type Parameters = Vec<(&'static str, String)>;

/// The body of a private call. Sign the very text that is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The text.
    pub text: String,
    /// The header `Content-Type` that belongs to it.
    pub content_type: &'static str,
}

/// Why a request cannot be made. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Kraken refuses the two together, and an order of ours always has a client id.
    #[error(
        "kraken takes no conditional close together with a client id: place the stop by itself"
    )]
    ClientIdWithClose,
    /// The order's flags contradict each other.
    #[error(transparent)]
    Contradiction(#[from] OrderContradiction),
    /// A number that has to be above zero.
    #[error("the {0} has to be above zero")]
    NotPositive(&'static str),
    /// The name is that of another pair.
    #[error("the order is for {order}, and the name is that of {named}: give the name of its pair")]
    OtherPair {
        /// The order's pair.
        order: Pair,
        /// The pair that was named.
        named: Pair,
    },
    /// Kraken does not have the pair.
    #[error("kraken has no pair {0}")]
    UnknownPair(Pair),
    /// One order and its conditional close watch two different prices, and Kraken knows one.
    #[error("an order and its conditional close watch the same price: last or index for both")]
    TwoTriggerSources,
    /// Too few or too many for one call.
    #[error("{count} {what} in one call, and kraken takes {min} to {max}: split them")]
    Count {
        /// Of what.
        what: &'static str,
        /// How many.
        count: usize,
        /// The fewest.
        min: usize,
        /// The most.
        max: usize,
    },
    /// Nothing would change.
    #[error("an amendment that changes nothing: give a quantity or a price")]
    NothingToAmend,
    /// A candle length that is in Kraken's archives and not in its interface.
    #[error("kraken's interface has no candles of {0} minutes: build them from shorter ones")]
    NoSuchCandles(u32),
    /// Longer than Kraken waits.
    #[error("the dead-man switch waits at most {} seconds", .0.as_secs())]
    TooLong(Duration),
}

impl Request {
    fn form(endpoint: Endpoint, parameters: Parameters) -> Self {
        let content = Content::Form(parameters);
        Self { endpoint, cost: endpoint.cost(), pair: None, is_check_only: false, content }
    }

    fn json(endpoint: Endpoint, fields: String) -> Self {
        Self { content: Content::Json(fields), ..Self::form(endpoint, Vec::new()) }
    }

    fn with(mut self, name: &'static str, value: String) -> Self {
        match &mut self.content {
            Content::Form(parameters) => parameters.push((name, value)),
            Content::Json(fields) => encoding::field(name, &encoding::text(&value), fields),
        }
        self
    }

    fn with_flag(mut self, name: &'static str) -> Self {
        match &mut self.content {
            Content::Form(parameters) => parameters.push((name, "true".to_owned())),
            Content::Json(fields) => encoding::field(name, "true", fields),
        }
        self
    }

    fn on(mut self, pair: Pair) -> Self {
        self.pair = Some(pair);
        self
    }

    /// Which endpoint it calls.
    pub const fn endpoint(&self) -> Endpoint {
        self.endpoint
    }

    /// What it costs on the counter of its key.
    pub const fn cost(&self) -> Points {
        self.cost
    }

    /// The pair it is about, where it is about one.
    pub const fn pair(&self) -> Option<Pair> {
        self.pair
    }

    /// What a verdict has to know of it.
    pub const fn asked(&self) -> Asked {
        Asked { endpoint: self.endpoint, is_check_only: self.is_check_only }
    }

    /// The query of a public call, percent-encoded and without a question mark; empty when it has
    /// no parameters.
    pub fn query(&self) -> String {
        assert!(self.endpoint.is_public(), "a private call has a body and no query");
        match &self.content {
            Content::Form(parameters) => encoding::form(parameters),
            Content::Json(_) => panic!("a public call has no JSON"),
        }
    }

    /// The body of a private call, the nonce first.
    pub fn body(&self, nonce: Nonce) -> Body {
        assert!(!self.endpoint.is_public(), "a public call has a query and no body");
        match &self.content {
            Content::Form(parameters) => {
                let between = if parameters.is_empty() { "" } else { "&" };
                let text = format!("nonce={nonce}{between}{}", encoding::form(parameters));
                Body { text, content_type: "application/x-www-form-urlencoded" }
            }
            Content::Json(fields) => {
                let text = format!("{{\"nonce\":{nonce}{fields}}}");
                Body { text, content_type: "application/json" }
            }
        }
    }
}

/// RFC 3339 with milliseconds, the form that Kraken reads. What is finer is cut off, so a deadline
/// is never later than asked for.
fn milliseconds(time: Timestamp) -> String {
    const NANOS_PER_MILLI: u64 = 1_000_000;
    let whole = Timestamp::from_seconds(time.seconds()).unwrap_or(time).to_string();
    let millis = time.nanos() / NANOS_PER_MILLI % 1_000;
    format!("{}.{millis:03}Z", whole.trim_end_matches('Z'))
}

/// Whether so many of something fit into one call.
fn check_count(
    what: &'static str,
    count: usize,
    min: usize,
    max: usize,
) -> Result<(), RequestError> {
    if (min..=max).contains(&count) {
        Ok(())
    } else {
        Err(RequestError::Count { what, count, min, max })
    }
}

#[cfg(test)]
mod tests;
