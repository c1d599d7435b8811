//! What a client says on a connection, on its way in: lost, refused, or carried out and its answer
//! lost, late or another.
//!
//! The invariant: like at the gate, all faults draw before any of them does something.

use std::{borrow::Cow, time::Duration};

use serde::Deserialize;
use serde_json::value::RawValue;
use trading_types::Timestamp;

use super::Wire;
use crate::{
    faults::{Fault, unavailable},
    json::Json,
    kraken_error::KrakenError,
    message::{ConnectionId, Ending, Frame},
    world::World,
};

/// Longer than any client waits.
const SLOWEST: Duration = Duration::from_secs(70);

/// What becomes of something a client said.
#[derive(Debug)]
pub(crate) enum Hearing {
    /// It is carried out; its answers go the way [`Wire::pass`] sends them.
    CarriedOut,
    /// It never arrives.
    Lost,
    /// It is not carried out but answered with this.
    Refused(Frame),
    /// The connection ends instead.
    Ended(Ending),
}

/// What becomes of the answers to what a client has just said.
#[derive(Debug)]
pub(super) struct Asked {
    id: ConnectionId,
    method: String,
    answers: Answers,
}

#[derive(Debug)]
enum Answers {
    Lost,
    Late(Duration),
    /// This one comes instead of the first, and no other.
    Replaced(Option<Frame>),
}

#[derive(Deserialize)]
struct Text<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow, default)]
    req_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    params: Option<Parameters<'a>>,
}

#[derive(Default, Deserialize)]
struct Parameters<'a> {
    #[serde(borrow, default)]
    token: Option<Cow<'a, str>>,
}

/// Which messages a fault can spoil.
#[derive(Clone, Copy, Debug)]
enum Scope {
    /// All of them.
    Any,
    /// The ones with a token.
    Private,
    /// The ones that ask something of the matching.
    Trading,
    /// The ones that change an order.
    Change,
    /// The ones that place many orders.
    Batch,
}

/// What a fault does to a message.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// It never arrives.
    MessageLost,
    /// It is carried out and nobody hears of it.
    AnswerLost,
    /// It is carried out and answered late.
    AnswerLate,
    /// It is refused for its rate.
    RateLimited,
    /// It is refused for its token.
    TokenRefused,
    /// Kraken answers that it cannot answer.
    Unavailable,
    /// A part of it is carried out and nobody hears of it.
    Torn,
}

/// In the order in which they come on the way: where several strike, the first one is seen.
const FAULTS: [(Fault, Scope, Way); 8] = [
    (Fault::LostRequest, Scope::Trading, Way::MessageLost),
    (Fault::RateLimited, Scope::Any, Way::RateLimited),
    (Fault::TokenRefused, Scope::Private, Way::TokenRefused),
    (Fault::Unavailable, Scope::Trading, Way::Unavailable),
    (Fault::AmendAnswerLost, Scope::Change, Way::AnswerLost),
    (Fault::BatchTorn, Scope::Batch, Way::Torn),
    (Fault::LostAnswer, Scope::Trading, Way::AnswerLost),
    (Fault::SlowAnswer, Scope::Any, Way::AnswerLate),
];

impl Scope {
    fn has(self, said: &Text<'_>) -> bool {
        let method = said.method.as_ref();
        match self {
            Self::Any => true,
            Self::Private => said.has_token(),
            Self::Trading => {
                said.has_token() && !["subscribe", "unsubscribe", "ping"].contains(&method)
            }
            Self::Change => ["amend_order", "edit_order"].contains(&method),
            Self::Batch => method == "batch_add",
        }
    }
}

impl Text<'_> {
    fn has_token(&self) -> bool {
        self.params.as_ref().is_some_and(|params| params.token.is_some())
    }

    /// A refusal of it.
    fn refused(&self, error: &KrakenError, now: Timestamp) -> Frame {
        let refusal = Json::object().text("error", error).text("method", &self.method);
        let refusal = match self.req_id {
            Some(id) => refusal.raw("req_id", id),
            None => refusal,
        };
        let time = Timestamp::from_nanos(now.nanos() / 1_000 * 1_000);
        let refusal = refusal.raw("success", false).text("time_in", time).text("time_out", time);
        Frame::new(refusal.close())
    }
}

