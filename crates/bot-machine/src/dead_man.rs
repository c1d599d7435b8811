//! Kraken's dead-man switch, `CancelAllOrdersAfter`: set again and again while something rests that
//! may be canceled, and off when nothing does.
//!
//! **Law.** Only an answer says that the switch was set; a call nobody answered counts as not made
//! where it would have kept us safe, and as made where it could still fire. Each moment is counted
//! from when a call was wanted, so the switch never fires earlier than is thought.
//!
//! It cancels *every* order of the account, protective stops too, and is then disarmed. Kraken
//! advises to set it every 15 to 30 s to 60 s and to switch it off before maintenance, because it
//! fires when the engine comes back
//! (<https://docs.kraken.com/api-reference/trading/cancel-all-orders-after>, read on 2026-11-21).
//! So it is a choice, and not the default.

use std::{collections::VecDeque, time::Duration};

use trading_engine::BlockCause;
use trading_types::{Pair, Timestamp};

use crate::{
    output::Severity,
    settings::{DeadManChoice, Times},
};

/// After a failure it is tried again this much later.
const RETRY_EVERY: Duration = Duration::from_secs(5);
/// So many times [`Times::dead_man_every`] without an answer are too long to open anything.
const OVERDUE_TURNS: u32 = 2;
/// Calls nobody has answered yet; older ones are given up.
const UNDER_WAY_MAX: usize = 16;

/// Something the switch has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadManEvent {
    /// Whether something rests at the venue that may be canceled.
    Exposed(bool),
    /// Whether the venue can be reached. When it can again, nothing is waited for.
    Link(bool),
    /// The venue's answer: it fires then, or never.
    Set {
        /// Which call it answers.
        call: u64,
        /// When, by the venue's clock.
        fires: Option<Timestamp>,
    },
    /// A call was refused, or nobody knows what came of it.
    Failed {
        /// Which.
        call: u64,
    },
    /// Maintenance is near: the switch has to be off.
    WindDown(bool),
    /// The bot ends in order: the switch has to be off for good.
    ShutDown,
}

/// Something the switch wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeadManOutput {
    /// Have the venue cancel everything after a time.
    Set {
        /// The number of the call, which its answer has to carry: answers change places.
        call: u64,
        /// So long; zero switches it off.
        timeout: Duration,
    },
    /// Worth a note: from now on it is armed and fires then unless it is set again, or it is off.
    Armed(Option<Timestamp>),
    /// Nothing may be opened for this cause.
    Block {
        /// Why.
        cause: BlockCause,
        /// Where; nothing means everywhere.
        pair: Option<Pair>,
    },
    /// The cause is gone.
    Unblock {
        /// Which.
        cause: BlockCause,
        /// Where it had been.
        pair: Option<Pair>,
    },
    /// Tell somebody.
    Alert {
        /// How bad it is.
        severity: Severity,
        /// What happened and what to do.
        text: String,
    },
}

/// The switch, as a machine.
#[derive(Clone, Debug)]
pub struct DeadManSwitch {
    choice: DeadManChoice,
    times: Times,
    situation: Situation,
    wish: Wish,
    /// The oldest first.
    under_way: VecDeque<UnderWay>,
    calls: u64,
    /// The last call that arms.
    last_arming: Option<UnderWay>,
    /// Whether the venue may have the switch armed.
    may_be_armed: bool,
    /// The earliest moment it may fire.
    fires_from: Option<Timestamp>,
    /// Since when there should have been an answer that it is set.
    unset_since: Option<Timestamp>,
    next_call: Option<Timestamp>,
    is_blocked: bool,
    /// What was noted last.
    is_noted_armed: bool,
    outputs: VecDeque<DeadManOutput>,
}

/// What was told of the bot.
#[derive(Clone, Copy, Debug, Default)]
struct Situation {
    is_exposed: bool,
    is_winding_down: bool,
    is_ending: bool,
}

/// A call nobody has answered yet.
#[derive(Clone, Copy, Debug)]
struct UnderWay {
    number: u64,
    wanted: Timestamp,
    arms: bool,
}

/// What the switch should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    /// Armed.
    Armed,
    /// Nothing rests: off, but there is no hurry. What rests for a moment only must not cost two
    /// calls each time.
    Idle,
    /// Off, and at once.
    Off,
}

impl DeadManSwitch {
    /// A switch that is off.
    pub fn new(choice: DeadManChoice, times: Times, now: Timestamp) -> Self {
        let mut switch = Self {
            choice,
            times,
            situation: Situation::default(),
            wish: Wish::Idle,
            under_way: VecDeque::new(),
            calls: 0,
            last_arming: None,
            may_be_armed: false,
            fires_from: None,
            unset_since: None,
            next_call: None,
            is_blocked: false,
            is_noted_armed: false,
            outputs: VecDeque::new(),
        };
        switch.settle(now);
        switch
    }

    /// The same after a restart, knowing what was noted last: a switch that another process armed
    /// is switched off, or set again, even if this one would never have armed it.
    pub fn restored(mut self, noted: Option<Timestamp>, now: Timestamp) -> Self {
        self.may_be_armed = noted.is_some();
        self.is_noted_armed = noted.is_some();
        self.settle(now);
        self
    }

