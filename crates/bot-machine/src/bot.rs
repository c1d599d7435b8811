//! The bot: four verbs around the engine and everything that keeps it honest.
//!
//! **Law.** Whatever happens, in whatever order: no order leaves before its intent is durable, none
//! leaves twice, and none opens anything while a cause says that it must not.
//!
//! Time. Callers give the time of this process, which never jumps. The engine and deadlines live in
//! the venue's time, as far as it is known.

mod answers;
mod begin;
mod commands;
mod draining;
mod equity;
mod life;
mod news;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use bot_journal::RecordKind;
use kraken_protocol::{scheduler::Lane, stream::subscription::SocketKind};
use trading_engine::{Engine, Input, OperatorCommand};
use trading_types::{
    AccountEvent, ClientOrderId, Pair, Timestamp, TradeId, VenueEvent, VenueStatus,
};

use crate::{
    account_feed::AccountFeed,
    alert_desk::AlertDesk,
    call::Call,
    clock_watch::ClockWatch,
    dead_man::DeadManSwitch,
    fleeting::Fleeting,
    guard::{Guard, GuardEvent},
    halt_desk::HaltDesk,
    input::BotInput,
    key_watch::KeyWatch,
    market_feed::MarketFeed,
    note::Note,
    outbox::Outbox,
    output::{AlertKind, BotOutput, Severity, Stage},
    reconciler::{Reckoned, Reconciler, ReconcilerEvent},
    resolver::Resolver,
    settings::{BotSettings, DeadManChoice},
};

pub use self::begin::Recovered;

/// The bot. See the module's header.
pub struct Bot {
    settings: BotSettings,
    engine: Engine,
    clock: ClockWatch,
    guard: Guard,
    dead_man: DeadManSwitch,
    dead_man_noted: Option<Timestamp>,
    keys: KeyWatch,
    alerts: AlertDesk,
    last_alert: u64,
    resolver: Resolver,
    reconciler: Reconciler,
    /// What has been accounted for, for the next start.
    reckoned: Reckoned,
    halt: HaltDesk,
    fleeting: Fleeting,
    market: MarketFeed,
    account: AccountFeed,
    outbox: Outbox,
    calls: BTreeMap<u64, Owner>,
    last_call: u64,
    life: Life,
    /// Whether the venue as a whole takes orders, as the engine has been told.
    told_status: Option<VenueStatus>,
    told_pairs: BTreeMap<Pair, VenueStatus>,
    venue_status: VenueStatus,
    records: u64,
    durable: u64,
    /// The last record that a sync was asked for.
    syncing: u64,
    sync_due: Option<Timestamp>,
    since_snapshot: u64,
    is_journal_broken: bool,
    /// A moment by the process's clock, and the same by the venue's, as the socket was told.
    clocks_told: Option<(Timestamp, Timestamp)>,
    outputs: VecDeque<BotOutput>,
    now: Timestamp,
    /// The venue's time now, as far as it is known.
    venue: Timestamp,
}

/// How far the bot has come.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is known by itself and in any order")]
struct Life {
    stage: Option<Stage>,
    /// Whether the key has been let in.
    is_admitted: bool,
    has_sockets: bool,
    is_public_up: bool,
    is_private_up: bool,
    /// Whether the private socket has shown what is open since it came up.
    has_snapshot: bool,
    has_reconciled: bool,
    is_quiet: Option<bool>,
    was_ready: bool,
    status_due: Option<Timestamp>,
    /// When it was last written down what everything is worth.
    equity_noted: Option<Timestamp>,
    /// Since when it is ending.
    ending: Option<Timestamp>,
    is_over: bool,
}

/// Who asked a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Clock,
    Status,
    Key,
    Candles(Pair),
    Resolver(u64),
    Reconciler(u64),
    HaltLook,
    HaltCancel,
    DeadMan(u64),
}

impl std::fmt::Debug for Bot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bot").field("stage", &self.life.stage).finish_non_exhaustive()
    }
}

impl Bot {
    /// Something happened.
    pub fn handle(&mut self, input: BotInput, now: Timestamp) {
        self.pass(now);
        if self.life.is_over {
            return;
        }
        let mut is_news = true;
        match input {
            BotInput::Durable { records } => self.durable = self.durable.max(records),
            BotInput::JournalFailed { what } => self.journal_failed(&what),
            BotInput::Quote { pair, quote } => is_news = self.quote(pair, quote),
            BotInput::Trade { pair, trade } => is_news = self.trade(pair, trade),
            BotInput::Candle { pair, candle } => self.candle(pair, candle),
            BotInput::Status { source, status } => {
                self.guard.handle(GuardEvent::Status { source, status }, self.now);
            }
            BotInput::PairStatus { pair, status } => {
                self.guard.handle(GuardEvent::PairStatus { pair, status }, self.now);
                self.tell_pair_status(pair, status);
            }
            BotInput::Account(report) => self.account_report(report),
            BotInput::Answer(answer) => self.command_answer(&answer),
            BotInput::Link { socket, change } => self.link(socket, &change),
            BotInput::SocketEnded { socket, why } => self.socket_ended(socket, &why),
            BotInput::Reconcile(reason) => self.may_have_missed(&reason),
            BotInput::Answered { call, sent, result } => self.call_answer(call, sent, result),
            BotInput::Operator(operator) => self.operator(operator),
            BotInput::Acknowledged { alert, by } => {
                self.note(&Note::Acknowledged { alert, by: by.clone() });
                self.alerts.acknowledge(alert, &by, self.now);
            }
            BotInput::Noticed { kind, severity, text } => self.alert(kind, severity, text),
            BotInput::ShutDown => self.shut_down(),
        }
        // Most of what the market says changes nothing here.
        if is_news {
            self.settle();
        }
    }

