//! What a run came to.

use std::time::Duration;

use bot_journal::SimulatedDisk;

use super::World;
use crate::{checker::Broken, tally::Tally};

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// SHA-256 over every event.
    pub trace_hash: String,
    /// Events.
    pub steps: u64,
    /// Orders that the venue accepted.
    pub orders: u64,
    /// Orders that left.
    pub sends: u64,
    /// Processes that were started.
    pub starts: u64,
    /// How often each fault struck, by its number in the catalogue of faults.
    pub faults: Tally,
    /// How often each rare thing was reached.
    pub sometimes: Tally,
    /// What was wrong, if anything was.
    pub broken: Option<Broken>,
    /// The last events.
    pub last_events: Vec<String>,
    /// How long a bot ran.
    pub bot_time: Duration,
    /// The most connection attempts in ten minutes.
    pub attempts_most: usize,
}

impl World {
    /// What the disk did of which only it knows.
    pub(super) fn count_disk(&mut self) {
        let running = self.process.as_mut().map(|process| &*process.disk_mut());
        let disk = running.or(self.left.as_ref().map(|left| &left.disk));
        for (fault, count) in disk.into_iter().flat_map(SimulatedDisk::fired) {
            self.tally.add(fault.name(), *count);
        }
    }

    pub(super) fn outcome(&self) -> Outcome {
        let mut faults = Tally::default();
        for (_, name, count) in self.kraken.fault_counts() {
            faults.add(name, count);
        }
        let orders = self.kraken.happened(0);
        Outcome {
            seed: self.seed.0,
            trace_hash: self.trace.finish(),
            steps: self.trace.steps(),
            orders: (orders.open + orders.ended) as u64,
            sends: self.checker.sends(),
            starts: self.starts,
            faults,
            sometimes: self.tally.clone(),
            broken: self.checker.broken().map(|(invariant, what)| Broken {
                invariant,
                step: self.trace.steps(),
                what: what.clone(),
            }),
            last_events: self.trace.last_lines(),
            bot_time: self.bot_time,
            attempts_most: self.checker.attempts_most(),
        }
    }
}
