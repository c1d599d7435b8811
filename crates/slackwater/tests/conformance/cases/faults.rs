//! What goes wrong on the way: our client calls an outcome unclear exactly where it is, finds out
//! what became of it, and never sends an order twice.

use std::{collections::BTreeMap, time::Duration};

use kraken_client::socket::SocketEvent;
use kraken_protocol::{
    stream::{
        MessageKind,
        session::{Outcome, SocketCommand, Unclear},
        subscription::{BookDepth, Subscription},
    },
    verdict::Doubt,
};
use trading_types::{AccountEvent, OrderKind, Side};

use crate::{
    line::{Came, Key, Line, Wanting},
    suite::{Suite, account_event, btc_usd, limit},
    world::World,
};

/// So many that a coin does not always fall on the same side.
const MANY: u32 = 24;

/// A world in which a fault strikes the next so many calls of one endpoint.
fn spoiled(fault: &str, endpoint: &str, count: u32) -> World {
    let steps = format!(r#"[{{"at":"0s","fault":"{fault}","on":"{endpoint}","count":{count}}}]"#);
    World::still().at_speed(60).following(&steps)
}

/// Places an order while a fault strikes; says what came of it and whether it is there.
async fn placed_under<L: Line>(suite: &mut Suite<L>) -> (Came, bool) {
    // It is over at once, so that however many of them leave nothing behind.
    let order = suite.order(Side::Buy, OrderKind::Market, "0.001");
    let came = suite.place(Key::Trade, &order).await;
    (came, suite.find(order.id).await.is_some())
}

/// The simulated Kraken has been asked once for each order, and has as many as were found.
async fn check_sent_once<L: Line>(suite: &mut Suite<L>, sent: u64, found: u64) {
    assert_eq!(suite.count("/private_calls/AddOrder").await, sent);
    assert_eq!(suite.count("/orders_accepted").await, found);
    assert_eq!(suite.count("/orders_duplicate_cl_ord_id").await, 0);
}

pub(crate) async fn a_lost_answer_is_unclear_and_the_order_is_there<L: Line>() {
    let mut suite = Suite::<L>::start(spoiled("lost_answer", "AddOrder", 3)).await;
    for _ in 0..3 {
        let (came, is_there) = placed_under(&mut suite).await;
        let unclear = [Came::Unclear(Doubt::Broken), Came::Unclear(Doubt::TimedOut)];
        assert!(unclear.contains(&came) && is_there, "{came:?}");
    }
    let (came, is_there) = placed_under(&mut suite).await;
    assert!(matches!(came, Came::Done(_)) && is_there, "{came:?}");
    check_sent_once(&mut suite, 4, 4).await;
    assert_eq!(suite.count("/faults/lost_answer").await, 3);
}

pub(crate) async fn a_lost_request_is_unclear_and_the_order_is_not<L: Line>() {
    let mut suite = Suite::<L>::start(spoiled("lost_request", "AddOrder", 3)).await;
    for _ in 0..3 {
        let (came, is_there) = placed_under(&mut suite).await;
        assert!(matches!(came, Came::Unclear(_)) && !is_there, "{came:?}");
    }
    assert_eq!(suite.count("/orders_accepted").await, 0);
    assert_eq!(suite.count("/faults/lost_request").await, 3);
}

pub(crate) async fn a_broken_gateway_is_unclear<L: Line>() {
    let mut suite = Suite::<L>::start(spoiled("bad_gateway", "AddOrder", MANY)).await;
    let mut found = 0;
    for _ in 0..MANY {
        let (came, is_there) = placed_under(&mut suite).await;
        assert!(matches!(came, Came::Unclear(_)), "{came:?}");
        found += u64::from(is_there);
    }
    // Some were carried out and some were not, and nobody could tell which.
    assert!((1..u64::from(MANY)).contains(&found), "{found}");
    assert_eq!(suite.count("/orders_accepted").await, found);
}

pub(crate) async fn an_unavailable_service_is_unclear<L: Line>() {
    let mut suite = Suite::<L>::start(spoiled("unavailable", "AddOrder", MANY)).await;
    let mut found = 0;
    for _ in 0..MANY {
        let (came, is_there) = placed_under(&mut suite).await;
        assert!(matches!(came, Came::Unclear(Doubt::Said(_))), "{came:?}");
        found += u64::from(is_there);
    }
    assert!((1..u64::from(MANY)).contains(&found), "{found}");
    assert_eq!(suite.count("/orders_accepted").await, found);
}

pub(crate) async fn refusals_that_did_nothing<L: Line>() {
    for (fault, wanted) in [("bad_nonce", Came::BadNonce), ("rate_limited", Came::RateLimited)] {
        let mut suite = Suite::<L>::start(spoiled(fault, "AddOrder", 1)).await;
        let (came, is_there) = placed_under(&mut suite).await;
        assert!(came == wanted && !is_there, "{fault}: {came:?}");
        let (came, is_there) = placed_under(&mut suite).await;
        assert!(matches!(came, Came::Done(_)) && is_there, "{fault}: {came:?}");
        assert_eq!(suite.count("/orders_accepted").await, 1);
    }
}

pub(crate) async fn an_unknown_field_is_passed_over<L: Line>() {
    let world = World::still().with_fault("unknown_field", "1");
    let mut suite = Suite::<L>::start(world).await;
    let wire = suite.open_private(Key::Trade).await;
    let order = suite.order(Side::Buy, OrderKind::Market, "1.5");
    suite.placed(Key::Trade, &order).await;
    let events = suite.until_end(wire, order.id).await;
    assert_eq!(events.last(), Some(&AccountEvent::Completed { order: order.id }));
    let shown = suite.find(order.id).await.expect("it is closed");
    assert_eq!(shown.executed, "1.5".parse().expect("a quantity"));
    assert!(0 < suite.count("/faults/unknown_field").await);
}

pub(crate) async fn a_wrong_checksum_is_found_and_healed<L: Line>() {
    let steps = r#"[{"at":"20s","fault":"bad_checksum","count":6}]"#;
    let mut suite = Suite::<L>::start(World::moving().following(steps)).await;
    let wanted = [Subscription::Book { pair: btc_usd(), depth: BookDepth::TwentyFive }];
    let wire = suite.line.open(Key::Trade, Wanting::public(&wanted)).await;
    let mut broken = 0;
    let mut is_over = false;
    // What strikes while the book is being asked for again breaks nothing more.
    while !is_over {
        is_over = suite.count("/faults/bad_checksum").await == 6;
        let mut good = 0;
        let healed = |event: &SocketEvent| match event {
            SocketEvent::BookBroken { .. } => {
                (broken, good) = (broken + 1, 0);
                None
            }
            SocketEvent::Book { applied, .. } => {
                assert!(applied.is_verified);
                good += 1;
                (good == 50).then_some(())
            }
            _ => None,
        };
        suite.wait(wire, "a healed book", healed).await;
    }
    assert!((1..=6).contains(&broken), "{broken}");
}

pub(crate) async fn a_silent_channel_is_asked_for_again<L: Line>() {
    let steps = r#"[{"at":"0s","fault":"silent_after_ack","on":"book","count":1}]"#;
    let mut suite = Suite::<L>::start(World::moving().at_speed(5).following(steps)).await;
    let wanted = [Subscription::Book { pair: btc_usd(), depth: BookDepth::Ten }];
    let wire = suite.line.open(Key::Trade, Wanting::public(&wanted)).await;
    let book = |event: &SocketEvent| matches!(event, SocketEvent::Book { .. }).then_some(());
    suite.wait(wire, "a book", book).await;
    assert_eq!(suite.count("/faults/silent_after_ack").await, 1);
}

pub(crate) async fn a_channel_that_falls_silent_is_asked_for_again<L: Line>() {
    let steps = r#"[{"at":"10s","fault":"silent_channel","on":"book","count":1}]"#;
    let mut suite = Suite::<L>::start(World::moving().at_speed(5).following(steps)).await;
    let wanted = [Subscription::Book { pair: btc_usd(), depth: BookDepth::Ten }];
    let data_every = Some(Duration::from_secs(10));
    let wanting = Wanting { data_every, ..Wanting::public(&wanted) };
    let wire = suite.line.open(Key::Trade, wanting).await;
    let mut snapshots = 0;
    // The first one opens the book, the second one heals it.
    let healed = |event: &SocketEvent| match event {
        SocketEvent::Book { applied, .. } => {
            assert!(applied.is_verified);
            snapshots += u32::from(applied.kind == MessageKind::Snapshot);
            (snapshots == 2).then_some(())
        }
        _ => None,
    };
    suite.wait(wire, "a healed book", healed).await;
    assert_eq!(suite.count("/faults/silent_channel").await, 1);
}

pub(crate) async fn commands_without_an_answer_are_unclear<L: Line>() {
    for (fault, is_placed) in [("lost_answer", true), ("lost_request", false)] {
        let mut suite = Suite::<L>::start(spoiled(fault, "add_order", 1)).await;
        let wire = suite.open_private(Key::Trade).await;
        let order = suite.order(Side::Buy, OrderKind::Market, "0.001");
        let outcome = suite.command(wire, SocketCommand::Place(order.clone())).await;
        assert_eq!(outcome, Outcome::Unclear(Unclear::NoAnswer), "{fault}");
        assert_eq!(suite.find(order.id).await.is_some(), is_placed, "{fault}");
        assert_eq!(suite.count(&format!("/faults/{fault}")).await, 1);
        let next = suite.order(Side::Buy, OrderKind::Market, "0.001");
        let outcome = suite.command(wire, SocketCommand::Place(next)).await;
        assert!(matches!(outcome, Outcome::Placed { .. }), "{fault}: {outcome:?}");
        assert_eq!(suite.count("/orders_accepted").await, 1 + u64::from(is_placed));
    }
}

pub(crate) async fn a_venue_in_doubt_is_unclear_on_the_socket<L: Line>() {
    let mut suite = Suite::<L>::start(spoiled("unavailable", "add_order", MANY)).await;
    let wire = suite.open_private(Key::Trade).await;
    let mut found = 0;
    for _ in 0..MANY {
        let order = suite.order(Side::Buy, OrderKind::Market, "0.001");
        let outcome = suite.command(wire, SocketCommand::Place(order.clone())).await;
        assert!(matches!(outcome, Outcome::Unclear(Unclear::VenueInDoubt(_))), "{outcome:?}");
        found += u64::from(suite.find(order.id).await.is_some());
    }
    assert!((1..u64::from(MANY)).contains(&found), "{found}");
    assert_eq!(suite.count("/orders_accepted").await, found);
}

pub(crate) async fn a_late_report_is_told_once<L: Line>() {
    let world = World::still().at_speed(60).with_fault("late_execution", "0.5");
    let mut suite = Suite::<L>::start(world).await;
    let wire = suite.open_private(Key::Trade).await;
    let orders = [0, 1, 2, 3].map(|_| suite.order(Side::Buy, OrderKind::Market, "0.5"));
    for order in &orders {
        suite.placed(Key::Trade, order).await;
    }
    // Until every fill has been told: late, twice or out of order, each counts once.
    let mut traded = BTreeMap::new();
    let all = |event: &SocketEvent| {
        if let Some(AccountEvent::Traded(fill)) = account_event(event) {
            let before = traded.insert(fill.trade, fill.quantity);
            assert_eq!(before, None, "{fill:?} was told twice");
        }
        let sum: i64 = traded.values().map(|quantity| quantity.units()).sum();
        (sum == 200_000_000).then_some(())
    };
    suite.wait(wire, "every fill", all).await;
    assert!(0 < suite.count("/faults/late_execution").await);
}

pub(crate) async fn a_refused_token_is_replaced<L: Line>() {
    let steps = r#"[{"at":"0s","fault":"token_refused","count":1}]"#;
    let mut suite = Suite::<L>::start(World::still().at_speed(10).following(steps)).await;
    let wire = suite.open_private(Key::Trade).await;
    assert_eq!(suite.count("/faults/token_refused").await, 1);
    let order = suite.order(Side::Buy, limit("40000"), "0.1");
    let placed = suite.command(wire, SocketCommand::Place(order)).await;
    assert!(matches!(placed, Outcome::Placed { .. }), "{placed:?}");
    assert_eq!(suite.count("/orders_accepted").await, 1);
}
