//! What the parts of the bot want, done: each is asked until it has nothing left.

use kraken_protocol::scheduler::Lane;
use trading_engine::{BlockCause, Engine, OperatorCommand};
use trading_types::{AccountEvent, Amount, Asset, ClientOrderId, Pair, TradeId, VenueOrderId};

use super::{Bot, Owner};
use crate::{
    account_feed::AccountFeed,
    alert_desk::AlertOutput,
    books::Books,
    call::Call,
    clock_watch::ClockOutput,
    dead_man::DeadManOutput,
    guard::{GuardEvent, GuardOutput},
    key_watch::KeyOutput,
    note::Note,
    output::{AlertKind, BotOutput, Severity},
    reconciler::{ReconcilerEvent, ReconcilerOutput, Trigger},
    resolver::{ResolverEvent, ResolverOutput},
};

/// How many movements are remembered as explained. The venue lists fifty at a time, and none is
/// looked at again that lies before what is accounted for.
const EXPLAINED_MAX: usize = 1_000;

impl Bot {
    /// Says whether anybody wanted anything.
    pub(super) fn drain(&mut self) -> bool {
        let mut wanted = false;
        while let Some(output) = self.clock.poll_output() {
            wanted = true;
            match output {
                ClockOutput::Ask => self.ask(Owner::Clock, Call::ServerTime, Lane::Resolve),
                ClockOutput::Error(error) => {
                    self.pass(self.now);
                    let venue = self.venue_now();
                    self.guard.handle(GuardEvent::Clock { error, venue }, self.now);
                    if let Some(ahead) = self.clock.ahead(self.now) {
                        self.tell_resolver(ResolverEvent::Clock(ahead));
                        self.tell_reconciler(ReconcilerEvent::Clock(ahead));
                    }
                }
                ClockOutput::Alert { kind, severity, text } => self.alert(kind, severity, text),
            }
        }
        while let Some(output) = self.keys.poll_output() {
            wanted = true;
            self.obey_keys(output);
        }
        while let Some(output) = self.guard.poll_output() {
            wanted = true;
            self.obey_guard(output);
        }
        while let Some(output) = self.dead_man.poll_output() {
            wanted = true;
            self.obey_dead_man(output);
        }
        while let Some(output) = self.resolver.poll_output() {
            wanted = true;
            self.obey_resolver(output);
        }
        while let Some(output) = self.reconciler.poll_output() {
            wanted = true;
            self.obey_reconciler(output);
        }
        while let Some(output) = self.alerts.poll_output() {
            wanted = true;
            match output {
                AlertOutput::Deliver(alert) => {
                    self.last_alert = self.last_alert.max(alert.id);
                    self.note(&Note::Alerted(alert.clone()));
                    self.outputs.push_back(BotOutput::Alert(alert));
                }
                AlertOutput::Halt(alert) => {
                    let reason = trading_engine::KillReason::Unacknowledged { alert };
                    self.order_engine(OperatorCommand::Trip { reason });
                }
            }
        }
        self.hear_engine();
        wanted
    }

    fn obey_keys(&mut self, output: KeyOutput) {
        match output {
            KeyOutput::Ask => self.ask(Owner::Key, Call::KeyInfo, Lane::Resolve),
            KeyOutput::Admit { last_nonce, findings } => {
                self.note(&Note::KeyAudited { accepted: true, findings });
                self.life.is_admitted = true;
                self.tell_resolver(ResolverEvent::Reachable(true));
                self.tell_reconciler(ReconcilerEvent::Reachable(true));
                self.outputs.push_back(BotOutput::AdmitKey { last_nonce });
            }
            KeyOutput::Confirmed { findings } => {
                self.note(&Note::KeyAudited { accepted: true, findings });
            }
            KeyOutput::Refused { findings } => {
                let why = format!("the key is refused: {}", findings.join("; "));
                self.note(&Note::KeyAudited { accepted: false, findings });
                if self.life.is_admitted {
                    let reason = trading_engine::KillReason::DangerousKey { what: why.clone() };
                    self.order_engine(OperatorCommand::Trip { reason });
                    self.alert(AlertKind::Key, Severity::Critical, why);
                } else {
                    self.outputs.push_back(BotOutput::StopKey { why: why.clone() });
                    self.stop(why);
                }
            }
            KeyOutput::Alert { severity, text } => self.alert(AlertKind::Key, severity, text),
        }
    }

    fn obey_guard(&mut self, output: GuardOutput) {
        match output {
            GuardOutput::Block { cause, pair } => {
                self.order_engine(OperatorCommand::Block { cause, pair });
            }
            GuardOutput::Unblock { cause, pair } => self.unblock(cause, pair),
            GuardOutput::VenueStatus(status) => self.venue_status = status,
            GuardOutput::AskStatus => self.life.status_due = Some(self.now),
            GuardOutput::WindDown(is_near) => {
                self.dead_man.handle(crate::dead_man::DeadManEvent::WindDown(is_near), self.now);
            }
            GuardOutput::Trip(reason) => self.order_engine(OperatorCommand::Trip { reason }),
            GuardOutput::Alert { kind, severity, text } => self.alert(kind, severity, text),
        }
    }

    fn obey_dead_man(&mut self, output: DeadManOutput) {
        match output {
            DeadManOutput::Set { call, timeout } => {
                self.ask(Owner::DeadMan(call), Call::CancelAllAfter(timeout), Lane::Stop);
            }
            DeadManOutput::Armed(fires) => {
                self.dead_man_noted = fires;
                self.note(&Note::DeadManSet(fires));
            }
            DeadManOutput::Block { cause, pair } => {
                self.order_engine(OperatorCommand::Block { cause, pair });
            }
            DeadManOutput::Unblock { cause, pair } => self.unblock(cause, pair),
            DeadManOutput::Alert { severity, text } => {
                self.alert(AlertKind::DeadMan, severity, text);
            }
        }
    }

