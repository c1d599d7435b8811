//! Starting, pausing and killing the process, as a supervisor, an operator and bad luck do.
//!
//! The invariant: one process at a time has the journal; a second that is started beside it is
//! refused.

use std::time::Duration;

use bot_journal::Witness;
use bot_machine::BotInput;
use exchange_simulator::Prng;
use kraken_protocol::scheduler::SchedulerSettings;
use trading_types::Timestamp;

use super::World;
use crate::{
    bugs::Bug,
    disk::{self, Disk},
    line::Kept,
    process::{Left, NotStarted, Process, ProcessOptions, StartParts},
    tally::Tally,
    timeline::Timeline,
};

/// A file of budgets that is gone: every budget is full again after this.
const FULL_AGAIN: Duration = Duration::from_mins(16);
/// Of a hundred thousand.
const ODDS: u64 = 100_000;
/// How often in a hundred starts a damaged copy of the journal is tried first.
const DAMAGE_PERCENT: u64 = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    Start,
    Crash,
    /// One of a row of deaths within a minute.
    CrashAgain,
    /// The memory will not do for the next large message.
    Memory,
    Pause,
    GoOn(Duration),
    EndInOrder,
    /// The process has ended by itself and goes.
    Reap,
}

/// What is planned for the process.
#[derive(Debug)]
pub(crate) struct Supervisor {
    options: ProcessOptions,
    prng: Prng,
    plan: Timeline<Plan>,
    paused_until: Option<Timestamp>,
    /// How many more times it dies at once.
    loops: u32,
    pub(super) witness: Option<Witness>,
    pub(super) has_ended: bool,
    /// Whether it dies during its next sync.
    pub(super) dies_at_sync: bool,
    /// Whether it dies of the next large message.
    pub(super) dies_of_memory: bool,
}

impl Supervisor {
    pub(crate) fn new(options: ProcessOptions, prng: Prng, now: Timestamp) -> Self {
        let mut supervisor = Self {
            options,
            prng,
            plan: Timeline::default(),
            paused_until: None,
            loops: 0,
            witness: None,
            has_ended: false,
            dies_at_sync: false,
            dies_of_memory: false,
        };
        supervisor.plan.note(now, Plan::Start);
        for plan in [Plan::Crash, Plan::Memory, Plan::Pause, Plan::EndInOrder] {
            supervisor.plan_again(plan, now);
        }
        supervisor
    }

    pub(super) fn next_at(&self) -> Option<Timestamp> {
        self.plan.next_at()
    }

    pub(super) const fn paused_until(&self) -> Option<Timestamp> {
        self.paused_until
    }

    fn plan_again(&mut self, plan: Plan, now: Timestamp) {
        let every = match plan {
            Plan::Crash => self.options.crash_every,
            Plan::Memory => self.options.memory_every,
            Plan::Pause => self.options.pause_every,
            Plan::EndInOrder => self.options.end_every,
            Plan::Start | Plan::CrashAgain | Plan::GoOn(_) | Plan::Reap => Duration::ZERO,
        };
        if !every.is_zero() {
            let wait = self.prng.duration_between(Duration::from_secs(1), 2 * every);
            self.plan.note(now + wait, plan);
        }
    }

    /// Whether the process dies after the output it has just given.
    pub(super) fn dies_now(&mut self, tally: &mut Tally) -> bool {
        let part = self.options.crash_at_output;
        let dies = 0 < part && self.prng.below(ODDS) < part;
        if dies {
            tally.count("killed_at_output");
        }
        dies
    }

    /// The process has ended by itself; it goes when its last sync is done.
    pub(super) fn ended(&mut self, now: Timestamp) {
        self.has_ended = true;
        self.plan.note(now + Duration::from_secs(40), Plan::Reap);
    }

    /// Nothing is done to the process any more; one that is not there is started.
    pub(super) fn calm_down(&mut self, is_running: bool, now: Timestamp) {
        self.options = ProcessOptions {
            crash_every: Duration::ZERO,
            crash_at_output: 0,
            loops_percent: 0,
            pause_every: Duration::ZERO,
            pause_max: Duration::ZERO,
            second_percent: 0,
            end_every: Duration::ZERO,
            memory_every: Duration::ZERO,
            lost_budgets: 0,
        };
        (self.loops, self.dies_at_sync, self.dies_of_memory) = (0, false, false);
        self.plan.retain(|plan| matches!(plan, Plan::GoOn(_) | Plan::Reap));
        if !is_running {
            self.plan.note(now + Duration::from_secs(1), Plan::Start);
        }
    }
}

impl World {
    pub(super) fn supervise(&mut self) {
        let now = self.now;
        let Some(plan) = self.supervisor.plan.poll(now) else { return };
        match plan {
            Plan::Start => self.start(),
            Plan::Crash => {
                self.supervisor.plan_again(plan, now);
                if self.process.is_some() && self.supervisor.prng.below(2) == 0 {
                    self.supervisor.dies_at_sync = true;
                } else if self.process.is_some() {
                    self.tally.count("killed");
                    self.die("killed");
                }
            }
            Plan::CrashAgain => {
                self.tally.count("killed_in_a_loop");
                self.die("killed in a loop");
            }
            Plan::Memory => {
                self.supervisor.plan_again(plan, now);
                self.supervisor.dies_of_memory = true;
            }
            Plan::Pause => {
                self.supervisor.plan_again(plan, now);
                if self.process.is_some() && self.supervisor.paused_until.is_none() {
                    self.pause();
                }
            }
            Plan::GoOn(length) => self.go_on(length),
            Plan::EndInOrder => {
                self.supervisor.plan_again(plan, now);
                self.tally.count("ended_in_order");
                self.tell(BotInput::ShutDown);
            }
            Plan::Reap => {
                if self.process.is_some() && self.supervisor.has_ended {
                    self.die("reaped");
                }
            }
        }
    }

