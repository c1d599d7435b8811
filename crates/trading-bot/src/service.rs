//! The loop around the bot: what it wants is done, what happens is told to it.
//!
//! **Law.** It decides nothing; the order of events is the order in which they arrive here.

use std::time::Duration;

use bot_machine::{Alert, Bot, BotInput, BotOutput, Operator, output::Stage};
use tokio::sync::mpsc;
use trading_engine::{OperatorCommand, Report};
use trading_types::{Amount, Timestamp};

use crate::{
    control::{Ask, ControlRequest},
    halt_file::HaltFile,
    journal_thread::JournalThread,
    line::{INPUTS_MAX, Line, LineParts},
    status::status,
};

/// The file HALT is looked for this often, in real time.
const HALT_FILE_EVERY: Duration = Duration::from_millis(500);
/// How often people are told how everything stands, in real time.
const PULSE_EVERY: Duration = Duration::from_secs(1);

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
    /// What the bot is told.
    pub inbox: Inbox,
    /// What people on this machine ask.
    pub control: mpsc::Receiver<ControlRequest>,
    /// The file that halts.
    pub halt_file: HaltFile,
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
    halt_file: HaltFile,
    tell: Box<dyn FnMut(Told) + Send>,
    ended: Option<String>,
}

/// Runs the bot until it is over: because it was asked to end, or because it must not go on.
/// `stop` says that it is asked to.
pub async fn serve(parts: ServiceParts, stop: impl Future<Output = ()> + Send) -> ServiceEnd {
    let ServiceParts { bot, journal, line, mut inbox, mut control, halt_file, tell } = parts;
    let known = bot.known_trades().collect::<Vec<_>>();
    let line = Line::new(line, known.into_iter(), inbox.to_bot.clone());
    let clock = line.clock().clone();
    let mut service = Service { bot, journal, line, halt_file, tell, ended: None };
    let mut look = tokio::time::interval(HALT_FILE_EVERY);
    let mut pulse = tokio::time::interval(PULSE_EVERY);
    let mut stop = std::pin::pin!(stop);
    let mut is_stopping = false;
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
                service.bot.handle(input, now);
                // What has arrived together is answered together.
                while let Ok(input) = inbox.from_world.try_recv() {
                    service.bot.handle(input, now);
                }
            }
            () = clock.sleep_until(due) => service.bot.handle_timeout(clock.now()),
            _ = look.tick() => service.look_for_halt(),
            _ = pulse.tick() => {
                let gauges = service.line.calls().gauges().await;
                let status = status(&service.bot, &gauges);
                (service.tell)(Told::Pulse(Box::new(status)));
            }
        }
        service.carry_out().await;
    }
    let why = service.ended.take().unwrap_or_default();
    service.line.calls().save().await;
    // The thread commits what is left.
    drop(service.journal);
    ServiceEnd { bot: service.bot, why }
}

impl Service {
    fn now(&self) -> Timestamp {
        self.line.clock().now()
    }

    async fn carry_out(&mut self) {
        while let Some(output) = self.bot.poll_output() {
            match self.line.carry_out(output).await {
                None => {}
                Some(BotOutput::Record { kind, payload }) => {
                    self.journal.append(kind, payload, self.now());
                }
                Some(BotOutput::Sync) => self.journal.commit(),
                Some(BotOutput::Report(report)) => {
                    let (time, report) = (self.bot.venue_clock().0, Box::new(report));
                    (self.tell)(Told::Report { time, report });
                }
                Some(BotOutput::Stage(stage)) => {
                    let (time, engine) = (self.bot.venue_clock().0, self.bot.engine());
                    let equity = engine.is_open().then(|| engine.equity());
                    (self.tell)(Told::Stage { time, stage, equity });
                }
                Some(BotOutput::Alert(alert)) => (self.tell)(Told::Alert(alert)),
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

    async fn answer(&mut self, request: ControlRequest) {
        let ControlRequest { what, principal, reply } = request;
        let by = format!("user {}", principal.user);
        match what {
            Ask::Status => {
                let gauges = self.line.calls().gauges().await;
                reply.answer(status(&self.bot, &gauges));
            }
            Ask::Halt { reason } => {
                let now = self.now();
                if let Err(error) = self.halt_file.write(&reason, &by, now) {
                    tracing::error!(%error, "the halt holds, but a restart would not know of it");
                }
                self.operate(by, OperatorCommand::Halt { reason });
                reply.answer(serde_json::json!({ "halted": true }));
            }
            Ask::Resume { reason, pair } => {
                if let Err(error) = self.halt_file.remove() {
                    return reply.refuse(format!("{error}; it would halt the bot again"));
                }
                let command = match pair {
                    Some(pair) => OperatorCommand::ResumePair { pair, reason },
                    None => OperatorCommand::Resume { reason },
                };
                self.operate(by, command);
                reply.answer(serde_json::json!({ "resumed": true }));
            }
            Ask::Acknowledge { alert } => {
                let now = self.now();
                self.bot.handle(BotInput::Acknowledged { alert, by }, now);
                reply.answer(serde_json::json!({ "acknowledged": true }));
            }
            Ask::Explain { pair } => {
                let now = self.bot.venue_clock().0;
                reply.answer(crate::status::explain(&self.bot, pair, now));
            }
            Ask::Stop => {
                let now = self.now();
                self.bot.handle(BotInput::ShutDown, now);
                reply.answer(serde_json::json!({ "stopping": true }));
            }
        }
    }
}
