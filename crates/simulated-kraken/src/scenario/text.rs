//! A scenario as it is written: every field, and what may stand together.

use std::{fmt, time::Duration};

use serde::{Deserialize, Deserializer, de};
use trading_types::{Fraction, Pair, VenueStatus};

use super::{Plan, Scenario, Step, StepEvent, always, fault_named};
use crate::{
    faults::{Probability, Rule, is_target},
    keys::{Expires, KeyChangeText, Permission},
};

/// A scenario that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// A step does not say one thing that happens.
    #[error(
        "step {step} says {said}; it says exactly one of fault, status, shock, thin, \
         lockout and key"
    )]
    NotOneEvent {
        /// Counted from one.
        step: usize,
        /// What it says, or `nothing`.
        said: String,
    },
    /// A step has a field that means nothing beside the others.
    #[error("step {step}: `{field}` means nothing beside `{beside}`; leave it out")]
    OutOfPlace {
        /// Counted from one.
        step: usize,
        /// The field.
        field: &'static str,
        /// What the step is about.
        beside: &'static str,
    },
    /// A value that cannot be.
    #[error("step {step}: {why}")]
    Value {
        /// Counted from one.
        step: usize,
        /// What is wrong and what to write.
        why: String,
    },
    /// The scenario begins again before it is over.
    #[error("repeat = {repeat:?} is not longer than the last step at {last:?}; write more")]
    RepeatTooShort {
        /// After how long it begins again.
        repeat: Duration,
        /// The last step.
        last: Duration,
    },
    /// Nothing happens.
    #[error("the scenario has no steps; write at least one [[step]]")]
    Empty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScenarioText {
    /// What it is about, for people.
    #[serde(default, rename = "about")]
    _about: Option<String>,
    #[serde(default)]
    repeat: Option<Length>,
    #[serde(default, rename = "step")]
    steps: Vec<StepText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepText {
    at: Length,
    #[serde(default)]
    fault: Option<String>,
    #[serde(default)]
    probability: Option<Probability>,
    #[serde(default, rename = "for")]
    length: Option<Length>,
    #[serde(default)]
    count: Option<u64>,
    #[serde(default)]
    on: Option<String>,
    #[serde(default)]
    status: Option<VenueStatus>,
    /// How long before it maintenance is announced.
    #[serde(default)]
    announce: Option<Length>,
    #[serde(default)]
    shock: Option<Change>,
    #[serde(default)]
    thin: Option<Probability>,
    #[serde(default)]
    pair: Option<Pair>,
    #[serde(default)]
    lockout: Option<Length>,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    permissions: Option<Vec<Permission>>,
    #[serde(default)]
    addresses: Option<Vec<String>>,
    #[serde(default)]
    expires: Option<Expires>,
}

impl TryFrom<ScenarioText> for Scenario {
    type Error = ScenarioError;

    fn try_from(text: ScenarioText) -> Result<Self, ScenarioError> {
        let steps = text.steps.into_iter().enumerate();
        let steps = steps.map(|(index, step)| step.understood(index + 1));
        let steps: Vec<Step> = steps.collect::<Result<_, _>>()?;
        let last = steps.iter().map(|step| step.at).max().ok_or(ScenarioError::Empty)?;
        let repeat = text.repeat.map(|Length(repeat)| repeat);
        match repeat {
            Some(repeat) if repeat <= last => Err(ScenarioError::RepeatTooShort { repeat, last }),
            _ => Ok(Self(Plan { repeat, steps })),
        }
    }
}

/// Fields that stand only beside some of the others, and beside which.
const COMPANIONS: [(&str, &[&str]); 9] = [
    ("probability", &["fault"]),
    ("count", &["fault"]),
    ("on", &["fault"]),
    ("for", &["fault", "thin"]),
    ("pair", &["shock", "thin"]),
    ("announce", &["status"]),
    ("permissions", &["key"]),
    ("addresses", &["key"]),
    ("expires", &["key"]),
];

impl StepText {
    /// What happens, in step `number`.
    fn understood(self, number: usize) -> Result<Step, ScenarioError> {
        let about = self.only_event(number)?;
        for (field, is_there) in self.companions() {
            let (_, beside) = COMPANIONS.iter().find(|(known, _)| *known == field).expect("listed");
            if is_there && !beside.contains(&about) {
                return Err(ScenarioError::OutOfPlace { step: number, field, beside: about });
            }
        }
        let at = self.at.0;
        let wrong = |why| ScenarioError::Value { step: number, why };
        let announced = self.announced().map_err(wrong)?;
        let event = self.event().map_err(wrong)?;
        Ok(Step { at, announced, event })
    }

    fn only_event(&self, number: usize) -> Result<&'static str, ScenarioError> {
        let events = [
            ("fault", self.fault.is_some()),
            ("status", self.status.is_some()),
            ("shock", self.shock.is_some()),
            ("thin", self.thin.is_some()),
            ("lockout", self.lockout.is_some()),
            ("key", self.key.is_some()),
        ];
        let said: Vec<&str> =
            events.iter().filter(|(_, is_there)| *is_there).map(|(name, _)| *name).collect();
        match said.as_slice() {
            [one] => Ok(events.iter().find(|(name, _)| name == one).expect("one of them").0),
            [] => Err(ScenarioError::NotOneEvent { step: number, said: "nothing".to_owned() }),
            many => Err(ScenarioError::NotOneEvent { step: number, said: many.join(" and ") }),
        }
    }

    fn companions(&self) -> [(&'static str, bool); 9] {
        [
            ("probability", self.probability.is_some()),
            ("count", self.count.is_some()),
            ("on", self.on.is_some()),
            ("for", self.length.is_some()),
            ("pair", self.pair.is_some()),
            ("announce", self.announce.is_some()),
            ("permissions", self.permissions.is_some()),
            ("addresses", self.addresses.is_some()),
            ("expires", self.expires.is_some()),
        ]
    }

    fn announced(&self) -> Result<Option<Duration>, String> {
        match (self.announce, self.status) {
            (None, _) => Ok(None),
            (Some(_), status) if status != Some(VenueStatus::Maintenance) => {
                Err("only maintenance is announced; leave `announce` out".to_owned())
            }
            (Some(Length(before)), _) if before.is_zero() => {
                Err("`announce` is no time at all; write at least 1s".to_owned())
            }
            (Some(Length(before)), _) => Ok(Some(before)),
        }
    }

    fn event(self) -> Result<StepEvent, String> {
        let length = self.length.map(|Length(length)| length);
        if length.is_some_and(|length| length.is_zero()) {
            return Err("`for` is no time at all; write at least 1s".to_owned());
        }
        if let Some(name) = self.fault {
            if self.count == Some(0) {
                return Err("a count of 0 never strikes; write at least 1".to_owned());
            }
            if let Some(unknown) = self.on.as_deref().filter(|name| !is_target(name)) {
                return Err(format!(
                    "`{unknown}` is no endpoint, method, channel or pair; write it as Kraken does, \
                     for instance AddOrder, executions or BTC/USD"
                ));
            }
            let probability = self.probability.unwrap_or_else(always);
            let rule =
                Rule { fault: fault_named(&name)?, probability, count: self.count, on: self.on };
            return Ok(StepEvent::Fault { rule, length });
        }
        if self.key.is_some() {
            let Self { key, permissions, addresses, expires, .. } = self;
            let change = KeyChangeText { key, permissions, addresses, expires };
            return Ok(StepEvent::Key(change.understood()?));
        }
        let (pair, lockout) = (self.pair, self.lockout.map(|Length(lockout)| lockout));
        match (self.status, self.shock, self.thin, lockout) {
            (Some(status), ..) => Ok(StepEvent::Status(status)),
            (_, Some(Change(change)), ..) => Ok(StepEvent::Shock { pair, change }),
            (_, _, Some(left), _) => Ok(StepEvent::Thin { pair, left: left.fraction(), length }),
            (.., lockout) => Ok(StepEvent::Lockout(lockout.unwrap_or_default())),
        }
    }
}

/// A length of time: a number with `s`, `m`, `h` or `d`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Length(pub(crate) Duration);

/// Ten years: longer than anything is simulated.
const SECONDS_MAX: u64 = 10 * 365 * 86_400;

impl Length {
    /// Reads one; nothing when the text is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let number: u64 = digits.parse().ok()?;
        let unit = match &text[digits.len()..] {
            "s" => 1,
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return None,
        };
        let seconds = number.checked_mul(unit).filter(|seconds| *seconds <= SECONDS_MAX);
        seconds.map(|seconds| Self(Duration::from_secs(seconds)))
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::read(&text).ok_or_else(|| {
            de::Error::custom(format!("`{text}` is not a duration; write 90s, 10m, 2h or 7d"))
        })
    }
}

/// A change of a price: a number with a percent sign, above -100 % and up to 1,000 %.
#[derive(Clone, Copy, Debug)]
struct Change(Fraction);

impl<'de> Deserialize<'de> for Change {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct ChangeVisitor;
        impl de::Visitor<'_> for ChangeVisitor {
            type Value = Change;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a change in percent as a text, for instance \"-20%\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Change, E> {
                let wrong = || {
                    E::custom(format!("`{text}` is not a change; write -20% or +5%, above -100%"))
                };
                let percent = text.strip_suffix('%').ok_or_else(wrong)?;
                let percent = percent.strip_prefix('+').unwrap_or(percent);
                let change = Fraction::from_percent(percent).map_err(|_| wrong())?;
                let most = Fraction::from_basis_points(100_000);
                let is_possible = -Fraction::ONE < change && change <= most;
                is_possible.then_some(Change(change)).ok_or_else(wrong)
            }
        }
        from.deserialize_any(ChangeVisitor)
    }
}
