//! Says a thing once, loudly enough, and sees whether anybody heard it.
//!
//! **Law.** A critical alert that nobody has acknowledged in time halts the bot, whether it could
//! be delivered or not. What is raised is delivered or counted, never dropped in silence; and what
//! is delivered never comes faster than a person can read.

mod matter;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use trading_types::Timestamp;

use self::matter::Matter;
use crate::{
    output::{Alert, AlertKind, Severity},
    settings::Times,
};

/// So many are delivered within [`RATE_WINDOW`] at most.
pub const DELIVERIES_MAX: usize = 12;
/// So many of them may be less than critical.
const CALM_DELIVERIES_MAX: usize = 6;
/// The window of [`DELIVERIES_MAX`].
pub const RATE_WINDOW: Duration = Duration::from_mins(1);
/// So many are open at most.
pub const OPEN_MAX: usize = 100;
/// So many texts are told where many alerts are made one.
const TEXTS_MAX: usize = 3;
/// Each of them is cut after so many characters.
const TEXT_LENGTH_MAX: usize = 200;
/// A notice that is repeated later than this is news again.
const NOTICE_LASTS: Duration = Duration::from_hours(1);
/// The same for a warning.
const WARNING_LASTS: Duration = Duration::from_hours(24);

/// Something the desk wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlertOutput {
    /// Tell somebody, by every way there is.
    Deliver(Alert),
    /// Halt: nobody has answered to this.
    Halt(String),
}

/// The desk, as a machine.
#[derive(Clone, Debug)]
pub struct AlertDesk {
    times: Times,
    open: BTreeMap<u64, Open>,
    /// Those of `open` that wait to be delivered.
    held: BTreeSet<u64>,
    last_id: u64,
    delivered: VecDeque<Timestamp>,
    outputs: VecDeque<AlertOutput>,
}

/// An alert that nobody has acknowledged.
#[derive(Clone, Debug)]
struct Open {
    alert: Alert,
    /// What it is about; several where several were made one.
    matters: BTreeSet<Matter>,
    /// How often it was raised.
    count: u64,
    /// How many alerts it is, and the first of their texts.
    alerts: usize,
    texts: Vec<String>,
    has_halted: bool,
}

impl AlertDesk {
    /// A desk on which these lie from before a restart, not acknowledged. Their time goes on.
    pub fn new(times: Times, unread: impl IntoIterator<Item = Alert>, now: Timestamp) -> Self {
        let mut desk = Self {
            times,
            open: BTreeMap::new(),
            held: BTreeSet::new(),
            last_id: 0,
            delivered: VecDeque::new(),
            outputs: VecDeque::new(),
        };
        for mut alert in unread {
            desk.last_id = desk.last_id.max(alert.id);
            alert.time = alert.time.min(now);
            desk.open.insert(alert.id, Open::new(alert));
            desk.make_room();
        }
        desk.settle(now);
        desk
    }

    /// The same, knowing the highest number that was ever given, so that none is given twice.
    pub fn numbered_above(mut self, last_id: u64) -> Self {
        self.last_id = self.last_id.max(last_id);
        self
    }

    /// Something a person should know. What is open already is counted; words count as the same
    /// when they differ in numbers and times alone. What has become worse is said again.
    pub fn raise(&mut self, kind: AlertKind, severity: Severity, text: String, now: Timestamp) {
        self.settle(now);
        let matter = Matter::of(kind, &text);
        let mut about_it = self.open.values_mut().filter(|it| it.matters.contains(&matter));
        if let Some(same) = about_it.find(|it| severity <= it.alert.severity) {
            same.count += 1;
            return;
        }
        let id = self.number();
        self.open.insert(id, Open::new(Alert { id, time: now, kind, severity, text }));
        // While others wait it waits with them, unless it cannot wait.
        if self.has_room(severity) && (severity == Severity::Critical || self.held.is_empty()) {
            self.deliver(id, now);
        } else {
            self.held.insert(id);
        }
        self.make_room();
        self.settle(now);
    }

    /// Somebody has read an alert; nothing means all. Others are told who takes care of what is
    /// critical.
    pub fn acknowledge(&mut self, alert: Option<u64>, by: &str, now: Timestamp) {
        self.settle(now);
        let is_meant = |it: &Alert| alert.is_none_or(|id| id == it.id);
        let alerts = self.open.values().map(|it| &it.alert);
        let read: Vec<Alert> = alerts.filter(|it| is_meant(it)).cloned().collect();
        for alert in &read {
            self.open.remove(&alert.id);
            self.held.remove(&alert.id);
        }
        let critical = |it: &&Alert| it.severity == Severity::Critical;
        if let Some(alert) = read.iter().find(critical) {
            let more = match read.iter().filter(critical).count() {
                1 => String::new(),
                count => format!(" and {} more", count - 1),
            };
            let text = format!("{by} has read alert {}{more}: {}", alert.id, cut(&alert.text));
            self.raise(alert.kind, Severity::Notice, text, now);
        }
    }

