//! What the bot is told and says: its picture, its halts, its alerts, its unknown orders.
#![expect(clippy::wildcard_enum_match_arm, reason = "only a few things are watched")]

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use bot_journal::RecordKind;
use bot_machine::{Alert, AlertKind, BotInput, Note, Severity, guard::StatusSource, output::Stage};
use simulated_kraken::Fault;
use trading_engine::{Alarm, OrderState, Report, Role};
use trading_types::{ClientOrderId, Pair, Timestamp};

use super::{Checker, Look};
use crate::{process::Found, tally::Tally};

/// How often what takes long is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// An alert that cannot wait halts the bot after this, and a little for its timer.
const ANSWER_MAX: Duration = Duration::from_secs(5 * 60 + 10);
/// Of an order whose outcome is not known somebody is told after this, and a little for its timer.
const UNKNOWN_MAX: Duration = Duration::from_secs(60 + 75);

/// What was seen of the bot.
#[derive(Debug, Default)]
pub(super) struct BotWatch {
    looked_at: Option<Timestamp>,
    /// Critical alerts of this process that nobody has answered.
    unanswered: BTreeMap<u64, Timestamp>,
    unknown: BTreeMap<ClientOrderId, Timestamp>,
    /// The record by which the halt is durable, counted since the process started; and whether it
    /// is.
    halt_record: Option<u64>,
    is_halt_durable: bool,
    /// It has ended by itself, and its process is about to go.
    has_ended: bool,
    last_stage: Option<Stage>,
}

impl Checker {
    /// A process has started; this is what its recovery found.
    pub(crate) fn started(&mut self, found: &Found) {
        if let Err(what) = self.mirror.recovered(found.sequence) {
            self.broke("I-4", what);
        }
        if let Some((snapshot, beginning)) = &found.hashes
            && snapshot != beginning
        {
            let what = "the state from the last snapshot is not the one from the beginning";
            self.broke("I-26", what.to_owned());
        }
        if self.bot.is_halt_durable && !found.is_halted {
            self.broke("I-16", "a durable halt did not survive a restart".to_owned());
        }
        let is_halt_durable = found.is_halted;
        self.bot = BotWatch { is_halt_durable, ..BotWatch::default() };
        self.gate.quotes.clear();
        self.gate.status = None;
    }

    /// The bot is told something.
    pub(crate) fn told(&mut self, input: &BotInput, now: Timestamp) {
        match input {
            BotInput::Quote { pair, quote } => {
                if quote.is_some_and(|quote| quote.ask.price <= quote.bid.price) {
                    self.broke("I-38", format!("a crossed quote of {pair} is told: {quote:?}"));
                }
                self.gate.quotes.insert(*pair, (*quote, now));
            }
            BotInput::Status { source: StatusSource::Socket, status }
                if self.gate.status.is_none_or(|(before, _)| before != *status) =>
            {
                self.gate.status = Some((*status, now));
            }
            BotInput::Acknowledged { alert: Some(alert), .. } => {
                self.bot.unanswered.remove(alert);
            }
            _ => (),
        }
    }

    /// A record was written.
    pub(crate) fn recorded(&mut self, sequence: u64, kind: RecordKind, payload: &[u8]) {
        self.check_record(payload);
        if let Err(what) = self.mirror.recorded(sequence, kind, payload) {
            self.broke("I-25", what);
        }
        if kind == RecordKind::Note
            && let Some(Note::Acknowledged { alert, .. }) = Note::from_bytes(payload)
        {
            // Also what is over by itself is written down as read.
            self.bot.unanswered.retain(|id, _| alert.is_some_and(|alert| alert != *id));
        }
    }

    /// The engine says something; `record` is the last record given out.
    pub(crate) fn reported(&mut self, report: &Report, record: u64, now: Timestamp) {
        match report {
            Report::Halted { .. } => {
                // What nobody answered has had its consequence; whoever resumes has looked.
                self.bot.unanswered.clear();
                self.gate.halted_since = Some(now);
                self.bot.halt_record = Some(record);
            }
            Report::Residual { pair, .. } | Report::Alarm(Alarm::CannotExit { pair, .. }) => {
                self.residual.insert(*pair);
            }
            Report::TradeClosed { pair, .. } => {
                self.residual.remove(pair);
            }
            Report::Resumed { .. } => {
                self.gate.halted_since = None;
                self.bot.halt_record = None;
                self.bot.is_halt_durable = false;
            }
            _ => (),
        }
    }

