//! How strategies store their state: with their name and settings in front, so that a state is
//! taken up by nobody else.

use serde::{Serialize, de::DeserializeOwned};
use trading_engine::{RestoreError, Strategy};

use crate::settings::shown;

/// `state` of `strategy` as bytes.
pub(crate) fn save(strategy: &dyn Strategy, state: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(&(strategy.name(), strategy.settings(), state))
        .expect("writing plain values to memory cannot fail")
}

/// The state in `bytes`, if [`save`] wrote it for a strategy of the same name and settings.
pub(crate) fn restore<State: DeserializeOwned>(
    strategy: &dyn Strategy,
    bytes: &[u8],
) -> Result<State, RestoreError> {
    let refused = |reason: String| refused(strategy, reason);
    // The library's own words for this say nothing to a person.
    let unreadable = |_: postcard::Error| refused("it cannot be decoded".to_owned());
    // The header first: of a foreign state, it alone can be read.
    let header = postcard::take_from_bytes::<(String, Vec<(String, String)>)>(bytes);
    let ((name, settings), rest) = header.map_err(unreadable)?;
    if name != strategy.name() {
        return Err(refused(format!("it was stored by {}", shown(&name))));
    }
    let expected = strategy.settings();
    let expected = expected.iter().map(|(name, value)| (*name, value.as_str()));
    if !settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(expected) {
        return Err(refused("it was stored with other settings".to_owned()));
    }
    let (state, rest) = postcard::take_from_bytes(rest).map_err(unreadable)?;
    if !rest.is_empty() {
        return Err(refused(format!("{} bytes are left over", rest.len())));
    }
    Ok(state)
}

/// Refuses a stored indicator that looks back over other periods than the one it would replace.
pub(crate) fn check_period<Period: PartialEq + Copy>(
    strategy: &dyn Strategy,
    stored: Period,
    expected: Period,
) -> Result<(), RestoreError> {
    if stored == expected {
        Ok(())
    } else {
        Err(refused(strategy, "an indicator in it has another period".to_owned()))
    }
}

/// The error for a state of `strategy` that does not fit.
pub(crate) fn refused(strategy: &dyn Strategy, reason: String) -> RestoreError {
    RestoreError { strategy: strategy.name().to_owned(), reason }
}

#[cfg(test)]
mod tests;
