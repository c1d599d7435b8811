//! Calls as HTTP requests, and what is heard of their answers.

use kraken_protocol::{
    Request,
    verdict::{self, NoAnswer, edge::is_about_budget},
};
use simulated_kraken::{Answer, HttpAnswer, HttpRequest, RequestId};

use super::{ADDRESS, InProcess};
use crate::line::Key;

/// What was heard of a call.
pub(super) enum Heard {
    Answer(HttpAnswer),
    Nothing(NoAnswer),
}

impl From<Answer> for Heard {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Http(answer) => Self::Answer(answer),
            Answer::Nothing | Answer::Torn(_) => Self::Nothing(NoAnswer::Broken),
        }
    }
}

impl Heard {
    pub(super) const fn timed_out() -> Self {
        Self::Nothing(NoAnswer::TimedOut)
    }

    /// The headers that speak of a budget.
    pub(super) fn budget(&self) -> Vec<(&str, &str)> {
        let Self::Answer(answer) = self else { return Vec::new() };
        let headers = answer.headers.iter().filter(|(name, _)| is_about_budget(name));
        headers.map(|(name, value)| (*name, value.as_str())).collect()
    }

    /// The same in the words of a verdict.
    pub(super) fn as_heard<'a>(&'a self, budget: &'a [(&'a str, &'a str)]) -> verdict::Heard<'a> {
        match self {
            Self::Answer(answer) => {
                let retry_after = answer.headers.iter().find(|(name, _)| *name == "retry-after");
                verdict::Heard::Answer(verdict::HttpAnswer {
                    status: answer.status,
                    body: &answer.body,
                    retry_after: retry_after.map(|(_, value)| value.as_str()),
                    budget,
                })
            }
            Self::Nothing(nothing) => verdict::Heard::Nothing(*nothing),
        }
    }
}

impl InProcess {
    /// Sends a call, once.
    pub(super) fn send(&mut self, key: Key, request: &Request) -> RequestId {
        let endpoint = request.endpoint();
        let (path, address) = (endpoint.path().to_owned(), ADDRESS.to_owned());
        let empty = HttpRequest { path, address, ..HttpRequest::default() };
        if endpoint.is_public() {
            let (method, query) = ("GET".to_owned(), request.query());
            return self.carry(HttpRequest { method, query, ..empty });
        }
        let now = self.now;
        let credentials = self.keys.get_mut(&key).expect("there is every key");
        let nonce = credentials.nonces.next(now).expect("nonces are not used up");
        let body = request.body(nonce);
        let sign = credentials.signer.sign(endpoint, nonce, body.text.as_bytes());
        let headers = vec![
            ("content-type".to_owned(), body.content_type.to_owned()),
            ("api-key".to_owned(), credentials.key.clone()),
            ("api-sign".to_owned(), (*sign).to_owned()),
        ];
        let (method, body) = ("POST".to_owned(), body.text.into_bytes().into());
        self.carry(HttpRequest { method, headers, body, ..empty })
    }
}
