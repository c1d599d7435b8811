//! The few words in which Kraken is used, against a server that keeps Kraken's limits: none of them
//! ever bites.

use kraken_client::{Kraken, OpenError, OrderName, Outcome};
use serde_json::Value;
use simulated_kraken::LimitProfile;
use simulated_limits::Tier;
use simulator_server::Server;

use crate::{
    line::Key,
    over_sockets::{base_of, credentials, serve, statistics},
    world::World,
};

/// A world with the limits of the lowest tier.
fn limited() -> World {
    let mut world = World::still();
    (world.settings.limits, world.settings.tier) = (LimitProfile::Documented, Tier::Starter);
    world
}

/// Opens it with one of the keys, as everybody does.
async fn open(server: &Server, key: Key) -> Result<Kraken, OpenError> {
    Kraken::builder().base(base_of(server)).key(credentials(key, server)).open().await
}

/// No limit was met, and no nonce came too late.
async fn check_polite(server: &Server) {
    let told = statistics(server).await;
    for counter in ["private", "public", "pair"] {
        assert_eq!(told[format!("{counter}_rejected_rate")], 0, "{told}");
    }
    assert_eq!(told["nonce_rejected"], 0, "{told}");
}

#[tokio::test]
async fn a_day_in_a_few_words() {
    let server = serve(limited());
    let kraken = open(&server, Key::Trade).await.expect("a good key");
    let ticker = kraken.ticker("XBTUSD").await.expect("a price");
    assert!(ticker.quote.is_sane());
    let money = kraken.balance().await.expect("balances");
    assert_eq!(money.len(), 4);
    let Ok(Outcome::Placed { order, venue_orders, .. }) =
        kraken.buy_limit("BTC/USD", "0.01", "40000").await
    else {
        panic!("the order was to be placed")
    };
    let open = kraken.open_orders().await.expect("orders");
    assert_eq!(open.iter().map(|order| order.id).collect::<Vec<_>>(), venue_orders);
    let found = kraken.find_order(order).await.expect("an answer").expect("an order");
    assert!(found.is_live());
    kraken.cancel("BTC/USD", OrderName::Ours(order)).await.expect("it is there");
    let again = kraken.cancel("BTC/USD", OrderName::Krakens(venue_orders[0])).await;
    assert_eq!(again.unwrap_err().to_string(), "unknown order");
    for _ in 0..3 {
        let bought = kraken.buy_market("BTC/USD", "0.01").await;
        assert!(matches!(bought, Ok(Outcome::Placed { .. })), "{bought:?}");
    }
    assert_eq!(kraken.cancel_all().await.expect("a count"), 0);
    check_polite(&server).await;
    assert_eq!(statistics(&server).await["orders_accepted"], Value::from(4));
}

#[tokio::test]
async fn keys_that_may_do_too_much_open_nothing() {
    let server = serve(limited());
    for key in [Key::Withdraw, Key::NoIpList] {
        let refused = open(&server, key).await;
        assert!(matches!(refused, Err(OpenError::Audit(_))), "{key:?}");
    }
    let calls = statistics(&server).await["private_calls"].clone();
    let asked: Vec<_> = calls.as_object().expect("calls by name").keys().collect();
    assert_eq!(asked, ["GetApiKeyInfo"], "nothing else is asked with such a key");
}

#[tokio::test]
async fn an_order_whose_outcome_is_unclear_is_found_and_not_sent_again() {
    let steps = r#"[{"at":"0s","fault":"bad_gateway","on":"AddOrder","count":4}]"#;
    let server = serve(limited().following(steps));
    let kraken = open(&server, Key::Trade).await.expect("a good key");
    let mut found = 0;
    for _ in 0..4 {
        let Ok(Outcome::Unclear { order, .. }) = kraken.buy_market("BTC/USD", "0.001").await else {
            panic!("nobody can know what came of it")
        };
        found += u64::from(kraken.find_order(order).await.expect("an answer").is_some());
    }
    let told = statistics(&server).await;
    assert_eq!(told["private_calls"]["AddOrder"], 4);
    assert_eq!(told["orders_accepted"], found);
    check_polite(&server).await;
}
