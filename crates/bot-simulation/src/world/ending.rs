//! The end of a run. The faults stop; the bot has to come back; then it is halted, ended, and both
//! ledgers and the venue are compared to the last unit.

use std::time::Duration;

use bot_machine::{BotInput, Operator};
use simulated_kraken::Fault;
use trading_engine::OperatorCommand;

use super::World;
use crate::checker::{Ending, Look};

/// How long some faults linger by themselves: a ban of the edge, maintenance and the way back.
const LINGERING: Duration = Duration::from_mins(16);
/// How long the bot has to come back once nothing is in its way.
const COMES_BACK: Duration = Duration::from_mins(2);
/// How long a halt may take.
const HALT: Duration = Duration::from_mins(3);
/// How long an end in order may take, its last sync included.
const END: Duration = Duration::from_secs(30);

impl World {
    pub(super) fn end(&mut self) {
        self.calm_down();
        let lingers = [
            Fault::EdgeBan,
            Fault::Maintenance,
            Fault::KeyRevoked,
            Fault::Suspended,
            Fault::PairChange,
            Fault::FeeChange,
            Fault::LateExecution,
        ];
        if self.options.faults.iter().any(|(fault, _)| lingers.contains(fault)) {
            self.run_for(LINGERING);
        }
        self.come_back();
        if self.checker.broken().is_some() {
            return;
        }
        self.halt();
        self.shut_down();
    }

    fn calm_down(&mut self) {
        let now = self.now;
        self.is_calm = true;
        self.trace.line(now, format_args!("the faults stop"));
        self.net.calm_down();
        self.disk.calm_down();
        self.market.calm_down(now);
        self.people.calm_down();
        self.stranger.stop();
        self.go_on_now();
        if self.options.faults.iter().any(|(fault, _)| *fault == Fault::KeyRevoked) {
            // A key that was called wrong is not used again before somebody has looked at it.
            self.die("started again with a key that is good");
        }
        let is_running = self.process.is_some();
        self.supervisor.calm_down(is_running, now);
        if !is_running {
            self.clock.set_right(now);
        }
        self.people.needed(now);
    }

    pub(super) fn run_for(&mut self, length: Duration) {
        let end = self.now + length;
        self.run_until(end);
    }

    /// I-40.
    fn come_back(&mut self) {
        let end = self.now + COMES_BACK;
        let begun = self.now;
        while self.checker.broken().is_none() {
            let look = Look { kraken: &self.kraken, bot: self.bot(), now: self.now };
            let ending = self.checker.ending(&look);
            match ending {
                Ending::Ready | Ending::Halted => {
                    let seconds = self.now.since(begun).as_secs();
                    self.tally.count(if ending == Ending::Ready {
                        "end_ready"
                    } else {
                        "end_halted"
                    });
                    self.trace.line(self.now, format_args!("{ending:?} after {seconds} s"));
                    return;
                }
                Ending::NotYet if end <= self.now => {
                    let bot = self.process.as_ref().map(|process| &process.bot);
                    let look = Look { kraken: &self.kraken, bot, now: self.now };
                    self.checker.never_came_back(&look);
                    return;
                }
                Ending::NotYet => self.run_for(Duration::from_secs(1)),
            }
        }
    }

    fn halt(&mut self) {
        let principal = "the drill".to_owned();
        let command = OperatorCommand::Halt { reason: "the run ends".to_owned() };
        self.people.stop();
        self.tell(BotInput::Operator(Operator { principal, command }));
        self.settle();
        let end = self.now + HALT;
        while self.now < end && self.checker.broken().is_none() {
            self.run_for(Duration::from_secs(5));
            let is_flat = self.bot().is_some_and(|bot| {
                bot.is_halt_verified() && bot.engine().live_orders().next().is_none()
            });
            if is_flat && self.kraken.true_open_orders(0).is_empty() {
                break;
            }
        }
        // What is told late has come by now, and balances have been compared.
        self.run_for(Duration::from_mins(3));
        if self.checker.broken().is_none() {
            let bot = self.process.as_ref().map(|process| &process.bot);
            let look = Look { kraken: &self.kraken, bot, now: self.now };
            self.checker.check_flat(&look, &mut self.tally);
        }
    }

    fn shut_down(&mut self) {
        if self.checker.broken().is_some() {
            return;
        }
        self.tell(BotInput::ShutDown);
        self.settle();
        self.run_for(END);
        let bot = self.process.as_ref().map(|process| &process.bot);
        let look = Look { kraken: &self.kraken, bot, now: self.now };
        if self.checker.broken().is_none() {
            self.checker.check_open(&look);
            self.checker.check_books(&look, &mut self.tally);
        }
    }
}
