//! Kraken's error texts, and what each means for the call it answers
//! (<https://docs.kraken.com/exchange/guides/general/errors>, read on 2026-11-21; further texts as
//! clients have met them).
//!
//! The table is read from above; the first row that the text begins with counts. A text that stands
//! in no row is a no where its family is one of requests that are refused, and else leaves open
//! whether an order call had an effect.

use std::time::Duration;

use trading_types::{Refusal, Timestamp, VenueStatus};

use crate::{
    endpoint::{Effect, Endpoint},
    limits::Feedback,
};

/// What an error text means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A definite no.
    Refused(Refusal),
    /// A limit; a definite no for now.
    Wait(Feedback),
    /// The nonce was too low.
    BadNonce,
    /// The key or the signature is wrong.
    BadKey,
    /// Nothing will be done for about fifteen minutes.
    LockedOut,
    /// It may or may not have been done.
    Unclear,
}

impl Meaning {
    /// What it says about our rate.
    pub(super) fn feedback(&self) -> Feedback {
        match self {
            Self::Wait(feedback) => *feedback,
            Self::LockedOut => Feedback::LockedOut,
            Self::Refused(_) | Self::BadNonce | Self::BadKey | Self::Unclear => Feedback::Fine,
        }
    }
}

/// A row of the table, before it is known what was asked.
#[derive(Clone, Copy)]
enum Says {
    Funds,
    QuantityMinimum,
    CostMinimum,
    Price,
    Quantity,
    /// The order is wrong; the text says how.
    Order,
    /// As [`Says::Order`]; but where an order is to be canceled or amended, it is no longer open.
    OrderOrGone,
    Gone,
    PostOnly,
    Pair,
    OrdersLimit,
    Permission,
    Mode(VenueStatus),
    /// The counter of the key, or of the address where there is no key.
    Limit,
    PairLimit,
    DomainLimit,
    Throttled,
    Messages,
    Nonce,
    Key,
    Lockout,
    /// An open order has the same client id.
    Duplicate,
    /// The request was refused; no row says better why.
    No,
    Unclear,
}

