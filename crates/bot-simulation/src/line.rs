//! The pure counterpart of `kraken-client`: what the bot wants of the venue goes in, requests,
//! dials and frames come out; what arrives goes in, what the bot is told comes out.
//!
//! The invariant: it does what `kraken-client` does and decides nothing besides. A command leaves
//! once or not at all; what was spent is saved before the call leaves.

pub(crate) mod calls;
mod commands;
mod feed;
mod kept;
mod key;
mod repeat;
mod socket;

use std::collections::{BTreeMap, VecDeque};

use bot_machine::{BotInput, BotOutput, Call, CallFailure};
use kraken_protocol::{
    limits::KeyRole,
    request::Request,
    rest::{PairNames, placing::socket_token},
    scheduler::{CallOutcome, Lane, SchedulerSettings, Work},
    stream::{
        executions::KnownFills,
        session::{CommandAnswer, NotSent, Outcome, SessionEvent, SessionSettings},
        subscription::{SocketKind, Subscription},
    },
};
use simulated_kraken::{ConnectionId, HttpRequest, KeyDescription, RequestId};
use trading_types::{Pair, Timestamp};

pub(crate) use self::kept::Kept;
use self::{
    calls::{Calls, CallsOutput, Learned, Purpose, Wanted},
    commands::Commanded,
    socket::SocketLine,
};
use crate::net::Arrival;

/// The key that everything is done with.
const KEY: KeyRole = KeyRole::Trade;

/// What goes out to the net.
#[derive(Debug)]
pub(crate) enum ToNet {
    Request { id: RequestId, request: HttpRequest },
    Dial { id: ConnectionId, kind: SocketKind },
    Frame { id: ConnectionId, text: String },
    HangUp { id: ConnectionId },
}

/// What a line is made of.
#[derive(Debug)]
pub(crate) struct LineParts<'a> {
    pub(crate) key: &'a KeyDescription,
    pub(crate) names: PairNames,
    /// The pairs that are traded.
    pub(crate) pairs: Vec<Pair>,
    pub(crate) scheduler: SchedulerSettings,
    /// The fills that were counted before a restart.
    pub(crate) known_fills: KnownFills,
    /// What the last process left.
    pub(crate) kept: Kept,
    pub(crate) seed: u64,
    /// Requests and connections are numbered from here, so that those of no two processes are
    /// taken for each other.
    pub(crate) first_number: u64,
}

/// The line.
#[derive(Debug)]
pub(crate) struct Line {
    calls: Calls,
    names: PairNames,
    pairs: Vec<Pair>,
    known_fills: KnownFills,
    sockets: BTreeMap<SocketKind, SocketLine>,
    to_net: VecDeque<ToNet>,
    told: VecDeque<BotInput>,
    seed: u64,
    last_number: u64,
}

impl Line {
    pub(crate) fn new(parts: LineParts<'_>, now: Timestamp) -> Self {
        let LineParts { key, names, pairs, scheduler, known_fills, kept, seed, first_number } =
            parts;
        Self {
            calls: Calls::new(key, scheduler, kept, (seed, first_number), now),
            names,
            pairs,
            known_fills,
            sockets: BTreeMap::new(),
            to_net: VecDeque::new(),
            told: VecDeque::new(),
            seed,
            last_number: first_number,
        }
    }

