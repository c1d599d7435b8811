//! What can go wrong, by name, each with its own chance and its own count.
//!
//! The invariant: every fault draws from a stream of its own, so that switching one on changes
//! nothing about when another strikes; and a fault that is off draws nothing.

use std::{collections::BTreeMap, str::FromStr};

use exchange_simulator::Prng;
use trading_types::{Fraction, Timestamp};

pub use crate::faults::catalogue::Fault;
use crate::world::World;

mod catalogue;
pub(crate) mod gate;

/// How likely something is, from never to always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probability(Fraction);

/// A text that is no probability.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a probability; write a number from 0 to 1, for instance 0.05")]
pub struct ParseProbabilityError(String);

impl Probability {
    /// Whenever it can be.
    pub const ALWAYS: Self = Self(Fraction::ONE);

    /// As a part of one.
    pub const fn fraction(self) -> Fraction {
        self.0
    }
}

impl FromStr for Probability {
    type Err = ParseProbabilityError;

    fn from_str(text: &str) -> Result<Self, ParseProbabilityError> {
        let refused = || ParseProbabilityError(text.chars().take(40).collect());
        let part: Fraction = text.parse().map_err(|_| refused())?;
        if part < Fraction::ZERO || Fraction::ONE < part {
            return Err(refused());
        }
        Ok(Self(part))
    }
}

/// The faults that are on.
#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    on: BTreeMap<Fault, On>,
    counts: BTreeMap<Fault, u64>,
}

#[derive(Debug)]
struct On {
    probability: Probability,
    prng: Prng,
}

impl Faults {
    pub(crate) fn new(seed: u64, on: &[(Fault, Probability)]) -> Self {
        let mut faults = Self { seed, on: BTreeMap::new(), counts: BTreeMap::new() };
        for (fault, probability) in on {
            faults.switch_on(*fault, *probability);
        }
        faults
    }

    pub(crate) fn switch_on(&mut self, fault: Fault, probability: Probability) {
        let prng = Prng::from_seed(self.seed ^ (u64::from(fault.number()) << 32));
        self.on.insert(fault, On { probability, prng });
    }

    pub(crate) fn switch_off(&mut self, fault: Fault) {
        self.on.remove(&fault);
    }

    /// Whether a fault strikes on an occasion that has come; if so it is counted.
    pub(crate) fn strikes(&mut self, fault: Fault) -> bool {
        let Some(On { probability, prng }) = self.on.get_mut(&fault) else { return false };
        let strikes = prng.chance(probability.0);
        if strikes {
            *self.counts.entry(fault).or_default() += 1;
        }
        strikes
    }

    /// The stream of a fault that has struck, to decide how.
    pub(crate) fn chance(&mut self, fault: Fault) -> &mut Prng {
        &mut self.on.get_mut(&fault).expect("only a fault that is on strikes").prng
    }

    /// How often each fault has struck, the ones that never did included.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Fault::all().map(|fault| (fault.name(), self.counts.get(&fault).copied().unwrap_or(0)))
    }

    /// When there is something to do.
    pub(crate) fn next_timeout(&self) -> Option<Timestamp> {
        None
    }
}

/// Lets faults strike that need no occasion.
pub(crate) fn handle_timeout(world: &mut World, now: Timestamp) {
    let _ = (world, now);
}
