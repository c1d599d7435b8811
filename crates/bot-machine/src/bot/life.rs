//! From the first question to the last word: start-up is recovery, and the end leaves nothing open
//! that should not rest.

use kraken_protocol::{
    scheduler::Lane,
    stream::{
        book::BookDepth,
        subscription::{SocketKind, Subscription},
    },
};
use trading_engine::{BlockCause, Input, LiveOrder, OperatorCommand, OrderState, Role};
use trading_types::{LinkEvent, Pair, VenueEvent, VenueStatus};

use super::{Bot, Owner};
use crate::{
    call::Call,
    dead_man::DeadManEvent,
    input::Operator,
    note::Note,
    output::{AlertKind, BotOutput, Severity, Stage},
    reconciler::{ReconcilerEvent, Trigger},
};

impl Bot {
    /// Everything that follows from what has just happened, until nothing does.
    pub(super) fn settle(&mut self) {
        loop {
            let wanted = self.drain();
            self.ask_status();
            self.tell_status();
            self.watch_exposure();
            self.move_on();
            self.release();
            if !wanted {
                break;
            }
        }
        self.note_equity_if_due();
        self.maybe_snapshot();
        self.sync();
    }

    fn ask_status(&mut self) {
        if self.life.status_due.is_none_or(|due| due <= self.now) {
            self.life.status_due = Some(self.now + self.settings.times.status_every);
            self.ask(Owner::Status, Call::SystemStatus, Lane::Reconcile);
        }
    }

    /// To the engine a venue that cannot be reached takes nothing.
    fn tell_status(&mut self) {
        let is_reachable = self.life.is_private_up && self.life.has_snapshot;
        let status = if is_reachable { self.venue_status } else { VenueStatus::Maintenance };
        if self.told_status != Some(status) {
            self.told_status = Some(status);
            self.tell_engine(&Input::Venue(VenueEvent::Link(LinkEvent::Status(status))));
        }
    }

    /// What the engine knows of the pairs it trades; most of what is told is of others.
    pub(super) fn tell_pair_status(&mut self, pair: Pair, status: VenueStatus) {
        let is_ours = self.pairs().any(|ours| ours == pair);
        if is_ours && self.told_pairs.insert(pair, status) != Some(status) {
            let event = LinkEvent::PairStatus { pair, status };
            self.tell_engine(&Input::Venue(VenueEvent::Link(event)));
        }
    }

    /// The dead-man switch and the guard know what is at stake.
    fn watch_exposure(&mut self) {
        // Before the key is let in nothing can be set.
        let is_exposed = self.life.is_admitted
            && self.engine.live_orders().any(|order| order.state.is_on_the_book());
        self.dead_man.handle(DeadManEvent::Exposed(is_exposed), self.now);
        let is_quiet = self.outbox.is_quiet() && self.unknown_orders() == 0;
        if self.life.is_quiet != Some(is_quiet) {
            self.life.is_quiet = Some(is_quiet);
            self.tell_reconciler(ReconcilerEvent::Quiet(is_quiet));
        }
        let pairs: Vec<_> = self.pairs().collect();
        for pair in pairs {
            let is_held = self.engine.is_busy_on(pair);
            self.guard.handle(crate::guard::GuardEvent::Holding { pair, is_held }, self.now);
        }
    }

    /// Where the bot is, and what the next stage needs.
    fn move_on(&mut self) {
        if self.life.is_admitted && !self.life.has_sockets {
            self.life.has_sockets = true;
            self.open_socket(SocketKind::Public);
            self.open_socket(SocketKind::Private);
        }
        let is_linked = self.life.is_public_up && self.life.is_private_up && self.life.has_snapshot;
        if is_linked {
            for call in self.market.missing() {
                let Call::Candles { pair, .. } = call else { continue };
                self.ask(Owner::Candles(pair), call, Lane::Reconcile);
            }
        }
        let is_known = is_linked && self.market.has_past() && self.market.has_prices();
        let stage = if self.life.ending.is_some() {
            Stage::Ending
        } else if !self.life.is_admitted {
            Stage::Auditing
        } else if self.life.was_ready {
            Stage::Ready
        } else if !is_known {
            Stage::Connecting
        } else if 0 < self.unknown_orders() {
            Stage::Resolving
        } else if !self.life.has_reconciled {
            Stage::Reconciling
        } else {
            Stage::Ready
        };
        self.block_unknown();
        if stage == Stage::Reconciling && self.life.stage.as_ref() != Some(&stage) {
            self.reconcile(Trigger::Started);
        }
        if stage == Stage::Ready && !self.life.was_ready {
            self.life.was_ready = true;
            let (cause, pair) = (BlockCause::Starting, None);
            self.order_engine(OperatorCommand::Unblock { cause, pair });
        }
        self.enter_stage(stage);
        self.maybe_end();
    }

    fn enter_stage(&mut self, stage: Stage) {
        if self.life.stage.as_ref() != Some(&stage) {
            self.note(&Note::Stage(stage.clone()));
            self.outputs.push_back(BotOutput::Stage(stage.clone()));
            self.life.stage = Some(stage);
        }
    }

