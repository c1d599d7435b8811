//! What people and the program around the engine may hold back: blocks, caps, trips; and what is
//! done about an order of which nobody knows what came of it.

use super::*;
use crate::sizing::{RiskFraction, SizeRefusal};

impl Bench {
    fn operator(&mut self, command: OperatorCommand) -> Vec<VenueCommand> {
        self.tell(&Input::Operator(command))
    }

    fn unclear(&mut self, order: ClientOrderId) -> Vec<VenueCommand> {
        self.account(AccountEvent::Unclear { order })
    }

    fn was_refused(&self, expected: RiskRefusal) -> bool {
        self.told(|it| matches!(it, Report::OrderRefused { refusal, .. } if *refusal == expected))
    }

    fn state_of(&self, order: &NewOrder) -> Option<OrderState> {
        self.engine.live_order(order.id).map(|live| live.state)
    }
}

fn block(cause: BlockCause, pair: Option<Pair>) -> OperatorCommand {
    OperatorCommand::Block { cause, pair }
}

fn unblock(cause: BlockCause, pair: Option<Pair>) -> OperatorCommand {
    OperatorCommand::Unblock { cause, pair }
}

/// Whether an entry is let through after these commands.
#[track_caller]
fn check_block(commands: &[OperatorCommand], expected: Option<BlockCause>) {
    let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN]);
    for command in commands {
        assert_eq!(bench.operator(command.clone()), []);
    }
    assert_eq!(bench.engine.block_on(pair()), expected);
    let entered = bench.candle("100");
    match expected {
        None => assert_eq!(placed(&entered).side, Side::Buy),
        Some(_) => assert!(entered.is_empty() && bench.was_refused(RiskRefusal::Blocked)),
    }
}

#[test]
fn blocks_hold_everywhere_or_on_one_pair_until_each_is_gone() {
    use BlockCause::{LinkDown, Rung};
    let other = Some("ETH/USD".parse().unwrap());
    let here = Some(pair());
    check_block(&[], None);
    check_block(&[block(Rung, None)], Some(Rung));
    check_block(&[block(Rung, here)], Some(Rung));
    check_block(&[block(Rung, other)], None);
    check_block(&[block(Rung, None), unblock(Rung, None)], None);
    check_block(&[block(Rung, None), unblock(Rung, here)], Some(Rung));
    check_block(&[block(Rung, None), block(Rung, here), unblock(Rung, None)], Some(Rung));
    check_block(&[block(Rung, None), block(LinkDown, None), unblock(Rung, None)], Some(LinkDown));
    check_block(&[block(Rung, None), block(Rung, None), unblock(Rung, None)], None);
    check_block(&[unblock(Rung, None)], None);
}

#[test]
fn a_block_holds_up_no_stop_and_no_exit() {
    let mut bench = Bench::new(ONE, NO_KILL, &[long("95", None), Wish::BeFlat]);
    let entry = placed(&bench.candle("100")).clone();
    bench.operator(block(BlockCause::StaleData, None));
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "1")).clone();
    bench.accept(stop.id);
    assert_eq!(bench.candle("99"), [VenueCommand::Cancel(stop.id)]);
    let reason = CancelReason::Requested;
    let exit = bench.account(AccountEvent::Canceled { order: stop.id, reason });
    assert_eq!(placed(&exit).side, Side::Sell);
}

#[test]
fn an_added_spend_is_blocked_too() {
    let mut bench = Bench::new(ONE, NO_KILL, &[Wish::Add(amount("25"))]);
    bench.operator(block(BlockCause::Rung, None));
    assert_eq!(bench.candle("100"), []);
    assert!(bench.was_refused(RiskRefusal::Blocked));
}

/// The quantity of the entry of `wish` at 100, under this cap.
fn capped(sizing: Sizing, wish: Wish, cap: Option<&str>) -> Result<OrderQuantity, SizeRefusal> {
    let closes = ["99", "101", "100"];
    let wishes = [Wish::Nothing, Wish::Nothing, Wish::Nothing, wish];
    let mut bench = Bench::new(sizing, NO_KILL, &wishes);
    bench.operator(OperatorCommand::CapEntries { value: cap.map(amount) });
    for close in closes {
        assert_eq!(bench.candle(close), []);
    }
    let commands = bench.candle("100");
    assert_eq!(bench.reports.len(), 1, "{:?}", bench.reports);
    if let Report::SizeRefused { refusal, .. } = &bench.reports[0] {
        return Err(refusal.clone());
    }
    Ok(placed(&commands).quantity)
}

