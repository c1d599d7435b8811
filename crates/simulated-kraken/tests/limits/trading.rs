//! The counter of an account's pair, and how many orders may be open on it.

use std::time::Duration;

use serde_json::Value;
use simulated_kraken::Settings;
use simulated_limits::{Boundary, Tier};

use crate::client::{Client, KEY, OTHER_KEY, settings};

const REFUSED: &str = "EOrder:Rate limit exceeded";
const TOO_MANY: &str = "EOrder:Orders limit exceeded";

/// An order that costs a point and is gone at once.
const GONE: &str = "pair=XBTUSD&type=buy&ordertype=limit&price=40000&volume=0.01&timeinforce=IOC";
/// An order that stays.
const STAYS: &str = "pair=XBTUSD&type=buy&ordertype=limit&price=40000&volume=0.01";

/// How many orders that are gone at once are taken before one is refused.
fn room(client: &mut Client) -> usize {
    client.count_until(REFUSED, |client| client.post("AddOrder", GONE))
}

/// Places an order that stays; says what Kraken calls it.
fn resting(client: &mut Client) -> String {
    let told = client.post("AddOrder", STAYS);
    told.result["txid"][0].as_str().unwrap_or_else(|| panic!("{}", told.error)).to_owned()
}

fn cancel(client: &mut Client, order: &str) {
    let told = client.post("CancelOrder", &format!("txid={order}"));
    assert!(told.is_done(), "{}", told.error);
}

fn amend(client: &mut Client, order: &str) {
    let told = client.post("AmendOrder", &format!("txid={order}&limit_price=40001"));
    assert!(told.is_done(), "{}", told.error);
}

/// The documentation says both that the threshold must not be reached and that it must not be
/// passed.
#[test]
fn orders_to_the_first_refusal_from_rest() {
    let reached = [(Tier::Starter, 59), (Tier::Intermediate, 124), (Tier::Pro, 179)];
    for (tier, orders) in reached {
        let mut client = Client::new(settings(tier));
        assert_eq!(room(&mut client), orders, "{tier}");
        assert_eq!(client.statistic("/pair_rejected_rate"), 1);
        let passed = Settings { boundary: Boundary::Passed, ..settings(tier) };
        assert_eq!(room(&mut Client::new(passed)), orders + 1, "{tier}");
    }
}

#[test]
fn a_pair_is_counted_by_itself_and_for_the_whole_account() {
    let mut client = Client::new(settings(Tier::Starter));
    assert_eq!(room(&mut client), 59);
    let other_pair = GONE.replace("XBTUSD", "ETHUSD").replace("40000", "2000");
    let others = client.count_until(REFUSED, |client| client.post("AddOrder", &other_pair));
    assert_eq!(others, 59);
    // The account's other key does not help; another account is another matter.
    assert_eq!(client.post_with(OTHER_KEY, "AddOrder", GONE).error, REFUSED);
    // Each of the two accounts has the same keys.
    let second = client.kraken.keys().len() / 2 + KEY;
    assert!(client.post_with(second, "AddOrder", GONE).is_done());
}

/// Orders that stay are placed as slowly as their counter decays, so that only their number counts.
fn check_open_orders(tier: Tier, pace: Duration, most: usize) {
    let mut client = Client::new(settings(tier));
    let told = client.count_until(TOO_MANY, |client| {
        client.pass(pace);
        client.post("AddOrder", STAYS)
    });
    assert_eq!(told, most, "{tier}");
    let other = STAYS.replace("XBTUSD", "ETHUSD").replace("40000", "2000");
    assert!(client.post("AddOrder", &other).is_done(), "another pair has room");
}

#[test]
fn so_many_orders_may_be_open_on_a_pair() {
    check_open_orders(Tier::Starter, Duration::from_secs(1), 60);
    check_open_orders(Tier::Intermediate, Duration::from_millis(500), 80);
    check_open_orders(Tier::Pro, Duration::from_millis(300), 225);
}

/// Kraken's first example: an order that is amended after 7 s and canceled 36 s later costs
/// 1 + 3 + 4 = 8 before decay.
#[test]
fn the_first_worked_example() {
    let mut client = Client::new(settings(Tier::Starter));
    // Fifty more keep the counter above zero, so that no decay is lost.
    for _ in 0..50 {
        assert!(client.post("AddOrder", GONE).is_done());
    }
    let order = resting(&mut client);
    client.pass(Duration::from_secs(7));
    amend(&mut client, &order);
    client.pass(Duration::from_secs(36));
    cancel(&mut client, &order);
    let level = 50 + 8 - 43;
    assert_eq!(room(&mut client), 59 - level);
}