    /// A timer is due; a call too many is harmless.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.settle(now);
    }

    /// What is to be done next; call until nothing is left.
    pub fn poll_output(&mut self) -> Option<AlertOutput> {
        self.outputs.pop_front()
    }

    /// When to come back; earlier is harmless.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        let halts = self.open.values().filter(|it| it.is_awaited());
        let halts = halts.map(|it| it.alert.time + self.times.alert_answer_max);
        let ends = self.open.values().filter_map(Open::ends);
        halts.chain(ends).chain(self.next_delivery()).min()
    }

    /// What nobody has acknowledged, the oldest first, and how often it was raised.
    pub fn unread(&self) -> impl Iterator<Item = (&Alert, u64)> {
        self.open.values().map(|it| (&it.alert, it.count))
    }

    const fn number(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    fn settle(&mut self, now: Timestamp) {
        let held = &self.held;
        self.open.retain(|id, it| held.contains(id) || it.ends().is_none_or(|end| now < end));
        self.delivered.retain(|time| now < *time + RATE_WINDOW);
        if self.worst_held().is_some_and(|severity| self.has_room(severity)) {
            let id = self.make_one();
            self.deliver(id, now);
        }
        let answer_max = self.times.alert_answer_max;
        for it in self.open.values_mut().filter(|it| it.is_awaited()) {
            if it.alert.time + answer_max <= now {
                it.has_halted = true;
                self.outputs.push_back(AlertOutput::Halt(it.alert.text.clone()));
            }
        }
    }

    fn deliver(&mut self, id: u64, now: Timestamp) {
        self.held.remove(&id);
        if let Some(open) = self.open.get(&id) {
            self.delivered.push_back(now);
            self.outputs.push_back(AlertOutput::Deliver(open.alert.clone()));
        }
    }

    fn worst_held(&self) -> Option<Severity> {
        self.held.iter().filter_map(|id| self.open.get(id)).map(|it| it.alert.severity).max()
    }

    fn has_room(&self, severity: Severity) -> bool {
        self.delivered.len() < deliveries_max(severity)
    }

    /// When there will be room for what waits.
    fn next_delivery(&self) -> Option<Timestamp> {
        let max = deliveries_max(self.worst_held()?);
        let leaves = self.delivered.len().checked_sub(max)?;
        self.delivered.get(leaves).map(|time| *time + RATE_WINDOW)
    }

    /// Makes what waits one alert, and says its number. Something waits.
    fn make_one(&mut self) -> u64 {
        if let (1, Some(id)) = (self.held.len(), self.held.first()) {
            return *id;
        }
        let held = std::mem::take(&mut self.held);
        let many: Vec<Open> = held.iter().filter_map(|id| self.open.remove(id)).collect();
        let id = self.number();
        self.open.insert(id, Open::one_of(many, id));
        self.held.insert(id);
        id
    }

    /// Keeps what is open within its bound. What is forgotten was delivered.
    fn make_room(&mut self) {
        if self.open.len() <= OPEN_MAX {
            return;
        }
        if 1 < self.held.len() {
            self.make_one();
            return;
        }
        let held = &self.held;
        let delivered = self.open.values().filter(|it| !held.contains(&it.alert.id));
        let least = delivered.min_by_key(|it| (it.alert.severity, it.alert.id));
        let Some(forgotten) = least.map(|it| it.alert.id).and_then(|id| self.open.remove(&id))
        else {
            return;
        };
        if !forgotten.is_awaited() {
            return;
        }
        // Somebody still has to answer in time.
        match self.open.values_mut().find(|it| it.is_awaited()) {
            Some(heir) => heir.alert.time = heir.alert.time.min(forgotten.alert.time),
            None => self.outputs.push_back(AlertOutput::Halt(forgotten.alert.text)),
        }
    }
}

impl Open {
    fn new(alert: Alert) -> Self {
        let matters = BTreeSet::from([Matter::of(alert.kind, &alert.text)]);
        let texts = vec![cut(&alert.text).to_owned()];
        Self { alert, matters, count: 1, alerts: 1, texts, has_halted: false }
    }

    /// One alert in place of many, of which there is at least one.
    fn one_of(mut many: Vec<Self>, id: u64) -> Self {
        many.sort_by_key(|it| (Reverse(it.alert.severity), it.alert.time, it.alert.id));
        let alerts = many.iter().map(|it| it.alerts).sum();
        let count = many.iter().map(|it| it.count).sum();
        let has_halted = !many.iter().any(Self::is_awaited);
        let matters = many.iter().flat_map(|it| &it.matters).take(OPEN_MAX).cloned().collect();
        let texts = many.iter().flat_map(|it| &it.texts).take(TEXTS_MAX).cloned();
        let texts: Vec<String> = texts.collect();
        let text = match alerts - texts.len() {
            0 => texts.join(" | "),
            more => format!("{} | and {more} more", texts.join(" | ")),
        };
        let alert = Alert { id, text, ..many.swap_remove(0).alert };
        Self { alert, matters, count, alerts, texts, has_halted }
    }

    /// Whether it still can halt the bot.
    fn is_awaited(&self) -> bool {
        self.alert.severity == Severity::Critical && !self.has_halted
    }

    /// When it would be news again.
    fn ends(&self) -> Option<Timestamp> {
        match self.alert.severity {
            Severity::Notice => Some(self.alert.time + NOTICE_LASTS),
            Severity::Warning => Some(self.alert.time + WARNING_LASTS),
            Severity::Critical => None,
        }
    }
}

const fn deliveries_max(severity: Severity) -> usize {
    match severity {
        Severity::Notice | Severity::Warning => CALM_DELIVERIES_MAX,
        Severity::Critical => DELIVERIES_MAX,
    }
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(TEXT_LENGTH_MAX).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests;