    /// A timer is due; a call too many is harmless.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.pass(now);
        if self.life.is_over {
            return;
        }
        let now = self.now;
        self.clock.handle_timeout(now);
        self.guard.handle_timeout(now);
        self.dead_man.handle_timeout(now);
        self.keys.handle_timeout(now);
        self.alerts.handle_timeout(now);
        self.resolver.handle_timeout(now);
        self.reconciler.handle_timeout(now);
        let halt = self.halt.handle_timeout(now);
        self.obey_halt(halt);
        for order in self.fleeting.handle_timeout(now) {
            self.end_is_missing(order);
        }
        let venue_now = self.venue_now();
        if self.engine.next_timeout().is_some_and(|due| due <= venue_now) {
            self.tell_engine(&Input::Timeout);
        }
        self.settle();
    }

    /// What is to be done next; call until nothing is left.
    pub fn poll_output(&mut self) -> Option<BotOutput> {
        self.outputs.pop_front()
    }

    /// When to come back; earlier is harmless.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        if self.life.is_over {
            return None;
        }
        let engine = self.engine.next_timeout().map(|due| self.process_time(due));
        [
            self.clock.next_timeout(),
            self.guard.next_timeout(),
            self.dead_man.next_timeout(),
            self.keys.next_timeout(),
            self.alerts.next_timeout(),
            self.resolver.next_timeout(),
            self.reconciler.next_timeout(),
            self.halt.next_timeout(),
            self.fleeting.next_timeout(),
            engine,
            self.sync_due,
            self.life.status_due,
            self.life.ending.map(|since| since + self.settings.times.ending_max),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// The engine, to be looked at.
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Where the bot is in its life.
    pub fn stage(&self) -> &Stage {
        self.life.stage.as_ref().unwrap_or(&Stage::Auditing)
    }

    /// How many orders there are whose outcome is not known.
    pub fn unknown_orders(&self) -> usize {
        self.resolver.unknown().count()
    }

    /// Whether a halt has been verified at the venue, or none is under way.
    pub fn is_halt_verified(&self) -> bool {
        !self.halt.is_at_work()
    }

    /// What becomes of resting orders when the process dies, and when a switch that is set fires.
    pub const fn dead_man(&self) -> (DeadManChoice, Option<Timestamp>) {
        (self.settings.dead_man, self.dead_man_noted)
    }

    /// How many records are durable, and how many were given out.
    pub const fn journal_progress(&self) -> (u64, u64) {
        (self.durable, self.records)
    }

    /// The venue's time now, as far as it is known, and how wrong it may be.
    pub fn venue_clock(&self) -> (Timestamp, Option<Duration>) {
        (self.venue_now(), self.clock.error(self.now))
    }

    /// Time passes. That of the process never goes back; the venue's goes on by itself where it is
    /// not known, so that nothing is dated by a machine's clock that somebody has set.
    fn pass(&mut self, now: Timestamp) {
        let passed = now.since(self.now);
        self.now = self.now.max(now);
        let Some(shown) = self.clock.venue_shows(self.now) else {
            self.venue = self.venue + passed;
            return;
        };
        if shown + self.settings.times.clock_error_max < self.venue {
            // It was believed to be later; to stand still until then would date orders by it.
            self.venue = shown;
            self.tell_engine(&Input::TimeSet);
        }
        self.venue = self.venue.max(shown);
    }

    const fn venue_now(&self) -> Timestamp {
        self.venue
    }

    /// When it will be `venue` by the clock of this process.
    fn process_time(&self, venue: Timestamp) -> Timestamp {
        let here = self.venue_now();
        if here <= venue { self.now + venue.since(here) } else { self.now - here.since(venue) }
    }

    /// Trades that have passed, the oldest first.
    pub fn known_trades(&self) -> impl Iterator<Item = TradeId> {
        self.account.trades()
    }

    /// Tells the engine and hears what it wants.
    fn tell_engine(&mut self, input: &Input) {
        let now = self.venue_now();
        self.engine.handle(input, now);
        self.hear_engine();
    }

    fn order_engine(&mut self, command: OperatorCommand) {
        self.tell_engine(&Input::Operator(command));
    }

    /// News of the account, each trade once.
    fn tell_account(&mut self, event: AccountEvent) {
        if self.account.passes(&event) {
            self.tell_engine(&Input::Venue(VenueEvent::Account(event)));
            self.tell_reconciler(ReconcilerEvent::OursChanged);
        }
    }

    /// Asks something of the venue.
    fn ask(&mut self, owner: Owner, what: Call, lane: Lane) {
        self.last_call += 1;
        self.calls.insert(self.last_call, owner);
        self.outputs.push_back(BotOutput::Call { call: self.last_call, what, lane });
    }

    fn alert(&mut self, kind: AlertKind, severity: Severity, text: impl Into<String>) {
        self.alerts.raise(kind, severity, text.into(), self.now);
    }

    /// Writes a note behind everything the engine has said so far.
    fn note(&mut self, note: &Note) {
        self.write_engine();
        self.record(RecordKind::Note, note.to_bytes());
    }

    fn is_up(&self, socket: SocketKind) -> bool {
        match socket {
            SocketKind::Public | SocketKind::Level3 => self.life.is_public_up,
            SocketKind::Private => self.life.is_private_up,
        }
    }

    /// Orders of the engine's that the venue may have.
    fn live_ids(&self) -> BTreeSet<ClientOrderId> {
        self.engine.live_orders().map(|order| order.request.id).collect()
    }
}

#[cfg(test)]
mod tests;
