//! The loop around the bot: what it wants is done, what happens is told to it.
//!
//! **Law.** It decides nothing; the order of events is the order in which they arrive here.

mod asks;
mod climbing;
mod line_facts;

use std::time::Duration;

use bot_journal::RecordKind;
use bot_machine::{Alert, AlertKind, Bot, BotInput, BotOutput, Operator, Severity, output::Stage};
use kraken_protocol::scheduler::Waiting;
use tokio::{sync::mpsc, task::JoinHandle};
use trading_engine::{OperatorCommand, Report};
use trading_ladder::Rung;
use trading_types::{Amount, Timestamp};

use crate::{
    control::ControlRequest,
    halt_file::HaltFile,
    journal_thread::JournalThread,
    ladder_run::LadderRun,
    line::{INPUTS_MAX, Line, LineParts},
    service::{climbing::next_word, line_facts::LineFacts},
    status::status,
    telling::{Telling, next_delivery},
};

/// The file HALT is looked for this often, in real time.
const HALT_FILE_EVERY: Duration = Duration::from_millis(500);
/// How often people are told how everything stands, in real time.
const PULSE_EVERY: Duration = Duration::from_secs(1);
/// So many things that happened are told to the bot in a row before anybody else is heard: a person
/// who wants to halt does not wait for a flood of prices.
const ROW_MAX: usize = 256;
/// At the end, people are told what is left to tell for so long, by the venue's clock.
const LAST_WORDS_MAX: Duration = Duration::from_secs(5);

/// Something people may want to know.
#[derive(Debug)]
pub enum Told {
    /// The engine has something to say.
    Report {
        /// When, by the venue's clock.
        time: Timestamp,
        /// What.
        report: Box<Report>,
    },
    /// The bot came to a stage of its life.
    Stage {
        /// When.
        time: Timestamp,
        /// Which.
        stage: Stage,
        /// What everything is worth at that moment; nothing before the account is known.
        equity: Option<Amount>,
    },
    /// Something a person should know at once.
    Alert(Alert),
    /// The bot stands on another rung of the ladder, or begins the same anew.
    Rung {
        /// From here.
        from: Rung,
        /// To here.
        to: Rung,
        /// Why.
        why: String,
    },
    /// A limit of Kraken's holds something back.
    LimitWait {
        /// When.
        time: Timestamp,
        /// What waits, why, until when.
        wait: Waiting,
    },
    /// How everything stands, about once a second: what `slackwater status` shows.
    Pulse(Box<serde_json::Value>),
}

/// The two ends of what the bot is told.
#[derive(Debug)]
pub struct Inbox {
    /// Whoever has something to tell.
    pub to_bot: mpsc::Sender<BotInput>,
    from_world: mpsc::Receiver<BotInput>,
}

impl Inbox {
    /// An empty one.
    pub fn new() -> Self {
        let (to_bot, from_world) = mpsc::channel(INPUTS_MAX);
        Self { to_bot, from_world }
    }
}

impl Default for Inbox {
    fn default() -> Self {
        Self::new()
    }
}

/// What the service is made of.
pub struct ServiceParts {
    /// The bot, which goes on where its journal ends.
    pub bot: Bot,
    /// Where its journal is written.
    pub journal: JournalThread,
    /// The way to the venue.
    pub line: LineParts,
    /// What the venue is called.
    pub venue: &'static str,
    /// What the bot is told.
    pub inbox: Inbox,
    /// What people on this machine ask.
    pub control: mpsc::Receiver<ControlRequest>,
    /// The file that halts.
    pub halt_file: HaltFile,
    /// The ways alerts go.
    pub telling: Option<Telling>,
    /// The ladder it climbs.
    pub ladder: Option<LadderRun>,
    /// Whoever wants to know what happens. Called on the bot's own path, so it must be quick.
    pub tell: Box<dyn FnMut(Told) + Send>,
}

/// How it ended.
#[derive(Debug)]
pub struct ServiceEnd {
    /// The bot as it was at the end, to be looked at.
    pub bot: Bot,
    /// Why it ended.
    pub why: String,
}

struct Service {
    bot: Bot,
    journal: JournalThread,
    line: Line,
    line_facts: LineFacts,
    halt_file: HaltFile,
    /// The file HALT, while the disk has not said that it is there.
    halt_write: Option<JoinHandle<()>>,
    telling: Option<Telling>,
    ladder: Option<LadderRun>,
    tell: Box<dyn FnMut(Told) + Send>,
    ended: Option<String>,
}

