//! Kraken's worked examples, then every rule of the counter.

use super::*;

fn at(millis: u64) -> Timestamp {
    Timestamp::from_nanos(millis * 1_000_000)
}

fn order(number: usize) -> VenueOrderId {
    format!("O{number}").parse().unwrap()
}

fn orders(numbers: std::ops::Range<usize>) -> Vec<VenueOrderId> {
    numbers.map(order).collect()
}

fn counter(tier: Tier) -> TradingCounter {
    TradingCounter::new(TradingLimits::documented(tier))
}

/// A counter with `count` open orders, created at zero, whose cost has drained at `idle_millis`.
fn with_open(tier: Tier, count: usize) -> TradingCounter {
    let mut counter = counter(tier);
    for number in 0..count {
        counter.receive(Transaction::Add(order(number)), Validity::Valid, at(0)).unwrap();
    }
    counter
}

/// What a transaction on the pair's only order, created at zero, adds at an age.
#[track_caller]
fn check_cost(transaction: Transaction<'_>, age_millis: u64, expect: &str) {
    let mut counter = with_open(Tier::Pro, 1);
    let before = counter.level(at(age_millis));
    counter.receive(transaction, Validity::Valid, at(age_millis)).unwrap();
    let added = counter.level(at(age_millis)).minus(before);
    assert_eq!(added.to_string(), expect, "{transaction:?} at {age_millis} ms");
}

#[test]
fn the_first_worked_example_adds_up_to_eight() {
    let mut counter = counter(Tier::Starter);
    let mut added = Points::ZERO;
    for (millis, transaction) in [
        (0, Transaction::Add(order(0))),
        (7_000, Transaction::Amend(order(0))),
        (43_000, Transaction::Cancel(order(0))),
    ] {
        let before = counter.level(at(millis));
        counter.receive(transaction, Validity::Valid, at(millis)).unwrap();
        added += counter.level(at(millis)).minus(before);
    }
    assert_eq!(added, Points::whole(8));
}

#[test]
fn the_second_worked_example_comes_to_26_6() {
    let counter = with_open(Tier::Intermediate, 50);
    assert_eq!(counter.level(at(0)).to_string(), "50");
    assert_eq!(counter.level(at(10_000)).to_string(), "26.6");
}

#[test]
fn an_amend_costs_a_point_and_its_penalty() {
    for (millis, expect) in [(4_999, "4"), (5_000, "3"), (10_000, "2"), (15_000, "1")] {
        check_cost(Transaction::Amend(order(0)), millis, expect);
    }
}

#[test]
fn an_edit_costs_a_point_and_its_penalty() {
    let edit = Transaction::Edit { old: order(0), new: order(1) };
    let rows = [(0, "7"), (5_000, "6"), (10_000, "5"), (15_000, "3"), (45_000, "2"), (90_000, "1")];
    for (millis, expect) in rows {
        check_cost(edit, millis, expect);
    }
}

#[test]
fn a_cancel_costs_its_penalty_alone() {
    let rows = [
        (0, "8"),
        (5_000, "6"),
        (10_000, "5"),
        (15_000, "4"),
        (45_000, "2"),
        (90_000, "1"),
        (300_000, "0"),
    ];
    for (millis, expect) in rows {
        check_cost(Transaction::Cancel(order(0)), millis, expect);
        check_cost(Transaction::CancelBatch(&[order(0)]), millis, expect);
    }
}

#[test]
fn a_batch_costs_half_a_point_an_order() {
    check_cost(Transaction::AddBatch(&orders(1..4)), 60_000, "1.5");
    check_cost(Transaction::AddBatch(&orders(1..16)), 60_000, "7.5");
}

#[test]
fn cancelling_everything_costs_the_sum_or_a_point() {
    check_cost(Transaction::CancelAll, 0, "8");
    check_cost(Transaction::CancelAll, 300_000, "1");
    let mut counter = with_open(Tier::Pro, 10);
    counter.receive(Transaction::CancelAll, Validity::Valid, at(60_000)).unwrap();
    assert_eq!(counter.level(at(60_000)), Points::whole(20));
    assert_eq!(counter.orders_open(), 0);
}

