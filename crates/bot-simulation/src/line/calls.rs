//! Calls: each waits until the scheduler lets it go, is made once, and is judged. The counterpart
//! of `kraken-client`'s `calls/dispatch.rs`.
//!
//! The invariant: what may place an order is never made again, and nothing leaves before what it
//! spends is saved.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use bot_machine::{Call, CallFailure};
use kraken_protocol::{
    chance::Chance,
    endpoint::Effect,
    limits::{Feedback, Points},
    request::Request,
    scheduler::{
        AddressIndex, CallId, CallOutcome, Gauge, Lane, Scheduler, SchedulerOutput,
        SchedulerSettings, TradingPath, Work,
    },
    stream::subscription::SocketKind,
    verdict::{self, Judgment, NoAnswer, Verdict, edge::is_about_budget, judge},
};
use simulated_kraken::{HttpRequest, KeyDescription, RequestId};
use trading_types::{ClientOrderId, Pair, Timestamp};

use super::{
    KEY, Kept,
    commands::Commanded,
    key::Key,
    repeat::{self, Step},
};
use crate::{
    net::{ADDRESS, Heard},
    timeline::Timeline,
};

/// How long an answer may take.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(30);

/// Answers are written down this late, so that a row of them is written down once.
const TIDY_AFTER: Duration = Duration::from_secs(1);

/// Who wants a call.
#[derive(Clone, Debug)]
pub(crate) enum Purpose {
    Bot { call: u64, what: Call },
    Token(SocketKind),
}

/// A call that somebody waits for.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) purpose: Purpose,
    pub(crate) request: Request,
    pub(crate) work: Work,
    pub(crate) lane: Lane,
    pub(crate) attempt: u32,
}

/// Permission to do something that is not a call. It counts until it is settled.
#[derive(Debug)]
pub(crate) struct Permit {
    call: CallId,
    pub(crate) address: AddressIndex,
}

/// Something the budgets have to know that was learned elsewhere.
#[derive(Clone, Debug)]
pub(crate) enum Learned {
    Tier(u32),
    Counter(Pair, Points),
    OrderFound(Pair, ClientOrderId),
    OrderGone(ClientOrderId),
    OnlyOpen(Vec<ClientOrderId>),
}

/// Something is to be done or told.
#[derive(Debug)]
pub(crate) enum CallsOutput {
    Send { id: RequestId, request: HttpRequest },
    Came { purpose: Purpose, sent: Timestamp, result: Result<String, CallFailure> },
    MayConnect(SocketKind, Permit),
    MayNotConnect(SocketKind),
    MayCommand(Box<Commanded>, Permit),
    MayNotCommand(Box<Commanded>),
}

#[derive(Debug)]
enum Queued {
    Call(Box<Wanted>),
    Connect(SocketKind),
    Command(Box<Commanded>),
}

#[derive(Debug)]
struct UnderWay {
    call: CallId,
    wanted: Box<Wanted>,
    sent: Timestamp,
}

/// The calls.
#[derive(Debug)]
pub(crate) struct Calls {
    scheduler: Scheduler,
    key: Key,
    chance: Chance,
    queued: BTreeMap<CallId, Queued>,
    under_way: BTreeMap<RequestId, UnderWay>,
    give_up: Timeline<RequestId>,
    later: Timeline<Box<Wanted>>,
    kept: Kept,
    /// When to write down that what was under way is not any more.
    tidy_at: Option<Timestamp>,
    last_request: u64,
    outputs: VecDeque<CallsOutput>,
}

impl Calls {
    pub(super) fn new(
        key: &KeyDescription,
        settings: SchedulerSettings,
        kept: Kept,
        (seed, first_number): (u64, u64),
        now: Timestamp,
    ) -> Self {
        let mut chance = Chance::from_seed(seed);
        let scheduler = match kept.budgets.clone() {
            Some(budgets) => Scheduler::restore(settings, budgets, now),
            None => Scheduler::new(settings, chance.next(), now),
        };
        let reserved = kept.nonces.get(&KEY).copied().unwrap_or(0);
        Self {
            scheduler,
            key: Key::new(key, reserved),
            chance,
            queued: BTreeMap::new(),
            under_way: BTreeMap::new(),
            give_up: Timeline::default(),
            later: Timeline::default(),
            kept,
            tidy_at: None,
            last_request: first_number,
            outputs: VecDeque::new(),
        }
    }

    pub(super) fn poll_output(&mut self) -> Option<CallsOutput> {
        self.outputs.pop_front()
    }

