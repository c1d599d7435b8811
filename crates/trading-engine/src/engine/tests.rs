//! The engine against a venue played by hand: each test says what the venue tells, and looks at
//! what the engine wants.

use std::time::Duration;

use trading_types::{
    AccountEvent, Amendment, BookLevel, CancelReason, Candle, Interval, NewOrder, OrderKind,
    OrderQuantity, Quantity, Quote, Refusal, Side, TimeInForce,
};

use super::*;
use crate::{
    journal::JournalReader,
    kill_switch::KillLimits,
    order::Role,
    order_life::OrderState,
    replay::replay,
    report::Alarm,
    risk::{RiskLimits, RiskRefusal},
    settings::StrategySpec,
    sizing::Sizing,
    strategy::{Exits, RestoreError, View, Wish},
    test_values::{amount, at, btc, fill, lots, pair, percent, price, rules, usd},
};

/// A strategy that wishes what its script says, candle by candle.
struct Script {
    wishes: Vec<Wish>,
    seen: usize,
}

impl Strategy for Script {
    fn name(&self) -> &'static str {
        "script"
    }
    fn settings(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
    fn warm_up(&self) -> usize {
        0
    }
    fn handle_candle(&mut self, _: &Candle, _: &View) -> Wish {
        self.seen += 1;
        self.wishes.get(self.seen - 1).copied().unwrap_or(Wish::Nothing)
    }
    fn save(&self) -> Vec<u8> {
        (self.seen as u64).to_le_bytes().to_vec()
    }
    fn restore(&mut self, state: &[u8]) -> Result<(), RestoreError> {
        let reason = || RestoreError { strategy: "script".to_owned(), reason: "length".to_owned() };
        let seen = state.try_into().map_err(|_| reason())?;
        self.seen = usize::try_from(u64::from_le_bytes(seen)).unwrap();
        Ok(())
    }
}

fn header(sizing: Sizing, kill: KillLimits) -> JournalHeader {
    JournalHeader {
        settings: EngineSettings {
            session: 1,
            quote: usd(),
            interval: Interval::from_minutes(60).unwrap(),
            pairs: vec![rules()],
            sizing,
            slippage: percent("0"),
            risk: RiskLimits { flatten_collar: percent("5"), ..RiskLimits::unlimited() },
            kill,
            stop_deadline: Duration::from_secs(10),
            order_deadline: crate::settings::ORDER_DEADLINE,
        },
        strategies: vec![StrategySpec { name: "script".to_owned(), settings: Vec::new() }],
    }
}

fn script(wishes: &[Wish]) -> Vec<Box<dyn Strategy>> {
    vec![Box::new(Script { wishes: wishes.to_vec(), seen: 0 })]
}

/// An engine and the hand that plays its venue.
struct Bench {
    engine: Engine,
    second: u64,
    trades: u64,
    reports: Vec<Report>,
}

impl Bench {
    fn new(sizing: Sizing, kill: KillLimits, wishes: &[Wish]) -> Self {
        let engine = Engine::new(&header(sizing, kill), script(wishes), Keep::Bytes).unwrap();
        let mut bench = Self { engine, second: 0, trades: 0, reports: Vec::new() };
        let none = bench.account(AccountEvent::Balances(vec![(usd(), amount("1000"))]));
        assert_eq!(none, []);
        bench
    }

    fn tell(&mut self, input: &Input) -> Vec<VenueCommand> {
        self.second += 1;
        self.engine.handle(input, at(self.second));
        let mut commands = Vec::new();
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Command(command) => commands.push(command),
                Output::Report(report) => self.reports.push(report),
            }
        }
        commands
    }

    fn account(&mut self, event: AccountEvent) -> Vec<VenueCommand> {
        self.tell(&Input::Venue(VenueEvent::Account(event)))
    }

    fn candle(&mut self, close: &str) -> Vec<VenueCommand> {
        let close = price(close);
        let start = at(self.second);
        let volume = amount("1");
        let candle =
            Candle { start, open: close, high: close, low: close, close, volume, trades: 1 };
        self.tell(&Input::Venue(VenueEvent::Market(MarketEvent::Candle { pair: pair(), candle })))
    }

    fn accept(&mut self, order: ClientOrderId) -> Vec<VenueCommand> {
        let venue_order = "OSIM".parse().unwrap();
        self.account(AccountEvent::Accepted { order, venue_order })
    }

    fn fill(&mut self, order: &NewOrder, at_price: &str, quantity: &str) -> Vec<VenueCommand> {
        self.trades += 1;
        let trade = fill(order.id.sequence(), self.trades, order.side, at_price, quantity);
        self.account(AccountEvent::Traded(trade))
    }

    fn told(&self, what: impl Fn(&Report) -> bool) -> bool {
        self.reports.iter().any(what)
    }
}

