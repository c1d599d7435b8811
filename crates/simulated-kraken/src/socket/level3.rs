//! The channel `level3`: the single orders of a book
//! (<https://docs.kraken.com/exchange/api-reference/spot-websocket-v2/level3>, read on 2026-11-21).
//!
//! The invariant: the orders of a level add up to what the level has. Orders of accounts have their
//! own names; what the outside world has there is one order with a made-up name that is the same
//! whenever it is asked for.

use std::collections::BTreeMap;

use exchange_simulator::Prng;
use trading_types::{
    BookLevel, BookUpdate, OrderQuantity, Pair, Price, Quantity, Side, Timestamp, VenueOrderId,
};

use super::{
    book_side::{BookSide, Change, Direction, Rank},
    checksum::{self, Checksum},
    fixed::Decimals,
    market::{FrameKind, frame},
    moment::Nanos,
};
use crate::{json::Json, message::Frame, venue::records::OrderRecord};

/// The single orders of one pair's book, as far as somebody watches them.
#[derive(Debug)]
pub(super) struct Level3View {
    pair: Pair,
    decimals: Decimals,
    bids: Level3Side,
    asks: Level3Side,
}

#[derive(Debug)]
struct Level3Side {
    side: Side,
    levels: BookSide,
    orders: BTreeMap<Price, Vec<Resting>>,
}

/// An order that rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Resting {
    id: VenueOrderId,
    price: Price,
    quantity: Quantity,
    time: Timestamp,
}

/// What an update says of an order.
#[derive(Clone, Copy, Debug)]
struct Told {
    event: &'static str,
    order: Resting,
}

impl Level3View {
    /// The view of a book in which these orders of accounts rest, oldest first.
    pub(super) fn new(
        pair: Pair,
        decimals: Decimals,
        book: &BookUpdate,
        own: &[&OrderRecord],
        now: Timestamp,
    ) -> Self {
        let mut view = Self {
            pair,
            decimals,
            bids: Level3Side::new(Side::Buy, Direction::Falling),
            asks: Level3Side::new(Side::Sell, Direction::Rising),
        };
        view.update(book, own, &[], now);
        view
    }

    /// The first frame of a subscription.
    pub(super) fn snapshot(&self, depth: u16, now: Timestamp) -> Frame {
        let orders = |side: &Level3Side| {
            let all = side.best(usize::from(depth)).fold(Json::array(), |all, order| {
                all.push_raw(self.order(Json::object(), order).close())
            });
            all.close()
        };
        let data = Json::object()
            .text("symbol", self.pair)
            .raw("checksum", self.checksum())
            .raw("bids", orders(&self.bids))
            .raw("asks", orders(&self.asks))
            .text("timestamp", Nanos(now));
        frame("level3", FrameKind::Snapshot, Json::array().push_raw(data.close()).close())
    }

    /// Takes in a change. Gives the frame for each depth in `depths` that has something to tell.
    pub(super) fn update(
        &mut self,
        update: &BookUpdate,
        own: &[&OrderRecord],
        depths: &[u16],
        now: Timestamp,
    ) -> Vec<(u16, Frame)> {
        let bids =
            self.bids.apply((update.is_snapshot, &update.bids), (own, self.pair), depths, now);
        let asks =
            self.asks.apply((update.is_snapshot, &update.asks), (own, self.pair), depths, now);
        let both = depths.iter().zip(bids.into_iter().zip(asks));
        let told = both.filter(|(_, (bids, asks))| !bids.is_empty() || !asks.is_empty());
        told.map(|(depth, (bids, asks))| (*depth, self.frame(&bids, &asks, now))).collect()
    }

    fn frame(&self, bids: &[Told], asks: &[Told], now: Timestamp) -> Frame {
        let events = |told: &[Told]| {
            let all = told.iter().fold(Json::array(), |all, Told { event, order }| {
                all.push_raw(self.order(Json::object().text("event", event), order).close())
            });
            all.close()
        };
        let data = Json::object()
            .raw("checksum", self.checksum())
            .text("timestamp", Nanos(now))
            .text("symbol", self.pair)
            .raw("bids", events(bids))
            .raw("asks", events(asks));
        frame("level3", FrameKind::Update, Json::array().push_raw(data.close()).close())
    }

    fn order(&self, json: Json, order: &Resting) -> Json {
        json.text("order_id", order.id)
            .raw("limit_price", self.decimals.price(order.price))
            .raw("order_qty", self.decimals.quantity(order.quantity))
            .text("timestamp", Nanos(order.time))
    }

    fn checksum(&self) -> u32 {
        let mut sum = Checksum::new(self.decimals);
        for side in [&self.asks, &self.bids] {
            for order in side.best(checksum::LEVELS) {
                sum.add(order.price, order.quantity);
            }
        }
        sum.finish()
    }
}