    /// Does what the bot wants of the venue. What it wants of others is handed back.
    pub(crate) fn execute(&mut self, output: BotOutput, now: Timestamp) -> Option<BotOutput> {
        match output {
            BotOutput::Command { request, command, work, lane } => {
                let commanded = Commanded { request, command, work, lane };
                self.calls.permit_command(commanded, now);
            }
            BotOutput::VenueClock { here, venue } => {
                let event = SessionEvent::VenueClock { here, venue };
                self.handle_socket(SocketKind::Private, event, now);
            }
            BotOutput::Withdraw { request } => {
                if let Some(commanded) = self.calls.withdraw(request, now) {
                    self.not_sent(&commanded, NotSent::Withdrawn);
                } else {
                    let event = SessionEvent::Withdraw { request };
                    self.handle_socket(SocketKind::Private, event, now);
                }
            }
            BotOutput::Call { call, what, lane } => self.call(call, what, lane, now),
            BotOutput::AdmitKey { last_nonce } => self.calls.admit(last_nonce),
            BotOutput::StopKey { why } => self.calls.stop(why),
            BotOutput::OpenSocket { socket, subscriptions } => {
                let number = self.sockets.len() as u64;
                let settings = SessionSettings::new(socket);
                let (seed, known) = (self.seed.wrapping_add(number), self.known_fills.clone());
                let mut line = SocketLine::new(settings, seed, known, now);
                for (subscription, expects_data_every) in subscriptions {
                    line.want(subscription, expects_data_every, now);
                }
                self.sockets.insert(socket, line);
            }
            BotOutput::RenewExecutions => {
                let event = SessionEvent::DataBroken(Subscription::Executions);
                self.handle_socket(SocketKind::Private, event, now);
            }
            BotOutput::CloseSocket(socket) => {
                self.handle_socket(socket, SessionEvent::Shutdown, now);
            }
            BotOutput::OrderGone(order) => self.calls.learn(&Learned::OrderGone(order), now),
            BotOutput::OnlyOpen(orders) => self.calls.learn(&Learned::OnlyOpen(orders), now),
            BotOutput::OrderOpen { pair, order } => {
                self.calls.learn(&Learned::OrderFound(pair, order), now);
            }
            BotOutput::Record { .. }
            | BotOutput::Sync
            | BotOutput::Report(_)
            | BotOutput::Stage(_)
            | BotOutput::Alert(_)
            | BotOutput::Ended { .. } => return Some(output),
        }
        self.settle(now);
        None
    }

    fn call(&mut self, call: u64, what: Call, lane: Lane, now: Timestamp) {
        let request = match what.request(&self.names) {
            Ok(request) => request,
            Err(error) => {
                let result = Err(CallFailure::NotDone(error.to_string()));
                self.told.push_back(BotInput::Answered { call, sent: now, result });
                return;
            }
        };
        let work = what.work(&request, KEY);
        let purpose = Purpose::Bot { call, what };
        self.calls.submit(Wanted { purpose, request, work, lane, attempt: 0 }, now);
    }

    /// Something has come over the net.
    pub(crate) fn arrived(&mut self, arrival: &Arrival, now: Timestamp) {
        match arrival {
            Arrival::Heard { id, heard } => self.calls.heard(*id, heard, now),
            Arrival::LetIn { id } => {
                if let Some(kind) = self.socket_of(*id) {
                    self.let_in(kind, now);
                }
            }
            Arrival::NotLetIn { id, status } => {
                if let Some(kind) = self.socket_of(*id) {
                    self.dial_failed(kind, *status, now);
                }
            }
            Arrival::Frame { id, frame } => {
                if let Some(kind) = self.socket_of(*id) {
                    self.handle_socket(kind, SessionEvent::Frame(frame.as_str()), now);
                }
            }
            Arrival::Closed { id, code, reason } => {
                if let Some(kind) = self.socket_of(*id) {
                    self.hang_up(kind, now);
                    self.handle_socket(kind, SessionEvent::Closed { code: *code, reason }, now);
                }
            }
        }
        self.settle(now);
    }

    /// Timers may be due.
    pub(crate) fn handle_timeout(&mut self, now: Timestamp) {
        self.calls.handle_timeout(now);
        let kinds: Vec<SocketKind> = self.sockets.keys().copied().collect();
        for kind in kinds {
            self.socket_timeout(kind, now);
        }
        self.settle(now);
    }

    /// When to come back.
    pub(crate) fn next_timeout(&self) -> Option<Timestamp> {
        let sockets = self.sockets.values().filter_map(SocketLine::next_timeout);
        sockets.chain(self.calls.next_timeout()).min()
    }

