//! What the owner of an account does in Kraken's settings, which has no interface at Kraken.
//!
//! The invariant: a request is done whole or refused with what to write instead.

use trading_types::Timestamp;

use crate::{
    json::Json,
    keys::KeyChangeText,
    message::{HttpAnswer, HttpRequest},
    rest::envelope,
    world::World,
};

/// `POST /simulator/keys` with a JSON object: `key`, and what of `permissions`, `addresses` and
/// `expires` is to change.
pub(crate) fn change_key(world: &mut World, request: &HttpRequest, now: Timestamp) -> HttpAnswer {
    let refused = |why: &str| envelope::refused(Json::object().text("error", why).close());
    if request.method != "POST" {
        return refused("a key is changed with POST; write key, permissions, addresses, expires");
    }
    let text: Result<KeyChangeText, _> = serde_json::from_slice(&request.body);
    let change = text.map_err(|error| error.to_string()).and_then(KeyChangeText::understood);
    match change {
        Ok(change) if world.keys.change(&change, now) => {
            envelope::bare(Json::object().text("changed", change.name).close())
        }
        Ok(change) => refused(&format!("no account has a key `{}`", change.name)),
        Err(why) => refused(&why),
    }
}
