//! What the matching tells becomes records first and notices then.
//!
//! The invariant: an order is told of in the order in which it lived: accepted, open, its trades,
//! its end; and the last trade of an order that fills comes before the word that it has filled.

use std::{collections::VecDeque, iter};

use exchange_simulator::{AccountId, Audience};
use trading_types::{
    AccountEvent, Amendment, Amount, Asset, CancelReason, ClientOrderId, Fill, LinkEvent,
    MarketEvent, OrderKind, OrderQuantity, Price, Rounding, Side, TradeId, VenueEvent,
    VenueOrderId,
};

use super::{
    Venue,
    notice::{Execution, ExecutionKind, Notice},
    reasons,
    records::{
        AmendKind, AmendRecord, LedgerEntry, LedgerId, LedgerKind, OrderRecord, OrderState,
        TradeRecord,
    },
};

impl Venue {
    /// Takes in all that the matching has to tell.
    pub(super) fn tell(&mut self) {
        let mut events: VecDeque<(Audience, VenueEvent)> =
            iter::from_fn(|| self.exchange.poll_output()).collect();
        while let Some((audience, event)) = events.pop_front() {
            match (audience, event) {
                (_, VenueEvent::Market(event)) => self.tell_market(event),
                (Audience::Account(account), VenueEvent::Account(event)) => {
                    let next = events.front().map(|(_, event)| event);
                    self.tell_account(account, event, next);
                }
                (_, VenueEvent::Link(LinkEvent::Status(status))) => {
                    self.notices.push_back(Notice::Status(status));
                }
                (Audience::Everyone, VenueEvent::Account(_)) => {
                    unreachable!("an account is told of its own alone")
                }
                (_, VenueEvent::Link(LinkEvent::Connected | LinkEvent::Disconnected)) => {}
            }
        }
    }

    fn tell_market(&mut self, event: MarketEvent) {
        let now = self.now;
        let pair = event.pair();
        let desk = self.desks.get_mut(&pair).expect("each market has a desk");
        match event {
            MarketEvent::Book { update, .. } => {
                self.notices.push_back(Notice::Book { pair, update, time: now });
            }
            MarketEvent::Trade { trade, .. } => {
                // Whoever takes from a book of a model comes with a limit half of the time.
                let is_limit = desk.next_number() % 2 == 0;
                let trade = desk.trade(trade, is_limit);
                self.notices.push_back(Notice::Trade { pair, trade });
            }
            MarketEvent::Quote { quote, .. } => {
                desk.quote(&quote, now);
                self.notices.push_back(Notice::Quote { pair });
            }
            MarketEvent::Candle { .. } | MarketEvent::Reached { .. } => {}
        }
    }

    fn tell_account(&mut self, account: AccountId, event: AccountEvent, next: Option<&VenueEvent>) {
        match event {
            AccountEvent::Accepted { order, .. } => {
                let killed =
                    AccountEvent::Canceled { order, reason: CancelReason::PostOnlyWouldTake };
                let is_killed = next == Some(&VenueEvent::Account(killed));
                self.accepted(order, is_killed);
            }
            AccountEvent::Triggered { order } => self.triggered(account, order),
            AccountEvent::Traded(fill) => self.traded(account, &fill),
            AccountEvent::Completed { order } => {
                self.ended((account, order), OrderState::Closed, None);
            }
            AccountEvent::Canceled { order, reason } => {
                self.canceled((account, order), reason);
            }
            AccountEvent::Expired { order } => {
                self.ended((account, order), OrderState::Expired, Some(reasons::EXPIRED));
            }
            AccountEvent::Amended(amendment) => self.amended(account, &amendment),
            AccountEvent::Rejected { refusal, .. }
            | AccountEvent::AmendRejected { refusal, .. }
            | AccountEvent::CancelRejected { refusal, .. } => self.refusal = Some(refusal),
            // The ledger is written where money is moved.
            AccountEvent::Balances(_)
            | AccountEvent::Moved { .. }
            | AccountEvent::NeverExisted { .. } => {}
        }
    }