impl Level3Side {
    fn new(side: Side, direction: Direction) -> Self {
        Self { side, levels: BookSide::new(direction, &[]), orders: BTreeMap::new() }
    }

    /// The orders of the best levels, those of the best one first.
    fn best(&self, levels: usize) -> impl Iterator<Item = &Resting> {
        self.levels.best(levels).flat_map(|level| &self.orders[&level.price])
    }

    fn apply(
        &mut self,
        (replaces, update): (bool, &[BookLevel]),
        (own, pair): (&[&OrderRecord], Pair),
        depths: &[u16],
        now: Timestamp,
    ) -> Vec<Vec<Told>> {
        let boundaries: Vec<Option<Rank>> =
            depths.iter().map(|depth| self.levels.boundary(usize::from(*depth))).collect();
        let changes = self.levels.apply(replaces, update);
        let mut before = BTreeMap::new();
        for price in changes.iter().map(Change::price) {
            let total = self.levels.quantity(price);
            let known = self.orders.remove(&price).unwrap_or_default();
            if !total.is_zero() {
                let level = BookLevel { price, quantity: total };
                let orders = resting(level, self.side, (own, pair), &known, now);
                self.orders.insert(price, orders);
            }
            before.insert(price, known);
        }
        let both = depths.iter().zip(boundaries);
        let told = both.map(|(depth, boundary)| {
            let levels = self.levels.told(&changes, boundary, usize::from(*depth));
            let told = levels.iter().flat_map(|level| self.told(level, boundary, &before));
            told.collect()
        });
        told.collect()
    }

    /// What is told of a level's orders to someone who saw as far as `boundary`.
    fn told(
        &self,
        level: &BookLevel,
        boundary: Option<Rank>,
        before: &BTreeMap<Price, Vec<Resting>>,
    ) -> Vec<Told> {
        let none = Vec::new();
        let now = self.orders.get(&level.price).unwrap_or(&none);
        let was_seen = self.levels.is_within(level.price, boundary);
        let before = before.get(&level.price).filter(|_| was_seen).unwrap_or(&none);
        let find = |orders: &[Resting], id| orders.iter().copied().find(|order| order.id == id);
        let gone = before.iter().filter(|order| find(now, order.id).is_none());
        let gone = gone.map(|order| Told { event: "delete", order: *order });
        let kept = now.iter().filter_map(|order| match find(before, order.id) {
            None => Some(Told { event: "add", order: *order }),
            Some(old) if old.quantity != order.quantity => {
                Some(Told { event: "modify", order: *order })
            }
            Some(_) => None,
        });
        gone.chain(kept).collect()
    }
}

/// The orders of a level: those of accounts with their own names, and the outside world's.
fn resting(
    level: BookLevel,
    side: Side,
    (own, pair): (&[&OrderRecord], Pair),
    known: &[Resting],
    now: Timestamp,
) -> Vec<Resting> {
    let mut left = level.quantity;
    let mut orders = Vec::new();
    let rests = |order: &&&OrderRecord| {
        order.pair() == pair && order.side() == side && order.limit == Some(level.price)
    };
    for order in own.iter().filter(rests) {
        let quantity = shown(order).min(left);
        left -= quantity;
        let resting =
            Resting { id: order.txid, price: level.price, quantity, time: order.opened_at };
        if quantity.is_positive() {
            orders.push(resting);
        }
    }
    if left.is_positive() {
        let id = outside_name(pair, side, level.price);
        let unchanged = known.iter().find(|order| order.id == id && order.quantity == left);
        let time = unchanged.map_or(now, |order| order.time);
        orders.push(Resting { id, price: level.price, quantity: left, time });
    }
    orders.sort_by_key(|order| order.time);
    orders
}

/// How much of an order can be seen in the book.
fn shown(order: &OrderRecord) -> Quantity {
    let waits = order.order.kind.waits_for_trigger() && !order.is_triggered;
    let whole = match order.quantity {
        OrderQuantity::Base(whole) if !waits => whole,
        OrderQuantity::Base(_) | OrderQuantity::Quote(_) => {
            return Quantity::ZERO;
        }
    };
    let left = whole - order.filled.min(whole);
    order.displayed.map_or(left, |displayed| displayed.min(left))
}

/// A name that looks like any other order's and is always the same for a level.
fn outside_name(pair: Pair, side: Side, price: Price) -> VenueOrderId {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let text = format!("{pair} {side} {price}");
    let seed =
        text.bytes().fold(0_u64, |seed, byte| Prng::from_seed(seed ^ u64::from(byte)).next());
    let mut prng = Prng::from_seed(seed);
    let mut name = String::from("O");
    for mark in "*****-*****-******".chars() {
        let digit = usize::try_from(prng.below(32)).expect("below 32");
        name.push(if mark == '*' { char::from(DIGITS[digit]) } else { mark });
    }
    name.parse().expect("nineteen characters of ASCII")
}

#[cfg(test)]
mod tests;
