//! The bot with an engine that holds something: what an end in order waits for, and what becomes
//! of an order that is not sent.

use std::time::Duration;

use kraken_protocol::{
    key_audit::Wanted,
    limits::KeyRole,
    rest::PairNames,
    stream::{
        executions::OrderReport,
        session::{AccountReport, LinkChange, LinkLoss, SocketCommand},
        subscription::SocketKind,
    },
};
use trading_engine::{
    Engine, EngineSettings, Exits, Input, JournalHeader, Keep, KillLimits, Output, RestoreError,
    RiskLimits, Sizing, Strategy, StrategySpec, View, Wish,
};
use trading_types::{
    AccountEvent, CancelReason, Candle, ClientOrderId, Fill, Fraction, Interval, KrakenPairs,
    Liquidity, MarketEvent, NewOrder, PairRules, Side, Timestamp, VenueCommand, VenueEvent,
    VenueStatus,
};

use crate::{
    Bot, BotInput, BotOutput, BotSettings, DeadManChoice, Recovered, guard::StatusSource,
    settings::Times,
};

/// Long at the first candle, flat at the second.
struct InAndOut(u8);

impl Strategy for InAndOut {
    fn name(&self) -> &'static str {
        "in_and_out"
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    fn warm_up(&self) -> usize {
        0
    }

    fn handle_candle(&mut self, _: &Candle, _: &View) -> Wish {
        self.0 += 1;
        if self.0 == 1 {
            Wish::BeLong(Exits { stop: Some("90".parse().unwrap()), target: None })
        } else {
            Wish::BeFlat
        }
    }

    fn save(&self) -> Vec<u8> {
        vec![self.0]
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), RestoreError> {
        self.0 = state[0];
        Ok(())
    }
}

fn rules() -> PairRules {
    KrakenPairs::recorded().find("SOL/USD").unwrap()
}

fn header() -> JournalHeader {
    JournalHeader {
        settings: EngineSettings {
            session: 1,
            quote: "USD".parse().unwrap(),
            interval: Interval::from_minutes(1).unwrap(),
            pairs: vec![rules()],
            sizing: Sizing::Fixed("1".parse().unwrap()),
            slippage: Fraction::ZERO,
            risk: RiskLimits::unlimited(),
            kill: KillLimits::default(),
            stop_deadline: Duration::from_secs(30),
            order_deadline: trading_engine::ORDER_DEADLINE,
        },
        strategies: vec![StrategySpec { name: "in_and_out".to_owned(), settings: vec![] }],
    }
}

fn at(second: u64) -> Timestamp {
    Timestamp::from_seconds(1_780_000_000 + second).unwrap()
}

/// An engine and the second it is told the next thing at.
struct Told {
    engine: Engine,
    second: u64,
}

impl Told {
    /// Tells it; gives back the order it places, if it does.
    fn event(&mut self, event: VenueEvent) -> Option<NewOrder> {
        self.second += 1;
        self.engine.handle(&Input::Venue(event), at(self.second));
        let mut placed = None;
        while let Some(output) = self.engine.poll_output() {
            if let Output::Command(VenueCommand::Place(order)) = output {
                placed = Some(order);
            }
        }
        placed
    }

    fn account(&mut self, event: AccountEvent) -> Option<NewOrder> {
        self.event(VenueEvent::Account(event))
    }

    fn candle(&mut self) -> Option<NewOrder> {
        let (start, pair) = (at(self.second), rules().pair);
        let (price, volume) = ("100".parse().unwrap(), "1".parse().unwrap());
        let [open, high, low, close] = [price; 4];
        let candle = Candle { start, open, high, low, close, volume, trades: 1 };
        self.event(VenueEvent::Market(MarketEvent::Candle { pair, candle }))
    }

    fn accepted(&mut self, order: ClientOrderId) -> Option<NewOrder> {
        let venue_order = format!("O{:05}-AAAAA-AAAAAA", order.sequence()).parse().unwrap();
        self.account(AccountEvent::Accepted { order, venue_order })
    }
}

/// How far a stop has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    Unanswered,
    Resting,
    Canceling,
}

/// An engine that holds a position, and the stop that protects it.
fn holding(stop: Stop) -> (Engine, ClientOrderId) {
    let engine = Engine::new(&header(), vec![Box::new(InAndOut(0))], Keep::Bytes).unwrap();
    let mut told = Told { engine, second: 0 };
    let dollars = ("USD".parse().unwrap(), "1000".parse().unwrap());
    told.account(AccountEvent::Balances(vec![dollars]));
    told.event(VenueEvent::Link(trading_types::LinkEvent::Status(VenueStatus::Online)));
    let entry = told.candle().expect("an entry");
    told.accepted(entry.id);
    let resting = told.account(AccountEvent::Traded(Fill {
        order: entry.id,
        trade: "TAAAAA-AAAAA-AAAAAA".parse().unwrap(),
        pair: rules().pair,
        side: Side::Buy,
        price: "100".parse().unwrap(),
        quantity: "1".parse().unwrap(),
        cost: "100".parse().unwrap(),
        fee: "0.25".parse().unwrap(),
        fee_asset: "USD".parse().unwrap(),
        liquidity: Liquidity::Taker,
        time: at(3),
    }));
    let id = resting.expect("a stop").id;
    if stop != Stop::Unanswered {
        told.accepted(id);
    }
    if stop == Stop::Canceling {
        told.candle();
    }
    told.engine.journal().take_bytes();
    (told.engine, id)
}

