//! The net between the bot and the simulated Kraken: it delays, loses, breaks off and goes silent.
//!
//! The invariant: it does nothing that TCP forbids. What arrives on one connection arrives once, in
//! order and whole; after a gap nothing arrives any more. Each request travels by itself and
//! arrives at most once.

use std::{collections::BTreeMap, time::Duration};

use exchange_simulator::Prng;
use kraken_protocol::{stream::subscription::SocketKind, verdict::NoAnswer};
use simulated_kraken::{
    Answer, ConnectionId, Door, Ending, Frame, HttpAnswer, HttpRequest, Input, Output, RequestId,
};
use trading_types::Timestamp;

use crate::{tally::Tally, timeline::Timeline};

/// Where the bot seems to be.
pub(crate) const ADDRESS: &str = "127.0.0.1";
/// After this the other side of a silent connection has noticed that nobody is there.
const SURELY_NOTICED: Duration = Duration::from_mins(2);

/// How bad the net is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetOptions {
    /// How long a message usually takes, at least and at most.
    pub delay: (Duration, Duration),
    /// Of a thousand messages so many take much longer, up to `spike_max`.
    pub spikes: u64,
    /// The longest a message takes.
    pub spike_max: Duration,
    /// Of a thousand requests so many are lost on the way there.
    pub lost_requests: u64,
    /// Of a thousand requests so many are carried out and their answers lost.
    pub lost_answers: u64,
    /// Of a thousand requests and dials so many never leave: no name, no route, no handshake.
    pub never_sent: u64,
    /// Mean time between connections that are reset; zero is never.
    pub reset_every: Duration,
    /// Mean time between connections that fall silent both ways; zero is never.
    pub hang_every: Duration,
    /// Mean time between outages of everything; zero is never.
    pub outage_every: Duration,
    /// The longest outage.
    pub outage_max: Duration,
}

/// What came of a request.
#[derive(Clone, Debug)]
pub(crate) enum Heard {
    Answer(HttpAnswer),
    Nothing(NoAnswer),
}

/// Something that reaches the bot's side.
#[derive(Clone, Debug)]
pub(crate) enum Arrival {
    Heard { id: RequestId, heard: Heard },
    LetIn { id: ConnectionId },
    NotLetIn { id: ConnectionId, status: Option<u16> },
    Frame { id: ConnectionId, frame: Frame },
    Closed { id: ConnectionId, code: Option<u16>, reason: String },
}

impl Arrival {
    /// How many bytes of text it brings.
    pub(crate) fn length(&self) -> usize {
        match self {
            Self::Heard { heard: Heard::Answer(answer), .. } => answer.body.len(),
            Self::Frame { frame, .. } => frame.as_str().len(),
            Self::Heard { .. }
            | Self::LetIn { .. }
            | Self::NotLetIn { .. }
            | Self::Closed { .. } => 0,
        }
    }
}

#[derive(Debug)]
enum Travelling {
    ToKraken(Input),
    ToBot(Arrival),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    Reset,
    Hang,
    Outage,
}

/// A WebSocket connection.
#[derive(Debug)]
struct Pipe {
    /// When the last message each way arrives.
    up: Timestamp,
    down: Timestamp,
    /// Whether nothing gets through any more, and nobody is told.
    hangs: bool,
}

/// The net.
#[derive(Debug)]
pub(crate) struct Net {
    options: NetOptions,
    prng: Prng,
    travelling: Timeline<Travelling>,
    pipes: BTreeMap<ConnectionId, Pipe>,
    plan: Timeline<Plan>,
    /// Until when nothing gets through.
    outage: Option<Timestamp>,
}

impl Net {
    pub(crate) fn new(options: NetOptions, prng: Prng, now: Timestamp) -> Self {
        let mut net = Self {
            options,
            prng,
            travelling: Timeline::default(),
            pipes: BTreeMap::new(),
            plan: Timeline::default(),
            outage: None,
        };
        for plan in [Plan::Reset, Plan::Hang, Plan::Outage] {
            net.plan(plan, now);
        }
        net
    }

