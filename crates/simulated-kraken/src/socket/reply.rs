//! Answers to requests: one envelope for all of them, its fields in the order in which Kraken's
//! recorded answers have them.
//!
//! The invariant: an answer has either `error` or `result`, and says `success` either way.

use std::fmt::Display;

use trading_types::Timestamp;

use super::{
    moment::Micros,
    refused::Refused,
    request::{Method, NoRequest},
};
use crate::{json::Json, kraken_error::KrakenError, message::Frame};

/// To which request an answer belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reply<'a> {
    pub(super) method: Method,
    pub(super) req_id: Option<&'a str>,
    pub(super) now: Timestamp,
}

impl Reply<'_> {
    /// It was done; `result` is JSON.
    pub(super) fn done(self, result: impl Display) -> Frame {
        let answer = Json::object().text("method", self.method.name());
        let answer = with_req_id(answer, self.req_id).raw("result", result).raw("success", "true");
        times(answer, self.now)
    }

    /// It was not.
    pub(super) fn refused(self, refused: &Refused) -> Frame {
        let req_id = self.req_id.filter(|_| refused.echoes_req_id);
        let answer = failure(&refused.error, Some(self.method.name()), req_id);
        times(answer, self.now)
    }

    /// It was not, for one pair.
    pub(super) fn pair_refused(self, error: &KrakenError, symbol: &str) -> Frame {
        let answer = failure(error, Some(self.method.name()), self.req_id);
        times(answer.text("symbol", symbol), self.now)
    }

    /// Still there.
    pub(super) fn pong(self) -> Frame {
        times(with_req_id(Json::object().text("method", "pong"), self.req_id), self.now)
    }
}

/// The answer to what was no request.
pub(super) fn no_request(wrong: &NoRequest<'_>, now: Timestamp) -> Frame {
    let req_id = wrong.req_id.filter(|_| wrong.refused.echoes_req_id);
    times(failure(&wrong.refused.error, wrong.method.as_deref(), req_id), now)
}

/// The answer to one message too many, whatever it said
/// (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21).
pub(super) fn message_rate() -> Frame {
    Frame::new(Json::object().text("Error", Refused::MESSAGE_RATE.error).close())
}

fn failure(error: &KrakenError, method: Option<&str>, req_id: Option<&str>) -> Json {
    let answer = Json::object().text("error", error);
    let answer = match method {
        Some(method) => answer.text("method", method),
        None => answer,
    };
    with_req_id(answer, req_id).raw("success", "false")
}

fn with_req_id(answer: Json, req_id: Option<&str>) -> Json {
    match req_id {
        Some(req_id) => answer.raw("req_id", req_id),
        None => answer,
    }
}

fn times(answer: Json, now: Timestamp) -> Frame {
    Frame::new(answer.text("time_in", Micros(now)).text("time_out", Micros(now)).close())
}
