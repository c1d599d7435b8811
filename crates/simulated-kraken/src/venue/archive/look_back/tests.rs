//! What was seen at a moment is what a look back at it shows; and nothing is left of the look.

use proptest::prelude::*;
use trading_types::{OrderKind, Side, Timestamp, VenueOrderId};

use crate::{
    fixture::{ALICE, at, limit, order, price, quantity, settings},
    venue::{
        Venue,
        records::OrderRecord,
        requests::{AmendRequest, OrderSelector},
    },
};

/// All that an account can ask about, orders by name: which of two orders came first is not known
/// of those that have ended since.
fn seen(venue: &Venue) -> Vec<String> {
    let mut open: Vec<&OrderRecord> = venue.open_orders(ALICE).collect();
    open.sort_by_key(|order| order.txid);
    vec![
        format!("{open:?}"),
        format!("{:?}", venue.closed_orders(ALICE).collect::<Vec<_>>()),
        format!("{:?}", venue.trades(ALICE).collect::<Vec<_>>()),
        format!("{:?}", venue.ledger(ALICE).collect::<Vec<_>>()),
    ]
}

fn act(venue: &mut Venue, action: u8, now: Timestamp) {
    let first: Option<VenueOrderId> = venue.open_orders(ALICE).next().map(|order| order.txid);
    let rest = limit(Side::Buy, "49000", "0.01");
    let through = limit(Side::Buy, "50010", "2");
    let done = match (action, first) {
        (0, _) => venue.place(ALICE, &rest, now).map(|_| ()),
        (1, _) => venue.place(ALICE, &order(Side::Buy, OrderKind::Market, "0.01"), now).map(|_| ()),
        (2, _) => venue.place(ALICE, &through, now).map(|_| ()),
        (3, Some(txid)) => venue.cancel(ALICE, &OrderSelector::Txid(txid), now).map(|_| ()),
        (4, Some(txid)) => {
            let request = AmendRequest {
                selector: OrderSelector::Txid(txid),
                quantity: Some(quantity("0.02")),
                displayed: None,
                limit: Some(price("48000")),
                trigger: None,
                post_only: false,
                deadline: None,
            };
            venue.amend(ALICE, &request, now).map(|_| ())
        }
        (_, _) => venue.cancel_all(ALICE, now).map(|_| ()),
    };
    // Some have nothing to do or no funds: that is as good.
    drop(done);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))] // A venue with a past takes a while.
    #[test]
    fn a_look_back_shows_what_was_seen(actions in prop::collection::vec(0_u8..6, 1..30)) {
        let mut venue = Venue::new(&settings(), at(0));
        let mut views = vec![(at(0), seen(&venue))];
        for (action, step) in actions.iter().zip(1..) {
            let now = at(1_000 * step);
            venue.handle_timeout(now);
            act(&mut venue, *action, now);
            views.push((now, seen(&venue)));
        }
        let present = views.last().unwrap().1.clone();
        for (time, view) in &views {
            let undone = venue.look_back(ALICE, None, *time).unwrap();
            prop_assert_eq!(&seen(&venue), view, "at {}", time);
            venue.look_ahead(undone);
            prop_assert_eq!(&seen(&venue), &present);
        }
    }
}

#[test]
fn balances_are_shown_as_told() {
    let mut venue = Venue::new(&settings(), at(0));
    let now = venue.balances(ALICE);
    let told = now[..1].to_vec();
    let present = venue.look_back(ALICE, Some(told.clone()), at(0)).unwrap();
    assert_eq!(venue.balances(ALICE), told);
    venue.look_ahead(present);
    assert_eq!(venue.balances(ALICE), now);
}
