//! A venue for tests that only remembers: everything that ever happens stands in lists with its
//! time, and an answer is what the lists say of the moment that is looked at. So the truth is
//! known to the test, and an answer may be as old as the test likes.

use std::collections::{BTreeMap, BTreeSet};

use kraken_protocol::{
    request::Page,
    rest::{
        Wallet,
        account::Balance,
        ledgers::{LedgerEntry, LedgerPage},
        orders::{ClosedOrders, Order, OrderStatus, StatedPrice, Terms},
        trades::{AccountTrade, TradesPage},
    },
};
use trading_types::{
    Amount, Asset, ClientOrderId, Fill, Liquidity, OrderQuantity, Pair, Price, Quantity, Side,
    Timestamp, TradeId, VenueOrderId,
};

use crate::{
    books::Books,
    call::{Answer, Call},
};

/// An order at the venue.
#[derive(Clone, Debug)]
pub(crate) struct LittleOrder {
    pub(crate) venue_order: VenueOrderId,
    /// Ours; nothing for somebody else's.
    pub(crate) id: Option<ClientOrderId>,
    pub(crate) pair: Pair,
    pub(crate) side: Side,
    pub(crate) quantity: Quantity,
    pub(crate) limit: Price,
    pub(crate) opened: Timestamp,
    pub(crate) ended: Option<(Timestamp, OrderStatus)>,
    /// A new quantity from then on.
    pub(crate) amended: Option<(Timestamp, Quantity)>,
}

/// All there ever was.
#[derive(Clone, Debug, Default)]
pub(crate) struct LittleVenue {
    pub(crate) orders: Vec<LittleOrder>,
    pub(crate) trades: Vec<AccountTrade>,
    pub(crate) entries: Vec<LedgerEntry>,
    /// Trades that count and are not shown by themselves yet.
    pub(crate) hidden: BTreeSet<TradeId>,
    /// Orders of which only the trades are shown so far.
    pub(crate) unlisted: BTreeSet<VenueOrderId>,
    opening: BTreeMap<Asset, Amount>,
    numbers: u64,
}

impl LittleVenue {
    pub(crate) fn owning(opening: &[(Asset, Amount)]) -> Self {
        Self { opening: opening.iter().copied().collect(), ..Self::default() }
    }

    fn name<T: std::str::FromStr<Err: std::fmt::Debug>>(&mut self, letter: char) -> T {
        self.numbers += 1;
        format!("{letter}{:05}-LITTLE-VENUE", self.numbers).parse().unwrap()
    }

    /// An order arrives.
    pub(crate) fn open(
        &mut self,
        id: Option<ClientOrderId>,
        (pair, side): (Pair, Side),
        quantity: Quantity,
        opened: Timestamp,
    ) -> VenueOrderId {
        let venue_order = self.name('O');
        let limit = "100".parse().unwrap();
        self.orders.push(LittleOrder {
            venue_order,
            id,
            pair,
            side,
            quantity,
            limit,
            opened,
            ended: None,
            amended: None,
        });
        venue_order
    }

    pub(crate) fn order(&mut self, venue_order: VenueOrderId) -> &mut LittleOrder {
        self.orders.iter_mut().find(|order| order.venue_order == venue_order).unwrap()
    }

    /// An order trades; a fee of a part in four hundred, in quote asset or in base asset.
    pub(crate) fn trade(
        &mut self,
        venue_order: VenueOrderId,
        quantity: Quantity,
        time: Timestamp,
        fee_in_base: bool,
    ) -> TradeId {
        let order = self.order(venue_order).clone();
        let id: TradeId = self.name('T');
        let cost = order.limit * quantity;
        let part = |whole: Amount| Amount::from_units(whole.units() / 400);
        let fee = part(cost);
        self.trades.push(AccountTrade {
            id,
            order: venue_order,
            pair: Some(order.pair),
            pair_text: order.pair.to_string(),
            time,
            side: order.side,
            kind: "limit".to_owned(),
            price: order.limit,
            quantity,
            cost,
            fee,
            liquidity: Some(Liquidity::Maker),
            number: Some(self.numbers),
            ledgers: Vec::new(),
            marks: Vec::new(),
        });
        let base = Amount::from(quantity);
        let (base_change, quote_change) = match order.side {
            Side::Buy => (base, -cost),
            Side::Sell => (-base, cost),
        };
        let (base_fee, quote_fee) =
            if fee_in_base { (part(base), Amount::ZERO) } else { (Amount::ZERO, fee) };
        let reference = id.to_string();
        self.book(("trade", &reference), (order.pair.base, base_change, base_fee), time);
        self.book(("trade", &reference), (order.pair.quote, quote_change, quote_fee), time);
        id
    }

