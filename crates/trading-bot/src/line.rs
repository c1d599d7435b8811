//! Between the bot and Kraken: calls, sockets and what they tell, over `kraken-client`.
//!
//! **Law.** It translates and decides nothing. A command goes to its socket once; a call is made by
//! the budgets' leave.

mod told;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bot_machine::{Answer, BotInput, BotOutput, Call, CallFailure};
use kraken_client::{
    calls::{CallError, Calls, Learned, StopReason},
    clock::Clock,
    http::Http,
    socket::{Socket, SocketSettings},
};
use kraken_protocol::{
    limits::KeyRole,
    rest::PairNames,
    scheduler::Lane,
    stream::{
        executions::KnownFills,
        session::{CommandAnswer, NotSent, Outcome, SessionSettings, SocketCommand},
        subscription::{SocketKind, Subscription},
    },
};
use tokio::sync::mpsc;
use trading_types::TradeId;

use self::told::Teller;
use crate::paper_line::PaperLine;

/// What the bot is told waits here. When it is full, sockets wait, and with them Kraken.
pub(crate) const INPUTS_MAX: usize = 16_384;

/// What a line is made of.
#[derive(Debug)]
pub struct LineParts {
    /// The way calls are made.
    pub calls: Calls,
    /// The ways out, one for each address.
    pub ways: Vec<Http>,
    /// With which key.
    pub key: KeyRole,
    /// How Kraken spells pairs.
    pub names: PairNames,
    /// Decides the jitter; nothing asks the system.
    pub seed: Option<u64>,
    /// What stands in the place of Kraken's private side, when nothing is to be traded there.
    pub paper: Option<PaperLine>,
}

/// The line.
pub(crate) struct Line {
    parts: Arc<LineParts>,
    to_bot: mpsc::Sender<BotInput>,
    sockets: BTreeMap<SocketKind, Socket>,
    /// Fills that have been counted, for a socket that is opened anew.
    known_fills: KnownFills,
}

impl Line {
    /// A line that tells the bot through `to_bot`.
    pub(crate) fn new(
        parts: LineParts,
        known_fills: impl Iterator<Item = TradeId>,
        to_bot: mpsc::Sender<BotInput>,
    ) -> Self {
        let known_fills = known_fills.collect();
        Self { parts: Arc::new(parts), to_bot, sockets: BTreeMap::new(), known_fills }
    }

    /// The clock by which everything waits.
    pub(crate) fn clock(&self) -> &Clock {
        self.parts.calls.clock()
    }

    /// The way calls are made.
    pub(crate) fn calls(&self) -> &Calls {
        &self.parts.calls
    }

    /// Does what the bot wants of the venue; gives back what is not the venue's business.
    pub(crate) async fn carry_out(&mut self, output: BotOutput) -> Option<BotOutput> {
        let output = match &self.parts.paper {
            Some(paper) => paper.carry_out(output).await?,
            None => output,
        };
        match output {
            BotOutput::Command { request, command, work, lane } => {
                match self.sockets.get(&SocketKind::Private) {
                    Some(socket) => socket.command(request, command, work, lane).await,
                    None => self.not_connected(request, &command).await,
                }
            }
            BotOutput::VenueClock { here, venue } => {
                if let Some(socket) = self.sockets.get(&SocketKind::Private) {
                    socket.venue_clock(here, venue).await;
                }
            }
            BotOutput::Withdraw { request } => {
                if let Some(socket) = self.sockets.get(&SocketKind::Private) {
                    socket.withdraw(request).await;
                }
            }
            BotOutput::Call { call, what, lane } => self.call(call, what, lane),
            BotOutput::OpenSocket { socket, subscriptions } => {
                self.open(socket, subscriptions).await;
            }
            BotOutput::RenewExecutions => {
                if let Some(socket) = self.sockets.get(&SocketKind::Private) {
                    socket.data_broken(Subscription::Executions).await;
                }
            }
            BotOutput::CloseSocket(kind) => {
                if let Some(socket) = self.sockets.remove(&kind) {
                    socket.shut_down().await;
                }
            }
            BotOutput::OrderGone(order) => {
                self.parts.calls.learn(Learned::OrderGone(order)).await;
            }
            BotOutput::OnlyOpen(orders) => {
                self.parts.calls.learn(Learned::OnlyOpen(orders)).await;
            }
            BotOutput::OrderOpen { pair, order } => {
                self.parts.calls.learn(Learned::OrderFound(pair, order)).await;
            }
            BotOutput::AdmitKey { last_nonce } => {
                self.parts.calls.admit(self.parts.key, Ok(last_nonce)).await;
            }
            BotOutput::StopKey { why } => {
                let stopped = Err(StopReason::AuditRefused(why));
                self.parts.calls.admit(self.parts.key, stopped).await;
            }
            BotOutput::Record { .. }
            | BotOutput::Sync
            | BotOutput::Report(_)
            | BotOutput::Stage(_)
            | BotOutput::Alert(_)
            | BotOutput::Ended { .. } => return Some(output),
        }
        None
    }

