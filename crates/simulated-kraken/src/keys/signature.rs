//! `API-Sign`: an HMAC over the path and the bytes of the body as they came
//! (<https://docs.kraken.com/exchange/guides/rest/authentication>, read on 2026-11-21).

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};

/// What one key signs with.
#[derive(Clone)]
pub(crate) struct Signer(Hmac<Sha512>);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}

impl Signer {
    /// From a secret in base64; nothing if it is none.
    pub(crate) fn new(secret: &str) -> Option<Self> {
        let secret = STANDARD.decode(secret).ok()?;
        Some(Self(Hmac::new_from_slice(&secret).expect("an HMAC takes a key of any length")))
    }

    /// Whether `signature` is this key's over these very bytes.
    pub(crate) fn verifies(&self, signature: &str, path: &str, nonce: &str, body: &[u8]) -> bool {
        let Ok(signature) = STANDARD.decode(signature) else { return false };
        self.over(path, nonce, body).verify_slice(&signature).is_ok()
    }

    /// The signature, as a client writes it.
    #[cfg(test)]
    pub(crate) fn sign(&self, path: &str, nonce: &str, body: &[u8]) -> String {
        STANDARD.encode(self.over(path, nonce, body).finalize().into_bytes())
    }

    fn over(&self, path: &str, nonce: &str, body: &[u8]) -> Hmac<Sha512> {
        let digest = Sha256::new().chain_update(nonce).chain_update(body).finalize();
        self.0.clone().chain_update(path).chain_update(digest)
    }
}

#[cfg(test)]
mod tests;
