//! One world: the simulated Kraken, the net, the markets, the people, the machine with its clock
//! and disk, and the process on it.
//!
//! The invariant: nothing happens between two moments at which somebody has something to do, and
//! everything that happens follows from the seed and the options.

mod drill;
mod ending;
mod outcome;
mod supervising;

use std::{collections::VecDeque, panic::AssertUnwindSafe, time::Duration};

use bot_machine::{Bot, BotInput, BotSettings};
use exchange_simulator::Prng;
use simulated_kraken::{KeyDescription, SimulatedKraken};
use trading_engine::Report;
use trading_types::Timestamp;

use crate::{
    checker::{Checker, Look},
    clock::Clock,
    disk::Disk,
    line::{Kept, ToNet},
    market::Market,
    net::{Arrival, Heard, Net},
    options::{Options, Seed},
    people::People,
    process::{Left, Process, Wanted},
    setup,
    stranger::Stranger,
    tally::Tally,
    trace::Trace,
};

use self::supervising::Supervisor;
pub use self::{
    drill::{Drill, Drilled},
    outcome::Outcome,
};

/// A world.
pub struct World {
    seed: Seed,
    options: Options,
    now: Timestamp,
    begun: Timestamp,
    kraken: SimulatedKraken,
    key: KeyDescription,
    settings: BotSettings,
    net: Net,
    market: Market,
    people: People,
    stranger: Stranger,
    clock: Clock,
    disk: Disk,
    prng: Prng,
    process: Option<Process>,
    /// What the last process left, while none runs.
    left: Option<Left>,
    /// What the disk would leave had it lied about a sync since then.
    lied: Option<bot_journal::SimulatedDisk>,
    supervisor: Supervisor,
    /// When the sync that is under way ends, and how many records had been given out when it began.
    syncs: VecDeque<(Timestamp, u64)>,
    /// What arrives while the machine stands still.
    held_back: VecDeque<Arrival>,
    checker: Checker,
    trace: Trace,
    tally: Tally,
    bot_time: Duration,
    starts: u64,
    is_calm: bool,
    gauges_at: Timestamp,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World")
            .field("seed", &self.seed)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// What is due next, by what it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Disk,
    Supervisor,
    Sync,
    Market,
    Kraken,
    Net,
    Process,
    People,
    Stranger,
}

/// From so many bytes on a message is large.
const LARGE: usize = 2_000;
/// How often the budgets are looked at.
const GAUGES_EVERY: Duration = Duration::from_mins(1);

impl World {
    /// A world as a seed decides it.
    pub fn new(seed: Seed, options: Options) -> Self {
        Self::telling(seed, options, None)
    }

    /// The same; every line of its story is given to `tells`.
    pub fn telling(seed: Seed, options: Options, tells: Option<fn(&str)>) -> Self {
        let now = setup::beginning();
        let mut kraken = SimulatedKraken::new(setup::kraken_settings(seed, &options), now);
        if let Some(scenario) = setup::scenario(&options) {
            kraken.follow(&scenario, now);
        }
        let key = kraken.keys()[0].clone();
        let others = kraken.keys().iter().find(|key| key.name == "no-ip-list");
        let others = others.expect("the simulated Kraken has such a key");
        let stranger = Stranger::new(&options, others, seed.stream("stranger"), now);
        let settings = setup::bot_settings(seed, &options);
        let session = settings.header.settings.session;
        let left = Left {
            disk: bot_journal::SimulatedDisk::new(seed.0),
            kept: Kept::default(),
            died_at: now,
            witness: None,
        };
        let mut world = Self {
            net: Net::new(options.net.clone(), seed.stream("net"), now),
            market: Market::new(options.market.clone(), seed.stream("market"), now),
            people: People::new(options.people.clone(), seed.stream("people"), now),
            stranger,
            clock: Clock::new(options.clock.clone(), seed.stream("clock"), now),
            disk: Disk::new(options.disk.clone(), seed.stream("disk"), now),
            prng: seed.stream("world"),
            process: None,
            left: Some(left),
            lied: None,
            supervisor: Supervisor::new(options.process.clone(), seed.stream("process"), now),
            syncs: VecDeque::new(),
            held_back: VecDeque::new(),
            checker: Checker::new(session, &options, &key.secret),
            trace: Trace::new(tells),
            tally: Tally::default(),
            bot_time: Duration::ZERO,
            starts: 0,
            is_calm: false,
            gauges_at: now,
            begun: now,
            now,
            seed,
            options,
            kraken,
            key,
            settings,
        };
        world.tally.count("swarm");
        if 0 < world.options.strategy.nonsense {
            world.tally.count("nonsense");
        }
        let line = format!("seed {}: {:?}", world.seed.0, world.options);
        world.trace.line(now, format_args!("{line}"));
        world
    }

