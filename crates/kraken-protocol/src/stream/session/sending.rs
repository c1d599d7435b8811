//! What leaves: commands first, then a ping where it is needed, then subscriptions, each only when
//! the window has room for it.

use trading_types::Timestamp;

use super::{
    Session,
    command::{NotSent, Outcome, SocketCommand},
    connection::Stage,
    event::{LinkChange, LinkLoss, Outgoing, SessionOutput},
    following::Told,
    watch::{Silence, Watch},
};
use crate::stream::{
    order_writer::{
        Intent, NotExpressible, write_add, write_amend, write_batch_add, write_batch_cancel,
        write_cancel, write_cancel_all, write_cancel_all_after,
    },
    subscription::{self, SocketKind, Subscription},
    token::Token,
};

/// Numbers of requests have at most 31 bits.
const NUMBER_MAX: u32 = i32::MAX.unsigned_abs();
/// Most frames that asked for something and are remembered.
const ASKED_MAX: usize = 1_000;
/// A frame that places an order is shorter than this.
const FRAME_LENGTH: usize = 512;

impl Session {
    /// Does all that is due and notes when something else will be.
    pub(super) fn pump(&mut self, now: Timestamp) {
        self.move_on(now);
        let mut wake = self.stage_timeout(now);
        if matches!(self.stage, Stage::Open { .. }) {
            self.look_for_what_is_late(now);
            let room_at = self.send_what_is_due(now);
            wake = self.stage_timeout(now).min(room_at).min(self.open_timeout(now));
        }
        let unclaimed = self.orders.release(now);
        self.tell_orders(unclaimed);
        self.wake = wake.min(self.orders.next_release().unwrap_or(Timestamp::NEVER));
        if !self.is_up && self.flows() {
            self.is_up = true;
            self.outputs.push_back(SessionOutput::Link(LinkChange::Up));
        }
    }

    /// Whether a command can be sent.
    pub(super) fn can_command(&self) -> bool {
        matches!(self.stage, Stage::Open { is_greeted: true, .. }) && self.tokens.get().is_some()
    }

    fn flows(&self) -> bool {
        let is_greeted = matches!(self.stage, Stage::Open { is_greeted: true, .. });
        let is_renewed = match self.settings.kind {
            SocketKind::Public | SocketKind::Level3 => true,
            SocketKind::Private if self.following.wants(&Subscription::Executions) => {
                self.following.is_live(&Subscription::Executions)
            }
            SocketKind::Private => self.tokens.get().is_some(),
        };
        is_greeted && is_renewed
    }

    /// What the stage of the connection asks for.
    fn move_on(&mut self, now: Timestamp) {
        match self.stage {
            Stage::Waiting { at } if at <= now => {
                self.stage = Stage::AwaitingRoom;
                self.outputs.push_back(SessionOutput::WantConnect);
            }
            Stage::Dialing { since } if since + self.settings.dial_wait <= now => {
                self.drop_connection(LinkLoss::DialTooSlow, now);
            }
            Stage::Open { watch, .. } => {
                let flows = self.following.flows();
                if watch.check(flows, &self.settings, now) == Silence::Dead {
                    self.drop_connection(LinkLoss::Silent, now);
                }
            }
            Stage::Waiting { .. } | Stage::Dialing { .. } | Stage::AwaitingRoom | Stage::Ended => {}
        }
    }

    fn stage_timeout(&self, now: Timestamp) -> Timestamp {
        match self.stage {
            Stage::Waiting { at } => at,
            Stage::Dialing { since } => since + self.settings.dial_wait,
            Stage::Open { watch, .. } => watch.next(self.following.flows(), &self.settings, now),
            Stage::AwaitingRoom | Stage::Ended => Timestamp::NEVER,
        }
    }

    /// Timers of an open connection beside its own.
    fn open_timeout(&self, now: Timestamp) -> Timestamp {
        let token = if self.needs_token() { self.tokens.next_timeout() } else { Timestamp::NEVER };
        token
            .min(self.following.next_timeout(&self.settings, now))
            .min(self.commands.next_timeout(self.settings.answer_wait))
    }

    fn needs_token(&self) -> bool {
        let is_greeted = matches!(self.stage, Stage::Open { is_greeted: true, .. });
        is_greeted && self.settings.kind.needs_token()
    }

    fn look_for_what_is_late(&mut self, now: Timestamp) {
        if self.needs_token() && self.tokens.has_to_ask(now) {
            self.outputs.push_back(SessionOutput::WantToken);
        }
        for told in self.following.handle_timeout(&self.settings, &mut self.chance, now) {
            self.outputs.push_back(match told {
                Told::Note(note) => SessionOutput::Log(note),
                Told::Reconcile(reason) => SessionOutput::Reconcile(reason),
            });
        }
        let answers = self.commands.handle_timeout(self.settings.answer_wait, now);
        self.answer(answers);
    }

