//! The loop around the scheduler: what is wanted goes in, what may go is sent, what came back is
//! judged, and what was spent is on disk before it is.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use kraken_protocol::{
    Endpoint,
    chance::Chance,
    limits::{Feedback, KeyRole},
    nonce::Nonce,
    request::Request,
    scheduler::{
        AddressIndex, CallId, CallOutcome, Gauge, Lane, Scheduler, SchedulerOutput, Slowed,
        Waiting, Work,
    },
    verdict::{Judgment, Verdict, judge},
};
use tokio::sync::{mpsc, oneshot};
use trading_types::Timestamp;

use super::{
    CallError, Learned, Reply, StopReason, is_audit,
    keys::{Keys, NonceWas},
    repeat::{self, Step},
    translation::{as_heard, name, outcome, role, told},
    waits::Waits,
};
use crate::{
    clock::Clock,
    files::FileError,
    http::{Http, NoReply, Outgoing, RawAnswer},
    secrets::Credentials,
    state::{State, Store},
};

/// A call that somebody waits for.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) request: Arc<Request>,
    pub(super) work: Work,
    pub(super) lane: Lane,
    /// How often it was sent.
    pub(super) attempt: u32,
    pub(super) reply: oneshot::Sender<Result<Reply, CallError>>,
}

/// What the loop is told.
#[derive(Debug)]
pub(super) enum Message {
    Call(Box<Wanted>),
    Permit { work: Box<Work>, lane: Lane, reply: PermitReply },
    Settled { call: CallId, outcome: CallOutcome, feedback: Feedback },
    SocketClosed(AddressIndex),
    Learned(Learned),
    Admit { role: KeyRole, admitted: Result<u64, StopReason> },
    Gauges(oneshot::Sender<Vec<Gauge>>),
    Waiting(oneshot::Sender<Vec<Waiting>>),
    WatchWaits(mpsc::Sender<Waiting>),
    Save(oneshot::Sender<()>),
}

/// A call that was sent has come back.
struct Ended {
    call: CallId,
    wanted: Box<Wanted>,
    heard: Result<RawAnswer, NoReply>,
}

/// Why the loop woke up.
enum Woken {
    Ended(Ended),
    Told(Message),
    Due,
}

/// Who waits for a start.
enum Queued {
    Call(Box<Wanted>),
    Permit(PermitReply),
}

type PermitReply = oneshot::Sender<Result<(CallId, AddressIndex), CallError>>;

impl Queued {
    fn is_gone(&self) -> bool {
        match self {
            Self::Call(wanted) => wanted.reply.is_closed(),
            Self::Permit(reply) => reply.is_closed(),
        }
    }
}

/// What the loop works with.
pub(super) struct Tools {
    pub(super) scheduler: Scheduler,
    pub(super) keys: Keys,
    pub(super) ways: Vec<Http>,
    pub(super) store: Store,
    pub(super) chance: Chance,
}

/// Answers are written down this late, so that a row of them is written down once.
const TIDY_AFTER: Duration = Duration::from_secs(1);

/// The loop.
pub(super) struct Dispatch {
    tools: Tools,
    clock: Clock,
    queued: BTreeMap<CallId, Queued>,
    /// Calls that are asked again, by when.
    later: BTreeMap<(Timestamp, u64), Box<Wanted>>,
    later_next: u64,
    nonces: BTreeMap<KeyRole, u64>,
    /// When to write down that what was under way is not any more.
    tidy_at: Option<Timestamp>,
    waits: Option<Waits>,
    ended: mpsc::UnboundedSender<Ended>,
    endings: mpsc::UnboundedReceiver<Ended>,
}

impl Dispatch {
    pub(super) fn new(tools: Tools) -> Self {
        let clock = tools.ways.first().expect("there is a way out").clock().clone();
        // No more can be in it than calls are under way, and the scheduler limits those.
        let (ended, endings) = mpsc::unbounded_channel();
        Self {
            tools,
            clock,
            queued: BTreeMap::new(),
            later: BTreeMap::new(),
            later_next: 0,
            nonces: BTreeMap::new(),
            tidy_at: None,
            waits: None,
            ended,
            endings,
        }
    }

