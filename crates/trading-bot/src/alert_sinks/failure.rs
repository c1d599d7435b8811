//! Why a sink did not take a message, sorted by whether it may later. No text here holds an address
//! or a header: both may hold a secret.

use std::time::Duration;

use reqwest::{Response, StatusCode};

/// Why a message is not through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It may go through later; where the sink says when, not before that.
    ForNow { why: String, after: Option<Duration> },
    /// It never will with these settings.
    ForGood { why: String },
}

impl Failure {
    pub(super) fn for_now(why: impl Into<String>) -> Self {
        Self::ForNow { why: why.into(), after: None }
    }

    pub(super) fn for_good(why: impl Into<String>) -> Self {
        Self::ForGood { why: why.into() }
    }

    /// What a response that is no success means.
    pub(super) fn of_response(response: &Response) -> Self {
        let status = response.status();
        let is_for_now = status.is_server_error()
            || status == StatusCode::TOO_MANY_REQUESTS
            || status == StatusCode::REQUEST_TIMEOUT;
        let why = format!("it answered {status}");
        if is_for_now {
            let seconds = response.headers().get("retry-after");
            let seconds = seconds.and_then(|value| value.to_str().ok()?.parse().ok());
            Self::ForNow { why, after: seconds.map(Duration::from_secs) }
        } else {
            Self::for_good(format!("{why}; check its address and its secret"))
        }
    }

    /// No response came. Whether the message went through is not known; it is sent again.
    pub(super) fn of_error(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut reason: &dyn std::error::Error = &error;
        while let Some(source) = reason.source() {
            reason = source;
        }
        let text = reason.to_string();
        Self::for_now(if text.contains("://") { "the connection failed".to_owned() } else { text })
    }
}
