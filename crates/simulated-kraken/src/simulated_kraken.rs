//! The machine: what reaches the simulated Kraken goes to the interface it is meant for, and what
//! happens behind it goes to whoever listens.
//!
//! The invariant: everything that is due happens at its own time and in order, however long nobody
//! asked, so that the outputs depend on the inputs and their times alone.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use trading_types::Timestamp;

use crate::{
    faults::{
        self, Act,
        seconds::{self, Stage},
        wire::{Hearing, Wire},
    },
    keys::KeyDescription,
    message::{ConnectionId, Door, Ending, HttpRequest, Input, Output, RequestId},
    rest,
    scenario::Scenario,
    settings::Settings,
    socket::Sockets,
    under_way::UnderWay,
    world::World,
};

pub(crate) mod state;
pub(crate) mod truth;

/// A simulated Kraken.
#[derive(Debug)]
pub struct SimulatedKraken {
    world: World,
    sockets: Sockets,
    wire: Wire,
    under_way: UnderWay,
    outputs: VecDeque<Output>,
    /// What leaves later, by the moment it leaves; equal moments by sequence.
    later: BTreeMap<(Timestamp, u64), Output>,
    sequence: u64,
    /// What came while the venue stood still.
    waiting: VecDeque<Input>,
    now: Timestamp,
}

impl SimulatedKraken {
    /// One that begins now.
    pub fn new(settings: Settings, now: Timestamp) -> Self {
        let mut world = World::new(settings, now);
        world.faults.begin(now);
        Self::of(world, now)
    }

    /// One to which nobody listens yet.
    fn of(world: World, now: Timestamp) -> Self {
        Self {
            world,
            sockets: Sockets::default(),
            wire: Wire::default(),
            under_way: UnderWay::default(),
            outputs: VecDeque::new(),
            later: BTreeMap::new(),
            sequence: 0,
            waiting: VecDeque::new(),
            now,
        }
    }

    /// Follows a scenario that begins now.
    pub fn follow(&mut self, scenario: &Scenario, now: Timestamp) {
        self.world.faults.agenda.note(now, Act::Begin(Box::new(scenario.plan().clone())));
    }

    /// The keys that were made, to be given out.
    pub fn keys(&self) -> &[KeyDescription] {
        self.world.keys.descriptions()
    }

    /// Something reaches it.
    pub fn handle(&mut self, input: Input, now: Timestamp) {
        self.handle_timeout(now);
        if let Input::Gone { id } = input {
            // At once: nothing is said any more to who has gone, even while the venue stands still.
            self.wire.gone(id);
        }
        match self.world.faults.conditions.suspended() {
            Some(_) => self.waiting.push_back(input),
            None => self.obey(input, self.now),
        }
    }

