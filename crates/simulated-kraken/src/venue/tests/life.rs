//! What becomes of an order, what is told of it, and why it ends.

use ExecutionKind as Kind;
use trading_types::{
    ConditionalClose, OrderQuantity, SelfTradePrevention, TimeInForce, TrailingOffset, Trigger,
    TriggerSource,
};

use super::*;

const ACCEPTED: [Kind; 2] = [Kind::PendingNew, Kind::New];

fn trigger(at_price: &str) -> Trigger {
    Trigger { price: price(at_price), source: TriggerSource::Last }
}

#[track_caller]
fn check_kinds(venue: &mut Venue, expected: &[Kind]) {
    assert_eq!(kinds(venue), [&ACCEPTED[..], expected].concat());
}

#[test]
fn a_market_order_takes_and_is_filled() {
    let mut venue = venue();
    let txid = place(&mut venue, ALICE, &order(Side::Buy, OrderKind::Market, "1.5"), 1);
    let told = executions(&mut venue);
    let [.., last_trade, filled] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((last_trade.kind, last_trade.order.state), (Kind::Trade, OrderState::Open));
    assert_eq!((filled.kind, filled.order.state), (Kind::Filled, OrderState::Closed));
    assert_eq!(told.len(), 5, "a level has one bitcoin");
    assert_eq!(ending(&venue, txid), (OrderState::Closed, None));
    assert_eq!(venue.order(&txid).unwrap().trades.len(), 2);
    assert_eq!(venue.closed_orders(ALICE).next_back().unwrap().txid, txid);
    assert_eq!(venue.open_orders(ALICE).count(), 0);
}

#[test]
fn trades_are_numbered_like_those_everybody_sees() {
    let mut venue = venue();
    let txid = place(&mut venue, ALICE, &order(Side::Buy, OrderKind::Market, "1.5"), 1);
    let numbers: Vec<u64> = venue.trades(ALICE).map(|trade| trade.number).collect();
    let tape = venue.market(btc_usd()).unwrap().tape();
    let seen: Vec<(u64, bool)> =
        tape.iter().rev().take(2).rev().map(|told| (told.number, told.is_limit)).collect();
    assert_eq!(seen, [(numbers[0], false), (numbers[1], false)]);
    assert!(venue.trades(ALICE).all(|trade| trade.order == txid));
}

#[test]
fn a_resting_order_trades_in_parts() {
    let mut venue = venue();
    let txid = place(&mut venue, ALICE, &limit(Side::Sell, "49996", "0.3"), 1);
    assert_eq!(ending(&venue, txid).0, OrderState::Open, "it stands between the best prices");
    outside_trade(&mut venue, Side::Buy, "49996", "0.1", 2);
    let order = venue.order(&txid).unwrap();
    assert_eq!((order.state, order.filled), (OrderState::Open, quantity("0.1")));
    outside_trade(&mut venue, Side::Buy, "49996", "0.2", 3);
    check_kinds(&mut venue, &[Kind::Trade, Kind::Trade, Kind::Filled]);
}

#[test]
fn a_user_cancels_by_any_name() {
    let mut venue = venue();
    for (number, selector) in [named("one"), OrderSelector::Userref(7)].into_iter().enumerate() {
        let mut request = resting();
        match &selector {
            OrderSelector::ClientId(id) => request.client_id = Some(id.clone()),
            OrderSelector::Userref(userref) => request.userref = Some(*userref),
            OrderSelector::Txid(_) => {}
        }
        let txid = place(&mut venue, ALICE, &request, 1);
        assert_eq!(venue.find(ALICE, &selector).len(), 1, "{number}");
        assert!(venue.find(BOB, &selector).is_empty(), "an account sees its own orders only");
        assert_eq!(venue.cancel(BOB, &selector, at(2)), Err(KrakenError::UNKNOWN_ORDER));
        assert_eq!(venue.cancel(ALICE, &selector, at(2)), Ok(1));
        assert_eq!(ending(&venue, txid), (OrderState::Canceled, Some("User requested")));
        check_kinds(&mut venue, &[Kind::Canceled]);
        assert_eq!(venue.cancel(ALICE, &selector, at(3)), Err(KrakenError::UNKNOWN_ORDER));
    }
}

