//! Kraken's REST interface: a request in, an answer out.
//!
//! | Path | |
//! |---|---|
//! | `/0/public/…` | market data, for everybody |
//! | `/0/private/…` | an account, for whoever has a key |
//! | `/simulator/stats` | not Kraken's: what has happened, counted |
//! | `/simulator/keys` | not Kraken's: a key is changed, as its owner does in Kraken's settings |
//! | `/` | not Kraken's: what this is |
//!
//! The invariant: every request is answered; what cannot be read is refused in Kraken's words.

use trading_types::Timestamp;

use crate::{
    kraken_error::KrakenError,
    message::{Answer, HttpRequest},
    rest::envelope::Keep,
    world::World,
};

mod account;
mod asset_pairs;
mod batch;
mod cancel;
mod change;
mod description;
mod envelope;
mod form;
mod history;
mod json_body;
mod key_info;
mod ledgers;
mod limits;
mod market_data;
mod order_form;
mod order_object;
mod orders;
mod owner;
mod page;
mod parameters;
mod place;
mod price_text;
mod private;
mod public;
mod time_text;
mod trades;
mod value;

/// The page for people who look with a browser.
const ABOUT: &str = "This is a simulated Kraken. It is not Kraken, and nothing here is worth \
anything.

REST      /0/public/... and /0/private/...
WebSocket /v2 and /private/v2
Counters  /simulator/stats
Keys      POST /simulator/keys
";

/// Answers a request.
pub(crate) fn answer(world: &mut World, request: &HttpRequest, now: Timestamp) -> Answer {
    world.statistics.requests += 1;
    let answer = match request.path.as_str() {
        "/" => envelope::page(ABOUT),
        "/simulator/stats" => envelope::bare(world.statistics_json()),
        "/simulator/keys" => owner::change_key(world, request, now),
        path => match (path.strip_prefix("/0/public/"), path.strip_prefix("/0/private/")) {
            (Some(name), _) => public::answer(world, name, request, now),
            (None, Some(name)) => private::answer(world, name, request, now),
            (None, None) => envelope::answer(&Err(KrakenError::UNKNOWN_METHOD.into()), Keep::Never),
        },
    };
    Answer::Http(answer)
}

/// All endpoints by name.
pub(crate) fn endpoints() -> impl Iterator<Item = &'static str> {
    public::names().chain(private::names())
}

/// A refusal of a whole request, in Kraken's words and with status 200.
pub(crate) fn refusal(error: &KrakenError) -> Answer {
    Answer::Http(envelope::answer(&Err(error.clone().into()), Keep::Never))
}

#[cfg(test)]
mod tests;