    fn obey_resolver(&mut self, output: ResolverOutput) {
        match output {
            ResolverOutput::Ask { tag, call } => {
                self.ask(Owner::Resolver(tag), call, Lane::Resolve);
            }
            ResolverOutput::Tell(event) => self.tell_proved(event),
            ResolverOutput::Proved { order, venue_order, evidence } => {
                if let Some(venue_order) = venue_order {
                    self.account.name(venue_order, order);
                }
                self.note(&Note::Proved { order, evidence });
                if self.engine.live_order(order).is_none() {
                    self.outputs.push_back(BotOutput::OrderGone(order));
                }
            }
            ResolverOutput::Overdue(order) => {
                self.alert(AlertKind::UnknownOrder, Severity::Critical, format!(
                    "nobody knows what came of order {order} for a minute; it counts as open. look \
                     at Kraken's open orders"
                ));
            }
            ResolverOutput::Renew => {
                self.outputs.push_back(BotOutput::RenewExecutions);
            }
        }
    }

    fn tell_proved(&mut self, event: AccountEvent) {
        self.tell_account(event);
    }

    fn obey_reconciler(&mut self, output: ReconcilerOutput) {
        match output {
            ReconcilerOutput::Ask { tag, call } => {
                self.ask(Owner::Reconciler(tag), call, Lane::Reconcile);
            }
            ReconcilerOutput::Tell(event) => self.tell_account(event),
            ReconcilerOutput::Explained { id, asset, change, what } => {
                self.reckoned.explained.push(id);
                if EXPLAINED_MAX < self.reckoned.explained.len() {
                    self.reckoned.explained.remove(0);
                }
                self.note(&Note::Explained { id: id.as_str().to_owned(), asset, change, what });
            }
            ReconcilerOutput::Block { cause, pair } => {
                self.order_engine(OperatorCommand::Block { cause, pair });
            }
            ReconcilerOutput::Unblock { cause, pair } => self.unblock(cause, pair),
            ReconcilerOutput::Reconciled => self.life.has_reconciled = true,
            ReconcilerOutput::AccountedTo(time) => {
                self.reckoned.accounted_to = Some(time);
                self.note(&Note::AccountedTo(time));
            }
            ReconcilerOutput::Alert { kind, severity, text } => self.alert(kind, severity, text),
        }
    }

    /// A cause is gone, and with the last of its kind what was said about it.
    pub(super) fn unblock(&mut self, cause: BlockCause, pair: Option<Pair>) {
        self.order_engine(OperatorCommand::Unblock { cause, pair });
        let Some(kind) = told_as(cause) else { return };
        if self.engine.blocks().any(|(it, _)| told_as(it) == Some(kind)) {
            return;
        }
        let over: Vec<u64> = self
            .alerts
            .unread()
            .filter(|(alert, _)| alert.kind == kind)
            .map(|(alert, _)| alert.id)
            .collect();
        for id in over {
            let by = "the bot itself, because it is over,".to_owned();
            self.note(&Note::Acknowledged { alert: Some(id), by: by.clone() });
            self.alerts.acknowledge(Some(id), &by, self.now);
        }
    }

    /// Compares our balances with the venue's, for this reason.
    pub(super) fn reconcile(&mut self, why: Trigger) {
        self.tell_reconciler(ReconcilerEvent::Trigger(why));
    }

    pub(super) fn tell_reconciler(&mut self, event: ReconcilerEvent) {
        let books = OurBooks { engine: &self.engine, account: &self.account };
        self.reconciler.handle(event, &books, self.now);
    }

    pub(super) fn tell_resolver(&mut self, event: ResolverEvent) {
        let books = OurBooks { engine: &self.engine, account: &self.account };
        self.resolver.handle(event, &books, self.now);
    }
}

/// What alerts about a cause are called, where the end of the cause ends them.
const fn told_as(cause: BlockCause) -> Option<AlertKind> {
    match cause {
        BlockCause::LinkDown | BlockCause::StaleData => Some(AlertKind::StaleData),
        BlockCause::ClockError => Some(AlertKind::ClockError),
        BlockCause::UnknownOrder => Some(AlertKind::UnknownOrder),
        BlockCause::UnexplainedBalance => Some(AlertKind::UnexplainedBalance),
        BlockCause::VenueStatus | BlockCause::Maintenance => Some(AlertKind::VenueStatus),
        BlockCause::DeadManOverdue => Some(AlertKind::DeadMan),
        BlockCause::Starting | BlockCause::ForeignActivity | BlockCause::Rung => None,
    }
}

/// The engine's ledger, and the names of its orders.
struct OurBooks<'a> {
    engine: &'a Engine,
    account: &'a AccountFeed,
}

impl Books for OurBooks<'_> {
    fn are_open(&self) -> bool {
        self.engine.is_open()
    }

    fn totals(&self) -> Vec<(Asset, Amount)> {
        self.engine.balances().collect()
    }

    fn order_called(&self, venue_order: &VenueOrderId) -> Option<ClientOrderId> {
        self.account.ours(venue_order)
    }

    fn has_order(&self, order: ClientOrderId) -> bool {
        self.engine.has_named(order)
    }

    fn has_trade(&self, trade: &TradeId) -> bool {
        self.account.has_passed(trade)
    }

    fn fee_of(&self, trade: &TradeId) -> Option<(Asset, Amount)> {
        self.account.fee_of(trade)
    }
}