    pub(super) fn next_timeout(&self) -> Option<Timestamp> {
        let (give_up, later) = (self.give_up.next_at(), self.later.next_at());
        let times = [self.scheduler.next_timeout(), give_up, later, self.tidy_at];
        times.into_iter().flatten().min()
    }

    pub(super) fn handle_timeout(&mut self, now: Timestamp) {
        while let Some(id) = self.give_up.poll(now) {
            self.heard(id, &Heard::Nothing(NoAnswer::TimedOut), now);
        }
        self.advance(now);
    }

    /// What would be found after the process died at this moment.
    pub(crate) const fn kept(&self) -> &Kept {
        &self.kept
    }

    /// How full every budget is.
    pub(crate) fn gauges(&self, now: Timestamp) -> Vec<Gauge> {
        self.scheduler.gauges(now)
    }

    /// The key was let in; Kraken has seen nonces up to this one.
    pub(super) fn admit(&mut self, last_nonce: u64) {
        self.key.admit(last_nonce);
    }

    /// The key is not used any more.
    pub(super) fn stop(&mut self, why: String) {
        self.key.stop(why);
    }

    /// Puts a call in the queue, unless the key must not be used.
    pub(super) fn submit(&mut self, wanted: Wanted, now: Timestamp) {
        self.submit_boxed(Box::new(wanted), now);
        self.advance(now);
    }

    fn submit_boxed(&mut self, wanted: Box<Wanted>, now: Timestamp) {
        if let Some(why) = self.refusal(&wanted) {
            return self.came(*wanted, now, Err(why));
        }
        match self.scheduler.submit(wanted.work.clone(), wanted.lane, now) {
            Ok(call) => drop(self.queued.insert(call, Queued::Call(wanted))),
            Err(error) => {
                self.came(*wanted, now, Err(CallFailure::NotDone(error.to_string())));
            }
        }
    }

    /// Waits until a command may leave over the socket.
    pub(super) fn permit_command(&mut self, commanded: Commanded, now: Timestamp) {
        let commanded = Box::new(commanded);
        match self.scheduler.submit(commanded.work.clone(), commanded.lane, now) {
            Ok(call) => drop(self.queued.insert(call, Queued::Command(commanded))),
            Err(_) => self.outputs.push_back(CallsOutput::MayNotCommand(commanded)),
        }
        self.advance(now);
    }

    /// Takes back a command that waits.
    pub(super) fn withdraw(&mut self, request: u64, now: Timestamp) -> Option<Box<Commanded>> {
        let is_it = |queued: &Queued| match queued {
            Queued::Command(commanded) => commanded.request == request,
            Queued::Call(_) | Queued::Connect(_) => false,
        };
        let call = self.queued.iter().find(|(_, queued)| is_it(queued)).map(|(call, _)| *call)?;
        if !self.scheduler.withdraw(call, now) {
            return None;
        }
        match self.queued.remove(&call) {
            Some(Queued::Command(commanded)) => Some(commanded),
            Some(Queued::Call(_) | Queued::Connect(_)) | None => unreachable!("it was just found"),
        }
    }

    /// Waits until a connection may be opened.
    pub(super) fn permit_connection(&mut self, kind: SocketKind, now: Timestamp) {
        match self.scheduler.submit(Work::Connect, Lane::Resolve, now) {
            Ok(call) => drop(self.queued.insert(call, Queued::Connect(kind))),
            Err(_) => self.outputs.push_back(CallsOutput::MayNotConnect(kind)),
        }
        self.advance(now);
    }

    /// What came of something that was permitted.
    #[expect(clippy::needless_pass_by_value, reason = "a permit is settled once")]
    pub(super) fn settle(&mut self, permit: Permit, outcome: CallOutcome, now: Timestamp) {
        self.settle_with(&permit, outcome, Feedback::Fine, now);
    }

    pub(super) fn settle_with(
        &mut self,
        permit: &Permit,
        outcome: CallOutcome,
        feedback: Feedback,
        now: Timestamp,
    ) {
        self.scheduler.finished(permit.call, outcome, feedback, now);
        self.tidy_at.get_or_insert(now + TIDY_AFTER);
        self.advance(now);
    }

    pub(super) fn socket_closed(&mut self, address: AddressIndex, now: Timestamp) {
        self.scheduler.socket_closed(address, now);
        self.advance(now);
    }