    /// Runs to the end, or to the first thing that is wrong.
    pub fn run(mut self) -> Outcome {
        let lived = std::panic::catch_unwind(AssertUnwindSafe(|| self.live()));
        if let Err(panic) = lived {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            // Nothing is wrong that was not wrong before: a bug of ours has crashed, as it should.
            self.checker.broke("panic", text.unwrap_or_default());
        }
        self.count_disk();
        self.outcome()
    }

    fn live(&mut self) {
        let end = self.begun + self.options.length;
        self.run_until(end);
        if self.checker.broken().is_none() {
            self.end();
        }
    }

    /// Lets time pass up to a moment, or to the first thing that is wrong.
    fn run_until(&mut self, end: Timestamp) {
        while self.checker.broken().is_none() {
            let next = self.next().filter(|(at, _)| *at <= end);
            let Some((at, due)) = next else {
                self.pass_to(end);
                return;
            };
            self.pass_to(at);
            self.happen(due);
            self.settle();
            self.look();
        }
    }

    fn pass_to(&mut self, at: Timestamp) {
        if self.process.is_some() {
            self.bot_time += at.since(self.now);
        }
        self.now = self.now.max(at);
    }

    /// What is due next. Of two things at one moment the order of [`Due`] decides.
    fn next(&self) -> Option<(Timestamp, Due)> {
        let is_paused = self.supervisor.paused_until().is_some();
        let process = self.process.as_ref().filter(|_| !is_paused);
        let process = process.and_then(Process::next_timeout).map(|it| self.clock.true_time(it));
        let sync = self.syncs.front().map(|(at, _)| *at).filter(|_| !is_paused);
        let times = [
            (self.disk.next_at(), Due::Disk),
            (self.supervisor.next_at(), Due::Supervisor),
            (sync, Due::Sync),
            (self.market.next_at(), Due::Market),
            (self.kraken.next_timeout(), Due::Kraken),
            (self.net.next_at(), Due::Net),
            (process, Due::Process),
            (self.people.next_at(), Due::People),
            (self.stranger.next_at(), Due::Stranger),
        ];
        let due = times.into_iter().filter_map(|(at, due)| Some((at?.max(self.now), due)));
        due.min()
    }

    fn happen(&mut self, due: Due) {
        let now = self.now;
        match due {
            Due::Disk => self.disk.handle_timeout(&mut self.tally, now),
            Due::Supervisor => self.supervise(),
            Due::Sync => self.synced(),
            Due::Market => {
                self.market.handle_timeout(&mut self.kraken, &mut self.tally, now);
            }
            Due::Kraken => self.kraken.handle_timeout(now),
            Due::Net => self.carry(),
            Due::Process => {
                let local = self.local();
                if let Some(process) = &mut self.process {
                    process.handle_timeout(local);
                }
            }
            Due::Stranger => self.stranger.act(&mut self.kraken, &mut self.tally, now),
            Due::People => {
                for input in self.people.poll(&mut self.tally, now) {
                    self.tell(input);
                }
            }
        }
    }

    fn local(&self) -> Timestamp {
        self.clock.shows(self.now)
    }

    /// The bot is told something from outside its line.
    fn tell(&mut self, input: BotInput) {
        let (now, local) = (self.now, self.local());
        self.trace.line(now, format_args!("told {input:?}"));
        self.checker.told(&input, now);
        if self.supervisor.paused_until().is_none()
            && let Some(process) = &mut self.process
        {
            process.tell(input, local);
        }
    }