#[test]
fn an_amend_restarts_the_age() {
    let mut counter = with_open(Tier::Pro, 1);
    counter.receive(Transaction::Amend(order(0)), Validity::Valid, at(600_000)).unwrap();
    counter.receive(Transaction::Cancel(order(0)), Validity::Valid, at(604_000)).unwrap();
    assert_eq!(counter.level(at(604_000)), Points::whole(8), "the amend itself has drained");
}

#[test]
fn an_edit_leaves_a_young_order_behind() {
    let mut counter = with_open(Tier::Pro, 1);
    let edit = Transaction::Edit { old: order(0), new: order(1) };
    counter.receive(edit, Validity::Valid, at(600_000)).unwrap();
    assert_eq!(counter.orders_open(), 1);
    counter.receive(Transaction::Cancel(order(1)), Validity::Valid, at(603_000)).unwrap();
    assert_eq!(counter.level(at(603_000)), Points::whole(8));
}

#[test]
fn what_fails_validation_costs_its_fixed_part() {
    for (transaction, expect) in [
        (Transaction::Add(order(1)), "1"),
        (Transaction::AddBatch(&orders(1..4)), "1.5"),
        (Transaction::Amend(order(0)), "1"),
        (Transaction::Edit { old: order(0), new: order(1) }, "1"),
        (Transaction::Cancel(order(0)), "0"),
        (Transaction::CancelBatch(&[order(0)]), "0"),
    ] {
        let mut counter = with_open(Tier::Pro, 1);
        counter.receive(transaction, Validity::Invalid, at(4_000)).unwrap();
        assert_eq!(counter.level(at(4_000)).to_string(), expect, "{transaction:?}");
        assert_eq!(counter.orders_open(), 1, "{transaction:?}");
    }
}

#[test]
fn touching_what_is_not_there_costs_the_fixed_part() {
    for (transaction, expect) in [
        (Transaction::Amend(order(9)), "1"),
        (Transaction::Edit { old: order(9), new: order(1) }, "1"),
        (Transaction::Cancel(order(9)), "0"),
        (Transaction::CancelBatch(&orders(7..9)), "0"),
    ] {
        let mut counter = counter(Tier::Pro);
        counter.receive(transaction, Validity::Valid, at(0)).unwrap();
        assert_eq!(counter.level(at(0)).to_string(), expect, "{transaction:?}");
    }
}

/// How many orders that fill at once an idle pair takes at once.
#[track_caller]
fn check_boundary(tier: Tier, boundary: Boundary, expect: usize) {
    let mut counter =
        TradingCounter::new(TradingLimits { boundary, ..TradingLimits::documented(tier) });
    let taken = (0..500)
        .take_while(|number| {
            let taken = counter.receive(Transaction::Add(order(*number)), Validity::Valid, at(0));
            counter.closed(order(*number));
            taken.is_ok()
        })
        .count();
    assert_eq!(taken, expect, "{tier} {boundary:?}");
}

#[test]
fn the_threshold_may_not_be_reached_or_may_not_be_passed() {
    check_boundary(Tier::Starter, Boundary::Reached, 59);
    check_boundary(Tier::Intermediate, Boundary::Reached, 124);
    check_boundary(Tier::Pro, Boundary::Reached, 179);
    check_boundary(Tier::Starter, Boundary::Passed, 60);
    check_boundary(Tier::Intermediate, Boundary::Passed, 125);
    check_boundary(Tier::Pro, Boundary::Passed, 180);
}

/// How often an idle pair takes an order and its cancel at once.
#[track_caller]
fn check_cycles(tier: Tier, expect: usize) {
    let mut counter = counter(tier);
    let taken = (0..100)
        .take_while(|number| {
            let cycle = [Transaction::Add(order(*number)), Transaction::Cancel(order(*number))];
            cycle.into_iter().all(|one| counter.receive(one, Validity::Valid, at(0)).is_ok())
        })
        .count();
    assert_eq!(taken, expect, "{tier}");
}

