//! A careful client is refused nothing: so a refusal is the fault of whoever meets it, and not of
//! the simulation.

use std::collections::{BTreeMap, VecDeque};

use super::*;
use trading_types::Pair;

use crate::limits_report::client::{Call, CallId, Outcome, Purpose, Started};

/// A charge is held in full until the call has ended and decays from then on, so the estimate is
/// never below the counter. It survives restarts. Orders are not counted.
struct Careful {
    max_millionths: u64,
    decay_hundredths: u64,
    waiting: VecDeque<(CallId, u64)>,
    orders: Vec<CallId>,
    held: BTreeMap<CallId, u64>,
    /// Charges that a restart left without an owner, and when they have ended for sure.
    orphans: Vec<(Timestamp, u64)>,
    settled_millionths: u64,
    settled_at: Timestamp,
}

const PATIENCE: Duration = Duration::from_secs(30);
/// Kraken's decay may come in steps of up to three seconds.
const TICK_MAX: Duration = Duration::from_secs(3);

impl Careful {
    fn new(setup: Setup) -> Self {
        let decay_hundredths = u64::from(setup.tier.private_decay_hundredths());
        let tick_millionths = decay_hundredths * 10_000 * TICK_MAX.as_secs();
        let max_millionths = u64::try_from(setup.tier.private_max().millionths()).unwrap();
        Self {
            max_millionths: max_millionths - tick_millionths,
            decay_hundredths,
            waiting: VecDeque::new(),
            orders: Vec::new(),
            held: BTreeMap::new(),
            orphans: Vec::new(),
            settled_millionths: 0,
            settled_at: setup.now,
        }
    }

    fn settle(&mut self, cost: u64, now: Timestamp) {
        let nanos = u64::try_from(now.since(self.settled_at).as_nanos()).unwrap();
        let decayed = nanos * self.decay_hundredths / 100_000;
        self.settled_millionths = self.settled_millionths.saturating_sub(decayed) + cost;
        self.settled_at = now;
    }

    fn settle_orphans(&mut self, now: Timestamp) {
        for (ends, cost) in std::mem::take(&mut self.orphans) {
            if ends <= now {
                self.settle(cost, now);
            } else {
                self.orphans.push((ends, cost));
            }
        }
    }
}

impl Client for Careful {
    fn ask(&mut self, call: Call, _now: Timestamp) {
        let cost = match (call.purpose, call.endpoint) {
            (Purpose::Account, "Ledgers" | "TradesHistory") => 2_000_000,
            (Purpose::Account, _) => 1_000_000,
            (_, _) => return self.orders.push(call.id),
        };
        self.waiting.push_back((call.id, cost));
    }

    fn poll(&mut self, now: Timestamp) -> Vec<Started> {
        self.settle_orphans(now);
        // Rounding down may not add up: a call's decay is reckoned from one moment.
        let mut started: Vec<Started> = self.orders.drain(..).map(Started::Sent).collect();
        while let Some((id, cost)) = self.waiting.front().copied() {
            self.settle(0, now);
            let orphans: u64 = self.orphans.iter().map(|(_, cost)| cost).sum();
            let held = self.held.values().sum::<u64>() + orphans;
            if self.max_millionths < held + self.settled_millionths + cost {
                break;
            }
            self.waiting.pop_front();
            self.held.insert(id, cost);
            started.push(Started::Sent(id));
        }
        started
    }

    fn answered(&mut self, id: CallId, _outcome: Outcome, now: Timestamp) {
        if let Some(cost) = self.held.remove(&id) {
            self.settle(cost, now);
        }
    }

    fn next_timeout(&self) -> Option<Timestamp> {
        (!self.waiting.is_empty()).then(|| self.settled_at + Duration::from_millis(100))
    }

    fn restart(&mut self, now: Timestamp) {
        self.waiting.clear();
        self.orders.clear();
        let ends = now + PATIENCE;
        let held = std::mem::take(&mut self.held);
        self.orphans.extend(held.into_values().map(|cost| (ends, cost)));
    }
}

/// Trades on each pair no more than once in half a minute, and halts at once.
#[derive(Default)]
struct Slow {
    waiting: VecDeque<Call>,
    next: BTreeMap<Option<Pair>, Timestamp>,
}