    /// Takes from the net what has arrived.
    fn carry(&mut self) {
        let now = self.now;
        let (kraken, trace) = (&mut self.kraken, &mut self.trace);
        let arrival = self.net.poll(now, &mut self.tally, |input| {
            note_input(trace, &input, now);
            kraken.handle(input, now);
        });
        if let Some(arrival) = arrival {
            if self.supervisor.paused_until().is_some() {
                self.held_back.push_back(arrival);
            } else {
                self.deliver(&arrival);
            }
        }
    }

    fn deliver(&mut self, arrival: &Arrival) {
        let (now, local) = (self.now, self.local());
        match arrival {
            Arrival::Frame { frame, .. } => {
                self.trace.bytes(now, b'f', frame.as_str().as_bytes());
            }
            Arrival::Heard { id, heard: Heard::Answer(answer) } => {
                let (status, body) = (answer.status, String::from_utf8_lossy(&answer.body));
                self.trace.bytes(now, b'a', &answer.body);
                self.trace.line(now, format_args!("answer {} {status} {body:.160}", id.0));
            }
            Arrival::Heard { .. }
            | Arrival::LetIn { .. }
            | Arrival::NotLetIn { .. }
            | Arrival::Closed { .. } => {
                self.trace.line(now, format_args!("arrives {arrival:?}"));
            }
        }
        let Some(process) = &mut self.process else { return };
        process.arrived(arrival, local);
        if LARGE <= arrival.length() && std::mem::take(&mut self.supervisor.dies_of_memory) {
            self.tally.count("killed_for_memory");
            self.die("killed for want of memory");
        }
    }

    /// A sync has come to its end.
    fn synced(&mut self) {
        let local = self.local();
        let Some((_, records)) = self.syncs.pop_front() else { return };
        let Some(process) = &mut self.process else { return };
        self.disk.prepare(process.disk_mut(), &mut self.tally, self.now);
        if self.lied.is_none() && self.disk.lies() {
            self.lied = Some(process.disk_mut().clone());
        }
        self.trace.line(self.now, format_args!("synced {records}"));
        let sequence = process.sequence_of(records);
        match process.synced(records, local) {
            Some(witness) => {
                self.supervisor.witness = Some(witness);
                self.checker.durable(records, sequence);
            }
            None => self.tally.count("journal_failed"),
        }
    }

    /// Lets everybody do what follows from what has just happened.
    fn settle(&mut self) {
        loop {
            let mut is_quiet = true;
            while let Some(output) = self.kraken.poll_output() {
                self.net.told(output, &mut self.tally, self.now);
            }
            let local = self.local();
            while self.supervisor.paused_until().is_none()
                && let Some(process) = &mut self.process
                && let Some(wanted) = process.step(local)
            {
                is_quiet = false;
                self.obey(wanted);
                if self.process.is_some() && self.supervisor.dies_now(&mut self.tally) {
                    self.die("killed between two outputs");
                }
            }
            if is_quiet {
                return;
            }
        }
    }

    fn obey(&mut self, wanted: Wanted) {
        let now = self.now;
        match wanted {
            Wanted::Net(net) => self.leaves(net),
            Wanted::Recorded { sequence, kind, payload } => {
                self.trace.bytes(now, b'r', &payload);
                self.checker.recorded(sequence, kind, &payload);
            }
            Wanted::Sync => {
                let Some(process) = &self.process else { return };
                let begins = self.syncs.back().map_or(now, |(at, _)| *at);
                let ends = begins + self.disk.sync_takes(&mut self.tally);
                self.syncs.push_back((ends, process.records()));
                if self.supervisor.dies_at_sync {
                    self.tally.count("killed");
                    self.die("killed during a sync");
                }
            }
            Wanted::Report(report) => {
                self.trace.line(now, format_args!("report {report:?}"));
                let records = self.process.as_ref().map_or(0, Process::records);
                self.checker.reported(&report, records, now);
                self.count_report(&report);
                if matches!(report, Report::Halted { .. }) {
                    self.people.needed(now);
                }
            }
            Wanted::Stage(stage) => {
                self.trace.line(now, format_args!("stage {stage:?}"));
                self.checker.staged(&stage);
            }
            Wanted::Alert(alert) => {
                self.trace.line(now, format_args!("alert {alert:?}"));
                self.tally.count("alert");
                self.checker.alerted(&alert, now);
                self.people.alerted(alert.id, &mut self.tally, now);
                self.people.needed(now);
            }
            Wanted::Told(input) => self.checker.told(&input, now),
            Wanted::Ended(why) => {
                self.trace.line(now, format_args!("ended: {why}"));
                self.supervisor.ended(now);
                self.checker.ended();
            }
        }
    }