    /// Something happened.
    pub fn handle(&mut self, event: DeadManEvent, now: Timestamp) {
        match event {
            DeadManEvent::Exposed(is_exposed) => self.situation.is_exposed = is_exposed,
            DeadManEvent::Link(is_up) => {
                if is_up {
                    self.next_call = Some(now);
                }
            }
            DeadManEvent::Set { call, fires } => self.answered(call, fires, now),
            DeadManEvent::Failed { call } => self.failed(call, now),
            DeadManEvent::WindDown(is_near) => self.situation.is_winding_down = is_near,
            DeadManEvent::ShutDown => self.situation.is_ending = true,
        }
        self.settle(now);
    }

    /// A timer is due; a call too many is harmless.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.settle(now);
    }

    /// What is to be done next; call until nothing is left.
    pub fn poll_output(&mut self) -> Option<DeadManOutput> {
        self.outputs.pop_front()
    }

    /// When to come back; earlier is harmless.
    pub fn next_timeout(&self) -> Option<Timestamp> {
        let overdue = self.overdue().filter(|_| !self.is_blocked);
        [self.next_call, self.fires_from, overdue].into_iter().flatten().min()
    }

    /// Whether the venue certainly has it switched off.
    pub const fn is_off(&self) -> bool {
        !self.may_be_armed
    }

    /// When there must have been an answer, lest nothing may be opened.
    fn overdue(&self) -> Option<Timestamp> {
        Some(self.unset_since? + self.times.dead_man_every.saturating_mul(OVERDUE_TURNS))
    }

    fn answered(&mut self, number: u64, fires: Option<Timestamp>, now: Timestamp) {
        let Some(call) = self.take(number).filter(|call| call.arms == fires.is_some()) else {
            return self.failed(number, now);
        };
        if call.arms {
            let fires_from = call.wanted + self.times.dead_man_timeout;
            self.fires_from = Some(self.fires_from.map_or(fires_from, |it| it.max(fires_from)));
            self.unset_since = self.unset_since.map(|since| since.max(call.wanted));
            self.note(fires);
        } else if self.last_arming.is_none_or(|arming| arming.number < call.number) {
            self.may_be_armed = false;
            self.fires_from = None;
            self.note(None);
        }
    }

    fn note(&mut self, fires: Option<Timestamp>) {
        if self.is_noted_armed != fires.is_some() {
            self.is_noted_armed = fires.is_some();
            self.outputs.push_back(DeadManOutput::Armed(fires));
        }
    }

    fn take(&mut self, number: u64) -> Option<UnderWay> {
        let at = self.under_way.iter().position(|call| call.number == number)?;
        self.under_way.remove(at)
    }

    fn failed(&mut self, number: u64, now: Timestamp) {
        self.take(number);
        let retry = now + RETRY_EVERY;
        self.next_call = self.next_call.map(|next| next.min(retry));
    }

    fn settle(&mut self, now: Timestamp) {
        self.see_it_fire(now);
        let wish = self.wish();
        if wish != self.wish {
            self.wish = wish;
            self.unset_since = (wish == Wish::Armed).then_some(now);
            self.next_call = Some(match (wish, self.last_arming) {
                // Nobody has tried to switch it off since.
                (Wish::Armed, Some(last)) if last.number == self.calls => {
                    (last.wanted + self.times.dead_man_every).max(now)
                }
                (Wish::Idle, _) => now + self.times.dead_man_every,
                (Wish::Armed | Wish::Off, _) => now,
            });
        }
        if wish == Wish::Armed || self.may_be_armed {
            self.call(now);
        } else {
            self.next_call = None;
        }
        let is_overdue = self.overdue().is_some_and(|overdue| overdue <= now);
        if is_overdue != self.is_blocked {
            self.is_blocked = is_overdue;
            let (cause, pair) = (BlockCause::DeadManOverdue, None);
            self.outputs.push_back(if is_overdue {
                DeadManOutput::Block { cause, pair }
            } else {
                DeadManOutput::Unblock { cause, pair }
            });
        }
    }

    const fn wish(&self) -> Wish {
        let now = &self.situation;
        match self.choice {
            DeadManChoice::StopsRest => Wish::Off,
            DeadManChoice::CancelAll if now.is_winding_down || now.is_ending => Wish::Off,
            DeadManChoice::CancelAll if now.is_exposed => Wish::Armed,
            DeadManChoice::CancelAll => Wish::Idle,
        }
    }

    fn call(&mut self, now: Timestamp) {
        if self.next_call.is_some_and(|next| now < next) {
            return;
        }
        if self.under_way.len() == UNDER_WAY_MAX {
            self.under_way.pop_front();
        }
        let arms = self.wish == Wish::Armed;
        self.calls += 1;
        let call = UnderWay { number: self.calls, wanted: now, arms };
        self.under_way.push_back(call);
        self.next_call = Some(now + self.times.dead_man_every);
        let timeout = if arms { self.times.dead_man_timeout } else { Duration::ZERO };
        if arms {
            self.last_arming = Some(call);
            self.may_be_armed = true;
            self.fires_from = self.fires_from.or(Some(now + timeout));
        }
        self.outputs.push_back(DeadManOutput::Set { call: call.number, timeout });
    }

    /// The moment has passed at which it fires unless it was set again, and nobody said it was.
    fn see_it_fire(&mut self, now: Timestamp) {
        let Some(from) = self.fires_from.filter(|from| *from <= now) else { return };
        self.fires_from = None;
        let text = format!(
            "kraken's dead-man switch may have canceled every order of the account since {from}, \
             protective stops too, because setting it again was not confirmed; look at the open \
             orders at kraken, and at this machine's network"
        );
        self.outputs.push_back(DeadManOutput::Alert { severity: Severity::Critical, text });
    }
}

#[cfg(test)]
mod tests;
