//! The one door through which news of the account reaches the engine, whether a stream told it or a
//! look-up found it: every trade passes once, by the venue's id for it.
//!
//! Names and ids are bounded: the oldest are forgotten first, long after anybody repeats them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};
use trading_engine::Input;
use trading_types::{
    AccountEvent, Amount, Asset, ClientOrderId, TradeId, VenueEvent, VenueOrderId,
};

/// How many trades and orders are remembered.
const REMEMBERED_MAX: usize = 20_000;
/// Of so many trades it is remembered which fee was told: far more than happen between two
/// comparisons of balances.
const FEES_MAX: usize = 1_000;

/// What has passed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct AccountFeed {
    trades: Bounded<TradeId>,
    names: BTreeMap<VenueOrderId, ClientOrderId>,
    named: VecDeque<VenueOrderId>,
    /// The fees of the newest trades as they were told, and in which asset.
    fees: VecDeque<(TradeId, Asset, Amount)>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Bounded<T: Ord> {
    known: BTreeSet<T>,
    order: VecDeque<T>,
}

impl<T: Ord> Default for Bounded<T> {
    fn default() -> Self {
        Self { known: BTreeSet::new(), order: VecDeque::new() }
    }
}

impl<T: Copy + Ord> Bounded<T> {
    fn insert(&mut self, it: T) -> bool {
        if !self.known.insert(it) {
            return false;
        }
        self.order.push_back(it);
        if REMEMBERED_MAX < self.order.len()
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

impl AccountFeed {
    /// Whether an event is news, and remembers it: a trade that has passed before is none.
    pub fn passes(&mut self, event: &AccountEvent) -> bool {
        match event {
            AccountEvent::Traded(fill) => {
                let is_news = self.trades.insert(fill.trade);
                if is_news {
                    self.fees.push_back((fill.trade, fill.fee_asset, fill.fee));
                }
                if FEES_MAX < self.fees.len() {
                    self.fees.pop_front();
                }
                is_news
            }
            AccountEvent::Accepted { order, venue_order } => {
                self.name(*venue_order, *order);
                true
            }
            AccountEvent::Balances(_)
            | AccountEvent::Moved { .. }
            | AccountEvent::Rejected { .. }
            | AccountEvent::Triggered { .. }
            | AccountEvent::Unclear { .. }
            | AccountEvent::NeverExisted { .. }
            | AccountEvent::Completed { .. }
            | AccountEvent::Canceled { .. }
            | AccountEvent::Expired { .. }
            | AccountEvent::Amended(_)
            | AccountEvent::AmendRejected { .. }
            | AccountEvent::CancelRejected { .. } => true,
        }
    }

    /// Remembers what a journal says has passed.
    pub fn recall(&mut self, input: &Input) {
        if let Input::Venue(VenueEvent::Account(event)) = input {
            self.passes(event);
        }
    }

    /// The venue has named an order of ours.
    pub fn name(&mut self, venue_order: VenueOrderId, order: ClientOrderId) {
        if self.names.insert(venue_order, order).is_none() {
            self.named.push_back(venue_order);
            if REMEMBERED_MAX < self.named.len()
                && let Some(oldest) = self.named.pop_front()
            {
                self.names.remove(&oldest);
            }
        }
    }

    /// Our name for an order of the venue's, if it is ours.
    pub fn ours(&self, venue_order: &VenueOrderId) -> Option<ClientOrderId> {
        self.names.get(venue_order).copied()
    }

    /// Whether a trade has passed.
    pub fn has_passed(&self, trade: &TradeId) -> bool {
        self.trades.known.contains(trade)
    }

    /// The fee that was told of a trade, if it has passed not long ago.
    pub fn fee_of(&self, trade: &TradeId) -> Option<(Asset, Amount)> {
        let told = self.fees.iter().rev().find(|(id, ..)| id == trade)?;
        Some((told.1, told.2))
    }

    /// The trades that have passed, the oldest first.
    pub fn trades(&self) -> impl Iterator<Item = TradeId> {
        self.trades.order.iter().copied()
    }
}