fn placed(commands: &[VenueCommand]) -> &NewOrder {
    match commands {
        [VenueCommand::Place(order)] => order,
        other => panic!("one order was to be placed, not {other:?}"),
    }
}

fn long(stop: &str, target: Option<&str>) -> Wish {
    Wish::BeLong(Exits { stop: Some(price(stop)), target: target.map(price) })
}

const PLAIN: Wish = Wish::BeLong(Exits { stop: None, target: None });
const ONE: Sizing = Sizing::Fixed(Quantity::from_units(100_000_000));
const NO_KILL: KillLimits =
    KillLimits { drawdown: None, daily_loss: None, consecutive_losses: None, weekly_loss: None };

#[test]
fn a_signal_enters_once_and_leaves_once() {
    let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN, PLAIN, PLAIN, Wish::BeFlat, Wish::BeFlat]);
    let entry = placed(&bench.candle("100")).clone();
    assert_eq!((entry.side, entry.kind), (Side::Buy, OrderKind::Market));
    bench.accept(entry.id);
    assert_eq!(bench.fill(&entry, "100", "1"), []);
    assert_eq!(bench.candle("101"), []);
    assert_eq!(bench.candle("102"), []);
    let exit = placed(&bench.candle("103")).clone();
    assert_eq!((exit.side, exit.quantity), (Side::Sell, OrderQuantity::Base(lots("1"))));
    bench.accept(exit.id);
    bench.fill(&exit, "103", "1");
    assert_eq!(bench.candle("104"), []);
    // 3 won, less fees of 0.40 + 0.412.
    assert_eq!(bench.engine.equity(), amount("1002.188"));
    assert_eq!(bench.engine.orders_live(), 0);
}

#[test]
fn all_in_is_sized_in_quote_asset() {
    let mut bench = Bench::new(Sizing::AllIn, NO_KILL, &[PLAIN]);
    let entry = placed(&bench.candle("100")).clone();
    assert_eq!(entry.quantity, OrderQuantity::Quote(amount("996.01593")));
}

#[test]
fn the_stop_is_placed_and_grows_with_partial_fills() {
    let mut bench = Bench::new(ONE, NO_KILL, &[long("95", None)]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "0.4")).clone();
    assert_eq!(stop.quantity, OrderQuantity::Base(lots("0.4")));
    assert_eq!(stop.kind.trigger().unwrap().price, price("95"));
    // More fills before the stop is accepted: it is resized once it is.
    assert_eq!(bench.fill(&entry, "100", "0.5"), []);
    let amend = |quantity| {
        let quantity = Some(lots(quantity));
        Amendment { order: stop.id, quantity, limit: None, trigger: None }
    };
    assert_eq!(bench.accept(stop.id), [VenueCommand::Amend(amend("0.9"))]);
    assert_eq!(bench.fill(&entry, "100", "0.1"), [], "one amendment at a time");
    let next = bench.account(AccountEvent::Amended(amend("0.9")));
    assert_eq!(next, [VenueCommand::Amend(amend("1"))]);
    assert_eq!(bench.account(AccountEvent::Amended(amend("1"))), []);
}

#[test]
fn a_stop_that_fills_ends_the_trade_and_the_signal_does_not_enter_again() {
    let mut bench =
        Bench::new(ONE, NO_KILL, &[long("95", None), long("95", None), Wish::BeFlat, PLAIN]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "1")).clone();
    bench.accept(stop.id);
    assert_eq!(bench.fill(&stop, "94.9", "1"), []);
    let is_stop =
        |it: &Report| matches!(it, Report::LotClosed { lot, .. } if lot.reason == ExitReason::Stop);
    assert!(bench.told(is_stop));
    assert_eq!(bench.candle("96"), [], "still the same signal");
    assert_eq!(bench.candle("97"), []);
    assert_eq!(placed(&bench.candle("98")).side, Side::Buy, "a new signal enters");
}

