//! Kraken's error texts (<https://docs.kraken.com/exchange/guides/general/errors>, read on
//! 2026-11-21). Over REST they stand in the array `error`, on the socket in the text `error`.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};
use simulated_limits::Exceeded;
use trading_types::{Refusal, VenueStatus};

/// One error in Kraken's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KrakenError(Cow<'static, str>);

impl KrakenError {
    pub(crate) const PERMISSION_DENIED: Self = Self::fixed("EGeneral:Permission denied");
    pub(crate) const UNKNOWN_METHOD: Self = Self::fixed("EGeneral:Unknown method");
    pub(crate) const LOCKOUT: Self = Self::fixed("EGeneral:Temporary lockout");
    pub(crate) const INTERNAL: Self = Self::fixed("EGeneral:Internal error");
    pub(crate) const INVALID_KEY: Self = Self::fixed("EAPI:Invalid key");
    pub(crate) const INVALID_SIGNATURE: Self = Self::fixed("EAPI:Invalid signature");
    pub(crate) const INVALID_NONCE: Self = Self::fixed("EAPI:Invalid nonce");
    pub(crate) const RATE_LIMIT: Self = Self::fixed("EAPI:Rate limit exceeded");
    pub(crate) const INVALID_SESSION: Self = Self::fixed("ESession:Invalid session");
    pub(crate) const UNAVAILABLE: Self = Self::fixed("EService:Unavailable");
    pub(crate) const BUSY: Self = Self::fixed("EService:Busy");
    pub(crate) const DEADLINE_ELAPSED: Self = Self::fixed("EService:Deadline elapsed");
    pub(crate) const UNKNOWN_PAIR: Self = Self::fixed("EQuery:Unknown asset pair");
    pub(crate) const UNKNOWN_ASSET: Self = Self::fixed("EQuery:Unknown asset");
    pub(crate) const UNKNOWN_ORDER: Self = Self::fixed("EOrder:Unknown order");
    pub(crate) const INSUFFICIENT_FUNDS: Self = Self::fixed("EOrder:Insufficient funds");
    pub(crate) const ORDER_RATE_LIMIT: Self = Self::fixed("EOrder:Rate limit exceeded");

    /// A text known when this was written.
    pub(crate) const fn fixed(text: &'static str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// `EGeneral:Invalid arguments:` and what is wrong.
    pub(crate) fn invalid(what: impl fmt::Display) -> Self {
        Self::new(format!("EGeneral:Invalid arguments:{what}"))
    }

    /// Any other text.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Cow::Owned(text.into()))
    }

    /// The text.
    #[cfg(test)]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KrakenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Exceeded> for KrakenError {
    fn from(exceeded: Exceeded) -> Self {
        // A ban and the article's 429 have no text; where one must stand, it is the general one.
        exceeded.text().map_or(Self::RATE_LIMIT, Self::new)
    }
}

impl From<Refusal> for KrakenError {
    fn from(refusal: Refusal) -> Self {
        let text = match refusal {
            Refusal::InsufficientFunds => "EOrder:Insufficient funds",
            Refusal::BelowQuantityMinimum => "EOrder:Order minimum not met",
            Refusal::BelowCostMinimum => "EOrder:Cost minimum not met",
            Refusal::InvalidPrice => "EOrder:Invalid price",
            Refusal::InvalidQuantity => "EGeneral:Invalid arguments:volume",
            Refusal::PostOnlyWouldTake => "EOrder:Post only order",
            Refusal::DeadlineElapsed => "EService:Deadline elapsed",
            Refusal::UnknownPair => "EQuery:Unknown asset pair",
            Refusal::UnknownOrder => "EOrder:Unknown order",
            Refusal::DuplicateClientOrderId => "EOrder:Duplicate client order id",
            Refusal::RateLimited => "EOrder:Rate limit exceeded",
            Refusal::OrdersLimitExceeded => "EOrder:Orders limit exceeded",
            Refusal::PermissionDenied => "EGeneral:Permission denied",
            Refusal::MarketMode(VenueStatus::Maintenance) => "EService:Unavailable",
            Refusal::MarketMode(status) => {
                return Self::new(format!("EService:Market in {status} mode"));
            }
            Refusal::NotSent(_) => unreachable!("an exchange has received what it refuses"),
            Refusal::InvalidOrder(why) => return Self::invalid(why),
            Refusal::Unrecognized(text) => return Self::new(text),
        };
        Self::fixed(text)
    }
}
