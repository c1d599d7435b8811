//! Orders over the socket: the same kinds, changes and refusals as over REST, in the socket's
//! words.

use std::time::Duration;

use kraken_protocol::stream::{
    order_writer::{AmendRequest, NotExpressible, OrderName},
    session::{NotSent, Outcome, SocketCommand},
};
use trading_types::{
    Amendment, NewOrder, OrderKind, OrderQuantity, Refusal, Side, TimeInForce, VenueOrderId,
};

use crate::{
    cases::orders::patient_kinds,
    line::{Key, Line, Wire},
    suite::{Suite, limit, price},
    world::World,
};

async fn placed<L: Line>(suite: &mut Suite<L>, wire: Wire, order: &NewOrder) -> VenueOrderId {
    match suite.command(wire, SocketCommand::Place(order.clone())).await {
        Outcome::Placed { venue_order } => venue_order,
        other => panic!("{order:?} was to be taken, and came to {other:?}"),
    }
}

pub(crate) async fn every_kind_of_order_is_taken_on_the_socket<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let wire = suite.open_private(Key::Trade).await;
    let mut quote = suite.order(Side::Buy, OrderKind::Market, "1");
    quote.quantity = OrderQuantity::Quote("1000".parse().expect("an amount"));
    let mut immediate = suite.order(Side::Buy, limit("50100"), "0.1");
    immediate.time_in_force = TimeInForce::ImmediateOrCancel;
    let market = suite.order(Side::Sell, OrderKind::Market, "0.1");
    for order in [quote, immediate, market] {
        placed(&mut suite, wire, &order).await;
        let shown = suite.find(order.id).await.expect("it is closed");
        assert!(shown.executed.is_positive() && !shown.is_live(), "{shown:?}");
    }
    for (side, kind) in patient_kinds() {
        let mut order = suite.order(side, kind, "0.5");
        order.post_only = kind.limit().is_some() && kind.trigger().is_none();
        let checked = suite.command(wire, SocketCommand::Check(order.clone())).await;
        assert_eq!(checked, Outcome::Checked, "{kind:?}");
        assert_eq!(suite.find(order.id).await, None);
        let name = placed(&mut suite, wire, &order).await;
        let shown = suite.find(order.id).await.expect("it is open");
        assert!(shown.is_live() && shown.id == name, "{shown:?}");
        assert_eq!((shown.terms.kind.as_str(), shown.quantity), (kind.name(), order.quantity));
        let cancel = SocketCommand::Cancel(vec![OrderName::Ours(order.id)]);
        assert_eq!(suite.command(wire, cancel).await, Outcome::Canceling);
    }
    let now = suite.time().await;
    let mut order = suite.order(Side::Buy, limit("40000"), "0.5");
    let end = now + Duration::from_mins(10);
    order.time_in_force = TimeInForce::GoodTilDate(end);
    order.deadline = Some(now + Duration::from_secs(20));
    placed(&mut suite, wire, &order).await;
    assert_eq!(suite.find(order.id).await.expect("it is open").expires, Some(end));
}

pub(crate) async fn changes_batches_and_cancels_on_the_socket<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let wire = suite.open_private(Key::Trade).await;
    let order = suite.order(Side::Buy, limit("40000"), "0.5");
    let name = placed(&mut suite, wire, &order).await;
    let quantity = Some("0.75".parse().expect("a quantity"));
    let limit_price = Some(price("41000"));
    for (quantity, limit) in [(quantity, None), (None, limit_price), (quantity, limit_price)] {
        let amendment = Amendment { order: order.id, quantity, limit, trigger: None };
        let amend = AmendRequest { amendment, deadline: None, post_only: false };
        assert_eq!(suite.command(wire, SocketCommand::Amend(amend)).await, Outcome::Amended);
    }
    let shown = suite.find(order.id).await.expect("it is open");
    assert_eq!(shown.quantity, OrderQuantity::Base("0.75".parse().expect("a quantity")));
    assert_eq!(shown.id, name);

    let batch = [0, 1, 2, 3].map(|_| suite.order(Side::Buy, limit("40000"), "0.1"));
    let command = SocketCommand::PlaceBatch(batch.to_vec());
    let answers = suite.commanded(wire, command, 4).await;
    for (answer, order) in answers.iter().zip(&batch) {
        assert_eq!(answer.order, Some(OrderName::Ours(order.id)));
        assert!(matches!(answer.outcome, Outcome::Placed { .. }), "{answer:?}");
    }
    // Each of several cancels is answered by itself, also the one of an order that never was.
    let nobody = suite.next_id();
    let names = [OrderName::Ours(batch[0].id), OrderName::Ours(nobody), OrderName::Venue(name)];
    let answers = suite.commanded(wire, SocketCommand::Cancel(names.to_vec()), 3).await;
    for answer in answers {
        let is_nobody = answer.order == Some(OrderName::Ours(nobody));
        let gone = Outcome::Refused(Refusal::UnknownOrder);
        assert_eq!(answer.outcome, if is_nobody { gone } else { Outcome::Canceling });
    }
    let names = vec![OrderName::Ours(batch[1].id), OrderName::Ours(batch[2].id)];
    for answer in suite.commanded(wire, SocketCommand::CancelBatch(names), 2).await {
        assert_eq!(answer.outcome, Outcome::Canceling);
    }
    let all = suite.command(wire, SocketCommand::CancelAll).await;
    assert_eq!(all, Outcome::CancelingAll { count: 1 });
    assert_eq!(suite.open_orders().await, []);
    let set = suite.command(wire, SocketCommand::CancelAllAfter(Duration::from_mins(1))).await;
    assert!(matches!(set, Outcome::SwitchSet { fires: Some(_) }), "{set:?}");
    let off = suite.command(wire, SocketCommand::CancelAllAfter(Duration::ZERO)).await;
    assert_eq!(off, Outcome::SwitchSet { fires: None });
}

pub(crate) async fn what_cannot_be_is_refused_on_the_socket<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let wire = suite.open_private(Key::Trade).await;
    let cases = [
        (limit("45000"), "90", Refusal::InsufficientFunds),
        (limit("45000"), "0.00001", Refusal::BelowQuantityMinimum),
        (limit("1"), "0.001", Refusal::BelowCostMinimum),
        (limit("45000.05"), "0.1", Refusal::InvalidPrice),
    ];
    for (kind, quantity, refusal) in cases {
        let order = suite.order(Side::Buy, kind, quantity);
        let outcome = suite.command(wire, SocketCommand::Place(order)).await;
        assert_eq!(outcome, Outcome::Refused(refusal));
    }
    let order = suite.order(Side::Buy, limit("45000"), "0.1");
    placed(&mut suite, wire, &order).await;
    let again = suite.command(wire, SocketCommand::Place(order)).await;
    assert_eq!(again, Outcome::Refused(Refusal::DuplicateClientOrderId));
    let mut all_or_none = suite.order(Side::Buy, limit("45000"), "0.1");
    all_or_none.time_in_force = TimeInForce::FillOrKill;
    let outcome = suite.command(wire, SocketCommand::Place(all_or_none)).await;
    assert_eq!(outcome, Outcome::NotSent(NotSent::NotExpressible(NotExpressible::FillOrKill)));
    assert_eq!(suite.count("/orders_accepted").await, 1);
}