#[test]
fn a_stop_that_trades_in_pieces_is_left_to_it_and_what_it_leaves_is_sold() {
    let mut bench = Bench::new(ONE, NO_KILL, &[long("95", None)]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "1")).clone();
    bench.accept(stop.id);
    assert_eq!(bench.fill(&stop, "94.9", "0.3"), []);
    assert_eq!(bench.fill(&stop, "94.8", "0.3"), []);
    let reason = CancelReason::NothingLeftToTake;
    let rest = bench.account(AccountEvent::Canceled { order: stop.id, reason });
    assert_eq!(placed(&rest).quantity, OrderQuantity::Base(lots("0.4")));
    assert_eq!(placed(&rest).kind, OrderKind::Market);
}

#[test]
fn the_stop_is_canceled_before_the_position_is_sold() {
    let mut bench = Bench::new(ONE, NO_KILL, &[long("95", None), Wish::BeFlat]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "1")).clone();
    bench.accept(stop.id);
    assert_eq!(bench.candle("103"), [VenueCommand::Cancel(stop.id)]);
    let reason = CancelReason::Requested;
    let exit = bench.account(AccountEvent::Canceled { order: stop.id, reason });
    assert_eq!(placed(&exit).quantity, OrderQuantity::Base(lots("1")));
}

#[test]
fn a_cancel_that_left_before_the_answer_to_its_order_is_under_way() {
    let mut bench = Bench::new(ONE, NO_KILL, &[long("95", None), Wish::BeFlat]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "1")).clone();
    let is_canceling = |bench: &Bench| bench.engine.live_order(stop.id).unwrap().is_canceling;
    assert!(!is_canceling(&bench));
    assert_eq!(bench.candle("103"), [VenueCommand::Cancel(stop.id)]);
    bench.accept(stop.id);
    assert!(is_canceling(&bench), "its state says that it rests");
    let refusal = Refusal::Unrecognized("not now".to_owned());
    bench.account(AccountEvent::CancelRejected { order: stop.id, refusal });
    assert!(!is_canceling(&bench));
}

#[test]
fn a_stop_that_beats_its_cancel_leaves_nothing_to_sell() {
    let mut bench = Bench::new(ONE, NO_KILL, &[long("95", None), Wish::BeFlat]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "1")).clone();
    bench.accept(stop.id);
    bench.candle("96");
    assert_eq!(bench.fill(&stop, "95", "1"), []);
    let refusal = Refusal::UnknownOrder;
    assert_eq!(bench.account(AccountEvent::CancelRejected { order: stop.id, refusal }), []);
    assert_eq!(bench.engine.races().get(&Race::FillBeatCancel), Some(&1));
    assert_eq!(bench.engine.races().get(&Race::CancelCameTooLate), Some(&1));
    assert!(bench.engine.position(pair()).unwrap().quantity().is_zero());
}

#[test]
fn a_fill_reported_after_the_end_is_sold_again() {
    let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN, Wish::BeFlat]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    assert_eq!(bench.candle("100"), [VenueCommand::Cancel(entry.id)]);
    let reason = CancelReason::Requested;
    assert_eq!(bench.account(AccountEvent::Canceled { order: entry.id, reason }), []);
    let exit = bench.fill(&entry, "100", "0.5");
    assert_eq!(placed(&exit).quantity, OrderQuantity::Base(lots("0.5")));
    assert_eq!(bench.engine.races().get(&Race::FillAfterEnd), Some(&1));
}

#[test]
fn what_was_too_small_to_be_sold_is_not_sold_by_a_wish_of_the_past() {
    // 0.0001 is worth less than the least cost of 0.5 below 5000.
    let tiny = Sizing::Fixed(lots("0.0001"));
    let mut bench = Bench::new(tiny, NO_KILL, &[PLAIN, Wish::BeFlat, Wish::Nothing, PLAIN]);
    let entry = placed(&bench.candle("5010")).clone();
    bench.accept(entry.id);
    bench.fill(&entry, "5010", "0.0001");
    assert_eq!(bench.candle("4990"), [], "too small to be sold");
    assert_eq!(bench.candle("5010"), [], "no longer wished for");
    assert_eq!(bench.candle("5010"), [], "it is the position that is wished for");
    assert_eq!(bench.engine.position(pair()).unwrap().sellable(), lots("0.0001"));
}