    fn pause(&mut self) {
        let second = Duration::from_secs(1);
        let most = self.supervisor.options.pause_max.max(second);
        let length = self.supervisor.prng.duration_between(second, most);
        let until = self.now + length;
        self.supervisor.paused_until = Some(until);
        self.supervisor.plan.note(until, Plan::GoOn(length));
        self.tally.count("paused");
        self.trace.line(self.now, format_args!("the machine stands still for {length:?}"));
    }

    /// Whatever stands still goes on at once.
    pub(super) fn go_on_now(&mut self) {
        if self.supervisor.paused_until.is_some() {
            self.supervisor.plan.retain(|plan| !matches!(plan, Plan::GoOn(_)));
            self.go_on(Duration::ZERO);
        }
    }

    fn go_on(&mut self, length: Duration) {
        self.supervisor.paused_until = None;
        self.checker.stood_still(length);
        self.trace.line(self.now, format_args!("the machine goes on"));
        while let Some(arrival) = self.held_back.pop_front() {
            self.deliver(&arrival);
        }
    }

    /// The process dies, with everything that was only in memory.
    pub(super) fn die(&mut self, how: &str) {
        let now = self.now;
        let Some(process) = self.process.take() else { return };
        self.trace.line(now, format_args!("dies: {how}"));
        for id in process.line.connections() {
            self.net.hang_up(id, &mut self.tally, now);
        }
        let (writer, mut kept) = process.into_parts();
        if let Some((lied, witness)) = self.lied.take().zip(self.supervisor.witness)
            && let Err(what) = Disk::check_lie(lied, witness, &mut self.tally)
        {
            self.checker.broke("I-25", what);
        }
        let is_syncing = !self.syncs.is_empty();
        let disk = self.disk.crash(writer, is_syncing, &mut self.tally);
        self.syncs.clear();
        self.held_back.clear();
        let supervisor = &mut self.supervisor;
        (supervisor.paused_until, supervisor.has_ended) = (None, false);
        (supervisor.dies_at_sync, supervisor.dies_of_memory) = (false, false);
        let mut wait =
            supervisor.prng.duration_between(Duration::from_millis(100), Duration::from_secs(30));
        if 0 < supervisor.loops {
            supervisor.loops -= 1;
            wait /= 10;
            let again = supervisor.prng.duration_between(Duration::ZERO, Duration::from_secs(6));
            supervisor.plan.note(now + wait + again, Plan::CrashAgain);
        } else if supervisor.prng.below(100) < supervisor.options.loops_percent {
            supervisor.loops = 10;
            self.tally.count("crash_loop");
        }
        if self.supervisor.prng.below(100) < self.supervisor.options.lost_budgets {
            // The nonces stay: without them nobody could say how far the last clock was ahead.
            kept = Kept { budgets: None, ..kept };
            wait = FULL_AGAIN;
            self.tally.count("budgets_lost");
            self.checker.budgets_lost();
        }
        let is_set = self.clock.restart(now);
        if is_set {
            self.tally.count("clock_set");
        }
        self.checker.died(None, now);
        self.supervisor.plan.note(now + wait, Plan::Start);
        let mut left = Left { disk, kept, died_at: now, witness: self.supervisor.witness };
        if self.options.bug == Some(Bug::OlderJournal) {
            Disk::make_older(&mut left.disk);
        }
        self.left = Some(left);
    }

    pub(super) fn start(&mut self) {
        let now = self.now;
        if self.process.is_some() {
            return;
        }
        let Some(mut left) = self.left.take() else { return };
        if let Some(witness) = left.witness
            && self.prng.below(100) < DAMAGE_PERCENT
            && let Err(what) = self.disk.try_damage(&left.disk, witness, &mut self.tally)
        {
            self.checker.broke("I-25", what);
        }
        let (passed, shown) = (now.since(left.died_at), self.clock.shows(now));
        left.kept.budgets = left.kept.budgets.map(|budgets| budgets.saved_ago(passed, shown));
        self.disk.prepare(&mut left.disk, &mut self.tally, now);
        self.starts += 1;
        let parts = StartParts {
            settings: self.settings.clone(),
            key: &self.key,
            scheduler: SchedulerSettings::default(),
            seed: self.seed.0,
            bug: self.options.bug,
            incarnation: self.starts,
        };
        let compares = self.prng.below(4) == 0;
        match Process::start(left, parts, compares, self.clock.shows(now)) {
            Ok((process, found)) => {
                self.process = Some(process);
                let sequence = found.sequence;
                self.trace.line(now, format_args!("starts after record {sequence}"));
                self.checker.started(&found);
                self.checker.revived();
                if self.supervisor.prng.below(100) < self.supervisor.options.second_percent {
                    // The lock is held: it is refused and ends.
                    self.tally.count("second_instance");
                }
            }
            Err(refused) => {
                let (left, why) = *refused;
                self.trace.line(now, format_args!("does not start: {why}"));
                match &why {
                    NotStarted::Journal(error) if disk::passes(error) => {
                        self.tally.count("start_refused_by_disk");
                        let minute = Duration::from_mins(1);
                        self.supervisor.plan.note(now + minute, Plan::Start);
                    }
                    NotStarted::Journal(_) | NotStarted::Recovery(_) => {
                        self.checker.broke("I-25", format!("it does not start: {why}"));
                    }
                }
                self.left = Some(left);
            }
        }
    }
}
