//! When an order begins, ends, and must have arrived. Numbers from
//! <https://docs.kraken.com/api-reference/trading/add-order>, read on 2026-11-21.

use std::time::Duration;

use trading_types::{TimeInForce, Timestamp};

use crate::{
    kraken_error::KrakenError,
    rest::{parameters::Parameters, time_text},
};

/// An order lives at least so long,
const LIFE_MIN: Duration = Duration::from_secs(5);
/// and at most a month.
const LIFE_MAX: Duration = Duration::from_hours(31 * 24);
/// A deadline lies at least so far ahead,
const DEADLINE_MIN: Duration = Duration::from_secs(2);
/// and at most so far.
const DEADLINE_MAX: Duration = Duration::from_mins(1);

/// `timeinforce` and `expiretm`.
pub(crate) fn time_in_force(
    parameters: &Parameters,
    now: Timestamp,
) -> Result<TimeInForce, KrakenError> {
    let end = moment(parameters, "expiretm", now)?;
    match (parameters.text("timeinforce")?, end) {
        (Some("IOC"), _) => Ok(TimeInForce::ImmediateOrCancel),
        (Some("FOK"), _) => Ok(TimeInForce::FillOrKill),
        (Some("GTC"), _) | (None, None) => Ok(TimeInForce::GoodTilCanceled),
        (Some("GTD") | None, Some(end)) if now + LIFE_MIN <= end && end <= now + LIFE_MAX => {
            Ok(TimeInForce::GoodTilDate(end))
        }
        (Some("GTD") | None, _) => Err(KrakenError::invalid("expiretm")),
        (Some(_), _) => Err(KrakenError::invalid("timeinforce")),
    }
}

/// `starttm`; a moment that has passed is now.
pub(crate) fn start(
    parameters: &Parameters,
    now: Timestamp,
) -> Result<Option<Timestamp>, KrakenError> {
    Ok(moment(parameters, "starttm", now)?.filter(|start| now < *start))
}

/// Whether a `deadline` is near enough and far enough.
pub(crate) fn check_deadline(
    deadline: Timestamp,
    now: Timestamp,
) -> Result<Timestamp, KrakenError> {
    if deadline < now {
        return Err(KrakenError::DEADLINE_ELAPSED);
    }
    if deadline < now + DEADLINE_MIN || now + DEADLINE_MAX < deadline {
        return Err(KrakenError::invalid("deadline"));
    }
    Ok(deadline)
}

/// `0` is none, `+n` is in so many seconds, all else is seconds since the epoch. An unescaped plus
/// sign in a form arrives as a space; it means what it says, which is no number.
fn moment(
    parameters: &Parameters,
    name: &str,
    now: Timestamp,
) -> Result<Option<Timestamp>, KrakenError> {
    let refused = || KrakenError::invalid(name);
    match parameters.text(name)? {
        None | Some("0") => Ok(None),
        Some(text) => match text.strip_prefix('+') {
            Some(seconds) => {
                let seconds: u32 = seconds.parse().map_err(|_| refused())?;
                Ok(Some(now + Duration::from_secs(u64::from(seconds))))
            }
            None => time_text::parse_seconds(text).map(Some).ok_or_else(refused),
        },
    }
}
