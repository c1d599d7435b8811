//! Keys: what each may do, its nonces, its signatures, its tokens, its counter.
//!
//! The invariant: a nonce that was accepted is above every nonce accepted before with that key.

use std::collections::BTreeMap;

use exchange_simulator::{AccountId, Prng};
use serde::{Deserialize, Serialize};
use simulated_limits::{Exceeded, PrivateCounter, PrivateLimits};
use trading_types::Timestamp;

use crate::{
    keys::{
        key_kind::{KEY_KINDS, KeyKind},
        lockouts::{Culprit, Lockouts},
        signature::Signer,
        tokens::Tokens,
    },
    kraken_error::KrakenError,
    settings::Settings,
};

mod change;
mod key_kind;
mod key_text;
mod lockouts;
mod permission;
mod signature;
mod tokens;

pub(crate) use crate::keys::change::{Expires, KeyChange, KeyChangeText};
pub use crate::keys::permission::Permission;
#[cfg(test)]
pub(crate) use crate::keys::signature::Signer as TestSigner;
pub(crate) use crate::keys::tokens::TOKEN_LIFE;

/// Apart from the streams of everything else that a seed decides.
const KEYS_STREAM: u64 = 0x6b65_7973_6b65_7973;

/// A key as it is given out. It opens nothing but this simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDescription {
    /// What it is called: `trade`, `withdraw`, `no-ip-list`, `read-only`, `cancel-only`, `expired`.
    pub name: String,
    /// The key itself; begins with `SIMULATED`.
    pub key: String,
    /// What requests are signed with, in base64.
    pub secret: String,
    /// What it may do.
    pub permissions: Vec<Permission>,
}

/// A key's place among all keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KeyIndex(pub(crate) usize);

/// All keys.
#[derive(Debug)]
pub(crate) struct Keys {
    descriptions: Vec<KeyDescription>,
    /// In the same order.
    kept: Vec<Key>,
    by_text: BTreeMap<String, KeyIndex>,
    tokens: Tokens,
    lockouts: Lockouts,
    prng: Prng,
}

/// What is kept of a key.
#[derive(Debug)]
struct Key {
    account: AccountId,
    /// It is told and not enforced: where a client really is says nothing about Kraken.
    ip_list: Vec<String>,
    valid_until: Option<Timestamp>,
    /// When its owner changed it, if that ever happened.
    modified: Option<Timestamp>,
    signer: Signer,
    nonce: u64,
    last_used: Option<Timestamp>,
    counter: PrivateCounter,
}

/// What is kept of all keys when a simulation is put away. The keys themselves follow from the
/// settings, and tokens end.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeptKeys {
    keys: Vec<KeptKey>,
    lockouts: Lockouts,
    prng: Prng,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptKey {
    nonce: u64,
    last_used: Option<Timestamp>,
    counter: PrivateCounter,
    permissions: Vec<Permission>,
    ip_list: Vec<String>,
    valid_until: Option<Timestamp>,
    modified: Option<Timestamp>,
}

/// What a request says of who sends it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim<'a> {
    pub(crate) address: &'a str,
    /// `API-Key`.
    pub(crate) key: Option<&'a str>,
    /// `API-Sign`.
    pub(crate) signature: Option<&'a str>,
    pub(crate) path: &'a str,
    /// As it stands in the body.
    pub(crate) nonce: Option<&'a str>,
    pub(crate) body: &'a [u8],
}

/// A request is not from whom it says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotAuthentic {
    pub(crate) error: KrakenError,
    /// Whether this was one failure too many.
    pub(crate) begins_lockout: bool,
}

/// What `GetApiKeyInfo` tells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyInfo<'a> {
    pub(crate) description: &'a KeyDescription,
    pub(crate) ip_list: &'a [String],
    pub(crate) valid_until: Option<Timestamp>,
    pub(crate) modified: Option<Timestamp>,
    pub(crate) nonce: u64,
    pub(crate) last_used: Option<Timestamp>,
}

