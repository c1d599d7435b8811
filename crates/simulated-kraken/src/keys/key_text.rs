//! Texts of keys, secrets and tokens. The invariant: the same seed gives the same texts, and a key
//! that is not Kraken's can be told by its beginning.

use base64::{Engine, engine::general_purpose::STANDARD};
use exchange_simulator::Prng;

/// What the text of every key begins with.
const MARK: &str = "SIMULATED";
/// A key of Kraken's has so many characters
/// (<https://docs.kraken.com/exchange/guides/rest/authentication>, read on 2026-11-21).
const KEY_LENGTH: usize = 56;
/// A token of Kraken's has so many characters
/// (<https://docs.kraken.com/api-reference/trading/get-websockets-token>, read on 2026-11-21).
const TOKEN_LENGTH: usize = 43;
/// A secret of Kraken's has so many bytes, in base64.
const SECRET_BYTES: usize = 64;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A key: [`MARK`], then characters of base64.
pub(crate) fn key(prng: &mut Prng) -> String {
    format!("{MARK}{}", characters(prng, KEY_LENGTH - MARK.len()))
}

/// A secret: bytes in base64.
pub(crate) fn secret(prng: &mut Prng) -> String {
    let words = std::iter::repeat_with(|| prng.next().to_be_bytes());
    let bytes: Vec<u8> = words.flatten().take(SECRET_BYTES).collect();
    STANDARD.encode(bytes)
}

/// A token for the socket.
pub(crate) fn token(prng: &mut Prng) -> String {
    characters(prng, TOKEN_LENGTH)
}

fn characters(prng: &mut Prng, count: usize) -> String {
    let mut character = || {
        let place = usize::try_from(prng.below(64)).expect("below 64");
        char::from(ALPHABET[place])
    };
    (0..count).map(|_| character()).collect()
}
