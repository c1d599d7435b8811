//! Requests on their way in and answers on their way out: where most of what goes wrong over HTTP
//! goes wrong.
//!
//! The invariant: all faults that may spoil a request draw before any of them does, so that none
//! hides an occasion from another.

use std::time::Duration;

use trading_types::Timestamp;

use crate::{
    faults::{Fault, bodies, look_back, spoil, unavailable},
    kraken_error::KrakenError,
    message::{Answer, HttpAnswer, HttpRequest},
    rest,
    world::World,
};

/// Longer than any client waits.
const SLOWEST: Duration = Duration::from_secs(70);

/// Which requests a fault can spoil.
#[derive(Clone, Copy, Debug)]
enum Scope {
    /// All of them.
    Any,
    /// The ones that are signed.
    Private,
    /// The ones that change an order.
    Change,
    /// The ones that place many orders.
    Batch,
    /// The ones that ask what an account has, had and did.
    Look,
}

/// What a fault does to a request.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// It never arrives.
    RequestLost,
    /// It is carried out and nobody hears of it.
    AnswerLost,
    /// It is refused for its rate.
    RateLimited,
    /// It is refused for its nonce.
    BadNonce,
    /// Something else than Kraken answers.
    BadGateway,
    /// Kraken answers that it cannot answer.
    Unavailable,
    /// A part of it is carried out and nobody hears of it.
    Torn,
    /// It is answered as it would have been some seconds ago.
    Old,
}

/// In the order in which they come on the way: where several strike, the first one is seen.
const FAULTS: [(Fault, Scope, Way); 9] = [
    (Fault::LostRequest, Scope::Private, Way::RequestLost),
    (Fault::RateLimited, Scope::Any, Way::RateLimited),
    (Fault::BadNonce, Scope::Private, Way::BadNonce),
    (Fault::BadGateway, Scope::Any, Way::BadGateway),
    (Fault::Unavailable, Scope::Private, Way::Unavailable),
    (Fault::AmendAnswerLost, Scope::Change, Way::AnswerLost),
    (Fault::BatchTorn, Scope::Batch, Way::Torn),
    (Fault::LostAnswer, Scope::Private, Way::AnswerLost),
    (Fault::ReadLag, Scope::Look, Way::Old),
];

impl Scope {
    fn has(self, call: &Call<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Private => call.is_private,
            Self::Change => ["AmendOrder", "EditOrder"].contains(&call.endpoint),
            Self::Batch => call.endpoint == "AddOrderBatch",
            Self::Look => look_back::ENDPOINTS.contains(&call.endpoint),
        }
    }
}

/// What is asked for.
#[derive(Debug)]
struct Call<'a> {
    /// The last word of the path.
    endpoint: &'a str,
    is_private: bool,
}

impl<'a> Call<'a> {
    fn of(request: &'a HttpRequest) -> Self {
        let endpoint = request.path.rsplit('/').next().unwrap_or_default();
        Self { endpoint, is_private: request.path.starts_with("/0/private/") }
    }
}

/// Answers a request, or spoils that. Says how long the answer takes.
pub(crate) fn answer(
    world: &mut World,
    request: &HttpRequest,
    now: Timestamp,
) -> (Answer, Duration) {
    if world.faults.is_idle() || !request.path.starts_with("/0/") {
        return (rest::answer(world, request, now), Duration::ZERO);
    }
    if let Some(page) = edge_refusal(world, &request.address, now) {
        return (Answer::Http(page), Duration::ZERO);
    }
    let call = Call::of(request);
    let struck = struck(world, &call);
    let slow = world.faults.strikes(Fault::SlowAnswer, call.endpoint);
    let (answer, wait) = spoiled(world, request, struck, now);
    let answer = spoil::answer(world, call.endpoint, answer, now);
    let wait = if slow { wait.max(slowness(world, Fault::SlowAnswer)) } else { wait };
    (answer, wait)
}

/// What the edge answers to somebody it has banned; knocks are turned away like requests.
pub(crate) fn edge_refusal(world: &mut World, address: &str, now: Timestamp) -> Option<HttpAnswer> {
    world.faults.conditions.meet(address);
    if !world.faults.conditions.is_banned(address, now) {
        return None;
    }
    Some(bodies::ban_page(world.faults.how(Fault::EdgeBan)))
}

