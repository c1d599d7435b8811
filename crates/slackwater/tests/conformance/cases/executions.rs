//! The private socket: what it tells of our orders, in what order, and how often.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use kraken_client::socket::SocketEvent;
use kraken_protocol::{
    Request,
    limits::Points,
    rest::account,
    stream::{
        balances::{BalanceChange, BalanceReport},
        executions::OrderReport,
        order_writer::OrderName,
        session::{AccountReport, LinkChange, Outcome, SocketCommand},
        subscription::Subscription,
    },
};
use simulated_kraken::LimitProfile;
use simulated_limits::Tier;
use trading_types::{
    AccountEvent, Amount, Asset, CancelReason, ClientOrderId, Fill, Liquidity, NewOrder, OrderKind,
    Quantity, Side, TimeInForce,
};

use crate::{
    line::{Key, Line, Wanting, Wire},
    suite::{Suite, account_event, btc_usd, is_up, limit},
    world::World,
};

/// Places an order over the socket and says all that is told up to its end.
async fn lived<L: Line>(suite: &mut Suite<L>, wire: Wire, order: &NewOrder) -> Vec<AccountEvent> {
    suite.send(wire, SocketCommand::Place(order.clone())).await;
    suite.until_end(wire, order.id).await
}

fn fills_of(events: &[AccountEvent], id: ClientOrderId) -> Vec<Fill> {
    let fill = |event: &AccountEvent| match event {
        AccountEvent::Traded(fill) if fill.order == id => Some(*fill),
        _ => None,
    };
    events.iter().filter_map(fill).collect()
}

fn sum(fills: &[Fill]) -> Quantity {
    fills.iter().fold(Quantity::ZERO, |sum, fill| sum + fill.quantity)
}

/// No two fills are the same, and the last word on an order is its completion.
fn check_whole(events: &[AccountEvent], order: &NewOrder, quantity: &str, parts: usize) {
    let fills = fills_of(events, order.id);
    let ids: BTreeSet<_> = fills.iter().map(|fill| fill.trade).collect();
    assert_eq!((fills.len(), ids.len()), (parts, parts), "{events:?}");
    assert_eq!(sum(&fills), quantity.parse().expect("a quantity"));
    assert!(fills.iter().all(|fill| fill.pair == order.pair && fill.side == order.side));
    assert!(fills.iter().all(|fill| fill.cost == fill.price * fill.quantity));
    assert_eq!(events.last(), Some(&AccountEvent::Completed { order: order.id }));
}

pub(crate) async fn each_fill_is_told_once_and_then_the_end<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let wire = suite.open_private(Key::Trade).await;
    let market = suite.order(Side::Buy, OrderKind::Market, "1.5");
    let events = lived(&mut suite, wire, &market).await;
    check_whole(&events, &market, "1.5", 2);
    let fills = fills_of(&events, market.id);
    assert!(fills.iter().all(|fill| fill.liquidity == Liquidity::Taker));
    assert!(fills.iter().all(|fill| fill.fee.is_positive() && fill.fee_asset.as_str() == "USD"));
    let crossing = suite.order(Side::Sell, limit("49990"), "1.25");
    let events = lived(&mut suite, wire, &crossing).await;
    check_whole(&events, &crossing, "1.25", 2);
    // What comes later is not about the orders that have ended.
    let fence = suite.order(Side::Buy, limit("40000"), "0.1");
    suite.send(wire, SocketCommand::Place(fence.clone())).await;
    let cancel = SocketCommand::Cancel(vec![OrderName::Ours(fence.id)]);
    suite.send(wire, cancel).await;
    let events = suite.until_end(wire, fence.id).await;
    assert!(fills_of(&events, market.id).is_empty() && fills_of(&events, crossing.id).is_empty());
}