#[test]
fn a_number_names_many_orders() {
    let mut venue = venue();
    let request = PlaceRequest { userref: Some(7), ..resting() };
    let first = place(&mut venue, ALICE, &request, 1);
    place(&mut venue, ALICE, &PlaceRequest { userref: Some(8), ..resting() }, 1);
    let last = place(&mut venue, ALICE, &request, 2);
    let found: Vec<_> =
        venue.find(ALICE, &OrderSelector::Userref(7)).iter().map(|order| order.txid).collect();
    assert_eq!(found, [first, last]);
    assert_eq!(venue.cancel(ALICE, &OrderSelector::Userref(7), at(3)), Ok(2));
    assert_eq!(venue.open_orders(ALICE).count(), 1);
}

#[test]
fn a_post_only_order_that_would_take_never_was_on_the_book() {
    let mut venue = venue();
    let mut request = limit(Side::Buy, "50100", "0.1");
    request.order.post_only = true;
    let txid = place(&mut venue, ALICE, &request, 1);
    assert_eq!(ending(&venue, txid), (OrderState::Canceled, Some("Post only order")));
    assert_eq!(kinds(&mut venue), [Kind::PendingNew, Kind::Canceled]);
}

#[track_caller]
fn check_canceled(request: &PlaceRequest, reason: &str, filled: &str) {
    let mut venue = venue();
    let txid = place(&mut venue, ALICE, request, 1);
    assert_eq!(ending(&venue, txid), (OrderState::Canceled, Some(reason)));
    assert_eq!(venue.order(&txid).unwrap().filled, quantity(filled));
    assert_eq!(kinds(&mut venue).last(), Some(&Kind::Canceled));
}

#[test]
fn what_cannot_be_filled_is_canceled() {
    let immediate = |time_in_force| {
        let mut request = limit(Side::Buy, "50005", "1.5");
        request.order.time_in_force = time_in_force;
        request
    };
    let unfilled = "Immediate order not filled";
    check_canceled(&immediate(TimeInForce::ImmediateOrCancel), unfilled, "1");
    check_canceled(&immediate(TimeInForce::FillOrKill), unfilled, "0");
    let more_than_there_is = order(Side::Sell, OrderKind::Market, "10");
    let mut venue = venue();
    outside_trade(&mut venue, Side::Sell, "49955", "9.5", 1);
    let txid = place(&mut venue, ALICE, &more_than_there_is, 1);
    assert_eq!(ending(&venue, txid), (OrderState::Canceled, Some("Market price protection")));
}

#[test]
fn an_account_does_not_trade_with_itself() {
    let mut venue = venue();
    let resting = place(&mut venue, ALICE, &limit(Side::Sell, "49996", "0.1"), 1);
    let mut taking = limit(Side::Buy, "49996", "0.1");
    taking.order.self_trade = SelfTradePrevention::CancelBoth;
    let taking = place(&mut venue, ALICE, &taking, 2);
    for txid in [resting, taking] {
        assert_eq!(ending(&venue, txid), (OrderState::Canceled, Some("Self trade prevention")));
    }
}

#[test]
fn an_order_expires_at_its_date() {
    let mut venue = venue();
    let mut request = resting();
    request.order.time_in_force = TimeInForce::GoodTilDate(at(5_000));
    let txid = place(&mut venue, ALICE, &request, 1);
    assert_eq!(venue.next_timeout(), Some(at(5_000)));
    venue.handle_timeout(at(9_000));
    assert_eq!(ending(&venue, txid).0, OrderState::Expired);
    assert_eq!(venue.order(&txid).unwrap().closed_at, Some(at(5_000)), "at its own time");
    check_kinds(&mut venue, &[Kind::Expired]);
}

