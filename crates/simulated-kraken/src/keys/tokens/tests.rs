//! How long a token lives.

use std::time::Duration;

use trading_types::Timestamp;

use super::{TOKEN_LIFE, Tokens};
use crate::keys::KeyIndex;

const START: Timestamp = Timestamp::from_nanos(1_700_000_000_000_000_000);
const SOME_KEY: KeyIndex = KeyIndex(3);

fn with_token() -> Tokens {
    let mut tokens = Tokens::default();
    tokens.issue("token".to_owned(), SOME_KEY, START);
    tokens
}

#[test]
fn a_token_lives_for_fifteen_minutes() {
    let tokens = with_token();
    let last = START + TOKEN_LIFE - Duration::from_nanos(1);
    assert_eq!(tokens.session_of("token", START), Some(SOME_KEY));
    assert_eq!(tokens.session_of("token", last), Some(SOME_KEY));
    assert_eq!(tokens.session_of("token", START + TOKEN_LIFE), None);
    assert_eq!(tokens.session_of("another", START), None);
}

#[test]
fn a_token_lives_while_it_is_held() {
    let mut tokens = with_token();
    let late = START + TOKEN_LIFE * 3;
    tokens.hold("token");
    tokens.hold("token");
    tokens.release("token");
    assert_eq!(tokens.session_of("token", late), Some(SOME_KEY));
    tokens.issue("next".to_owned(), KeyIndex(0), late);
    assert_eq!(tokens.session_of("token", late), Some(SOME_KEY));
    tokens.release("token");
    assert_eq!(tokens.session_of("token", late), None);
    tokens.issue("third".to_owned(), KeyIndex(0), late);
    assert_eq!(tokens.tokens.len(), 2, "what is over is forgotten");
}

#[test]
fn an_unknown_token_is_neither_held_nor_released() {
    let mut tokens = with_token();
    tokens.hold("unknown");
    tokens.release("unknown");
    assert_eq!(tokens.session_of("unknown", START), None);
}
