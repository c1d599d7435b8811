//! Carries one call to Kraken and its answer back. What the answer means is not decided here, and
//! nothing is ever carried twice.

use std::{fmt, time::Duration};

use kraken_protocol::{
    Endpoint,
    nonce::Nonce,
    request::Body,
    stream::subscription::SocketKind,
    verdict::{NoAnswer, edge::is_about_budget},
};
use reqwest::{
    Client, Method, RequestBuilder, Response,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue},
};
use trading_types::Timestamp;
use zeroize::Zeroizing;

use crate::{
    clock::Clock,
    egress::{Egress, EgressError},
    hosts::{Base, MisplacedKey},
    secrets::Credentials,
};

/// The longest answer that is read. The list of all pairs has about 2 MiB.
const BODY_BYTES_MAX: usize = 32 << 20;
/// How long an answer may take. Kraken's own gateway gives up after less.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(30);
/// How many headers about limits are kept, and how long one may be.
const HEADERS_MAX: usize = 16;
const HEADER_BYTES_MAX: usize = 256;

/// The way to one Kraken.
#[derive(Clone, Debug)]
pub struct Http {
    client: Client,
    base: Base,
    clock: Clock,
}

/// A call, ready to be sent.
pub(crate) enum Outgoing<'a> {
    /// Without a key.
    Public {
        /// What is asked.
        endpoint: Endpoint,
        /// The part of the address after the question mark.
        query: &'a str,
    },
    /// With a key.
    Private {
        /// What is asked.
        endpoint: Endpoint,
        /// The number that is in the body, too.
        nonce: Nonce,
        /// The parameters.
        body: Body,
        /// Whose call it is.
        credentials: &'a Credentials,
    },
}

/// An answer as it came. It may hold a token, so it does not show its body, and wipes it.
#[derive(PartialEq, Eq)]
pub(crate) struct RawAnswer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// What follows the headers.
    pub(crate) body: Zeroizing<Vec<u8>>,
    /// `Retry-After`, if it is there.
    pub(crate) retry_after: Option<String>,
    /// Headers that speak of a budget, by their names in lower case.
    pub(crate) budget: Vec<(String, String)>,
    /// When the call was sent.
    pub(crate) sent: Timestamp,
    /// When the whole answer was here.
    pub(crate) received: Timestamp,
}

impl fmt::Debug for RawAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawAnswer({}, {} bytes)", self.status, self.body.len())
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoReply {
    /// The call has certainly not left this machine.
    #[error("Kraken cannot be reached ({0})")]
    NeverSent(String),
    /// The call was sent, and nothing came back in time.
    #[error("nothing came within {} s", ANSWER_TIME_MAX.as_secs())]
    TimedOut,
    /// The call was or may have been sent, and the answer did not come whole.
    #[error("the connection broke ({0})")]
    Broken(String),
}

impl NoReply {
    /// The same, as far as a verdict depends on it.
    pub(crate) const fn no_answer(&self) -> NoAnswer {
        match self {
            Self::NeverSent(_) => NoAnswer::NeverSent,
            Self::TimedOut => NoAnswer::TimedOut,
            Self::Broken(_) => NoAnswer::Broken,
        }
    }
}

impl Http {
    /// The way to `base`.
    pub fn new(base: Base, egress: &Egress, clock: Clock) -> Result<Self, EgressError> {
        Ok(Self { client: egress.client(&base)?, base, clock })
    }

    /// The clock by which it waits.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Whether a key may be sent this way.
    pub(crate) fn check_key(&self, credentials: &Credentials) -> Result<(), MisplacedKey> {
        self.base.check_key(credentials.api_key())
    }

    /// A request that asks for a WebSocket; it leaves the same way.
    pub(crate) fn upgrade(&self, host: SocketKind) -> RequestBuilder {
        let mut url = self.base.socket_url(host);
        let scheme = if url.scheme() == "wss" { "https" } else { "http" };
        url.set_scheme(scheme).expect("both are web addresses");
        self.client.get(url)
    }

    /// Sends a call, once, and waits for its answer.
    pub(crate) async fn send(&self, call: Outgoing<'_>) -> Result<RawAnswer, NoReply> {
        let request = self.request(call)?;
        let sent = self.clock.now();
        let answer = async {
            let response = request.send().await.map_err(|error| no_reply(&error))?;
            self.read(response, sent).await
        };
        tokio::select! {
            // An answer that is here counts, however late it is.
            biased;
            answer = answer => answer,
            () = self.clock.give_up_at(sent + ANSWER_TIME_MAX) => {
                Err(NoReply::TimedOut)
            }
        }
    }

    fn request(&self, call: Outgoing<'_>) -> Result<RequestBuilder, NoReply> {
        match call {
            Outgoing::Public { endpoint, query } => {
                let url = self.base.rest_url(endpoint.path(), query);
                Ok(self.client.request(Method::GET, url))
            }
            Outgoing::Private { endpoint, nonce, body, credentials } => {
                // Checked when the key was taken in; a second look costs nothing.
                self.check_key(credentials)
                    .map_err(|error| NoReply::NeverSent(error.to_string()))?;
                let sign = credentials.sign(endpoint, nonce, body.text.as_bytes());
                let url = self.base.rest_url(endpoint.path(), "");
                let request = self
                    .client
                    .request(Method::POST, url)
                    .header(CONTENT_TYPE, body.content_type)
                    .header("API-Key", sensitive(credentials.api_key())?)
                    .header("API-Sign", sensitive(&sign)?)
                    .body(body.text);
                Ok(request)
            }
        }
    }

    async fn read(&self, mut response: Response, sent: Timestamp) -> Result<RawAnswer, NoReply> {
        let status = response.status().as_u16();
        let retry_after = response.headers().get("retry-after").and_then(shown);
        let budget = budget(response.headers());
        let mut body = Zeroizing::new(Vec::new());
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if BODY_BYTES_MAX - body.len() < chunk.len() => {
                    let what = format!("its answer has more than {BODY_BYTES_MAX} bytes");
                    return Err(NoReply::Broken(what));
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => return Err(NoReply::Broken(described(&error))),
            }
        }
        let received = self.clock.now();
        Ok(RawAnswer { status, body, retry_after, budget, sent, received })
    }
}

/// A header that libraries do not show in their logs.
fn sensitive(text: &str) -> Result<HeaderValue, NoReply> {
    let unusable = |_| NoReply::NeverSent("the API key cannot stand in a header".to_owned());
    let mut value = HeaderValue::from_str(text).map_err(unusable)?;
    value.set_sensitive(true);
    Ok(value)
}

fn budget(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, _)| is_about_budget(name.as_str()))
        .filter_map(|(name, value)| Some((name.to_string(), shown(value)?)))
        .take(HEADERS_MAX)
        .collect()
}

fn shown(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?;
    (text.len() <= HEADER_BYTES_MAX).then(|| text.to_owned())
}

/// A call whose connection could not even be made was never sent. Everything else may have been.
fn no_reply(error: &reqwest::Error) -> NoReply {
    if error.is_connect() || error.is_builder() {
        NoReply::NeverSent(described(error))
    } else {
        NoReply::Broken(described(error))
    }
}

/// The innermost reason, which names neither an address nor a header.
pub(crate) fn described(error: &dyn std::error::Error) -> String {
    let mut reason = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    let text = reason.to_string();
    // A URL may carry the user and password of a proxy.
    if text.contains("://") { "the connection failed".to_owned() } else { text }
}

#[cfg(test)]
mod tests;