    /// Runs until nobody can want anything any more.
    pub(super) async fn run(mut self, mut messages: mpsc::Receiver<Message>) {
        loop {
            let wake = self.next_timeout().unwrap_or(Timestamp::NEVER);
            let woken = tokio::select! {
                biased;
                Some(ended) = self.endings.recv() => Woken::Ended(ended),
                message = messages.recv() => match message {
                    Some(message) => Woken::Told(message),
                    None => return,
                },
                () = self.clock.sleep_until(wake) => Woken::Due,
            };
            self.forget_the_gone(self.clock.now());
            match woken {
                Woken::Ended(ended) => self.end(ended),
                Woken::Told(message) => self.handle(message),
                Woken::Due => (),
            }
            self.advance();
        }
    }

    fn next_timeout(&self) -> Option<Timestamp> {
        let later = self.later.keys().next().map(|(at, _)| *at);
        [self.tools.scheduler.next_timeout(), later, self.tidy_at].into_iter().flatten().min()
    }

    fn handle(&mut self, message: Message) {
        let now = self.clock.now();
        let scheduler = &mut self.tools.scheduler;
        match message {
            Message::Call(wanted) => self.submit(wanted, now),
            Message::Permit { work, lane, reply } => {
                match scheduler.submit(*work, lane, now) {
                    Ok(call) => drop(self.queued.insert(call, Queued::Permit(reply))),
                    // Whoever asked may be gone.
                    Err(error) => drop(reply.send(Err(error.into()))),
                }
            }
            Message::Settled { call, outcome, feedback } => {
                scheduler.finished(call, outcome, feedback, now);
                self.tidy_soon(now);
            }
            Message::SocketClosed(address) => scheduler.socket_closed(address, now),
            Message::Learned(learned) => self.learn(learned, now),
            Message::Admit { role, admitted } => {
                if let Some(key) = self.tools.keys.get(role) {
                    match admitted {
                        Ok(last_seen) => key.admit(last_seen),
                        Err(reason) => key.stop(reason),
                    }
                }
            }
            // Whoever asked may be gone.
            Message::Gauges(reply) => drop(reply.send(scheduler.gauges(now))),
            Message::Waiting(reply) => drop(reply.send(scheduler.waiting(now))),
            Message::WatchWaits(to) => self.waits = Some(Waits::new(to)),
            Message::Save(reply) => {
                self.save_for_the_next_start(now);
                // Whoever asked may be gone.
                let _ = reply.send(());
            }
        }
    }

    fn learn(&mut self, learned: Learned, now: Timestamp) {
        let scheduler = &mut self.tools.scheduler;
        match learned {
            Learned::Tier(max_rate_count) => scheduler.learn_tier(max_rate_count, now),
            Learned::ClockError(error) => scheduler.learn_clock_error(error, now),
            Learned::Counter(pair, seen) => scheduler.counter_seen(pair, seen, now),
            Learned::OrderFound(pair, order) => scheduler.order_found(pair, order, now, now),
            Learned::OrderGone(order) => scheduler.order_gone(order, now),
            Learned::OnlyOpen(orders) => scheduler.only_open(&orders, now),
            Learned::SocketFeedback(feedback) => {
                tracing::warn!(time = %now, ?feedback, "a socket was told that we are too fast");
            }
        }
    }

    /// Puts a call in the queue, unless its key must not be used.
    fn submit(&mut self, wanted: Box<Wanted>, now: Timestamp) {
        if let Err(error) = self.check_key(&wanted) {
            return tell(*wanted, Err(error));
        }
        let (work, lane) = (wanted.work.clone(), wanted.lane);
        let scheduler = &mut self.tools.scheduler;
        // Long histories wait for a quiet hour, where the settings name one.
        let submitted = if lane == Lane::History && wanted.request.endpoint().is_heavy() {
            scheduler.submit_for_a_quiet_hour(work, lane, now)
        } else {
            scheduler.submit(work, lane, now)
        };
        match submitted {
            Ok(call) => drop(self.queued.insert(call, Queued::Call(wanted))),
            Err(error) => tell(*wanted, Err(error.into())),
        }
    }

    fn check_key(&mut self, wanted: &Wanted) -> Result<(), CallError> {
        let Some(role) = role(&wanted.work) else { return Ok(()) };
        let key = self.tools.keys.get(role).ok_or(CallError::NoKey(role))?;
        let is_audit = is_audit(wanted.request.endpoint());
        match key.stopped() {
            None => Ok(()),
            Some(StopReason::NotAudited) if is_audit => Ok(()),
            Some(reason) => Err(CallError::KeyStopped { role, reason: reason.clone() }),
        }
    }