impl Client for Slow {
    fn ask(&mut self, call: Call, _now: Timestamp) {
        self.waiting.push_back(call);
    }

    fn poll(&mut self, now: Timestamp) -> Vec<Started> {
        let mut started = Vec::new();
        self.waiting.retain(|call| {
            let next = self.next.entry(call.pair).or_insert(now);
            let is_sent = call.purpose == Purpose::Halt || *next <= now;
            if is_sent {
                *next = now + Duration::from_secs(30);
                started.push(Started::Sent(call.id));
            }
            !is_sent
        });
        started
    }

    fn answered(&mut self, _id: CallId, _outcome: Outcome, _now: Timestamp) {}

    fn next_timeout(&self) -> Option<Timestamp> {
        let next = |call: &Call| self.next.get(&call.pair).copied();
        self.waiting.iter().filter_map(next).min()
    }

    fn restart(&mut self, _now: Timestamp) {
        *self = Self::default();
    }
}

#[test]
fn a_slow_trader_is_never_refused_and_its_halts_do_not_wait() {
    for name in [TRADING, "trading_bad"] {
        for tier in Tier::ALL {
            let scenario = find(name);
            let slow = |_| -> Box<dyn Client> { Box::new(Slow::default()) };
            let figures = scenario.run(
                slow,
                tier,
                Options { length: Duration::from_hours(2), seed: 1, behind: Behind::BareLimits },
            );
            let violations = &figures.violations;
            assert!(violations.is_empty(), "{name} on {tier}: {violations:?}");
            assert!(0.0 < figures.pair_budget_used.unwrap());
            assert!(figures.delay("halt").unwrap().max_s < 0.001);
            assert!(60.0 < figures.delay("cancel").unwrap().max_s, "cancels wait in its queue");
        }
    }
}

fn find(name: &str) -> &'static Scenario {
    of(Profile::Documented, Behind::BareLimits).find(|scenario| scenario.name == name).unwrap()
}

/// Runs a scenario on every tier; a careful client is refused nothing and uses a share of what
/// there is.
#[track_caller]
fn check_careful(name: &str, budget_least: f64) {
    for tier in Tier::ALL {
        let scenario = of(Profile::Documented, Behind::BareLimits)
            .find(|scenario| scenario.name == name)
            .unwrap();
        let length = Duration::from_hours(1);
        for seed in 1..3 {
            let careful = |setup| -> Box<dyn Client> { Box::new(Careful::new(setup)) };
            let figures =
                scenario.run(careful, tier, Options { length, seed, behind: Behind::BareLimits });
            let violations = figures.violations;
            assert!(violations.is_empty(), "{name} on {tier}, seed {seed}: {violations:?}");
            let used = figures.budget_used;
            assert!(budget_least <= used, "{name} on {tier}, seed {seed} used {used}");
        }
    }
}

#[test]
fn a_careful_client_is_never_refused_and_leaves_little_unused() {
    check_careful(SATURATION, 0.98);
    check_careful("saturation_steps", 0.97);
    check_careful("restarts", 0.9);
}

#[test]
fn a_careful_client_is_never_refused_in_bad_weather_either() {
    check_careful("saturation_bad", 0.3);
    check_careful("saturation_bad_steps", 0.3);
    check_careful("restarts_bad", 0.2);
}

#[test]
fn a_careful_client_is_never_refused_on_an_ordinary_day() {
    check_careful(REALISTIC, 0.1);
    check_careful("realistic_bad", 0.1);
    check_careful(RECONNECT, 0.0);
    check_careful("reconnect_far", 0.0);
}

#[test]
fn every_profile_has_the_scenarios_that_a_row_is_made_of() {
    for profile in [Profile::Documented, Profile::Article] {
        for name in [SATURATION, REALISTIC, RECONNECT] {
            assert_eq!(
                of(profile, Behind::BareLimits).filter(|scenario| scenario.name == name).count(),
                1,
                "{name}"
            );
        }
        assert!(of(profile, Behind::BareLimits).all(|scenario| scenario.mode.profile() == profile));
    }
}
