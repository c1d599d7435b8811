//! Who a request is from: its token, and what the key behind it may do.
//!
//! The invariant: without a good token and the right permission nothing private happens.

use exchange_simulator::AccountId;
use trading_types::Timestamp;

use super::{fields::Fields, refused::Refused};
use crate::{keys::Permission, kraken_error::KrakenError, world::World};

/// What a request wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rights {
    Place,
    Cancel,
    SeeOrders,
    SeeFunds,
    /// Only be somebody.
    None,
}

impl Rights {
    /// One of these permissions is enough
    /// (<https://docs.kraken.com/exchange/guides/rest/api-keys>, read on 2026-11-21).
    const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::Place => &[Permission::ModifyTrades],
            Self::Cancel => &[Permission::ModifyTrades, Permission::CloseTrades],
            Self::SeeOrders => &[Permission::QueryOpenTrades],
            Self::SeeFunds => &[Permission::QueryFunds],
            Self::None => &[],
        }
    }
}

/// The account that a request with a token is for.
pub(super) fn session(
    fields: &Fields<'_>,
    world: &World,
    rights: Rights,
    now: Timestamp,
) -> Result<AccountId, Refused> {
    let token = fields.text("token")?.ok_or(Refused::NO_TOKEN)?;
    let key = world.keys.session_of(&token, now).filter(|key| !world.keys.has_expired(*key, now));
    let key = key.ok_or(KrakenError::INVALID_SESSION)?;
    let permissions = rights.permissions();
    let may = |permission: &Permission| world.keys.permits(key, *permission);
    if !permissions.is_empty() && !permissions.iter().any(may) {
        return Err(KrakenError::PERMISSION_DENIED.into());
    }
    Ok(world.keys.account(key))
}
