//! The machine, its clock, and who is owed an answer. Whatever arrives passes through here in the
//! order in which it arrives, and nothing in here waits.
//!
//! The machine is shown every moment at which something was due, one after the other, however late
//! the thread is: what it does does not depend on how busy the computer was. Where the computer
//! cannot follow, the time of the simulation falls behind, and clients are answered all the same.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fmt,
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use simulated_kraken::{
    Answer, ConnectionId, Door, Ending, HttpAnswer, HttpRequest, Input, Output, RequestId,
    SimulatedKraken,
};
use tokio::{
    sync::{Notify, oneshot},
    task::yield_now,
    time::sleep,
};
use trading_types::Timestamp;

use crate::{
    clock::Clock,
    counts::{Counts, count},
    limits::ListenerLimits,
    line::Line,
    saving::note,
    state_file::Keeper,
};

/// Moments that are shown to the machine in one go before connections have their turn: about a
/// millisecond of work.
const MOMENTS_PER_TURN: usize = 64;
/// The longest sleep: the system may have been suspended meanwhile.
const SLEEP_MAX: Duration = Duration::from_secs(1);

/// What is behind the listener. There is one in production; tests have one that they can tell what
/// to do.
pub(crate) trait Machine {
    fn handle(&mut self, input: Input, now: Timestamp);
    fn handle_timeout(&mut self, now: Timestamp);
    fn next_timeout(&self) -> Option<Timestamp>;
    fn poll_output(&mut self) -> Option<Output>;
    fn save(&self, now: Timestamp) -> Vec<u8>;
    /// How often something has happened that must not be forgotten.
    fn changes(&self) -> u64;
}

impl Machine for SimulatedKraken {
    fn handle(&mut self, input: Input, now: Timestamp) {
        self.handle(input, now);
    }

    fn handle_timeout(&mut self, now: Timestamp) {
        self.handle_timeout(now);
    }

    fn next_timeout(&self) -> Option<Timestamp> {
        self.next_timeout()
    }

    fn poll_output(&mut self) -> Option<Output> {
        self.poll_output()
    }

    fn save(&self, now: Timestamp) -> Vec<u8> {
        self.save(now)
    }

    fn changes(&self) -> u64 {
        self.changes()
    }
}

/// Whether a client that knocked may come in.
#[derive(Debug)]
pub(crate) enum Welcome {
    LetIn,
    /// Refused, with an answer or without a word.
    Refused(Option<HttpAnswer>),
}

/// A connection that has knocked. The machine hears when it is dropped, unless it was the machine
/// that ended it.
pub(crate) struct Guest {
    hub: Rc<Hub>,
    id: ConnectionId,
    pub(crate) line: Rc<Line>,
}

/// The machine and those who wait for it.
pub(crate) struct Hub {
    pub(crate) limits: ListenerLimits,
    pub(crate) counts: Arc<Counts>,
    clock: Clock,
    state: RefCell<State>,
    /// When the pump wakes up by itself.
    asleep_until: Cell<Timestamp>,
    woken: Notify,
    /// The machine has panicked and is not to be trusted any more.
    is_broken: Cell<bool>,
    broken: Notify,
}

struct State {
    machine: Box<dyn Machine>,
    /// Where each change is written before it is told, and how many there are.
    memory: Option<Memory>,
    /// The last moment the machine was shown.
    seen: Timestamp,
    last_id: u64,
    requests: BTreeMap<RequestId, oneshot::Sender<Answer>>,
    knocks: BTreeMap<ConnectionId, oneshot::Sender<Welcome>>,
    lines: BTreeMap<ConnectionId, Rc<Line>>,
    /// Connections that have ended and of which the machine does not know yet.
    gone: Vec<ConnectionId>,
    slow_readers_cut: u64,
}

/// What never forgets.
struct Memory {
    keeper: Arc<Keeper>,
    counts: Arc<Counts>,
    changes: u64,
}

impl Hub {
    pub(crate) fn new(
        (machine, keeper): (Box<dyn Machine>, Option<Arc<Keeper>>),
        clock: Clock,
        limits: ListenerLimits,
        counts: Arc<Counts>,
    ) -> Self {
        let keeper = keeper.filter(|keeper| keeper.each_change);
        let memory = keeper.map(|keeper| Memory {
            keeper,
            counts: Arc::clone(&counts),
            changes: machine.changes(),
        });
        let state = State {
            machine,
            memory,
            seen: clock.start(),
            last_id: 0,
            requests: BTreeMap::new(),
            knocks: BTreeMap::new(),
            lines: BTreeMap::new(),
            gone: Vec::new(),
            slow_readers_cut: 0,
        };
        Self {
            limits,
            counts,
            clock,
            state: RefCell::new(state),
            asleep_until: Cell::new(Timestamp::NEVER),
            woken: Notify::new(),
            is_broken: Cell::new(false),
            broken: Notify::new(),
        }
    }

    /// Hands a request over. The answer may take its time, and may never be asked for.
    pub(crate) fn ask(&self, request: HttpRequest) -> oneshot::Receiver<Answer> {
        self.turn(|state, now| {
            let id = RequestId(state.next_id());
            let (send, receive) = oneshot::channel();
            state.requests.insert(id, send);
            state.handle(Input::Request { id, request }, now);
            receive
        })
    }

    /// Lets a client knock.
    pub(crate) fn knock(
        self: &Rc<Self>,
        address: String,
        door: Door,
    ) -> (Guest, oneshot::Receiver<Welcome>) {
        let line = Rc::new(Line::new(&self.limits));
        let (send, welcome) = oneshot::channel();
        let id = self.turn(|state, now| {
            let id = ConnectionId(state.next_id());
            state.knocks.insert(id, send);
            state.lines.insert(id, Rc::clone(&line));
            state.handle(Input::Knock { id, address, door }, now);
            id
        });
        (Guest { hub: Rc::clone(self), id, line }, welcome)
    }

