//! How long messages take, in either direction.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::prng::Prng;

/// How long a message takes: anything between two lengths of time, each as likely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delay {
    /// At least.
    pub min: Duration,
    /// At most.
    pub max: Duration,
}

impl Delay {
    /// No time at all.
    pub const NONE: Self = Self { min: Duration::ZERO, max: Duration::ZERO };

    /// A length of time between the two.
    pub fn draw(&self, prng: &mut Prng) -> Duration {
        // A fixed delay draws nothing, so that adding one does not change what a seed means.
        if self.min == self.max { self.min } else { prng.duration_between(self.min, self.max) }
    }
}

/// How long messages take between an account and the exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latency {
    /// Commands, to the exchange.
    pub outbound: Delay,
    /// Events, from the exchange.
    pub inbound: Delay,
}

impl Latency {
    /// No time at all in either direction.
    pub const NONE: Self = Self { outbound: Delay::NONE, inbound: Delay::NONE };
}
