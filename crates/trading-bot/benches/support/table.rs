//! A bot in this very thread: its machine, an account that the market it is shown fills, and a
//! market that wanders by a seed. What leaves and what comes takes no time but the ticks of the
//! table's own clock.
#![allow(dead_code, reason = "each benchmark uses a part of it")]

use std::time::Duration;

use bot_journal::RecordKind;
use bot_machine::{
    Answer, Bot, BotInput, BotOutput, BotSettings, Call, CallFailure, DeadManChoice, Recovered,
    output::Stage, settings::Times,
};
use exchange_simulator::{Delay, Prng};
use kraken_protocol::{
    key_audit::Wanted,
    limits::KeyRole,
    rest::{PairNames, market::SystemStatus},
    stream::{session::LinkChange, subscription::SocketKind},
};
use rustix::time::{ClockId, clock_gettime};
use trading_bot::paper::{PaperEvent, PaperSettings, PaperVenue};
use trading_engine::{
    Engine, EngineSettings, JournalHeader, Keep, KillLimits, RestoreError, RiskLimits, Sizing,
    Strategy, StrategySpec, View, Wish, settings::ORDER_DEADLINE,
};
use trading_types::{
    BookLevel, BookUpdate, Candle, Fraction, Interval, KrakenPairs, Pair, PairRules, Price,
    Quantity, Quote, Side, Timestamp, Trade, VenueStatus,
};

use self::churn::Churn;

#[path = "../../tests/it/churn.rs"]
mod churn;

/// When every run begins.
const START: u64 = 1_780_000_000;
/// Candles of which a strategy holds for some and rests for some.
const HOLDS: u32 = 3;
const RESTS: u32 = 2;

/// Wishes for nothing.
struct Idle;

impl Strategy for Idle {
    fn name(&self) -> &'static str {
        "idle"
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    fn warm_up(&self) -> usize {
        0
    }

    fn handle_candle(&mut self, _: &Candle, _: &View) -> Wish {
        Wish::Nothing
    }

    fn save(&self) -> Vec<u8> {
        Vec::new()
    }

    fn restore(&mut self, _: &[u8]) -> Result<(), RestoreError> {
        Ok(())
    }
}

/// Makes the strategies of a header.
#[expect(clippy::unnecessary_wraps, reason = "those of others may be impossible")]
pub(crate) fn make(header: &JournalHeader) -> Result<Vec<Box<dyn Strategy>>, String> {
    let one = |rules: &PairRules| {
        let churn = Churn { hold: HOLDS, rest: RESTS, tick: rules.tick, seen: 0 };
        Box::new(churn) as Box<dyn Strategy>
    };
    Ok(header.settings.pairs.iter().map(one).collect())
}

/// Strategies that wish for nothing.
pub(crate) fn idle(header: &JournalHeader) -> Vec<Box<dyn Strategy>> {
    header.settings.pairs.iter().map(|_| Box::new(Idle) as Box<dyn Strategy>).collect()
}

/// What this process has computed so far, in seconds.
#[expect(clippy::float_arithmetic, reason = "times are floating")]
#[expect(clippy::cast_precision_loss, reason = "times are approximate")]
pub(crate) fn processor_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// What this process holds in memory, in KiB.
#[expect(clippy::disallowed_methods, reason = "only the system knows")]
pub(crate) fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The settings of a bot that trades the first so many pairs against the dollar.
pub(crate) fn header(pairs: usize) -> JournalHeader {
    let table = KrakenPairs::recorded();
    let quote = "USD".parse().expect("an asset");
    let mut rules: Vec<PairRules> = ["BTC/USD", "ETH/USD", "SOL/USD"]
        .iter()
        .map(|pair| table.find(pair).expect("Kraken has it"))
        .collect();
    let all = table.pairs().filter(|pair| pair.quote == quote);
    let others = all.filter_map(|pair| table.rules(pair));
    for other in others {
        if rules.len() < pairs && !rules.iter().any(|it| it.pair == other.pair) {
            rules.push(other);
        }
    }
    rules.truncate(pairs);
    let churn = StrategySpec { name: "churn".to_owned(), settings: Vec::new() };
    let strategies = vec![churn; rules.len()];
    let settings = EngineSettings {
        session: 42,
        quote,
        interval: Interval::from_minutes(1).expect("a minute"),
        pairs: rules,
        sizing: Sizing::Fixed("1".parse().expect("a quantity")),
        slippage: Fraction::ZERO,
        risk: RiskLimits::unlimited(),
        kill: KillLimits::default(),
        stop_deadline: Duration::from_secs(30),
        order_deadline: ORDER_DEADLINE,
    };
    JournalHeader { settings, strategies }
}