    /// What goes out next.
    pub(crate) fn poll_net(&mut self) -> Option<ToNet> {
        self.to_net.pop_front()
    }

    /// What the bot is told next.
    pub(crate) fn poll_told(&mut self) -> Option<BotInput> {
        self.told.pop_front()
    }

    /// The calls and their budgets, to be looked at.
    pub(crate) const fn calls(&self) -> &Calls {
        &self.calls
    }

    /// Every connection there is: when the process dies they end with it.
    pub(crate) fn connections(&self) -> impl Iterator<Item = ConnectionId> {
        self.sockets.values().filter_map(SocketLine::connection)
    }

    /// Does everything that calls and sessions want done.
    fn settle(&mut self, now: Timestamp) {
        loop {
            let mut is_quiet = true;
            while let Some(output) = self.calls.poll_output() {
                is_quiet = false;
                self.obey_calls(output, now);
            }
            let kinds: Vec<SocketKind> = self.sockets.keys().copied().collect();
            for kind in kinds {
                is_quiet &= !self.carry_out(kind, now);
            }
            if is_quiet {
                return;
            }
        }
    }

    fn obey_calls(&mut self, output: CallsOutput, now: Timestamp) {
        match output {
            CallsOutput::Send { id, request } => {
                self.to_net.push_back(ToNet::Request { id, request });
            }
            CallsOutput::Came { purpose: Purpose::Bot { call, what }, sent, result } => {
                let result = result.and_then(|text| {
                    what.read(&text, &self.names)
                        .map_err(|error| CallFailure::Unreadable(error.to_string()))
                });
                self.told.push_back(BotInput::Answered { call, sent, result });
            }
            CallsOutput::Came { purpose: Purpose::Token(kind), sent: _, result } => {
                let token = result.ok().and_then(|text| socket_token(&text).ok());
                let event = token
                    .map_or(SessionEvent::TokenRefused, |told| SessionEvent::Token(told.token));
                self.handle_socket(kind, event, now);
            }
            CallsOutput::MayConnect(kind, permit) => self.may_connect(kind, permit, now),
            CallsOutput::MayNotConnect(kind) => self.connect_later(kind, now),
            CallsOutput::MayCommand(commanded, permit) => {
                let Some(line) = self.sockets.get_mut(&SocketKind::Private) else {
                    self.calls.settle(permit, CallOutcome::Refused, now);
                    return self.not_sent(&commanded, NotSent::NotConnected);
                };
                line.command(commanded, permit, now);
            }
            CallsOutput::MayNotCommand(commanded) => {
                self.not_sent(&commanded, NotSent::QueueFull);
            }
        }
    }

    /// A command did not even leave: each of its orders is told so.
    fn not_sent(&mut self, commanded: &Commanded, why: NotSent) {
        let orders = commanded.command.orders();
        let each = orders.into_iter().map(Some);
        let answer = |order| {
            let (request, outcome) = (commanded.request, Outcome::NotSent(why));
            BotInput::Answer(CommandAnswer { request, order, outcome })
        };
        if commanded.command.orders().is_empty() {
            self.told.push_back(answer(None));
        } else {
            self.told.extend(each.map(answer));
        }
    }

    fn want_token(&mut self, kind: SocketKind, now: Timestamp) {
        let request = Request::socket_token();
        let (endpoint, cost) = (request.endpoint(), request.cost());
        let work = Work::Private { endpoint, key: KEY, cost };
        let (purpose, lane) = (Purpose::Token(kind), Lane::Resolve);
        self.calls.submit(Wanted { purpose, request, work, lane, attempt: 0 }, now);
    }

    fn socket_of(&self, id: ConnectionId) -> Option<SocketKind> {
        let mut sockets = self.sockets.iter();
        sockets.find(|(_, line)| line.connection() == Some(id)).map(|(kind, _)| *kind)
    }
}

#[cfg(test)]
pub(crate) mod tests;
