//! Rules as a strategy: candle by candle, with a state that can be stored.

use trading_engine::{Exits, RestoreError, Strategy, Terms, View, Wish};
use trading_types::{Candle, Fraction, Interval, Price};

use super::{
    evaluation::{Evaluation, Held, Stored},
    node::NodeId,
    program::{Program, distance_units, price_above, price_below},
    rule_set::{RULES, RuleSet, RulesError},
};
use crate::state;

/// A strategy that wishes what its rules say. See [`Roots`](super::Roots) for when it wishes what.
///
/// It wishes for nothing until the warm-up of its program is over, and where it would be long but
/// an exit that was asked for cannot be: a distance that is undefined, a stop that is not between
/// zero and the close, a target that is not above it, a size that is not above zero.
#[derive(Clone, Debug)]
pub struct RuleStrategy {
    rules: RuleSet,
    interval: Interval,
    program: Program,
    tick: Price,
    evaluation: Evaluation,
    /// Candles seen, not counted beyond the warm-up.
    seen: u64,
    /// Candles in a row at which something was held.
    held: u64,
}

/// The price step of the pair cannot be.
const TICK: &str = "the price step is not above zero; take it from the rules of the pair";

impl RuleStrategy {
    /// The strategy of these rules on candles of this length; `tick` is what prices of the pair's
    /// orders are multiples of.
    pub fn new(rules: RuleSet, interval: Interval, tick: Price) -> Result<Self, RulesError> {
        if !tick.is_positive() {
            return Err(RulesError::File(TICK.to_owned()));
        }
        let program = rules.compile(interval)?;
        let evaluation = Evaluation::new(&program, interval);
        Ok(Self { rules, interval, program, tick, evaluation, seen: 0, held: 0 })
    }

    /// What it computes.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The value of a node at the newest candle: of a condition, 1 where it is true and 0 where it
    /// is not.
    pub fn value(&self, id: NodeId) -> f64 {
        self.evaluation.number(id)
    }

    fn is_warm(&self) -> bool {
        usize::try_from(self.seen).is_ok_and(|seen| self.program.warm_up() <= seen)
    }

    fn wish(&self, close: Price) -> Wish {
        let roots = self.program.roots();
        if self.evaluation.is_true(roots.exit) {
            return Wish::BeFlat;
        }
        if self.evaluation.is_true(roots.enter) {
            return self.long(close).unwrap_or(Wish::Nothing);
        }
        Wish::Keep(roots.trailing.and_then(|id| self.below(id, close)))
    }

    /// The wish to be long, if it can be protected as asked.
    fn long(&self, close: Price) -> Result<Wish, Impossible> {
        let roots = self.program.roots();
        let stop = asked(roots.stop, |id| self.below(id, close))?;
        let target = asked(roots.take_profit, |id| self.above(id, close))?;
        let trail = asked(roots.trailing, |id| self.below(id, close))?;
        let part = asked(roots.size, |id| part(self.evaluation.number(id)))?;
        let exits = Exits { stop, target };
        if trail.is_none() && part.is_none() {
            return Ok(Wish::BeLong(exits));
        }
        Ok(Wish::BeLongOn(Terms { exits, trail, part: part.unwrap_or(Fraction::ONE) }))
    }

    fn below(&self, id: NodeId, close: Price) -> Option<Price> {
        price_below(close, self.distance(id, close)?, self.tick)
    }

    fn above(&self, id: NodeId, close: Price) -> Option<Price> {
        price_above(close, self.distance(id, close)?, self.tick)
    }

    fn distance(&self, id: NodeId, close: Price) -> Option<i128> {
        distance_units(self.program.graph(), id, self.evaluation.number(id), close)
    }
}

/// Something that was asked for cannot be.
struct Impossible;

/// What `find` finds for a rule, if there is such a rule.
fn asked<T>(
    root: Option<NodeId>,
    find: impl FnOnce(NodeId) -> Option<T>,
) -> Result<Option<T>, Impossible> {
    root.map(|id| find(id).ok_or(Impossible)).transpose()
}

/// A number as a part of the size: at most all of it, rounded down; none if nothing is left.
pub(super) fn part(value: f64) -> Option<Fraction> {
    #[expect(clippy::cast_possible_truncation, reason = "it is between 0 and 10^8")]
    #[expect(clippy::float_arithmetic, reason = "a part is an opinion until it is a size")]
    let units = (value.clamp(0.0, 1.0) * 100_000_000.0) as i64;
    Some(Fraction::from_units(units)).filter(|part| part.is_positive())
}

impl Strategy for RuleStrategy {
    fn name(&self) -> &str {
        RULES
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        self.rules.settings(self.interval)
    }

    fn warm_up(&self) -> usize {
        self.program.warm_up()
    }

    fn handle_candle(&mut self, candle: &Candle, view: &View) -> Wish {
        self.held = if view.position.is_positive() { self.held.saturating_add(1) } else { 0 };
        self.evaluation.update(self.program.graph(), candle, Held::new(view, self.held));
        if !self.is_warm() {
            self.seen += 1;
        }
        if self.is_warm() { self.wish(candle.close) } else { Wish::Nothing }
    }

    fn save(&self) -> Vec<u8> {
        state::save(self, &(self.seen, self.held, self.evaluation.store()))
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), RestoreError> {
        let (seen, held, stored): (u64, u64, Stored) = state::restore(self, bytes)?;
        if !self.evaluation.restore(self.program.graph(), stored) {
            return Err(state::refused(self, "it is of other steps".to_owned()));
        }
        (self.seen, self.held) = (seen, held);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
