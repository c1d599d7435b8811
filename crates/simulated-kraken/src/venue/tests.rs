//! Orders from the request to the records, the notices and the money.

use exchange_simulator::AccountId;
use trading_types::{OrderKind, Side, TradeId};

use super::{
    notice::{Execution, ExecutionKind},
    records::{OrderState, TradeRecord},
    *,
};
use crate::{
    fixture::{self, ALICE, BOB, amount, at, btc_usd, limit, named, order, price, quantity, start},
    kraken_error::KrakenError,
    venue::requests::{AmendRequest, EditRequest, OrderSelector, PlaceRequest},
};

mod acts;
mod changes;
mod client_names;
mod life;
mod limits;
mod markets;
mod money;
mod switch;

fn venue() -> Venue {
    Venue::new(&fixture::settings(), start())
}

/// Places an order that must be accepted.
#[track_caller]
fn place(
    venue: &mut Venue,
    account: AccountId,
    request: &PlaceRequest,
    millis: u64,
) -> VenueOrderId {
    venue.place(account, request, at(millis)).expect("accepted").expect("not only checked")
}

/// A limit order that buys a tenth of a bitcoin far below the market.
fn resting() -> PlaceRequest {
    limit(Side::Buy, "40000", "0.1")
}

/// Everything that has happened to orders since the last look.
fn executions(venue: &mut Venue) -> Vec<Execution> {
    let mut executions = Vec::new();
    while let Some(notice) = venue.poll_notice() {
        if let Notice::Execution(execution) = notice {
            executions.push(*execution);
        }
    }
    executions
}

fn kinds(venue: &mut Venue) -> Vec<ExecutionKind> {
    executions(venue).iter().map(|execution| execution.kind).collect()
}

/// How an order ended, and why.
fn ending(venue: &Venue, txid: VenueOrderId) -> (OrderState, Option<&str>) {
    let order = venue.order(&txid).expect("it is remembered");
    (order.state, order.reason.as_deref())
}

/// Somebody outside takes from the book of BTC/USD.
fn outside_trade(venue: &mut Venue, side: Side, at_price: &str, traded: &str, millis: u64) {
    let trade = Trade {
        time: at(millis),
        price: price(at_price),
        quantity: quantity(traded),
        taker_side: side,
    };
    venue.hear(&MarketEvent::Trade { pair: btc_usd(), trade }, at(millis));
}
