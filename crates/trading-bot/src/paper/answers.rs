//! What the paper account's venue answers to private calls: what REST would.
//!
//! The invariant: an answer is of the very moment it is asked for, and pages are Kraken's: fifty
//! entries, the newest first.

use std::collections::BTreeMap;

use bot_machine::{Answer, Call, CallFailure};
use kraken_protocol::{
    permission::Permission,
    request::{OrderName, Page},
    rest::{
        Wallet,
        account::Balance,
        key_info::KeyInfo,
        ledgers::{LedgerEntry, LedgerPage},
        orders::{ClosedOrders, Order, OrderStatus, StatedPrice, Terms},
        trades::{AccountTrade, TradesPage},
    },
};
use trading_types::{Amount, Asset, Fill, Refusal, Side, Timestamp, VenueCommand, VenueOrderId};

use super::{
    PaperVenue, not_ours,
    records::{End, OrderRecord},
};

/// Entries on a page (<https://docs.kraken.com/exchange/api-reference>, read on 2026-11-21).
const PAGE: usize = 50;
/// What a key for trading may do.
const PERMISSIONS: [Permission; 7] = [
    Permission::QueryFunds,
    Permission::QueryOpenTrades,
    Permission::QueryClosedTrades,
    Permission::ModifyTrades,
    Permission::CloseTrades,
    Permission::QueryLedger,
    Permission::CreateWsToken,
];

impl PaperVenue {
    pub(super) fn answer(&mut self, what: &Call, now: Timestamp) -> Result<Answer, CallFailure> {
        Ok(match what {
            Call::ServerTime | Call::SystemStatus | Call::Candles { .. } => {
                return Err(not_ours(what));
            }
            Call::KeyInfo => Answer::KeyInfo(Box::new(key_info())),
            Call::Balances => Answer::Balances(self.balance_rows()),
            Call::OpenOrders => {
                Answer::Orders(self.state.records.open().filter_map(order).collect())
            }
            Call::OpenOrder(id) => {
                let open = self.state.records.get(*id).filter(|it| it.end.is_none());
                Answer::Orders(open.and_then(order).into_iter().collect())
            }
            Call::ClosedOrder(id) => {
                let ended = self.state.records.get(*id).filter(|it| it.end.is_some());
                Answer::Orders(ended.and_then(order).into_iter().collect())
            }
            Call::ClosedOrders(page) => Answer::ClosedOrders(self.ended(page)),
            Call::TheseOrders(names) => {
                let ours = names.iter().filter_map(|name| self.state.records.ours(*name));
                let known = ours.filter_map(|id| self.state.records.get(id));
                Answer::Orders(known.filter_map(order).collect())
            }
            Call::Trades(page) => Answer::Trades(self.trades(page)),
            Call::TheseTrades(ids) => {
                let wanted = self.state.records.fills().filter(|fill| ids.contains(&fill.trade));
                let trades = wanted.filter_map(|fill| self.trade(fill)).collect();
                Answer::Trades(TradesPage { trades, count: None })
            }
            Call::Ledger(page) => Answer::Ledger(self.ledger(page)),
            Call::CancelAll => {
                let open = self.state.records.open().count();
                self.send(VenueCommand::CancelAll, now);
                Answer::Canceled(u64::try_from(open).unwrap_or(u64::MAX))
            }
            Call::Cancel { order, .. } => {
                let id = match order {
                    OrderName::Ours(id) => Some(*id),
                    OrderName::Krakens(name) => self.state.records.ours(*name),
                };
                let open = id
                    .filter(|id| self.state.exchange.open_order(self.state.account, *id).is_some());
                let id = open.ok_or(CallFailure::Refused(Refusal::UnknownOrder))?;
                self.send(VenueCommand::Cancel(id), now);
                Answer::Canceled(1)
            }
            Call::CancelAllAfter(timeout) => Answer::SwitchSet(self.set_switch(*timeout, now)),
        })
    }

    fn balance_rows(&self) -> Vec<Balance> {
        let all = self.state.exchange.balances(self.state.account).into_iter();
        let row = |(asset, it): (Asset, exchange_simulator::Balance)| {
            let (wallet, total, held) = (Wallet::Spot, it.total, it.held);
            Balance { asset, wallet, total, held, spendable: it.free() }
        };
        all.map(row).collect()
    }

    /// The newest first, by when they were sent.
    fn ended(&self, page: &Page) -> ClosedOrders {
        let ended = self.state.records.closed().filter_map(order);
        let all: Vec<Order> = ended.filter(|order| is_on(page, order.opened)).collect();
        let count = u64::try_from(all.len()).ok();
        ClosedOrders { orders: cut(page, all.into_iter()).collect(), count }
    }

    fn trades(&self, page: &Page) -> TradesPage {
        let all: Vec<&Fill> =
            self.state.records.fills().filter(|fill| is_on(page, fill.time)).collect();
        let trades = cut(page, all.iter().filter_map(|fill| self.trade(fill))).collect();
        TradesPage { trades, count: u64::try_from(all.len()).ok() }
    }

