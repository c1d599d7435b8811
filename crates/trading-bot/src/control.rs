//! How a command talks to a bot that runs: a socket in its data folder, a line of JSON for each
//! request and each answer. What is asked is decided by the bot; here it is only carried.
//!
//! **Law.** Only the bot's own user and root are heard. A client that is slow, silent or talks too
//! much is cut off, and can hold up neither the bot nor another client.
//!
//! `{"do":"status"}` is answered `{"answer":…}`, `{"refused":"why"}` when the bot says no, or
//! `{"failed":"why"}` when nobody knows what the bot makes of it.

mod client;
mod server;
mod wire;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::oneshot;
use trading_types::Pair;

pub use self::{
    client::{ControlError, ask},
    server::{ControlLimits, ControlServer, OpenControlError},
};

/// The socket's name in the data folder.
const SOCKET_NAME: &str = "control.sock";

/// What may be asked of a bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Ask {
    /// How it is.
    Status,
    /// Cancel everything, sell every position, and stay halted.
    Halt {
        /// Why.
        reason: String,
    },
    /// Trade again.
    Resume {
        /// Why it is right to.
        reason: String,
        /// On which pair; nothing means everywhere.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pair: Option<Pair>,
    },
    /// Somebody has read an alert.
    Acknowledge {
        /// Which; nothing means all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alert: Option<u64>,
    },
    /// Why the bot does on a pair what it does.
    Explain {
        /// Which pair.
        pair: Pair,
    },
    /// End in order.
    Stop,
}

/// Who asks, as the system tells it; a client cannot make it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The user's number.
    pub user: u32,
}

/// A request on its way to the bot.
#[derive(Debug)]
pub struct ControlRequest {
    /// What is asked.
    pub what: Ask,
    /// By whom.
    pub principal: Principal,
    /// When it was heard.
    pub heard: tokio::time::Instant,
    /// Where the answer goes. Dropped, it tells the client that the bot has no answer.
    pub reply: Reply,
}

/// The way back to a client. A client that has gone is not an error.
#[derive(Debug)]
pub struct Reply(oneshot::Sender<Envelope>);

/// An answer as it goes over the socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Envelope {
    /// What the bot says.
    Answer(Value),
    /// It will not be done.
    Refused(String),
    /// Nobody knows whether it will be done.
    Failed(String),
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "user {}", self.user)
    }
}

impl Reply {
    /// Answers.
    pub fn answer(self, answer: Value) {
        drop(self.0.send(Envelope::Answer(answer)));
    }

    /// Says no; `why` is shown to a person, and says what to do.
    pub fn refuse(self, why: impl Into<String>) {
        drop(self.0.send(Envelope::Refused(why.into())));
    }
}

/// Where the socket of a data folder is.
fn socket_path(data_dir: &Path) -> PathBuf {
    data_dir.join(SOCKET_NAME)
}

#[cfg(test)]
mod tests;