    /// So many records of this process are durable.
    pub(crate) fn durable(&mut self, records: u64, sequence: u64) {
        if self.bot.halt_record.is_some_and(|record| record <= records) {
            self.bot.is_halt_durable = true;
        }
        if let Err(what) = self.mirror.durable(sequence) {
            self.broke("I-11", what);
        }
    }

    /// Somebody is told something.
    pub(crate) fn alerted(&mut self, alert: &Alert, now: Timestamp) {
        if alert.severity == Severity::Critical {
            self.bot.unanswered.insert(alert.id, now);
        }
        if alert.kind == AlertKind::UnknownOrder {
            self.told_of_unknown.push_str(&alert.text);
        }
        self.check_secret("alert", &alert.text);
    }

    /// Where the bot says it is.
    pub(crate) fn staged(&mut self, stage: &Stage) {
        self.bot.last_stage = Some(stage.clone());
    }

    /// It has ended by itself. What nobody answered is the next one's, which takes it over.
    pub(crate) const fn ended(&mut self) {
        self.bot.has_ended = true;
    }

    pub(super) fn look_at_bot(&mut self, look: &Look<'_>, tally: &mut Tally) {
        let Some(bot) = look.bot else { return };
        let is_due = self.bot.looked_at.is_none_or(|at| LOOK_EVERY <= look.now.since(at));
        if !is_due {
            return;
        }
        self.bot.looked_at = Some(look.now);
        self.check_alerts(look);
        self.check_unknown(look, tally);
        let mut stops: BTreeSet<Pair> = BTreeSet::new();
        for order in bot.engine().live_orders() {
            if order.role == Role::Stop && !stops.insert(order.request.pair) {
                let pair = order.request.pair;
                self.broke("I-5", format!("the engine has two live stops on {pair}"));
            }
        }
        self.check_rates(look.kraken);
        if self.is_on(Fault::ClockJump) {
            let counts = look.kraken.fault_counts();
            let jumps = counts.iter().find(|(_, name, _)| *name == Fault::ClockJump.name());
            let jumps = jumps.map_or(0, |(_, _, count)| *count);
            if jumps != self.clock_jumps.0 {
                self.clock_jumps = (jumps, look.now);
            }
        }
    }

    /// I-39. A machine that stood still could not halt, and what has ended does nothing any more.
    fn check_alerts(&mut self, look: &Look<'_>) {
        if self.bot.has_ended {
            return;
        }
        let since = self.bot.unanswered.values().min().copied();
        let since = since.filter(|since| ANSWER_MAX < look.now.since(*since));
        let is_halted = look.bot.is_some_and(|bot| bot.engine().halted().is_some());
        if let Some(since) = since.filter(|_| !is_halted) {
            self.broke("I-39", format!("nobody answered since {since}, and it goes on"));
        }
    }

    /// I-27.
    fn check_unknown(&mut self, look: &Look<'_>, tally: &mut Tally) {
        let Some(bot) = look.bot else { return };
        let unknown: BTreeSet<ClientOrderId> = bot
            .engine()
            .live_orders()
            .filter(|order| order.state == OrderState::Unknown)
            .map(|order| order.request.id)
            .collect();
        let watch = &mut self.bot;
        watch.unknown.retain(|id, _| unknown.contains(id));
        for id in unknown {
            if !watch.unknown.contains_key(&id) {
                tally.count("unknown_order");
            }
            watch.unknown.entry(id).or_insert(look.now);
        }
        let oldest = watch.unknown.iter().min_by_key(|(_, since)| **since);
        let Some((id, since)) = oldest.map(|(id, since)| (*id, *since)) else { return };
        let was_told = self.told_of_unknown.contains(&id.to_string());
        if UNKNOWN_MAX < look.now.since(since) && !was_told {
            self.broke("I-27", format!("{id} is unknown since {since}, and nobody is told"));
        }
    }

    /// The machine stood still so long: nothing that waits can have been done meanwhile.
    pub(crate) fn stood_still(&mut self, length: Duration) {
        for since in self.bot.unanswered.values_mut() {
            *since = *since + length;
        }
        for since in self.bot.unknown.values_mut() {
            *since = *since + length;
        }
    }

    /// Where the bot said last that it is.
    pub(super) const fn last_stage(&self) -> Option<&Stage> {
        self.bot.last_stage.as_ref()
    }
}