    fn accepted(&mut self, key: ClientOrderId, is_killed: bool) {
        let order = self.arriving.take().expect("an order is accepted when it arrives");
        assert!(order.key == key, "one order arrives at a time");
        let txid = order.txid;
        self.counts.orders_accepted += 1;
        self.archive.open(order);
        self.follow_trigger(txid);
        self.execution(ExecutionKind::PendingNew, txid, None);
        if !is_killed {
            self.execution(ExecutionKind::New, txid, None);
        }
    }

    /// Looks at where the trigger of an order stands.
    pub(super) fn follow_trigger(&mut self, txid: VenueOrderId) {
        let order = self.archive.order_mut(txid);
        if !matches!(
            order.order.kind,
            OrderKind::TrailingStop { .. } | OrderKind::TrailingStopLimit { .. }
        ) {
            return;
        }
        let mut open = self.exchange.open_orders(order.account);
        let open = open.find(|open| open.id() == order.key);
        order.trigger = open.and_then(|open| open.trigger()).or(order.trigger);
    }

    fn triggered(&mut self, account: AccountId, key: ClientOrderId) {
        let txid = self.live(account, key);
        let order = self.archive.order_mut(txid);
        order.is_triggered = true;
        order.state = OrderState::Open;
        self.execution(ExecutionKind::Status, txid, None);
    }

    fn traded(&mut self, account: AccountId, fill: &Fill) {
        let txid = self.live(account, fill.order);
        let id = self.identifiers.trade();
        let desk = &self.desks[&fill.pair];
        let number = desk.next_number();
        let ledgers = self.book_trade(account, fill, id);
        let fee_value = if fill.fee_asset == fill.pair.quote {
            fill.fee
        } else {
            let decimals = self.rules[&fill.pair].cost_decimals;
            value(fill.fee, fill.price).round_to_decimals(decimals, Rounding::Down)
        };
        let order = self.archive.order_mut(txid);
        order.filled += fill.quantity;
        order.cost += fill.cost;
        order.fees += fee_value;
        order.trades.push(id);
        let trade = TradeRecord {
            id,
            order: txid,
            account,
            pair: fill.pair,
            side: fill.side,
            kind: order.order.kind,
            price: fill.price,
            quantity: fill.quantity,
            cost: fill.cost,
            fee: fill.fee,
            fee_asset: fill.fee_asset,
            fee_value,
            liquidity: fill.liquidity,
            time: fill.time,
            number,
            ledgers: ledgers.iter().map(|entry| entry.id).collect(),
        };
        self.archive.trade(trade.clone());
        self.execution(ExecutionKind::Trade, txid, Some(trade));
        for entry in ledgers {
            self.notices.push_back(Notice::Ledger(Box::new(entry)));
        }
    }

    /// The two entries of a trade: what was paid and what came for it.
    fn book_trade(&mut self, account: AccountId, fill: &Fill, id: TradeId) -> [LedgerEntry; 2] {
        let (base, quote) = (Amount::from(fill.quantity), fill.cost);
        let (base, quote) = match fill.side {
            Side::Buy => (base, -quote),
            Side::Sell => (-base, quote),
        };
        let fee = |asset: Asset| if asset == fill.fee_asset { fill.fee } else { Amount::ZERO };
        let mut entry = |asset, amount| {
            let entry = LedgerEntry {
                id: self.identifiers.ledger(),
                account,
                refid: id,
                time: fill.time,
                kind: LedgerKind::Trade,
                asset,
                amount,
                fee: fee(asset),
                balance: Amount::ZERO,
            };
            self.archive.book(entry)
        };
        let pair = fill.pair;
        match fill.side {
            Side::Buy => {
                let paid = entry(pair.quote, quote);
                [paid, entry(pair.base, base)]
            }
            Side::Sell => {
                let paid = entry(pair.base, base);
                [paid, entry(pair.quote, quote)]
            }
        }
    }

