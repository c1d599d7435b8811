//! The bot as one pure machine: what happens goes in, what is to be done comes out.
//!
//! **Law.** An order leaves once, and only after it is durable in the journal. An outcome nobody
//! saw is unknown, counted at its worst, and proved; it is never guessed and never sent again. Only
//! the venue's own trade ids enter the ledger.
//!
//! A story in six lines. The disk is read: the bot is built from its journal. It asks Kraken
//! who it is and what is open ([`call`]), resolves what it does not know (`resolver`) and compares
//! every balance (`reconciler`) before it lets the engine enter anything. An order that the
//! engine wants is written down; when the disk says that it is durable the outbox lets it go.
//! All the while the guard watches venue, data and clock, the dead-man switch its switch, the
//! key watch the key, and the alert desk whether anybody reads what it says.

pub mod account_feed;
pub mod alert_desk;
pub mod books;
pub mod bot;
pub mod call;
pub mod clock_watch;
pub mod dead_man;
pub mod guard;
pub mod halt_desk;
pub mod input;
pub mod key_watch;
pub mod market_feed;
pub mod market_words;
pub mod note;
pub mod outbox;
pub mod output;
pub mod reconciler;
pub mod recovery;
pub mod resolver;
pub mod settings;

mod fleeting;
mod history;
mod venue_clock;

#[cfg(test)]
mod little_venue;

pub use crate::{
    bot::{Bot, Recovered},
    call::{Answer, Call, CallFailure},
    input::{BotInput, Operator},
    note::Note,
    output::{Alert, AlertKind, BotOutput, Severity},
    settings::{BotSettings, DeadManChoice},
};