/// A market of one pair.
#[derive(Clone, Debug)]
struct Market {
    pair: Pair,
    tick: Price,
    /// In ticks.
    price: i64,
    /// Open, high, low, in ticks, and the trades of the minute.
    candle: Option<(i64, i64, i64, u32)>,
}

/// It.
pub(crate) struct Table {
    pub(crate) bot: Bot,
    pub(crate) now: Timestamp,
    /// What the bot wants written down, in its order.
    pub(crate) records: Vec<(RecordKind, Vec<u8>)>,
    /// Reports of the engine so far.
    pub(crate) reports: u64,
    venue: PaperVenue,
    markets: Vec<Market>,
    prng: Prng,
    given: u64,
}

impl Table {
    /// A bot that trades all the time.
    pub(crate) fn new(pairs: usize) -> Self {
        let header = header(pairs);
        let strategies = make(&header).expect("our own");
        Self::with(header, strategies)
    }

    /// A bot that watches.
    pub(crate) fn watching(pairs: usize) -> Self {
        let header = header(pairs);
        let strategies = idle(&header);
        Self::with(header, strategies)
    }

    fn with(header: JournalHeader, strategies: Vec<Box<dyn Strategy>>) -> Self {
        let now = Timestamp::from_seconds(START).expect("a time");
        let times = Times::default();
        let engine = Engine::new(&header, strategies, Keep::Bytes).expect("settings that can be");
        let recovered = Recovered::fresh(engine, &header, times);
        let rules = header.settings.pairs.clone();
        let settings = BotSettings {
            header,
            key: Wanted { role: KeyRole::Trade, live: true, accept_no_ip_list: false },
            names: PairNames::recorded(),
            dead_man: DeadManChoice::StopsRest,
            times,
        };
        let cash = "1000000000".parse().expect("an amount");
        let paper = PaperSettings {
            rules: rules.clone(),
            balances: vec![(settings.header.settings.quote, cash)],
            latency: Delay::NONE,
            seed: 1,
        };
        let market = |rules: &PairRules| Market {
            pair: rules.pair,
            tick: rules.tick,
            price: 1_000_000,
            candle: None,
        };
        let mut table = Self {
            bot: Bot::new(settings, recovered, "bench", now),
            now,
            records: Vec::new(),
            reports: 0,
            venue: PaperVenue::new(paper, now),
            markets: rules.iter().map(market).collect(),
            prng: Prng::from_seed(7),
            given: 0,
        };
        table.settle();
        table.begin();
        table
    }

    /// Lets it come to the point where it trades.
    fn begin(&mut self) {
        for _ in 0..120 {
            self.second();
        }
        assert_eq!(self.bot.stage(), &Stage::Ready, "it trades");
    }

    /// A second passes: the books move, somebody trades, and at the end of a minute candles close.
    pub(crate) fn second(&mut self) {
        self.pass(Duration::from_secs(1));
        for index in 0..self.markets.len() {
            self.quote(index);
            if self.prng.below(3) == 0 {
                self.trade(index);
            }
        }
        if self.now.seconds().is_multiple_of(60) {
            for index in 0..self.markets.len() {
                self.close(index);
            }
        }
        self.settle();
    }

    /// Time passes, and nothing else happens by itself but timers.
    pub(crate) fn pass(&mut self, length: Duration) {
        let end = self.now + length;
        loop {
            let due = self.bot.next_timeout().into_iter().chain(self.venue.next_timeout()).min();
            let Some(due) = due.filter(|due| *due <= end) else { break };
            self.now = self.now.max(due);
            self.venue.handle_timeout(self.now);
            self.bot.handle_timeout(self.now);
            self.settle();
            if due < self.now {
                break;
            }
        }
        self.now = end;
        self.venue.handle_timeout(self.now);
        self.bot.handle_timeout(self.now);
        self.settle();
    }

    /// The best prices of a pair change.
    pub(crate) fn quote(&mut self, index: usize) {
        let step = i64::try_from(self.prng.below(2_001)).expect("small") - 1_000;
        let market = &mut self.markets[index];
        // It comes back to where it began, so that nothing runs away in the long run.
        market.price += step + (1_000_000 - market.price) / 200;
        let quantity: Quantity = "50".parse().expect("a quantity");
        let level = |ticks| BookLevel { price: price(market.tick, ticks), quantity };
        let (bid, ask) = (level(market.price - 1), level(market.price + 1));
        let pair = market.pair;
        let bids_and_asks = BookUpdate { is_snapshot: true, bids: vec![bid], asks: vec![ask] };
        self.venue.handle(PaperEvent::Book { pair, bids_and_asks }, self.now);
        let quote = Some(Quote { bid, ask });
        self.bot.handle(BotInput::Quote { pair, quote }, self.now);
    }

