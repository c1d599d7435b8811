//! One pair's desk: what its strategy wants, what it holds, which orders are out, and the next step
//! from the one to the other.
//!
//! The step is worked out anew from the present state whenever something happened, so that no race
//! needs a special case: after any event, [`Desk::next_step`] is asked until it has none.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use trading_types::{
    Amount, Candle, ClientOrderId, Direction, PairRules, Price, PriceWatch, Quantity, Quote,
    Timestamp, VenueStatus,
};

use crate::{
    order_life::OrderState,
    orders::Orders,
    pace::Pace,
    position::{ExitReason, Position},
    recent_prices::RecentPrices,
    results::Results,
    risk::RiskRefusal,
    sizing::SizeRefusal,
    strategy::{Exits, Strategy, Wish},
    venue_gate::{Message, VenueGate},
    volume::TradedVolume,
};

/// What the position should become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Goal {
    /// Nothing, for this reason.
    Flat(ExitReason),
    /// What there is, with these exits.
    Long(Exits),
    /// Whatever there is: what was wished for has been done. What is left is too small to be sold,
    /// and is not sold by that wish when it grows.
    Rest,
}

/// The next thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Cancel an order.
    Cancel(ClientOrderId),
    /// Place a stop for the whole position.
    PlaceStop { quantity: Quantity, price: Price },
    /// Change the stop's total quantity, so that it covers the whole position.
    ResizeStop { order: ClientOrderId, total: Quantity },
    /// Move the stop up.
    RaiseStop { order: ClientOrderId, price: Price },
    /// Sell the whole position.
    PlaceExit { quantity: Quantity, reason: ExitReason },
}

/// Prices as last heard.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Prices {
    /// The last trade's.
    pub(crate) last: Option<Price>,
    /// The best bid and ask, where the venue tells.
    pub(crate) quote: Option<Quote>,
    /// When something was heard.
    pub(crate) heard: Timestamp,
}

impl Prices {
    /// What an entry pays per unit at the most: the higher of the last trade and the ask.
    pub(crate) fn dearest(&self) -> Option<Price> {
        self.last.into_iter().chain(self.quote.map(|quote| quote.ask.price)).max()
    }

    /// What a long position is worth per unit: the worse side, that is the bid where it is known.
    #[inline]
    pub(crate) fn mark(&self) -> Option<Price> {
        self.quote.map(|quote| quote.bid.price).or(self.last)
    }
}

/// One uninterrupted row of wishes to be long.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Signal {
    pub(crate) is_long: bool,
    pub(crate) is_used: bool,
}

/// A halt of one pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PairHalt {
    pub(crate) reason: String,
    pub(crate) flattened_told: bool,
}

/// The last candle a strategy saw, and what it wished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastWish {
    /// When.
    pub time: Timestamp,
    /// The candle.
    pub candle: Candle,
    /// The wish.
    pub wish: Wish,
}

/// The last time an entry was wanted, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastEntry {
    /// When.
    pub time: Timestamp,
    /// What came of it.
    pub outcome: EntryOutcome,
}

/// What came of an entry that was wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryOutcome {
    /// An order was sent.
    Placed(ClientOrderId),
    /// No size was right.
    SizeRefused(SizeRefusal),
    /// A rule refused it.
    Refused(RiskRefusal),
}

/// Attempts at something that the venue or a rule may refuse.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Attempts {
    /// The turn of the market at which the last was made.
    pub(crate) turn: Option<u64>,
    pub(crate) count: u32,
    pub(crate) refusal: Option<RiskRefusal>,
}

impl Attempts {
    /// Counts one more.
    pub(crate) fn tried(&mut self, turn: u64) {
        self.turn = Some(turn);
        self.count += 1;
    }

    /// At most one attempt per turn, so that a refusal cannot become a loop.
    const fn may_try(&self, turn: u64) -> bool {
        match self.turn {
            Some(tried) => tried != turn,
            None => true,
        }
    }
}

/// A position as an order can sell it, or nothing when it is dust.
pub(crate) fn sellable_of(
    position: &Position,
    prices: &Prices,
    rules: &PairRules,
) -> Option<Quantity> {
    let quantity = position.sellable();
    if quantity.is_zero() {
        return None;
    }
    let quantity = quantity.floor_to(rules.lot);
    let is_worth_it = prices.mark().is_none_or(|price| rules.cost_min <= price * quantity);
    (rules.quantity_min <= quantity && is_worth_it).then_some(quantity)
}

