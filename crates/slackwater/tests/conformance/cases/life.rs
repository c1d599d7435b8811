//! What happens over time: the dead man's switch, connections that end, maintenance.

use std::time::Duration;

use kraken_client::socket::SocketEvent;
use kraken_protocol::{
    Request,
    stream::{
        market::MarketMessage,
        session::{LinkChange, Outcome, SocketCommand},
    },
    verdict::Doubt,
};
use trading_types::{AccountEvent, CancelReason, Refusal, Side, VenueStatus};

use crate::{
    line::{Came, Key, Line},
    suite::{Suite, account_event, end_of, is_up, limit},
    world::World,
};

pub(crate) async fn the_switch_cancels_everything_when_nobody_resets_it<L: Line>() {
    let mut suite = Suite::<L>::start(World::still().at_speed(10)).await;
    let wire = suite.open_private(Key::Trade).await;
    let mut orders = [0, 1].map(|_| suite.order(Side::Buy, limit("40000"), "0.1"));
    orders[1].pair = "BTC/EUR".parse().expect("a pair");
    for order in &orders {
        suite.placed(Key::Trade, order).await;
    }
    let stranger = suite.order(Side::Buy, limit("40000"), "0.1");
    suite.placed(Key::SecondTrade, &stranger).await;
    let now = suite.time().await;
    let switch = SocketCommand::CancelAllAfter(Duration::from_secs(20));
    let Outcome::SwitchSet { fires: Some(fires) } = suite.command(wire, switch).await else {
        panic!("the switch was to be set")
    };
    assert!(now + Duration::from_secs(18) <= fires, "{fires} is sooner than asked for");
    let mut ends = Vec::new();
    let both = |event: &SocketEvent| {
        let event = account_event(event)?;
        ends.extend(end_of(event).map(|order| (order, event.clone())));
        (ends.len() == 2).then_some(())
    };
    suite.wait(wire, "two ends", both).await;
    for order in &orders {
        let reason = CancelReason::Venue;
        let (_, end) = ends.iter().find(|(id, _)| *id == order.id).expect("it ended");
        assert_eq!(*end, AccountEvent::Canceled { order: order.id, reason });
    }
    assert!(fires <= suite.time().await + Duration::from_secs(1));
    assert_eq!(suite.open_orders().await, []);
    // Another account's orders are its own business.
    let open = Request::open_orders(Some(stranger.id));
    let result = suite.line.call(Key::SecondTrade, open, None).await.result();
    assert!(result.contains(&stranger.id.to_string()), "{result}");
}

pub(crate) async fn a_new_connection_takes_a_new_token<L: Line>() {
    let steps = r#"[{"at":"60s","fault":"disconnect","count":1}]"#;
    let mut suite = Suite::<L>::start(World::still().at_speed(20).following(steps)).await;
    let wire = suite.open_private(Key::Trade).await;
    assert_eq!(suite.count("/private_calls/GetWebSocketsToken").await, 1);
    let down =
        |event: &SocketEvent| matches!(event, SocketEvent::Link(LinkChange::Down(_))).then_some(());
    suite.wait(wire, "a lost link", down).await;
    suite.wait(wire, "a link", is_up).await;
    assert_eq!(suite.count("/private_calls/GetWebSocketsToken").await, 2);
    let order = suite.order(Side::Buy, limit("40000"), "0.1");
    let placed = suite.command(wire, SocketCommand::Place(order)).await;
    assert!(matches!(placed, Outcome::Placed { .. }), "{placed:?}");
    assert_eq!(suite.count("/orders_accepted").await, 1);
}

pub(crate) async fn maintenance_passes_through_its_states<L: Line>() {
    use VenueStatus as S;
    let steps = r#"[{"at":"40s","status":"maintenance"},{"at":"80s","status":"cancel_only"},
        {"at":"120s","status":"post_only"},{"at":"160s","status":"online"}]"#;
    let mut suite = Suite::<L>::start(World::still().at_speed(10).following(steps)).await;
    let wire = suite.open_private(Key::Trade).await;
    let resting = suite.order(Side::Buy, limit("40000"), "0.1");
    suite.placed(Key::Trade, &resting).await;
    for wanted in [S::Maintenance, S::CancelOnly, S::PostOnly, S::Online] {
        let status = |event: &SocketEvent| match event {
            SocketEvent::Market(MarketMessage::Status(told)) => Some(told.status),
            _ => None,
        };
        assert_eq!(suite.wait(wire, "another status", status).await, wanted);
        let taker = suite.order(Side::Buy, limit("50005"), "0.1");
        let came = suite.place(Key::Trade, &taker).await;
        match wanted {
            // Kraken says `EService:Unavailable` then, and of that nobody knows what it means.
            S::Maintenance => {
                assert!(matches!(came, Came::Unclear(Doubt::Said(_))), "{came:?}");
                assert_eq!(suite.find(taker.id).await, None);
            }
            S::CancelOnly => {
                assert_eq!(came, Came::Refused(Refusal::MarketMode(wanted)));
                suite.cancel(&resting).await.result();
            }
            S::PostOnly => {
                assert_eq!(came, Came::Refused(Refusal::MarketMode(wanted)));
                let mut maker = suite.order(Side::Buy, limit("40000"), "0.1");
                maker.post_only = true;
                suite.placed(Key::Trade, &maker).await;
            }
            S::Online | S::LimitOnly => drop(came.result()),
        }
    }
}