#[test]
fn a_cap_makes_every_sizing_smaller_and_none_larger() {
    let (target, candles) = (percent("500"), 2);
    let sizings = [
        (Sizing::AllIn, PLAIN),
        (ONE, PLAIN),
        (Sizing::Risk(RiskFraction::new(percent("1")).unwrap()), long("95", None)),
        (Sizing::Volatility { target, candles }, PLAIN),
        (Sizing::Kelly { cap: percent("80"), trades_min: 3 }, PLAIN),
        (ONE, Wish::Add(amount("90"))),
    ];
    for (sizing, wish) in sizings {
        let free = capped(sizing, wish, None).unwrap();
        let value = |size| match size {
            OrderQuantity::Base(quantity) => price("100") * quantity,
            OrderQuantity::Quote(spend) => spend,
        };
        assert!(amount("50") < value(free), "{sizing:?} {wish:?} without a cap: {free:?}");
        assert_eq!(capped(sizing, wish, Some("100000")), Ok(free), "a cap never enlarges");
        let small = capped(sizing, wish, Some("12.345678901")).unwrap();
        let exact = match small {
            OrderQuantity::Base(quantity) => quantity == lots("0.12345678"),
            OrderQuantity::Quote(spend) => spend == amount("12.34567"),
        };
        assert!(exact, "{sizing:?} {wish:?}: {small:?} is not the cap, floored");
        for none in ["0.49", "0", "-1"] {
            assert!(capped(sizing, wish, Some(none)).is_err(), "{sizing:?} {wish:?} {none}");
        }
    }
}

#[test]
fn a_cap_below_the_smallest_quantity_refuses_in_quote_asset_too() {
    let mut bench = Bench::new(Sizing::AllIn, NO_KILL, &[PLAIN]);
    bench.operator(OperatorCommand::CapEntries { value: Some(amount("5")) });
    // 5 buys 0.00005 at 100,000, and 0.0001 is the least.
    assert_eq!(bench.candle("100000"), []);
    let is_small = |it: &Report| {
        let refusal = |it: &SizeRefusal| matches!(it, SizeRefusal::BelowQuantityMinimum { .. });
        matches!(it, Report::SizeRefused { refusal: why, .. } if refusal(why))
    };
    assert!(bench.told(is_small));
}

#[test]
fn a_cap_is_held_against_the_dearer_of_ask_and_last() {
    let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN]);
    bench.operator(OperatorCommand::CapEntries { value: Some(amount("50")) });
    let level = |it: &str| BookLevel { price: price(it), quantity: lots("1") };
    let quote = Quote { bid: level("99"), ask: level("125") };
    bench.tell(&Input::Venue(VenueEvent::Market(MarketEvent::Quote { pair: pair(), quote })));
    assert_eq!(placed(&bench.candle("100")).quantity, OrderQuantity::Base(lots("0.4")));
    assert_eq!(bench.operator(OperatorCommand::CapEntries { value: None }), []);
}

#[test]
fn a_trip_from_outside_latches_like_the_others() {
    let mut bench = Bench::new(ONE, NO_KILL, &[long("95", None), PLAIN, PLAIN]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "1")).clone();
    bench.accept(stop.id);
    let reason = KillReason::RejectStorm { rejects: 12 };
    let trip = OperatorCommand::Trip { reason: reason.clone() };
    assert_eq!(bench.operator(trip.clone()), [VenueCommand::CancelAll]);
    assert_eq!(bench.engine.halted(), Some(&reason));
    // A second reason changes nothing, and nothing is sent twice.
    let other = OperatorCommand::Trip { reason: KillReason::StaleData { what: "BTC".to_owned() } };
    assert_eq!(bench.operator(other), []);
    assert_eq!(bench.operator(trip), []);
    assert_eq!(bench.engine.halted(), Some(&reason));
    let reason = CancelReason::Requested;
    let exit = bench.account(AccountEvent::Canceled { order: stop.id, reason });
    let exit = placed(&exit).clone();
    assert_eq!(exit.time_in_force, TimeInForce::ImmediateOrCancel);
    bench.fill(&exit, "99", "1");
    assert!(bench.told(|it| matches!(it, Report::Flattened)));
    assert_eq!(bench.candle("100"), []);
    bench.operator(OperatorCommand::Resume { reason: "looked".to_owned() });
    assert_eq!(bench.engine.halted(), None);
}

