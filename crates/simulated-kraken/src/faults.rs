//! What can go wrong, by name, each with its own chance and its own count.
//!
//! The invariant: every fault draws from streams of its own, so that switching one on changes
//! nothing about which of another's occasions it takes; and a fault that is off draws nothing.
//!
//! | part | for |
//! |---|---|
//! | `catalogue` | the names, and how often each may strike |
//! | `gate` | requests and answers |
//! | `wire` | connections and frames, in both directions |
//! | `trading` | what is asked of the venue |
//! | `seconds` | what happens to the world by itself |
//! | `agenda` | what is to happen later: the end of a fault, a step of a scenario |

use std::collections::BTreeMap;

use exchange_simulator::Prng;
use serde::{Deserialize, Serialize};
use trading_types::{Pair, Timestamp};

pub(crate) use crate::faults::agenda::Act;
pub use crate::faults::{
    catalogue::Fault,
    probability::{ParseProbabilityError, Probability},
};
use crate::{
    faults::{
        agenda::Agenda, catalogue::Occasion, conditions::Conditions, look_back::BalancesSeen,
    },
    kraken_error::KrakenError,
    rest, socket,
};

mod agenda;
mod bodies;
mod catalogue;
mod conditions;
pub(crate) mod gate;
pub(crate) mod look_back;
mod probability;
pub(crate) mod seconds;
mod spoil;
mod trading;
pub(crate) mod wire;

/// One fault that is on, and when it may strike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) fault: Fault,
    pub(crate) probability: Probability,
    /// How often it strikes at most.
    pub(crate) count: Option<u64>,
    /// The only endpoint, method, channel or pair that it spoils.
    pub(crate) on: Option<String>,
}

impl Rule {
    pub(crate) const fn new(fault: Fault, probability: Probability) -> Self {
        Self { fault, probability, count: None, on: None }
    }

    /// Whether it spoils this.
    fn concerns(&self, target: &str) -> bool {
        self.on.as_deref().is_none_or(|only| is_same(only, target))
    }
}

/// Whether two names mean the same thing, as `AddOrder` and `add_order` do.
fn is_same(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect()
    };
    letters(one) == letters(other)
}

/// Whether a fault can be kept to what has this name: an endpoint, a method, a channel or a pair.
pub(crate) fn is_target(name: &str) -> bool {
    let mut names = rest::endpoints().chain(socket::names());
    names.any(|known| is_same(known, name)) || name.parse::<Pair>().is_ok()
}

/// The name of a rule, to take it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct RuleId(u64);

/// A fault that is to strike now; it counts once it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    fault: Fault,
    rule: RuleId,
}

/// The faults that are on, and what they have done.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Faults {
    seed: u64,
    rules: BTreeMap<(Fault, RuleId), Rule>,
    rules_made: u64,
    /// The rules that the settings have switched on.
    settled: Vec<(Fault, RuleId)>,
    streams: BTreeMap<Fault, Streams>,
    counts: BTreeMap<Fault, u64>,
    pub(crate) conditions: Conditions,
    pub(crate) agenda: Agenda,
    balances_seen: BalancesSeen,
    /// The second that was looked at last, since the epoch.
    second: u64,
}

/// What a fault draws from.
#[derive(Debug, Serialize, Deserialize)]
struct Streams {
    /// Whether it strikes.
    whether: Prng,
    /// How.
    how: Prng,
}

impl Streams {
    fn new(seed: u64, fault: Fault) -> Self {
        let mut own = Prng::from_seed(seed ^ (u64::from(fault.number()) << 32));
        let (whether, how) = (Prng::from_seed(own.next()), Prng::from_seed(own.next()));
        Self { whether, how }
    }
}

impl Faults {
    pub(crate) fn new(seed: u64, on: &[(Fault, Probability)]) -> Self {
        let mut faults = Self {
            seed,
            rules: BTreeMap::new(),
            rules_made: 0,
            settled: Vec::new(),
            streams: BTreeMap::new(),
            counts: BTreeMap::new(),
            conditions: Conditions::default(),
            agenda: Agenda::default(),
            balances_seen: BalancesSeen::default(),
            second: 0,
        };
        faults.settle(on);
        faults
    }

    /// From now on the settings have these on, and no others. What a scenario has switched on
    /// stays.
    pub(crate) fn settle(&mut self, on: &[(Fault, Probability)]) {
        for (fault, id) in std::mem::take(&mut self.settled) {
            self.switch_off(fault, id);
        }
        for (fault, probability) in on {
            let id = self.switch_on(Rule::new(*fault, *probability));
            self.settled.push((*fault, id));
        }
    }

    /// The next second in which faults strike is the one after `now`.
    pub(crate) fn begin(&mut self, now: Timestamp) {
        self.second = now.seconds();
    }

    /// Switches a fault on until its rule is taken back or used up.
    pub(crate) fn switch_on(&mut self, rule: Rule) -> RuleId {
        self.rules_made += 1;
        let id = RuleId(self.rules_made);
        let (seed, fault) = (self.seed, rule.fault);
        self.streams.entry(fault).or_insert_with(|| Streams::new(seed, fault));
        self.rules.insert((fault, id), rule);
        id
    }

    /// Takes a rule back, if it is not used up yet.
    pub(crate) fn switch_off(&mut self, fault: Fault, rule: RuleId) {
        self.rules.remove(&(fault, rule));
    }

    /// Whether nothing is on and nothing of it goes on: everything goes its way unlooked at.
    pub(crate) fn is_idle(&self) -> bool {
        self.rules.is_empty() && self.conditions.is_calm()
    }