    pub(super) fn learn(&mut self, learned: &Learned, now: Timestamp) {
        match learned {
            Learned::Tier(max) => self.scheduler.learn_tier(*max, now),
            Learned::Counter(pair, seen) => self.scheduler.counter_seen(*pair, *seen, now),
            Learned::OrderFound(pair, order) => {
                self.scheduler.order_found(*pair, *order, now, now);
            }
            Learned::OrderGone(order) => self.scheduler.order_gone(*order, now),
            Learned::OnlyOpen(orders) => self.scheduler.only_open(orders, now),
        }
        self.advance(now);
    }

    fn refusal(&self, wanted: &Wanted) -> Option<CallFailure> {
        is_private(&wanted.work).then(|| self.key.refusal(wanted.request.endpoint())).flatten()
    }

    /// Does what is due: asks again, starts what may go.
    fn advance(&mut self, now: Timestamp) {
        while let Some(wanted) = self.later.poll(now) {
            self.submit_boxed(wanted, now);
        }
        self.scheduler.handle_timeout(now);
        let mut starts = Vec::new();
        while let Some(output) = self.scheduler.poll_output() {
            match output {
                SchedulerOutput::Start { call, address } => starts.push((call, address)),
                SchedulerOutput::Slowed(_) => (),
            }
        }
        if starts.is_empty() {
            if self.tidy_at.is_some_and(|at| at <= now) {
                self.save(now);
            }
            return;
        }
        self.save(now);
        for (call, address) in starts {
            self.start(call, address, now);
        }
    }

    /// Writes down what was spent, and what nonces may be used.
    fn save(&mut self, now: Timestamp) {
        self.tidy_at = None;
        if let Some(ceiling) = self.key.needs_saving(now) {
            self.kept.nonces.insert(KEY, ceiling);
            self.key.saved(ceiling);
        }
        self.kept.budgets = Some(self.scheduler.save(now));
    }

    fn start(&mut self, call: CallId, address: AddressIndex, now: Timestamp) {
        let permit = Permit { call, address };
        match self.queued.remove(&call) {
            Some(Queued::Call(wanted)) => self.send(call, wanted, now),
            Some(Queued::Connect(kind)) => {
                self.outputs.push_back(CallsOutput::MayConnect(kind, permit));
            }
            Some(Queued::Command(commanded)) => {
                self.outputs.push_back(CallsOutput::MayCommand(commanded, permit));
            }
            None => unreachable!("the scheduler starts what was put in its queue, once"),
        }
    }

    fn send(&mut self, call: CallId, mut wanted: Box<Wanted>, now: Timestamp) {
        let request = match self.http_request(&wanted, now) {
            Ok(request) => request,
            Err(failure) => {
                self.scheduler.finished(call, CallOutcome::Refused, Feedback::Fine, now);
                return self.came(*wanted, now, Err(failure));
            }
        };
        wanted.attempt += 1;
        self.last_request += 1;
        let id = RequestId(self.last_request);
        self.under_way.insert(id, UnderWay { call, wanted, sent: now });
        self.give_up.note(now + ANSWER_TIME_MAX, id);
        self.outputs.push_back(CallsOutput::Send { id, request });
    }

    fn http_request(
        &mut self,
        wanted: &Wanted,
        now: Timestamp,
    ) -> Result<HttpRequest, CallFailure> {
        let endpoint = wanted.request.endpoint();
        let (path, address) = (endpoint.path().to_owned(), ADDRESS.to_owned());
        let empty = HttpRequest { path, address, ..HttpRequest::default() };
        if !is_private(&wanted.work) {
            let (method, query) = ("GET".to_owned(), wanted.request.query());
            return Ok(HttpRequest { method, query, ..empty });
        }
        // What happened while it waited counts.
        if let Some(why) = self.refusal(wanted) {
            return Err(why);
        }
        let nonce = self.key.next_nonce(now);
        let nonce = nonce.map_err(|error| CallFailure::NotDone(error.to_string()))?;
        let body = wanted.request.body(nonce);
        let sign = self.key.signer.sign(endpoint, nonce, body.text.as_bytes());
        let headers = vec![
            ("content-type".to_owned(), body.content_type.to_owned()),
            ("api-key".to_owned(), self.key.text.clone()),
            ("api-sign".to_owned(), (*sign).to_owned()),
        ];
        let (method, body) = ("POST".to_owned(), body.text.into_bytes().into());
        Ok(HttpRequest { method, headers, body, ..empty })
    }