    async fn not_connected(&self, request: u64, command: &SocketCommand) {
        let orders = command.orders().into_iter().map(Some);
        let orders: Vec<_> =
            if command.orders().is_empty() { vec![None] } else { orders.collect() };
        for order in orders {
            let outcome = Outcome::NotSent(NotSent::NotConnected);
            let answer = CommandAnswer { request, order, outcome };
            self.tell(BotInput::Answer(answer)).await;
        }
    }

    fn call(&self, call: u64, what: Call, lane: Lane) {
        let (parts, to_bot) = (Arc::clone(&self.parts), self.to_bot.clone());
        tokio::spawn(async move {
            let asked = parts.calls.clock().now();
            let (sent, result) = match make(&parts, &what, lane).await {
                Ok((sent, answer)) => (sent, Ok(answer)),
                Err(failure) => (asked, Err(failure)),
            };
            // A bot that is over wants no answer.
            drop(to_bot.send(BotInput::Answered { call, sent, result }).await);
        });
    }

    async fn open(
        &mut self,
        kind: SocketKind,
        subscriptions: Vec<(Subscription, Option<Duration>)>,
    ) {
        let session = patient(kind, self.clock().patience());
        let known_fills = self.known_fills.clone();
        let (key, seed) = (self.parts.key, self.parts.seed);
        let settings = SocketSettings { key, known_fills, seed, ..SocketSettings::new(session) };
        let (calls, ways) = (self.parts.calls.clone(), self.parts.ways.clone());
        let opened = Socket::open(calls, ways, settings);
        let (socket, events) = opened.expect("without a recorder nothing can fail");
        for (subscription, expects_data_every) in subscriptions {
            socket.subscribe(subscription, expects_data_every).await;
        }
        let eyes = self.parts.paper.as_ref().map(PaperLine::eyes);
        let teller = Teller::new(kind, self.clock().clone(), self.to_bot.clone(), eyes);
        tokio::spawn(teller.run(events));
        self.sockets.insert(kind, socket);
    }

    async fn tell(&self, input: BotInput) {
        drop(self.to_bot.send(input).await);
    }
}

/// Where time runs fast the net does not: whoever waits for it waits longer.
fn patient(kind: SocketKind, times: u32) -> SessionSettings {
    let usual = SessionSettings::new(kind);
    SessionSettings {
        acknowledgement_wait: usual.acknowledgement_wait * times,
        snapshot_wait: usual.snapshot_wait * times,
        dead_after: usual.dead_after * times,
        answer_wait: usual.answer_wait * times,
        dial_wait: usual.dial_wait * times,
        way_max: usual.way_max * times,
        ..usual
    }
}

/// Makes a call and reads its answer.
async fn make(
    parts: &LineParts,
    what: &Call,
    lane: Lane,
) -> Result<(trading_types::Timestamp, Answer), CallFailure> {
    let request =
        what.request(&parts.names).map_err(|error| CallFailure::NotDone(error.to_string()))?;
    let work = what.work(&request, parts.key);
    let reply = parts.calls.call(request, work, lane).await.map_err(failure)?;
    let answer = what.read(&reply.result, &parts.names);
    let answer = answer.map_err(|error| CallFailure::Unreadable(error.to_string()))?;
    Ok((reply.sent, answer))
}

fn failure(error: CallError) -> CallFailure {
    match error {
        CallError::Refused(refusal) => CallFailure::Refused(refusal),
        // The key will be looked at; it is not bad.
        CallError::KeyStopped { reason: StopReason::NotAudited, .. } => {
            CallFailure::NotDone(error.to_string())
        }
        CallError::NotQueued(_)
        | CallError::RateLimited
        | CallError::NotReached(_)
        | CallError::BadNonce
        | CallError::LockedOut
        | CallError::NotSaved(_) => CallFailure::NotDone(error.to_string()),
        CallError::Unclear(_) => CallFailure::Unclear(error.to_string()),
        CallError::BadKey(_) | CallError::NoKey(_) | CallError::KeyStopped { .. } => {
            CallFailure::Key(error.to_string())
        }
    }
}