    /// Whether a fault is on, for whatever target.
    pub(crate) fn is_on(&self, fault: Fault) -> bool {
        self.rules.keys().any(|(known, _)| *known == fault)
    }

    /// Whether nothing can happen by itself.
    pub(crate) fn is_asleep(&self) -> bool {
        self.next_timeout().is_none()
    }

    /// When there is something to do.
    pub(crate) fn next_timeout(&self) -> Option<Timestamp> {
        let next = Timestamp::from_seconds(self.second + 1).filter(|_| self.strikes_by_itself());
        next.into_iter().chain(self.agenda.next_timeout()).min()
    }

    /// Whether another second has come in which faults may strike.
    fn next_second(&mut self, now: Timestamp) -> bool {
        let has_come = self.strikes_by_itself() && self.second < now.seconds();
        self.second += u64::from(has_come);
        has_come
    }

    /// Whether any fault that is on needs no occasion.
    pub(crate) fn strikes_by_itself(&self) -> bool {
        self.rules.keys().any(|(fault, _)| fault.occasion() == Occasion::Second)
    }

    /// Whether a fault strikes on an occasion that has come, at the endpoint, method, channel or
    /// pair `target`; if so it is counted.
    pub(crate) fn strikes(&mut self, fault: Fault, target: &str) -> bool {
        let chosen = self.choose(fault, Some(target));
        if let Some(chosen) = chosen {
            self.count(chosen);
        }
        chosen.is_some()
    }

    /// As [`strikes`](Self::strikes), but it is not counted until it is known that it could. A
    /// fault that finds its own target is asked for without one.
    pub(crate) fn choose(&mut self, fault: Fault, target: Option<&str>) -> Option<Chosen> {
        if self.rules.is_empty() {
            return None;
        }
        let whether = &mut self.streams.get_mut(&fault)?.whether;
        let mut chosen = None;
        let range = (fault, RuleId(0))..=(fault, RuleId(u64::MAX));
        for ((fault, rule), wanted) in self.rules.range(range) {
            let is_concerned = target.is_none_or(|target| wanted.concerns(target));
            // Each rule draws, so that one does not decide when another may.
            if is_concerned && whether.chance(wanted.probability.fraction()) {
                chosen = chosen.or(Some(Chosen { fault: *fault, rule: *rule }));
            }
        }
        chosen
    }

    /// Whether a fault that was chosen may spoil this.
    pub(crate) fn may_spoil(&self, chosen: Chosen, target: &str) -> bool {
        let rule = self.rules.get(&(chosen.fault, chosen.rule));
        rule.is_none_or(|rule| rule.concerns(target))
    }

    /// A fault has struck.
    pub(crate) fn count(&mut self, chosen: Chosen) {
        *self.counts.entry(chosen.fault).or_default() += 1;
        let key = (chosen.fault, chosen.rule);
        let Some(rule) = self.rules.get_mut(&key) else { return };
        let Some(left) = &mut rule.count else { return };
        *left = left.saturating_sub(1);
        if *left == 0 {
            self.rules.remove(&key);
        }
    }

    /// The stream of a fault that has struck, to decide how.
    pub(crate) fn how(&mut self, fault: Fault) -> &mut Prng {
        &mut self.streams.get_mut(&fault).expect("only what was on has struck").how
    }

    /// How often each fault has struck, the ones that never did included.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Fault::all().map(|fault| (fault.name(), self.counts.get(&fault).copied().unwrap_or(0)))
    }

    /// The same, each with its number in the catalogue.
    pub(crate) fn numbered_counts(&self) -> impl Iterator<Item = (u8, &'static str, u64)> {
        let count = |fault: &Fault| self.counts.get(fault).copied().unwrap_or(0);
        Fault::all().map(move |fault| (fault.number(), fault.name(), count(&fault)))
    }

    /// Where a page of history begins that was to begin at `offset`, while rows come and go.
    pub(crate) fn shifted(&mut self, offset: usize) -> usize {
        if offset == 0 || !self.strikes(Fault::ShiftingPages, "") {
            return offset;
        }
        let how = self.how(Fault::ShiftingPages);
        let by = usize::try_from(how.between(1, 5)).expect("at most five");
        if how.below(2) == 0 { offset.saturating_sub(by) } else { offset.saturating_add(by) }
    }

    /// Of the next batch only some orders are carried out.
    fn tear_batch(&mut self) {
        self.conditions.is_batch_torn = true;
    }

    /// The part of a batch that is carried out.
    pub(crate) fn torn<'a, T>(&mut self, batch: &'a [T]) -> &'a [T] {
        let is_torn = std::mem::take(&mut self.conditions.is_batch_torn);
        if !is_torn || batch.len() < 2 {
            return batch;
        }
        let others = u64::try_from(batch.len() - 1).expect("a length fits");
        let kept = self.how(Fault::BatchTorn).below(others) + 1;
        &batch[..usize::try_from(kept).expect("below a length")]
    }
}

/// One of the texts that say nothing of what became of a request, and whether it is carried out.
fn unavailable(faults: &mut Faults) -> (KrakenError, bool) {
    let how = faults.how(Fault::Unavailable);
    let text = match how.below(4) {
        0 => KrakenError::UNAVAILABLE,
        1 => KrakenError::BUSY,
        2 => KrakenError::DEADLINE_ELAPSED,
        _ => KrakenError::INTERNAL,
    };
    (text, how.below(2) == 0)
}

#[cfg(test)]
mod tests;
