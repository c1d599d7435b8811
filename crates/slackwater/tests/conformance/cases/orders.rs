//! Orders over REST: every kind that we can express is taken and shown as what it is, changed,
//! canceled and found again.

use std::time::Duration;

use kraken_protocol::{
    Request,
    limits::TradingAction,
    request::{Amend, OrderName},
    rest::{
        PairNames,
        orders::{Order, OrderStatus, StatedPrice},
        placing::{self, BatchRow},
    },
};
use trading_types::{
    Amendment, ClientOrderId, ConditionalClose, FeeCurrency, Fraction, NewOrder, OrderKind,
    OrderQuantity, Refusal, SelfTradePrevention, Side, TimeInForce, TrailingOffset, Trigger,
    TriggerSource,
};

use crate::{
    line::{Came, Key, Line},
    suite::{Suite, btc_usd, limit, placing_action, price},
    world::World,
};

/// A trigger on the last price.
pub(crate) fn trigger(at: &str) -> Trigger {
    Trigger { price: price(at), source: TriggerSource::Last }
}

/// Every kind of order that waits or rests while the price is 50,000.
pub(crate) fn patient_kinds() -> [(Side, OrderKind); 10] {
    use OrderKind as K;
    let source = TriggerSource::Last;
    let (up, down) = (trigger("60000"), trigger("40000"));
    let thousand = TrailingOffset::Price(price("1000"));
    let part = TrailingOffset::Fraction(Fraction::from_basis_points(500));
    let displayed = "0.1".parse().expect("a quantity");
    [
        (Side::Buy, limit("40000")),
        (Side::Buy, K::Iceberg { price: price("40000"), displayed }),
        (Side::Sell, K::StopLoss { trigger: down }),
        (Side::Sell, K::StopLossLimit { trigger: down, price: price("39000") }),
        (Side::Sell, K::TakeProfit { trigger: up }),
        (Side::Sell, K::TakeProfitLimit { trigger: up, price: price("60000") }),
        (Side::Buy, K::StopLoss { trigger: up }),
        (Side::Sell, K::TrailingStop { offset: thousand, source }),
        (Side::Sell, K::TrailingStop { offset: part, source }),
        (Side::Sell, K::TrailingStopLimit { offset: thousand, source, limit_offset: price("-50") }),
    ]
}

pub(crate) async fn every_kind_of_order_is_taken_and_shown_as_it_is<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    for (side, kind) in patient_kinds() {
        let order = suite.order(side, kind, "0.5");
        let added = suite.placed(Key::Trade, &order).await;
        assert_eq!(added.orders.len(), 1, "{kind:?}");
        assert!(added.description.contains("0.50000000 XBTUSD @"), "{}", added.description);
        let shown = suite.find(order.id).await.expect("it is open");
        check_shown(&shown, &order);
        assert!(shown.is_live() && added.orders == [shown.id], "{shown:?}");
        suite.cancel(&order).await.result();
        let shown = suite.find(order.id).await.expect("it is closed");
        assert_eq!(shown.status, OrderStatus::Canceled);
        assert!(shown.reason.is_some() && shown.closed.is_some(), "{shown:?}");
    }
    let flags: [fn(&mut NewOrder); 4] = [
        |order| order.post_only = true,
        |order| order.fee_currency = FeeCurrency::Base,
        |order| order.self_trade = SelfTradePrevention::CancelBoth,
        |order| order.time_in_force = TimeInForce::GoodTilCanceled,
    ];
    for flag in flags {
        let mut order = suite.order(Side::Buy, limit("40000"), "0.5");
        flag(&mut order);
        suite.placed(Key::Trade, &order).await;
        let shown = suite.find(order.id).await.expect("it is open");
        check_shown(&shown, &order);
    }
    let now = suite.time().await;
    let mut order = suite.order(Side::Buy, limit("40000"), "0.5");
    let end = now + Duration::from_mins(10);
    order.time_in_force = TimeInForce::GoodTilDate(end);
    order.deadline = Some(now + Duration::from_secs(20));
    suite.placed(Key::Trade, &order).await;
    let shown = suite.find(order.id).await.expect("it is open");
    assert_eq!(shown.expires, Some(end));
}