impl Keys {
    /// The keys of the accounts in `settings`.
    pub(crate) fn new(settings: &Settings) -> Self {
        let mut keys = Self {
            descriptions: Vec::new(),
            kept: Vec::new(),
            by_text: BTreeMap::new(),
            tokens: Tokens::default(),
            lockouts: Lockouts::default(),
            prng: Prng::from_seed(settings.seed ^ KEYS_STREAM),
        };
        for (account, number) in settings.accounts.iter().zip(0..) {
            for kind in &KEY_KINDS {
                let name = match account.name.as_str() {
                    "" => kind.name.to_owned(),
                    account => format!("{account}-{}", kind.name),
                };
                keys.add(name, kind, AccountId(number), settings);
            }
        }
        keys
    }

    /// What to keep of them.
    pub(crate) fn kept(&self) -> KeptKeys {
        let kept = |(key, description): (&Key, &KeyDescription)| KeptKey {
            nonce: key.nonce,
            last_used: key.last_used,
            counter: key.counter.clone(),
            permissions: description.permissions.clone(),
            ip_list: key.ip_list.clone(),
            valid_until: key.valid_until,
            modified: key.modified,
        };
        KeptKeys {
            keys: self.kept.iter().zip(&self.descriptions).map(kept).collect(),
            lockouts: self.lockouts.clone(),
            prng: self.prng.clone(),
        }
    }

    /// The keys of the accounts in `settings` as they were kept; nothing if those are of other
    /// accounts.
    pub(crate) fn restored(settings: &Settings, kept: KeptKeys) -> Option<Self> {
        let mut keys = Self::new(settings);
        if keys.kept.len() != kept.keys.len() {
            return None;
        }
        let all = keys.kept.iter_mut().zip(&mut keys.descriptions);
        for ((key, description), kept) in all.zip(kept.keys) {
            (key.nonce, key.last_used, key.counter) = (kept.nonce, kept.last_used, kept.counter);
            (key.ip_list, key.valid_until) = (kept.ip_list, kept.valid_until);
            (key.modified, description.permissions) = (kept.modified, kept.permissions);
        }
        (keys.lockouts, keys.prng) = (kept.lockouts, kept.prng);
        Some(keys)
    }

    fn add(&mut self, name: String, kind: &KeyKind, account: AccountId, settings: &Settings) {
        let (key, secret) = (key_text::key(&mut self.prng), key_text::secret(&mut self.prng));
        let limits = PrivateLimits {
            tier: settings.tier,
            decay: settings.decay,
            refused_calls_count: settings.refused_calls_count,
        };
        self.by_text.insert(key.clone(), KeyIndex(self.kept.len()));
        self.kept.push(Key {
            account,
            ip_list: kind.ip_list.iter().map(|&address| address.to_owned()).collect(),
            valid_until: kind.valid_until.and_then(Timestamp::from_seconds),
            modified: None,
            signer: Signer::new(&secret).expect("a secret of ours is base64"),
            nonce: 0,
            last_used: None,
            counter: PrivateCounter::new(limits),
        });
        let permissions = kind.permissions.to_vec();
        self.descriptions.push(KeyDescription { name, key, secret, permissions });
    }

    /// Whose request it is.
    pub(crate) fn authenticate(
        &mut self,
        claim: &Claim<'_>,
        now: Timestamp,
    ) -> Result<KeyIndex, NotAuthentic> {
        let address = Culprit::Address(claim.address.to_owned());
        let known = claim.key.and_then(|text| self.by_text.get(text).copied());
        let key = known.map(|index| Culprit::Key(self.descriptions[index.0].key.clone()));
        let culprits = || std::iter::once(&address).chain(&key);
        if culprits().any(|culprit| self.lockouts.is_locked(culprit, now)) {
            return Err(NotAuthentic { error: KrakenError::LOCKOUT, begins_lockout: false });
        }
        match self.check(known, claim, now) {
            Ok(index) => {
                culprits().for_each(|culprit| self.lockouts.succeed(culprit));
                Ok(index)
            }
            Err(error) => {
                let fail =
                    |begins, culprit: &Culprit| self.lockouts.fail(culprit.clone(), now) || begins;
                Err(NotAuthentic { error, begins_lockout: culprits().fold(false, fail) })
            }
        }
    }

