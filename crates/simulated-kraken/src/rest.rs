//! Kraken's REST interface: a request in, an answer out.

use trading_types::Timestamp;

use crate::{
    message::{Answer, HttpRequest},
    world::World,
};

/// Answers a request.
pub(crate) fn answer(world: &mut World, request: &HttpRequest, now: Timestamp) -> Answer {
    let _ = (world, now);
    let body = crate::json::Json::object()
        .raw(
            "error",
            crate::json::Json::array()
                .push_text(crate::kraken_error::KrakenError::UNKNOWN_METHOD)
                .close(),
        )
        .close();
    Answer::Http(crate::message::HttpAnswer {
        status: if request.path == "/" { 200 } else { 404 },
        headers: vec![("content-type", "application/json; charset=utf-8".to_owned())],
        body: body.into(),
    })
}
