//! The counters of accounts' pairs, through orders.

use super::{super::Points, *};

fn limited(tier: Tier) -> Venue {
    let settings = Settings { tier, limits: LimitProfile::Documented, ..fixture::settings() };
    Venue::new(&settings, start())
}

fn level(venue: &Venue, millis: u64) -> String {
    venue.counter_level(ALICE, btc_usd(), at(millis)).to_string()
}

fn cancel(venue: &mut Venue, txid: VenueOrderId, millis: u64) -> Result<u32, KrakenError> {
    venue.cancel(ALICE, &OrderSelector::Txid(txid), at(millis))
}

fn reprice(
    venue: &mut Venue,
    txid: VenueOrderId,
    to: &str,
    millis: u64,
) -> Result<(), KrakenError> {
    let request = AmendRequest {
        selector: OrderSelector::Txid(txid),
        quantity: None,
        displayed: None,
        limit: Some(price(to)),
        trigger: None,
        post_only: false,
        deadline: None,
    };
    venue.amend(ALICE, &request, at(millis)).map(|_| ())
}

#[test]
fn the_first_worked_example_adds_up_to_eight() {
    let mut venue = limited(Tier::Starter);
    let mut added = Points::ZERO;
    let mut charged = |venue: &Venue, before: Points, millis| {
        added += venue.counter_level(ALICE, btc_usd(), at(millis)).minus(before);
    };
    let level = |venue: &Venue, millis| venue.counter_level(ALICE, btc_usd(), at(millis));
    let before = level(&venue, 0);
    let txid = place(&mut venue, ALICE, &resting(), 0);
    charged(&venue, before, 0);
    let before = level(&venue, 7_000);
    reprice(&mut venue, txid, "40001", 7_000).unwrap();
    charged(&venue, before, 7_000);
    let before = level(&venue, 43_000);
    cancel(&mut venue, txid, 43_000).unwrap();
    charged(&venue, before, 43_000);
    assert_eq!(added, Points::whole(8));
}

#[test]
fn the_second_worked_example_comes_to_26_6() {
    let mut venue = limited(Tier::Intermediate);
    for _ in 0..50 {
        place(&mut venue, ALICE, &limit(Side::Buy, "10000", "0.01"), 0);
    }
    assert_eq!((level(&venue, 0), level(&venue, 10_000)), ("50".to_owned(), "26.6".to_owned()));
    assert_eq!(venue.counter_peaks()[&btc_usd()], "50");
}

fn all_of(venue: &Venue) -> Vec<OrderSelector> {
    venue.open_orders(ALICE).map(|order| OrderSelector::Txid(order.txid)).collect()
}

/// Places and cancels at once until the first refusal.
#[track_caller]
fn check_cycles_until_refused(tier: Tier, cycles: usize) {
    let mut venue = limited(tier);
    let done = (0..1_000)
        .take_while(|_| {
            let placed = venue.place(ALICE, &resting(), at(0));
            placed.is_ok_and(|txid| cancel(&mut venue, txid.unwrap(), 0).is_ok())
        })
        .count();
    assert_eq!(done, cycles, "{tier}");
    assert_eq!(venue.cancel(ALICE, &all_of(&venue)[0], at(0)), Err(KrakenError::ORDER_RATE_LIMIT));
    assert_eq!(venue.counts().pair_rejected_rate, 2);
    let mut elsewhere = limit(Side::Buy, "2000", "1");
    elsewhere.order.pair = "ETH/USD".parse().unwrap();
    place(&mut venue, ALICE, &elsewhere, 0);
    place(&mut venue, BOB, &resting(), 0);
    place(&mut venue, ALICE, &resting(), 10_000);
}

#[test]
fn each_tier_refuses_where_its_threshold_is_reached() {
    // Each cycle costs nine points, and the threshold itself is not reached.
    check_cycles_until_refused(Tier::Starter, 6);
    check_cycles_until_refused(Tier::Intermediate, 13);
    check_cycles_until_refused(Tier::Pro, 19);
}

#[track_caller]
fn check_open_orders(tier: Tier, most: usize) {
    let mut venue = limited(tier);
    for number in 0..most {
        let second = 1_000 * u64::try_from(number).unwrap();
        place(&mut venue, ALICE, &limit(Side::Buy, "10000", "0.0001"), second);
    }
    let one_more = venue.place(ALICE, &limit(Side::Buy, "10000", "0.0001"), at(400_000));
    let error = one_more.unwrap_err();
    assert_eq!(error.as_str(), "EOrder:Orders limit exceeded", "{tier}");
    assert_eq!(venue.cancel_all(ALICE, at(800_000)), Ok(u32::try_from(most).unwrap()));
    place(&mut venue, ALICE, &resting(), 900_000);
}