    /// Does what is due: asks again, starts what may go.
    fn advance(&mut self) {
        let now = self.clock.now();
        while let Some(due) = self.later.first_entry().filter(|due| due.key().0 <= now) {
            let wanted = due.remove();
            self.submit(wanted, now);
        }
        self.tools.scheduler.handle_timeout(now);
        let mut starts = Vec::new();
        while let Some(output) = self.tools.scheduler.poll_output() {
            match output {
                SchedulerOutput::Start { call, address } => starts.push((call, address)),
                SchedulerOutput::Slowed(slowed) => log(&slowed),
            }
        }
        if let Some(waits) = &mut self.waits {
            waits.tell(&self.tools.scheduler, now);
        }
        if starts.is_empty() {
            return self.tidy(now);
        }
        let saved = self.save(now);
        if let Err(error) = &saved {
            tracing::error!(%error, "what was spent cannot be written down");
        }
        for (call, address) in starts {
            self.start(call, address, &saved, now);
        }
    }

    /// Takes back what nobody waits for any more.
    fn forget_the_gone(&mut self, now: Timestamp) {
        let scheduler = &mut self.tools.scheduler;
        // What has started already is not in its queue any more, and stays.
        self.queued.retain(|call, queued| !queued.is_gone() || !scheduler.withdraw(*call, now));
    }

    /// Something that was under way has ended. Else a process that is killed an hour later would
    /// leave it as lost, and the next one would wait until it can no longer arrive.
    fn tidy_soon(&mut self, now: Timestamp) {
        if self.tools.store.is_kept() {
            self.tidy_at.get_or_insert(now + TIDY_AFTER);
        }
    }

    fn tidy(&mut self, now: Timestamp) {
        if self.tidy_at.is_some_and(|at| at <= now) {
            self.save_for_the_next_start(now);
        }
    }

    fn save_for_the_next_start(&mut self, now: Timestamp) {
        if let Err(error) = self.save(now) {
            tracing::warn!(%error, "the next start will take calls for lost that were not");
        }
    }

    /// Writes down what was spent, and what nonces may be used.
    fn save(&mut self, now: Timestamp) -> Result<(), FileError> {
        self.tidy_at = None;
        let ceilings = self.tools.keys.needs_saving(now);
        self.nonces.extend(ceilings.iter().map(|(role, ceiling)| (*role, *ceiling)));
        let state = State::new(
            (now, self.clock.mark()),
            self.tools.scheduler.save(now),
            self.nonces.clone(),
        );
        self.tools.store.save(&state)?;
        self.tools.keys.saved(&ceilings);
        Ok(())
    }

    fn start(
        &mut self,
        call: CallId,
        address: AddressIndex,
        saved: &Result<(), FileError>,
        now: Timestamp,
    ) {
        let wanted = match self.queued.remove(&call) {
            Some(Queued::Call(wanted)) => wanted,
            // Whoever asked may have gone since the loop woke up; then it counts for ever, which
            // is the safe side.
            Some(Queued::Permit(reply)) => return drop(reply.send(Ok((call, address)))),
            None => unreachable!("the scheduler starts what was put in its queue, once"),
        };
        if wanted.reply.is_closed() {
            return self.never_sent(call, now);
        }
        match self.outgoing(&wanted, saved, now) {
            Ok(parts) => self.send((call, address), wanted, parts),
            Err(error) => {
                self.never_sent(call, now);
                tell(*wanted, Err(error));
            }
        }
    }

    fn never_sent(&mut self, call: CallId, now: Timestamp) {
        self.tools.scheduler.finished(call, CallOutcome::Refused, Feedback::Fine, now);
    }
}

