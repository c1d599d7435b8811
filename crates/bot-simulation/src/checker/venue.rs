//! What the venue has, as only the checker knows it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use bot_machine::DeadManChoice;
use simulated_kraken::{Fault, Happened, TrueOrder};
use trading_types::{ClientOrderId, OrderQuantity, Pair, Timestamp, VenueOrderId};

use super::{Checker, Look};
use crate::tally::Tally;

/// After a death everything is gone from the venue after this, where that was chosen: the switch's
/// minute and what a request may take on its way.
const GONE_AFTER: Duration = Duration::from_secs(95);

/// What was seen of the venue.
#[derive(Debug, Default)]
pub(super) struct VenueWatch {
    happened: Happened,
    /// The venue's order of each name of ours.
    named: BTreeMap<ClientOrderId, VenueOrderId>,
    /// Since when several stops of ours are open on a pair.
    two_stops: BTreeMap<Pair, Timestamp>,
    /// A process died then, with its switch set for certain.
    dead_since: Option<Timestamp>,
}

impl Checker {
    pub(super) fn look_at_venue(&mut self, look: &Look<'_>, tally: &mut Tally) {
        let happened = look.kraken.happened(0);
        let before = std::mem::replace(&mut self.venue.happened, happened);
        if before != happened {
            let ended = happened.ended.saturating_sub(before.ended);
            let newest: Vec<TrueOrder> = look.kraken.true_ended_orders(0).take(ended).collect();
            let open = look.kraken.true_open_orders(0);
            for order in open.iter().chain(&newest) {
                self.check_order(order);
            }
            self.check_stops(&open, look.now);
            if before.trades < happened.trades {
                tally.add("trades", (happened.trades - before.trades) as u64);
            }
        }
        self.check_dead(look);
    }

    /// I-1, I-3, I-6, I-29.
    fn check_order(&mut self, order: &TrueOrder) {
        let Some(id) = self.ours(order) else { return };
        let first = *self.venue.named.entry(id).or_insert(order.venue_order);
        if first != order.venue_order {
            let second = order.venue_order;
            self.broke("I-1", format!("the venue has two orders {id}: {first} and {second}"));
        }
        if let OrderQuantity::Base(quantity) = order.quantity
            && quantity < order.filled
        {
            self.broke("I-6", format!("order {id} of {quantity} is filled {}", order.filled));
        }
        if self.mirror.never_existed().contains(&id) {
            self.broke("I-29", format!("order {id} was proved never to have existed, and does"));
        }
        if self.mirror.intent(id).is_none() {
            self.broke("I-4", format!("the venue has {id}, and no intent is durable"));
        }
    }

    /// I-5: two stops may overlap only while one of them is being canceled.
    fn check_stops(&mut self, open: &[TrueOrder], now: Timestamp) {
        let mut stops: BTreeMap<Pair, u32> = BTreeMap::new();
        for order in open.iter().filter(|order| order.placed.kind.waits_for_trigger()) {
            if self.ours(order).is_some() {
                *stops.entry(order.placed.pair).or_default() += 1;
            }
        }
        self.venue.two_stops.retain(|pair, _| stops.get(pair).is_some_and(|count| 1 < *count));
        for (pair, count) in stops {
            if 1 < count {
                let since = *self.venue.two_stops.entry(pair).or_insert(now);
                // A survivor of a cancel is the venue's doing.
                let is_ours = !self.is_on(Fault::CancelSurvivor);
                if is_ours && Duration::from_mins(5) < now.since(since) {
                    self.broke("I-5", format!("{count} stops are open on {pair}"));
                }
            }
        }
    }

    /// A process has died; its dead-man switch was set for certain, or not.
    pub(crate) fn died(&mut self, switch: Option<DeadManChoice>, now: Timestamp) {
        let is_certain = switch == Some(DeadManChoice::CancelAll)
            && !self.is_on(Fault::DeadManLost)
            && !self.is_on(Fault::CancelSurvivor)
            && !self.is_on(Fault::Suspended)
            && !self.is_on(Fault::Maintenance);
        self.venue.dead_since = is_certain.then_some(now);
    }

    /// A process has started.
    pub(crate) fn revived(&mut self) {
        self.venue.dead_since = None;
    }

    /// I-33.
    fn check_dead(&mut self, look: &Look<'_>) {
        let Some(since) = self.venue.dead_since.filter(|_| look.bot.is_none()) else { return };
        if look.now.since(since) < GONE_AFTER {
            return;
        }
        self.venue.dead_since = None;
        let open = look.kraken.true_open_orders(0);
        if let Some(left) = open.iter().find_map(|order| self.ours(order)) {
            self.broke("I-33", format!("order {left} rests though the process died at {since}"));
        }
    }

    /// The names of ours that the venue has or had.
    pub(super) fn names_at_venue(&self) -> BTreeSet<VenueOrderId> {
        self.venue.named.values().copied().collect()
    }
}