    /// A balance moves.
    pub(crate) fn book(
        &mut self,
        (kind, reference): (&str, &str),
        (asset, amount, fee): (Asset, Amount, Amount),
        time: Timestamp,
    ) -> String {
        self.book_in(Wallet::Spot, (kind, reference), (asset, amount, fee), time)
    }

    pub(crate) fn book_in(
        &mut self,
        wallet: Wallet,
        (kind, reference): (&str, &str),
        (asset, amount, fee): (Asset, Amount, Amount),
        time: Timestamp,
    ) -> String {
        let id = self.name('L');
        self.entries.push(LedgerEntry {
            id,
            reference: reference.to_owned(),
            time,
            kind: kind.to_owned(),
            subkind: None,
            asset,
            wallet,
            amount,
            fee,
            balance: Some(Amount::ZERO),
        });
        id.to_string()
    }

    /// What an order can spend or holds, at a moment.
    pub(crate) fn totals(&self, at: Timestamp) -> BTreeMap<Asset, Amount> {
        let mut totals = self.opening.clone();
        let past = self.entries.iter().filter(|it| it.time <= at && it.wallet.is_spendable());
        for entry in past {
            *totals.entry(entry.asset).or_default() += entry.amount - entry.fee;
        }
        totals
    }

    /// What an order had traded at a moment.
    pub(crate) fn executed(&self, venue_order: VenueOrderId, at: Timestamp) -> Quantity {
        self.trades_of(venue_order, at).map(|trade| trade.quantity).sum()
    }

    fn trades_of(
        &self,
        venue_order: VenueOrderId,
        at: Timestamp,
    ) -> impl Iterator<Item = &AccountTrade> {
        self.trades.iter().filter(move |it| it.order == venue_order && it.time <= at)
    }

    /// What the venue answers, seeing the world as it was then.
    pub(crate) fn answer(&self, call: &Call, at: Timestamp) -> Answer {
        match call {
            Call::OpenOrders => {
                let open = self.orders.iter().filter(|it| is_open(it, at));
                Answer::Orders(open.map(|it| self.shown(it, at)).collect())
            }
            Call::ClosedOrder(id) => {
                let ended = self.orders.iter().filter(|it| it.opened <= at && !is_open(it, at));
                let own = ended.filter(|it| it.id == Some(*id));
                Answer::Orders(own.map(|it| self.shown(it, at)).collect())
            }
            Call::ClosedOrders(page) => {
                let ended = self.orders.iter().filter(|it| it.opened <= at && !is_open(it, at));
                let mut ended: Vec<_> =
                    ended.filter(|it| !self.unlisted.contains(&it.venue_order)).collect();
                // By the time of the end, whatever the stretch is of.
                ended.sort_by_key(|it| std::cmp::Reverse(it.ended.as_ref().map(|(end, _)| *end)));
                let (page, count) = cut(ended, |it| it.opened, *page);
                let orders = page.into_iter().map(|it| self.shown(it, at)).collect();
                Answer::ClosedOrders(ClosedOrders { orders, count: Some(count) })
            }
            Call::TheseOrders(ids) => {
                let listed =
                    self.orders.iter().filter(|it| !self.unlisted.contains(&it.venue_order));
                let wanted = listed.filter(|it| it.opened <= at && ids.contains(&it.venue_order));
                Answer::Orders(wanted.map(|it| self.shown(it, at)).collect())
            }
            Call::TheseTrades(ids) => {
                let shown = self.trades.iter().filter(|it| !self.hidden.contains(&it.id));
                let wanted = shown.filter(|it| ids.contains(&it.id) && it.time <= at);
                Answer::Trades(TradesPage { trades: wanted.cloned().collect(), count: None })
            }
            Call::Trades(page) => {
                let shown = self.trades.iter().filter(|it| !self.hidden.contains(&it.id));
                let shown: Vec<_> = shown.cloned().collect();
                let (trades, count) = paged(&shown, |it| it.time, *page, at);
                Answer::Trades(TradesPage { trades, count: Some(count) })
            }
            Call::Ledger(page) => {
                let (entries, count) = paged(&self.entries, |it| it.time, *page, at);
                Answer::Ledger(LedgerPage { entries, count: Some(count) })
            }
            Call::Balances => {
                let totals = self.totals(at).into_iter();
                Answer::Balances(totals.map(|(asset, total)| balance(asset, total)).collect())
            }
            Call::ServerTime
            | Call::SystemStatus
            | Call::Candles { .. }
            | Call::KeyInfo
            | Call::OpenOrder(_)
            | Call::CancelAll
            | Call::Cancel { .. }
            | Call::CancelAllAfter(_) => panic!("nobody should ask {call:?}"),
        }
    }

