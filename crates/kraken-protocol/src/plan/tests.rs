//! Plans that trip, plans that fit, and what is said of them.

use super::*;

fn poll(endpoint: Endpoint, milliseconds: u64) -> PlannedCall {
    PlannedCall::Poll { endpoint, every: Duration::from_millis(milliseconds) }
}

fn cycle(every: u64, canceled_after: u64) -> PlannedCall {
    PlannedCall::Cycle {
        pair: "BTC/USD".parse().unwrap(),
        every: Duration::from_secs(every),
        canceled_after: Duration::from_secs(canceled_after),
    }
}

fn trips_after(plan: &[PlannedCall], tier: Tier) -> Option<u64> {
    let report = check_plan(plan, Profile::Documented, tier);
    let first = report.limits.iter().filter_map(|limit| limit.trips_after).min();
    first.map(|after| u64::try_from(after.as_millis()).unwrap())
}

#[test]
fn balance_and_orders_every_second_trip_a_starter_in_seconds() {
    let plan = [poll(Endpoint::Balance, 1_000), poll(Endpoint::OpenOrders, 1_000)];
    // After k seconds the counter has taken 2(k + 1) points and lost 0.33 k: above 15 at k = 8.
    assert_eq!(trips_after(&plan, Tier::Starter), Some(8_000));
    // 2(k + 1) - 0.5 k is above 20 at k = 13, and 2(k + 1) - k at k = 19.
    assert_eq!(trips_after(&plan, Tier::Intermediate), Some(13_000));
    assert_eq!(trips_after(&plan, Tier::Pro), Some(19_000));
}

#[test]
fn what_is_suggested_fits() {
    let plan = [
        poll(Endpoint::Balance, 1_000),
        poll(Endpoint::Ledgers, 2_500),
        poll(Endpoint::Ticker, 300),
        cycle(2, 3),
    ];
    for tier in Tier::all() {
        let report = check_plan(&plan, Profile::Documented, tier);
        assert!(!report.fits());
        let slower = |name: &str| {
            report.suggestions.iter().find_map(|suggestion| match suggestion {
                Suggestion::Slower { name: of, every } if of == name => Some(*every),
                Suggestion::Slower { .. }
                | Suggestion::Socket { .. }
                | Suggestion::Tier { .. }
                | Suggestion::Amend { .. } => None,
            })
        };
        let fitting: Vec<PlannedCall> = plan
            .iter()
            .map(|call| {
                let slower = slower(&call.name()).unwrap_or(call.every());
                match call {
                    PlannedCall::Poll { endpoint, .. } => {
                        PlannedCall::Poll { endpoint: *endpoint, every: slower }
                    }
                    PlannedCall::Cycle { pair, canceled_after, .. } => PlannedCall::Cycle {
                        pair: *pair,
                        every: slower,
                        canceled_after: *canceled_after,
                    },
                }
            })
            .collect();
        let again = check_plan(&fitting, Profile::Documented, tier);
        assert!(again.fits(), "{tier}: {again:?}");
    }
}

#[test]
fn a_plan_that_fits_gets_no_advice() {
    let plan = [poll(Endpoint::Balance, 30_000), poll(Endpoint::Ticker, 1_000), cycle(60, 3)];
    let report = check_plan(&plan, Profile::Documented, Tier::Starter);
    assert!(report.fits() && report.suggestions.is_empty());
    assert_eq!(report.limits.len(), 3);
}

#[test]
fn a_socket_and_a_higher_tier_are_named() {
    let plan = [poll(Endpoint::OpenOrders, 1_250)];
    let report = check_plan(&plan, Profile::Documented, Tier::Starter);
    let socket = Suggestion::Socket { endpoint: Endpoint::OpenOrders, channel: "executions" };
    assert!(report.suggestions.contains(&socket));
    assert!(report.suggestions.contains(&Suggestion::Tier { tier: Tier::Pro }));
}

#[test]
fn fixed_minutes_trip_at_the_call_after_the_last() {
    let plan = [poll(Endpoint::Balance, 1_000)];
    let report = check_plan(&plan, Profile::Article, Tier::Pro);
    assert_eq!(report.limits[0].trips_after, Some(Duration::from_secs(20)));
    assert_eq!(report.limits[0].calls_before, 20);
}

#[test]
fn a_plan_of_a_call_each_nanosecond_ends() {
    let plan = [poll(Endpoint::AddOrder, 0)];
    assert!(check_plan(&plan, Profile::Documented, Tier::Pro).fits());
}