    /// An answer has come, or will not come any more.
    pub(super) fn heard(&mut self, id: RequestId, heard: &Heard, now: Timestamp) {
        // What comes after it was given up is heard by nobody.
        let Some(UnderWay { call, wanted, sent }) = self.under_way.remove(&id) else { return };
        let effect = wanted.request.endpoint().effect();
        let budget = budget(heard);
        let Judgment { verdict, feedback } =
            judge(wanted.request.asked(), &as_heard(heard, &budget), now);
        self.scheduler.finished(call, outcome(&verdict, effect, heard), feedback, now);
        self.tidy_at.get_or_insert(now + TIDY_AFTER);
        if is_private(&wanted.work) {
            self.learn_of_key(&verdict);
        }
        let chance = self.chance.next();
        match repeat::step(&verdict, effect, wanted.attempt, chance) {
            Step::Tell => {
                let told = told(verdict);
                self.came(*wanted, sent, told);
            }
            Step::AskAgain => self.submit_boxed(wanted, now),
            Step::AskAgainAfter(wait) => self.later.note(now + wait, wanted),
        }
        self.advance(now);
    }

    fn learn_of_key(&mut self, verdict: &Verdict<'_>) {
        match verdict {
            Verdict::BadKey(text) => self.key.stop(format!("Kraken says `{text}`")),
            Verdict::BadNonce => self.key.nonce_was_taken(false),
            Verdict::Done(_) | Verdict::Refused(_) => self.key.nonce_was_taken(true),
            Verdict::Wait | Verdict::LockedOut | Verdict::NotReached | Verdict::Unclear(_) => (),
        }
    }

    fn came(&mut self, wanted: Wanted, sent: Timestamp, result: Result<String, CallFailure>) {
        self.outputs.push_back(CallsOutput::Came { purpose: wanted.purpose, sent, result });
    }
}

/// Whether a call is made with the key.
const fn is_private(work: &Work) -> bool {
    match work {
        Work::Private { .. } => true,
        Work::Trading { path, .. } | Work::CancelAll { path } => match path {
            TradingPath::Rest(..) => true,
            TradingPath::Socket => false,
        },
        Work::Public { .. } | Work::Connect => false,
    }
}

/// The headers that speak of a budget.
fn budget(heard: &Heard) -> Vec<(&str, &str)> {
    let Heard::Answer(answer) = heard else { return Vec::new() };
    let headers = answer.headers.iter().filter(|(name, _)| is_about_budget(name));
    headers.map(|(name, value)| (*name, value.as_str())).collect()
}

fn as_heard<'a>(heard: &'a Heard, budget: &'a [(&'a str, &'a str)]) -> verdict::Heard<'a> {
    match heard {
        Heard::Answer(answer) => {
            let retry_after = answer.headers.iter().find(|(name, _)| *name == "retry-after");
            verdict::Heard::Answer(verdict::HttpAnswer {
                status: answer.status,
                body: &answer.body,
                retry_after: retry_after.map(|(_, value)| value.as_str()),
                budget,
            })
        }
        Heard::Nothing(nothing) => verdict::Heard::Nothing(*nothing),
    }
}

/// What the scheduler has to know: whether the call counted, and whether it may count yet.
const fn outcome(verdict: &Verdict<'_>, effect: Effect, heard: &Heard) -> CallOutcome {
    match (verdict, effect, heard) {
        (Verdict::Done(_), _, _) => CallOutcome::Done,
        (Verdict::Unclear(_), Effect::Read, Heard::Answer(_)) => CallOutcome::Done,
        (Verdict::Unclear(_), _, _) => CallOutcome::Lost,
        (
            Verdict::Refused(_)
            | Verdict::Wait
            | Verdict::BadNonce
            | Verdict::BadKey(_)
            | Verdict::LockedOut
            | Verdict::NotReached,
            _,
            _,
        ) => CallOutcome::Refused,
    }
}

/// What the caller is told.
fn told(verdict: Verdict<'_>) -> Result<String, CallFailure> {
    match verdict {
        Verdict::Done(result) => Ok(result.to_owned()),
        Verdict::Refused(refusal) => Err(CallFailure::Refused(refusal)),
        Verdict::Wait => Err(CallFailure::NotDone("rate limit exceeded".to_owned())),
        Verdict::BadNonce => Err(CallFailure::NotDone("the nonce was too low".to_owned())),
        Verdict::NotReached => Err(CallFailure::NotDone("Kraken cannot be reached".to_owned())),
        Verdict::BadKey(text) => Err(CallFailure::Key(text)),
        Verdict::LockedOut => Err(CallFailure::NotDone("Kraken has locked us out".to_owned())),
        Verdict::Unclear(doubt) => Err(CallFailure::Unclear(doubt.to_string())),
    }
}