    /// While the outcome of an order is not known, nothing new is begun on its pair.
    fn block_unknown(&mut self) {
        let cause = BlockCause::UnknownOrder;
        for pair in self.pairs().collect::<Vec<_>>() {
            let wanted = self
                .resolver
                .unknown()
                .any(|id| self.engine.live_order(id).is_some_and(|it| it.request.pair == pair));
            let pair = Some(pair);
            let is_blocked = self.engine.blocks().any(|it| it == (cause, pair));
            if wanted && !is_blocked {
                self.order_engine(OperatorCommand::Block { cause, pair });
            } else if !wanted && is_blocked {
                self.unblock(cause, pair);
            }
        }
    }

    pub(super) fn open_socket(&mut self, socket: SocketKind) {
        let interval = self.settings.header.settings.interval;
        let subscriptions = match socket {
            SocketKind::Private => {
                vec![(Subscription::Executions, None), (Subscription::Balances, None)]
            }
            SocketKind::Public | SocketKind::Level3 => self
                .pairs()
                .flat_map(|pair| {
                    [
                        (Subscription::Book { pair, depth: BookDepth::Ten }, None),
                        (Subscription::Trades { pair }, None),
                        (Subscription::Candles { pair, interval }, None),
                    ]
                })
                .chain([(Subscription::Instruments, None)])
                .collect(),
        };
        // A new one knows nothing of clocks.
        self.clocks_told = None;
        self.outputs.push_back(BotOutput::OpenSocket { socket, subscriptions });
    }

    pub(super) fn begin_halt(&mut self) {
        let has_socket = self.life.is_private_up;
        let outputs = self.halt.begin(has_socket, self.now);
        self.obey_halt(outputs);
    }

    /// A person wants something; it is written down with their name before it is done.
    pub(super) fn operator(&mut self, operator: Operator) {
        let command = format!("{:?}", operator.command);
        if let OperatorCommand::Resume { .. } = operator.command {
            self.forgive(&operator.principal);
        }
        self.note(&Note::Operator { principal: operator.principal, command });
        self.order_engine(operator.command);
    }

    /// A person has looked: what they alone can take back they do, and every alert is read. What
    /// still holds is found anew.
    fn forgive(&mut self, by: &str) {
        self.tell_reconciler(ReconcilerEvent::Resumed(None));
        self.note(&Note::Acknowledged { alert: None, by: by.to_owned() });
        self.alerts.acknowledge(None, by, self.now);
    }

    /// The end: what opens a position is taken back, protective stops stay, unless everything is
    /// to be canceled.
    pub(super) fn shut_down(&mut self) {
        if self.life.ending.is_some() {
            return;
        }
        self.life.ending = Some(self.now);
        let (cause, pair) = (BlockCause::Starting, None);
        self.order_engine(OperatorCommand::Block { cause, pair });
        self.dead_man.handle(DeadManEvent::ShutDown, self.now);
        let entries: Vec<_> = self
            .engine
            .live_orders()
            .filter(|order| order.role == Role::Entry && order.state.is_on_the_book())
            .map(|order| (order.request.id, order.request.pair))
            .collect();
        for (order, pair) in entries {
            let what =
                Call::Cancel { order: kraken_protocol::request::OrderName::Ours(order), pair };
            self.ask(Owner::HaltCancel, what, Lane::Cancel);
        }
    }

    fn maybe_end(&mut self) {
        let Some(since) = self.life.ending else { return };
        // A stop that is being canceled is one whose position is about to be sold.
        let stays = |order: &LiveOrder<'_>| {
            let is_resting = order.state == OrderState::Resting && !order.is_canceling;
            order.role == Role::Stop && is_resting
        };
        let left = self.engine.live_orders().filter(|order| !stays(order)).count();
        let is_settled = self.outbox.is_quiet()
            && self.unknown_orders() == 0
            && left == 0
            && self.dead_man.is_off();
        if is_settled {
            self.over("it was asked to end".to_owned());
        } else if since + self.settings.times.ending_max <= self.now {
            self.alert(AlertKind::Life, Severity::Warning, format!(
                "the bot ends with {left} orders of which it does not know the end; the next start \
                 looks them up"
            ));
            self.over("it was asked to end, and did not wait any longer".to_owned());
        }
    }

    /// It is over.
    pub(super) fn over(&mut self, why: String) {
        if self.life.is_over {
            return;
        }
        if !self.is_journal_broken {
            self.note_equity();
            self.write_snapshot();
            self.note(&Note::Ended { why: why.clone() });
            self.outputs.push_back(BotOutput::Sync);
        }
        self.drain();
        for socket in [SocketKind::Public, SocketKind::Private] {
            self.outputs.push_back(BotOutput::CloseSocket(socket));
        }
        self.outputs.push_back(BotOutput::Ended { why });
        self.life.is_over = true;
    }

    /// It must not run at all, or not any more.
    pub(super) fn stop(&mut self, why: String) {
        let stage = Stage::Stopped { why: why.clone() };
        self.note(&Note::Stage(stage.clone()));
        self.outputs.push_back(BotOutput::Stage(stage.clone()));
        self.life.stage = Some(stage);
        self.over(why);
    }
}
