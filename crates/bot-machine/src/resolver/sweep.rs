//! One reading of the ended orders for many orders that are looked for: a page of fifty costs less
//! than the question about one.
//!
//! **Law.** Who is not in it counts as not ended only when all of it was read, nothing was lost
//! between two pages, and it goes back to before the order can have opened by every clock there is.
//!
//! It has no end in time. An order that ended while the pages were read pushes the others along;
//! the number of rows then does not add up, and it is read again.

use std::{collections::BTreeSet, time::Duration};

use kraken_protocol::rest::orders::ClosedOrders;
use trading_types::{ClientOrderId, Timestamp, VenueOrderId};

use super::{
    Resolver,
    answers::Heard,
    asking::Ended,
    case::{Case, Stage},
    proof::Look,
};
use crate::{
    call::Call,
    history::{Came, NextPage, Reading},
};

/// Fewer are asked about one by one.
const CASES_MIN: usize = 2;
/// Those that were sent further apart are read apart, so that one old one makes no long reading.
const APART_MAX: Duration = Duration::from_mins(10);
/// What a question about one order costs, in pages.
const PAGES_EACH: u64 = 2;
/// Orders on a page (<https://docs.kraken.com/exchange/api-reference>, read on 2026-11-21).
const PAGE_LENGTH: u64 = 50;
/// A reading that was torn is begun anew so often; then each is asked about by itself.
const TORN_MAX: u32 = 3;

/// A reading.
#[derive(Debug)]
pub(super) struct Sweep {
    reading: Reading,
    /// For whom.
    cases: Vec<ClientOrderId>,
    seen: BTreeSet<VenueOrderId>,
}

impl Sweep {
    /// Its next page.
    pub(super) fn call(&self) -> Call {
        Call::ClosedOrders(self.reading.page())
    }
}

impl Case {
    /// The order opened after this by the venue's clock, if it ever did, whichever clock is wrong.
    fn opened_after(&self, resolver: &Resolver) -> Timestamp {
        self.trades_since(&resolver.clock).min(self.since)
    }
}

impl Resolver {
    /// A reading for `oldest` and whoever can be looked for with it; nothing when those are few.
    pub(super) fn sweep(&self, oldest: &Case, wanting: &[&Case]) -> Option<Box<Sweep>> {
        let first = oldest.opened_after(self);
        let near = |case: &&&Case| {
            let other = case.opened_after(self);
            !case.is_alone && other <= first + APART_MAX && first <= other + APART_MAX
        };
        let group: Vec<_> = wanting.iter().filter(near).collect();
        if oldest.is_alone || group.len() < CASES_MIN {
            return None;
        }
        let since = group.iter().map(|case| case.opened_after(self)).min()?;
        let cases = group.iter().map(|case| case.order.id).collect();
        let reading = Reading::back_to(since);
        Some(Box::new(Sweep { reading, cases, seen: BTreeSet::new() }))
    }

    /// A page of it came.
    pub(super) fn hear_ended_page(
        &mut self,
        mut sweep: Box<Sweep>,
        page: &ClosedOrders,
        heard: Heard<'_>,
    ) {
        let Heard { sent, now, .. } = heard;
        let mut others = Vec::new();
        for order in &page.orders {
            sweep.seen.insert(order.id);
            match order.our_id().filter(|id| self.cases.contains_key(id)) {
                Some(id) => self.hear_found(id, order.clone(), sent, now),
                None => others.push(order.id),
            }
        }
        self.name(others.into_iter());
        // Its rows are not in the order of the times it is read by, so that it has no newest.
        let came = Came { sent, length: page.orders.len(), count: page.count, newest: None };
        let next = sweep.reading.came(came, sweep.seen.len());
        let sought: Vec<_> = self.still_sought(&sweep).collect();
        let is_dear = {
            let pages = page.count.unwrap_or(0).div_ceil(PAGE_LENGTH);
            PAGES_EACH * (sought.len() as u64) < pages
        };
        match next {
            NextPage::Complete(first) => self.none_of_the_ended(&sought, first, now),
            NextPage::Torn => self.read_apart_after(&sought, TORN_MAX),
            NextPage::More if sought.is_empty() => {}
            NextPage::More if is_dear => self.read_apart_after(&sought, 0),
            NextPage::More => self.ask_ended(Ended::All(sweep)),
        }
        self.conclude_found(heard);
    }

    /// Those of a reading that have not been found meanwhile.
    fn still_sought(&self, sweep: &Sweep) -> impl Iterator<Item = ClientOrderId> {
        let sought = |id: &&ClientOrderId| {
            self.cases.get(id).is_some_and(|case| matches!(case.stage, Stage::NotOpen(_)))
        };
        sweep.cases.iter().filter(sought).copied()
    }

    fn none_of_the_ended(&mut self, sought: &[ClientOrderId], ended: Timestamp, now: Timestamp) {
        for id in sought {
            let Some(case) = self.cases.get_mut(id) else { continue };
            case.torn = 0;
            // One that was given up and begun anew since was looked for among the open ones later.
            if let Stage::NotOpen(open) = case.stage
                && open <= ended
            {
                case.not_ended(Look { open, ended }, self.rule, &self.clock, now);
            }
        }
    }

    /// After so many readings in vain each is asked about by itself.
    fn read_apart_after(&mut self, sought: &[ClientOrderId], most: u32) {
        for id in sought {
            self.cases.entry(*id).and_modify(|case| {
                case.torn += 1;
                case.is_alone |= most < case.torn;
            });
        }
    }
}
