//! What the bot is told once, at its start.

use std::time::Duration;

use kraken_protocol::{key_audit::Wanted, rest::PairNames};
use serde::{Deserialize, Serialize};
use trading_engine::JournalHeader;

/// The bot's settings.
#[derive(Clone, Debug)]
pub struct BotSettings {
    /// The engine's settings and its strategies.
    pub header: JournalHeader,
    /// What the key is wanted for.
    pub key: Wanted,
    /// How Kraken spells pairs and assets.
    pub names: PairNames,
    /// What the dead-man switch does.
    pub dead_man: DeadManChoice,
    /// Limits of time and number.
    pub times: Times,
}

/// What happens to resting orders when the bot dies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadManChoice {
    /// Protective stops stay at the venue; entries end by their deadlines. The default: a stop that
    /// is canceled when we die protects nobody.
    #[default]
    StopsRest,
    /// Kraken cancels everything on the account, stops too, a minute after we are gone.
    CancelAll,
}

/// Limits of time and number, each with its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// After its deadline an order of unknown outcome is looked up this much later: what Kraken may
    /// need to show what it has, and the error of our clock.
    pub proof_margin: Duration,
    /// Between the two looks of a proof.
    pub proof_distance: Duration,
    /// A person is told of an order of unknown outcome after this.
    pub unknown_told_after: Duration,
    /// No entry while our clock may be wrong by more than this.
    pub clock_error_max: Duration,
    /// The clock is compared this often.
    pub clock_every: Duration,
    /// The key is audited this often.
    pub key_audit_every: Duration,
    /// Balances are compared this often, besides whenever there is a reason.
    pub reconcile_every: Duration,
    /// No entry so long before an announced maintenance.
    pub wind_down_before: Duration,
    /// So many refused orders within [`Self::reject_window`] trip the kill switch.
    pub rejects_max: u32,
    /// The window of `rejects_max`.
    pub reject_window: Duration,
    /// The dead-man switch fires this long after it was last set.
    pub dead_man_timeout: Duration,
    /// It is set again this often.
    pub dead_man_every: Duration,
    /// An alert that cannot wait halts the bot when nobody has answered for this long.
    pub alert_answer_max: Duration,
    /// A quote that is not needed at once is passed to the engine at most this often.
    pub quote_every: Duration,
    /// Everything is made durable at least this often.
    pub sync_every: Duration,
    /// The system status is asked this often.
    pub status_every: Duration,
    /// A snapshot of the engine is written after so many records.
    pub snapshot_every: u64,
    /// An end in order waits no longer than this for answers.
    pub ending_max: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            proof_margin: Duration::from_secs(2),
            proof_distance: Duration::from_secs(2),
            unknown_told_after: Duration::from_mins(1),
            clock_error_max: Duration::from_millis(500),
            clock_every: Duration::from_mins(5),
            key_audit_every: Duration::from_hours(1),
            reconcile_every: Duration::from_mins(10),
            wind_down_before: Duration::from_mins(30),
            rejects_max: 10,
            reject_window: Duration::from_mins(1),
            dead_man_timeout: Duration::from_mins(1),
            dead_man_every: Duration::from_secs(15),
            alert_answer_max: Duration::from_mins(5),
            quote_every: Duration::from_secs(1),
            sync_every: Duration::from_secs(1),
            status_every: Duration::from_mins(5),
            snapshot_every: 100_000,
            ending_max: Duration::from_secs(15),
        }
    }
}
