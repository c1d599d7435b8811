//! Amending and editing.

use trading_types::{OrderQuantity, TimeInForce};

use super::{
    super::{
        changing::{EditRefused, Edited},
        records::AmendKind,
    },
    *,
};

fn amend(txid: VenueOrderId) -> AmendRequest {
    AmendRequest {
        selector: OrderSelector::Txid(txid),
        quantity: None,
        displayed: None,
        limit: None,
        trigger: None,
        post_only: false,
        deadline: None,
    }
}

fn edit(txid: VenueOrderId) -> EditRequest {
    EditRequest {
        selector: OrderSelector::Txid(txid),
        quantity: None,
        displayed: None,
        price: None,
        secondary_price: None,
        post_only: None,
        userref: None,
        deadline: None,
        validate_only: false,
    }
}

#[test]
fn an_amend_keeps_the_name_and_writes_history() {
    let mut venue = venue();
    let txid = place(&mut venue, ALICE, &resting(), 1);
    let change = AmendRequest {
        quantity: Some(quantity("0.2")),
        limit: Some(price("41000")),
        ..amend(txid)
    };
    let id = venue.amend(ALICE, &change, at(2)).unwrap();
    let order = venue.order(&txid).unwrap();
    assert_eq!(order.quantity, OrderQuantity::Base(quantity("0.2")));
    assert_eq!((order.limit, order.state), (Some(price("41000")), OrderState::Open));
    let [first, second] = order.amends.as_slice() else { panic!("{:?}", order.amends) };
    assert_eq!((first.kind, first.limit), (AmendKind::Original, Some(price("40000"))));
    assert_eq!((second.kind, second.id, second.remaining), (AmendKind::User, id, quantity("0.2")));
    let told = executions(&mut venue).pop().unwrap();
    assert_eq!((told.kind, told.order.limit), (ExecutionKind::Amended, Some(price("41000"))));
    assert_eq!(told.order.amends.len(), 1, "the history is not told each time");
}

#[test]
fn a_long_history_keeps_its_first_entry_and_the_newest() {
    let mut venue = venue();
    let txid = place(&mut venue, ALICE, &resting(), 1);
    let mut last = None;
    for number in 0..1_010 {
        let limit = Some(price(if number % 2 == 0 { "41000" } else { "42000" }));
        let change = AmendRequest { limit, ..amend(txid) };
        last = Some(venue.amend(ALICE, &change, at(2)).unwrap());
    }
    let amends = &venue.order(&txid).unwrap().amends;
    assert_eq!((amends.len(), amends[0].kind), (1_000, AmendKind::Original));
    assert_eq!(amends.last().map(|amend| amend.id), last);
}

#[test]
fn an_amend_below_what_has_traded_cancels_the_rest() {
    let mut venue = venue();
    let txid = place(&mut venue, ALICE, &limit(Side::Sell, "49996", "0.3"), 1);
    outside_trade(&mut venue, Side::Buy, "49996", "0.1", 2);
    let less = AmendRequest { quantity: Some(quantity("0.1")), ..amend(txid) };
    venue.amend(ALICE, &less, at(3)).unwrap();
    assert_eq!(ending(&venue, txid), (OrderState::Canceled, Some("User requested")));
}

#[test]
fn an_iceberg_shows_what_it_is_amended_to() {
    let mut venue = venue();
    let iceberg = OrderKind::Iceberg { price: price("51000"), displayed: quantity("0.1") };
    let txid = place(&mut venue, ALICE, &order(Side::Sell, iceberg, "0.3"), 1);
    let more = AmendRequest { displayed: Some(quantity("0.2")), ..amend(txid) };
    venue.amend(ALICE, &more, at(2)).unwrap();
    assert_eq!(venue.order(&txid).unwrap().displayed, Some(quantity("0.2")));
    let plain = place(&mut venue, ALICE, &resting(), 3);
    let wrong = AmendRequest { displayed: Some(quantity("0.2")), ..amend(plain) };
    assert!(venue.amend(ALICE, &wrong, at(4)).is_err(), "only an iceberg hides");
}

#[track_caller]
fn check_amend_refused(change: impl Fn(VenueOrderId) -> AmendRequest, error: &str) {
    let mut venue = venue();
    let txid = place(&mut venue, ALICE, &resting(), 1);
    kinds(&mut venue);
    let refused = venue.amend(ALICE, &change(txid), at(1_000)).unwrap_err();
    assert_eq!(refused.as_str(), error);
    let order = venue.order(&txid).unwrap();
    assert_eq!((order.limit, order.amends.len()), (Some(price("40000")), 1));
    assert_eq!(kinds(&mut venue), []);
}

