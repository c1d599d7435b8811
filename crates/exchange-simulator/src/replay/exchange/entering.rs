//! How an order comes to the book: what it must satisfy, what it takes, and where it waits.

use trading_types::{Amount, Liquidity, Price, Quantity, Side, Timestamp};

use super::{Fills, Part, ReplayExchange, Resting, trades_before};
use crate::replay::{
    account::Hold,
    command::{ReplayAmend, ReplayOrder, ReplayTerms},
    queue::Place,
    report::{ReplayNews, ReplayRefusal},
    tick::Tick,
};

/// The most orders that an account may have open on a pair: 60, 80 or 225, by its tier
/// (<https://docs.kraken.com/exchange/guides/general/ratelimits>, read on 2026-11-21).
const OPEN_ORDERS_MAX: usize = 225;

/// What an order will take at once, level by level.
#[derive(Clone, Debug, Default)]
struct Taking {
    pieces: Vec<(i64, Quantity)>,
    cost: Amount,
    /// What is left of the order.
    rest: Quantity,
}

/// An order that wants to come to the book, new or changed.
#[derive(Clone, Copy, Debug)]
struct Entering {
    order: ReplayOrder,
    /// What has traded of it before.
    filled: Quantity,
    /// What it holds already.
    held: Hold,
}

impl ReplayExchange {
    pub(super) fn place(&mut self, order: ReplayOrder, now: Timestamp) {
        let entering = Entering { order, filled: Quantity::ZERO, held: Hold::default() };
        let checked = self.check_room(&order).and_then(|()| self.check(&entering));
        match checked {
            Err(refusal) => self.tell(order.number, ReplayNews::Refused(refusal), now),
            Ok(taking) => {
                self.tell(order.number, ReplayNews::Accepted, now);
                self.enter(entering, &taking, now);
            }
        }
    }

    pub(super) fn amend(&mut self, amend: ReplayAmend, now: Timestamp) {
        let number = amend.number;
        let refused = |refusal| ReplayNews::AmendRefused(refusal);
        let Some((side, at)) = self.orders.find(number) else {
            return self.tell(number, refused(ReplayRefusal::UnknownOrder), now);
        };
        let order = self.orders.side(side)[at];
        let total = amend.quantity.unwrap_or(order.filled + order.rest);
        if total <= order.filled {
            return self.cancel(number, now);
        }
        let steps = amend.steps.unwrap_or(order.steps);
        let rest = total - order.filled;
        let terms = if order.is_post_only {
            ReplayTerms::PostOnly { steps }
        } else {
            ReplayTerms::Limit { steps }
        };
        let changed = ReplayOrder { number, side, quantity: rest, terms };
        let entering = Entering { order: changed, filled: order.filled, held: order.hold };
        match self.check(&entering) {
            Err(refusal) => self.tell(number, refused(refusal), now),
            Ok(taking) => {
                self.tell(number, ReplayNews::Amended { steps, rest }, now);
                if steps == order.steps && rest <= order.rest {
                    self.orders.side_mut(side)[at].rest = rest;
                    self.hold_rest(side, at);
                } else {
                    self.orders.remove(number);
                    self.enter(entering, &taking, now);
                }
            }
        }
    }

    fn check_room(&self, order: &ReplayOrder) -> Result<(), ReplayRefusal> {
        let is_full = OPEN_ORDERS_MAX <= self.orders.count();
        if order.terms.rests() && is_full {
            Err(ReplayRefusal::OrdersLimitExceeded)
        } else {
            Ok(())
        }
    }

    /// The first rule that an order breaks, or what it will take.
    fn check(&self, entering: &Entering) -> Result<Taking, ReplayRefusal> {
        use ReplayRefusal as R;
        let Entering { order, filled, held } = entering;
        let rules = &self.settings.rules;
        let total = order.quantity + *filled;
        if !order.quantity.is_positive() || !order.quantity.is_multiple_of(rules.lot) {
            return Err(R::InvalidQuantity);
        }
        if total < rules.quantity_min {
            return Err(R::BelowQuantityMinimum);
        }
        let limit = self.limit_price(order.terms)?;
        if limit.is_some_and(|price| price * total < rules.cost_min) {
            return Err(R::BelowCostMinimum);
        }
        let taking = self.plan(order);
        if !taking.pieces.is_empty() && matches!(order.terms, ReplayTerms::PostOnly { .. }) {
            return Err(R::PostOnlyWouldTake);
        }
        if self.meets_ours(order, &taking) {
            return Err(R::SelfTrade);
        }
        let waits = limit.filter(|_| order.terms.rests()).map(|price| price * taking.rest);
        let cost = taking.cost + waits.unwrap_or_default();
        if limit.is_none() && !taking.pieces.is_empty() && cost < rules.cost_min {
            return Err(R::BelowCostMinimum);
        }
        let hold = self.account.hold_for(order.side, cost, order.quantity);
        if self.account.can_hold(hold, *held) { Ok(taking) } else { Err(R::InsufficientFunds) }
    }