    fn trade(&self, fill: &Fill) -> Option<AccountTrade> {
        let record = self.state.records.get(fill.order)?;
        Some(AccountTrade {
            id: fill.trade,
            order: record.venue_order?,
            pair: Some(fill.pair),
            pair_text: fill.pair.to_string(),
            time: fill.time,
            side: fill.side,
            kind: record.order.kind.name().to_owned(),
            price: fill.price,
            quantity: fill.quantity,
            cost: fill.cost,
            fee: fill.fee,
            liquidity: Some(fill.liquidity),
            number: None,
            ledgers: Vec::new(),
            marks: Vec::new(),
        })
    }

    /// Two entries for each trade: what came, and what left. Nothing else moves a balance here, so
    /// what there was before each is what there is now without what came after.
    fn ledger(&self, page: &Page) -> LedgerPage {
        let mut balances: BTreeMap<Asset, Amount> = self.balances().into_iter().collect();
        let mut all = Vec::new();
        for fill in self.state.records.fills() {
            for mut entry in entries(fill) {
                let balance = balances.entry(entry.asset).or_default();
                entry.balance = Some(*balance);
                *balance = *balance - entry.amount + entry.fee;
                all.push(entry);
            }
        }
        all.retain(|entry| is_on(page, entry.time));
        let count = u64::try_from(all.len()).ok();
        LedgerPage { entries: cut(page, all.into_iter()).collect(), count }
    }
}

/// Whether something of this time is asked for: whole seconds, the first and last included.
fn is_on(page: &Page, time: Timestamp) -> bool {
    page.after.is_none_or(|after| after.seconds() <= time.seconds())
        && page.until.is_none_or(|until| time.seconds() <= until.seconds())
}

fn cut<T>(page: &Page, all: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
    all.skip(usize::try_from(page.offset).unwrap_or(usize::MAX)).take(PAGE)
}

fn entries(fill: &Fill) -> [LedgerEntry; 2] {
    let base = Amount::from(fill.quantity);
    let (came, left) = match fill.side {
        Side::Buy => (base, -fill.cost),
        Side::Sell => (-base, fill.cost),
    };
    let one = |letter: char, asset: Asset, amount: Amount| {
        let fee = if fill.fee_asset == asset { fill.fee } else { Amount::ZERO };
        let name = format!("{letter}{}", &fill.trade.as_str()[1..]);
        LedgerEntry {
            id: name.parse().expect("a trade's name is one"),
            reference: fill.trade.to_string(),
            time: fill.time,
            kind: "trade".to_owned(),
            subkind: None,
            asset,
            wallet: Wallet::Spot,
            amount,
            fee,
            balance: None,
        }
    };
    [one('L', fill.pair.base, came), one('M', fill.pair.quote, left)]
}

/// An order as REST shows it. One that has not reached the venue is not there.
fn order(record: &OrderRecord) -> Option<Order> {
    let id: VenueOrderId = record.venue_order?;
    let it = &record.order;
    let stated = |price| StatedPrice::At(price);
    let (price, price2) = match it.kind.trigger() {
        Some(trigger) => (Some(trigger.price), it.kind.limit()),
        None => (it.kind.limit(), None),
    };
    let (status, reason) = match record.end {
        None => (OrderStatus::Open, None),
        Some(End::Completed) => (OrderStatus::Closed, None),
        Some(End::Canceled(reason)) => (OrderStatus::Canceled, Some(format!("{reason:?}"))),
        Some(End::Expired) => (OrderStatus::Expired, None),
    };
    let last = record.fills.last().map(|fill| fill.time);
    Some(Order {
        id,
        client_id: Some(it.id.to_string()),
        userref: None,
        status,
        reason,
        terms: Terms {
            pair: Some(it.pair),
            pair_text: it.pair.to_string(),
            side: it.side,
            kind: it.kind.name().to_owned(),
            price: price.map(stated),
            price2: price2.map(stated),
            leverage: None,
            description: String::new(),
            close: None,
        },
        quantity: it.quantity,
        executed: record.executed,
        cost: record.cost,
        fee: record.fee,
        average_price: None,
        stop_price: price.filter(|_| it.kind.waits_for_trigger()),
        limit_price: price2,
        opened: record.sent,
        starts: it.start,
        expires: None,
        closed: record.end.map(|_| last.unwrap_or(record.sent)),
        flags: Vec::new(),
        marks: Vec::new(),
        trades: record.fills.iter().map(|fill| fill.trade).collect(),
    })
}

fn key_info() -> KeyInfo {
    KeyInfo {
        name: "paper".to_owned(),
        nonce: 0,
        nonce_window: 0,
        permissions: PERMISSIONS.to_vec(),
        unknown_permissions: Vec::new(),
        valid_until: None,
        query_from: None,
        query_to: None,
        created: None,
        modified: None,
        last_used: None,
        // Nobody can use it from anywhere.
        addresses: vec!["127.0.0.1".to_owned()],
        account: None,
    }
}
