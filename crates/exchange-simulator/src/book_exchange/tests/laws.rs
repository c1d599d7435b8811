//! What holds whatever happens: nothing is made or lost, nothing is spent twice, and the same
//! seed gives the same history.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use proptest::prelude::*;
use trading_types::{FeeSchedule, Rounding};

use super::{random::*, *};

/// Three accounts that are poor enough to run out of funds, and fees that fall with volume.
fn poor(latency: Latency, seed: u64) -> Floor {
    let mut rules = rules();
    rules.fees = FeeSchedule::kraken_spot();
    let intervals = vec![Interval::from_minutes(1).unwrap()];
    let now = seconds(1_000);
    let settings = BookSettings { rules: vec![rules], latency, intervals, seed };
    let mut exchange = BookExchange::new(settings, now);
    for (dollars, bitcoins) in [("350.123456789", "2.5"), ("90", "0.3"), ("100000", "500")] {
        let balances = [(asset("USD"), amount(dollars)), (asset("BTC"), amount(bitcoins))];
        exchange.open_account(&balances);
    }
    Floor { exchange, now }
}

type Ledger = BTreeMap<(u32, Asset), Amount>;

/// Keeps the books from what the accounts are told, and nothing else.
fn post(ledger: &mut Ledger, audience: Audience, event: &VenueEvent) {
    let (Audience::Account(AccountId(account)), VenueEvent::Account(event)) = (audience, event)
    else {
        return;
    };
    if let AccountEvent::Balances(balances) = event {
        ledger.extend(balances.iter().map(|(asset, amount)| ((account, *asset), *amount)));
    }
    if let AccountEvent::Traded(fill) = event {
        let (base, quote) = (Amount::from(fill.quantity), fill.cost);
        let (base, quote) = match fill.side {
            Side::Buy => (base, -quote),
            Side::Sell => (-base, quote),
        };
        *ledger.entry((account, fill.pair.base)).or_default() += base;
        *ledger.entry((account, fill.pair.quote)).or_default() += quote;
        *ledger.entry((account, fill.fee_asset)).or_default() -= fill.fee;
    }
}

/// A cost is what traded, rounded against the account by less than one unit.
fn check_cost(event: &VenueEvent) -> Result<(), TestCaseError> {
    let VenueEvent::Account(AccountEvent::Traded(fill)) = event else { return Ok(()) };
    let exact = fill.price * fill.quantity;
    let rounding = match fill.side {
        Side::Buy => Rounding::Up,
        Side::Sell => Rounding::Down,
    };
    prop_assert_eq!(fill.cost, exact.round_to_decimals(5, rounding));
    prop_assert!(Amount::ZERO <= fill.fee);
    Ok(())
}

fn check_books(floor: &Floor, ledger: &Ledger, start: &Ledger) -> Result<(), TestCaseError> {
    let mut sums: BTreeMap<Asset, Amount> = floor.exchange.outside().collect();
    let mut held: Ledger = BTreeMap::new();
    for account in 0..3 {
        for order in floor.exchange.open_orders(AccountId(account)) {
            *held.entry((account, order.pays_with())).or_default() += order.hold();
        }
        for (asset, balance) in floor.exchange.balances(AccountId(account)) {
            let key = (account, asset);
            prop_assert!(Amount::ZERO <= balance.free());
            prop_assert_eq!(balance.total, ledger[&key], "what was told adds up");
            prop_assert_eq!(balance.held, held.get(&key).copied().unwrap_or_default());
            *sums.entry(asset).or_default() += balance.total - start[&key];
        }
    }
    for (asset, sum) in sums {
        prop_assert_eq!(sum, Amount::ZERO, "{} was made or lost", asset);
    }
    Ok(())
}

/// The orders of a history that must fill as a whole or not at all.
fn all_or_none(steps: &[Step]) -> BTreeSet<ClientOrderId> {
    let orders = steps.iter().filter_map(|step| match step {
        Step::Place { order, .. } if order.time_in_force == TimeInForce::FillOrKill => {
            Some(order.id)
        }
        Step::Place { .. }
        | Step::Cancel { .. }
        | Step::CancelAll { .. }
        | Step::Amend { .. }
        | Step::Book { .. }
        | Step::Trade { .. }
        | Step::Wait { .. } => None,
    });
    orders.collect()
}

