//! The people around the bot: they halt it, halt it twice, resume it, cap it, end it, and read its
//! alerts, or sleep.
//!
//! The invariant: whoever halts also comes back. A halt is resumed some time later, so that a run
//! does not end with its first halt.
//!
//! What a second bot or a person does on the account itself (F40 to F42) is among the faults of the
//! simulated Kraken: it acts there and not here.

use std::time::Duration;

use bot_machine::{BotInput, Operator};
use exchange_simulator::Prng;
use trading_engine::OperatorCommand;
use trading_types::{Amount, Timestamp};

use crate::{tally::Tally, timeline::Timeline};

/// How people behave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleOptions {
    /// Mean time between halts by hand; zero is never.
    pub halt_every: Duration,
    /// After how long a halt is resumed, about.
    pub resume_after: Duration,
    /// How often in a hundred commands one is given twice.
    pub doubles_percent: u64,
    /// After how long an alert is answered, about.
    pub answer_after: Duration,
    /// How often in a hundred alerts nobody answers.
    pub sleeps_percent: u64,
    /// Mean time between changes of the cap on entries; zero is never.
    pub caps_every: Duration,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Planned {
    Halt,
    Resume,
    Answer(u64),
    Cap,
}

/// The people.
#[derive(Debug)]
pub(crate) struct People {
    options: PeopleOptions,
    prng: Prng,
    plan: Timeline<Planned>,
    resumes: bool,
}

impl People {
    pub(crate) fn new(options: PeopleOptions, prng: Prng, now: Timestamp) -> Self {
        let mut people = Self { options, prng, plan: Timeline::default(), resumes: false };
        people.plan_again(Planned::Halt, people.options.halt_every, now);
        people.plan_again(Planned::Cap, people.options.caps_every, now);
        people
    }

    /// When somebody does something next.
    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        self.plan.next_at()
    }

    /// What they tell the bot now.
    pub(crate) fn poll(&mut self, tally: &mut Tally, now: Timestamp) -> Vec<BotInput> {
        let Some(planned) = self.plan.poll(now) else { return Vec::new() };
        match planned {
            Planned::Halt => {
                self.plan_again(Planned::Halt, self.options.halt_every, now);
                tally.count("operator_halt");
                self.say(OperatorCommand::Halt { reason: "a drill".to_owned() }, tally)
            }
            Planned::Resume => {
                self.resumes = false;
                tally.count("operator_resume");
                self.say(OperatorCommand::Resume { reason: "it was looked at".to_owned() }, tally)
            }
            Planned::Answer(alert) => {
                let (alert, by) = (Some(alert), "somebody".to_owned());
                vec![BotInput::Acknowledged { alert, by }]
            }
            Planned::Cap => {
                self.plan_again(Planned::Cap, self.options.caps_every, now);
                tally.count("operator_cap");
                let dollars = i128::from(self.prng.between(20, 2_000));
                let value = Amount::from_units(dollars * 10_i128.pow(18));
                let value = (self.prng.below(2) == 0).then_some(value);
                self.say(OperatorCommand::CapEntries { value }, tally)
            }
        }
    }

    fn say(&mut self, command: OperatorCommand, tally: &mut Tally) -> Vec<BotInput> {
        let principal = "somebody".to_owned();
        let input = BotInput::Operator(Operator { principal, command });
        if self.prng.below(100) < self.options.doubles_percent {
            tally.count("operator_twice");
            return vec![input.clone(), input];
        }
        vec![input]
    }

    /// An alert was delivered: somebody reads it, perhaps.
    pub(crate) fn alerted(&mut self, alert: u64, tally: &mut Tally, now: Timestamp) {
        if self.prng.below(100) < self.options.sleeps_percent {
            tally.count("alert_unanswered");
            return;
        }
        let wait = self.about(self.options.answer_after);
        self.plan.note(now + wait, Planned::Answer(alert));
    }

    /// The bot is halted, or something only a person can take back is in its way.
    pub(crate) fn needed(&mut self, now: Timestamp) {
        if !self.resumes {
            self.resumes = true;
            let wait = self.about(self.options.resume_after);
            self.plan.note(now + wait, Planned::Resume);
        }
    }

    /// Nobody does anything any more but answer alerts and resume.
    pub(crate) fn calm_down(&mut self) {
        self.options.halt_every = Duration::ZERO;
        self.options.caps_every = Duration::ZERO;
        self.options.doubles_percent = 0;
        self.options.sleeps_percent = 0;
        self.options.answer_after = Duration::from_secs(5);
        self.options.resume_after = Duration::from_secs(10);
        self.plan.retain(|planned| matches!(planned, Planned::Answer(_)));
        self.resumes = false;
    }

    /// Nobody does anything any more.
    pub(crate) fn stop(&mut self) {
        self.plan.clear();
        self.options.sleeps_percent = 0;
        self.resumes = true;
    }

    fn about(&mut self, wait: Duration) -> Duration {
        self.prng.duration_between(wait / 2, wait + wait / 2)
    }

    fn plan_again(&mut self, planned: Planned, every: Duration, now: Timestamp) {
        if !every.is_zero() {
            let wait = self.prng.duration_between(Duration::from_secs(1), 2 * every);
            self.plan.note(now + wait, planned);
        }
    }
}