    /// Writes down that money came from outside, or went there.
    pub(super) fn note_transfer(
        &mut self,
        account: AccountId,
        kind: LedgerKind,
        asset: Asset,
        amount: Amount,
    ) -> LedgerId {
        let entry = LedgerEntry {
            id: self.identifiers.ledger(),
            account,
            refid: self.identifiers.transfer(),
            time: self.now,
            kind,
            asset,
            amount,
            fee: Amount::ZERO,
            balance: Amount::ZERO,
        };
        let entry = self.archive.book(entry);
        let id = entry.id;
        self.notices.push_back(Notice::Ledger(Box::new(entry)));
        id
    }

    fn canceled(&mut self, (account, key): (AccountId, ClientOrderId), reason: CancelReason) {
        let order = &self.archive.order_mut(self.live_of(account, key));
        let is_market = order.order.kind.limit().is_none() && order.limit.is_none();
        let words = match (reason, self.reason) {
            (CancelReason::Requested, Some(known)) => known,
            (reason, _) => reasons::words(reason, is_market),
        };
        self.ended((account, key), OrderState::Canceled, Some(words));
    }

    fn ended(
        &mut self,
        (account, key): (AccountId, ClientOrderId),
        state: OrderState,
        reason: Option<&'static str>,
    ) {
        let txid = self.live(account, key);
        let now = self.now;
        let order = self.archive.order_mut(txid);
        order.state = state;
        order.closed_at = Some(now);
        order.reason = reason.map(str::to_owned);
        let pair = order.pair();
        self.counters.closed((account, pair), txid);
        let kind = match state {
            OrderState::Closed => ExecutionKind::Filled,
            OrderState::Expired => ExecutionKind::Expired,
            OrderState::Canceled | OrderState::Open | OrderState::Pending => {
                ExecutionKind::Canceled
            }
        };
        self.execution(kind, txid, None);
        self.archive.close(txid);
    }

    fn amended(&mut self, account: AccountId, amendment: &Amendment) {
        let txid = self.live(account, amendment.order);
        let id = self.identifiers.amend();
        let now = self.now;
        let order = self.archive.order_mut(txid);
        if let Some(quantity) = amendment.quantity {
            order.quantity = OrderQuantity::Base(quantity);
        }
        order.limit = amendment.limit.or(order.limit);
        order.trigger = amendment.trigger.or(order.trigger);
        let amend = amend_record(order, AmendKind::User, id, now);
        order.amends.push(amend);
        self.execution(ExecutionKind::Amended, txid, None);
    }

    fn execution(&mut self, kind: ExecutionKind, txid: VenueOrderId, trade: Option<TradeRecord>) {
        let order = self.archive.order_mut(txid).clone();
        let execution = Execution { kind, order, trade, time: self.now };
        self.notices.push_back(Notice::Execution(Box::new(execution)));
    }

    fn live(&self, account: AccountId, key: ClientOrderId) -> VenueOrderId {
        self.archive.live(account, key).expect("what the matching tells of is live")
    }

    fn live_of(&self, account: AccountId, key: ClientOrderId) -> VenueOrderId {
        self.live(account, key)
    }
}

/// A record of an order as it is now.
pub(super) fn amend_record(
    order: &OrderRecord,
    kind: AmendKind,
    id: VenueOrderId,
    time: trading_types::Timestamp,
) -> AmendRecord {
    let remaining = match order.quantity {
        OrderQuantity::Base(whole) => whole - order.filled.min(whole),
        OrderQuantity::Quote(_) => trading_types::Quantity::ZERO,
    };
    AmendRecord {
        id,
        kind,
        quantity: order.quantity,
        displayed: order.displayed,
        remaining,
        limit: order.limit,
        trigger: order.trigger,
        post_only: order.order.post_only,
        reason: None,
        time,
    }
}

/// What `amount` of base asset is worth at `price`.
fn value(amount: Amount, price: Price) -> Amount {
    // A fee counts whole units of 10^-10, so that ten digits can go before they are multiplied.
    let units = amount.units() / 10_i128.pow(8);
    let product = units.checked_mul(i128::from(price.units())).expect("a fee is small");
    Amount::from_units(product / 100)
}