#[test]
fn a_scheduled_order_waits_for_its_start() {
    let mut venue = venue();
    let mut request = order(Side::Buy, OrderKind::Market, "0.1");
    request.order.start = Some(at(5_000));
    let txid = place(&mut venue, ALICE, &request, 1);
    assert_eq!(ending(&venue, txid).0, OrderState::Pending);
    assert_eq!(kinds(&mut venue), [Kind::PendingNew]);
    venue.handle_timeout(at(6_000));
    assert_eq!(ending(&venue, txid).0, OrderState::Closed);
    assert_eq!(kinds(&mut venue), [Kind::New, Kind::Trade, Kind::Filled]);
    place(
        &mut venue,
        ALICE,
        &PlaceRequest {
            order: {
                let mut later = request.order.clone();
                later.start = Some(at(9_000));
                later
            },
            ..request
        },
        7_000,
    );
    assert_eq!(venue.cancel_all(ALICE, at(8_000)), Ok(1));
    venue.handle_timeout(at(10_000));
    assert_eq!(kinds(&mut venue), [Kind::PendingNew, Kind::Canceled], "it never begins");
}

#[test]
fn a_stop_is_open_until_its_trigger_is_reached() {
    let mut venue = venue();
    let stop = OrderKind::StopLoss { trigger: trigger("49000") };
    let txid = place(&mut venue, ALICE, &order(Side::Sell, stop, "0.1"), 1);
    let record = venue.order(&txid).unwrap();
    assert_eq!((record.state, record.is_triggered), (OrderState::Open, false));
    assert_eq!(record.trigger, Some(price("49000")));
    outside_trade(&mut venue, Side::Sell, "48999", "0.0001", 2);
    assert!(venue.order(&txid).unwrap().is_triggered);
    check_kinds(&mut venue, &[Kind::Status, Kind::Trade, Kind::Filled]);
}

#[test]
fn a_trailing_trigger_is_where_the_price_has_taken_it() {
    let mut venue = venue();
    let trailing = OrderKind::TrailingStopLimit {
        offset: TrailingOffset::Price(price("1000")),
        source: TriggerSource::Last,
        limit_offset: price("-10"),
    };
    let txid = place(&mut venue, ALICE, &order(Side::Sell, trailing, "0.1"), 1);
    assert_eq!(venue.order(&txid).unwrap().trigger, Some(price("49000")));
    outside_trade(&mut venue, Side::Buy, "50500", "0.0001", 2);
    assert_eq!(venue.order(&txid).unwrap().trigger, Some(price("49500")));
    outside_trade(&mut venue, Side::Sell, "49500", "0.0001", 3);
    let record = venue.order(&txid).unwrap();
    assert_eq!((record.is_triggered, record.limit), (true, Some(price("49490"))));
}

#[test]
fn an_iceberg_is_told_when_it_refills() {
    let mut venue = venue();
    let iceberg = OrderKind::Iceberg { price: price("49996"), displayed: quantity("0.1") };
    let txid = place(&mut venue, ALICE, &order(Side::Sell, iceberg, "0.3"), 1);
    outside_trade(&mut venue, Side::Buy, "49996", "0.1", 2);
    check_kinds(&mut venue, &[Kind::Trade, Kind::IcebergRefill]);
    assert_eq!(venue.order(&txid).unwrap().displayed, Some(quantity("0.1")));
}

#[test]
fn a_fill_places_the_order_that_closes_it() {
    let mut venue = venue();
    let mut request = order(Side::Buy, OrderKind::Market, "1.5");
    request.order.close =
        Some(ConditionalClose { kind: OrderKind::StopLoss { trigger: trigger("45000") } });
    let txid = place(&mut venue, ALICE, &request, 1);
    let closes: Vec<&OrderRecord> = venue.open_orders(ALICE).collect();
    let quantities: Vec<OrderQuantity> = closes.iter().map(|close| close.quantity).collect();
    let expected = [quantity("1"), quantity("0.5")].map(OrderQuantity::Base);
    assert_eq!(quantities, expected, "one for each fill");
    assert!(closes.iter().all(|close| close.parent == Some(txid) && close.side() == Side::Sell));
    assert_eq!(venue.counts().orders_accepted, 1, "nobody asked for the others");
    assert_eq!(venue.cancel_all(ALICE, at(2)), Ok(2));
}