fn bot(engine: Engine) -> Bot {
    let (header, times) = (header(), Times::default());
    let recovered = Recovered::fresh(engine, &header, times);
    let key = Wanted { role: KeyRole::Trade, live: true, accept_no_ip_list: false };
    let (names, dead_man) = (PairNames::recorded(), DeadManChoice::StopsRest);
    let settings = BotSettings { header, key, names, dead_man, times };
    Bot::new(settings, recovered, "test", at(60))
}

/// Why it has ended, if it has.
fn ended(bot: &mut Bot) -> Option<String> {
    let mut why = None;
    while let Some(output) = bot.poll_output() {
        if let BotOutput::Ended { why: because } = output {
            why = Some(because);
        }
    }
    why
}

#[test]
fn an_end_leaves_a_stop_that_rests() {
    let (engine, _) = holding(Stop::Resting);
    let mut bot = bot(engine);
    bot.handle(BotInput::ShutDown, at(61));
    assert_eq!(ended(&mut bot).as_deref(), Some("it was asked to end"));
}

#[test]
fn an_end_waits_for_a_stop_that_is_being_canceled() {
    let (engine, order) = holding(Stop::Canceling);
    let mut bot = bot(engine);
    bot.handle(BotInput::ShutDown, at(61));
    assert_eq!(ended(&mut bot), None, "its position may be about to be sold");
    let canceled = AccountEvent::Canceled { order, reason: CancelReason::Requested };
    let report = AccountReport::Order(OrderReport::Event(canceled));
    bot.handle(BotInput::Account(report), at(62));
    assert_eq!(ended(&mut bot).as_deref(), Some("it was asked to end"));
}

#[test]
fn an_end_waits_only_so_long_for_a_stop_nobody_answers_for() {
    for stop in [Stop::Unanswered, Stop::Canceling] {
        let (engine, _) = holding(stop);
        let mut bot = bot(engine);
        bot.handle(BotInput::ShutDown, at(61));
        assert_eq!(ended(&mut bot), None, "{stop:?}");
        let last = at(61) + Times::default().ending_max;
        assert!(bot.next_timeout().is_some_and(|due| due <= last), "{stop:?}");
        bot.handle_timeout(last);
        let why = ended(&mut bot).expect("it ends");
        assert!(why.contains("did not wait any longer"), "{stop:?}: {why}");
    }
}

/// A bot whose stop was canceled by the venue, and which has written down a new one.
fn placing_a_stop() -> Bot {
    let (engine, stop) = holding(Stop::Resting);
    let mut bot = bot(engine);
    let (socket, report) = (SocketKind::Private, AccountReport::Order);
    bot.handle(BotInput::Link { socket, change: LinkChange::Up }, at(61));
    let shown = OrderReport::OpenOrders { open: Vec::new(), missing: Vec::new() };
    bot.handle(BotInput::Account(report(shown)), at(61));
    let (source, status) = (StatusSource::Socket, VenueStatus::Online);
    bot.handle(BotInput::Status { source, status }, at(61));
    let canceled = AccountEvent::Canceled { order: stop, reason: CancelReason::Venue };
    bot.handle(BotInput::Account(report(OrderReport::Event(canceled))), at(62));
    let again = bot.engine().live_orders().map(|it| it.request.id).next().expect("a new stop");
    assert!(again != stop && bot.unknown_orders() == 0);
    bot
}

/// Whether an order left.
fn has_placed(bot: &mut Bot) -> bool {
    let mut has_placed = false;
    while let Some(output) = bot.poll_output() {
        has_placed |= matches!(output, BotOutput::Command { command: SocketCommand::Place(_), .. });
    }
    has_placed
}

/// A slow disk, and a venue that closes meanwhile.
#[test]
fn an_order_leaves_only_while_the_venue_takes_it() {
    for status in [VenueStatus::Online, VenueStatus::CancelOnly, VenueStatus::Maintenance] {
        let mut bot = placing_a_stop();
        let source = StatusSource::Socket;
        bot.handle(BotInput::Status { source, status }, at(62));
        assert!(!has_placed(&mut bot), "it is not durable");
        bot.handle(BotInput::Durable { records: u64::MAX }, at(63));
        assert_eq!(has_placed(&mut bot), status == VenueStatus::Online, "{status}");
        assert_eq!(bot.unknown_orders(), 0, "what did not leave is over");
    }
}

/// An order is written down, the link breaks before it is durable, and when it is its deadline has
/// passed: it never left, so nobody has to look for it.
#[test]
fn an_order_that_is_not_sent_is_not_looked_for() {
    let mut bot = placing_a_stop();
    let socket = SocketKind::Private;
    let change = LinkChange::Down(LinkLoss::Shutdown);
    bot.handle(BotInput::Link { socket, change }, at(63));
    assert_eq!(bot.unknown_orders(), 1);
    bot.handle(BotInput::Durable { records: u64::MAX }, at(70));
    assert_eq!(bot.engine().live_orders().count(), 0);
    assert_eq!(bot.unknown_orders(), 0);
}
