//! What the bot writes into the journal besides the engine's own records: what it did and why, so
//! that a restart knows it and a person can ask.

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Asset, ClientOrderId, Timestamp};

use crate::{
    output::{Alert, Stage},
    settings::DeadManChoice,
};

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Note {
    /// The process started.
    Started {
        /// Of this program.
        version: String,
        /// What the dead-man switch does, by choice.
        dead_man: DeadManChoice,
    },
    /// The bot came to a stage of its life.
    Stage(Stage),
    /// The key was audited.
    KeyAudited {
        /// Whether it may be used.
        accepted: bool,
        /// What is wrong with it, in words.
        findings: Vec<String>,
    },
    /// A command left for the venue.
    Sent {
        /// The number its answers carry.
        request: u64,
        /// The orders it is about.
        orders: Vec<ClientOrderId>,
        /// How full the budgets were, name and parts used of the limit, in points.
        budgets: Vec<(String, String)>,
    },
    /// Nobody knows what came of a command.
    Unclear {
        /// About which order.
        order: ClientOrderId,
        /// Why.
        why: String,
    },
    /// What came of an order was proved.
    Proved {
        /// Which order.
        order: ClientOrderId,
        /// How.
        evidence: String,
    },
    /// A balance moved without a trade of ours, and this is why.
    Explained {
        /// The venue's id of the movement, or of a trade that was not ours.
        id: String,
        /// Which asset.
        asset: Asset,
        /// By how much.
        change: Amount,
        /// What it was: `deposit`, `withdrawal`, `foreign trade`, …
        what: String,
    },
    /// Every trade and every movement up to this moment is accounted for.
    AccountedTo(Timestamp),
    /// A person wanted something.
    Operator {
        /// Who.
        principal: String,
        /// What, in words.
        command: String,
    },
    /// Somebody was told.
    Alerted(Alert),
    /// Somebody has read it.
    Acknowledged {
        /// Which; nothing means all.
        alert: Option<u64>,
        /// Who.
        by: String,
    },
    /// The dead-man switch was set to fire then, or switched off.
    DeadManSet(Option<Timestamp>),
    /// The process ended in order.
    Ended {
        /// Why.
        why: String,
    },
    /// After a halt the venue itself has said that nothing is open.
    HaltVerified,
    /// What everything was worth: cash, and positions at their worse side.
    Equity {
        /// In this asset.
        asset: Asset,
        /// How much.
        equity: Amount,
    },
}

impl Note {
    /// Its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(self).expect("a note can be written")
    }

    /// Reads a note; nothing when the bytes are none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }
}