/// Sorted by family; within one, longer texts before shorter ones.
#[rustfmt::skip] // A table.
const TABLE: &[(&str, Says)] = &[
    ("EAPI:Rate limit exceeded",                              Says::Limit),
    ("EAPI:Invalid nonce",                                    Says::Nonce),
    ("EAPI:Invalid key",                                      Says::Key),
    ("EAPI:Invalid signature",                                Says::Key),
    ("EAPI:",                                                 Says::No),
    ("EAuth:Rate limit exceeded",                             Says::Limit),
    ("EAuth:Too many requests",                               Says::Limit),
    ("EAuth:",                                                Says::Key),
    ("EAccount:Invalid permissions",                          Says::Permission),
    ("EAccount:",                                             Says::No),
    ("ESession:",                                             Says::No),

    ("EGeneral:Temporary lockout",                            Says::Lockout),
    ("EGeneral:Too many requests",                            Says::Limit),
    ("EGeneral:Permission denied",                            Says::Permission),
    ("EGeneral:Invalid arguments:volume minimum not met",     Says::QuantityMinimum),
    ("EGeneral:Invalid arguments:volume",                     Says::Quantity),
    ("EGeneral:Invalid arguments:price",                      Says::Price),
    ("EGeneral:Invalid arguments",                            Says::Order),
    ("EGeneral:Unknown method",                               Says::No),
    ("EGeneral:Feature disabled",                             Says::No),

    ("EService:Throttled",                                    Says::Throttled),
    ("EService:Market in cancel_only mode",                   Says::Mode(VenueStatus::CancelOnly)),
    ("EService:Market in post_only mode",                     Says::Mode(VenueStatus::PostOnly)),
    ("EService:Market in limit_only mode",                    Says::Mode(VenueStatus::LimitOnly)),
    ("EService:Market in ",                                   Says::Mode(VenueStatus::Maintenance)),
    // The order may have been placed: look before asking again, says Kraken's page.
    ("EService:Deadline elapsed",                             Says::Unclear),
    ("EService:Unavailable",                                  Says::Unclear),
    ("EService:Busy",                                         Says::Unclear),
    ("EGeneral:Internal error",                               Says::Unclear),
    ("EDatabase:",                                            Says::Unclear),

    ("EOrder:Insufficient funds",                             Says::Funds),
    ("EOrder:Order minimum not met",                          Says::QuantityMinimum),
    ("EOrder:Cost minimum not met",                           Says::CostMinimum),
    ("EOrder:Tick size check failed",                         Says::Price),
    ("EOrder:Invalid price",                                  Says::Price),
    ("EOrder:Invalid volume",                                 Says::Quantity),
    ("EOrder:Post only order",                                Says::PostOnly),
    ("EOrder:Orders limit exceeded",                          Says::OrdersLimit),
    ("EOrder:Scheduled orders limit exceeded",                Says::OrdersLimit),
    ("EOrder:Rate limit exceeded",                            Says::PairLimit),
    ("EOrder:Domain rate limit exceeded",                     Says::DomainLimit),
    ("EOrder:Unknown order",                                  Says::Gone),
    ("EOrder:Cancel pending",                                 Says::Gone),
    ("EOrder:Invalid order",                                  Says::OrderOrGone),
    // Margin, which we never ask for.
    ("EOrder:Unknown position",                               Says::Order),
    ("EOrder:Cannot open",                                    Says::Order),
    ("EOrder:Margin",                                         Says::Order),
    ("EOrder:Insufficient margin",                            Says::Order),
    ("EOrder:Positions limit exceeded",                       Says::Order),
    ("EOrder:Reduce only",                                    Says::Order),
    ("EOrder:",                                               Says::No),

    ("EQuery:Unknown asset pair",                             Says::Pair),
    ("EQuery:Invalid asset pair",                             Says::Pair),
    ("EQuery:",                                               Says::No),
    ("ETrade:",                                               Says::No),
    ("EFunding:",                                             Says::No),
    ("EBM:",                                                  Says::No),

    // Texts of the socket, which have no family.
    ("Currency pair not supported",                           Says::Pair),
    ("Unsupported field",                                     Says::Order),
    ("Exceeded msg rate",                                     Says::Messages),
];

/// A text of this kind about a client id says that an earlier request did arrive. Kraken documents
/// none; these words are what such a text would have to contain.
const ALREADY_WORDS: [&str; 4] = ["already", "in use", "exists", "not unique"];
const CLIENT_ID_WORDS: [&str; 3] = ["cl_ord_id", "client order id", "clordid"];

/// The longest text that is carried on.
const TEXT_MAX: usize = 200;
/// No throttle is believed to last longer than this: an hour.
const THROTTLE_MAX: Duration = Duration::from_hours(1);
/// And none shorter, whatever the two clocks say.
const THROTTLE_MIN: Duration = Duration::from_secs(1);

/// What `text` means as an answer to `endpoint`.
pub fn meaning(text: &str, endpoint: Endpoint, now: Timestamp) -> Meaning {
    let effect = endpoint.effect();
    let Some(says) = row(text, effect) else {
        return match effect {
            Effect::Read => Meaning::Refused(Refusal::Unrecognized(shown(text))),
            Effect::Place | Effect::Cancel => Meaning::Unclear,
        };
    };
    match says {
        Says::Limit if endpoint.is_public() => Meaning::Wait(Feedback::AddressExceeded),
        Says::Limit => Meaning::Wait(Feedback::KeyExceeded),
        Says::PairLimit => Meaning::Wait(Feedback::PairExceeded),
        Says::DomainLimit => Meaning::Wait(Feedback::DomainExceeded),
        Says::Messages => Meaning::Wait(Feedback::MessagesExceeded),
        Says::Throttled => Meaning::Wait(throttled(text, now)),
        Says::Nonce => Meaning::BadNonce,
        Says::Key => Meaning::BadKey,
        Says::Lockout => Meaning::LockedOut,
        Says::Unclear => Meaning::Unclear,
        Says::Funds
        | Says::QuantityMinimum
        | Says::CostMinimum
        | Says::Price
        | Says::Quantity
        | Says::Order
        | Says::OrderOrGone
        | Says::Gone
        | Says::PostOnly
        | Says::Pair
        | Says::OrdersLimit
        | Says::Permission
        | Says::Mode(_)
        | Says::Duplicate
        | Says::No => Meaning::Refused(refusal(says, text, endpoint)),
    }
}

