//! Risk rules: each refusal has the order that meets it, and exits are let out of what holds
//! entries back.

use trading_types::VenueStatus;

use super::*;
use crate::test_values::{amount, at, id, lots, order, pair, percent, price, rules};

/// What the rules look at, owned, with everything in order.
struct Scene {
    rules: PairRules,
    limits: RiskLimits,
    is_halted: bool,
    is_in_doubt: bool,
    blocked: Option<BlockCause>,
    gate: VenueGate,
    last: Option<Price>,
    heard: Timestamp,
    quote: Option<Quote>,
    moved: Fraction,
    position_value: Amount,
    exposure: Amount,
    cash_free: Amount,
    base_free: Amount,
    open: Vec<NewOrder>,
    pace: Pace,
    signal_used: bool,
    order: NewOrder,
}

const NOW: u64 = 10_000;

fn quote(bid: &str, ask: &str) -> Quote {
    let level = |it: &str| trading_types::BookLevel { price: price(it), quantity: lots("1") };
    Quote { bid: level(bid), ask: level(ask) }
}

fn limit(number: u64, side: Side, quantity: &str, at_price: &str) -> NewOrder {
    let kind = trading_types::OrderKind::Limit { price: price(at_price) };
    NewOrder { kind, ..order(number, side, quantity) }
}

fn scene() -> Scene {
    Scene {
        rules: rules(),
        limits: RiskLimits {
            order_quantity_max: lots("2"),
            order_value_max: amount("150"),
            collar: percent("5"),
            position_value_max: amount("200"),
            exposure_max: amount("300"),
            orders_per_minute_max: 3,
            entries_per_hour_max: 5,
            price_age_max: Duration::from_secs(10),
            flatten_collar: percent("5"),
            move_per_minute: percent("3"),
            orders_per_day_max: 20,
            cancels_per_day_max: 7,
        },
        is_halted: false,
        is_in_doubt: false,
        blocked: None,
        gate: VenueGate { venue: VenueStatus::Online, pair: VenueStatus::Online },
        last: Some(price("100")),
        heard: at(NOW - 10),
        quote: Some(quote("99.9", "100.1")),
        moved: percent("3"),
        position_value: amount("50"),
        exposure: amount("150"),
        cash_free: amount("1000"),
        base_free: amount("1"),
        open: Vec::new(),
        pace: Pace::default(),
        signal_used: false,
        order: limit(9, Side::Buy, "1", "100"),
    }
}

fn ask(scene: &Scene, entry: bool) -> Result<(), RiskRefusal> {
    let context = RiskContext {
        rules: &scene.rules,
        limits: &scene.limits,
        is_halted: scene.is_halted,
        is_in_doubt: scene.is_in_doubt,
        blocked: scene.blocked,
        gate: scene.gate,
        last: scene.last,
        heard: scene.heard,
        quote: scene.quote,
        moved: scene.moved,
        position_value: scene.position_value,
        exposure: scene.exposure,
        cash_free: scene.cash_free,
        base_free: scene.base_free,
        fee: percent("0.40"),
        open: &scene.open.iter().collect::<Vec<_>>(),
        pace: &scene.pace,
        signal_used: scene.signal_used,
        now: at(NOW),
    };
    if entry { check_entry(&scene.order, &context) } else { check_exit(&scene.order, &context) }
}

/// The entry's refusal, and whether an exit is refused the same.
#[track_caller]
fn check(change: impl FnOnce(&mut Scene), refusal: RiskRefusal, holds_exits: bool) {
    let mut scene = scene();
    change(&mut scene);
    assert_eq!(ask(&scene, true), Err(refusal));
    let expect = if holds_exits { Err(refusal) } else { Ok(()) };
    assert_eq!(ask(&scene, false), expect, "as an exit");
}

#[test]
fn everything_in_order_goes_through() {
    assert_eq!(ask(&scene(), true), Ok(()));
}

#[test]
#[rustfmt::skip] // One line a rule.
fn each_rule_refuses_by_name() {
    use RiskRefusal as R;
    check(|it| it.is_halted = true,                               R::Halted,               false);
    check(|it| it.is_in_doubt = true,                             R::InDoubt,              false);
    check(|it| it.blocked = Some(BlockCause::Rung),               R::Blocked,              false);
    check(|it| it.gate.venue = VenueStatus::CancelOnly,           R::VenueNotOnline,       true);
    check(|it| it.gate.pair = VenueStatus::PostOnly,              R::VenueNotOnline,       true);
    check(|it| it.last = None,                                    R::NoPrice,              true);
    check(|it| it.heard = at(NOW - 11),                           R::StalePrice,           false);
    check(|it| it.moved = percent("3.000001"),                    R::PriceJump,            false);
    check(|it| it.order = limit(9, Side::Buy, "1", "100.05"),     R::OffTick,              true);
    check(|it| it.rules.lot = lots("0.3"),                        R::OffLot,               true);
    check(|it| it.rules.quantity_min = lots("1.00000001"),        R::BelowQuantityMinimum, true);
    check(|it| it.rules.cost_min = amount("100.01"),              R::BelowCostMinimum,     true);
    check(|it| it.limits.order_quantity_max = lots("0.99999999"), R::QuantityTooLarge,     false);
    check(|it| it.limits.order_value_max = amount("99.99"),       R::ValueTooLarge,        false);
    check(|it| it.quote = Some(quote("109", "111")),              R::OutsideCollarOfMid,   false);
    check(|it| it.last = Some(price("90")),                       R::OutsideCollarOfLast,  false);
    check(|it| it.position_value = amount("100.01"),              R::PositionTooLarge,     false);
    check(|it| it.exposure = amount("200.01"),                    R::ExposureTooLarge,     false);
    check(|it| it.open = vec![it.order.clone()],                  R::Duplicate,            false);
    check(|it| it.signal_used = true,                             R::Duplicate,            false);
    check(|it| it.open = vec![limit(8, Side::Sell, "1", "100")],  R::SelfMatch,            false);
    check(|it| it.cash_free = amount("100.39"),                   R::InsufficientFunds,    true);
}

