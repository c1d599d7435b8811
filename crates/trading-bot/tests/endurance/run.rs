//! Many bots side by side, each at a venue of its own, and what came of all together.
//!
//! The invariant: how fast the venues' time runs follows from what this machine can do now.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use simulated_kraken::Fault;
use trading_engine::ORDER_DEADLINE;

use crate::{
    bot::Counts,
    lane::{self, Enough, Outcome},
    pace::{Pace, RoundTrips},
    venue::{Venue, VenuePlan},
};

/// What goes wrong, and how often. These are the faults that lose what happened.
const FAULTS: [(Fault, &str); 4] = [
    (Fault::LostAnswer, "0.05"),
    (Fault::LostRequest, "0.01"),
    (Fault::BadGateway, "0.05"),
    (Fault::Disconnect, "0.001"),
];
/// A rehearsal tells how long an answer takes beside everything else that runs.
const REHEARSAL: Duration = Duration::from_secs(5);
const REHEARSAL_SPEED: u32 = 30;
/// After so many orders all begin anew, at a speed that suits what the machine does by then.
const ROUND_MAX: u64 = 50_000;

/// How far it goes: whichever comes first.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) orders: u64,
    pub(crate) time: Duration,
    /// So many times real time; nothing is as fast as this machine can.
    pub(crate) speed: Option<u32>,
    pub(crate) lanes: u64,
    pub(crate) markets: usize,
    pub(crate) seed: u64,
}

/// Runs, judges, and says what there was.
pub(crate) async fn endure(limits: &Limits) -> Value {
    let mut speed = limits.speed.unwrap_or(REHEARSAL_SPEED);
    if limits.speed.is_none() {
        let rehearsal = Limits { orders: u64::MAX, time: REHEARSAL, ..limits.clone() };
        speed = side_by_side(&rehearsal, speed).await.trips.speed(ORDER_DEADLINE);
    }
    let (mut outcomes, mut rounds, mut took) = (Vec::new(), Vec::new(), Duration::ZERO);
    let mut left = limits.orders;
    while 0 < left && took < limits.time {
        let (orders, seed) =
            (left.min(ROUND_MAX), limits.seed + u64::try_from(rounds.len()).expect("a few"));
        let round = Limits { orders, seed, time: limits.time - took, ..limits.clone() };
        let together = side_by_side(&round, speed).await;
        let orders: u64 = together.outcomes.iter().map(|it| it.orders).sum();
        rounds.push(together.in_words(speed, orders));
        left = left.saturating_sub(orders);
        took += together.took;
        speed = limits.speed.unwrap_or_else(|| together.trips.speed(ORDER_DEADLINE));
        outcomes.extend(together.outcomes);
    }
    let orders: u64 = outcomes.iter().map(|it| it.orders).sum();
    let starts: u64 = outcomes.iter().map(|it| it.starts).sum();
    let mut venue = BTreeMap::new();
    for outcome in &outcomes {
        add_up("", &outcome.venue, &mut venue);
    }
    let counts = outcomes.into_iter().map(|it| it.counts).fold(Counts::default(), Counts::and);
    json!({
        "orders": orders,
        "seconds": took.as_secs_f64(),
        "orders_per_second": u128::from(orders) * 1_000 / took.as_millis().max(1),
        "lanes": limits.lanes,
        "markets_a_lane": limits.markets,
        "rounds": rounds,
        "starts": starts,
        "heard": counts,
        "venues": venue,
    })
}

/// What came of all lanes.
struct Together {
    outcomes: Vec<Outcome>,
    trips: RoundTrips,
    took: Duration,
}

impl Together {
    fn in_words(&self, speed: u32, orders: u64) -> Value {
        let trips = |part: usize| {
            let trip = self.trips.of_hundred(part);
            let in_a_deadline = (ORDER_DEADLINE / speed).as_micros() / trip.as_micros().max(1);
            json!({ "us": trip.as_micros(), "in_a_deadline": in_a_deadline })
        };
        json!({
            "orders": orders,
            "seconds": self.took.as_secs_f64(),
            "speed": speed,
            "round_trip_median": trips(50),
            "round_trip_p99": trips(99),
        })
    }
}

async fn side_by_side(limits: &Limits, speed: u32) -> Together {
    let faults: Vec<_> =
        FAULTS.map(|(fault, chance)| (fault, chance.parse().expect("a chance"))).into();
    let venues: Vec<Venue> = (0..limits.lanes)
        .map(|lane| {
            let (seed, markets) = (limits.seed ^ (lane << 32), limits.markets);
            Venue::start(&VenuePlan { markets, speed, seed, faults: faults.clone() })
        })
        .collect();
    let pace = Pace::of(venues.iter().map(Venue::statistics_address).collect());
    let enough = Enough::new(limits.orders, limits.time);
    let running: Vec<_> =
        venues.into_iter().map(|venue| tokio::spawn(lane::run(venue, enough.clone()))).collect();
    let took = enough.wait().await;
    let trips = pace.end();
    let mut outcomes = Vec::new();
    for lane in running {
        outcomes.push(lane.await.expect("what a lane found wrong it has said"));
    }
    Together { outcomes, trips, took }
}

/// Adds what a venue counted to what others did. What is no number is not for adding up.
fn add_up(name: &str, counted: &Value, sums: &mut BTreeMap<String, u64>) {
    if let Some(number) = counted.as_u64().filter(|it| 0 < *it || !name.contains("faults")) {
        *sums.entry(name.to_owned()).or_default() += number;
    }
    for (key, value) in counted.as_object().into_iter().flatten() {
        let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
        add_up(&name, value, sums);
    }
}