/// An order is shown as what was asked for.
fn check_shown(shown: &Order, order: &NewOrder) {
    let terms = &shown.terms;
    assert_eq!((terms.pair, terms.side), (Some(order.pair), order.side));
    assert_eq!((terms.kind.as_str(), shown.quantity), (order.kind.name(), order.quantity));
    assert_eq!(shown.fee_currency(), Some(order.fee_currency), "{shown:?}");
    assert_eq!(shown.is_post_only(), order.post_only);
    let (trigger, limit) = (order.kind.trigger().map(|trigger| trigger.price), order.kind.limit());
    let at = |price| Some(StatedPrice::At(price));
    match (trigger, limit) {
        (Some(trigger), limit) => {
            assert_eq!((&terms.price, &terms.price2), (&at(trigger), &limit.and_then(at)));
        }
        (None, Some(limit)) => assert_eq!(terms.price, at(limit)),
        (None, None) => (),
    }
}

pub(crate) async fn orders_that_are_over_at_once<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let cases = [
        (OrderKind::Market, TimeInForce::GoodTilCanceled, "0.2", OrderStatus::Closed),
        (limit("50005"), TimeInForce::ImmediateOrCancel, "0.8", OrderStatus::Closed),
        (limit("50010"), TimeInForce::ImmediateOrCancel, "1.0", OrderStatus::Closed),
        // The level at 50,010 is gone now.
        (limit("50010"), TimeInForce::ImmediateOrCancel, "0.1", OrderStatus::Canceled),
        (limit("50015"), TimeInForce::FillOrKill, "5", OrderStatus::Canceled),
        (limit("50015"), TimeInForce::FillOrKill, "0.5", OrderStatus::Closed),
        (limit("50015"), TimeInForce::ImmediateOrCancel, "2", OrderStatus::Canceled),
    ];
    let traded = ["0.2", "0.8", "1.0", "0", "0", "0.5", "0.5"];
    for ((kind, time_in_force, quantity, status), traded) in cases.into_iter().zip(traded) {
        let mut order = suite.order(Side::Buy, kind, quantity);
        order.time_in_force = time_in_force;
        suite.placed(Key::Trade, &order).await;
        let shown = suite.find(order.id).await.expect("it is closed");
        let said = (shown.status.clone(), shown.executed);
        assert_eq!(said, (status, traded.parse().expect("a quantity")), "{shown:?}");
    }
    let mut order = suite.order(Side::Buy, OrderKind::Market, "1");
    order.quantity = OrderQuantity::Quote("1000".parse().expect("an amount"));
    suite.placed(Key::Trade, &order).await;
    let shown = suite.find(order.id).await.expect("it is closed");
    assert!(shown.executed.is_positive() && shown.quantity == order.quantity, "{shown:?}");
}

pub(crate) async fn an_order_is_checked_and_not_placed<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let order = suite.order(Side::Buy, limit("40000"), "0.5");
    let request = Request::add_order(&order, suite.name()).expect("an order").check_only();
    let action = Some(TradingAction::PlaceImmediate(order.id));
    let result = suite.line.call(Key::Trade, request, action).await.result();
    let added = placing::added(&result, true).expect("a description");
    assert!(added.orders.is_empty() && added.description.contains("buy 0.50000000 XBTUSD"));
    assert_eq!(suite.find(order.id).await, None);
    let poor = suite.order(Side::Buy, limit("40000"), "0.00001");
    let request = Request::add_order(&poor, suite.name()).expect("an order").check_only();
    let action = Some(TradingAction::PlaceImmediate(poor.id));
    let refusal = suite.line.call(Key::Trade, request, action).await.refusal();
    assert_eq!(refusal, Refusal::BelowQuantityMinimum);
    assert_eq!(suite.count("/orders_accepted").await, 0);
}

