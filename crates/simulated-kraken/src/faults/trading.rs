//! What is asked of the venue on its way there: refused for no reason, carried out in part, or
//! said to be carried out.
//!
//! The invariant: while no fault is on, each of these is the venue's own method of that name.

use std::time::Duration;

use exchange_simulator::AccountId;
use trading_types::{
    BookLevel, BookUpdate, FeeCurrency, MarketEvent, OrderKind, OrderQuantity, Pair, Quantity,
    Side, TimeInForce, Timestamp, VenueOrderId,
};

use crate::{
    faults::{Act, Fault},
    kraken_error::KrakenError,
    venue::requests::{OrderSelector, PlaceRequest},
    world::World,
};

/// In how many pieces an order fills.
const PIECES: i64 = 4;
/// When the rest of an order fills, at least and at most.
const REST_AFTER: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(5));

impl World {
    /// Places an order.
    pub(crate) fn place(
        &mut self,
        account: AccountId,
        request: &PlaceRequest,
        now: Timestamp,
    ) -> Result<Option<VenueOrderId>, KrakenError> {
        if self.faults.is_idle() || request.validate_only {
            return self.venue.place(account, request, now);
        }
        self.false_refusal(request)?;
        let mut request = request.clone();
        if self.faults.conditions.is_fee_asset_swapped(now) {
            request.order.fee_currency = other_asset(request.order.fee_currency);
        }
        self.venue.handle_timeout(now);
        self.cut_into_pieces(&request, now);
        self.venue.place(account, &request, now)
    }

    /// Cancels the live orders that are meant.
    pub(crate) fn cancel(
        &mut self,
        account: AccountId,
        selector: &OrderSelector,
        now: Timestamp,
    ) -> Result<u32, KrakenError> {
        self.cancel_refused()?;
        self.venue.cancel(account, selector, now)
    }

    /// Cancels all live orders that are meant.
    pub(crate) fn cancel_batch(
        &mut self,
        account: AccountId,
        selectors: &[OrderSelector],
        now: Timestamp,
    ) -> Result<u32, KrakenError> {
        self.cancel_refused()?;
        self.venue.cancel_batch(account, selectors, now)
    }