/// One pair's desk.
pub(crate) struct Desk {
    pub(crate) rules: PairRules,
    pub(crate) strategy: Box<dyn Strategy>,
    pub(crate) position: Position,
    pub(crate) prices: Prices,
    pub(crate) goal: Goal,
    pub(crate) signal: Signal,
    pub(crate) entries: Vec<ClientOrderId>,
    pub(crate) stop: Option<ClientOrderId>,
    pub(crate) exit: Option<ClientOrderId>,
    pub(crate) exit_attempts: Attempts,
    pub(crate) stop_attempts: Attempts,
    pub(crate) unprotected_since: Option<Timestamp>,
    pub(crate) trade_profit: Amount,
    pub(crate) results: Results,
    pub(crate) pace: Pace,
    pub(crate) volume: TradedVolume,
    pub(crate) closes: VecDeque<Price>,
    /// Empty while moves are not limited.
    pub(crate) recent: RecentPrices,
    /// What the venue takes of the pair.
    pub(crate) status: VenueStatus,
    pub(crate) halt: Option<PairHalt>,
    /// These two decide nothing; they are there to be explained.
    pub(crate) last_wish: Option<LastWish>,
    pub(crate) last_entry: Option<LastEntry>,
}

impl Desk {
    pub(crate) fn new(rules: PairRules, strategy: Box<dyn Strategy>) -> Self {
        Self {
            rules,
            strategy,
            position: Position::default(),
            prices: Prices { last: None, quote: None, heard: Timestamp::EPOCH },
            goal: Goal::Rest,
            signal: Signal::default(),
            entries: Vec::new(),
            stop: None,
            exit: None,
            exit_attempts: Attempts::default(),
            stop_attempts: Attempts::default(),
            unprotected_since: None,
            trade_profit: Amount::ZERO,
            results: Results::default(),
            pace: Pace::default(),
            volume: TradedVolume::default(),
            closes: VecDeque::new(),
            recent: RecentPrices::default(),
            status: VenueStatus::Online,
            halt: None,
            last_wish: None,
            last_entry: None,
        }
    }

    /// Nothing that is remembered happened later than this; how old prices are nobody knows.
    pub(crate) fn set_back(&mut self, now: Timestamp) {
        if now < self.prices.heard {
            self.prices.heard = Timestamp::EPOCH;
        }
        self.unprotected_since = self.unprotected_since.map(|since| since.min(now));
        self.pace.set_back(now);
        self.volume.set_back(now);
        self.recent.set_back(now);
    }

    /// What the position is worth at the worse side of its market; nothing where no price is known.
    #[inline]
    pub(crate) fn value(&self) -> Amount {
        let held = self.position.quantity().is_positive();
        let mark = self.prices.mark().filter(|_| held);
        mark.map_or(Amount::ZERO, |price| self.position.value(price))
    }

    /// Notes what was wished. A wish that stays is not written again: it has just been made, and
    /// copying it as a whole would wait for that.
    #[inline]
    pub(crate) fn remember_wish(&mut self, new: LastWish) {
        match &mut self.last_wish {
            Some(last) => {
                (last.time, last.candle) = (new.time, new.candle);
                if last.wish != new.wish {
                    last.wish = new.wish;
                }
            }
            last @ None => *last = Some(new),
        }
    }

    /// Whether no order is out and nothing that can be sold is held.
    #[inline]
    pub(crate) fn is_idle(&self) -> bool {
        self.has_no_orders() && self.quantity_to_sell().is_none()
    }

    #[inline]
    pub(crate) fn has_no_orders(&self) -> bool {
        self.entries.is_empty() && self.stop.is_none() && self.exit.is_none()
    }

    /// The position as an order can sell it, or nothing when it is dust.
    #[inline]
    pub(crate) fn quantity_to_sell(&self) -> Option<Quantity> {
        sellable_of(&self.position, &self.prices, &self.rules)
    }

