//! What clients call their orders.

use trading_types::ConditionalClose;

use super::*;

fn called(name: &str) -> PlaceRequest {
    PlaceRequest { client_id: Some(name.to_owned()), ..resting() }
}

#[test]
fn a_name_is_taken_while_its_order_is_open() {
    let mut venue = venue();
    place(&mut venue, ALICE, &called("one"), 1);
    let again = venue.place(ALICE, &called("one"), at(2)).unwrap_err();
    assert_eq!(again.as_str(), "EOrder:Duplicate client order id");
    assert_eq!(venue.counts().orders_duplicate_cl_ord_id, 1);
    place(&mut venue, BOB, &called("one"), 3);
    venue.cancel(ALICE, &named("one"), at(4)).unwrap();
    place(&mut venue, ALICE, &called("one"), 5);
    assert_eq!((venue.counts().orders_accepted, venue.open_orders(ALICE).count()), (3, 1));
}

#[test]
fn a_name_twice_in_a_batch_is_taken_once() {
    let mut venue = venue();
    let batch = [called("one"), called("one"), called("two")];
    let placed = venue.place_batch(ALICE, btc_usd(), &batch, at(1)).unwrap();
    assert_eq!(placed.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
}

#[track_caller]
fn check_form(name: &str, is_fine: bool) {
    let placed = venue().place(ALICE, &called(name), at(1));
    let error = placed.map(|_| ()).map_err(|error| error.to_string());
    let refused = Err("EGeneral:Invalid arguments:cl_ord_id".to_owned());
    assert_eq!(error, if is_fine { Ok(()) } else { refused }, "{name}");
}

#[test]
fn a_name_has_one_of_three_forms() {
    check_form("6d1b345e-2821-40e2-ad83-4ecb18a06876", true);
    check_form("6D1B345E-2821-40E2-AD83-4ECB18A06876", true);
    check_form("6d1b345e282140e2ad834ecb18a06876", true);
    check_form("arb-20240509-00010", true);
    check_form("1", true);
    check_form("", false);
    check_form("arb-20240509-000100", false);
    check_form("6d1b345e282140e2ad834ecb18a0687g", false);
    check_form("6d1b345e-2821-40e2-ad834-ecb18a06876", false);
    check_form("naïve", false);
}

#[test]
fn a_name_stands_neither_beside_a_number_nor_on_an_order_that_places_others() {
    let refused = Err(KrakenError::invalid("cl_ord_id"));
    let numbered = PlaceRequest { userref: Some(1), ..called("one") };
    assert_eq!(venue().place(ALICE, &numbered, at(1)), refused);
    let mut closing = called("one");
    closing.order.close =
        Some(ConditionalClose { kind: OrderKind::Limit { price: price("60000") } });
    assert_eq!(venue().place(ALICE, &closing, at(1)), refused);
}
