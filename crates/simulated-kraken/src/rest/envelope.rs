//! What every answer of Kraken's REST interface is wrapped in: status 200, an array of errors, and
//! a result if there is one.

use bytes::Bytes;

use crate::{json::Json, kraken_error::KrakenError, message::HttpAnswer};

/// A call that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) error: KrakenError,
    /// What was done all the same.
    pub(crate) result: Option<String>,
}

impl From<KrakenError> for Refused {
    fn from(error: KrakenError) -> Self {
        Self { error, result: None }
    }
}

/// What a call comes to: JSON, or a refusal.
pub(crate) type Outcome = Result<String, Refused>;

/// For how long an answer may be kept by whoever passes it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Market data, for a second.
    ForASecond,
    /// Everything else.
    Never,
}

/// The answer that says so.
pub(crate) fn answer(outcome: &Outcome, keep: Keep) -> HttpAnswer {
    let body = match outcome {
        Ok(result) => format!(r#"{{"error":[],"result":{result}}}"#),
        Err(Refused { error, result }) => {
            let errors = Json::array().push_text(error).close();
            let object = Json::object().raw("error", errors);
            match result {
                Some(result) => object.raw("result", result).close(),
                None => object.close(),
            }
        }
    };
    with_body(200, body, keep)
}

/// A refusal with an HTTP status, as only the article knows it.
pub(crate) fn too_many(error: &KrakenError) -> HttpAnswer {
    let refused = answer(&Err(error.clone().into()), Keep::Never);
    HttpAnswer { status: 429, ..refused }
}

/// JSON of ours, without an envelope.
pub(crate) fn bare(body: String) -> HttpAnswer {
    with_body(200, body, Keep::Never)
}

/// JSON of ours that says what is wrong with a request.
pub(crate) fn refused(body: String) -> HttpAnswer {
    with_body(400, body, Keep::Never)
}

/// A page for people.
pub(crate) fn page(text: &'static str) -> HttpAnswer {
    let headers = vec![("content-type", "text/plain; charset=utf-8".to_owned())];
    HttpAnswer { status: 200, headers, body: Bytes::from_static(text.as_bytes()) }
}

fn with_body(status: u16, body: String, keep: Keep) -> HttpAnswer {
    let cache_control = match keep {
        Keep::ForASecond => "public, max-age=1",
        Keep::Never => "max-age=0, no-cache, no-store, must-revalidate",
    };
    let headers = vec![
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("cache-control", cache_control.to_owned()),
    ];
    HttpAnswer { status, headers, body: Bytes::from(body) }
}