pub(crate) async fn an_order_that_rests_fills_in_parts<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let wire = suite.open_private(Key::Trade).await;
    let resting = suite.order(Side::Buy, limit("49999"), "1");
    let placed = suite.command(wire, SocketCommand::Place(resting.clone())).await;
    assert!(matches!(placed, Outcome::Placed { .. }), "{placed:?}");
    for quantity in ["0.4", "0.35", "0.25"] {
        let taker = suite.order(Side::Sell, OrderKind::Market, quantity);
        suite.placed(Key::SecondTrade, &taker).await;
    }
    let events = suite.until_end(wire, resting.id).await;
    check_whole(&events, &resting, "1", 3);
    let fills = fills_of(&events, resting.id);
    assert!(fills.iter().all(|fill| fill.liquidity == Liquidity::Maker));
    let quantities: Vec<String> = fills.iter().map(|fill| fill.quantity.to_string()).collect();
    assert_eq!(quantities, ["0.4", "0.35", "0.25"]);
    let shown = suite.find(resting.id).await.expect("it is closed");
    let trades: Vec<_> = fills.iter().map(|fill| fill.trade).collect();
    assert_eq!(shown.trades, trades, "REST and the socket name the same trades");
}

pub(crate) async fn every_end_has_its_reason<L: Line>() {
    let mut suite = Suite::<L>::start(World::still().at_speed(20)).await;
    let wire = suite.open_private(Key::Trade).await;
    let mut taker = suite.order(Side::Buy, limit("50005"), "0.1");
    taker.post_only = true;
    let mut partly = suite.order(Side::Buy, limit("50005"), "1.5");
    partly.time_in_force = TimeInForce::ImmediateOrCancel;
    for (order, reason, traded) in [
        (taker, CancelReason::PostOnlyWouldTake, "0"),
        (partly, CancelReason::NothingLeftToTake, "1"),
    ] {
        let events = lived(&mut suite, wire, &order).await;
        assert_eq!(sum(&fills_of(&events, order.id)), traded.parse().expect("a quantity"));
        check_canceled(&events, &order, reason);
    }
    let bid = suite.order(Side::Buy, limit("50000"), "0.1");
    let placed = suite.command(wire, SocketCommand::Place(bid.clone())).await;
    assert!(matches!(placed, Outcome::Placed { .. }), "{placed:?}");
    let ask = suite.order(Side::Sell, limit("50000"), "0.1");
    let events = lived(&mut suite, wire, &ask).await;
    check_canceled(&events, &ask, CancelReason::SelfTrade);
    suite.send(wire, SocketCommand::Cancel(vec![OrderName::Ours(bid.id)])).await;
    let events = suite.until_end(wire, bid.id).await;
    check_canceled(&events, &bid, CancelReason::Requested);
    let mut brief = suite.order(Side::Buy, limit("40000"), "0.1");
    let end = suite.time().await + Duration::from_secs(100);
    brief.time_in_force = TimeInForce::GoodTilDate(end);
    let events = lived(&mut suite, wire, &brief).await;
    assert_eq!(events.last(), Some(&AccountEvent::Expired { order: brief.id }));
}

fn check_canceled(events: &[AccountEvent], order: &NewOrder, reason: CancelReason) {
    assert_eq!(events.last(), Some(&AccountEvent::Canceled { order: order.id, reason }));
}

pub(crate) async fn orders_over_rest_show_on_the_socket<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let wire = suite.open_private(Key::Trade).await;
    let resting = suite.order(Side::Buy, limit("40000"), "0.1");
    let name = suite.placed(Key::Trade, &resting).await.orders[0];
    suite.cancel(&resting).await.result();
    let mut events = suite.until_end(wire, resting.id).await;
    events.retain(|event| !matches!(event, AccountEvent::Balances(_)));
    let accepted = AccountEvent::Accepted { order: resting.id, venue_order: name };
    let reason = CancelReason::Requested;
    assert_eq!(events, [accepted, AccountEvent::Canceled { order: resting.id, reason }]);
    let market = suite.order(Side::Buy, OrderKind::Market, "0.1");
    suite.placed(Key::Trade, &market).await;
    let events = suite.until_end(wire, market.id).await;
    check_whole(&events, &market, "0.1", 1);
}