proptest! {
    #![proptest_config(quick())]

    #[test]
    fn nothing_is_made_or_lost_or_spent_twice(mut steps in history(any_order())) {
        number(&mut steps);
        let mut floor = poor(Latency::NONE, 1);
        let mut ledger = Ledger::new();
        while let Some((audience, event)) = floor.exchange.poll_output() {
            post(&mut ledger, audience, &event);
        }
        let start = ledger.clone();
        let all_or_none = all_or_none(&steps);
        let mut filled = BTreeSet::new();
        for step in &steps {
            floor.step(step);
            while let Some((audience, event)) = floor.exchange.poll_output() {
                post(&mut ledger, audience, &event);
                check_cost(&event)?;
                match event {
                    VenueEvent::Account(AccountEvent::Traded(fill)) => {
                        filled.insert(fill.order);
                    }
                    VenueEvent::Account(AccountEvent::Canceled { order, .. }) => {
                        let is_half = all_or_none.contains(&order) && filled.contains(&order);
                        prop_assert!(!is_half, "{:?} is neither all nor none", order);
                    }
                    VenueEvent::Account(_) | VenueEvent::Market(_) | VenueEvent::Link(_) => (),
                }
            }
            check_books(&floor, &ledger, &start)?;
        }
        for account in 0..3 {
            floor.command(AccountId(account), VenueCommand::CancelAll);
            prop_assert_eq!(floor.exchange.open_orders(AccountId(account)).count(), 0);
            let balances = floor.exchange.balances(AccountId(account));
            prop_assert!(balances.iter().all(|(_, balance)| balance.held.is_zero()));
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_history(mut steps in history(any_order()), seed: u64) {
        number(&mut steps);
        let run = || {
            let delay = |min, max| Delay {
                min: Duration::from_millis(min),
                max: Duration::from_millis(max),
            };
            let latency = Latency { outbound: delay(1, 9_000), inbound: delay(0, 5_000) };
            let mut floor = poor(latency, seed);
            let mut heard = Vec::new();
            for step in &steps {
                floor.step(step);
                heard.extend(floor.heard_all());
            }
            heard.extend(floor.wait(60).heard_all());
            heard
        };
        prop_assert_eq!(run(), run());
    }

    /// Whatever a stranger sends, the exchange answers and lives.
    #[test]
    fn no_order_is_too_strange(orders in prop::collection::vec(strange_order(), 1..40)) {
        let mut floor = Floor::quoted();
        let much = Amount::from_units(10_i128.pow(37));
        for account in [ALICE, BOB] {
            floor.exchange.deposit(account, asset("USD"), much, floor.now);
            floor.exchange.deposit(account, asset("BTC"), much, floor.now);
        }
        floor.heard();
        for (order, number) in orders.into_iter().zip(1..) {
            let account = if number % 2 == 0 { ALICE } else { BOB };
            floor.place(account, NewOrder { id: id(number), ..order });
            prop_assert!(!floor.heard().is_empty());
            floor.amend(account, number, (Some("90000000000"), Some("300000000"), None));
            prop_assert!(!floor.heard_all().is_empty());
        }
    }

    /// Every order that was accepted ends exactly once, and is heard of in sequence.
    #[test]
    fn every_order_lives_once(mut steps in history(any_order())) {
        number(&mut steps);
        let mut floor = poor(Latency::NONE, 1);
        let mut lives: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for step in &steps {
            floor.step(step);
        }
        for account in 0..3 {
            floor.command(AccountId(account), VenueCommand::CancelAll);
        }
        for text in floor.heard() {
            let words: Vec<&str> = text.split(' ').collect();
            if let [who, what, number, ..] = words[..]
                && text.contains(": ")
                && !matches!(what, "balances" | "moved" | "amend" | "cancel")
            {
                let number = number.trim_end_matches(':');
                lives.entry(format!("{who} {number}")).or_default().push(what.to_owned());
            }
        }
        for (order, life) in lives {
            let is_end = |what: &String| {
                matches!(what.as_str(), "rejected" | "completed" | "canceled" | "expired")
            };
            prop_assert!(matches!(life[0].as_str(), "accepted" | "rejected"), "{order} {life:?}");
            prop_assert_eq!(life.iter().filter(|what| is_end(what)).count(), 1, "{}", &order);
            prop_assert!(is_end(&life[life.len() - 1]), "{order} {life:?}");
            let wakes = life.iter().filter(|what| *what == "triggered").count();
            prop_assert!(wakes <= 1, "{order} {life:?}");
        }
    }
}
