//! Placing orders.
//!
//! The invariant: each order that is asked for is charged to the counter of its pair, refused or
//! not; what is only to be checked is not.

use exchange_simulator::AccountId;
use simulated_limits::{Transaction, Validity};
use trading_types::{NewOrder, Pair, Refusal, Timestamp, VenueCommand, VenueOrderId};

use super::{
    Venue,
    records::OrderRecord,
    requests::{OrderSelector, PlaceRequest},
};
use crate::kraken_error::KrakenError;

impl Venue {
    /// Places an order; nothing comes back for one that was only to be checked.
    pub(crate) fn place(
        &mut self,
        account: AccountId,
        request: &PlaceRequest,
        now: Timestamp,
    ) -> Result<Option<VenueOrderId>, KrakenError> {
        self.handle_timeout(now);
        let pair = request.order.pair;
        self.is_served(pair)?;
        if request.validate_only {
            return self.check(account, request).map(|()| None);
        }
        let txid = self.identifiers.order();
        let add = Transaction::Add(txid);
        self.counters.receive((account, pair), add, Validity::Valid, self.now)?;
        self.place_as(txid, account, request).map(Some)
    }

    /// Places several orders on one pair; each is accepted or refused on its own.
    pub(crate) fn place_batch(
        &mut self,
        account: AccountId,
        pair: Pair,
        requests: &[PlaceRequest],
        now: Timestamp,
    ) -> Result<Vec<Result<Option<VenueOrderId>, KrakenError>>, KrakenError> {
        self.handle_timeout(now);
        self.is_served(pair)?;
        if requests.iter().any(|request| request.order.pair != pair) {
            return Err(KrakenError::invalid("pair"));
        }
        if requests.iter().any(|request| request.validate_only) {
            let checked = requests.iter().map(|request| self.check(account, request));
            return Ok(checked.map(|result| result.map(|()| None)).collect());
        }
        let txids: Vec<VenueOrderId> = requests.iter().map(|_| self.identifiers.order()).collect();
        let add = Transaction::AddBatch(&txids);
        self.counters.receive((account, pair), add, Validity::Valid, self.now)?;
        let both = txids.into_iter().zip(requests);
        Ok(both.map(|(txid, request)| self.place_as(txid, account, request).map(Some)).collect())
    }

    /// Places an order that has been charged for.
    pub(super) fn place_as(
        &mut self,
        txid: VenueOrderId,
        account: AccountId,
        request: &PlaceRequest,
    ) -> Result<VenueOrderId, KrakenError> {
        let placed = self.check_names(account, request).and_then(|()| {
            let order = NewOrder { id: self.identifiers.key(), ..request.order.clone() };
            let record = self.record(txid, account, order.clone());
            let client_id = request.client_id.clone();
            self.undertaking.arriving =
                Some(OrderRecord { client_id, userref: request.userref, ..record });
            Ok(self.command(account, VenueCommand::Place(order))?)
        });
        self.undertaking.arriving = None;
        if placed.is_err() {
            self.counters.closed((account, request.order.pair), txid);
        }
        placed.map(|()| txid)
    }

    /// Lets the matching carry out a command, and takes in what it tells.
    pub(super) fn command(
        &mut self,
        account: AccountId,
        command: VenueCommand,
    ) -> Result<(), Refusal> {
        self.undertaking.refusal = None;
        self.exchange.handle(account, command, self.now);
        self.tell();
        self.undertaking.refusal.take().map_or(Ok(()), Err)
    }

    pub(super) fn is_served(&self, pair: Pair) -> Result<(), KrakenError> {
        if self.desks.contains_key(&pair) { Ok(()) } else { Err(KrakenError::UNKNOWN_PAIR) }
    }

    fn check(&mut self, account: AccountId, request: &PlaceRequest) -> Result<(), KrakenError> {
        self.check_names(account, request)?;
        let order = NewOrder { id: self.identifiers.key(), ..request.order.clone() };
        Ok(self.exchange.check(account, &order)?)
    }

    /// What a client calls its order must have one of Kraken's forms and be free
    /// (<https://docs.kraken.com/api/docs/rest-api/add-order>, read on 2026-11-21). It stands
    /// neither beside a number nor on an order that places others (Kraken's own Rust SDK, 0.1.0).
    fn check_names(
        &mut self,
        account: AccountId,
        request: &PlaceRequest,
    ) -> Result<(), KrakenError> {
        let Some(client_id) = &request.client_id else { return Ok(()) };
        if !is_client_id(client_id) || request.userref.is_some() || request.order.close.is_some() {
            return Err(KrakenError::invalid("cl_ord_id"));
        }
        let selector = OrderSelector::ClientId(client_id.clone());
        if self.archive.find(account, &selector).is_empty() {
            return Ok(());
        }
        self.counts.orders_duplicate_cl_ord_id += 1;
        Err(Refusal::DuplicateClientOrderId.into())
    }
}

/// Whether a text has one of the forms of `cl_ord_id`: a UUID with dashes, 32 hexadecimal digits,
/// or up to 18 characters of ASCII.
fn is_client_id(text: &str) -> bool {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_uuid = || {
        let groups: Vec<&str> = text.split('-').collect();
        let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
        lengths == [8, 4, 4, 4, 12] && groups.iter().all(|group| is_hex(group))
    };
    match text.len() {
        1..=18 => text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' '),
        32 => is_hex(text),
        36 => is_uuid(),
        _ => false,
    }
}