pub(crate) async fn a_nameless_order_carries_its_close<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let mut order = suite.order(Side::Buy, limit("50005"), "0.5");
    let kind = OrderKind::TakeProfit { trigger: trigger("60000") };
    order.close = Some(ConditionalClose { kind });
    let request = Request::add_nameless_order(&order, suite.name()).expect("an order");
    let action = Some(placing_action(&order));
    let result = suite.line.call(Key::Trade, request, action).await.result();
    let added = placing::added(&result, false).expect("an order");
    assert!(added.close.is_some_and(|close| close.contains("60000")));
    let open = suite.open_orders().await;
    let closes: Vec<_> = open.iter().map(|it| (it.terms.kind.as_str(), it.terms.side)).collect();
    assert_eq!(closes, [("take-profit", Side::Sell)]);
    assert_eq!(open[0].quantity, order.quantity);
}

fn change(order: ClientOrderId) -> Amendment {
    Amendment { order, quantity: None, limit: None, trigger: None }
}

pub(crate) async fn changes_to_an_open_order<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let resting = suite.order(Side::Buy, limit("40000"), "0.5");
    let name = suite.placed(Key::Trade, &resting).await.orders[0];
    let stop = OrderKind::StopLoss { trigger: trigger("40000") };
    let stop = suite.order(Side::Sell, stop, "0.5");
    suite.placed(Key::Trade, &stop).await;
    let quantity = |text: &str| Some(text.parse().expect("a quantity"));
    let ours = Amend::from(Amendment {
        quantity: quantity("0.75"),
        limit: Some(price("40500")),
        ..change(resting.id)
    });
    let by_name = Amend { order: OrderName::Krakens(name), ..change(resting.id).into() };
    let theirs = Amend { limit: Some(price("41000")), ..by_name };
    let guarded = Amend { limit: Some(price("50100")), post_only: true, ..by_name };
    let moved = Amendment { trigger: Some(price("42000")), ..change(stop.id) }.into();
    for amend in [ours, theirs, moved] {
        let result = amended(&mut suite, &amend).await.result();
        assert!(!placing::amended(&result).expect("a name").is_empty());
    }
    // It would take, and was asked not to.
    assert_eq!(amended(&mut suite, &guarded).await.refusal(), Refusal::PostOnlyWouldTake);
    let shown = suite.find(resting.id).await.expect("it is open");
    assert_eq!(shown.terms.price, Some(StatedPrice::At(price("41000"))));
    assert_eq!(shown.quantity, OrderQuantity::Base("0.75".parse().expect("a quantity")));
    assert_eq!(shown.id, name, "an amended order keeps its name");
    let shown = suite.find(stop.id).await.expect("it is open");
    assert_eq!(shown.terms.price, Some(StatedPrice::At(price("42000"))));
    let nobody = suite.next_id();
    let unknown = Amendment { limit: Some(price("1")), ..change(nobody) }.into();
    assert_eq!(amended(&mut suite, &unknown).await.refusal(), Refusal::UnknownOrder);
}

async fn amended<L: Line>(suite: &mut Suite<L>, amend: &Amend) -> Came {
    let request = Request::amend_order(amend, btc_usd()).expect("a change");
    let id = match amend.order {
        OrderName::Ours(id) => id,
        OrderName::Krakens(_) => suite.next_id(),
    };
    suite.line.call(Key::Trade, request, Some(TradingAction::Amend(id))).await
}

pub(crate) async fn batches_and_cancels_of_many<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let good = [0, 1, 2].map(|_| suite.order(Side::Buy, limit("40000"), "0.1"));
    let rich = suite.order(Side::Buy, limit("40000"), "90");
    let batch = [good[0].clone(), rich, good[1].clone(), good[2].clone()];
    let request = Request::add_order_batch(&batch, suite.name()).expect("a batch");
    let ids = batch.iter().map(|order| order.id).collect();
    let action = Some(TradingAction::Place(ids));
    let result = suite.line.call(Key::Trade, request, action).await.result();
    let rows = placing::batch_added(&result, false).expect("rows");
    let names: Vec<_> = rows
        .iter()
        .map(|row| if let BatchRow::Added(it) = row { it.orders.first().copied() } else { None })
        .collect();
    assert!(matches!(&rows[1], BatchRow::Refused(text) if text.contains("Insufficient funds")));
    assert_eq!(names.iter().flatten().count(), 3, "{rows:?}");
    for (order, name) in batch.iter().zip(&names) {
        assert_eq!(suite.find(order.id).await.map(|shown| shown.id), *name);
    }
    let both = [OrderName::Ours(good[0].id), OrderName::Krakens(names[2].expect("placed"))];
    let request = Request::cancel_order_batch(&both).expect("two");
    let ids = vec![good[0].id, good[1].id];
    let action = Some(TradingAction::Cancel(ids));
    let result = suite.line.call(Key::Trade, request, action).await.result();
    assert_eq!(placing::canceled(&result).expect("a count").count, 2);
    assert_eq!(suite.cancel_all().await, 1);
    assert_eq!(suite.cancel_all().await, 0);
    assert_eq!(suite.open_orders().await, []);
    assert_eq!(suite.cancel(&good[0]).await, Came::Refused(Refusal::UnknownOrder));
}