/// Runs the bot until it is over: because it was asked to end, or because it must not go on.
/// `stop` says that it is asked to.
pub async fn serve(parts: ServiceParts, stop: impl Future<Output = ()> + Send) -> ServiceEnd {
    let ServiceParts { bot, journal, line, mut inbox, mut control, halt_file, .. } = parts;
    let ServiceParts { telling, ladder, tell, venue, .. } = parts;
    let known = bot.known_trades().collect::<Vec<_>>();
    let line = Line::new(line, known.into_iter(), inbox.to_bot.clone());
    let clock = line.clock().clone();
    let (halt_write, ended) = (None, None);
    let mut service = Service {
        bot,
        journal,
        line,
        line_facts: LineFacts::new(venue),
        halt_file,
        halt_write,
        telling,
        ladder,
        tell,
        ended,
    };
    let mut waits = service.line.calls().watch_waits().await;
    let mut look = tokio::time::interval(HALT_FILE_EVERY);
    let mut pulse = tokio::time::interval(PULSE_EVERY);
    let mut stop = std::pin::pin!(stop);
    let mut is_stopping = false;
    // How large entries may be is settled before anything else.
    service.heed_ladder();
    service.carry_out().await;
    while service.ended.is_none() {
        let due = service.bot.next_timeout().unwrap_or(Timestamp::NEVER);
        tokio::select! {
            biased;
            () = &mut stop, if !is_stopping => {
                is_stopping = true;
                service.bot.handle(BotInput::ShutDown, clock.now());
            }
            Some(request) = control.recv() => service.answer(request).await,
            Some(input) = inbox.from_world.recv() => {
                let now = clock.now();
                service.hear(input, now);
                // What has arrived together is answered together.
                for _ in 0..ROW_MAX {
                    let Ok(input) = inbox.from_world.try_recv() else { break };
                    service.hear(input, now);
                }
            }
            delivery = next_delivery(&mut service.telling) => {
                let warning = service.telling.as_mut().and_then(|it| it.judge(&delivery));
                if let Some(text) = warning {
                    service.raise(AlertKind::Delivery, Severity::Warning, text);
                }
            }
            Some(wait) = waits.recv() => {
                let time = service.bot.venue_clock().0;
                (service.tell)(Told::LimitWait { time, wait });
            }
            word = next_word(&mut service.ladder) => service.heed(word),
            () = clock.sleep_until(due) => service.bot.handle_timeout(clock.now()),
            _ = look.tick() => service.look_for_halt(),
            _ = pulse.tick() => {
                let status = service.status().await;
                (service.tell)(Told::Pulse(Box::new(status)));
            }
        }
        service.carry_out().await;
        service.look_at_ladder();
    }
    // Nobody is waited for who has something to tell to a bot that is over.
    drop(inbox);
    service.end().await
}

impl Service {
    fn now(&self) -> Timestamp {
        self.line.clock().now()
    }

    /// Something happened.
    fn hear(&mut self, input: BotInput, now: Timestamp) {
        let is_too_fast = self.line_facts.hear(&input);
        self.bot.handle(input, now);
        if is_too_fast {
            let text = "kraken said that we ask too much; see who else uses the key or this \
                        address, and `slackwater limits show`";
            self.raise(AlertKind::RateLimit, Severity::Warning, text.to_owned());
        }
    }

    async fn status(&mut self) -> serde_json::Value {
        let gauges = self.line.calls().gauges().await;
        let mut status = status(&self.bot, &gauges);
        status["line"] = serde_json::json!(self.line_facts);
        if let Some((rung, cap)) = self.ladder.as_ref().map(LadderRun::standing) {
            status["ladder"] = serde_json::json!({ "rung": rung, "entry_cap": cap });
        }
        status
    }

    async fn carry_out(&mut self) {
        while let Some(output) = self.bot.poll_output() {
            match self.line.carry_out(output).await {
                None => {}
                Some(BotOutput::Record { kind, payload }) => {
                    if kind == RecordKind::Note {
                        self.read(&payload);
                    }
                    self.journal.append(kind, payload, self.now());
                }
                Some(BotOutput::Sync) => self.journal.commit(),
                Some(BotOutput::Report(report)) => {
                    let (time, report) = (self.bot.venue_clock().0, Box::new(report));
                    if let Some(ladder) = &mut self.ladder {
                        ladder.hear(&report, time);
                    }
                    (self.tell)(Told::Report { time, report });
                }
                Some(BotOutput::Stage(stage)) => {
                    let (time, engine) = (self.bot.venue_clock().0, self.bot.engine());
                    let equity = engine.is_open().then(|| engine.equity());
                    (self.tell)(Told::Stage { time, stage, equity });
                }
                Some(BotOutput::Alert(alert)) => {
                    if let Some(telling) = &self.telling {
                        telling.deliver(&alert);
                    }
                    (self.tell)(Told::Alert(alert));
                }
                Some(BotOutput::Ended { why }) => self.ended = Some(why),
                Some(other) => unreachable!("the line carries {other:?}"),
            }
        }
    }

    /// A file that a person or another program has put there halts the bot, whatever else is
    /// broken.
    fn look_for_halt(&mut self) {
        if self.bot.engine().halted().is_some() {
            return;
        }
        if let Some(halt) = self.halt_file.read() {
            let principal = halt.by.unwrap_or_else(|| "the file HALT".to_owned());
            let command = OperatorCommand::Halt { reason: halt.reason };
            self.operate(principal, command);
        }
    }

    fn operate(&mut self, principal: String, command: OperatorCommand) {
        let now = self.now();
        self.bot.handle(BotInput::Operator(Operator { principal, command }), now);
    }

    /// Something the service itself has found is told as the bot's own alerts are.
    fn raise(&mut self, kind: AlertKind, severity: Severity, text: String) {
        let now = self.now();
        self.bot.handle(BotInput::Noticed { kind, severity, text }, now);
    }

    async fn end(mut self) -> ServiceEnd {
        let why = self.ended.take().unwrap_or_default();
        let give_up = self.now() + LAST_WORDS_MAX;
        self.line.calls().save().await;
        // The thread commits what is left.
        drop(self.journal);
        if let Some(write) = self.halt_write {
            // It has told its own errors.
            drop(write.await);
        }
        if let Some(ladder) = self.ladder {
            ladder.close(self.bot.venue_clock().0);
        }
        if let Some(telling) = self.telling {
            telling.close(give_up).await;
        }
        ServiceEnd { bot: self.bot, why }
    }
}