    /// When something happens next.
    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        self.travelling.next_at().into_iter().chain(self.plan.next_at()).min()
    }

    /// The next thing that has reached the bot's side by `now`. What reaches Kraken's goes into
    /// `kraken` on the way.
    pub(crate) fn poll(
        &mut self,
        now: Timestamp,
        tally: &mut Tally,
        mut kraken: impl FnMut(Input),
    ) -> Option<Arrival> {
        while let Some(plan) = self.plan.poll(now) {
            self.strike(plan, tally, now);
        }
        while let Some(travelling) = self.travelling.poll(now) {
            match travelling {
                Travelling::ToKraken(input) => kraken(input),
                Travelling::ToBot(arrival) => return Some(arrival),
            }
        }
        None
    }

    /// The bot sends a request.
    pub(crate) fn request(
        &mut self,
        (id, request): (RequestId, HttpRequest),
        tally: &mut Tally,
        now: Timestamp,
    ) {
        if self.outage.is_some() || self.per_mille(self.options.never_sent) {
            tally.count("net_never_sent");
            let heard = Heard::Nothing(NoAnswer::NeverSent);
            return self.tell_bot(Arrival::Heard { id, heard }, now);
        }
        if self.per_mille(self.options.lost_requests) {
            tally.count("net_lost_request");
            return; // The client gives up by itself.
        }
        let at = now + self.delay(tally);
        self.travelling.note(at, Travelling::ToKraken(Input::Request { id, request }));
    }

    /// The bot asks for a connection.
    pub(crate) fn dial(
        &mut self,
        (id, kind): (ConnectionId, SocketKind),
        tally: &mut Tally,
        now: Timestamp,
    ) {
        if self.outage.is_some() || self.per_mille(self.options.never_sent) {
            tally.count("net_dial_failed");
            if self.prng.below(2) == 0 {
                self.tell_bot(Arrival::NotLetIn { id, status: None }, now);
            }
            return;
        }
        let door = match kind {
            SocketKind::Public => Door::Public,
            SocketKind::Private | SocketKind::Level3 => Door::Private,
        };
        let at = now + self.delay(tally);
        self.pipes.insert(id, Pipe { up: at, down: at, hangs: false });
        let knock = Input::Knock { id, address: ADDRESS.to_owned(), door };
        self.travelling.note(at, Travelling::ToKraken(knock));
    }

    /// The bot sends a frame.
    pub(crate) fn frame(
        &mut self,
        id: ConnectionId,
        text: String,
        tally: &mut Tally,
        now: Timestamp,
    ) {
        let delay = self.delay(tally);
        let is_out = self.outage.is_some();
        let Some(pipe) = self.pipes.get_mut(&id) else { return };
        // What is lost here is never sent again by TCP before somebody gives up.
        pipe.hangs |= is_out;
        if pipe.hangs {
            return;
        }
        pipe.up = pipe.up.max(now + delay);
        self.travelling.note(pipe.up, Travelling::ToKraken(Input::Frame { id, text }));
    }

    /// The bot drops a connection, or dies with it.
    pub(crate) fn hang_up(&mut self, id: ConnectionId, tally: &mut Tally, now: Timestamp) {
        let Some(pipe) = self.pipes.remove(&id) else { return };
        let delay =
            if pipe.hangs || self.outage.is_some() { SURELY_NOTICED } else { self.delay(tally) };
        let at = pipe.up.max(now + delay);
        self.travelling.note(at, Travelling::ToKraken(Input::Gone { id }));
    }

    /// Kraken does something.
    pub(crate) fn told(&mut self, output: Output, tally: &mut Tally, now: Timestamp) {
        match output {
            Output::Answer { id, answer } => self.answer(id, answer, tally, now),
            Output::LetIn { id } => self.down(id, Arrival::LetIn { id }, tally, now),
            Output::Refuse { id, answer } => {
                let status = answer.map(|answer| answer.status);
                self.down(id, Arrival::NotLetIn { id, status }, tally, now);
                self.pipes.remove(&id);
            }
            Output::Send { id, frame } => self.down(id, Arrival::Frame { id, frame }, tally, now),
            Output::End { id, ending } => self.end(id, ending, tally, now),
        }
    }

    fn answer(&mut self, id: RequestId, answer: Answer, tally: &mut Tally, now: Timestamp) {
        if self.per_mille(self.options.lost_answers) {
            tally.count("net_lost_answer");
            if self.prng.below(2) == 0 {
                return; // The client gives up by itself.
            }
            let heard = Heard::Nothing(NoAnswer::Broken);
            return self.tell_bot(Arrival::Heard { id, heard }, now);
        }
        let heard = match answer {
            Answer::Http(answer) => Heard::Answer(answer),
            Answer::Nothing | Answer::Torn(_) => Heard::Nothing(NoAnswer::Broken),
        };
        let at = self.outage.unwrap_or(now) + self.delay(tally);
        self.travelling.note(at, Travelling::ToBot(Arrival::Heard { id, heard }));
    }

    fn end(&mut self, id: ConnectionId, ending: Ending, tally: &mut Tally, now: Timestamp) {
        let (code, reason) = match ending {
            Ending::Close { code, reason } => (Some(code), reason),
            Ending::Reset => (None, String::new()),
            Ending::Hang => {
                if let Some(pipe) = self.pipes.get_mut(&id) {
                    pipe.hangs = true;
                }
                return;
            }
        };
        self.down(id, Arrival::Closed { id, code, reason }, tally, now);
        self.pipes.remove(&id);
    }

    /// Something goes down a connection.
    fn down(&mut self, id: ConnectionId, arrival: Arrival, tally: &mut Tally, now: Timestamp) {
        let delay = self.delay(tally);
        let is_out = self.outage.is_some();
        let Some(pipe) = self.pipes.get_mut(&id) else { return };
        pipe.hangs |= is_out;
        if pipe.hangs {
            return;
        }
        pipe.down = pipe.down.max(now + delay);
        self.travelling.note(pipe.down, Travelling::ToBot(arrival));
    }

    fn tell_bot(&mut self, arrival: Arrival, now: Timestamp) {
        let wait = self.prng.duration_between(self.options.delay.0, self.options.delay.1);
        self.travelling.note(now + wait, Travelling::ToBot(arrival));
    }

    /// From now on nothing gets through for so long.
    pub(crate) fn break_for(&mut self, length: Duration, tally: &mut Tally, now: Timestamp) {
        tally.count("net_outage");
        self.plan.retain(|plan| *plan != Plan::Outage);
        self.outage = Some(now + length);
        self.plan.note(now + length, Plan::Outage);
    }

    /// From now on nothing goes wrong, and everything is quick.
    pub(crate) fn calm_down(&mut self) {
        let quick = (Duration::from_millis(5), Duration::from_millis(50));
        self.options = NetOptions {
            delay: quick,
            spikes: 0,
            spike_max: Duration::ZERO,
            lost_requests: 0,
            lost_answers: 0,
            never_sent: 0,
            reset_every: Duration::ZERO,
            hang_every: Duration::ZERO,
            outage_every: Duration::ZERO,
            outage_max: Duration::ZERO,
        };
        self.plan.clear();
        self.outage = None;
    }

    /// Waits out what has waited for nothing: an outage is over.
    fn strike(&mut self, plan: Plan, tally: &mut Tally, now: Timestamp) {
        match plan {
            Plan::Reset => {
                if let Some(id) = self.some_pipe() {
                    self.pipes.remove(&id);
                    tally.count("net_reset");
                    self.travelling.note(now, Travelling::ToKraken(Input::Gone { id }));
                    let closed = Arrival::Closed { id, code: None, reason: String::new() };
                    self.tell_bot(closed, now);
                }
            }
            Plan::Hang => {
                if let Some(pipe) = self.some_pipe().and_then(|id| self.pipes.get_mut(&id)) {
                    pipe.hangs = true;
                    tally.count("net_half_open");
                }
            }
            Plan::Outage => match self.outage {
                Some(end) if end <= now => self.outage = None,
                Some(_) => return,
                None => {
                    let second = Duration::from_secs(1);
                    let length = self.prng.duration_between(second, self.options.outage_max);
                    self.outage = Some(now + length);
                    tally.count("net_outage");
                    self.plan.note(now + length, Plan::Outage);
                    return;
                }
            },
        }
        self.plan(plan, now);
    }

    fn plan(&mut self, plan: Plan, now: Timestamp) {
        let every = match plan {
            Plan::Reset => self.options.reset_every,
            Plan::Hang => self.options.hang_every,
            Plan::Outage => self.options.outage_every,
        };
        if !every.is_zero() {
            let wait = self.prng.duration_between(Duration::from_millis(1), 2 * every);
            self.plan.note(now + wait, plan);
        }
    }

    fn some_pipe(&mut self) -> Option<ConnectionId> {
        let count = u64::try_from(self.pipes.len()).expect("a few");
        let index = (0 < count).then(|| self.prng.below(count))?;
        self.pipes.keys().copied().nth(usize::try_from(index).expect("a few"))
    }

    fn per_mille(&mut self, part: u64) -> bool {
        0 < part && self.prng.below(1_000) < part
    }

    fn delay(&mut self, tally: &mut Tally) -> Duration {
        let (least, most) = self.options.delay;
        if self.per_mille(self.options.spikes) {
            tally.count("net_slow");
            return self.prng.duration_between(most, self.options.spike_max.max(most));
        }
        self.prng.duration_between(least, most)
    }
}

#[cfg(test)]
mod tests;
