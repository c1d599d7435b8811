//! What came back: answers to commands on the socket, answers to calls.

use kraken_protocol::{
    scheduler::Lane,
    stream::session::{CommandAnswer, Outcome},
};
use trading_engine::{Input, OrderState, Role};
use trading_types::{
    AccountEvent, Amendment, ClientOrderId, Refusal, Timestamp, VenueCommand, VenueEvent,
};

use super::{Bot, Owner};
use crate::{
    call::{Answer, Call, CallFailure},
    clock_watch::ClockEvent,
    dead_man::DeadManEvent,
    guard::{GuardEvent, StatusSource},
    halt_desk::HaltOutput,
    key_watch::KeyEvent,
    note::Note,
    outbox::Sent,
    output::{AlertKind, Severity},
    reconciler::ReconcilerEvent,
    resolver::ResolverEvent,
};

impl Bot {
    /// What came of a command. Each has one answer for each of its orders, and ours have one order.
    pub(super) fn command_answer(&mut self, answer: &CommandAnswer) {
        let Some(sent) = self.outbox.answered(answer.request) else { return };
        match &sent.what {
            VenueCommand::Place(order) => self.placed(order.id, &answer.outcome),
            VenueCommand::Amend(amendment) => match &answer.outcome {
                Outcome::Amended => {
                    self.tell_account(AccountEvent::Amended(*amendment));
                    self.tell_resolver(ResolverEvent::AmendSettled(amendment.order));
                }
                Outcome::Unclear(why) => {
                    let why = format!("{why:?}");
                    self.note(&Note::Unclear { order: amendment.order, why });
                    self.amend_in_doubt(*amendment, &sent);
                }
                other @ (Outcome::Refused(_)
                | Outcome::TokenStale
                | Outcome::NotSent(_)
                | Outcome::Checked
                | Outcome::CancelingAll { .. }
                | Outcome::SwitchSet { .. }
                | Outcome::Placed { .. }
                | Outcome::Canceling) => {
                    let refusal = refusal(other);
                    let order = amendment.order;
                    self.heed_refusal(&refusal, Some(order));
                    self.tell_account(AccountEvent::AmendRejected { order, refusal });
                }
            },
            VenueCommand::Cancel(order) => self.cancel_answered(*order, &answer.outcome),
            // Whatever came of it, the halt desk looks for itself.
            VenueCommand::CancelAll => {}
        }
    }

    fn placed(&mut self, order: ClientOrderId, outcome: &Outcome) {
        match outcome {
            Outcome::Placed { venue_order } => {
                let is_news = self
                    .engine
                    .live_order(order)
                    .is_some_and(|it| matches!(it.state, OrderState::Sent | OrderState::Unknown));
                self.account.name(*venue_order, order);
                if let Some(live) = self.engine.live_order(order) {
                    let patience = 4 * self.settings.times.proof_margin;
                    self.fleeting.taken(live.request, patience, self.now);
                }
                if is_news {
                    let venue_order = *venue_order;
                    self.tell_account(AccountEvent::Accepted { order, venue_order });
                    self.tell_resolver(ResolverEvent::Settled(order));
                }
            }
            Outcome::Unclear(why) => {
                self.tell_account(AccountEvent::Unclear { order });
                self.doubt(order, &format!("{why:?}"));
            }
            // A first order with this name arrived although this one was the only one ever sent.
            Outcome::Refused(Refusal::DuplicateClientOrderId) => {
                self.tell_account(AccountEvent::Unclear { order });
                self.doubt(order, "the venue has an order of this name");
            }
            other @ (Outcome::Refused(_)
            | Outcome::TokenStale
            | Outcome::NotSent(_)
            | Outcome::Checked
            | Outcome::CancelingAll { .. }
            | Outcome::SwitchSet { .. }
            | Outcome::Amended
            | Outcome::Canceling) => {
                let refusal = refusal(other);
                self.heed_refusal(&refusal, Some(order));
                self.tell_account(AccountEvent::Rejected { order, refusal });
                self.tell_resolver(ResolverEvent::Settled(order));
            }
        }
    }