/// What a text means as the answer to a command on the socket, where `endpoint` is the one that
/// does the same over REST: a definite no, or nothing when the outcome is open.
pub fn refusal_from_text(text: &str, endpoint: Endpoint) -> Option<Refusal> {
    match meaning(text, endpoint, Timestamp::EPOCH) {
        Meaning::Refused(refusal) => Some(refusal),
        Meaning::Wait(_) => Some(Refusal::RateLimited),
        Meaning::BadNonce | Meaning::BadKey | Meaning::LockedOut => {
            Some(Refusal::Unrecognized(shown(text)))
        }
        Meaning::Unclear => None,
    }
}

fn row(text: &str, effect: Effect) -> Option<Says> {
    // Kraken's pages write `EService: Throttled` with a space, its programs without.
    let text = text.replacen(": ", ":", 1);
    if effect == Effect::Place && is_duplicate(&text) {
        return Some(Says::Duplicate);
    }
    TABLE.iter().find(|(begins, _)| text.starts_with(begins)).map(|(_, says)| *says)
}

fn is_duplicate(text: &str) -> bool {
    let text = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    text.contains("duplicate") || has(&CLIENT_ID_WORDS) && has(&ALREADY_WORDS)
}

fn refusal(says: Says, text: &str, endpoint: Endpoint) -> Refusal {
    let effect = endpoint.effect();
    let changes_an_order = effect == Effect::Cancel || endpoint == Endpoint::AmendOrder;
    match says {
        Says::Funds => Refusal::InsufficientFunds,
        Says::QuantityMinimum => Refusal::BelowQuantityMinimum,
        Says::CostMinimum => Refusal::BelowCostMinimum,
        Says::Price => Refusal::InvalidPrice,
        Says::Quantity => Refusal::InvalidQuantity,
        Says::Gone => Refusal::UnknownOrder,
        Says::OrderOrGone if changes_an_order => Refusal::UnknownOrder,
        Says::Order | Says::OrderOrGone if effect != Effect::Read => {
            Refusal::InvalidOrder(shown(text))
        }
        Says::PostOnly => Refusal::PostOnlyWouldTake,
        Says::Pair => Refusal::UnknownPair,
        Says::OrdersLimit => Refusal::OrdersLimitExceeded,
        Says::Permission => Refusal::PermissionDenied,
        Says::Mode(status) => Refusal::MarketMode(status),
        Says::Duplicate => Refusal::DuplicateClientOrderId,
        Says::Order
        | Says::OrderOrGone
        | Says::No
        | Says::Limit
        | Says::PairLimit
        | Says::DomainLimit
        | Says::Messages
        | Says::Throttled
        | Says::Nonce
        | Says::Key
        | Says::Lockout
        | Says::Unclear => Refusal::Unrecognized(shown(text)),
    }
}

/// `EService: Throttled: <seconds since 1970>`: nothing before then.
fn throttled(text: &str, now: Timestamp) -> Feedback {
    let until = text.rsplit(':').next().and_then(|last| last.trim().parse().ok());
    match until.map(|seconds| Timestamp::from_seconds(seconds).unwrap_or(Timestamp::NEVER)) {
        Some(until) => {
            let until = until.clamp(now + THROTTLE_MIN, now + THROTTLE_MAX);
            Feedback::ThrottledUntil(until)
        }
        None => Feedback::TooManyRequests,
    }
}

fn shown(text: &str) -> String {
    text.chars().take(TEXT_MAX).collect()
}

#[cfg(test)]
mod tests;
