//! The keys of an account: their nonces, and whether they may be used at all.

use std::{collections::BTreeMap, fmt, sync::Arc};

use kraken_protocol::{
    limits::KeyRole,
    nonce::{NoNonce, Nonce, NonceSource},
};
use trading_types::Timestamp;

use crate::secrets::Credentials;

/// After so many bad nonces in a row the key is not used any more: too many bring a ban.
const BAD_NONCES_MAX: u32 = 3;

/// Why a key is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// Nobody has looked yet what it may do.
    NotAudited,
    /// It may do too much or too little, or nobody could find out.
    AuditRefused(String),
    /// Kraken called it wrong, in these words. Asking again leads to a lockout.
    CalledWrong(String),
    /// Another program uses it: our nonces come too late.
    NoncesTooLow,
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAudited => f.write_str("nobody has looked yet what it may do"),
            Self::AuditRefused(why) => f.write_str(why),
            Self::CalledWrong(text) => {
                write!(f, "Kraken says `{text}`; check the key in Kraken's settings")
            }
            Self::NoncesTooLow => {
                f.write_str("another program uses it; make a key for this program alone")
            }
        }
    }
}

/// What Kraken thought of a nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NonceWas {
    Accepted,
    Refused,
}

/// One key.
pub(super) struct Key {
    credentials: Arc<Credentials>,
    nonces: NonceSource,
    bad_nonces: u32,
    stopped: Option<StopReason>,
}

/// All keys, by role.
pub(super) struct Keys(BTreeMap<KeyRole, Key>);

impl Keys {
    pub(super) fn new(credentials: Vec<Credentials>, nonces: &BTreeMap<KeyRole, u64>) -> Self {
        let key = |credentials: Credentials| {
            let role = credentials.role();
            let nonces = NonceSource::restore(nonces.get(&role).copied().unwrap_or(0));
            let stopped = Some(StopReason::NotAudited);
            let credentials = Arc::new(credentials);
            (role, Key { credentials, nonces, bad_nonces: 0, stopped })
        };
        Self(credentials.into_iter().map(key).collect())
    }

    pub(super) fn get(&mut self, role: KeyRole) -> Option<&mut Key> {
        self.0.get_mut(&role)
    }

    /// How far the nonces of each key have to be saved now, as far as that has changed.
    pub(super) fn needs_saving(&self, now: Timestamp) -> BTreeMap<KeyRole, u64> {
        let needs = |(role, key): (&KeyRole, &Key)| Some((*role, key.nonces.needs_saving(now)?));
        self.0.iter().filter_map(needs).collect()
    }

    /// They are saved so far.
    pub(super) fn saved(&mut self, ceilings: &BTreeMap<KeyRole, u64>) {
        for (role, ceiling) in ceilings {
            if let Some(key) = self.0.get_mut(role) {
                key.nonces.saved(*ceiling);
            }
        }
    }
}

impl Key {
    pub(super) fn credentials(&self) -> Arc<Credentials> {
        Arc::clone(&self.credentials)
    }

    pub(super) fn next_nonce(&mut self, now: Timestamp) -> Result<Nonce, NoNonce> {
        self.nonces.next(now)
    }

    /// A nonce although none could be saved: for what has to work when everything else is broken.
    pub(super) fn next_nonce_unsaved(&mut self, now: Timestamp) -> Result<Nonce, NoNonce> {
        match self.nonces.next(now) {
            Err(NoNonce::SaveFirst(ceiling)) => {
                self.nonces.saved(ceiling);
                self.nonces.next(now)
            }
            given => given,
        }
    }

    /// Why it is not used, if it is not.
    pub(super) const fn stopped(&self) -> Option<&StopReason> {
        self.stopped.as_ref()
    }

    /// Its audit went well; Kraken has seen nonces up to `last_seen`.
    pub(super) fn admit(&mut self, last_seen: u64) {
        self.nonces.seed_above(last_seen);
        if self.stopped == Some(StopReason::NotAudited) {
            self.stopped = None;
        }
    }

    /// It is not used any more. The first reason stays.
    pub(super) fn stop(&mut self, reason: StopReason) {
        if matches!(self.stopped, None | Some(StopReason::NotAudited)) {
            self.stopped = Some(reason);
        }
    }

    /// What Kraken thought of a nonce.
    pub(super) fn nonce_was(&mut self, was: NonceWas) {
        self.bad_nonces = match was {
            NonceWas::Accepted => 0,
            NonceWas::Refused => self.bad_nonces + 1,
        };
        if BAD_NONCES_MAX <= self.bad_nonces {
            self.stop(StopReason::NoncesTooLow);
        }
    }
}
