//! How the scheduler is set up.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::quiet_hours::QuietHours;
use crate::limits::{Profile, Tier};

/// What the scheduler keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchedulerSettings {
    /// Which rules.
    pub profile: Profile,
    /// The account's tier, if its owner knows it; the account itself is asked, too.
    pub tier: Tier,
    /// Addresses on the net that calls can come from, each with a public budget of its own.
    pub addresses: usize,
    /// How long after it was given up a call may still arrive.
    pub late_arrival: Duration,
    /// How far Kraken's clock may be from ours.
    pub clock_error: Duration,
    /// When heavy calls that can wait are made; nothing means at any hour.
    pub quiet_hours: Option<QuietHours>,
}

impl Default for SchedulerSettings {
    fn default() -> Self {
        Self {
            profile: Profile::Documented,
            tier: Tier::Starter,
            addresses: 1,
            late_arrival: Duration::from_secs(30),
            clock_error: Duration::from_secs(1),
            quiet_hours: None,
        }
    }
}
