//! What holds whatever happens: nothing is made or lost, nothing is spent twice, and the same
//! seed gives the same history.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use proptest::prelude::*;
use trading_types::{FeeSchedule, OrderQuantity, Rounding};

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
    post_moved(ledger, audience, &VenueEvent::Account(event.clone()));
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

/// Keeps the books of what comes and goes without a trade.
fn post_moved(ledger: &mut Ledger, audience: Audience, event: &VenueEvent) {
    if let (
        Audience::Account(AccountId(account)),
        VenueEvent::Account(AccountEvent::Moved { asset, change }),
    ) = (audience, event)
    {
        *ledger.entry((account, *asset)).or_default() += *change;
    }
}

/// The book is not crossed, and nobody shows more than he wants to.
fn check_queues(floor: &Floor) -> Result<(), TestCaseError> {
    let book = floor.exchange.book(pair()).unwrap();
    if let (Some(bid), Some(ask)) = (book.bids.first(), book.asks.first()) {
        prop_assert!(bid.price < ask.price, "the book is crossed");
    }
    for side in [Side::Buy, Side::Sell] {
        for place in floor.exchange.orders_at(pair(), side) {
            let Some((account, id)) = place.order else { continue };
            let open = floor.exchange.open_order(account, id).unwrap();
            prop_assert_eq!(open.limit(), Some(place.price));
            prop_assert!(open.displayed().is_none_or(|most| place.quantity <= most));
            let OrderQuantity::Base(rest) = open.remaining() else { panic!("it never rests") };
            prop_assert!(place.quantity.is_positive() && place.quantity <= rest);
            prop_assert!(open.displayed().is_some() || place.quantity == rest);
        }
    }
    Ok(())
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
        | Step::Display { .. }
        | Step::Index { .. }
        | Step::Act { .. }
        | Step::Book { .. }
        | Step::Trade { .. }
        | Step::Wait { .. } => None,
    });
    orders.collect()
}

proptest! {
    #![proptest_config(quick())]

    #[test]
    fn nothing_is_made_or_lost_or_spent_twice(mut steps in full_history()) {
        number(&mut steps);
        let mut floor = poor(Latency::NONE, 1);
        let mut ledger = Ledger::new();
        while let Some((audience, event)) = floor.exchange.poll_output() {
            post(&mut ledger, audience, &event);
        }
        let mut start = ledger.clone();
        let all_or_none = all_or_none(&steps);
        let mut filled = BTreeSet::new();
        for step in &steps {
            floor.step(step);
            while let Some((audience, event)) = floor.exchange.poll_output() {
                post(&mut ledger, audience, &event);
                post_moved(&mut start, audience, &event);
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
            check_queues(&floor)?;
        }
        for account in 0..3 {
            floor.command(AccountId(account), VenueCommand::CancelAll);
            prop_assert_eq!(floor.exchange.open_orders(AccountId(account)).count(), 0);
            let balances = floor.exchange.balances(AccountId(account));
            prop_assert!(balances.iter().all(|(_, balance)| balance.held.is_zero()));
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_history(mut steps in full_history(), seed: u64) {
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

    /// The closes of an order add up to its fills.
    #[test]
    fn what_was_filled_is_closed(mut steps in full_history()) {
        number(&mut steps);
        let mut floor = poor(Latency::NONE, 1);
        let with_close = steps.iter().filter_map(|step| {
            let Step::Place { order, .. } = step else { return None };
            order.close.map(|_| order.id)
        });
        let with_close: BTreeSet<ClientOrderId> = with_close.collect();
        let (mut filled, mut closed) = (BTreeMap::new(), BTreeMap::new());
        for step in &steps {
            floor.step(step);
            while let Some((_, event)) = floor.exchange.poll_output() {
                let VenueEvent::Account(event) = event else { continue };
                if let AccountEvent::Traded(fill) = event
                    && with_close.contains(&fill.order)
                {
                    *filled.entry(fill.order).or_default() += fill.quantity;
                }
                if let AccountEvent::Accepted { order, .. }
                | AccountEvent::Rejected { order, .. } = event
                    && let Some(close) = floor.exchange.placed_close(order)
                {
                    let OrderQuantity::Base(quantity) = close.order.quantity else { panic!() };
                    *closed.entry(close.parent).or_default() += quantity;
                }
            }
            let sums: [&BTreeMap<ClientOrderId, trading_types::Quantity>; 2] = [&filled, &closed];
            prop_assert_eq!(sums[0], sums[1]);
        }
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
    fn every_order_lives_once(mut steps in full_history()) {
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
