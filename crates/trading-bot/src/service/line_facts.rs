//! What passes between the line and the bot, counted for people: which sockets are up, and how
//! often Kraken said that we are too fast.

use bot_machine::{Answer, BotInput, CallFailure};
use kraken_client::calls::CallError;
use kraken_protocol::stream::{
    session::{LinkChange, Outcome},
    subscription::SocketKind,
};
use serde::Serialize;
use trading_types::Refusal;

/// What is known of the line.
#[derive(Clone, Debug, Serialize)]
pub(super) struct LineFacts {
    /// Which Kraken.
    venue: &'static str,
    public_socket: bool,
    private_socket: bool,
    rate_refusals: u64,
}

impl LineFacts {
    pub(super) const fn new(venue: &'static str) -> Self {
        Self { venue, public_socket: false, private_socket: false, rate_refusals: 0 }
    }

    /// Something is about to be told to the bot. True when Kraken says that we are too fast.
    pub(super) fn hear(&mut self, input: &BotInput) -> bool {
        if let BotInput::Link { socket, change } = input {
            let is_up = matches!(change, LinkChange::Up);
            match socket {
                SocketKind::Public => self.public_socket = is_up,
                SocketKind::Private => self.private_socket = is_up,
                SocketKind::Level3 => (),
            }
        }
        let is_refusal = if let BotInput::Answer(answer) = input {
            matches!(answer.outcome, Outcome::Refused(Refusal::RateLimited))
        } else if let BotInput::Answered { result, .. } = input {
            is_rate_refusal(result)
        } else {
            false
        };
        self.rate_refusals += u64::from(is_refusal);
        is_refusal
    }
}

fn is_rate_refusal(result: &Result<Answer, CallFailure>) -> bool {
    match result {
        Err(CallFailure::Refused(refusal)) => matches!(refusal, Refusal::RateLimited),
        // What could not be asked has its reason in words.
        Err(CallFailure::NotDone(why)) => *why == CallError::RateLimited.to_string(),
        Err(CallFailure::Unclear(_) | CallFailure::Unreadable(_) | CallFailure::Key(_)) | Ok(_) => {
            false
        }
    }
}

#[cfg(test)]
mod tests;
