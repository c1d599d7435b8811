//! Signs private calls: the `API-Sign` header
//! (<https://docs.kraken.com/exchange/guides/rest/authentication>, read on 2026-11-21).
//!
//! **Law.** A signer takes an [`Endpoint`] and never a path, so nothing can be signed that is not
//! on that closed list; and it can neither be shown nor copied.
//!
//! ```compile_fail,E0308
//! # use kraken_protocol::{nonce::Nonce, signer::Signer};
//! # fn sign(signer: &Signer, nonce: Nonce) {
//! signer.sign("/0/private/Balance", nonce, b"nonce=1");
//! # }
//! ```

use std::ops::Deref;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256, Sha512};
use zeroize::Zeroizing;

use crate::{
    endpoint::Endpoint,
    nonce::{DIGITS_MAX, Nonce},
};

/// Bytes of the longest private key that is taken. Kraken's have 64.
const SECRET_BYTES_MAX: usize = 256;
/// Bytes of the shortest: fewer are a slip, not a key.
const SECRET_BYTES_MIN: usize = 16;
/// Characters of 64 bytes in base64.
const SIGN_LENGTH: usize = 88;

/// The private key of an account, ready to sign.
///
/// The decoded key lives only as long as it takes to key the hash; the text is its owner's to wipe.
/// What is kept is the state of the keyed hash, so that a signature does not key it again.
///
/// ```compile_fail,E0277
/// # use kraken_protocol::signer::Signer;
/// # fn show(signer: &Signer) {
/// println!("{signer:?}");
/// # }
/// ```
///
/// ```compile_fail,E0599
/// # use kraken_protocol::signer::Signer;
/// # fn copy(signer: &Signer) -> Signer {
/// Signer::clone(signer)
/// # }
/// ```
pub struct Signer {
    keyed: Hmac<Sha512>,
}

/// A text that is no private key. It says nothing about the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSecret {
    /// Other characters than base64 has, or some are missing.
    #[error(
        "the private key is not whole base64: copy all of it again from Kraken's page of the key"
    )]
    NotBase64,
    /// Too short or too long.
    #[error("the private key has the wrong length: copy Kraken's private key, not the API key")]
    WrongLength,
}

impl Signer {
    /// From the private key as Kraken shows it. White space around it does no harm.
    pub fn new(secret_base64: &str) -> Result<Self, BadSecret> {
        let text = secret_base64.trim_ascii();
        if SECRET_BYTES_MAX * 4 / 3 < text.len() {
            return Err(BadSecret::WrongLength);
        }
        // On the stack and of full length from the start: nothing is left behind by growing.
        let mut bytes = Zeroizing::new([0_u8; SECRET_BYTES_MAX + 4]);
        let length =
            STANDARD.decode_slice(text, bytes.as_mut_slice()).map_err(|_| BadSecret::NotBase64)?;
        if length < SECRET_BYTES_MIN {
            return Err(BadSecret::WrongLength);
        }
        let keyed = Hmac::new_from_slice(&bytes[..length]).map_err(|_| BadSecret::WrongLength)?;
        Ok(Self { keyed })
    }

    /// The value of `API-Sign` for a call of `endpoint` with exactly this body, which must itself
    /// contain `nonce`.
    pub fn sign(&self, endpoint: Endpoint, nonce: Nonce, body: &[u8]) -> ApiSign {
        let mut mac = self.keyed.clone();
        mac.update(endpoint.path().as_bytes());
        mac.update(&digest(nonce, body));
        let mut text = [0; SIGN_LENGTH];
        let length = STANDARD
            .encode_slice(mac.finalize().into_bytes(), &mut text)
            .expect("64 bytes are 88 characters");
        assert!(length == SIGN_LENGTH, "64 bytes are 88 characters");
        ApiSign(text)
    }
}

/// SHA-256 of the nonce's digits followed by the body.
fn digest(nonce: Nonce, body: &[u8]) -> [u8; 32] {
    let mut digits = [0; DIGITS_MAX];
    let mut hash = Sha256::new();
    hash.update(nonce.write_into(&mut digits));
    hash.update(body);
    hash.finalize().into()
}

/// The value of the header `API-Sign`: 88 characters of base64. It is no secret, but it is good for
/// the one call it was made for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ApiSign([u8; SIGN_LENGTH]);

impl Deref for ApiSign {
    type Target = str;

    fn deref(&self) -> &str {
        std::str::from_utf8(&self.0).expect("base64 is ASCII")
    }
}

#[cfg(test)]
mod tests;
