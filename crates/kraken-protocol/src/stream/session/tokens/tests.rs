//! Tests of the token's keeper: one at a time, fresh, and no haste.

use super::*;

const NOW: Timestamp = Timestamp::from_nanos(1_000_000_000_000);

fn token() -> Token {
    Token::new("TOKEN".to_owned()).unwrap()
}

#[test]
fn one_is_asked_for_at_a_time() {
    let mut tokens = Tokens::default();
    assert!(tokens.has_to_ask(NOW));
    assert!(!tokens.has_to_ask(NOW));
    tokens.lose_link();
    assert!(!tokens.has_to_ask(NOW), "the answer is still to come");
    tokens.arrived(token(), NOW);
    assert!(tokens.get().is_some() && !tokens.has_to_ask(NOW));
    tokens.lose_link();
    assert!(tokens.get().is_none() && tokens.has_to_ask(NOW));
}

#[test]
fn an_old_token_is_not_used() {
    let mut tokens = Tokens::default();
    tokens.arrived(token(), NOW);
    tokens.begin(NOW + UNUSED_MAX - Duration::from_nanos(1));
    assert!(tokens.get().is_some());
    tokens.begin(NOW + UNUSED_MAX);
    assert!(tokens.get().is_none());
}

#[test]
fn a_stale_token_is_replaced_at_once_and_then_slowly() {
    let (mut tokens, mut chance) = (Tokens::default(), Chance::from_seed(1));
    tokens.arrived(token(), NOW);
    tokens.is_stale(&mut chance, NOW);
    assert!(tokens.has_to_ask(NOW));
    tokens.arrived(token(), NOW);
    tokens.is_stale(&mut chance, NOW);
    assert!(!tokens.has_to_ask(NOW));
    assert!(NOW + Duration::from_secs(2) <= tokens.next_timeout());
    let next = tokens.next_timeout();
    assert!(tokens.has_to_ask(next));
    assert_eq!(tokens.next_timeout(), Timestamp::NEVER);
    tokens.arrived(token(), next);
    tokens.has_worked();
    tokens.is_stale(&mut chance, next);
    assert!(tokens.has_to_ask(next), "what worked once starts the count anew");
}