    /// Lets everything happen that is due.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        let mut before = None;
        while let Some(due) = self.next_timeout().filter(|due| *due <= now && before < Some(*due)) {
            self.step(due.max(self.now));
            before = Some(due);
        }
        self.step(now.max(self.now));
    }

    /// When there is something to do.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        let later = self.later.first_key_value().map(|((at, _), _)| *at);
        if let Some(end) = self.world.faults.conditions.suspended() {
            return later.into_iter().chain([end]).min();
        }
        let times = [
            self.world.venue.next_timeout(),
            self.world.faults.next_timeout(),
            self.wire.next_timeout(),
            self.sockets.next_timeout(),
            later,
        ];
        times.into_iter().flatten().min()
    }

    /// What the listener has to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// How often something has happened to an order or a balance of any account since it began, or
    /// was taken out again: while this stays the same, only the market has moved.
    pub const fn changes(&self) -> u64 {
        self.world.venue.changes()
    }

    /// The counters, as `GET /simulator/stats` tells them.
    pub fn statistics_json(&self) -> String {
        self.world.statistics_json()
    }

    fn step(&mut self, now: Timestamp) {
        self.now = now;
        if self.goes_on(now) {
            self.world.venue.handle_timeout(now);
            self.let_faults_strike(now);
            self.sockets.handle_timeout(&mut self.world, now);
            self.pass_on(now);
            faults::look_back::note_balances(&mut self.world, now);
            while let Some(input) = self.waiting.pop_front() {
                self.obey(input, now);
            }
        }
        self.release(now);
    }

    /// Whether the venue does not stand still.
    fn goes_on(&mut self, now: Timestamp) -> bool {
        let faults = &mut self.world.faults;
        match faults.conditions.suspended() {
            Some(end) if now < end => false,
            Some(_) => {
                faults.conditions.wake();
                faults.begin(now);
                true
            }
            None => true,
        }
    }

    fn obey(&mut self, input: Input, now: Timestamp) {
        match input {
            Input::Request { id, request } => self.request(id, &request, now),
            Input::Knock { id, address, door } => self.knock(id, &address, door, now),
            Input::Frame { id, text } => self.frame(id, &text, now),
            Input::Gone { id } => {
                // Who came and went while the venue stood still has been let in only now.
                self.wire.gone(id);
                self.sockets.gone(id);
            }
        }
        self.pass_on(now);
    }

    fn request(&mut self, id: RequestId, request: &HttpRequest, now: Timestamp) {
        let call = (id, request.header("api-key"));
        let (answer, delay) = match self.under_way.begin(call, &mut self.world, now) {
            Ok(()) => faults::gate::answer(&mut self.world, request, now),
            Err(exceeded) => (rest::refusal(&exceeded.into()), Duration::ZERO),
        };
        self.send(Output::Answer { id, answer }, now + delay, now);
    }

    fn knock(&mut self, id: ConnectionId, address: &str, door: Door, now: Timestamp) {
        if !self.world.faults.is_idle() {
            let refusal = faults::gate::edge_refusal(&mut self.world, address, now);
            if let Some(answer) = refusal {
                self.outputs.push_back(Output::Refuse { id, answer: Some(answer) });
                return;
            }
        }
        self.sockets.knock(id, (address, door), &mut self.world, now);
    }

    fn frame(&mut self, id: ConnectionId, text: &str, now: Timestamp) {
        if !self.wire.is_open(id) {
            return; // It was said before the client knew of the end.
        }
        let hearing = if self.world.faults.is_idle() {
            Hearing::CarriedOut
        } else {
            self.wire.hear(id, text, &mut self.world, now)
        };
        match hearing {
            Hearing::CarriedOut => {
                self.sockets.frame(id, text, &mut self.world, now);
                self.pass_on(now);
                self.wire.answered(&mut self.world);
            }
            Hearing::Lost => {}
            Hearing::Refused(frame) => self.outputs.push_back(Output::Send { id, frame }),
            Hearing::Ended(ending) => self.end(id, ending),
        }
    }

    fn end(&mut self, id: ConnectionId, ending: Ending) {
        self.wire.gone(id);
        self.sockets.gone(id);
        self.outputs.push_back(Output::End { id, ending });
    }

    fn let_faults_strike(&mut self, now: Timestamp) {
        if self.world.faults.is_asleep() && self.wire.is_idle() {
            return;
        }
        let (world, wire) = (&mut self.world, &mut self.wire);
        let mut stage = Stage { world, wire, now, chosen: None, outputs: Vec::new() };
        seconds::handle_timeout(&mut stage);
        for output in stage.outputs {
            if let Output::End { id, ending } = output {
                self.end(id, ending);
            } else {
                self.outputs.push_back(output);
            }
        }
    }

    fn send(&mut self, output: Output, at: Timestamp, now: Timestamp) {
        if at <= now {
            self.leave(output);
        } else {
            self.sequence += 1;
            self.later.insert((at, self.sequence), output);
        }
    }

    fn leave(&mut self, output: Output) {
        if let Output::Answer { id, .. } = output {
            self.under_way.end(id);
        }
        self.outputs.push_back(output);
    }

    /// Lets go what has waited long enough, unless its connection has ended.
    fn release(&mut self, now: Timestamp) {
        while let Some(entry) = self.later.first_entry().filter(|entry| entry.key().0 <= now) {
            let output = entry.remove();
            let is_late = matches!(&output, Output::Send { id, .. } if !self.wire.is_open(*id));
            if !is_late {
                self.leave(output);
            }
        }
    }

    /// Tells listeners what happened behind the wire.
    fn pass_on(&mut self, now: Timestamp) {
        while let Some(notice) = self.world.venue.poll_notice() {
            self.sockets.notice(&notice, &mut self.world, now);
        }
        while let Some(output) = self.sockets.poll_output() {
            if self.world.faults.is_idle() && self.wire.is_idle() {
                self.wire.note(&output, now);
                self.outputs.push_back(output);
                continue;
            }
            for (wait, output) in self.wire.pass(output, &mut self.world, now) {
                self.send(output, now + wait, now);
            }
        }
    }
}