    /// Forgets an order that has ended.
    pub(crate) fn forget(&mut self, order: ClientOrderId) {
        self.entries.retain(|id| *id != order);
        self.stop = self.stop.filter(|id| *id != order);
        self.exit = self.exit.filter(|id| *id != order);
    }

    /// The price at which the profit is taken, while there is something to sell.
    #[inline]
    pub(crate) fn watch(&self) -> Option<PriceWatch> {
        let Goal::Long(Exits { target: Some(price), .. }) = self.goal else { return None };
        self.quantity_to_sell()?;
        Some(PriceWatch { pair: self.rules.pair, price, direction: Direction::Rising })
    }

    /// Whether `price` is at or beyond the target of a position that is held.
    #[inline]
    pub(crate) fn reaches_target(&self, price: Price) -> bool {
        self.watch().is_some_and(|watch| watch.price <= price)
    }

    /// Aims at nothing. What a halt sells stays sold by the halt, with its own kind of order.
    pub(crate) fn aim_flat(&mut self, reason: ExitReason) {
        if self.goal != Goal::Flat(ExitReason::Kill) {
            self.goal = Goal::Flat(reason);
        }
    }

    /// Whether there is no step to be taken and no clock to be started, whatever the orders are:
    /// [`Desk::next_step`] has none, and nothing wants a stop.
    #[inline]
    pub(crate) const fn is_at_rest(&self) -> bool {
        let wants_no_step = match self.goal {
            Goal::Rest | Goal::Long(Exits { stop: None, .. }) => true,
            Goal::Flat(_) | Goal::Long(Exits { stop: Some(_), .. }) => false,
        };
        wants_no_step && self.unprotected_since.is_none()
    }

    /// The next step toward the goal, if one can be taken at this `turn` of the market and the
    /// venue takes it.
    #[inline]
    pub(crate) fn next_step(&self, orders: &Orders, turn: u64, gate: VenueGate) -> Option<Step> {
        let step = match self.goal {
            Goal::Flat(reason) => self.step_to_flat(reason, orders, turn),
            Goal::Long(exits) => self.step_to_protect(exits.stop?, orders, turn),
            Goal::Rest => None,
        }?;
        match step {
            Step::Cancel(_) => gate.takes(Message::Cancel).then_some(step),
            Step::ResizeStop { .. } | Step::RaiseStop { .. } => {
                gate.takes(Message::Amend).then_some(step)
            }
            // Held against all rules of risk, of which the gate is one.
            Step::PlaceStop { .. } | Step::PlaceExit { .. } => Some(step),
        }
    }

    /// Everything that could still buy, and the stop that holds the balance, must be gone before
    /// the position is sold: two sells of one position would be one too many.
    fn step_to_flat(&self, reason: ExitReason, orders: &Orders, turn: u64) -> Option<Step> {
        let live = self.entries.iter().chain(&self.stop);
        let may_cancel =
            |id: &&ClientOrderId| orders.live(**id).is_some_and(|it| it.cancel.may_send(turn));
        if let Some(id) = live.clone().find(may_cancel) {
            return Some(Step::Cancel(*id));
        }
        let may_sell = self.has_no_orders() && self.exit_attempts.may_try(turn);
        let quantity = self.quantity_to_sell().filter(|_| may_sell)?;
        Some(Step::PlaceExit { quantity, reason })
    }

    /// The stop covers exactly what is held, after every fill, also a partial one, and is where it
    /// was raised to.
    fn step_to_protect(&self, price: Price, orders: &Orders, turn: u64) -> Option<Step> {
        let quantity = self.quantity_to_sell()?;
        let Some(id) = self.stop else {
            let may_place = self.exit.is_none() && self.stop_attempts.may_try(turn);
            return may_place.then_some(Step::PlaceStop { quantity, price });
        };
        let stop = orders.live(id)?;
        let covered = stop.order.quantity_open()?;
        if stop.order.state() != OrderState::Resting || !stop.amend.may_send(turn) {
            return None;
        }
        if covered != quantity {
            let total = stop.order.quantity_traded() + quantity;
            return Some(Step::ResizeStop { order: id, total });
        }
        let rests_at = stop.order.request.kind.trigger()?.price;
        (rests_at < price).then_some(Step::RaiseStop { order: id, price })
    }
}