/// Kraken's second example: on the Intermediate tier fifty orders at once, and ten seconds later
/// the counter stands at 50 - 23.4 = 26.6.
#[test]
fn the_second_worked_example() {
    let mut client = Client::new(settings(Tier::Intermediate));
    for _ in 0..50 {
        assert!(client.post("AddOrder", GONE).is_done());
    }
    assert_eq!(client.statistic("/pair_counter_peak/BTC~1USD"), "50");
    client.pass(Duration::from_secs(10));
    assert_eq!(room(&mut client), 98);
    // The refused one is charged as far as there is room.
    assert_eq!(client.statistic("/pair_counter_peak/BTC~1USD"), "125");
    let forgiven = Settings { refused_calls_count: false, ..settings(Tier::Intermediate) };
    let mut client = Client::new(forgiven);
    for _ in 0..50 {
        assert!(client.post("AddOrder", GONE).is_done());
    }
    client.pass(Duration::from_secs(10));
    assert_eq!(room(&mut client), 98);
    assert_eq!(client.statistic("/pair_counter_peak/BTC~1USD"), "124.6");
}

/// What touching an order of this age costs, told by how much room is left.
fn cost(age: Duration, touch: fn(&mut Client, &str)) -> usize {
    let mut client = Client::new(settings(Tier::Pro));
    let order = resting(&mut client);
    client.pass(age);
    touch(&mut client, &order);
    179 - room(&mut client)
}

#[test]
fn young_orders_are_dear() {
    let ages = [
        // Until this age: amend, edit, cancel.
        (5, 4, 7, 8),
        (10, 3, 6, 6),
        (15, 2, 5, 5),
        (45, 1, 3, 4),
        (90, 1, 2, 2),
        (300, 1, 1, 1),
    ];
    let mut from = Duration::from_secs(1);
    for (until, amended, edited, canceled) in ages {
        let last = Duration::from_nanos(until * 1_000_000_000 - 1);
        for age in [from, last] {
            assert_eq!(cost(age, amend), amended, "amended after {age:?}");
            assert_eq!(cost(age, edit), edited, "edited after {age:?}");
            assert_eq!(cost(age, cancel), canceled, "canceled after {age:?}");
        }
        from = Duration::from_secs(until);
    }
    assert_eq!(cost(from, amend), 1);
    assert_eq!(cost(from, edit), 1);
    assert_eq!(cost(from, cancel), 0);
}

fn edit(client: &mut Client, order: &str) {
    let parameters = format!("txid={order}&pair=XBTUSD&volume=0.01&price=40001");
    let told = client.post("EditOrder", &parameters);
    assert!(told.is_done(), "{}", told.error);
}

#[test]
fn a_refused_order_costs_its_point_all_the_same() {
    let mut client = Client::new(settings(Tier::Starter));
    let poor = GONE.replace("0.01", "0.00001");
    for _ in 0..20 {
        assert_eq!(client.post("AddOrder", &poor).error, "EOrder:Order minimum not met");
    }
    assert_eq!(room(&mut client), 39);
}

#[test]
fn a_batch_costs_half_a_point_for_each_order() {
    let mut client = Client::new(settings(Tier::Starter));
    let row = r#"{"ordertype":"limit","type":"buy","price":"40000","volume":"0.01"}"#;
    for orders in [2_usize, 15] {
        let rows = vec![row; orders].join(",");
        let fields = format!(r#""pair":"XBTUSD","orders":[{rows}]"#);
        let told = client.post_json("AddOrderBatch", &fields);
        assert!(told.is_done(), "{}", told.error);
    }
    // 17 / 2 = 8.5 of 60, so that 51 more stay below it.
    assert_eq!(room(&mut client), 51);
}

#[test]
fn canceling_everything_is_accepted_however_full_the_counter() {
    let mut client = Client::new(settings(Tier::Starter));
    for _ in 0..30 {
        resting(&mut client);
    }
    let told = client.post("CancelAll", "");
    assert_eq!(told.result["count"], Value::from(30));
    // 30 + 30 × 8 is far above the threshold, where the counter stops.
    assert_eq!(room(&mut client), 0);
    client.pass(Duration::from_secs(30));
    assert_eq!(room(&mut client), 29);
}

/// The refused order has filled the counter to its threshold; below that by more than a point the
/// next one passes.
#[test]
fn a_full_counter_decays_at_the_rate_of_its_tier() {
    let waits = [
        (Tier::Starter, 1_000_000_001),
        (Tier::Intermediate, 427_350_428),
        (Tier::Pro, 266_666_667),
    ];
    for (tier, nanos) in waits {
        for (early, is_done) in [(1, false), (0, true)] {
            let mut client = Client::new(settings(tier));
            room(&mut client);
            client.pass(Duration::from_nanos(nanos - early));
            assert_eq!(client.post("AddOrder", GONE).is_done(), is_done, "{tier}");
        }
    }
}