pub(crate) async fn what_cannot_be_is_refused_for_its_reason<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let cases = [
        (limit("45000"), "90", Refusal::InsufficientFunds),
        (limit("45000"), "0.00001", Refusal::BelowQuantityMinimum),
        (limit("1"), "0.001", Refusal::BelowCostMinimum),
        (limit("45000.05"), "0.1", Refusal::InvalidPrice),
    ];
    for (kind, quantity, refusal) in cases {
        let order = suite.order(Side::Buy, kind, quantity);
        assert_eq!(suite.place(Key::Trade, &order).await, Came::Refused(refusal));
        assert_eq!(suite.find(order.id).await, None);
    }
    let mut late = suite.order(Side::Buy, limit("45000"), "0.1");
    late.deadline = Some(suite.time().await - Duration::from_mins(1));
    // Kraken says that the time is up, and asks to look before asking again.
    let came = suite.place(Key::Trade, &late).await;
    let is_in_doubt = matches!(came, Came::Unclear(_) | Came::Refused(Refusal::InvalidOrder(_)));
    assert!(is_in_doubt && suite.find(late.id).await.is_none(), "{came:?}");
    let mut elsewhere = suite.order(Side::Buy, limit("150"), "1");
    elsewhere.pair = "SOL/USD".parse().expect("a pair");
    let name = PairNames::recorded().name(elsewhere.pair).expect("Kraken has it");
    let request = Request::add_order(&elsewhere, name).expect("an order");
    let action = Some(placing_action(&elsewhere));
    let refusal = suite.line.call(Key::Trade, request, action).await.refusal();
    assert_eq!(refusal, Refusal::UnknownPair);
    let order = suite.order(Side::Buy, limit("45000"), "0.1");
    suite.placed(Key::Trade, &order).await;
    let again = suite.place(Key::Trade, &order).await;
    assert_eq!(again, Came::Refused(Refusal::DuplicateClientOrderId));
    // Post-only orders that would take are accepted, and then canceled.
    let mut taker = suite.order(Side::Buy, limit("50005"), "0.1");
    taker.post_only = true;
    match suite.place(Key::Trade, &taker).await {
        Came::Done(_) => {
            let shown = suite.find(taker.id).await.expect("it is closed");
            assert!(shown.status == OrderStatus::Canceled && shown.executed.is_zero());
        }
        other => assert_eq!(other, Came::Refused(Refusal::PostOnlyWouldTake)),
    }
}

pub(crate) async fn an_order_is_proved_to_be_or_not_to_be<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let (open, filled, gone, never) = (
        suite.order(Side::Buy, limit("40000"), "0.1"),
        suite.order(Side::Buy, OrderKind::Market, "0.1"),
        suite.order(Side::Buy, limit("40000"), "0.1"),
        suite.next_id(),
    );
    for order in [&open, &filled, &gone] {
        suite.placed(Key::Trade, order).await;
    }
    suite.cancel(&gone).await.result();
    let status = |order: Option<Order>| order.map(|order| order.status);
    assert_eq!(status(suite.find(open.id).await), Some(OrderStatus::Open));
    assert_eq!(status(suite.find(filled.id).await), Some(OrderStatus::Closed));
    assert_eq!(status(suite.find(gone.id).await), Some(OrderStatus::Canceled));
    assert_eq!(suite.find(never).await, None);
    // A name is free again once its order is closed: that it is used once is our own business.
    suite.placed(Key::Trade, &NewOrder { id: gone.id, ..open.clone() }).await;
}
