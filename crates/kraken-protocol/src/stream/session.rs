//! One WebSocket connection after another, as a machine: what happens goes in, what is to be done
//! comes out.
//!
//! **Law.** A command leaves once or not at all; no more messages leave than the window has room
//! for; and what is wanted is asked for until it is there.
//!
//! The life of a connection: room in the budget, the dial, the first frame, a fresh token, the
//! subscriptions with `executions` first, then data and commands under a watch for silence. When it
//! ends, all that was in flight is unclear, and the next attempt waits its turn.

mod command;
mod commands;
mod connection;
mod event;
mod following;
mod hearing;
mod incoming;
mod pacer;
mod reconnect;
mod sending;
mod settings;
mod tokens;
mod watch;

use std::collections::{BTreeMap, VecDeque};

use trading_types::Timestamp;

use self::{
    commands::Commands, connection::Stage, following::Following, pacer::Pacer,
    reconnect::Reconnect, tokens::Tokens,
};
use super::{
    balances::BalanceReports,
    executions::{KnownFills, OrderReports},
    subscription::{Ask, SocketKind, Subscription},
};
use crate::chance::Chance;

pub use self::{
    command::{CommandAnswer, NotSent, Outcome, SocketCommand, Unclear},
    event::{
        AccountReport, EndReason, LinkChange, LinkLoss, Outgoing, ReconcileReason, SessionEvent,
        SessionNote, SessionOutput,
    },
    incoming::{Incoming, decode_any},
    settings::SessionSettings,
};

/// A session with one of Kraken's WebSocket hosts, over as many connections as it takes.
#[derive(Debug)]
pub struct Session {
    settings: SessionSettings,
    chance: Chance,
    stage: Stage,
    reconnect: Reconnect,
    tokens: Tokens,
    pacer: Pacer,
    following: Following,
    /// Frames that asked for something, by their number, oldest first.
    asked: BTreeMap<u32, (Ask, Vec<Subscription>)>,
    commands: Commands,
    orders: OrderReports,
    balances: BalanceReports,
    /// The number of the last message of each private channel.
    sequences: BTreeMap<Subscription, u64>,
    last_number: u32,
    is_up: bool,
    is_in_maintenance: bool,
    wake: Timestamp,
    outputs: VecDeque<SessionOutput>,
}

impl Session {
    /// A session that wants to connect at once. The seed decides its jitter.
    pub fn new(settings: SessionSettings, seed: u64, now: Timestamp) -> Self {
        let pacer = Pacer::new(&settings);
        let mut session = Self {
            settings,
            chance: Chance::from_seed(seed),
            stage: Stage::Waiting { at: now },
            reconnect: Reconnect::default(),
            tokens: Tokens::default(),
            pacer,
            following: Following::default(),
            asked: BTreeMap::new(),
            commands: Commands::default(),
            orders: OrderReports::default(),
            balances: BalanceReports::default(),
            sequences: BTreeMap::new(),
            last_number: 0,
            is_up: false,
            is_in_maintenance: false,
            wake: now,
            outputs: VecDeque::new(),
        };
        session.pump(now);
        session
    }

    /// The same, knowing the fills that were counted before a restart.
    pub fn with_known_fills(mut self, fills: KnownFills) -> Self {
        self.orders = OrderReports::new(fills);
        self
    }

    /// The fills that have been counted, to be kept across a restart.
    pub const fn known_fills(&self) -> &KnownFills {
        self.orders.known_fills()
    }

    /// Whether events flow.
    pub const fn is_up(&self) -> bool {
        self.is_up
    }

    /// Something happened.
    pub fn handle(&mut self, event: SessionEvent<'_>, now: Timestamp) {
        match event {
            // Data is frequent and changes nothing that has a timer sooner than the next.
            SessionEvent::Frame(frame) => {
                if !self.hear(frame, now) && now < self.wake {
                    return;
                }
            }
            SessionEvent::BinaryFrame(bytes) => self.hear_bytes(bytes, now),
            SessionEvent::ConnectAllowed => self.dial(now),
            SessionEvent::Connected => self.open(now),
            SessionEvent::ConnectFailed { http_status } => self.dial_failed(http_status, now),
            SessionEvent::Closed { code, reason } => self.closed(code, reason, now),
            SessionEvent::Token(token) => self.tokens.arrived(token, now),
            SessionEvent::TokenRefused => self.tokens.refused(&mut self.chance, now),
            SessionEvent::Subscribe { subscription, expects_data_every } => {
                if subscription.socket() == self.settings.kind && subscription.exists() {
                    self.following.want(subscription, expects_data_every, now);
                } else {
                    self.note(SessionNote::NotCarriedHere(subscription));
                }
            }
            SessionEvent::Unsubscribe(it) => self.following.unwant(&it, now),
            SessionEvent::DataBroken(it) => self.distrust(&it, now),
            SessionEvent::Command { request, command } => self.command(request, command, now),
            SessionEvent::Withdraw { request } => {
                let answers = self.commands.withdraw(request);
                self.answer(answers);
            }
            SessionEvent::VenueClock { here, venue } => self.commands.venue_clock(here, venue),
            SessionEvent::Shutdown => self.shut_down(now),
        }
        self.pump(now);
    }

    /// A timer is due; a call too many is harmless.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.pump(now);
    }

    /// What is to be done next; call until nothing is left.
    pub fn poll_output(&mut self) -> Option<SessionOutput> {
        self.outputs.pop_front()
    }

    /// When to come back; earlier is harmless.
    pub const fn next_timeout(&self) -> Option<Timestamp> {
        if self.wake.nanos() == Timestamp::NEVER.nanos() { None } else { Some(self.wake) }
    }

    fn distrust(&mut self, it: &Subscription, now: Timestamp) {
        let it = self.following.living_form(*it);
        if self.following.broke(&it, &mut self.chance, now) {
            self.note(SessionNote::Resubscribing(it));
        }
    }

    fn command(&mut self, request: u64, command: SocketCommand, now: Timestamp) {
        let waiting = commands::Waiting { request, command };
        let answers = if self.settings.kind != SocketKind::Private {
            waiting.answers(&Outcome::NotSent(NotSent::WrongSocket))
        } else if self.can_command() {
            self.commands.add(waiting)
        } else {
            waiting.answers(&Outcome::NotSent(NotSent::NotConnected))
        };
        self.answer(answers);
        let late = self.commands.drop_late(self.settings.way_max, now);
        self.answer(late);
    }

    fn answer(&mut self, answers: Vec<CommandAnswer>) {
        self.outputs.extend(answers.into_iter().map(SessionOutput::Answer));
    }

    fn note(&mut self, note: SessionNote) {
        self.outputs.push_back(SessionOutput::Log(note));
    }
}

#[cfg(test)]
mod tests;