    /// Cancels all live orders of an account, or says so.
    pub(crate) fn cancel_all(
        &mut self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<u32, KrakenError> {
        self.venue.handle_timeout(now);
        let live: Vec<VenueOrderId> =
            self.venue.open_orders(account).map(|order| order.txid).collect();
        let count = u64::try_from(live.len()).expect("a length fits");
        if live.is_empty() || !self.faults.strikes(Fault::CancelSurvivor, "") {
            return self.venue.cancel_all(account, now);
        }
        let survivor = self.faults.how(Fault::CancelSurvivor).below(count);
        let survivor = live[usize::try_from(survivor).expect("below a length")];
        let others = live.into_iter().filter(|txid| *txid != survivor);
        let others: Vec<OrderSelector> = others.map(OrderSelector::Txid).collect();
        self.venue.cancel_batch(account, &others, now).map(|canceled| canceled + 1)
    }

    /// Winds up the dead man's switch of an account, or says so.
    pub(crate) fn cancel_all_after(
        &mut self,
        account: AccountId,
        timeout: Option<Duration>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let refresh = timeout.filter(|timeout| !timeout.is_zero());
        if let Some(timeout) = refresh
            && self.faults.strikes(Fault::DeadManLost, "")
        {
            return Some(now + timeout);
        }
        self.venue.cancel_all_after(account, timeout, now)
    }

    /// A deadline that is read by the clock that clients see.
    pub(crate) fn deadline<E>(
        &self,
        now: Timestamp,
        read: impl FnOnce(Timestamp) -> Result<Option<Timestamp>, E>,
    ) -> Result<Option<Timestamp>, E> {
        let conditions = &self.faults.conditions;
        let deadline = read(conditions.shown(now))?;
        Ok(deadline.map(|deadline| conditions.meant(deadline, now)))
    }

    /// What time it is for a public endpoint: the ones that tell it may be wrong.
    pub(crate) fn told_time(&mut self, endpoint: &str, now: Timestamp) -> Timestamp {
        const WRONG_BY: Duration = Duration::from_secs(30);
        if !["Time", "SystemStatus"].contains(&endpoint) {
            return now;
        }
        let shown = self.faults.conditions.shown(now);
        if endpoint != "Time" || !self.faults.strikes(Fault::WrongTime, endpoint) {
            return shown;
        }
        match self.faults.how(Fault::WrongTime).below(2) {
            0 => shown + WRONG_BY,
            _ => shown - WRONG_BY,
        }
    }

    fn false_refusal(&mut self, request: &PlaceRequest) -> Result<(), KrakenError> {
        let pair = request.order.pair.to_string();
        let lacks_funds = self.faults.strikes(Fault::FalseInsufficient, &pair);
        let has_name = request.client_id.is_some();
        let is_used = has_name && self.faults.strikes(Fault::FalseDuplicate, &pair);
        match (lacks_funds, is_used) {
            (true, _) => Err(KrakenError::INSUFFICIENT_FUNDS),
            (false, true) => Err(trading_types::Refusal::DuplicateClientOrderId.into()),
            (false, false) => Ok(()),
        }
    }

    fn cancel_refused(&mut self) -> Result<(), KrakenError> {
        let is_refused = self.faults.strikes(Fault::CancelRateLimited, "");
        if is_refused { Err(KrakenError::ORDER_RATE_LIMIT) } else { Ok(()) }
    }

    /// Before an order that takes, the book is made thin, so that the order fills in pieces; what
    /// was there comes back a moment later and meets what rests of a limit order.
    fn cut_into_pieces(&mut self, request: &PlaceRequest, now: Timestamp) {
        let (pair, side) = (request.order.pair, request.order.side);
        let Some(reached) = self.reached(request).filter(|reached| !reached.is_empty()) else {
            return;
        };
        let OrderQuantity::Base(quantity) = request.order.quantity else { return };
        let Some(rules) = self.venue.rules(pair) else { return };
        let piece = Quantity::from_units(quantity.units() / PIECES).floor_to(rules.lot);
        if piece.is_zero() || !self.faults.strikes(Fault::PartialFill, &pair.to_string()) {
            return;
        }
        let rests = request.order.kind.limit().is_some()
            && !matches!(
                request.order.time_in_force,
                TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill
            );
        let thin = thinned(&reached, piece, rests);
        self.venue.hear(&book_change(pair, side.opposite(), thin), now);
        let (least, most) = REST_AFTER;
        let wait = self.faults.how(Fault::PartialFill).duration_between(least, most);
        let back = book_change(pair, side.opposite(), reached);
        self.faults.agenda.note(now + wait, Act::Market(back));
    }

    /// The levels that an order reaches, best first; nothing for one that waits or must rest.
    fn reached(&self, request: &PlaceRequest) -> Option<Vec<BookLevel>> {
        let order = &request.order;
        if order.post_only || order.kind.waits_for_trigger() || order.start.is_some() {
            return None;
        }
        let book = self.venue.book(order.pair)?;
        let limit = order.kind.limit();
        let levels = match order.side {
            Side::Buy => book.asks.into_iter(),
            Side::Sell => book.bids.into_iter(),
        };
        let reaches = |level: &BookLevel| match (order.side, limit) {
            (_, None) => true,
            (Side::Buy, Some(limit)) => level.price <= limit,
            (Side::Sell, Some(limit)) => limit <= level.price,
        };
        let is_taken_whole = !matches!(order.kind, OrderKind::Iceberg { .. });
        is_taken_whole.then(|| levels.take_while(reaches).collect())
    }
}

/// Of the levels that an order reaches, a piece each is left of the first ones, and nothing of the
/// others if the order can rest.
fn thinned(reached: &[BookLevel], piece: Quantity, rests: bool) -> Vec<BookLevel> {
    let pieces = if rests { 2 } else { 3 };
    let first = reached.iter().take(pieces);
    let mut thin: Vec<BookLevel> =
        first.map(|level| BookLevel { quantity: piece.min(level.quantity), ..*level }).collect();
    if rests {
        let others = reached.iter().skip(pieces);
        thin.extend(others.map(|level| BookLevel { quantity: Quantity::ZERO, ..*level }));
    }
    thin
}

fn book_change(pair: Pair, side: Side, levels: Vec<BookLevel>) -> MarketEvent {
    let (bids, asks) = match side {
        Side::Buy => (levels, Vec::new()),
        Side::Sell => (Vec::new(), levels),
    };
    MarketEvent::Book { pair, update: BookUpdate { is_snapshot: false, bids, asks } }
}

fn other_asset(asset: FeeCurrency) -> FeeCurrency {
    match asset {
        FeeCurrency::Base => FeeCurrency::Quote,
        FeeCurrency::Quote => FeeCurrency::Base,
    }
}
