//! The machine: what reaches the simulated Kraken goes to the interface it is meant for, and what
//! happens behind it goes to whoever listens.

use std::collections::{BTreeMap, VecDeque};

use trading_types::Timestamp;

use crate::{
    faults,
    keys::KeyDescription,
    message::{Input, Output},
    settings::Settings,
    socket::Sockets,
    world::World,
};

/// A simulated Kraken.
#[derive(Debug)]
pub struct SimulatedKraken {
    world: World,
    sockets: Sockets,
    outputs: VecDeque<Output>,
    /// Answers that are slow, by the moment they leave; equal moments by sequence.
    later: BTreeMap<(Timestamp, u64), Output>,
    sequence: u64,
}

impl SimulatedKraken {
    /// One that begins now.
    pub fn new(settings: Settings, now: Timestamp) -> Self {
        Self {
            world: World::new(settings, now),
            sockets: Sockets::default(),
            outputs: VecDeque::new(),
            later: BTreeMap::new(),
            sequence: 0,
        }
    }

    /// The keys that were made, to be given out.
    pub fn keys(&self) -> &[KeyDescription] {
        self.world.keys.descriptions()
    }

    /// Something reaches it.
    pub fn handle(&mut self, input: Input, now: Timestamp) {
        self.handle_timeout(now);
        match input {
            Input::Request { id, request } => {
                let (answer, delay) = faults::gate::answer(&mut self.world, &request, now);
                self.send(Output::Answer { id, answer }, now + delay, now);
            }
            Input::Knock { id, address, door } => {
                self.sockets.knock(id, &address, door, &mut self.world, now);
            }
            Input::Frame { id, text } => self.sockets.frame(id, &text, &mut self.world, now),
            Input::Gone { id } => self.sockets.gone(id),
        }
        self.pass_on(now);
    }

    /// Lets everything happen that is due.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.world.venue.handle_timeout(now);
        faults::handle_timeout(&mut self.world, now);
        self.sockets.handle_timeout(&mut self.world, now);
        self.pass_on(now);
        while let Some(entry) = self.later.first_entry().filter(|entry| entry.key().0 <= now) {
            self.outputs.push_back(entry.remove());
        }
    }

    /// When there is something to do.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        let times = [
            self.world.venue.next_timeout(),
            self.world.faults.next_timeout(),
            self.sockets.next_timeout(),
            self.later.first_key_value().map(|((at, _), _)| *at),
        ];
        times.into_iter().flatten().min()
    }

    /// What the listener has to do.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The counters, as `GET /simulator/stats` tells them.
    pub fn statistics_json(&self) -> String {
        self.world.statistics_json()
    }

    fn send(&mut self, output: Output, at: Timestamp, now: Timestamp) {
        if at <= now {
            self.outputs.push_back(output);
        } else {
            self.sequence += 1;
            self.later.insert((at, self.sequence), output);
        }
    }

    /// Tells listeners what happened behind the wire.
    fn pass_on(&mut self, now: Timestamp) {
        while let Some(notice) = self.world.venue.poll_notice() {
            self.sockets.notice(&notice, &mut self.world, now);
        }
        while let Some(output) = self.sockets.poll_output() {
            self.outputs.push_back(output);
        }
    }
}
