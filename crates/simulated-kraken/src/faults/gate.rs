//! Requests on their way in and answers on their way out: where most of what goes wrong over HTTP
//! goes wrong.

use std::time::Duration;

use trading_types::Timestamp;

use crate::{
    message::{Answer, HttpRequest},
    rest,
    world::World,
};

/// Answers a request, or spoils that. Says how long the answer takes.
pub(crate) fn answer(
    world: &mut World,
    request: &HttpRequest,
    now: Timestamp,
) -> (Answer, Duration) {
    (rest::answer(world, request, now), Duration::ZERO)
}