#[test]
fn the_target_is_watched_and_taken() {
    let mut bench = Bench::new(ONE, NO_KILL, &[long("95", Some("110"))]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "1")).clone();
    bench.accept(stop.id);
    assert_eq!(bench.engine.watches()[0].price, price("110"));
    let reached = MarketEvent::Reached { pair: pair(), price: price("110") };
    let commands = bench.tell(&Input::Venue(VenueEvent::Market(reached)));
    assert_eq!(commands, [VenueCommand::Cancel(stop.id)]);
    assert!(bench.engine.watches().is_empty());
    let reason = CancelReason::Requested;
    let exit = bench.account(AccountEvent::Canceled { order: stop.id, reason });
    let exit = placed(&exit).clone();
    bench.accept(exit.id);
    bench.fill(&exit, "110", "1");
    let is_target =
        |it: &Report| matches!(it, Report::TradeClosed { reason: ExitReason::TakeProfit, .. });
    assert!(bench.told(is_target));
}

#[test]
fn a_refused_stop_is_tried_again_and_then_the_position_is_given_up() {
    let mut bench = Bench::new(ONE, NO_KILL, &[long("95", None)]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let mut stop = placed(&bench.fill(&entry, "100", "1")).clone();
    for _ in 0..2 {
        let refusal = Refusal::RateLimited;
        assert_eq!(bench.account(AccountEvent::Rejected { order: stop.id, refusal }), []);
        stop = placed(&bench.candle("100")).clone();
    }
    let refusal = Refusal::RateLimited;
    let exit = bench.account(AccountEvent::Rejected { order: stop.id, refusal });
    assert_eq!(placed(&exit).kind, OrderKind::Market);
    assert!(bench.told(|it| matches!(it, Report::Alarm(Alarm::Unprotected(_)))));
}

#[test]
fn a_position_without_its_stop_for_too_long_is_sold() {
    let mut bench = Bench::new(ONE, NO_KILL, &[long("95", None)]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "1")).clone();
    let due = bench.engine.next_timeout().unwrap();
    assert_eq!(due, at(bench.second) + Duration::from_secs(10));
    bench.engine.handle_timeout(due - Duration::from_nanos(1));
    assert_eq!(bench.engine.poll_output(), None, "not due yet");
    bench.engine.handle_timeout(due);
    bench.second += 10;
    let told: Vec<_> = std::iter::from_fn(|| bench.engine.poll_output()).collect();
    assert!(told.contains(&Output::Command(VenueCommand::Cancel(stop.id))), "{told:?}");
    assert_eq!(bench.engine.next_timeout(), None);
}

#[test]
fn too_much_lost_cancels_everything_sells_everything_and_stays_halted() {
    let kill = KillLimits { drawdown: Some(percent("5")), ..NO_KILL };
    let wishes = [long("50", None), Wish::Nothing, Wish::BeFlat, PLAIN, PLAIN];
    let mut bench = Bench::new(Sizing::Fixed(lots("5")), kill, &wishes);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "5")).clone();
    bench.accept(stop.id);
    // 1000 − 2 − 50 is more than five percent below 1000.
    assert_eq!(bench.candle("90"), [VenueCommand::CancelAll]);
    assert!(bench.told(|it| matches!(it, Report::Halted { .. })));
    let reason = CancelReason::Requested;
    let exit = bench.account(AccountEvent::Canceled { order: stop.id, reason });
    let exit = placed(&exit).clone();
    assert_eq!(exit.kind, OrderKind::Limit { price: price("85.5") }, "inside its collar");
    assert_eq!(exit.time_in_force, TimeInForce::ImmediateOrCancel);
    bench.accept(exit.id);
    // Part of it trades; the rest is tried again, but only at the next price.
    bench.fill(&exit, "89", "3");
    let reason = CancelReason::NothingLeftToTake;
    assert_eq!(bench.account(AccountEvent::Canceled { order: exit.id, reason }), []);
    let rest = placed(&bench.candle("80")).clone();
    assert_eq!(rest.quantity, OrderQuantity::Base(lots("2")));
    bench.accept(rest.id);
    bench.fill(&rest, "80", "2");
    assert!(bench.told(|it| matches!(it, Report::Flattened)));
    assert_eq!((bench.candle("100"), bench.candle("100")), (vec![], vec![]));
    let is_halted =
        |it: &Report| matches!(it, Report::OrderRefused { refusal: RiskRefusal::Halted, .. });
    assert!(bench.told(is_halted));
}

