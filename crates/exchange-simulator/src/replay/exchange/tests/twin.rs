//! The same rules once more, by another hand: slow, with plain lists and plain numbers.
//!
//! Quantities and money are bare units here; a level is looked for among all, an order among all.

use std::collections::BTreeMap;

use trading_types::{Liquidity, Quantity, Side};

use super::{Fills, QueueModel};
use crate::replay::{
    command::{ReplayAmend, ReplayCommand, ReplayOrder, ReplayTerms},
    tick::TickKind,
};

/// What the twin tells; the numbers are bare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Accepted(u64),
    Refused(u64, &'static str),
    Filled(u64, TwinFill),
    Canceled(u64, i64),
    NotThere(u64),
    Amended(u64, i64, i64),
    Stays(u64, &'static str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TwinFill {
    pub(super) steps: i64,
    pub(super) quantity: i64,
    pub(super) cost: i128,
    pub(super) fee: i128,
    pub(super) liquidity: Liquidity,
    pub(super) rest: i64,
}

#[derive(Clone, Debug)]
struct Ours {
    number: u64,
    side: Side,
    steps: i64,
    rest: i64,
    filled: i64,
    front: Option<i64>,
    traded: i64,
    post: bool,
}

pub(super) struct Twin {
    pub(super) queue: QueueModel,
    pub(super) fills: Fills,
    pub(super) shown: Option<usize>,
    /// In steps of 10^-10.
    pub(super) tick: i128,
    /// In units of 10^-18.
    pub(super) cash: i128,
    pub(super) base: i128,
    /// In units of 10^-8 of the whole: taker, maker.
    pub(super) rates: (i128, i128),
    pub(super) fees: i128,
    levels: [BTreeMap<i64, i64>; 2],
    best: [Option<i64>; 2],
    taken: BTreeMap<(usize, i64), i64>,
    ours: Vec<Ours>,
    pub(super) told: Vec<Told>,
}

/// Ten to the power of what is dropped at five decimals.
const CENT: i128 = 10_i128.pow(13);

fn up(value: i128, unit: i128) -> i128 {
    (value + unit - 1) / unit * unit
}

fn at(side: Side) -> usize {
    usize::from(side == Side::Sell)
}

/// Better prices have lower ranks.
fn rank(side: Side, steps: i64) -> i64 {
    if side == Side::Buy { -steps } else { steps }
}

impl Twin {
    pub(super) fn new(queue: QueueModel, fills: Fills, shown: Option<usize>) -> Self {
        Self {
            queue,
            fills,
            shown,
            tick: 10_i128.pow(9),
            cash: 0,
            base: 0,
            rates: (400_000, 250_000),
            fees: 0,
            levels: [BTreeMap::new(), BTreeMap::new()],
            best: [None, None],
            taken: BTreeMap::new(),
            ours: Vec::new(),
            told: Vec::new(),
        }
    }

    pub(super) fn tick(&mut self, kind: TickKind, steps: i64, quantity: i64) {
        match kind {
            TickKind::Trade(taker) => self.come(taker.opposite(), steps, quantity, false),
            TickKind::Clear => {
                self.levels = [BTreeMap::new(), BTreeMap::new()];
                self.best = [None, None];
                self.taken.clear();
            }
            TickKind::Forget(side) => {
                self.say(side, steps, 0);
            }
            TickKind::Level(side) => {
                let best = self.best[at(side)];
                let was_better = best.is_none_or(|best| rank(side, steps) < rank(side, best));
                let before = self.say(side, steps, quantity);
                self.taken.remove(&(at(side), steps));
                for order in &mut self.ours {
                    if order.side == side && order.steps == steps {
                        let unexplained = before - order.traded;
                        order.traded = 0;
                        order.front = Some(match order.front {
                            None => quantity,
                            Some(front)
                                if self.queue == QueueModel::Proportional
                                    && quantity < unexplained =>
                            {
                                let share = i128::from(front) * i128::from(quantity);
                                let share = up(share, unexplained.into()) / i128::from(unexplained);
                                i64::try_from(share).unwrap().min(quantity)
                            }
                            Some(front) => front.min(quantity),
                        });
                    }
                }
                if quantity > 0 {
                    let new = if was_better { quantity } else { (quantity - before).max(0) };
                    self.come(side.opposite(), steps, new, true);
                }
            }
        }
    }

    /// Something is said of a level: gives back what was said before.
    fn say(&mut self, side: Side, steps: i64, quantity: i64) -> i64 {
        let other = side.opposite();
        let before = self.levels[at(side)].insert(steps, quantity).unwrap_or(0);
        let best = self.best[at(side)];
        if quantity == 0 && best == Some(steps) {
            self.best[at(side)] = self.next(side, steps);
        }
        if quantity > 0 && best.is_none_or(|best| rank(side, steps) < rank(side, best)) {
            self.best[at(side)] = Some(steps);
            if self.best[at(other)].is_some_and(|it| rank(other, it) <= rank(other, steps)) {
                self.best[at(other)] = self.next(other, steps);
            }
        }
        before
    }

    fn next(&self, side: Side, steps: i64) -> Option<i64> {
        let offered = self.levels[at(side)].iter().filter(|(_, quantity)| **quantity > 0);
        let worse = offered.map(|(it, _)| *it).filter(|it| rank(side, *it) > rank(side, steps));
        worse.min_by_key(|it| rank(side, *it))
    }

    fn visible(&self, side: Side) -> Vec<(i64, i64)> {
        let Some(best) = self.best[at(side)] else { return Vec::new() };
        let all = self.levels[at(side)].iter().map(|(steps, quantity)| (*steps, *quantity));
        let mut seen: Vec<(i64, i64)> = all
            .filter(|(steps, quantity)| *quantity > 0 && rank(side, best) <= rank(side, *steps))
            .collect();
        seen.sort_by_key(|(steps, _)| rank(side, *steps));
        seen
    }

    /// `volume` comes as far as `steps` to our orders on `side`.
    fn come(&mut self, side: Side, steps: i64, mut volume: i64, nobody_in_front: bool) {
        // A stable sort: those at one price stay as they came.
        let mut numbers: Vec<(i64, u64)> = self
            .ours
            .iter()
            .filter(|it| it.side == side && rank(side, it.steps) <= rank(side, steps))
            .map(|it| (rank(side, it.steps), it.number))
            .collect();
        numbers.sort_by_key(|(rank, _)| *rank);
        for (_, number) in numbers {
            let place = self.ours.iter().position(|it| it.number == number).unwrap();
            let order = &mut self.ours[place];
            let mut past = volume;
            if order.steps == steps && !nobody_in_front {
                order.traded += volume;
                match &mut order.front {
                    None => past = 0,
                    Some(front) => {
                        past = (volume - *front).max(0);
                        *front = (*front - volume).max(0);
                    }
                }
            }
            let all = order.steps != steps || nobody_in_front || past > 0;
            let trades = match self.fills {
                Fills::Partial => past.min(order.rest),
                Fills::Whole => {
                    if all {
                        order.rest
                    } else {
                        0
                    }
                }
            };
            volume = (volume - trades).max(0);
            if trades > 0 {
                order.rest -= trades;
                order.filled += trades;
                let (price, rest) = (order.steps, order.rest);
                if rest == 0 {
                    self.ours.remove(place);
                }
                self.fill(number, (side, Liquidity::Maker), (price, trades), rest);
            }
        }
    }

    fn fill(
        &mut self,
        number: u64,
        (side, liquidity): (Side, Liquidity),
        (steps, quantity): (i64, i64),
        rest: i64,
    ) {
        let exact = i128::from(steps) * self.tick * i128::from(quantity);
        let cost = if side == Side::Buy { up(exact, CENT) } else { exact / CENT * CENT };
        let rate = if liquidity == Liquidity::Taker { self.rates.0 } else { self.rates.1 };
        let fee = up(up(cost * rate, 100_000_000) / 100_000_000, CENT);
        let sign = if side == Side::Buy { 1 } else { -1 };
        self.base += sign * i128::from(quantity);
        self.cash -= sign * cost + fee;
        self.fees += fee;
        let fill = TwinFill { steps, quantity, cost, fee, liquidity, rest };
        self.told.push(Told::Filled(number, fill));
    }

    /// What an order that waits holds, of cash and of base asset.
    fn hold(&self, side: Side, exact_cost: i128, quantity: i64) -> (i128, i128) {
        if side == Side::Sell {
            return (0, quantity.into());
        }
        let cost = up(exact_cost, CENT);
        let worst = self.rates.0.max(self.rates.1);
        (cost + up(up(cost * worst, 100_000_000) / 100_000_000, CENT), 0)
    }

    pub(super) fn held(&self) -> (i128, i128) {
        let holds = self.ours.iter().map(|it| {
            let cost = i128::from(it.steps) * self.tick * i128::from(it.rest);
            self.hold(it.side, cost, it.rest)
        });
        holds.fold((0, 0), |sum, hold| (sum.0 + hold.0, sum.1 + hold.1))
    }

    pub(super) fn command(&mut self, command: ReplayCommand) {
        match command {
            ReplayCommand::Cancel(number) => self.cancel(number.0),
            ReplayCommand::Place(order) => {
                let number = order.number.0;
                if let Some(why) = self.refusal(&order, 0) {
                    self.told.push(Told::Refused(number, why));
                } else {
                    self.told.push(Told::Accepted(number));
                    self.enter(&order, 0);
                }
            }
            ReplayCommand::Amend(amend) => self.amend(&amend),
        }
    }

    fn cancel(&mut self, number: u64) {
        match self.ours.iter().position(|it| it.number == number) {
            None => self.told.push(Told::NotThere(number)),
            Some(place) => {
                let rest = self.ours.remove(place).rest;
                self.told.push(Told::Canceled(number, rest));
            }
        }
    }

    fn amend(&mut self, amend: &ReplayAmend) {
        let number = amend.number.0;
        let Some(place) = self.ours.iter().position(|it| it.number == number) else {
            return self.told.push(Told::Stays(number, "unknown order"));
        };
        let old = self.ours[place].clone();
        let total = amend.quantity.map_or(old.rest + old.filled, Quantity::units);
        if total <= old.filled {
            return self.cancel(number);
        }
        let steps = amend.steps.unwrap_or(old.steps);
        let quantity = Quantity::from_units(total - old.filled);
        let terms =
            if old.post { ReplayTerms::PostOnly { steps } } else { ReplayTerms::Limit { steps } };
        let new = ReplayOrder { number: amend.number, side: old.side, quantity, terms };
        // While it is changed, what it holds is free.
        let old = self.ours.remove(place);
        if let Some(why) = self.refusal(&new, old.filled) {
            self.ours.insert(place, old);
            return self.told.push(Told::Stays(number, why));
        }
        self.told.push(Told::Amended(number, steps, quantity.units()));
        if steps == old.steps && quantity.units() <= old.rest {
            self.ours.insert(place, Ours { rest: quantity.units(), ..old });
        } else {
            self.enter(&new, old.filled);
        }
    }

    fn crosses(&self, side: Side, steps: i64) -> bool {
        let other = side.opposite();
        self.best[at(other)].is_some_and(|best| rank(other, best) <= rank(other, steps))
    }

    /// Which parts of the book an order takes.
    fn walk(&self, order: &ReplayOrder) -> Vec<(i64, i64)> {
        let other = order.side.opposite();
        let limit = order.terms.limit();
        let mut left = order.quantity.units();
        let mut pieces = Vec::new();
        for (steps, offered) in self.visible(other) {
            if limit.is_some_and(|limit| rank(other, limit) < rank(other, steps)) {
                break;
            }
            let there = offered - self.taken.get(&(at(other), steps)).copied().unwrap_or(0);
            let piece = if self.fills == Fills::Whole { left } else { there.max(0).min(left) };
            if piece > 0 {
                pieces.push((steps, piece));
                left -= piece;
            }
        }
        pieces
    }

    fn refusal(&self, order: &ReplayOrder, filled: i64) -> Option<&'static str> {
        let (side, quantity) = (order.side, order.quantity.units());
        let limit = order.terms.limit();
        let exact =
            |steps: i64, quantity: i64| i128::from(steps) * self.tick * i128::from(quantity);
        if quantity <= 0 {
            return Some("invalid volume");
        }
        if quantity + filled < 10_000 {
            return Some("order minimum not met");
        }
        if limit.is_some_and(|limit| limit <= 0) {
            return Some("invalid price");
        }
        let half_a_dollar = 10_i128.pow(18) / 2;
        if limit.is_some_and(|limit| exact(limit, quantity + filled) < half_a_dollar) {
            return Some("cost minimum not met");
        }
        if let ReplayTerms::PostOnly { steps } = order.terms
            && !self.walk(order).is_empty()
        {
            assert!(self.crosses(side, steps));
            return Some("post only order");
        }
        let pieces = self.walk(order);
        let left = quantity - pieces.iter().map(|(_, piece)| piece).sum::<i64>();
        let other = side.opposite();
        let reached = if left == 0 { pieces.last().map(|(steps, _)| *steps) } else { limit };
        let meets = |it: &Ours| {
            it.side == other
                && reached.is_none_or(|steps| rank(other, it.steps) <= rank(other, steps))
        };
        if self.ours.iter().any(meets) {
            return Some("self trade");
        }
        let taken: i128 = pieces.iter().map(|(steps, piece)| exact(*steps, *piece)).sum();
        if limit.is_none() && !pieces.is_empty() && taken < half_a_dollar {
            return Some("cost minimum not met");
        }
        let waits = matches!(order.terms, ReplayTerms::Limit { .. } | ReplayTerms::PostOnly { .. });
        let waiting = limit.filter(|_| waits).map_or(0, |limit| exact(limit, left));
        let needs = self.hold(side, taken + waiting, quantity);
        let held = self.held();
        let is_free =
            needs.0 <= (self.cash - held.0).max(0) && needs.1 <= (self.base - held.1).max(0);
        if is_free { None } else { Some("insufficient funds") }
    }

    fn enter(&mut self, order: &ReplayOrder, mut filled: i64) {
        let (number, side, other) = (order.number.0, order.side, order.side.opposite());
        let mut left = order.quantity.units();
        for (steps, piece) in self.walk(order) {
            left -= piece;
            filled += piece;
            if self.fills == Fills::Partial {
                *self.taken.entry((at(other), steps)).or_insert(0) += piece;
            }
            self.fill(number, (side, Liquidity::Taker), (steps, piece), left);
        }
        let (steps, post) = match order.terms {
            ReplayTerms::Limit { steps } => (steps, false),
            ReplayTerms::PostOnly { steps } => (steps, true),
            ReplayTerms::Market | ReplayTerms::ImmediateOrCancel { .. } => {
                if left > 0 {
                    self.told.push(Told::Canceled(number, left));
                }
                return;
            }
        };
        if left > 0 {
            let visible = self.visible(side);
            let is_out_of_sight = self.shown.is_some_and(|shown| {
                let seen = &visible[..visible.len().min(shown)];
                seen.len() == shown
                    && seen.iter().all(|(level, _)| rank(side, *level) < rank(side, steps))
            });
            let said = self.levels[at(side)].get(&steps).copied().unwrap_or(0);
            let front = (!is_out_of_sight).then_some(said);
            let rest = left;
            self.ours.push(Ours { number, side, steps, rest, filled, front, traded: 0, post });
        }
    }
}
