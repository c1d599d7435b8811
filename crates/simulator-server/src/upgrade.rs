//! Whether a request asks for a WebSocket, and at which door (RFC 6455, section 4.2).

use hyper::{
    Method, Request, StatusCode,
    header::{CONNECTION, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE},
};
use simulated_kraken::Door;

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// An answer.
    Answer,
    /// A WebSocket at this door; the key is to be answered.
    Socket { door: Door, key: Vec<u8> },
    /// A WebSocket, but not one that can be given.
    Impossible(StatusCode),
}

/// What a request asks for.
pub(crate) fn wish<T>(request: &Request<T>) -> Wish {
    let headers = request.headers();
    let has = |name, word: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(word)))
    };
    if request.method() != Method::GET || !has(UPGRADE, "websocket") {
        return Wish::Answer;
    }
    let Some(door) = door(request.uri().path()) else { return Wish::Answer };
    if !has(SEC_WEBSOCKET_VERSION, "13") {
        return Wish::Impossible(StatusCode::UPGRADE_REQUIRED);
    }
    match headers.get(SEC_WEBSOCKET_KEY) {
        Some(key) if has(CONNECTION, "upgrade") => {
            Wish::Socket { door, key: key.as_bytes().to_vec() }
        }
        Some(_) | None => Wish::Impossible(StatusCode::BAD_REQUEST),
    }
}

/// The door at a path. Kraken's older hosts have the same path and its newer one has one for each
/// (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21); some
/// clients append nothing at all.
fn door(path: &str) -> Option<Door> {
    match path {
        "/" | "/v2" | "/v2/" | "/v2/public" => Some(Door::Public),
        "/private/v2" | "/private/v2/" | "/v2/private" => Some(Door::Private),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