#[test]
fn a_burst_of_orders_and_cancels_is_short() {
    check_cycles(Tier::Starter, 6);
    check_cycles(Tier::Intermediate, 13);
    check_cycles(Tier::Pro, 19); // The twentieth would reach 180.
}

#[test]
fn a_cancel_is_refused_where_it_would_reach_the_threshold_and_a_batch_is_not() {
    let mut counter = with_open(Tier::Starter, 58);
    let cancel = Transaction::Cancel(order(0));
    assert_eq!(counter.receive(cancel, Validity::Valid, at(0)), Err(Exceeded::PairTransactions));
    assert_eq!(counter.orders_open(), 58);
    let all = orders(0..58);
    assert_eq!(counter.receive(Transaction::CancelBatch(&all), Validity::Valid, at(0)), Ok(()));
    assert_eq!(counter.orders_open(), 0);
    assert_eq!(counter.level(at(0)).to_string(), "60", "capped at the threshold");
    assert_eq!(counter.receive(Transaction::CancelAll, Validity::Valid, at(0)), Ok(()));
}

#[test]
fn once_over_everything_is_refused_until_it_has_drained() {
    let mut counter = with_open(Tier::Starter, 50);
    counter.receive(Transaction::CancelBatch(&orders(0..9)), Validity::Valid, at(0)).unwrap();
    let old = Transaction::Cancel(order(20));
    assert!(counter.receive(old, Validity::Invalid, at(0)).is_err(), "even what costs nothing");
    assert_eq!(counter.receive(old, Validity::Invalid, at(1)), Ok(()));
    assert!(counter.receive(Transaction::Add(order(60)), Validity::Valid, at(1_000)).is_err());
    assert!(counter.receive(Transaction::Add(order(60)), Validity::Valid, at(2_001)).is_ok());
}

#[test]
fn refused_transactions_count_unless_told_otherwise() {
    for (refused_transactions_count, expect) in [(true, "60"), (false, "59")] {
        let limits = TradingLimits {
            refused_transactions_count,
            ..TradingLimits::documented(Tier::Starter)
        };
        let mut counter = TradingCounter::new(limits);
        for number in 0..65 {
            let _ = counter.receive(Transaction::Add(order(number)), Validity::Valid, at(0));
        }
        assert_eq!(counter.level(at(0)).to_string(), expect);
    }
}

/// Opens one order after another, slowly, until one is refused.
#[track_caller]
fn check_open_orders(tier: Tier, expect: usize) {
    let mut counter = counter(tier);
    let open = |counter: &mut TradingCounter, number: usize| {
        let now = at(u64::try_from(number).unwrap() * 10_000);
        counter.receive(Transaction::Add(order(number)), Validity::Valid, now)
    };
    let taken = (0..500).take_while(|number| open(&mut counter, *number).is_ok()).count();
    assert_eq!(taken, expect, "{tier}");
    assert_eq!(open(&mut counter, 600), Err(Exceeded::OpenOrders));
    counter.closed(order(0));
    assert_eq!(open(&mut counter, 601), Ok(()));
    let batch = orders(700..702);
    let batch = counter.receive(Transaction::AddBatch(&batch), Validity::Valid, at(9_000_000));
    assert_eq!(batch, Err(Exceeded::OpenOrders));
    assert_eq!(counter.orders_open(), expect);
}

#[test]
fn only_so_many_orders_may_be_open() {
    check_open_orders(Tier::Starter, 60);
    check_open_orders(Tier::Intermediate, 80);
    check_open_orders(Tier::Pro, 225);
}

#[test]
fn an_order_that_is_one_too_many_still_costs_its_point() {
    let mut counter = counter(Tier::Starter);
    for number in 0..61 {
        let now = at(number * 10_000);
        let number = usize::try_from(number).unwrap();
        let _ = counter.receive(Transaction::Add(order(number)), Validity::Valid, now);
    }
    assert_eq!(counter.level(at(600_000)).to_string(), "1");
}
