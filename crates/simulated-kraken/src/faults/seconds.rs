//! What happens to the world by itself: faults that may strike in any second of simulated time,
//! and what is on the agenda.

use std::time::Duration;

use exchange_simulator::Prng;
use trading_types::Timestamp;

use super::{Fault, agenda::Act, catalogue::Occasion, conditions::Offset, wire::Wire};
use crate::{
    kraken_error::KrakenError,
    message::{ConnectionId, Output},
    scenario::{Scenario, StepEvent},
    world::World,
};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
/// How long the edge bans an address
/// (<https://docs.kraken.com/exchange/guides/websockets/introduction>, read on 2026-11-21).
const EDGE_BAN: Duration = Duration::from_secs(600);
/// The furthest a clock jumps.
const DAY: Duration = Duration::from_secs(86_400);

/// Everything a fault can reach.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) wire: &'a mut Wire,
    pub(crate) now: Timestamp,
    /// What the listener has to do because of it.
    pub(crate) outputs: Vec<Output>,
}

/// Lets happen what is due, and faults strike whose second has come.
pub(crate) fn handle_timeout(stage: &mut Stage<'_>) {
    while let Some(act) = stage.world.faults.agenda.poll(stage.now) {
        stage.perform(act);
    }
    while stage.world.faults.next_second(stage.now) {
        for fault in Fault::all().filter(|fault| fault.occasion() == Occasion::Second) {
            if let Some(chosen) = stage.world.faults.choose(fault, None)
                && stage.strike(fault)
            {
                stage.world.faults.count(chosen);
            }
        }
    }
    stage.outputs.extend(stage.wire.handle_timeout(stage.now));
}

impl Stage<'_> {
    fn how(&mut self, fault: Fault) -> &mut Prng {
        self.world.faults.how(fault)
    }

    fn after(&mut self, fault: Fault, least: Duration, most: Duration) -> Timestamp {
        let now = self.now;
        now + self.how(fault).duration_between(least, most)
    }

    /// Lets a fault strike; says whether there was anything it could spoil.
    fn strike(&mut self, fault: Fault) -> bool {
        match fault {
            Fault::KeyRevoked => self.revoke_keys(),
            Fault::ClockJump => self.jump_clock(),
            Fault::Suspended => self.suspend(),
            Fault::Disconnect => self.disconnect(),
            Fault::SilentChannel => self.silence_channel(),
            Fault::EdgeBan => self.ban(),
            _other => false,
        }
    }

    fn revoke_keys(&mut self) -> bool {
        let text = match self.how(Fault::KeyRevoked).below(4) {
            0 => KrakenError::INVALID_KEY,
            1 => KrakenError::INVALID_SIGNATURE,
            2 => KrakenError::PERMISSION_DENIED,
            _ => KrakenError::LOCKOUT,
        };
        let end = self.after(Fault::KeyRevoked, 10 * SECOND, MINUTE);
        self.world.faults.conditions.revoke(text, end);
        true
    }

    /// The clock is wrong for a minute, until somebody sets it right.
    fn jump_clock(&mut self) -> bool {
        let how = self.how(Fault::ClockJump);
        let by = match how.below(2) {
            0 => how.duration_between(SECOND, MINUTE),
            _ => how.duration_between(SECOND, DAY),
        };
        let offset = if how.below(2) == 0 { Offset::Ahead(by) } else { Offset::Behind(by) };
        let end = self.now + MINUTE;
        self.world.faults.conditions.set_clock(offset, end);
        true
    }

    fn suspend(&mut self) -> bool {
        if self.world.faults.conditions.suspended().is_some() {
            return false;
        }
        let end = self.after(Fault::Suspended, SECOND, MINUTE);
        self.world.faults.conditions.suspend(end);
        true
    }

    fn disconnect(&mut self) -> bool {
        let open: Vec<ConnectionId> = self.wire.open().collect();
        let how = self.how(Fault::Disconnect);
        let Some(id) = one_of(&open, how) else { return false };
        let way = how.below(3);
        let ended = self.wire.break_off(*id, way);
        self.outputs.push(ended);
        true
    }

    fn silence_channel(&mut self) -> bool {
        let subjects = self.wire.subjects();
        let Some(subject) = one_of(&subjects, self.how(Fault::SilentChannel)) else { return false };
        let end = self.after(Fault::SilentChannel, 10 * SECOND, 2 * MINUTE);
        self.wire.mute(subject.clone(), end);
        true
    }

    fn ban(&mut self) -> bool {
        let known: Vec<String> = self.world.faults.conditions.addresses().iter().cloned().collect();
        let Some(address) = one_of(&known, self.how(Fault::EdgeBan)) else { return false };
        let end = self.now + EDGE_BAN;
        self.world.faults.conditions.ban(address.clone(), end);
        true
    }

    fn perform(&mut self, act: Act) {
        match act {
            Act::Begin(scenario) => self.begin(*scenario),
            Act::Step(event) => self.step(event),
            Act::SwitchOff(fault, rule) => self.world.faults.switch_off(fault, rule),
        }
    }

    fn begin(&mut self, scenario: Scenario) {
        let (now, agenda) = (self.now, &mut self.world.faults.agenda);
        for step in scenario.steps() {
            agenda.note(now + step.at, Act::Step(step.event.clone()));
        }
        if let Some(repeat) = scenario.repeat() {
            agenda.note(now + repeat, Act::Begin(Box::new(scenario)));
        }
    }

    fn step(&mut self, event: StepEvent) {
        match event {
            StepEvent::Fault { rule, length } => {
                let fault = rule.fault;
                if !self.world.faults.strikes_by_itself() {
                    self.world.faults.begin(self.now);
                }
                let id = self.world.faults.switch_on(rule);
                if let Some(length) = length {
                    self.world.faults.agenda.note(self.now + length, Act::SwitchOff(fault, id));
                }
            }
            StepEvent::Lockout(length) => {
                let end = self.now + length;
                self.world.statistics.lockouts += 1;
                self.world.faults.conditions.revoke(KrakenError::LOCKOUT, end);
            }
            StepEvent::Status(_) | StepEvent::Shock { .. } | StepEvent::Thin { .. } => {}
        }
    }
}

/// One of several, if there is any.
fn one_of<'a, T>(all: &'a [T], how: &mut Prng) -> Option<&'a T> {
    let count = u64::try_from(all.len()).expect("a length fits");
    let index = (0 < count).then(|| how.below(count))?;
    all.get(usize::try_from(index).expect("below a length"))
}