    /// An order that cannot rest was taken a while ago. Where it still counts as open, its end was
    /// lost on the way, and nothing else might ever ask for it.
    pub(super) fn end_is_missing(&mut self, order: ClientOrderId) {
        let live = self.engine.live_order(order);
        if live.is_some_and(|it| it.state.is_on_the_book()) {
            self.look_for(order);
        }
    }

    /// What became of an order has to be proved.
    pub(super) fn doubt(&mut self, id: ClientOrderId, why: &str) {
        let Some(live) = self.engine.live_order(id) else { return };
        let order = live.request.clone();
        self.note(&Note::Unclear { order: id, why: why.to_owned() });
        let sent_at = self.sent_no_earlier_than(&order);
        self.tell_resolver(ResolverEvent::Unclear { order, sent_at });
    }

    fn amend_in_doubt(&mut self, amendment: Amendment, sent: &Sent) {
        if let Some(live) = self.engine.live_order(amendment.order) {
            let order = live.request.clone();
            let (deadline, sent_at) = (sent.deadline, sent.at);
            self.tell_resolver(ResolverEvent::AmendUnclear { amendment, deadline, order, sent_at });
        }
    }

    /// A cancel that was not done may be sent again: it names an order, and one order is canceled
    /// once, however often that is asked.
    fn cancel_answered(&mut self, order: ClientOrderId, outcome: &Outcome) {
        match outcome {
            Outcome::Canceling => {}
            Outcome::Refused(Refusal::UnknownOrder) => {
                let refusal = Refusal::UnknownOrder;
                // One whose own answer is still on its way tells its fate itself.
                let live = self.engine.live_order(order);
                if live.is_some_and(|it| it.state.is_on_the_book()) {
                    self.look_for(order);
                }
                self.tell_account(AccountEvent::CancelRejected { order, refusal });
            }
            other @ (Outcome::Refused(_)
            | Outcome::TokenStale
            | Outcome::NotSent(_)
            | Outcome::Checked
            | Outcome::CancelingAll { .. }
            | Outcome::SwitchSet { .. }
            | Outcome::Unclear(_)
            | Outcome::Placed { .. }
            | Outcome::Amended) => {
                let refusal = refusal(other);
                self.heed_refusal(&refusal, None);
                self.tell_account(AccountEvent::CancelRejected { order, refusal });
            }
        }
    }

    /// What a refusal says besides no.
    fn heed_refusal(&mut self, refusal: &Refusal, order: Option<ClientOrderId>) {
        if matches!(refusal, Refusal::NotSent(_)) {
            return;
        }
        if *refusal == Refusal::PermissionDenied {
            self.keys.handle(KeyEvent::Denied, self.now);
        }
        let role = order.and_then(|id| self.engine.live_order(id)).map(|it| it.role);
        if role.is_some() && role != Some(Role::Stop) {
            self.guard.handle(GuardEvent::Rejected, self.now);
        }
    }