    fn limit_price(&self, terms: ReplayTerms) -> Result<Option<Price>, ReplayRefusal> {
        let Some(steps) = terms.limit() else { return Ok(None) };
        let price = self.account.price(steps);
        let is_price = 0 < steps && steps <= Tick::STEPS_MAX;
        price.filter(|_| is_price).map(Some).ok_or(ReplayRefusal::InvalidPrice)
    }

    /// What an order takes at once.
    fn plan(&self, order: &ReplayOrder) -> Taking {
        let mut taking = Taking { rest: order.quantity, ..Taking::default() };
        let limit = order.terms.limit();
        if limit.is_some_and(|limit| !self.book.is_crossed_by(order.side, limit)) {
            return taking;
        }
        let side = order.side.opposite();
        for (steps, offered) in self.book.levels(side) {
            let is_too_far = limit.is_some_and(|limit| trades_before(side, limit, steps));
            if is_too_far || taking.rest.is_zero() {
                break;
            }
            let consumed = self.consumed.get(&(side, steps)).copied().unwrap_or_default();
            let takes = match self.settings.fills {
                Fills::Partial => taking.rest.min(offered - consumed.min(offered)),
                Fills::Whole => taking.rest,
            };
            if takes.is_positive() {
                let price = self.account.price(steps).expect("prices of the record are prices");
                taking.pieces.push((steps, takes));
                taking.cost += price * takes;
                taking.rest -= takes;
            }
        }
        taking
    }

    /// Whether an order would come to one of our own on the other side.
    fn meets_ours(&self, order: &ReplayOrder, taking: &Taking) -> bool {
        let side = order.side.opposite();
        let Some(ours) = self.orders.side(side).first() else { return false };
        let farthest = taking.pieces.last().map(|(steps, _)| *steps);
        let reached = if taking.rest.is_zero() { farthest } else { order.terms.limit() };
        match reached {
            Some(reached) => !trades_before(side, reached, ours.steps),
            // A market order that finds less than it wants goes on to the end.
            None => true,
        }
    }

    /// Takes what was planned, and lets the rest wait or go.
    fn enter(&mut self, entering: Entering, taking: &Taking, now: Timestamp) {
        let Entering { order, mut filled, mut held } = entering;
        let ReplayOrder { number, side, quantity, terms } = order;
        let mut rest = quantity;
        for (steps, takes) in &taking.pieces {
            rest -= *takes;
            filled += *takes;
            if self.settings.fills == Fills::Partial {
                *self.consumed.entry((side.opposite(), *steps)).or_default() += *takes;
            }
            let (steps, quantity) = (*steps, *takes);
            self.fill(
                number,
                Part { side, liquidity: Liquidity::Taker, steps, quantity, rest },
                now,
            );
        }
        let waits_at = terms.limit().filter(|_| terms.rests() && rest.is_positive());
        let Some(steps) = waits_at else {
            self.account.change_hold(&mut held, Hold::default());
            if rest.is_positive() {
                self.tell(number, ReplayNews::Canceled { rest }, now);
            }
            return;
        };
        let price = self.account.price(steps).expect("a price that was checked");
        let hold = self.account.hold_for(side, price * rest, rest);
        self.account.change_hold(&mut held, hold);
        let place = self.back_of_queue(side, steps);
        let is_post_only = matches!(terms, ReplayTerms::PostOnly { .. });
        let resting = Resting { number, steps, rest, filled, place, hold: held, is_post_only };
        self.orders.add(side, resting);
    }

    /// Behind everybody at a price, as far as the record shows them.
    fn back_of_queue(&self, side: Side, steps: i64) -> Place {
        let Some(shown) = self.settings.levels_shown else {
            return Place::behind(self.book.at(side, steps));
        };
        let shown = usize::try_from(shown).expect("a count of levels");
        let last_shown = self
            .book
            .levels(side)
            .take(shown)
            .find_map(|(level, _)| (!trades_before(side, level, steps)).then_some(level));
        let is_beyond = last_shown.is_none() && shown <= self.book.levels(side).take(shown).count();
        if is_beyond { Place::UNKNOWN } else { Place::behind(self.book.at(side, steps)) }
    }
}
