//! The key: its nonces, and whether it may be used at all, by the rules of `kraken-client`.

use std::fmt;

use bot_machine::CallFailure;
use kraken_protocol::{
    Endpoint,
    nonce::{NoNonce, Nonce, NonceSource},
    signer::Signer,
};
use simulated_kraken::KeyDescription;
use trading_types::Timestamp;

/// After so many bad nonces in a row the key is not used any more.
const BAD_NONCES_MAX: u32 = 3;

/// The key. It does not show itself.
pub(super) struct Key {
    pub(super) text: String,
    pub(super) signer: Signer,
    nonces: NonceSource,
    bad_nonces: u32,
    is_admitted: bool,
    stopped: Option<String>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("stopped", &self.stopped).finish_non_exhaustive()
    }
}

impl Key {
    pub(super) fn new(description: &KeyDescription, reserved_up_to: u64) -> Self {
        Self {
            text: description.key.clone(),
            signer: Signer::new(&description.secret).expect("a secret of the simulated Kraken's"),
            nonces: NonceSource::restore(reserved_up_to),
            bad_nonces: 0,
            is_admitted: false,
            stopped: None,
        }
    }

    /// Why it may not be used for a call, if it may not.
    pub(super) fn refusal(&self, endpoint: Endpoint) -> Option<CallFailure> {
        if let Some(why) = &self.stopped {
            return Some(CallFailure::Key(why.clone()));
        }
        let is_audit = endpoint == Endpoint::GetApiKeyInfo;
        // The key will be looked at; it is not bad.
        let not_yet = || CallFailure::NotDone("nobody has looked yet what it may do".to_owned());
        (!self.is_admitted && !is_audit).then(not_yet)
    }

    /// How far the nonces have to be saved now, if that has changed.
    pub(super) fn needs_saving(&self, now: Timestamp) -> Option<u64> {
        self.nonces.needs_saving(now)
    }

    pub(super) fn saved(&mut self, ceiling: u64) {
        self.nonces.saved(ceiling);
    }

    pub(super) fn next_nonce(&mut self, now: Timestamp) -> Result<Nonce, NoNonce> {
        self.nonces.next(now)
    }

    pub(super) fn admit(&mut self, last_seen: u64) {
        self.nonces.seed_above(last_seen);
        self.is_admitted = true;
    }

    /// It is not used any more. The first reason stays.
    pub(super) fn stop(&mut self, why: String) {
        self.stopped.get_or_insert(why);
    }

    /// Whether Kraken took a nonce.
    pub(super) fn nonce_was_taken(&mut self, was_taken: bool) {
        self.bad_nonces = if was_taken { 0 } else { self.bad_nonces + 1 };
        if BAD_NONCES_MAX <= self.bad_nonces {
            self.stop("another program uses it".to_owned());
        }
    }
}