    /// A call came back, to whoever asked it.
    pub(super) fn call_answer(
        &mut self,
        call: u64,
        sent: Timestamp,
        result: Result<Answer, CallFailure>,
    ) {
        let Some(owner) = self.calls.remove(&call) else { return };
        if let Err(CallFailure::Key(why)) = &result {
            self.keys.handle(KeyEvent::Stopped(why.clone()), self.now);
        }
        if matches!(result, Err(CallFailure::Refused(Refusal::PermissionDenied))) {
            self.keys.handle(KeyEvent::Denied, self.now);
        }
        match owner {
            Owner::Clock => {
                let event = match result {
                    Ok(Answer::ServerTime(time)) => ClockEvent::Shown { sent, time },
                    Ok(_) | Err(_) => ClockEvent::Failed,
                };
                self.clock.handle(event, self.now);
            }
            Owner::Status => self.status_answer(result),
            Owner::Key => self.keys.handle(KeyEvent::Answered { result }, self.now),
            Owner::Candles(pair) => match result {
                Ok(Answer::Candles(candles)) => {
                    let candles = self.market.past(pair, &candles);
                    self.pass_candles(pair, candles);
                }
                Ok(_) | Err(_) => self.market.not_told(pair),
            },
            Owner::Resolver(tag) => {
                self.tell_resolver(ResolverEvent::Answered { tag, sent, result });
            }
            Owner::Reconciler(tag) => {
                self.tell_reconciler(ReconcilerEvent::Answered { tag, sent, result });
            }
            Owner::HaltLook => self.halt_looked(result),
            Owner::HaltCancel => {}
            Owner::DeadMan(call) => {
                let event = match result {
                    Ok(Answer::SwitchSet(fires)) => DeadManEvent::Set { call, fires },
                    Ok(_) | Err(_) => DeadManEvent::Failed { call },
                };
                self.dead_man.handle(event, self.now);
            }
        }
    }

    fn status_answer(&mut self, result: Result<Answer, CallFailure>) {
        if let Ok(Answer::SystemStatus(status)) = result {
            let (source, status_word) = (StatusSource::Rest, status.status);
            self.guard.handle(GuardEvent::Status { source, status: status_word }, self.now);
            let begins = status.maintenance.map(|it| it.begins);
            self.guard.handle(GuardEvent::MaintenanceAt(begins), self.now);
            for words in [status.emergency, status.unreadable].into_iter().flatten() {
                let text = format!("kraken says: {words}. look at status.kraken.com");
                self.alert(AlertKind::VenueStatus, Severity::Warning, text);
            }
        }
    }

    fn halt_looked(&mut self, result: Result<Answer, CallFailure>) {
        let Ok(Answer::Orders(open)) = result else { return self.halt.failed(self.now) };
        let ours = self.live_ids();
        let flattening = self
            .engine
            .live_orders()
            .filter(|order| matches!(order.role, Role::Exit(_)))
            .map(|order| order.request.id)
            .collect();
        let outputs = self.halt.looked(&open, &ours, &flattening, self.now);
        self.obey_halt(outputs);
    }

    pub(super) fn obey_halt(&mut self, outputs: Vec<HaltOutput>) {
        for output in outputs {
            match output {
                HaltOutput::Ask(what @ Call::OpenOrders) => {
                    self.ask(Owner::HaltLook, what, Lane::Halt);
                }
                HaltOutput::Ask(what) => self.ask(Owner::HaltCancel, what, Lane::Halt),
                HaltOutput::Gone(orders) => {
                    for order in orders {
                        let is_sent = self
                            .engine
                            .live_order(order)
                            .is_some_and(|it| it.state.is_on_the_book());
                        if is_sent {
                            self.look_for(order);
                        }
                    }
                }
                HaltOutput::Verified => self.note(&Note::HaltVerified),
            }
        }
    }

    /// The engine and the venue, seen from a fresh process: what was under way is unknown.
    pub(super) fn doubt_everything(&mut self) {
        let lost = trading_types::LinkEvent::Disconnected;
        self.tell_engine(&Input::Venue(VenueEvent::Link(lost)));
        self.doubt_all_unknown("the process started anew");
    }
}

/// Why a command had no effect.
fn refusal(outcome: &Outcome) -> Refusal {
    match outcome {
        Outcome::Refused(refusal) => refusal.clone(),
        Outcome::TokenStale => Refusal::NotSent("the token was stale".to_owned()),
        Outcome::NotSent(why) => Refusal::NotSent(why.to_string()),
        Outcome::Unclear(why) => Refusal::NotSent(format!("nobody knows: {why:?}")),
        Outcome::Placed { .. }
        | Outcome::Checked
        | Outcome::Amended
        | Outcome::Canceling
        | Outcome::CancelingAll { .. }
        | Outcome::SwitchSet { .. } => {
            Refusal::Unrecognized(format!("an answer to something else: {outcome:?}"))
        }
    }
}
