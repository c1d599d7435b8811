//! How long a start takes on the smallest account when two hundred orders are open there.

use bot_machine::output::Stage;
use kraken_protocol::{Endpoint, nonce::Nonce, signer::Signer};
use simulated_kraken::{HttpRequest, Input, Output, RequestId};

use super::*;
use crate::net::ADDRESS;

/// From the start of the process to the moment it trades.
const READY_MAX: Duration = Duration::from_secs(15);
const ORDERS: usize = 200;

/// A person places an order that rests far below the market, with a key of their own.
fn place(world: &mut World, pair: usize, number: u64) {
    let rules = &world.settings.header.settings.pairs[pair];
    let name = rules.pair;
    let (quantity, price) = (rules.quantity_min, rules.tick);
    // A thousand ticks of the smallest price there is would be below what Kraken takes.
    let price = trading_types::Price::from_units(price.units() * 10_000);
    let quantity = trading_types::Quantity::from_units(quantity.units() * 10);
    let body = format!(
        "nonce={number}&ordertype=limit&type=buy&pair={name}&volume={quantity}&price={price}"
    );
    let key = world.kraken.keys().iter().find(|key| key.name == "no-ip-list").expect("a key");
    let signer = Signer::new(&key.secret).expect("a secret");
    let sign = signer.sign(Endpoint::AddOrder, Nonce::new(number), body.as_bytes());
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = vec![
        header("content-type", "application/x-www-form-urlencoded"),
        header("api-key", &key.key),
        header("api-sign", &sign),
    ];
    let request = HttpRequest {
        address: ADDRESS.to_owned(),
        method: "POST".to_owned(),
        path: Endpoint::AddOrder.path().to_owned(),
        query: String::new(),
        headers,
        body: body.into_bytes().into(),
    };
    let id = RequestId(u64::MAX - number);
    world.kraken.handle(Input::Request { id, request }, world.now);
    while let Some(output) = world.kraken.poll_output() {
        if let Output::Answer { id: answered, answer } = &output
            && *answered == id
        {
            let text = format!("{answer:?}");
            assert!(text.contains("txid"), "{name}: {text}");
        } else {
            world.net.told(output, &mut world.tally, world.now);
        }
    }
}

/// How long after its start the bot trades, having died so long after it began.
fn ready_after(seed: u64, died: Duration) -> Duration {
    let mut options = Options::calm(Duration::from_hours(1));
    options.market.pairs = 4;
    options.strategy.enters = 80;
    let mut world = World::new(Seed(seed), options);
    world.run_until(world.begun + died);
    assert_eq!(world.checker.broken(), None, "seed {seed}");
    assert!(world.process.is_some(), "seed {seed}: it runs");
    world.die("for a test");
    // Nobody starts it before a person has placed the orders, and Kraken's counters of that, of
    // which it cannot know, are at rest.
    let left = world.left.take();
    for number in 1..=ORDERS {
        let number = u64::try_from(number).expect("small");
        place(&mut world, usize::try_from(number % 4).expect("small"), number);
        world.run_until(world.now + Duration::from_millis(250));
    }
    world.run_until(world.now + Duration::from_mins(5));
    assert_eq!(world.checker.broken(), None, "seed {seed}");
    let begun = world.now;
    world.left = left;
    world.start();
    world.settle();
    let is_ready = |world: &World| {
        let process = world.process.as_ref();
        process.is_some_and(|process| *process.bot.stage() == Stage::Ready)
    };
    while !is_ready(&world) {
        assert_eq!(world.checker.broken(), None, "seed {seed}");
        assert!(world.now < begun + Duration::from_mins(5), "seed {seed}: it never trades");
        world.run_until(world.now + Duration::from_millis(10));
    }
    world.now.since(begun)
}

#[test]
fn two_hundred_open_orders_are_known_in_fifteen_seconds_on_the_smallest_account() {
    let died = |seed| Duration::from_secs(800) + Duration::from_millis(4_037 * seed);
    let times: Vec<_> = (0..4).map(|seed| ready_after(seed, died(seed))).collect();
    let longest = times.iter().max().expect("some");
    assert!(*longest <= READY_MAX, "{times:?}");
}

/// Kraken takes a public call a second from an address, and one that was under way may yet arrive
/// for half a minute: until then nothing public is asked, candles neither.
#[test]
fn who_dies_in_the_middle_of_a_public_call_waits_until_it_can_arrive_no_more() {
    let after = ready_after(6, Duration::from_millis(720_222));
    assert!(READY_MAX < after, "it died in the middle of one: {after:?}");
    assert!(after <= READY_MAX + Duration::from_secs(30), "{after:?}");
}