#[test]
fn a_refused_amend_changes_nothing() {
    let gone = OrderSelector::ClientId("gone".to_owned());
    check_amend_refused(
        |txid| AmendRequest { selector: gone.clone(), ..amend(txid) },
        "EOrder:Unknown order",
    );
    check_amend_refused(
        |txid| AmendRequest { quantity: Some(quantity("100")), ..amend(txid) },
        "EOrder:Insufficient funds",
    );
    check_amend_refused(
        |txid| AmendRequest { limit: Some(price("50100")), post_only: true, ..amend(txid) },
        "EOrder:Post only order",
    );
    check_amend_refused(
        |txid| AmendRequest { limit: Some(price("41000")), deadline: Some(at(999)), ..amend(txid) },
        "EService:Deadline elapsed",
    );
}

#[test]
fn an_edit_is_another_order() {
    let mut venue = venue();
    let request = PlaceRequest { client_id: Some("mine".to_owned()), ..resting() };
    let old = place(&mut venue, ALICE, &request, 1);
    kinds(&mut venue);
    let change = EditRequest { price: Some(price("41000")), ..edit(old) };
    let edited = venue.edit(ALICE, &change, at(2)).unwrap();
    let new = edited.new.unwrap();
    assert_eq!(edited.old, old);
    assert_eq!(ending(&venue, old), (OrderState::Canceled, Some("Order replaced")));
    let order = venue.order(&new).unwrap();
    assert_eq!((order.limit, order.client_id.as_deref()), (Some(price("41000")), Some("mine")));
    assert_eq!(order.quantity, OrderQuantity::Base(quantity("0.1")), "what is not said stays");
    let told = [ExecutionKind::Canceled, ExecutionKind::PendingNew, ExecutionKind::New];
    assert_eq!(kinds(&mut venue), told);
}

#[test]
fn an_edit_can_lose_the_old_order() {
    let mut venue = venue();
    let old = place(&mut venue, ALICE, &resting(), 1);
    let dear = EditRequest { quantity: Some(quantity("100")), ..edit(old) };
    let refused = EditRefused { error: KrakenError::INSUFFICIENT_FUNDS, is_canceled: true };
    assert_eq!(venue.edit(ALICE, &dear, at(2)), Err(refused));
    assert_eq!(venue.open_orders(ALICE).count(), 0);
}

#[track_caller]
fn check_edit_refused(change: impl Fn(VenueOrderId) -> EditRequest, error: &str) {
    let mut venue = venue();
    let old = place(&mut venue, ALICE, &limit(Side::Sell, "49996", "0.3"), 1);
    outside_trade(&mut venue, Side::Buy, "49996", "0.1", 2);
    let refused = venue.edit(ALICE, &change(old), at(1_000)).unwrap_err();
    assert_eq!((refused.error.as_str(), refused.is_canceled), (error, false));
    assert_eq!(ending(&venue, old).0, OrderState::Open);
}

#[test]
fn what_is_plainly_wrong_is_refused_before_anything_is_canceled() {
    let gone = OrderSelector::ClientId("gone".to_owned());
    check_edit_refused(
        |old| EditRequest { selector: gone.clone(), ..edit(old) },
        "EOrder:Unknown order",
    );
    check_edit_refused(
        |old| EditRequest { price: Some(price("50000.05")), ..edit(old) },
        "EOrder:Invalid price",
    );
    check_edit_refused(
        |old| EditRequest { quantity: Some(quantity("0.1")), ..edit(old) },
        "EGeneral:Invalid arguments:volume",
    );
    check_edit_refused(
        |old| EditRequest { deadline: Some(at(999)), ..edit(old) },
        "EService:Deadline elapsed",
    );
}

#[test]
fn an_edit_that_is_only_checked_changes_nothing() {
    let mut venue = venue();
    let old = place(&mut venue, ALICE, &resting(), 1);
    let checked = EditRequest { validate_only: true, price: Some(price("41000")), ..edit(old) };
    assert_eq!(venue.edit(ALICE, &checked, at(2)), Ok(Edited { old, new: None }));
    assert_eq!(ending(&venue, old).0, OrderState::Open);
}

#[test]
fn an_edit_keeps_the_end_date() {
    let mut venue = venue();
    let mut request = resting();
    request.order.time_in_force = TimeInForce::GoodTilDate(at(60_000));
    let old = place(&mut venue, ALICE, &request, 1);
    let change = EditRequest { price: Some(price("41000")), ..edit(old) };
    let new = venue.edit(ALICE, &change, at(2)).unwrap().new.unwrap();
    venue.handle_timeout(at(60_000));
    assert_eq!(ending(&venue, new).0, OrderState::Expired);
}
