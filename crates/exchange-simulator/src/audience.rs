//! Who hears an event of an exchange with many accounts.

use serde::{Deserialize, Serialize};

/// An account of a [`BookExchange`](crate::BookExchange), counted from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountId(pub u32);

impl AccountId {
    /// Its place in a list of all accounts.
    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0).expect("an index fits usize")
    }
}

/// Who hears an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Audience {
    /// Whoever listens: it is about a market or the exchange.
    Everyone,
    /// One account.
    Account(AccountId),
}
