//! The token that opens a private WebSocket. It is a secret: it is never shown, copied or stored,
//! and it is wiped when its owner is done with it.
//!
//! A token has to be used within 15 minutes and lives on with its subscription; a new connection
//! takes a new one (<https://docs.kraken.com/exchange/guides/websockets/authentication>, read on
//! 2026-11-21).

use std::fmt;

use zeroize::Zeroizing;

/// Kraken's tokens have about 44 characters.
const TOKEN_LENGTH_MAX: usize = 512;

/// A WebSocket token.
///
/// It cannot be copied:
///
/// ```compile_fail
/// fn copy(token: &kraken_protocol::stream::token::Token) {
///     let _: kraken_protocol::stream::token::Token = token.clone();
/// }
/// ```
///
/// And it cannot be stored:
///
/// ```compile_fail
/// fn store(token: &kraken_protocol::stream::token::Token) {
///     serde_json::to_string(token).ok();
/// }
/// ```
pub struct Token(Zeroizing<String>);

/// A text that is no token. What it says is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the venue's answer holds no usable token; ask for a new one")]
pub struct BadToken;

impl Token {
    /// Takes over the text of a token.
    pub fn new(text: String) -> Result<Self, BadToken> {
        let text = Zeroizing::new(text);
        let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
        let is_usable =
            !text.is_empty() && text.len() <= TOKEN_LENGTH_MAX && text.bytes().all(is_plain);
        if is_usable { Ok(Self(text)) } else { Err(BadToken) }
    }

    /// The text, which can stand in JSON as it is.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

#[cfg(test)]
mod tests;
