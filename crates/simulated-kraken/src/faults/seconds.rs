//! What happens to the world by itself: faults that may strike in any second of simulated time,
//! and what is on the agenda.
//!
//! The invariant: a fault that found nothing it could spoil has not struck and is not counted.

use std::time::Duration;

use exchange_simulator::Prng;
use trading_types::{Fraction, Timestamp};

use super::{Chosen, Fault, agenda::Act, wire::Wire};
use crate::{
    kraken_error::KrakenError,
    message::Output,
    scenario::{Plan, StepEvent},
    world::World,
};

mod edge;
mod market;
mod matching;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);

/// Lets a fault strike; says whether there was anything it could spoil.
type Strike = fn(&mut Stage<'_>) -> bool;

/// What strikes by itself, by number, and how.
const STRIKES: [(Fault, Strike); 18] = [
    (Fault::KeyRevoked, |stage| stage.revoke_keys()),
    (Fault::ClockJump, |stage| stage.jump_clock()),
    (Fault::Suspended, |stage| stage.suspend()),
    (Fault::Disconnect, |stage| stage.disconnect()),
    (Fault::SilentChannel, |stage| stage.silence_channel()),
    (Fault::EdgeBan, |stage| stage.ban()),
    (Fault::Maintenance, |stage| stage.begin_maintenance()),
    (Fault::StatusFlap, |stage| stage.flap_status()),
    (Fault::OrderEnded, |stage| stage.end_order()),
    (Fault::OfflineTrigger, |stage| stage.wake_stop()),
    (Fault::OtherActor, |stage| stage.act_as_another()),
    (Fault::ExternalMove, |stage| stage.move_money()),
    (Fault::FeeChange, |stage| stage.change_fees()),
    (Fault::PairChange, |stage| stage.change_pair()),
    (Fault::AssetRenamed, |stage| stage.rename()),
    (Fault::CrossedBook, |stage| stage.cross_book()),
    (Fault::MessageBurst, |stage| stage.burst()),
    (Fault::TradeBust, |stage| stage.bust_trade()),
];

/// Everything a fault can reach.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) wire: &'a mut Wire,
    pub(crate) now: Timestamp,
    /// The fault at hand.
    pub(crate) chosen: Option<Chosen>,
    /// What the listener has to do because of it.
    pub(crate) outputs: Vec<Output>,
}

/// Lets happen what is due, and faults strike whose second has come.
pub(crate) fn handle_timeout(stage: &mut Stage<'_>) {
    while let Some(act) = stage.world.faults.agenda.poll(stage.now) {
        stage.perform(act);
    }
    while stage.world.faults.next_second(stage.now) {
        for (fault, strike) in STRIKES {
            stage.chosen = stage.world.faults.choose(fault, None);
            if let Some(chosen) = stage.chosen
                && strike(stage)
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

    /// One of several, of those that the fault at hand may spoil.
    fn one_of<T: Clone>(
        &mut self,
        fault: Fault,
        all: &[T],
        target: impl Fn(&T) -> String,
    ) -> Option<T> {
        let may = |one: &&T| {
            self.chosen.is_none_or(|chosen| self.world.faults.may_spoil(chosen, &target(one)))
        };
        let all: Vec<T> = all.iter().filter(may).cloned().collect();
        let count = u64::try_from(all.len()).expect("a length fits");
        let index = (0 < count).then(|| self.how(fault).below(count))?;
        all.into_iter().nth(usize::try_from(index).expect("below a length"))
    }

    fn perform(&mut self, act: Act) {
        match act {
            Act::Begin(plan) => self.begin(*plan),
            Act::Step(event) => self.step(event),
            Act::Announce(begins, ends) => {
                self.world.faults.conditions.announce(begins, ends, self.now);
            }
            Act::SwitchOff(fault, rule) => self.world.faults.switch_off(fault, rule),
            Act::Status(status) => self.world.venue.set_status(status, self.now),
            Act::PairStatus(pair, status) => {
                self.world.venue.set_pair_status(pair, status, self.now);
            }
            Act::Thicken(pair) => self.thin(Some(pair), Fraction::ONE, None),
            Act::Market(event) => self.world.venue.hear(&event, self.now),
        }
    }

    fn begin(&mut self, plan: Plan) {
        let (now, agenda) = (self.now, &mut self.world.faults.agenda);
        for step in &plan.steps {
            if let Some(before) = step.announced {
                let begins = now + step.at;
                let ends = plan.back_online(step.at).map(|end| now + end);
                agenda.note((begins - before).max(now), Act::Announce(begins, ends));
            }
            agenda.note(now + step.at, Act::Step(step.event.clone()));
        }
        if let Some(repeat) = plan.repeat {
            agenda.note(now + repeat, Act::Begin(Box::new(plan)));
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
            StepEvent::Key(change) => {
                self.world.keys.change(&change, self.now);
            }
            StepEvent::Status(status) => self.world.venue.set_status(status, self.now),
            StepEvent::Shock { pair, change } => self.shock(pair, change),
            StepEvent::Thin { pair, left, length } => self.thin(pair, left, length),
        }
    }
}