#[test]
fn a_loss_too_many_halts_without_a_contradiction() {
    let kill = KillLimits { consecutive_losses: Some(1), ..NO_KILL };
    let mut bench = Bench::new(ONE, kill, &[PLAIN, Wish::BeFlat, PLAIN]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    bench.fill(&entry, "100", "1");
    let exit = placed(&bench.candle("90")).clone();
    bench.accept(exit.id);
    assert_eq!(bench.fill(&exit, "90", "1"), [VenueCommand::CancelAll]);
    assert!(bench.told(|it| matches!(it, Report::Flattened)));
    assert!(!bench.told(|it| matches!(it, Report::Alarm(_))));
    assert_eq!(bench.candle("100"), []);
}

#[test]
fn a_halt_outlives_a_restart_from_the_journal_and_a_person_ends_it() {
    let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN, Wish::BeFlat, PLAIN, PLAIN]);
    bench.tell(&Input::Operator(OperatorCommand::Halt { reason: "lunch".to_owned() }));
    let bytes = bench.engine.journal().take_bytes();
    let reader = JournalReader::new(&bytes).unwrap();
    let fresh = Engine::new(reader.header(), script(&[PLAIN, Wish::BeFlat, PLAIN]), Keep::Bytes);
    let replay = replay(reader, fresh.unwrap()).unwrap();
    assert_eq!(replay.difference, None);
    bench.engine = replay.engine;
    let halted = bench.engine.halted().unwrap().to_string();
    assert_eq!(halted, "halted by hand: lunch");
    assert_eq!(bench.candle("100"), []);
    assert_eq!(bench.candle("100"), []);
    bench.tell(&Input::Operator(OperatorCommand::Resume { reason: "back".to_owned() }));
    assert_eq!(placed(&bench.candle("100")).side, Side::Buy);
}

#[test]
fn the_mark_is_the_bid() {
    let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    bench.fill(&entry, "100", "1");
    let level = |it: &str| BookLevel { price: price(it), quantity: lots("1") };
    let quote = Quote { bid: level("90"), ask: level("110") };
    bench.tell(&Input::Venue(VenueEvent::Market(MarketEvent::Quote { pair: pair(), quote })));
    assert_eq!(bench.engine.equity(), amount("989.6"));
}

#[test]
fn contradictions_close_the_gate_until_balances_agree() {
    let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN, Wish::BeFlat, PLAIN]);
    let foreign = fill(77, 77, Side::Buy, "100", "1");
    assert_eq!(bench.account(AccountEvent::Traded(foreign)), []);
    assert!(bench.told(|it| matches!(it, Report::Alarm(Alarm::ForeignOrder(_)))));
    assert_eq!(bench.candle("100"), []);
    bench.candle("100");
    let balances = vec![(usd(), amount("899.6")), (btc(), amount("1"))];
    bench.account(AccountEvent::Balances(balances));
    assert_eq!(placed(&bench.candle("100")).side, Side::Buy);
}

#[test]
fn a_lost_link_makes_orders_unknown_and_they_count_as_live() {
    let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN, Wish::BeFlat]);
    let entry = placed(&bench.candle("100")).clone();
    bench.tell(&Input::Venue(VenueEvent::Link(LinkEvent::Disconnected)));
    assert_eq!(bench.engine.orders_live(), 1);
    assert!(bench.engine.ledger.free(usd()) < amount("900"), "its money stays held");
    bench.account(AccountEvent::NeverExisted { order: entry.id });
    assert_eq!(bench.engine.ledger.free(usd()), amount("1000"));
}

#[test]
fn roles_and_reports_name_the_order() {
    let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN]);
    let entry = placed(&bench.candle("100")).clone();
    let expect = Report::OrderPlaced {
        order: entry.id,
        pair: pair(),
        side: Side::Buy,
        role: Role::Entry,
        kind: OrderKind::Market,
        quantity: OrderQuantity::Base(lots("1")),
    };
    assert_eq!(bench.reports, [expect]);
}

mod controls;
mod explaining;
mod halting;
mod random_venue;
mod saving;
mod story;
mod stretches;
mod trailing;
mod venue_states;