/// The first of what strikes. All of them draw.
fn struck(world: &mut World, call: &Call<'_>) -> Option<(Fault, Way)> {
    let possible = FAULTS.into_iter().filter(|(_, scope, _)| scope.has(call));
    let struck: Vec<(Fault, Way)> = possible
        .filter(|(fault, ..)| world.faults.strikes(*fault, call.endpoint))
        .map(|(fault, _, way)| (fault, way))
        .collect();
    struck.first().copied()
}

/// The answer after what has struck.
fn spoiled(
    world: &mut World,
    request: &HttpRequest,
    struck: Option<(Fault, Way)>,
    now: Timestamp,
) -> (Answer, Duration) {
    let call = Call::of(request);
    if let Some(text) = world.faults.conditions.revoked(now).filter(|_| call.is_private) {
        return (rest::refusal(text), Duration::ZERO);
    }
    let Some((fault, way)) = struck else {
        return (rest::answer(world, request, now), Duration::ZERO);
    };
    match way {
        Way::RequestLost => (Answer::Nothing, silence(world, fault)),
        Way::RateLimited => (rest::refusal(&rate_limit(world, &call)), Duration::ZERO),
        Way::BadNonce => (rest::refusal(&KrakenError::INVALID_NONCE), Duration::ZERO),
        Way::BadGateway => (gateway_failure(world, request, now), Duration::ZERO),
        Way::Unavailable => (unavailable_answer(world, request, now), Duration::ZERO),
        Way::Torn => {
            world.faults.tear_batch();
            let answer = rest::answer(world, request, now);
            world.faults.conditions.is_batch_torn = false;
            lost(world, fault, answer)
        }
        Way::Old => (look_back::answer(world, request, now), Duration::ZERO),
        Way::AnswerLost => {
            let answer = rest::answer(world, request, now);
            lost(world, fault, answer)
        }
    }
}

/// An answer that breaks off, or never begins.
fn lost(world: &mut World, fault: Fault, answer: Answer) -> (Answer, Duration) {
    let is_torn = world.faults.how(fault).below(4) == 0;
    match answer {
        Answer::Http(answer) if is_torn => (Answer::Torn(answer), Duration::ZERO),
        Answer::Http(_) | Answer::Torn(_) | Answer::Nothing => {
            (Answer::Nothing, silence(world, fault))
        }
    }
}

/// How long nothing comes before the connection is closed: a reset comes at once, a black hole
/// outlasts every client.
fn silence(world: &mut World, fault: Fault) -> Duration {
    let how = world.faults.how(fault);
    if how.below(2) == 0 { Duration::ZERO } else { SLOWEST }
}

fn slowness(world: &mut World, fault: Fault) -> Duration {
    world.faults.how(fault).duration_between(Duration::from_millis(100), SLOWEST)
}

/// The words for too much of something: an order's, a key's or an address's.
fn rate_limit(world: &mut World, call: &Call<'_>) -> KrakenError {
    let places = ["AddOrder", "AddOrderBatch", "AmendOrder", "EditOrder"];
    let other = world.faults.how(Fault::RateLimited).below(2) == 0;
    match (call.is_private, other) {
        (true, true) if places.contains(&call.endpoint) => KrakenError::ORDER_RATE_LIMIT,
        (false, true) => KrakenError::fixed("EGeneral:Too many requests"),
        (_, _) => KrakenError::RATE_LIMIT,
    }
}

fn gateway_failure(world: &mut World, request: &HttpRequest, now: Timestamp) -> Answer {
    let is_carried_out = world.faults.how(Fault::BadGateway).below(2) == 0;
    let body = if is_carried_out {
        body_of(rest::answer(world, request, now))
    } else {
        br#"{"error":[],"result":{}}"#.to_vec()
    };
    bodies::gateway_failure(&body, world.faults.how(Fault::BadGateway))
}

fn unavailable_answer(world: &mut World, request: &HttpRequest, now: Timestamp) -> Answer {
    let (text, is_carried_out) = unavailable(&mut world.faults);
    if is_carried_out {
        rest::answer(world, request, now);
    }
    rest::refusal(&text)
}

fn body_of(answer: Answer) -> Vec<u8> {
    match answer {
        Answer::Http(answer) | Answer::Torn(answer) => answer.body.to_vec(),
        Answer::Nothing => Vec::new(),
    }
}
