//! What happens when: faults, statuses, shocks, in the order of a file that people write.
//!
//! The invariant: a scenario that was read can be followed to its end; whatever is wrong with one
//! is said when it is read, with the number of the step.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use trading_types::{Fraction, Pair, VenueStatus};

use crate::{
    faults::{Fault, Probability, Rule},
    keys::KeyChange,
};

mod text;

pub(crate) use crate::scenario::text::Length;
pub use crate::scenario::text::ScenarioError;

/// What happens when, from the moment the scenario begins.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "text::ScenarioText")]
pub struct Scenario(Plan);

/// What a scenario comes down to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// After how long it begins again.
    pub(crate) repeat: Option<Duration>,
    /// In the order of the file.
    pub(crate) steps: Vec<Step>,
}

/// One thing that happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Step {
    /// How long after the beginning.
    pub(crate) at: Duration,
    /// How long before it the venue says so, if it does. Only maintenance is announced.
    pub(crate) announced: Option<Duration>,
    pub(crate) event: StepEvent,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum StepEvent {
    /// A fault is switched on, for a while or for good.
    Fault { rule: Rule, length: Option<Duration> },
    /// The venue takes something else from now on.
    Status(VenueStatus),
    /// Prices jump by a part of themselves; on all pairs if none is named.
    Shock { pair: Option<Pair>, change: Fraction },
    /// Of all quantities in the book this part is left.
    Thin { pair: Option<Pair>, left: Fraction, length: Option<Duration> },
    /// All keys are locked out.
    Lockout(Duration),
    /// The owner of a key changes it.
    Key(KeyChange),
}

impl Scenario {
    pub(crate) const fn plan(&self) -> &Plan {
        &self.0
    }
}

impl Plan {
    /// When everything is taken again, at the first step after `at` that says so.
    pub(crate) fn back_online(&self, at: Duration) -> Option<Duration> {
        let is_online = |step: &&Step| step.event == StepEvent::Status(VenueStatus::Online);
        let later = self.steps.iter().filter(is_online).map(|step| step.at);
        later.filter(|back| at < *back).min()
    }
}

fn fault_named(name: &str) -> Result<Fault, String> {
    Fault::named(name).ok_or_else(|| {
        format!("`{name}` is no fault; `slackwater simulate --list-faults` lists them")
    })
}

fn always() -> Probability {
    Probability::ALWAYS
}

#[cfg(test)]
mod tests;