    /// Somebody trades.
    pub(crate) fn trade(&mut self, index: usize) {
        let market = &mut self.markets[index];
        let at = market.price;
        let (open, high, low, trades) = market.candle.unwrap_or((at, at, at, 0));
        market.candle = Some((open, high.max(at), low.min(at), trades + 1));
        let trade = Trade {
            time: self.now,
            price: price(market.tick, at),
            quantity: "0.5".parse().expect("a quantity"),
            taker_side: Side::Buy,
        };
        self.bot.handle(BotInput::Trade { pair: market.pair, trade }, self.now);
    }

    fn close(&mut self, index: usize) {
        let market = &mut self.markets[index];
        let at = market.price;
        let (open, high, low, trades) = market.candle.take().unwrap_or((at, at, at, 0));
        let (tick, pair) = (market.tick, market.pair);
        let candle = Candle {
            start: self.now - Duration::from_mins(1),
            open: price(tick, open),
            high: price(tick, high.max(at)),
            low: price(tick, low.min(at)),
            close: price(tick, at),
            volume: "3".parse().expect("an amount"),
            trades,
        };
        self.bot.handle(BotInput::Candle { pair, candle }, self.now);
    }

    /// Does what the bot wants until it wants nothing.
    pub(crate) fn settle(&mut self) {
        loop {
            if let Some(output) = self.bot.poll_output() {
                self.obey(output);
            } else if let Some(input) = self.venue.poll_output() {
                self.bot.handle(input, self.now);
            } else {
                return;
            }
        }
    }

    fn obey(&mut self, output: BotOutput) {
        let event = match output {
            BotOutput::Record { kind, payload } => {
                self.given += 1;
                self.records.push((kind, payload));
                return;
            }
            BotOutput::Sync => {
                return self.bot.handle(BotInput::Durable { records: self.given }, self.now);
            }
            BotOutput::Call { call, what, .. } => match self.public(&what) {
                Some(result) => {
                    let sent = self.now;
                    return self.bot.handle(BotInput::Answered { call, sent, result }, sent);
                }
                None => PaperEvent::Call { call, what },
            },
            BotOutput::Command { request, command, .. } => PaperEvent::Command { request, command },
            BotOutput::OpenSocket { socket: SocketKind::Private, .. } => PaperEvent::Open,
            BotOutput::OpenSocket { socket, .. } => return self.open(socket),
            BotOutput::RenewExecutions => PaperEvent::Renew,
            BotOutput::Report(_) => {
                self.reports += 1;
                return;
            }
            BotOutput::Ended { why } => panic!("it goes on: {why}"),
            BotOutput::AdmitKey { .. }
            | BotOutput::StopKey { .. }
            | BotOutput::CloseSocket(_)
            | BotOutput::Withdraw { .. }
            | BotOutput::VenueClock { .. }
            | BotOutput::OrderGone(_)
            | BotOutput::OnlyOpen(_)
            | BotOutput::OrderOpen { .. }
            | BotOutput::Stage(_)
            | BotOutput::Alert(_) => return,
        };
        self.venue.handle(event, self.now);
    }

    fn open(&mut self, socket: SocketKind) {
        let change = LinkChange::Up;
        self.bot.handle(BotInput::Link { socket, change }, self.now);
        let pairs: Vec<Pair> = self.markets.iter().map(|market| market.pair).collect();
        for pair in pairs {
            let status = VenueStatus::Online;
            self.bot.handle(BotInput::PairStatus { pair, status }, self.now);
        }
    }

    /// What Kraken answers to everybody; nothing where it is the account's business.
    fn public(&self, what: &Call) -> Option<Result<Answer, CallFailure>> {
        let answer = match what {
            Call::ServerTime => {
                Answer::ServerTime(Timestamp::from_seconds(self.now.seconds()).expect("a time"))
            }
            Call::SystemStatus => Answer::SystemStatus(SystemStatus {
                status: VenueStatus::Online,
                word: "online".to_owned(),
                time: None,
                maintenance: None,
                emergency: None,
                unreadable: None,
            }),
            Call::Candles { .. } => Answer::Candles(Vec::new()),
            Call::KeyInfo
            | Call::Balances
            | Call::OpenOrders
            | Call::OpenOrder(_)
            | Call::ClosedOrder(_)
            | Call::ClosedOrders(_)
            | Call::TheseOrders(_)
            | Call::Trades(_)
            | Call::TheseTrades(_)
            | Call::Ledger(_)
            | Call::CancelAll
            | Call::Cancel { .. }
            | Call::CancelAllAfter(_) => return None,
        };
        Some(Ok(answer))
    }
}

fn price(tick: Price, ticks: i64) -> Price {
    Price::from_units(tick.units() * ticks)
}