    fn shown(&self, order: &LittleOrder, at: Timestamp) -> Order {
        let open = is_open(order, at);
        let trades: Vec<_> = self.trades_of(order.venue_order, at).map(|it| it.id).collect();
        let ended = order.ended.clone().filter(|_| !open);
        let quantity = order.amended.as_ref().filter(|(from, _)| *from <= at);
        Order {
            id: order.venue_order,
            client_id: order.id.map(|id| id.to_string()),
            userref: None,
            status: ended.as_ref().map_or(OrderStatus::Open, |(_, status)| status.clone()),
            reason: ended.as_ref().map(|_| "User requested".to_owned()),
            terms: Terms {
                pair: Some(order.pair),
                pair_text: order.pair.to_string(),
                side: order.side,
                kind: "limit".to_owned(),
                price: Some(StatedPrice::At(order.limit)),
                price2: None,
                leverage: None,
                description: String::new(),
                close: None,
            },
            quantity: OrderQuantity::Base(quantity.map_or(order.quantity, |(_, it)| *it)),
            executed: self.executed(order.venue_order, at),
            cost: Amount::ZERO,
            fee: Amount::ZERO,
            average_price: None,
            stop_price: None,
            limit_price: None,
            opened: order.opened,
            starts: None,
            expires: None,
            closed: ended.map(|(closed, _)| closed),
            flags: Vec::new(),
            marks: Vec::new(),
            // Of an open order they are merged, so that the names mean something else.
            trades: if open { trades.into_iter().take(1).collect() } else { trades },
        }
    }
}

fn is_open(order: &LittleOrder, at: Timestamp) -> bool {
    order.opened <= at && order.ended.as_ref().is_none_or(|(ended, _)| at < *ended)
}

fn balance(asset: Asset, total: Amount) -> Balance {
    Balance { asset, wallet: Wallet::Spot, total, held: Amount::ZERO, spendable: total }
}

fn paged<T: Clone>(
    all: &[T],
    time: impl Fn(&T) -> Timestamp,
    page: Page,
    at: Timestamp,
) -> (Vec<T>, u64) {
    let mut wanted: Vec<&T> = all.iter().filter(|it| time(it) <= at).collect();
    wanted.sort_by_key(|it| std::cmp::Reverse(time(it)));
    let (page, count) = cut(wanted, |it| time(it), page);
    (page.into_iter().cloned().collect(), count)
}

/// What is on a page, and how many rows there are on all.
fn cut<T>(all: Vec<&T>, time: impl Fn(&T) -> Timestamp, page: Page) -> (Vec<&T>, u64) {
    let start = page.after.map_or(0, Timestamp::seconds) * 1_000_000_000;
    let until =
        page.until.map_or(u64::MAX, |until| until.nanos().div_ceil(1_000_000_000) * 1_000_000_000);
    let is_in = |it: &&T| start < time(it).nanos() && time(it).nanos() <= until;
    let wanted: Vec<_> = all.into_iter().filter(is_in).collect();
    let count = wanted.len() as u64;
    (wanted.into_iter().skip(page.offset as usize).take(50).collect(), count)
}

/// Our books, as naive as can be.
#[derive(Clone, Debug, Default)]
pub(crate) struct LittleBooks {
    pub(crate) is_open: bool,
    pub(crate) totals: BTreeMap<Asset, Amount>,
    pub(crate) names: BTreeMap<VenueOrderId, ClientOrderId>,
    pub(crate) trades: BTreeSet<TradeId>,
    pub(crate) fees: BTreeMap<TradeId, (Asset, Amount)>,
}

impl LittleBooks {
    /// Books a fill, once.
    pub(crate) fn fill(&mut self, fill: &Fill) {
        assert!(self.trades.insert(fill.trade), "{} was told twice", fill.trade);
        self.fees.insert(fill.trade, (fill.fee_asset, fill.fee));
        let base = Amount::from(fill.quantity);
        let (base, cost) = match fill.side {
            Side::Buy => (base, -fill.cost),
            Side::Sell => (-base, fill.cost),
        };
        for (asset, change) in
            [(fill.pair.base, base), (fill.pair.quote, cost), (fill.fee_asset, -fill.fee)]
        {
            *self.totals.entry(asset).or_default() += change;
        }
    }
}

impl Books for LittleBooks {
    fn are_open(&self) -> bool {
        self.is_open
    }

    fn totals(&self) -> Vec<(Asset, Amount)> {
        self.totals.iter().map(|(asset, amount)| (*asset, *amount)).collect()
    }

    fn order_called(&self, venue_order: &VenueOrderId) -> Option<ClientOrderId> {
        self.names.get(venue_order).copied()
    }

    fn has_order(&self, order: ClientOrderId) -> bool {
        self.names.values().any(|id| *id == order)
    }

    fn has_trade(&self, trade: &TradeId) -> bool {
        self.trades.contains(trade)
    }

    fn fee_of(&self, trade: &TradeId) -> Option<(Asset, Amount)> {
        self.fees.get(trade).copied()
    }
}