#[test]
fn boundaries_are_exact() {
    let mut scene = scene();
    scene.limits.order_quantity_max = lots("1");
    scene.limits.order_value_max = amount("100");
    scene.position_value = amount("100");
    scene.exposure = amount("200");
    scene.cash_free = amount("100.4");
    scene.rules.quantity_min = lots("1");
    scene.rules.cost_min = amount("100");
    assert_eq!(ask(&scene, true), Ok(()));
}

#[test]
fn a_sale_needs_the_base_asset() {
    let mut scene = scene();
    scene.order = order(9, Side::Sell, "1.00000001");
    scene.limits.order_value_max = amount("1000");
    assert_eq!(ask(&scene, false), Err(RiskRefusal::InsufficientFunds));
    scene.order = order(9, Side::Sell, "1");
    assert_eq!(ask(&scene, false), Ok(()));
}

#[test]
fn an_order_in_quote_asset_is_measured_in_both() {
    let mut scene = scene();
    scene.order.kind = trading_types::OrderKind::Market;
    scene.order.quantity = OrderQuantity::Quote(amount("150"));
    assert_eq!(ask(&scene, true), Ok(()));
    scene.limits.order_quantity_max = lots("1.4");
    assert_eq!(ask(&scene, true), Err(RiskRefusal::QuantityTooLarge));
}

/// The scene after so many orders and cancels of the pair, hours before.
fn busy(orders: u32, cancels: u32) -> Scene {
    let mut scene = scene();
    for _ in 0..orders {
        scene.pace.sent(false, at(NOW - 9_000));
    }
    for _ in 0..cancels {
        scene.pace.canceled(at(NOW - 9_000));
    }
    scene
}

#[test]
fn a_day_has_so_many_orders_and_cancels() {
    assert_eq!(ask(&busy(19, 6), true), Ok(()));
    assert_eq!(ask(&busy(20, 0), true), Err(RiskRefusal::TooManyOrdersToday));
    assert_eq!(ask(&busy(0, 7), true), Err(RiskRefusal::TooManyCancelsToday));
    assert_eq!(ask(&busy(20, 7), false), Ok(()), "getting out is always allowed");
    let mut scene = busy(20, 7);
    scene.pace.resume();
    assert_eq!(ask(&scene, true), Err(RiskRefusal::TooManyOrdersToday), "also after a resume");
    let tomorrow = at(86_400);
    assert_eq!((scene.pace.orders_today(tomorrow), scene.pace.cancels_today(tomorrow)), (0, 0));
    scene.pace.sent(true, tomorrow);
    assert_eq!(scene.pace.orders_today(tomorrow), 1);
    assert_eq!(scene.pace.cancels_today(tomorrow), 0);
}

fn fresh() -> Scene {
    scene()
}

#[test]
fn a_burst_is_held_back_and_a_loop_switched_off() {
    let mut scene = scene();
    for second in [NOW - 60, NOW - 59, NOW - 2, NOW - 1] {
        assert_eq!(ask(&scene, true), Ok(()), "at {second}");
        scene.pace.sent(true, at(second));
    }
    assert_eq!(ask(&scene, true), Err(RiskRefusal::TooManyOrders));
    assert_eq!(ask(&scene, false), Ok(()));

    let mut scene = fresh();
    for number in 0..5 {
        scene.pace.sent(true, at(NOW - 3_000 + number * 100));
    }
    assert_eq!(ask(&scene, true), Err(RiskRefusal::RepeatedExecution));
    scene.pace = Pace::default();
    scene.pace.switch_off();
    assert_eq!(ask(&scene, true), Err(RiskRefusal::RepeatedExecution));
    scene.pace.resume();
    assert_eq!(ask(&scene, true), Ok(()));
    assert_eq!(scene.order.id, id(9));
    assert_eq!(scene.rules.pair, pair());
}

#[test]
fn unlimited_really_is() {
    let mut scene = scene();
    scene.limits = RiskLimits::unlimited();
    scene.order = order(9, Side::Buy, "90000000");
    scene.cash_free = amount("1000000000000000");
    scene.heard = at(0);
    (scene.last, scene.quote) = (Some(price("1000")), Some(quote("0.1", "999999")));
    assert_eq!(ask(&scene, true), Ok(()));
}