    /// Shows the machine the moments that come, for ever.
    pub(crate) async fn pump(&self) {
        loop {
            let due = self.advance();
            let wait = due.map_or(SLEEP_MAX, |due| self.clock.real_time_until(due));
            if wait.is_zero() {
                yield_now().await;
                continue;
            }
            self.asleep_until.set(due.unwrap_or(Timestamp::NEVER));
            tokio::select! {
                () = sleep(wait.min(SLEEP_MAX)) => {}
                () = self.woken.notified() => {}
            }
        }
    }

    /// The machine as it is now, for the next run; nothing of one that is broken.
    pub(crate) fn save(&self) -> Option<Vec<u8>> {
        let is_whole = !self.is_broken.get();
        is_whole.then(|| self.turn(|state, now| state.machine.save(now)))
    }

    /// Waits until the machine breaks.
    pub(crate) async fn broken(&self) {
        self.broken.notified().await;
    }

    fn advance(&self) -> Option<Timestamp> {
        let _alarm = Alarm(self);
        let state = &mut *self.state.borrow_mut();
        let now = self.clock.now();
        let reached = state.catch_up(now);
        self.counts.set_behind(self.clock.real_time(now.since(reached)));
        self.count_cut(state);
        state.machine.next_timeout()
    }

    fn turn<T>(&self, act: impl FnOnce(&mut State, Timestamp) -> T) -> T {
        let _alarm = Alarm(self);
        let state = &mut *self.state.borrow_mut();
        let now = state.catch_up(self.clock.now());
        let done = act(state, now);
        self.count_cut(state);
        if state.machine.next_timeout().is_some_and(|due| due < self.asleep_until.get()) {
            self.woken.notify_one();
        }
        done
    }

    fn count_cut(&self, state: &mut State) {
        for _ in 0..std::mem::take(&mut state.slow_readers_cut) {
            count(&self.counts.slow_readers_cut);
        }
    }
}

impl State {
    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Shows the machine what was due until `now`, moment by moment; says how far it has come.
    fn catch_up(&mut self, now: Timestamp) -> Timestamp {
        for _ in 0..MOMENTS_PER_TURN {
            let Some(due) = self.machine.next_timeout().filter(|due| *due <= now) else {
                return self.seen.max(now);
            };
            self.seen = self.seen.max(due);
            self.machine.handle_timeout(self.seen);
            self.deliver(self.seen);
        }
        self.seen
    }

    fn handle(&mut self, input: Input, now: Timestamp) {
        self.seen = self.seen.max(now);
        self.machine.handle(input, self.seen);
        self.deliver(now);
    }

    /// Gives everybody what is for them, until nobody is cut off by it any more.
    fn deliver(&mut self, now: Timestamp) {
        self.remember(now);
        loop {
            while let Some(output) = self.machine.poll_output() {
                self.deliver_one(output);
            }
            let Some(id) = self.gone.pop() else { return };
            self.seen = self.seen.max(now);
            self.machine.handle(Input::Gone { id }, self.seen);
        }
    }

    /// Writes down what has happened to an account since the last time.
    fn remember(&mut self, now: Timestamp) {
        let Some(Memory { keeper, counts, changes }) = &mut self.memory else { return };
        let happened = self.machine.changes();
        if *changes != happened {
            *changes = happened;
            let bytes = self.machine.save(self.seen.max(now));
            note(counts, &keeper.write(keeper.next_number(), &bytes));
        }
    }

    fn deliver_one(&mut self, output: Output) {
        match output {
            Output::Answer { id, answer } => {
                let asker = self.requests.remove(&id).expect("a request is answered once");
                // Whoever asked may have given up.
                let _ = asker.send(answer);
            }
            Output::LetIn { id } => {
                let knock = self.knocks.remove(&id).expect("a client that knocks is answered once");
                if knock.send(Welcome::LetIn).is_err() {
                    self.lines.remove(&id);
                    self.gone.push(id);
                }
            }
            Output::Refuse { id, answer } => {
                let knock = self.knocks.remove(&id).expect("a client that knocks is answered once");
                self.lines.remove(&id);
                let _ = knock.send(Welcome::Refused(answer));
            }
            Output::Send { id, frame } => {
                if let Some(line) = self.lines.get(&id)
                    && line.push(frame).is_err()
                {
                    tracing::warn!(id = id.0, "a client does not read what it is sent; cut off");
                    line.end(Ending::Reset);
                    self.lines.remove(&id);
                    self.gone.push(id);
                    self.slow_readers_cut += 1;
                }
            }
            Output::End { id, ending } => {
                if let Some(line) = self.lines.remove(&id) {
                    line.end(ending);
                }
            }
        }
    }
}

impl Guest {
    /// The client says something.
    pub(crate) fn say(&self, text: String) {
        let id = self.id;
        self.hub.turn(|state, now| {
            // Whoever is cut off may still be talking.
            if state.lines.contains_key(&id) {
                state.handle(Input::Frame { id, text }, now);
            }
        });
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        if self.hub.is_broken.get() {
            return;
        }
        let id = self.id;
        self.hub.turn(|state, now| {
            // Where the knock has not been answered, the answer will find nobody there.
            if !state.knocks.contains_key(&id) && state.lines.remove(&id).is_some() {
                state.handle(Input::Gone { id }, now);
            }
        });
    }
}

/// Rings when the machine panics.
struct Alarm<'a>(&'a Hub);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.is_broken.set(true);
            self.0.broken.notify_one();
        }
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("clock", &self.clock).finish_non_exhaustive()
    }
}