#[test]
fn each_tier_has_a_most_of_open_orders() {
    check_open_orders(Tier::Starter, 60);
    check_open_orders(Tier::Intermediate, 80);
    check_open_orders(Tier::Pro, 225);
}

#[test]
fn an_order_that_has_filled_is_not_open() {
    let mut venue = limited(Tier::Starter);
    for second in 0..70 {
        place(&mut venue, ALICE, &order(Side::Buy, OrderKind::Market, "0.0001"), second * 1_000);
    }
}

#[test]
fn what_is_refused_costs_its_fixed_part() {
    let mut venue = limited(Tier::Starter);
    venue.place(ALICE, &limit(Side::Buy, "40000", "100"), at(0)).unwrap_err();
    assert_eq!(level(&venue, 0), "1");
    let txid = place(&mut venue, ALICE, &resting(), 0);
    assert_eq!(level(&venue, 0), "2");
    reprice(&mut venue, txid, "40000.05", 0).unwrap_err();
    assert_eq!(level(&venue, 0), "3", "and the order's age goes on");
    cancel(&mut venue, txid, 5_000).unwrap();
    assert_eq!(level(&venue, 5_000), "6", "six for an age of five seconds");
    assert_eq!(cancel(&mut venue, txid, 5_000), Err(KrakenError::UNKNOWN_ORDER));
    assert_eq!(level(&venue, 5_000), "6");
}

#[test]
fn what_is_only_checked_costs_nothing() {
    let mut venue = limited(Tier::Starter);
    let request = PlaceRequest { validate_only: true, ..resting() };
    venue.place(ALICE, &request, at(0)).unwrap();
    assert_eq!(level(&venue, 0), "0");
}

#[test]
fn an_edit_and_batches_are_charged() {
    let mut venue = limited(Tier::Pro);
    let txid = place(&mut venue, ALICE, &resting(), 0);
    let request = EditRequest {
        selector: OrderSelector::Txid(txid),
        quantity: None,
        displayed: None,
        price: Some(price("41000")),
        secondary_price: None,
        post_only: None,
        userref: None,
        deadline: None,
        validate_only: false,
    };
    venue.edit(ALICE, &request, at(0)).unwrap();
    assert_eq!(level(&venue, 0), "8", "one, and one and six");
    venue.place_batch(ALICE, btc_usd(), &[resting(), resting(), resting()], at(0)).unwrap();
    assert_eq!(level(&venue, 0), "9.5");
    let all = all_of(&venue);
    assert_eq!(venue.cancel_batch(ALICE, &all[..2], at(0)), Ok(2));
    assert_eq!(level(&venue, 0), "25.5");
    assert_eq!(venue.cancel_all(ALICE, at(0)), Ok(2));
    assert_eq!(level(&venue, 0), "41.5");
}

#[test]
fn a_batch_of_cancels_and_a_cancel_of_all_pass_a_full_counter() {
    let mut venue = limited(Tier::Starter);
    let txids: Vec<VenueOrderId> =
        (0..30).map(|_| place(&mut venue, ALICE, &limit(Side::Buy, "10000", "0.01"), 0)).collect();
    let selectors = |txids: &[VenueOrderId]| -> Vec<OrderSelector> {
        txids.iter().copied().map(OrderSelector::Txid).collect()
    };
    assert_eq!(venue.cancel_batch(ALICE, &selectors(&txids[..20]), at(0)), Ok(20));
    assert_eq!(level(&venue, 0), "60", "the counter stands at its threshold at most");
    assert_eq!(cancel(&mut venue, txids[20], 0), Err(KrakenError::ORDER_RATE_LIMIT));
    assert_eq!(venue.cancel_all(ALICE, at(0)), Ok(10));
}

#[test]
fn without_limits_nothing_is_counted() {
    let mut venue = venue();
    for _ in 0..300 {
        let txid = place(&mut venue, ALICE, &resting(), 0);
        cancel(&mut venue, txid, 0).unwrap();
    }
    assert_eq!(level(&venue, 0), "0");
    assert!(venue.counter_peaks().is_empty());
}