#[test]
fn an_unclear_entry_is_unknown_and_holds_its_money() {
    let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN, PLAIN, Wish::BeFlat, PLAIN]);
    let entry = placed(&bench.candle("100")).clone();
    assert_eq!(bench.unclear(entry.id), []);
    assert_eq!(bench.state_of(&entry), Some(OrderState::Unknown));
    assert_eq!(bench.engine.ledger.free(usd()), amount("899.6"));
    assert_eq!(bench.engine.exposure_of(&bench.engine.desks[0]), amount("100"));
    assert_eq!(bench.candle("100"), [], "no second entry");
    assert_eq!(bench.candle("100"), [VenueCommand::Cancel(entry.id)]);
    assert_eq!(bench.candle("100"), [], "not while nobody knows");
    bench.account(AccountEvent::NeverExisted { order: entry.id });
    assert_eq!(bench.engine.ledger.free(usd()), amount("1000"));
    assert_eq!(bench.engine.races().get(&Race::UnknownWasDead), Some(&1));
}

#[test]
fn an_unclear_stop_is_not_placed_twice_and_the_position_not_left_without() {
    let mut bench = Bench::new(ONE, NO_KILL, &[long("95", None)]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "1")).clone();
    assert_eq!(bench.unclear(stop.id), []);
    assert_eq!(bench.candle("101"), [], "no second stop");
    let due = bench.engine.next_timeout().expect("it counts as unprotected");
    bench.second += 60;
    assert!(due < at(bench.second));
    assert_eq!(bench.tell(&Input::Timeout), [VenueCommand::Cancel(stop.id)]);
    assert_eq!(bench.candle("102"), [], "no exit beside a stop that may be there");
    let exit = bench.account(AccountEvent::NeverExisted { order: stop.id });
    assert_eq!(placed(&exit).quantity, OrderQuantity::Base(lots("1")));
}

#[test]
fn an_unclear_exit_is_not_sent_twice() {
    let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN, Wish::BeFlat, Wish::BeFlat]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    bench.fill(&entry, "100", "1");
    let exit = placed(&bench.candle("100")).clone();
    assert_eq!(bench.unclear(exit.id), []);
    assert_eq!(bench.engine.ledger.free(btc()), Amount::ZERO);
    assert_eq!((bench.candle("99"), bench.candle("98")), (vec![], vec![]));
    let halt = OperatorCommand::Halt { reason: "test".to_owned() };
    assert_eq!(bench.operator(halt), [VenueCommand::CancelAll], "and none at a halt");
    // It had arrived after all.
    assert_eq!(bench.fill(&exit, "98", "1"), []);
    assert_eq!(bench.engine.orders_live(), 0);
    assert!(!bench.told(|it| matches!(it, Report::Alarm(_))));
}

#[test]
fn an_answer_that_was_lost_after_the_end_says_nothing() {
    let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN]);
    let entry = placed(&bench.candle("100")).clone();
    bench.fill(&entry, "100", "1");
    assert_eq!(bench.unclear(entry.id), []);
    assert!(!bench.told(|it| matches!(it, Report::Alarm(_))));
    assert_eq!(bench.unclear(ClientOrderId::new(1, 99)), []);
    assert!(bench.told(|it| matches!(it, Report::Alarm(Alarm::ForeignOrder(_)))));
}

#[test]
fn a_cancel_that_was_lost_with_the_link_is_sent_again() {
    let mut bench = Bench::new(ONE, NO_KILL, &[long("95", None), Wish::BeFlat]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "1")).clone();
    bench.accept(stop.id);
    assert_eq!(bench.candle("99"), [VenueCommand::Cancel(stop.id)]);
    assert_eq!(bench.candle("99"), [], "once");
    let lost = Input::Venue(VenueEvent::Link(LinkEvent::Disconnected));
    assert_eq!(bench.tell(&lost), []);
    assert_eq!(bench.candle("99"), [VenueCommand::Cancel(stop.id)]);
    assert_eq!(bench.candle("99"), []);
}

/// A bench whose limits were changed.
fn limited(wishes: &[Wish], change: impl FnOnce(&mut EngineSettings)) -> Bench {
    let mut bench = Bench::new(ONE, NO_KILL, &[]);
    let mut header = header(ONE, NO_KILL);
    change(&mut header.settings);
    bench.engine = Engine::new(&header, script(wishes), Keep::Bytes).unwrap();
    bench.account(AccountEvent::Balances(vec![(usd(), amount("1000"))]));
    bench
}