    fn count_report(&mut self, report: &Report) {
        self.tally.count(match report {
            Report::OrderPlaced { .. } => "order_placed",
            Report::OrderFilled { .. } => "order_filled",
            Report::OrderEnded { .. } => "order_ended",
            Report::OrderRejected { .. } => "order_rejected",
            Report::OrderRefused { .. } => "order_refused",
            Report::SizeRefused { .. } => "size_refused",
            Report::LotClosed { .. } => "lot_closed",
            Report::TradeClosed { .. } => "trade_closed",
            Report::Halted { .. } => "halted",
            Report::Flattened => "flattened",
            Report::Resumed { .. } => "resumed",
            Report::Alarm(_) => "alarm",
            Report::Residual { .. } => "residual",
            Report::PairHalted { .. } => "pair_halted",
            Report::PairFlattened { .. } => "pair_flattened",
            Report::PairResumed { .. } => "pair_resumed",
            Report::PairNotTraded { .. } => "pair_not_traded",
        });
    }

    /// Something leaves the machine.
    fn leaves(&mut self, net: ToNet) {
        let now = self.now;
        let bot = self.process.as_ref().map(|process| &process.bot);
        let look = Look { kraken: &self.kraken, bot, now };
        match net {
            ToNet::Request { id, request } => {
                self.trace.line(now, format_args!("sends {} {}", id.0, request.path));
                self.trace.bytes(now, b'q', &request.body);
                self.checker.request_leaves(&request);
                self.net.request((id, request), &mut self.tally, now);
            }
            ToNet::Dial { id, kind } => {
                self.trace.line(now, format_args!("dials {id:?} {kind:?}"));
                self.checker.dial_leaves(now);
                self.net.dial((id, kind), &mut self.tally, now);
            }
            ToNet::Frame { id, text } => {
                if text.contains("\"method\":\"ping\"") {
                    self.trace.bytes(now, b'p', text.as_bytes());
                } else {
                    self.trace.line(now, format_args!("frame {id:?} {}", without_token(&text)));
                    self.checker.frame_leaves(&text, &look, &mut self.tally);
                }
                self.net.frame(id, text, &mut self.tally, now);
            }
            ToNet::HangUp { id } => {
                self.trace.line(now, format_args!("hangs up {id:?}"));
                self.net.hang_up(id, &mut self.tally, now);
            }
        }
    }

    fn look(&mut self) {
        let now = self.now;
        // Nothing can be asked of a machine that stands still.
        let process = self.process.as_ref().filter(|_| self.supervisor.paused_until().is_none());
        let look = Look { kraken: &self.kraken, bot: process.map(|it| &it.bot), now };
        self.checker.look(&look, &mut self.tally);
        if GAUGES_EVERY <= now.since(self.gauges_at)
            && let Some(process) = process
        {
            self.gauges_at = now;
            let gauges = process.line.calls().gauges(self.clock.shows(now));
            self.checker.look_at_gauges(&gauges, &look);
        }
    }

    fn bot(&self) -> Option<&Bot> {
        self.process.as_ref().map(|process| &process.bot)
    }
}

/// Notes what reaches the simulated Kraken.
fn note_input(trace: &mut Trace, input: &simulated_kraken::Input, now: Timestamp) {
    use simulated_kraken::Input;
    match input {
        Input::Request { id, .. } => trace.bytes(now, b'Q', &id.0.to_le_bytes()),
        Input::Knock { id, .. } => trace.bytes(now, b'K', &id.0.to_le_bytes()),
        Input::Frame { text, .. } => trace.bytes(now, b'F', text.as_bytes()),
        Input::Gone { id } => trace.bytes(now, b'G', &id.0.to_le_bytes()),
    }
}

/// A frame as it may be shown.
fn without_token(text: &str) -> String {
    text.split_once("\"token\"").map_or_else(|| text.to_owned(), |(head, _)| format!("{head}…"))
}

#[cfg(test)]
mod tests;
