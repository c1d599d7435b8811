//! What is counted.

use bot_machine::{BotInput, CallFailure};
use kraken_client::calls::CallError;
use kraken_protocol::stream::{
    session::{CommandAnswer, LinkChange, LinkLoss, Outcome},
    subscription::SocketKind,
};
use trading_types::{Refusal, Timestamp};

use super::LineFacts;

fn refused(refusal: Refusal) -> BotInput {
    BotInput::Answer(CommandAnswer { request: 1, order: None, outcome: Outcome::Refused(refusal) })
}

fn failed(failure: CallFailure) -> BotInput {
    BotInput::Answered { call: 1, sent: Timestamp::EPOCH, result: Err(failure) }
}

#[test]
fn only_what_came_too_fast_is_counted() {
    let mut facts = LineFacts::new("kraken");
    let too_fast = CallError::RateLimited.to_string();
    #[rustfmt::skip] // A table.
    let cases = [
        (refused(Refusal::RateLimited),                              true),
        (refused(Refusal::NotSent("halted".to_owned())),             false),
        (failed(CallFailure::NotDone(too_fast)),                     true),
        (failed(CallFailure::NotDone("not reached".to_owned())),     false),
        (failed(CallFailure::Refused(Refusal::RateLimited)),         true),
        (BotInput::ShutDown,                                         false),
    ];
    for (input, is_too_fast) in &cases {
        assert_eq!(facts.hear(input), *is_too_fast, "{input:?}");
    }
    assert_eq!(facts.rate_refusals, 3);
}

#[test]
fn sockets_come_and_go() {
    let mut facts = LineFacts::new("kraken");
    let link = |socket, change| BotInput::Link { socket, change };
    facts.hear(&link(SocketKind::Public, LinkChange::Up));
    facts.hear(&link(SocketKind::Private, LinkChange::Up));
    facts.hear(&link(SocketKind::Private, LinkChange::Down(LinkLoss::Shutdown)));
    assert_eq!((facts.public_socket, facts.private_socket), (true, false));
}
