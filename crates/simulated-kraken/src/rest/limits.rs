//! The limits in front of every call: Kraken's counters, or the article's windows with their
//! headers and HTTP status 429.
//!
//! The invariant: a call is charged to one of them, never to both.

use simulated_limits::Exceeded;
use trading_types::{Pair, Timestamp};

use crate::{
    keys::KeyIndex, kraken_error::KrakenError, message::HttpAnswer, rest::envelope,
    settings::LimitProfile, world::World,
};

/// The article grants an address so many public calls a minute,
const ARTICLE_PUBLIC: u32 = 15;
/// and an account so many private ones.
const ARTICLE_PRIVATE: u32 = 20;
/// What the article says that an order with leverage counts.
const ARTICLE_MARGIN_UNITS: u32 = 2;
const SECONDS_PER_MINUTE: u64 = 60;

/// Headers that a call's answer carries.
pub(crate) type Headers = Vec<(&'static str, String)>;

/// A call that a limit refused.
pub(crate) struct Limited(pub(crate) HttpAnswer);

/// Charges a public call to the address it comes from.
pub(crate) fn public_call(
    world: &mut World,
    address: &str,
    (endpoint, pair): (&str, Option<Pair>),
    now: Timestamp,
) -> Result<Headers, Limited> {
    let outcome = match world.settings.limits {
        LimitProfile::Off => return Ok(Headers::new()),
        LimitProfile::Documented => {
            world.public_calls.call(address, endpoint, pair, now).map(|()| Headers::new())
        }
        LimitProfile::Article => {
            let outcome = world.article.public_call(address, 1, now);
            let left = world.article.public_left(address, now);
            outcome.map(|()| headers(left, ARTICLE_PUBLIC, now))
        }
    };
    outcome.map_err(|exceeded| {
        world.statistics.public_rejected_rate += 1;
        refuse(exceeded, ARTICLE_PUBLIC, now)
    })
}

/// Charges a private call to its key, or to its account.
pub(crate) fn private_call(
    world: &mut World,
    key: KeyIndex,
    (endpoint, is_margin): (&str, bool),
    now: Timestamp,
) -> Result<Headers, Limited> {
    let outcome = match world.settings.limits {
        LimitProfile::Off => return Ok(Headers::new()),
        LimitProfile::Documented => world.keys.charge(key, endpoint, now).map(|()| Headers::new()),
        LimitProfile::Article => {
            let account = world.keys.account(key).0.to_string();
            let units = if is_margin { ARTICLE_MARGIN_UNITS } else { 1 };
            let outcome = world.article.private_call(&account, units, now);
            let left = world.article.private_left(&account, now);
            outcome.map(|()| headers(left, ARTICLE_PRIVATE, now))
        }
    };
    outcome.map_err(|exceeded| {
        world.statistics.private_rejected_rate += 1;
        refuse(exceeded, ARTICLE_PRIVATE, now)
    })
}

fn refuse(exceeded: Exceeded, max: u32, now: Timestamp) -> Limited {
    let error = KrakenError::from(exceeded);
    let Some(until) = exceeded.until() else {
        return Limited(envelope::answer(&Err(error.into()), envelope::Keep::Never));
    };
    let mut answer = envelope::too_many(&error);
    answer.headers.extend(headers(0, max, now));
    answer.headers.push(("retry-after", (until.seconds() - now.seconds()).to_string()));
    Limited(answer)
}

/// The headers that the article describes. Kraken sends none of them.
fn headers(left: u32, max: u32, now: Timestamp) -> Headers {
    let reset = (now.seconds() / SECONDS_PER_MINUTE + 1) * SECONDS_PER_MINUTE;
    vec![
        ("x-bs-unit-current", (max - left).to_string()),
        ("x-bs-unit-limit", max.to_string()),
        ("x-bs-unit-reset", reset.to_string()),
        ("x-ratelimit-limit", max.to_string()),
        ("x-ratelimit-remaining", left.to_string()),
        ("x-ratelimit-reset", reset.to_string()),
    ]
}