impl Wire {
    /// A client says something while faults are on.
    pub(crate) fn hear(
        &mut self,
        id: ConnectionId,
        text: &str,
        world: &mut World,
        now: Timestamp,
    ) -> Hearing {
        let Ok(said) = serde_json::from_str::<Text<'_>>(text) else { return Hearing::CarriedOut };
        let possible = FAULTS.into_iter().filter(|(_, scope, _)| scope.has(&said));
        let struck: Vec<Way> = possible
            .filter(|(fault, ..)| world.faults.strikes(*fault, &said.method))
            .map(|(_, _, way)| way)
            .collect();
        if let Some(error) = world.faults.conditions.revoked(now).filter(|_| said.has_token()) {
            return Hearing::Refused(said.refused(error, now));
        }
        let Some(way) = struck.first() else { return Hearing::CarriedOut };
        self.spoil(id, &said, *way, (world, now))
    }

    fn spoil(
        &mut self,
        id: ConnectionId,
        said: &Text<'_>,
        way: Way,
        (world, now): (&mut World, Timestamp),
    ) -> Hearing {
        let answers = match way {
            Way::MessageLost => return Hearing::Lost,
            Way::RateLimited => return Hearing::Refused(said.refused(&rate_limit(world), now)),
            Way::TokenRefused => return token_refused(said, world, now),
            Way::Unavailable => {
                let (error, is_carried_out) = unavailable(&mut world.faults);
                let frame = said.refused(&error, now);
                if !is_carried_out {
                    return Hearing::Refused(frame);
                }
                Answers::Replaced(Some(frame))
            }
            Way::AnswerLate => {
                let how = world.faults.how(Fault::SlowAnswer);
                Answers::Late(how.duration_between(Duration::from_millis(100), SLOWEST))
            }
            Way::Torn => {
                world.faults.tear_batch();
                Answers::Lost
            }
            Way::AnswerLost => Answers::Lost,
        };
        self.asked = Some(Asked { id, method: said.method.to_string(), answers });
        Hearing::CarriedOut
    }

    /// An answer on its way out.
    pub(super) fn answer(
        &mut self,
        id: ConnectionId,
        method: &str,
        frame: Frame,
    ) -> Vec<(Duration, Frame)> {
        let concerns = |asked: &&mut Asked| asked.id == id && asked.method == method;
        let Some(asked) = self.asked.as_mut().filter(concerns) else {
            return vec![(Duration::ZERO, frame)];
        };
        match &mut asked.answers {
            Answers::Lost => Vec::new(),
            Answers::Late(wait) => vec![(*wait, frame)],
            Answers::Replaced(instead) => {
                instead.take().map(|frame| (Duration::ZERO, frame)).into_iter().collect()
            }
        }
    }

    /// What a client said has been answered.
    pub(crate) fn answered(&mut self, world: &mut World) {
        self.asked = None;
        world.faults.conditions.is_batch_torn = false;
    }
}

/// A message limit of the connection, or one of the pair.
fn rate_limit(world: &mut World) -> KrakenError {
    match world.faults.how(Fault::RateLimited).below(2) {
        0 => KrakenError::fixed("Exceeded msg rate"),
        _ => KrakenError::ORDER_RATE_LIMIT,
    }
}

/// A token is not good any more: refused, or the connection is closed.
fn token_refused(said: &Text<'_>, world: &mut World, now: Timestamp) -> Hearing {
    match world.faults.how(Fault::TokenRefused).below(4) {
        0 => Hearing::Ended(Ending::Close { code: 1000, reason: "invalid session".to_owned() }),
        _ => Hearing::Refused(said.refused(&KrakenError::INVALID_SESSION, now)),
    }
}