pub(crate) async fn a_reconnect_tells_nothing_twice<L: Line>() {
    let steps = r#"[{"at":"60s","fault":"disconnect","count":1}]"#;
    let world = World::still().at_speed(20).following(steps);
    let mut suite = Suite::<L>::start(world).await;
    let wire = suite.open_private(Key::Trade).await;
    let market = suite.order(Side::Buy, OrderKind::Market, "1.5");
    let events = lived(&mut suite, wire, &market).await;
    check_whole(&events, &market, "1.5", 2);
    let resting = suite.order(Side::Buy, limit("40000"), "0.1");
    suite.command(wire, SocketCommand::Place(resting.clone())).await;
    let down =
        |event: &SocketEvent| matches!(event, SocketEvent::Link(LinkChange::Down(_))).then_some(());
    suite.wait(wire, "a lost link", down).await;
    let mut told = Vec::new();
    suite
        .wait(wire, "a link", |event| {
            told.extend(account_event(event).cloned());
            is_up(event)
        })
        .await;
    suite.cancel(&resting).await.result();
    told.extend(suite.until_end(wire, resting.id).await);
    assert!(fills_of(&told, market.id).is_empty(), "{told:?}");
}

pub(crate) async fn the_counter_of_a_pair_is_told<L: Line>() {
    let mut world = World::still();
    (world.settings.limits, world.settings.tier) = (LimitProfile::Documented, Tier::Intermediate);
    let mut suite = Suite::<L>::start(world).await;
    let wanting = Wanting::private(&[Subscription::Executions]);
    let wire = suite.line.open(Key::Trade, wanting).await;
    let most = |event: &SocketEvent| match event {
        SocketEvent::Account(AccountReport::CounterMax(most)) => Some(*most),
        _ => None,
    };
    assert_eq!(suite.wait(wire, "the tier", most).await, 125);
    let order = suite.order(Side::Buy, limit("40000"), "0.1");
    suite.placed(Key::Trade, &order).await;
    suite.cancel(&order).await.result();
    // A point for the order and eight for canceling it young, less what has decayed meanwhile.
    let young = |event: &SocketEvent| match event {
        SocketEvent::Account(AccountReport::Order(OrderReport::Counter { pair, points })) => {
            assert_eq!(*pair, Some(btc_usd()));
            (Points::whole(2) < *points).then_some(*points)
        }
        _ => None,
    };
    let points = suite.wait(wire, "a counter", young).await;
    assert!(points <= Points::whole(9), "{points}");
}

pub(crate) async fn balances_agree_with_rest<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let wanted = [Subscription::Executions, Subscription::Balances];
    let wire = suite.line.open(Key::Trade, Wanting::private(&wanted)).await;
    let mut balances = BTreeMap::new();
    suite.wait(wire, "balances", |event| take_over(&mut balances, event)).await;
    assert_eq!(balances, rest_balances(&mut suite).await);
    for (side, quantity) in [(Side::Buy, "1.5"), (Side::Sell, "0.3")] {
        let order = suite.order(side, OrderKind::Market, quantity);
        suite.placed(Key::Trade, &order).await;
        let wanted = rest_balances(&mut suite).await;
        // Both assets change with each fill; sooner or later all changes are here.
        suite
            .wait(wire, "the balances that REST tells", |event| {
                take_over(&mut balances, event);
                (balances == wanted).then_some(())
            })
            .await;
    }
}

/// Takes over what an event says of balances, if it does.
fn take_over(balances: &mut BTreeMap<Asset, Amount>, event: &SocketEvent) -> Option<()> {
    let SocketEvent::Account(AccountReport::Balance(report)) = event else { return None };
    match report {
        BalanceReport::Event(AccountEvent::Balances(all)) => {
            *balances = all.iter().copied().collect();
        }
        BalanceReport::Changed(BalanceChange { asset, spendable, .. }) => {
            balances.insert(*asset, *spendable);
        }
        other => panic!("nothing else moves a balance: {other:?}"),
    }
    Some(())
}

async fn rest_balances<L: Line>(suite: &mut Suite<L>) -> BTreeMap<Asset, Amount> {
    let result = suite.read(Request::balance()).await;
    let told = account::balance(&result, &suite.names).expect("balances");
    told.into_iter().map(|balance| (balance.asset, balance.total)).collect()
}