#[test]
fn nothing_is_bought_into_a_jump_and_a_position_is_sold_out_of_it() {
    let wishes = [Wish::Nothing, PLAIN, Wish::BeFlat, PLAIN, Wish::BeFlat];
    let mut bench = limited(&wishes, |it| it.risk.move_per_minute = percent("5"));
    assert_eq!(bench.candle("100"), []);
    assert_eq!(bench.candle("1000"), [], "ten times the price is a bad print");
    assert!(bench.was_refused(RiskRefusal::PriceJump));
    assert_eq!(bench.candle("100"), []);
    bench.second += 62;
    let entry = placed(&bench.candle("104")).clone();
    bench.fill(&entry, "104", "1");
    assert_eq!(placed(&bench.candle("50")).side, Side::Sell);
}

#[test]
fn a_pair_has_so_many_orders_and_cancels_a_day() {
    let wishes = [PLAIN, Wish::BeFlat, PLAIN, Wish::BeFlat, PLAIN];
    let mut bench = limited(&wishes, |it| it.risk.orders_per_day_max = 2);
    let entry = placed(&bench.candle("100")).clone();
    bench.fill(&entry, "100", "1");
    let exit = placed(&bench.candle("100")).clone();
    bench.fill(&exit, "100", "1");
    assert_eq!(bench.candle("100"), []);
    assert!(bench.was_refused(RiskRefusal::TooManyOrdersToday));
    assert_eq!(bench.candle("100"), []);
    bench.second += 86_400;
    assert_eq!(placed(&bench.candle("100")).side, Side::Buy);

    let mut bench = limited(&wishes, |it| it.risk.cancels_per_day_max = 1);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    assert_eq!(bench.candle("100"), [VenueCommand::Cancel(entry.id)]);
    let reason = CancelReason::Requested;
    bench.account(AccountEvent::Canceled { order: entry.id, reason });
    assert_eq!(bench.candle("100"), []);
    assert!(bench.was_refused(RiskRefusal::TooManyCancelsToday));
}

#[test]
fn cancels_of_a_halt_count_for_each_pair() {
    let (mut bench, _) = Bench::holding(&[]);
    let today = |bench: &Bench| bench.engine.desks[0].pace.cancels_today(at(bench.second));
    assert_eq!(today(&bench), 0);
    bench.operator(OperatorCommand::Halt { reason: "test".to_owned() });
    assert_eq!(today(&bench), 1);
}

#[test]
fn a_week_that_lost_too_much_halts() {
    let mut bench = limited(&[PLAIN], |it| it.kill.weekly_loss = Some(percent("2")));
    let entry = placed(&bench.candle("100")).clone();
    bench.fill(&entry, "100", "1");
    bench.second += 2 * 86_400;
    assert_eq!(bench.candle("85"), [], "1000 less 15.4");
    bench.second += 86_400;
    assert_eq!(bench.candle("80")[0], VenueCommand::CancelAll);
    assert!(matches!(bench.engine.halted(), Some(KillReason::WeeklyLoss { .. })));
}

/// A time that was believed too late by a day is set right: what was remembered since counts as of
/// now, and not as of a day on which nothing would grow old.
#[test]
fn a_time_that_is_set_back_holds_nothing_up() {
    let risk = RiskLimits {
        orders_per_minute_max: 1,
        price_age_max: Duration::from_secs(30),
        ..RiskLimits::unlimited()
    };
    let mut header = header(ONE, NO_KILL);
    header.settings.risk = risk;
    let engine = Engine::new(&header, script(&[PLAIN, Wish::BeFlat]), Keep::Bytes).unwrap();
    let mut bench = Bench { engine, second: 86_400, trades: 0, reports: Vec::new() };
    bench.account(AccountEvent::Balances(vec![(usd(), amount("1000"))]));
    let entry = placed(&bench.candle("100")).clone();
    assert!(at(86_400) < entry.deadline.unwrap());
    bench.second = 10;
    assert_eq!(bench.tell(&Input::TimeSet), []);
    assert_eq!(bench.engine.now(), at(11));
    bench.second = 80;
    bench.fill(&entry, "100", "1");
    // The one order of a minute was sent a minute ago, and nothing is a day from now.
    let exit = placed(&bench.candle("101")).clone();
    assert_eq!(exit.side, Side::Sell);
    assert!(exit.deadline.unwrap() < at(100), "dated by the time that is right");
    let bytes = bench.engine.journal().take_bytes();
    let fresh = Engine::new(&header, script(&[PLAIN, Wish::BeFlat]), Keep::Hash).unwrap();
    let replay = replay(JournalReader::new(&bytes).unwrap(), fresh).unwrap();
    assert!(replay.difference.is_none(), "{:?}", replay.difference);
    assert_eq!(replay.engine.state_hash(), bench.engine.state_hash());
}
