//! Tests of the token: what is one, and that none is shown.

use super::*;

#[test]
fn a_token_never_shows_itself() {
    let token = Token::new("WW91ciBhdXRoZW50aWNhdGlvbiB0b2tlbg+/=".to_owned()).unwrap();
    assert_eq!(format!("{token:?}"), "Token(hidden)");
    assert_eq!(token.text(), "WW91ciBhdXRoZW50aWNhdGlvbiB0b2tlbg+/=");
}

#[test]
fn what_cannot_stand_in_json_is_no_token() {
    for text in ["", "two words", "a\"b", "a\\b", "a\nb", "ä"] {
        assert_eq!(Token::new(text.to_owned()).err(), Some(BadToken), "{text:?}");
    }
    assert!(Token::new("x".repeat(TOKEN_LENGTH_MAX)).is_ok());
    assert!(Token::new("x".repeat(TOKEN_LENGTH_MAX + 1)).is_err());
}