#[test]
fn what_is_only_checked_leaves_nothing_behind() {
    let mut venue = venue();
    let request = PlaceRequest { validate_only: true, ..resting() };
    assert_eq!(venue.place(ALICE, &request, at(1)), Ok(None));
    let dear = PlaceRequest { validate_only: true, ..limit(Side::Buy, "40000", "100") };
    assert_eq!(venue.place(ALICE, &dear, at(1)), Err(KrakenError::INSUFFICIENT_FUNDS));
    let batch = venue.place_batch(ALICE, btc_usd(), &[request, dear], at(1)).unwrap();
    assert_eq!(batch, [Ok(None), Err(KrakenError::INSUFFICIENT_FUNDS)]);
    assert_eq!(venue.open_orders(ALICE).count(), 0);
    assert_eq!(kinds(&mut venue), []);
}

#[test]
fn a_batch_is_refused_order_by_order() {
    let mut venue = venue();
    let dear = limit(Side::Buy, "40000", "100");
    let batch = venue.place_batch(ALICE, btc_usd(), &[resting(), dear, resting()], at(1)).unwrap();
    let [Ok(Some(first)), Err(refused), Ok(Some(last))] = batch.as_slice() else {
        panic!("{batch:?}")
    };
    assert_eq!(*refused, KrakenError::INSUFFICIENT_FUNDS);
    let open: Vec<VenueOrderId> = venue.open_orders(ALICE).map(|order| order.txid).collect();
    assert_eq!(open, [*first, *last], "oldest first");
    let other = PlaceRequest {
        order: trading_types::NewOrder { pair: "ETH/USD".parse().unwrap(), ..resting().order },
        ..resting()
    };
    let mixed = venue.place_batch(ALICE, btc_usd(), &[resting(), other], at(1));
    assert_eq!(mixed, Err(KrakenError::invalid("pair")), "a batch is for one pair");
}

#[track_caller]
fn check_refused(request: &PlaceRequest, error: &str) {
    let mut venue = venue();
    let refused = venue.place(ALICE, request, at(100_000)).unwrap_err();
    assert_eq!(refused.as_str(), error);
    assert_eq!(venue.open_orders(ALICE).count() + venue.closed_orders(ALICE).count(), 0);
    assert_eq!(kinds(&mut venue), [], "nobody hears of it");
}

#[test]
fn a_refused_order_leaves_no_record() {
    check_refused(&limit(Side::Buy, "40000", "100"), "EOrder:Insufficient funds");
    check_refused(&limit(Side::Buy, "40000.05", "1"), "EOrder:Invalid price");
    check_refused(&limit(Side::Buy, "40000", "0.00001"), "EOrder:Order minimum not met");
    let mut late = resting();
    late.order.deadline = Some(at(99_999));
    check_refused(&late, "EService:Deadline elapsed");
    let mut unknown = resting();
    unknown.order.pair = "SOL/USD".parse().unwrap();
    check_refused(&unknown, "EQuery:Unknown asset pair");
}

#[test]
fn each_status_takes_what_kraken_says() {
    for (status, resting_fits, market_fits, cancel_fits) in [
        (VenueStatus::Online, Ok(()), Ok(()), true),
        (VenueStatus::PostOnly, Ok(()), Err("EService:Market in post_only mode"), true),
        (VenueStatus::LimitOnly, Ok(()), Err("EService:Market in limit_only mode"), true),
        (
            VenueStatus::CancelOnly,
            Err("EService:Market in cancel_only mode"),
            Err("EService:Market in cancel_only mode"),
            true,
        ),
        (VenueStatus::Maintenance, Err("EService:Unavailable"), Err("EService:Unavailable"), false),
    ] {
        let mut venue = venue();
        place(&mut venue, ALICE, &resting(), 1);
        venue.set_status(status, at(2));
        assert_eq!(venue.status(), status);
        let mut place = |request| {
            let placed = venue.place(ALICE, &request, at(3));
            placed.map(|_| ()).map_err(|error| error.to_string())
        };
        let text = |expected: Result<(), &str>| expected.map_err(str::to_owned);
        assert_eq!(place(resting()), text(resting_fits), "{status}");
        assert_eq!(
            place(order(Side::Buy, OrderKind::Market, "0.1")),
            text(market_fits),
            "{status}"
        );
        assert_eq!(venue.cancel_all(ALICE, at(4)).is_ok(), cancel_fits, "{status}");
    }
}
