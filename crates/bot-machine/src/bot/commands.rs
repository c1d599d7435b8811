//! From the engine's wish to the socket: written down, durable, then gone.

use std::time::Duration;

use bot_journal::RecordKind;
use trading_engine::{Alarm, Output, Report, report::ResidualCause};
use trading_types::{
    AccountEvent, ClientOrderId, NewOrder, Pair, Refusal, Timestamp, VenueCommand,
};

use super::Bot;
use crate::{
    note::Note,
    outbox::{About, Letter, socket_command},
    output::{AlertKind, BotOutput, Severity},
    reconciler::Trigger,
    recovery::BotSnapshot,
    resolver::ResolverEvent,
};

/// Between sending and its deadline an order needs at least this long: less is not worth the trip.
const DEADLINE_MIN: Duration = Duration::from_millis(500);

impl Bot {
    /// Takes everything the engine wants: reports at once, commands once they are durable.
    pub(super) fn hear_engine(&mut self) {
        let mut commands = Vec::new();
        let mut reports = Vec::new();
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Report(report) => reports.push(report),
                Output::Command(command) => commands.push(command),
            }
        }
        if !commands.is_empty() {
            self.write_engine();
        }
        for command in commands {
            let about = self.about(&command);
            self.outbox.push(command, about, self.records);
        }
        for report in reports {
            self.heed(&report);
            self.outputs.push_back(BotOutput::Report(report));
        }
    }

    fn about(&self, command: &VenueCommand) -> Option<About> {
        let order = match command {
            VenueCommand::Place(order) => order.id,
            VenueCommand::Amend(amendment) => amendment.order,
            VenueCommand::Cancel(order) => *order,
            VenueCommand::CancelAll => return None,
        };
        let live = self.engine.live_order(order);
        live.map(|live| About { pair: live.request.pair, role: live.role })
    }

    /// What a report of the engine's means for the rest of the bot.
    fn heed(&mut self, report: &Report) {
        match report {
            Report::Halted { reason } => {
                self.alert(
                    AlertKind::Halted,
                    Severity::Critical,
                    format!(
                        "trading is halted: {reason}. everything is being canceled and sold; \
                     `slackwater resume --reason …` trades again"
                    ),
                );
                self.gate_closed(None);
                self.begin_halt();
            }
            Report::Flattened => {
                // Nothing more will be traded: now or never is known what everything came to.
                self.reconcile(Trigger::Asked);
                self.alert(AlertKind::Flattened, Severity::Notice, "nothing is held any more");
            }
            Report::Alarm(alarm) => self.heed_alarm(alarm),
            Report::Residual { pair, quantity, why } => {
                let severity = match why {
                    ResidualCause::BelowMinimum => Severity::Notice,
                    ResidualCause::Refused(_) => Severity::Critical,
                };
                self.alert(
                    AlertKind::Residual,
                    severity,
                    format!(
                        "{quantity} of {pair} could not be sold ({why}): sell it by hand on Kraken"
                    ),
                );
            }
            Report::PairHalted { pair, reason } => {
                self.gate_closed(Some(*pair));
                self.alert(
                    AlertKind::Halted,
                    Severity::Critical,
                    format!(
                        "{pair} is halted: {reason}; `slackwater resume --pair {pair} --reason …` \
                     trades it again"
                    ),
                );
            }
            Report::Resumed { .. } => self.halt.end(),
            Report::OrderPlaced { .. }
            | Report::OrderFilled { .. }
            | Report::OrderEnded { .. }
            | Report::OrderRejected { .. }
            | Report::OrderRefused { .. }
            | Report::SizeRefused { .. }
            | Report::LotClosed { .. }
            | Report::TradeClosed { .. }
            | Report::PairFlattened { .. }
            | Report::PairResumed { .. }
            | Report::PairNotTraded { .. } => {}
        }
    }

    fn heed_alarm(&mut self, alarm: &Alarm) {
        let (kind, severity) = match alarm {
            // It is being closed already.
            Alarm::Unprotected(_) => (AlertKind::Unprotected, Severity::Warning),
            Alarm::ForeignOrder(_) => (AlertKind::ForeignActivity, Severity::Warning),
            Alarm::Balance(_) => (AlertKind::UnexplainedBalance, Severity::Critical),
            Alarm::CannotExit { .. } => (AlertKind::Residual, Severity::Critical),
            Alarm::Order(_) | Alarm::Position(_) => {
                self.reconcile(Trigger::MissedFills);
                (AlertKind::UnknownOrder, Severity::Warning)
            }
        };
        self.alert(kind, severity, alarm.to_string());
    }

    /// Entries that have not left never will, on this pair or on all. One that was given out and
    /// waits for the budgets is taken back; one that has left is canceled like everything else.
    fn gate_closed(&mut self, on: Option<Pair>) {
        for order in self.outbox.take_back_entries(on) {
            self.never_sent(order, "trading was halted");
        }
        let given_out = self.outbox.entries_sent(on);
        self.outputs.extend(given_out.into_iter().map(|request| BotOutput::Withdraw { request }));
    }

    /// Lets every command go whose intent is durable.
    pub(super) fn release(&mut self) {
        while let Some(letter) = self.outbox.next(self.durable, self.now) {
            match self.why_not(&letter) {
                None => self.send(letter),
                Some(why) => self.take_back(&letter, &why),
            }
        }
    }

    /// The last look before the socket.
    fn why_not(&self, letter: &Letter) -> Option<String> {
        if self.is_journal_broken {
            return Some("the journal cannot be written".to_owned());
        }
        let VenueCommand::Place(order) = &letter.what else { return None };
        if letter.is_entry && self.engine.halted().is_some() {
            return Some("trading was halted".to_owned());
        }
        // A slow disk is long enough for the venue to close.
        if !self.engine.is_taken(order) {
            return Some("kraken does not take it now".to_owned());
        }
        let error = self.clock.error(self.now).unwrap_or(Duration::ZERO);
        let earliest = self.venue_now() + error + DEADLINE_MIN;
        let is_late = order.deadline.is_none_or(|deadline| deadline < earliest);
        is_late.then(|| "its deadline would have passed on the way".to_owned())
    }

    fn send(&mut self, letter: Letter) {
        let Letter { request, what, work, lane, .. } = letter;
        let orders = named(&what);
        // A change is proved not to have been made as an order is: after its deadline.
        let is_change = matches!(what, VenueCommand::Amend(_));
        let deadline =
            is_change.then(|| self.venue_now() + self.settings.header.settings.order_deadline);
        if let Some(deadline) = deadline {
            self.outbox.stamp(request, deadline);
        }
        let command = socket_command(&what, deadline);
        self.tell_clocks();
        self.outputs.push_back(BotOutput::Command { request, command, work, lane });
        self.write_engine();
        let note = Note::Sent { request, orders, budgets: Vec::new() };
        self.record(RecordKind::Note, note.to_bytes());
    }

    /// Whoever sends has to know how late it is there, where that is not what was told last.
    fn tell_clocks(&mut self) {
        // Deadlines keep half a second more than that.
        const CHANGE_MAX: Duration = Duration::from_millis(50);
        let (here, venue) = (self.now, self.venue_now());
        let told = self.clocks_told.map(|(told_here, told_venue)| {
            if told_here <= told_venue {
                here + told_venue.since(told_here)
            } else {
                here - told_here.since(told_venue)
            }
        });
        let change = |told: Timestamp| venue.since(told).max(told.since(venue));
        if told.is_none_or(|told| CHANGE_MAX < change(told)) {
            self.clocks_told = Some((here, venue));
            self.outputs.push_back(BotOutput::VenueClock { here, venue });
        }
    }

    /// A command that was not sent, by our own decision.
    fn take_back(&mut self, letter: &Letter, why: &str) {
        self.outbox.answered(letter.request);
        match &letter.what {
            VenueCommand::Place(order) => self.never_sent(order.id, why),
            VenueCommand::Amend(amendment) => {
                let refusal = Refusal::NotSent(why.to_owned());
                self.tell_account(AccountEvent::AmendRejected { order: amendment.order, refusal });
            }
            VenueCommand::Cancel(order) => {
                let refusal = Refusal::NotSent(why.to_owned());
                self.tell_account(AccountEvent::CancelRejected { order: *order, refusal });
            }
            VenueCommand::CancelAll => {}
        }
    }

    pub(super) fn never_sent(&mut self, order: ClientOrderId, why: &str) {
        let refusal = Refusal::NotSent(why.to_owned());
        self.tell_account(AccountEvent::Rejected { order, refusal });
        // While it waited the link may have broken, and then it was looked for.
        self.tell_resolver(ResolverEvent::Settled(order));
        self.outputs.push_back(BotOutput::OrderGone(order));
    }

    /// Puts what the engine has written so far into the journal.
    pub(super) fn write_engine(&mut self) {
        let bytes = self.engine.journal().take_bytes();
        if !bytes.is_empty() {
            self.record(RecordKind::Engine, bytes);
        }
    }

    pub(super) fn record(&mut self, kind: RecordKind, payload: Vec<u8>) {
        self.records += 1;
        self.since_snapshot += 1;
        self.outputs.push_back(BotOutput::Record { kind, payload });
        self.sync_due.get_or_insert(self.now + self.settings.times.sync_every);
    }

    /// Asks for a sync where something waits for it, or where the last is long ago.
    pub(super) fn sync(&mut self) {
        let is_due = self.sync_due.is_some_and(|due| due <= self.now);
        let is_wanted = self.outbox.waits_for_the_disk() || is_due;
        if is_due {
            self.write_engine();
        }
        if is_wanted && self.syncing < self.records {
            self.syncing = self.records;
            self.sync_due = None;
            self.outputs.push_back(BotOutput::Sync);
        } else if is_due {
            self.sync_due = None;
        }
    }

    /// The whole state, from time to time, so that the next start need not read everything.
    pub(super) fn maybe_snapshot(&mut self) {
        if self.settings.times.snapshot_every <= self.since_snapshot {
            self.write_snapshot();
        }
    }

    pub(super) fn write_snapshot(&mut self) {
        self.write_engine();
        let snapshot = BotSnapshot {
            header: self.settings.header.clone(),
            engine: self.engine.save(),
            account: self.account.clone(),
            market: self.market.clone(),
            reckoned: self.reckoned.clone(),
            alerts: self.alerts.unread().map(|(alert, _)| alert.clone()).collect(),
            last_alert: self.last_alert,
            dead_man: self.dead_man_noted,
        };
        let payload = postcard::to_allocvec(&snapshot).expect("a snapshot can be written");
        self.record(RecordKind::Snapshot, payload);
        self.since_snapshot = 0;
    }

    pub(super) fn journal_failed(&mut self, what: &str) {
        self.is_journal_broken = true;
        let text = format!("the journal cannot be written ({what}): the bot stops");
        self.alert(AlertKind::Journal, Severity::Critical, text.clone());
        self.over(text);
    }

    /// A moment before an order can have left, for a search of what it did.
    pub(super) fn sent_no_earlier_than(&self, order: &NewOrder) -> Timestamp {
        // The most that Kraken takes; other settings than these may have been in force.
        const DEADLINE_MAX: Duration = Duration::from_mins(1);
        // Clocks may have been compared anew since.
        const MARGIN: Duration = Duration::from_secs(2);
        let end = order.deadline.map_or(self.now, |deadline| self.process_time(deadline));
        end - DEADLINE_MAX - MARGIN
    }
}

fn named(what: &VenueCommand) -> Vec<ClientOrderId> {
    match what {
        VenueCommand::Place(order) => vec![order.id],
        VenueCommand::Amend(amendment) => vec![amendment.order],
        VenueCommand::Cancel(order) => vec![*order],
        VenueCommand::CancelAll => Vec::new(),
    }
}
