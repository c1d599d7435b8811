//! The proof that an order never reached the venue, and never will.
//!
//! **Law.** Each piece of it is of a time when the order could not arrive any more: its deadline,
//! and the margin on top, were over by the venue's clock, at its earliest.
//!
//! Why two looks, each first among the open and then among the ended orders: an order moves from
//! open to ended and never back, so one that is in neither was in neither before. Why the trades
//! and the stream as well: what Kraken shows may lag behind what it has.

use std::time::Duration;

use trading_types::Timestamp;

use crate::{settings::Times, venue_clock::VenueClock};

/// How far apart looks are, and how long after a deadline they count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    /// Added to a deadline: what Kraken may need to show what it has.
    pub(super) margin: Duration,
    /// Between two looks.
    pub(super) distance: Duration,
}

impl Rule {
    pub(super) const fn new(times: &Times) -> Self {
        Self { margin: times.proof_margin, distance: times.proof_distance }
    }

    /// Whether at `at` of our clock nothing with this deadline can happen any more.
    pub(super) fn is_over(&self, deadline: Timestamp, at: Timestamp, clock: &VenueClock) -> bool {
        clock.earliest(at).is_some_and(|earliest| deadline + self.margin < earliest)
    }

    /// When that will be, by our clock; nothing when nobody has compared the clocks.
    pub(super) fn over_at(&self, deadline: Timestamp, clock: &VenueClock) -> Option<Timestamp> {
        clock.certainly_after(deadline + self.margin)
    }
}

/// A look that found nothing: the two questions succeeded, the one about open orders first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// When it was asked for among the open orders.
    pub(super) open: Timestamp,
    /// When it was asked for among the ended orders.
    pub(super) ended: Timestamp,
}

/// What speaks for an order never having existed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Absence {
    first: Option<Look>,
    last: Option<Look>,
    /// When the account's trades were asked for and showed none that could be the order's.
    pub(super) no_trade: Option<Timestamp>,
}

/// What a proof still lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lack {
    /// The venue may take it at any time.
    Deadline,
    /// A look.
    Look,
    /// A second look, so much later.
    SecondLook,
    /// The account's trades.
    Trades,
    /// The stream's picture.
    Stream,
}

impl Absence {
    /// A look found nothing. One that came while the order could still arrive says nothing.
    pub(super) fn add(&mut self, look: Look, deadline: Timestamp, rule: Rule, clock: &VenueClock) {
        let counts = |at: Timestamp| rule.is_over(deadline, at, clock);
        if !counts(look.open) || !counts(look.ended) {
            return;
        }
        match self.first {
            // The clock may have been set right since.
            Some(first) if counts(first.open) && counts(first.ended) => self.last = Some(look),
            Some(_) | None => (self.first, self.last) = (Some(look), None),
        }
    }

    /// The first look that counts.
    pub(super) const fn first(&self) -> Option<Look> {
        self.first
    }

    /// The two looks that count, far enough apart, or the first that is missing.
    pub(super) fn looks(
        &self,
        deadline: Option<Timestamp>,
        rule: Rule,
        clock: &VenueClock,
    ) -> Result<(Look, Look), Lack> {
        let deadline = deadline.ok_or(Lack::Deadline)?;
        let counts = |at: Timestamp| rule.is_over(deadline, at, clock);
        let look_counts = |look: &Look| counts(look.open) && counts(look.ended);
        let first = self.first.filter(look_counts).ok_or(Lack::Look)?;
        let is_apart = |last: &Look| {
            first.open + rule.distance <= last.open && first.ended + rule.distance <= last.ended
        };
        let last = self.last.filter(look_counts).filter(is_apart).ok_or(Lack::SecondLook)?;
        Ok((first, last))
    }

    /// The evidence in words, or the first piece that is missing.
    pub(super) fn proof(
        &self,
        deadline: Option<Timestamp>,
        renewed: Option<Timestamp>,
        rule: Rule,
        clock: &VenueClock,
    ) -> Result<String, Lack> {
        let (first, last) = self.looks(deadline, rule, clock)?;
        let deadline = deadline.ok_or(Lack::Deadline)?;
        let counts = |at: &Timestamp| rule.is_over(deadline, *at, clock);
        let no_trade = self.no_trade.filter(counts).ok_or(Lack::Trades)?;
        let renewed = renewed.filter(counts).ok_or(Lack::Stream)?;
        Ok(format!(
            "absent: its deadline was {deadline}; neither open nor ended when asked at {} and {} \
             and again at {} and {}; no trade without a name at {no_trade}; not in the stream's \
             picture of {renewed}",
            first.open, first.ended, last.open, last.ended,
        ))
    }
}

#[cfg(test)]
mod tests;
