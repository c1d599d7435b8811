//! The whole interface through the machine: a client that signs, and what it is answered.

use bytes::Bytes;
use serde_json::Value;
use trading_types::Timestamp;

use crate::{
    fixture,
    keys::{KeyDescription, TestSigner},
    message::{Answer, HttpAnswer, HttpRequest, Input, Output, RequestId},
    settings::Settings,
    simulated_kraken::SimulatedKraken,
};

mod any_bytes;
mod gate;
mod limits;
mod market;
mod past;
mod recorded;
mod shapes;
mod trading;

/// A simulated Kraken and somebody who calls it.
pub(super) struct Client {
    pub(super) machine: SimulatedKraken,
    pub(super) now: Timestamp,
    nonce: u64,
    key: KeyDescription,
}

impl Client {
    pub(super) fn new(settings: Settings) -> Self {
        let machine = SimulatedKraken::new(settings, fixture::start());
        let key = machine.keys()[0].clone();
        Self { machine, now: fixture::start(), nonce: 0, key }
    }

    /// Calls with the key of this name from now on.
    pub(super) fn with_key(mut self, name: &str) -> Self {
        self.use_key(name);
        self
    }

    pub(super) fn use_key(&mut self, name: &str) {
        let named = self.machine.keys().iter().find(|key| key.name == name);
        self.key = named.unwrap().clone();
    }

    pub(super) fn key_text(&self) -> &str {
        &self.key.key
    }

    /// So many milliseconds later.
    pub(super) fn wait(&mut self, millis: u64) {
        self.now = self.now + std::time::Duration::from_millis(millis);
        self.machine.handle_timeout(self.now);
    }

    pub(super) fn send(&mut self, request: HttpRequest) -> HttpAnswer {
        let id = RequestId(7);
        self.machine.handle(Input::Request { id, request }, self.now);
        let mut answers = Vec::new();
        while let Some(output) = self.machine.poll_output() {
            if let Output::Answer { id: RequestId(7), answer } = output {
                answers.push(answer);
            }
        }
        assert_eq!(answers.len(), 1, "each request is answered once");
        let Some(Answer::Http(answer)) = answers.pop() else { panic!("it is answered") };
        answer
    }

    /// A signed request whose body is a form.
    pub(super) fn signed(&mut self, path: &str, body: &str) -> HttpRequest {
        self.nonce += 1;
        let nonce = self.nonce.to_string();
        let body = match body {
            "" => format!("nonce={nonce}"),
            body => format!("nonce={nonce}&{body}"),
        };
        self.signed_as(path, &nonce, &body, "application/x-www-form-urlencoded")
    }

    /// A signed request whose body is said whole.
    pub(super) fn signed_as(
        &self,
        path: &str,
        nonce: &str,
        body: &str,
        content_type: &str,
    ) -> HttpRequest {
        let signer = TestSigner::new(&self.key.secret).unwrap();
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        HttpRequest {
            address: "127.0.0.1".to_owned(),
            method: "POST".to_owned(),
            path: path.to_owned(),
            query: String::new(),
            headers: vec![
                header("api-key", &self.key.key),
                header("api-sign", &signer.sign(path, nonce, body.as_bytes())),
                header("content-type", content_type),
            ],
            body: Bytes::copy_from_slice(body.as_bytes()),
        }
    }

    /// What a private call with this form is answered.
    pub(super) fn private(&mut self, name: &str, form: &str) -> Value {
        let request = self.signed(&format!("/0/private/{name}"), form);
        let answer = self.send(request);
        assert_eq!(answer.status, 200, "{name}");
        parse(&answer)
    }

    /// What a private call with these fields of a JSON body is answered.
    pub(super) fn json(&mut self, name: &str, fields: &str) -> Value {
        self.nonce += 1;
        let (nonce, path) = (self.nonce, format!("/0/private/{name}"));
        let body = format!(r#"{{{fields}, "nonce": {nonce}}}"#);
        let kind = "application/json; charset=utf-8";
        let request = self.signed_as(&path, &nonce.to_string(), &body, kind);
        parse(&self.send(request))
    }

    /// The result of a private call that is carried out.
    #[track_caller]
    pub(super) fn good(&mut self, name: &str, form: &str) -> Value {
        result(&self.private(name, form))
    }

    /// The error of a private call that is refused.
    #[track_caller]
    pub(super) fn bad(&mut self, name: &str, form: &str) -> String {
        error(&self.private(name, form))
    }

    /// What a public call is answered.
    pub(super) fn public(&mut self, name: &str, query: &str) -> Value {
        let answer = self.send(get(&format!("/0/public/{name}"), query));
        assert_eq!(answer.status, 200, "{name}");
        parse(&answer)
    }

    /// The result of a public call.
    #[track_caller]
    pub(super) fn ask(&mut self, name: &str, query: &str) -> Value {
        result(&self.public(name, query))
    }

    /// Places an order; its txid.
    #[track_caller]
    pub(super) fn place(&mut self, form: &str) -> String {
        let placed = self.good("AddOrder", form);
        placed["txid"][0].as_str().unwrap().to_owned()
    }
}

pub(super) fn client() -> Client {
    Client::new(fixture::settings())
}

pub(super) fn get(path: &str, query: &str) -> HttpRequest {
    HttpRequest {
        address: "127.0.0.1".to_owned(),
        method: "GET".to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        ..HttpRequest::default()
    }
}

#[track_caller]
pub(super) fn parse(answer: &HttpAnswer) -> Value {
    let text = std::str::from_utf8(&answer.body).unwrap();
    serde_json::from_str(text).unwrap_or_else(|_| panic!("{text}"))
}

#[track_caller]
pub(super) fn result(answer: &Value) -> Value {
    assert_eq!(answer["error"], serde_json::json!([]), "{answer}");
    answer["result"].clone()
}

#[track_caller]
pub(super) fn error(answer: &Value) -> String {
    let errors = answer["error"].as_array().unwrap();
    assert_eq!(errors.len(), 1, "{answer}");
    errors[0].as_str().unwrap().to_owned()
}

pub(super) fn header<'a>(answer: &'a HttpAnswer, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}
