//! All orders of an engine: the live ones, and the last ended ones, whose late reports still count.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use trading_types::{ClientOrderId, NewOrder, Pair};

use crate::order::Order;

/// Ended orders that are remembered. A report about an older one is a contradiction.
const ENDED_MAX: usize = 256;

/// How far a cancel or an amendment of an order has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Request {
    /// None was sent.
    #[default]
    None,
    /// One is on its way.
    Sent,
    /// The venue refused it, at this turn of the market.
    RefusedAt(u64),
}

impl Request {
    /// Whether another may be sent: never two at a time, and after a refusal only when the market
    /// has moved on, so that a refusal cannot become a loop.
    pub(crate) const fn may_send(self, turn: u64) -> bool {
        match self {
            Self::None => true,
            Self::Sent => false,
            Self::RefusedAt(refused) => refused != turn,
        }
    }
}

/// An order and what has been asked about it since.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Tracked {
    /// The order.
    pub(crate) order: Order,
    /// How far a cancel has come.
    pub(crate) cancel: Request,
    /// How far an amendment has come.
    pub(crate) amend: Request,
}

/// The orders.
#[expect(clippy::vec_box, reason = "an order is large, and goes from list to list in its box")]
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "SavedOrders", into = "SavedOrders")]
pub(crate) struct Orders {
    /// By name. There are few at a time, and new names are the highest.
    live: Vec<Box<Tracked>>,
    ended: VecDeque<Box<Tracked>>,
    /// The last that was forgotten: its box is the next order's.
    spare: Option<Box<Tracked>>,
}

impl Tracked {
    /// What was asked about it may have been lost: it may be asked again, but not in the same
    /// breath.
    pub(crate) fn lose_answers(&mut self, turn: u64) {
        for request in [&mut self.cancel, &mut self.amend] {
            if *request == Request::Sent {
                *request = Request::RefusedAt(turn);
            }
        }
    }
}

/// Both lists; what is live is found by the name in it.
#[expect(clippy::vec_box, reason = "as they are in the orders themselves")]
#[derive(Serialize, Deserialize)]
struct SavedOrders {
    live: Vec<Box<Tracked>>,
    ended: VecDeque<Box<Tracked>>,
}

impl From<SavedOrders> for Orders {
    fn from(saved: SavedOrders) -> Self {
        let live = saved.live.into_iter().map(|it| (it.order.request.id, it));
        let live: BTreeMap<ClientOrderId, Box<Tracked>> = live.collect();
        Self { live: live.into_values().collect(), ended: saved.ended, spare: None }
    }
}

impl From<Orders> for SavedOrders {
    fn from(orders: Orders) -> Self {
        Self { live: orders.live, ended: orders.ended }
    }
}

impl Orders {
    /// Adds an order that has just been sent.
    pub(crate) fn add(&mut self, order: Order) {
        let id = order.request.id;
        let place = self.place_of(id).expect_err("order ids are never used twice");
        let tracked = Tracked { order, cancel: Request::None, amend: Request::None };
        let tracked = match self.spare.take() {
            Some(mut spare) => {
                *spare = tracked;
                spare
            }
            None => Box::new(tracked),
        };
        self.live.insert(place, tracked);
    }

    /// An order, live or lately ended.
    pub(crate) fn find(&mut self, id: ClientOrderId) -> Option<&mut Tracked> {
        if let Ok(place) = self.place_of(id) {
            return Some(&mut self.live[place]);
        }
        let mut ended = self.ended.iter_mut().rev().map(|it| &mut **it);
        ended.find(|it| it.order.request.id == id)
    }

    /// A live order.
    pub(crate) fn live(&self, id: ClientOrderId) -> Option<&Tracked> {
        self.place_of(id).ok().map(|place| &*self.live[place])
    }

    /// Where a live order stands, or where it would.
    #[inline]
    fn place_of(&self, id: ClientOrderId) -> Result<usize, usize> {
        self.live.binary_search_by_key(&id, |it| it.order.request.id)
    }

    /// Moves an order that has ended out of the live ones.
    pub(crate) fn settle(&mut self, id: ClientOrderId) {
        let Ok(place) = self.place_of(id) else { return };
        if !self.live[place].order.state().is_live() {
            let tracked = self.live.remove(place);
            if self.ended.len() == ENDED_MAX {
                self.spare = self.ended.pop_front();
            }
            self.ended.push_back(tracked);
        }
    }

    /// Ids of all live orders.
    pub(crate) fn live_ids(&self) -> Vec<ClientOrderId> {
        self.live.iter().map(|it| it.order.request.id).collect()
    }

    /// How many are live.
    pub(crate) fn live_count(&self) -> usize {
        self.live.len()
    }

    /// Live orders of one pair, as they were asked for.
    pub(crate) fn live_on(&self, pair: Pair) -> Vec<&NewOrder> {
        let on_pair = self.live.iter().filter(|it| it.order.request.pair == pair);
        on_pair.map(|it| &it.order.request).collect()
    }
}