impl Dispatch {
    /// What is sent for a call: nothing for a public one, else the nonce and the key.
    fn outgoing(
        &mut self,
        wanted: &Wanted,
        saved: &Result<(), FileError>,
        now: Timestamp,
    ) -> Result<Option<(Nonce, Arc<Credentials>)>, CallError> {
        // What happened while it waited counts.
        self.check_key(wanted)?;
        let Some(role) = role(&wanted.work) else { return Ok(None) };
        let key = self.tools.keys.get(role).ok_or(CallError::NoKey(role))?;
        let nonce = match saved {
            Ok(()) => key.next_nonce(now),
            // A halt has to work when everything else is broken.
            Err(_) if wanted.lane == Lane::Halt => key.next_nonce_unsaved(now),
            Err(error) => return Err(CallError::NotSaved(error.to_string())),
        };
        let nonce = nonce.map_err(|error| CallError::NotSaved(error.to_string()))?;
        Ok(Some((nonce, key.credentials())))
    }

    /// Sends a call. It runs on even if nobody waits for it any more: what was sent is sent.
    fn send(
        &mut self,
        (call, address): (CallId, AddressIndex),
        mut wanted: Box<Wanted>,
        key: Option<(Nonce, Arc<Credentials>)>,
    ) {
        wanted.attempt += 1;
        let endpoint = wanted.request.endpoint();
        tracing::debug!(%endpoint, lane = wanted.lane.name(), attempt = wanted.attempt, "sent");
        let way = self.tools.ways[address].clone();
        let ended = self.ended.clone();
        tokio::spawn(async move {
            let heard = match &key {
                None => {
                    let query = &wanted.request.query();
                    way.send(Outgoing::Public { endpoint, query }).await
                }
                Some((nonce, credentials)) => {
                    let (nonce, body) = (*nonce, wanted.request.body(*nonce));
                    way.send(Outgoing::Private { endpoint, nonce, body, credentials }).await
                }
            };
            // The loop is gone only when nobody waits for anything.
            drop(ended.send(Ended { call, wanted, heard }));
        });
    }

    /// Judges what came back, tells the scheduler, and either asks again or tells the caller.
    fn end(&mut self, Ended { call, wanted, heard }: Ended) {
        let now = self.clock.now();
        let endpoint = wanted.request.endpoint();
        let headers: Vec<(&str, &str)> = heard.as_ref().map_or(Vec::new(), |answer| {
            answer.budget.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
        });
        let Judgment { verdict, feedback } =
            judge(wanted.request.asked(), &as_heard(&heard, &headers), now);
        let outcome = outcome(&verdict, endpoint.effect(), &heard);
        self.tools.scheduler.finished(call, outcome, feedback, now);
        self.tidy_soon(now);
        self.learn_of_key(&wanted, &verdict);
        let chance = self.tools.chance.next();
        let step = repeat::step(&verdict, endpoint.effect(), wanted.attempt, chance);
        tracing::debug!(%endpoint, verdict = name(&verdict), attempt = wanted.attempt, "answered");
        match step {
            Step::Tell => {
                let told = told(verdict, &heard);
                tell(*wanted, told);
            }
            Step::AskAgain => self.submit(wanted, now),
            Step::AskAgainAfter(wait) => {
                let (attempt, verdict) = (wanted.attempt, name(&verdict));
                tracing::warn!(%endpoint, verdict, attempt, until = %(now + wait), "asked again");
                self.later.insert((now + wait, self.later_next), wanted);
                self.later_next += 1;
            }
        }
    }

    fn learn_of_key(&mut self, wanted: &Wanted, verdict: &Verdict<'_>) {
        let Some(key) = role(&wanted.work).and_then(|role| self.tools.keys.get(role)) else {
            return;
        };
        match verdict {
            Verdict::BadKey(text) => {
                tracing::error!(%text, "Kraken calls the key wrong; it is not used any more");
                key.stop(StopReason::CalledWrong(text.clone()));
            }
            Verdict::BadNonce => key.nonce_was(NonceWas::Refused),
            Verdict::Done(_) | Verdict::Refused(_) => key.nonce_was(NonceWas::Accepted),
            Verdict::Wait | Verdict::LockedOut | Verdict::NotReached | Verdict::Unclear(_) => (),
        }
    }
}

fn tell(wanted: Wanted, told: Result<Reply, CallError>) {
    // Whoever asked may be gone.
    drop(wanted.reply.send(told));
}

fn log(slowed: &Slowed) {
    let Slowed { time, endpoint, cost, estimate, feedback, until } = slowed;
    let endpoint = endpoint.map_or("socket", Endpoint::name);
    tracing::warn!(
        %time, endpoint, %cost, %estimate, ?feedback, %until, "Kraken says that we are too fast"
    );
}