    /// Sends what there is room for; says when there will be room for the rest.
    fn send_what_is_due(&mut self, now: Timestamp) -> Timestamp {
        let late = self.commands.drop_late(self.settings.way_max, now);
        self.answer(late);
        let sent = self
            .send_commands(now)
            .and_then(|()| self.send_ping(now))
            .and_then(|()| self.send_subscriptions(now));
        sent.err().unwrap_or(Timestamp::NEVER)
    }

    fn send_commands(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        while self.commands.has_waiting() && self.can_command() {
            self.pacer.try_message(now)?;
            let waiting = self.commands.next().expect("one waits");
            let number = self.next_number();
            let token = self.tokens.get().expect("without it nothing can be commanded");
            let mut text = String::with_capacity(FRAME_LENGTH);
            match write(&mut text, &waiting.command, token, number) {
                Ok(()) => {
                    self.remember(&waiting.command);
                    self.commands.sent(number, waiting, now);
                    self.send(text, now);
                }
                Err(why) => {
                    let outcome = Outcome::NotSent(NotSent::NotExpressible(why));
                    self.answer(waiting.answers(&outcome));
                }
            }
        }
        Ok(())
    }

    /// What the first reports of an order may leave out.
    fn remember(&mut self, command: &SocketCommand) {
        match command {
            SocketCommand::Place(order) => self.orders.sending(order),
            SocketCommand::PlaceBatch(orders) => {
                for order in orders {
                    self.orders.sending(order);
                }
            }
            SocketCommand::Check(_)
            | SocketCommand::Amend(_)
            | SocketCommand::Cancel(_)
            | SocketCommand::CancelBatch(_)
            | SocketCommand::CancelAll
            | SocketCommand::CancelAllAfter(_) => {}
        }
    }

    fn send_ping(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        let flows = self.following.flows();
        let Stage::Open { watch, .. } = &self.stage else { return Ok(()) };
        if watch.check(flows, &self.settings, now) == Silence::Ping {
            self.pacer.try_message(now)?;
            let number = self.next_number();
            // A ping with parameters is refused.
            self.send(format!(r#"{{"method":"ping","req_id":{number}}}"#), now);
            self.with_watch(|watch| watch.ping(now));
        }
        Ok(())
    }

    fn send_subscriptions(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        let is_greeted = matches!(self.stage, Stage::Open { is_greeted: true, .. });
        let has_token = !self.settings.kind.needs_token() || self.tokens.get().is_some();
        while is_greeted
            && has_token
            && let Some((ask, all)) = self.following.due(&self.settings, now)
        {
            let points = match ask {
                subscription::Ask::Subscribe => all.iter().map(Subscription::level3_cost).sum(),
                subscription::Ask::Unsubscribe => 0,
            };
            self.pacer.try_subscription(points, now)?;
            let number = self.next_number();
            let token = self.tokens.get().filter(|_| self.settings.kind.needs_token());
            let text = subscription::frame(ask, &all, token, number);
            self.send(text, now);
            self.following.sent(ask, &all, now);
            self.asked.insert(number, (ask, all));
            if ASKED_MAX < self.asked.len() {
                self.asked.pop_first();
            }
        }
        Ok(())
    }

    fn send(&mut self, text: String, now: Timestamp) {
        self.outputs.push_back(SessionOutput::Send(Outgoing::new(text)));
        self.with_watch(|watch| watch.say(now));
    }

    fn with_watch(&mut self, change: impl FnOnce(&mut Watch)) {
        if let Stage::Open { watch, .. } = &mut self.stage {
            change(watch);
        }
    }

    fn next_number(&mut self) -> u32 {
        loop {
            self.last_number = if self.last_number < NUMBER_MAX { self.last_number + 1 } else { 1 };
            let number = self.last_number;
            if !self.commands.uses(number) && !self.asked.contains_key(&number) {
                return number;
            }
        }
    }
}

/// The text of a command.
fn write(
    out: &mut String,
    command: &SocketCommand,
    token: &Token,
    number: u32,
) -> Result<(), NotExpressible> {
    match command {
        SocketCommand::Place(order) => write_add(out, order, Intent::Place, token, number),
        SocketCommand::Check(order) => write_add(out, order, Intent::Check, token, number),
        SocketCommand::PlaceBatch(orders) => write_batch_add(out, orders, token, number),
        SocketCommand::Amend(request) => write_amend(out, request, token, number),
        SocketCommand::Cancel(orders) => write_cancel(out, orders, token, number),
        SocketCommand::CancelBatch(orders) => write_batch_cancel(out, orders, token, number),
        SocketCommand::CancelAll => {
            write_cancel_all(out, token, number);
            Ok(())
        }
        SocketCommand::CancelAllAfter(wait) => write_cancel_all_after(out, *wait, token, number),
    }
}