    /// Key, then signature, then nonce: only a request that is really from the owner of the key
    /// uses a nonce up.
    fn check(
        &mut self,
        known: Option<KeyIndex>,
        claim: &Claim<'_>,
        now: Timestamp,
    ) -> Result<KeyIndex, KrakenError> {
        // Kraken publishes no word of its own for a key that has expired.
        let index = known.filter(|index| !self.has_expired(*index, now));
        let index = index.ok_or(KrakenError::INVALID_KEY)?;
        let signature = claim.signature.ok_or(KrakenError::INVALID_SIGNATURE)?;
        let nonce_text = claim.nonce.ok_or(KrakenError::INVALID_NONCE)?;
        let key = &mut self.kept[index.0];
        if !key.signer.verifies(signature, claim.path, nonce_text, claim.body) {
            return Err(KrakenError::INVALID_SIGNATURE);
        }
        let nonce = parse_nonce(nonce_text).ok_or(KrakenError::INVALID_NONCE)?;
        if nonce <= key.nonce {
            return Err(KrakenError::INVALID_NONCE);
        }
        key.nonce = nonce;
        key.last_used = Some(now);
        Ok(index)
    }

    /// The account that a key belongs to.
    pub(crate) fn account(&self, index: KeyIndex) -> AccountId {
        self.kept[index.0].account
    }

    /// The account of the key with this text.
    pub(crate) fn owner(&self, key: &str) -> Option<AccountId> {
        self.by_text.get(key).map(|index| self.account(*index))
    }

    /// Its owner changes a key in the settings of the account; from now on it is so. An account
    /// that is not there has no such key.
    pub(crate) fn change(&mut self, change: &KeyChange, now: Timestamp) -> bool {
        let of_name = |(_, it): &(_, &mut KeyDescription)| it.name == change.name;
        let found = self.kept.iter_mut().zip(&mut self.descriptions).find(of_name);
        let Some((key, description)) = found else { return false };
        if let Some(permissions) = &change.permissions {
            description.permissions.clone_from(permissions);
        }
        if let Some(addresses) = &change.addresses {
            key.ip_list.clone_from(addresses);
        }
        if let Some(expires_after) = change.expires_after {
            key.valid_until = expires_after.map(|after| now + after);
        }
        key.modified = Some(now);
        true
    }

    /// Whether a key is over.
    pub(crate) fn has_expired(&self, index: KeyIndex, now: Timestamp) -> bool {
        self.kept[index.0].valid_until.is_some_and(|end| end <= now)
    }

    /// Whether a key may do something.
    pub(crate) fn permits(&self, index: KeyIndex, permission: Permission) -> bool {
        self.descriptions[index.0].permissions.contains(&permission)
    }

    /// Charges a private call to the counter of its key.
    pub(crate) fn charge(
        &mut self,
        index: KeyIndex,
        endpoint: &str,
        now: Timestamp,
    ) -> Result<(), Exceeded> {
        self.kept[index.0].counter.call(endpoint, now)
    }

    /// What there is to know about a key.
    pub(crate) fn info(&self, index: KeyIndex) -> KeyInfo<'_> {
        let key = &self.kept[index.0];
        KeyInfo {
            description: &self.descriptions[index.0],
            ip_list: &key.ip_list,
            valid_until: key.valid_until,
            modified: key.modified,
            nonce: key.nonce,
            last_used: key.last_used,
        }
    }

    /// A new token for the socket.
    pub(crate) fn issue_token(&mut self, index: KeyIndex, now: Timestamp) -> String {
        let text = key_text::token(&mut self.prng);
        self.tokens.issue(text.clone(), index, now);
        text
    }

    /// The key that a token was given to, while it is good.
    pub(crate) fn session_of(&self, token: &str, now: Timestamp) -> Option<KeyIndex> {
        self.tokens.session_of(token, now)
    }

    /// A connection subscribed with a token and keeps it alive.
    pub(crate) fn hold_token(&mut self, token: &str) {
        self.tokens.hold(token);
    }

    /// A connection that held a token is gone.
    pub(crate) fn release_token(&mut self, token: &str) {
        self.tokens.release(token);
    }

    /// The highest level of each key's counter, by the text of the key.
    pub(crate) fn counter_peaks(&self) -> BTreeMap<String, String> {
        let peak = |(text, index): (&String, &KeyIndex)| {
            (text.clone(), self.kept[index.0].counter.peak().to_string())
        };
        self.by_text.iter().map(peak).collect()
    }

    /// What is given out.
    pub(crate) fn descriptions(&self) -> &[KeyDescription] {
        &self.descriptions
    }
}

/// A nonce is a plain number of 64 bits.
fn parse_nonce(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;
